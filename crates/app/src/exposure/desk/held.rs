//! What is held open: a thread that owns knowledge, index and view, and those who ask it.
//!
//! A view borrows from the index and the index from the knowledge; on the stack of one thread each
//! outlives what borrows from it, and questions come to them instead of the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use exposure::freshness::FreshnessPolicy;
use exposure::index::{Index, View};
use exposure::knowledge::View as Knowledge;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::OrganisationCode;
use model::organisation::register::Register;
use store::Filter;

use super::moment::Seen;
use super::national::National;
use super::question::OrganisationExposure;
use super::support::Table;
use crate::context::Context;
use crate::error::Error;
use crate::exposure::ask::{self, Question};
use crate::exposure::knowledge::KIND as KNOWLEDGE_KIND;
use crate::exposure::segments::{Bytes, Machines};
use crate::import::body::KIND as IMPORT_KIND;
use crate::organisations::{KINDS as REGISTER_KINDS, kept};
use crate::quiet::quietly;

/// An estate that is open as at a day.
pub struct Held {
    as_at: Date,
    as_known: Timestamp,
    /// How many events of the record it speaks for; grows while nothing that matters is added.
    size: AtomicU64,
    register: Arc<Register>,
    knowledge: String,
    knowledge_built_at: Timestamp,
    work: Mutex<Sender<Work>>,
    /// What was worked out of some organisations, for the next who look.
    organisations: Mutex<Organisations>,
}

type Organisations = BTreeMap<(OrganisationCode, String), Arc<OrganisationExposure>>;

/// So many organisations are kept worked out.
const MOST_KEPT: usize = 256;
/// So many questions take turns on a core.
const TURNS: usize = 4;
/// After so many imports at once nothing of before is taken over.
const MOST_NEW: usize = 1_024;

/// What is open, for whoever asks.
#[derive(Clone, Copy)]
pub(super) struct Open<'v, 'i, 'k> {
    pub(super) knowledge: Knowledge<'k>,
    pub(super) index: &'i Index<'k, Bytes>,
    pub(super) view: &'v View<'i, 'k, Bytes>,
    pub(super) register: &'v Register,
    pub(super) machines: &'v Machines,
    /// What every organisation runs, once somebody has asked.
    pub(super) support: &'v OnceLock<Table>,
    /// What was asked of all organisations.
    pub(super) national: &'v National,
}

type Work = Box<dyn for<'v, 'i, 'k> FnOnce(&Open<'v, 'i, 'k>) + Send>;

/// What the thread says of itself when it is ready.
struct Ready {
    knowledge: String,
    knowledge_built_at: Timestamp,
}

impl Held {
    /// Opens the estate as it is known now, of the first `size` events of the record.
    pub(super) async fn open(context: &Context, size: u64) -> Result<Self, Error> {
        let as_at = context.now.to_zoned(TimeZone::UTC).date();
        let register = kept::at(context, as_at).await?;
        let (work, questions) = channel();
        let (ready, opened) = tokio::sync::oneshot::channel();
        let (own, runtime) = (context.at(context.now), tokio::runtime::Handle::current());
        let own_register = Arc::clone(&register);
        std::thread::Builder::new()
            .name("estate".to_owned())
            .spawn(move || hold(own, &runtime, &own_register, ready, questions))
            .map_err(|source| Error::damaged("index", "the estate", source))?;
        let Ready { knowledge, knowledge_built_at } = opened.await.map_err(|_| ended())??;
        Ok(Self {
            as_at,
            as_known: context.now,
            size: AtomicU64::new(size),
            register,
            knowledge,
            knowledge_built_at,
            work: Mutex::new(work),
            organisations: Mutex::default(),
        })
    }

    /// As at which day it answers.
    pub fn as_at(&self) -> Date {
        self.as_at
    }

    /// As known at which instant: that of its opening.
    pub fn as_known(&self) -> Timestamp {
        self.as_known
    }

    /// The register as at the day.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The blob with the knowledge it answers from, and when that was compiled.
    pub fn knowledge(&self) -> (&str, Timestamp) {
        (&self.knowledge, self.knowledge_built_at)
    }

    /// The register, to be kept.
    pub(super) fn shared_register(&self) -> Arc<Register> {
        Arc::clone(&self.register)
    }

    /// An answer with what it was made of.
    pub(super) fn seen<T>(&self, answer: T) -> Seen<T> {
        Seen {
            as_at: self.as_at,
            as_known: self.as_known,
            knowledge: self.knowledge.clone(),
            knowledge_built_at: self.knowledge_built_at,
            register: self.shared_register(),
            answer,
        }
    }

    /// What was worked out before of an organisation and an advisory.
    pub(super) fn known_organisation(
        &self,
        key: &(OrganisationCode, String),
    ) -> Option<Arc<OrganisationExposure>> {
        let kept = self.organisations.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).map(Arc::clone)
    }

    /// Keeps it for the next who look, for as long as nothing is added to the record.
    pub(super) fn keep_organisation(
        &self,
        key: (OrganisationCode, String),
        found: Arc<OrganisationExposure>,
    ) {
        let mut kept = self.organisations.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.pop_first();
        }
        kept.insert(key, found);
    }

    /// Takes over what was worked out of organisations of which nothing is new since `before` was opened.
    pub(super) async fn inherit(&self, context: &Context, before: &Self) -> Result<(), Error> {
        if before.as_at != self.as_at || before.knowledge != self.knowledge {
            return Ok(());
        }
        let kinds = REGISTER_KINDS.iter().copied().chain([IMPORT_KIND]).map(ToOwned::to_owned);
        let filter = Filter {
            kinds: kinds.collect(),
            from_number: before.size.load(Ordering::Acquire),
            ..Filter::default()
        };
        let new = context.store.events(&filter, MOST_NEW).await?;
        let is_import = |event: &model::event::Event| event.event.kind == IMPORT_KIND;
        if new.len() >= MOST_NEW || !new.iter().all(is_import) {
            return Ok(());
        }
        let changed: BTreeSet<&OrganisationCode> =
            new.iter().filter_map(|event| event.event.organisation.as_ref()).collect();
        let known = before.organisations.lock().unwrap_or_else(PoisonError::into_inner);
        let same = known.iter().filter(|((code, _), _)| !changed.contains(code));
        let same: Organisations = same.map(|(key, own)| (key.clone(), Arc::clone(own))).collect();
        drop(known);
        *self.organisations.lock().unwrap_or_else(PoisonError::into_inner) = same;
        Ok(())
    }

    pub(super) fn is_of(&self, day: Date) -> bool {
        self.as_at == day
    }

    /// Whether nothing that matters here was added until the record had `size` events.
    pub(super) async fn covers(&self, context: &Context, size: u64) -> Result<bool, Error> {
        let own = self.size.load(Ordering::Acquire);
        if size <= own {
            return Ok(true);
        }
        let matters = REGISTER_KINDS.iter().copied().chain([IMPORT_KIND, KNOWLEDGE_KIND]);
        let filter = Filter {
            kinds: matters.map(ToOwned::to_owned).collect(),
            from_number: own,
            ..Filter::default()
        };
        let is_same = context.store.events(&filter, 1).await?.is_empty();
        if is_same {
            self.size.fetch_max(size, Ordering::AcqRel);
        }
        Ok(is_same)
    }

    /// Has something worked out from what is open, by a thread of the estate.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        question: impl for<'v, 'i, 'k> FnOnce(&Open<'v, 'i, 'k>) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let work: Work = Box::new(move |open| {
            // Nobody waits any more: the page was left.
            let _ = answer.send(question(open));
        });
        self.work.lock().unwrap_or_else(PoisonError::into_inner).send(work).map_err(|_| ended())?;
        answered.await.map_err(|_| ended())
    }
}

fn ended() -> Error {
    Error::damaged("index", "the estate", "the thread that holds it has ended")
}

/// Opens everything, says so, and answers until nobody can ask any more.
fn hold(
    context: Context,
    runtime: &tokio::runtime::Handle,
    register: &Register,
    ready: tokio::sync::oneshot::Sender<Result<Ready, Error>>,
    questions: Receiver<Work>,
) {
    let question = Question {
        advisories: Vec::new(),
        as_at: None,
        as_known: None,
        freshness: FreshnessPolicy::default(),
        organisations: Vec::new(),
        by_product: false,
    };
    let prepared = match runtime.block_on(ask::prepare(&context, &question)) {
        Ok(prepared) => prepared,
        Err(error) => return drop(ready.send(Err(error))),
    };
    let (adopted, machines) = (prepared.knowledge, prepared.machines);
    let segments = prepared.segments;
    let opened = adopted.view().and_then(|knowledge| {
        // Whoever asks what was open before goes first.
        let index = quietly(|| Index::open(segments, knowledge).map_err(ask::broken))?;
        Ok((knowledge, index))
    });
    let (knowledge, index) = match opened {
        Ok(opened) => opened,
        Err(error) => return drop(ready.send(Err(error))),
    };
    let view = ask::view(&context, &index, &adopted, &question, prepared.as_at);
    let view = match runtime.block_on(view) {
        Ok(view) => view,
        Err(error) => return drop(ready.send(Err(error))),
    };
    // The first page after an import would work it out while somebody waits.
    let (support, national) = (OnceLock::new(), National::default());
    let (index, view, machines) = (&index, &view, &machines);
    let open =
        Open { knowledge, index, view, register, machines, support: &support, national: &national };
    quietly(|| open.support.get_or_init(|| Table::of(&open)));
    let built_at = Timestamp::from_microsecond(knowledge.built_at_us.to_native());
    let said = Ready {
        knowledge: adopted.blob.to_string(),
        knowledge_built_at: built_at.unwrap_or(Timestamp::UNIX_EPOCH),
    };
    if ready.send(Ok(said)).is_err() {
        return;
    }
    // Whoever closes the record need not wait for those who only answer from what was read.
    drop(context);
    let questions = Mutex::new(questions);
    // More than there are cores: a short question need not wait for two long ones to end.
    let threads = std::thread::available_parallelism().map_or(1, usize::from) * TURNS;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(work) = next(&questions) {
                    // A fault in one answer costs that answer: its asker sees that nothing came.
                    drop(std::panic::catch_unwind(AssertUnwindSafe(|| work(&open))));
                }
            });
        }
    });
}

/// The next question; waits for one. `None` when nobody can ask any more.
fn next(questions: &Mutex<Receiver<Work>>) -> Option<Work> {
    questions.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
