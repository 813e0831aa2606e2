//! Who sends what is due: one server at a time, which holds a lease.
//!
//! Each second it looks who must be told something (`begin.rs`) and which message is due (`response::escalation`), puts
//! messages into their turn (`queue.rs`), hands them to their carriers, and records what came of it, many at a time. If it
//! dies, another reads the record and goes on; what was handed over and not yet recorded is sent again.

use std::sync::Arc;
use std::time::Duration;

use channels::{Accepted, Failure};
use jiff::{SignedDuration, Timestamp};
use model::event::NewEvent;
use response::answer::{Route, Statement as AnswerStatement};
use response::delivery::Statement;
use response::escalation::{AttemptState, Order, Report, Retry};
use store::Lease;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::back::{self, Back, Outcome};
use super::carriers::Carriers;
use super::hear::{heard, route_of};
use super::queue::{Item, Queue, Taken, exposure};
use super::{begin, compose, poll, record};
use crate::alerts::encode;
use crate::alerts::kept::{Book, Books, When};
use crate::alerts::say::program;
use crate::context::Context;
use crate::error::Error;
use crate::exposure::desk::{Desk, Moment};

/// Who has this lease sends.
const LEASE: &str = "delivery";
/// Who has not renewed it for so long has died.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is renewed.
const BEAT: Duration = Duration::from_secs(5);
/// How often it is looked for what is due.
const LOOK: Duration = Duration::from_secs(1);
/// How long what came back is gathered before it is recorded together.
const GATHER: Duration = Duration::from_millis(100);
/// How long an end waits for what is with its carrier; the lease lasts longer, if it is renewed in time.
const ENDING: Duration = Duration::from_secs(12);
/// Most events that are recorded together.
const TOGETHER: usize = 500;
/// How long it is waited after a fault of the record.
const AFTER_FAULT: Duration = Duration::from_secs(5);
/// How often carriers are asked for what they may have called with in vain.
const POLL: Duration = Duration::from_mins(5);

/// Who tells people.
pub struct Postman {
    now: Box<dyn Fn() -> Context + Send + Sync>,
    books: Arc<Books>,
    desk: Arc<Desk>,
    carriers: Arc<Carriers>,
    ending: watch::Sender<bool>,
}

/// What it has under way.
struct Work {
    queue: Queue,
    back: mpsc::UnboundedReceiver<Back>,
    give: mpsc::UnboundedSender<Back>,
    /// Events that are to be recorded.
    unsaid: Vec<NewEvent>,
    /// What had been said of alerts when it was last looked who must be told something, and when: the register and the
    /// day may change, too.
    begun_at: Option<(u64, Timestamp)>,
    /// Not before then it is looked again: it is a look at everybody.
    rests_until: Option<Instant>,
    /// Whether what was made of the record may not be in it: it is read again before anything else.
    is_stale: bool,
}

impl Work {
    fn new(queue: Queue) -> Self {
        let (give, back) = mpsc::unbounded_channel();
        Self {
            queue,
            back,
            give,
            unsaid: Vec::new(),
            begun_at: None,
            rests_until: None,
            is_stale: false,
        }
    }
}

impl Postman {
    /// A postman over a record.
    pub fn new(
        now: impl Fn() -> Context + Send + Sync + 'static,
        (books, desk): (Arc<Books>, Arc<Desk>),
        carriers: Arc<Carriers>,
    ) -> Self {
        Self { now: Box::new(now), books, desk, carriers, ending: watch::Sender::new(false) }
    }

    /// The carriers.
    pub fn carriers(&self) -> &Carriers {
        &self.carriers
    }

    /// Says that the server ends: nothing more is handed over.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Sends until the server ends.
    pub async fn work(self: Arc<Self>) {
        if self.carriers.is_empty() {
            return;
        }
        let mut work = Work::new(Queue::new(&self.carriers));
        let mut lease = None;
        let (mut beat, mut polled) = (Instant::now(), None::<Instant>);
        let mut polling: Option<JoinHandle<()>> = None;
        let mut ending = self.ending.subscribe();
        while !*ending.borrow_and_update() {
            if lease.is_none() || beat.elapsed() >= BEAT {
                beat = Instant::now();
                self.hold(&mut lease, &mut work).await;
            }
            let mut wait = LOOK;
            if lease.is_some() {
                match self.round(&mut work).await {
                    Ok(Some(soonest)) => wait = soonest.clamp(GATHER, LOOK),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(%error, "messages could not be seen to; they are in a moment");
                        Self::begin_anew(&mut work);
                        wait = AFTER_FAULT;
                    }
                }
                let is_due = polled.is_none_or(|then| then.elapsed() >= POLL);
                if is_due && polling.as_ref().is_none_or(JoinHandle::is_finished) {
                    polled = Some(Instant::now());
                    let own = Arc::clone(&self);
                    polling = Some(tokio::spawn(async move { own.poll().await }));
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                Some(back) = work.back.recv() => {
                    self.take(&mut work, back).await;
                    tokio::time::sleep(GATHER).await;
                }
                _ = ending.changed() => {}
            }
        }
        if let Some(polling) = polling {
            polling.abort();
        }
        // What is with its carrier is waited for, or whoever comes next would send it again.
        let until = Instant::now() + ENDING;
        while work.queue.is_out() || !work.back.is_empty() {
            match tokio::time::timeout_at(until, work.back.recv()).await {
                Ok(Some(back)) => self.take(&mut work, back).await,
                _ => break,
            }
        }
        if let Err(error) = self.say(&mut work).await {
            tracing::warn!(%error, "what came of some messages was not recorded: they are sent again");
        }
        if let Some(lease) = lease {
            // Who waits for it takes it over at once; else it runs out.
            drop((self.now)().store.release(lease).await);
        }
    }

    /// Sends everything that is due at this instant, and comes back when nothing is on its way: for a story that is told,
    /// in which nobody else sends.
    pub async fn send_due(self: &Arc<Self>) -> Result<(), Error> {
        // A clock that stands still fills no bucket.
        let mut work = Work::new(Queue::unhurried(&self.carriers));
        loop {
            let wait = self.round(&mut work).await?;
            if work.queue.is_out() {
                let back = work.back.recv().await;
                self.take(&mut work, back.ok_or(Error::Unwanted)?).await;
            } else if let Some(wait) = wait {
                tokio::time::sleep(wait.min(LOOK)).await;
            } else if work.unsaid.is_empty() && work.back.is_empty() {
                return Ok(());
            }
        }
    }

    /// Takes or keeps the lease. Who has lost it drops what waits: the other sends it.
    async fn hold(&self, lease: &mut Option<Lease>, work: &mut Work) {
        let store = (self.now)().store;
        let had = lease.is_some();
        let held = match lease.take() {
            Some(mut held) => store.renew(&mut held).await.map(|is_held| is_held.then_some(held)),
            None => store.lease(LEASE, PATIENCE).await,
        };
        *lease = held.unwrap_or_else(|error| {
            tracing::warn!(%error, "whose turn it is to send could not be found out");
            None
        });
        if had && lease.is_none() {
            Self::begin_anew(work);
        }
    }

    /// What was made of the record may not be in it, or another has gone on: it is read again, as soon as it can be.
    fn begin_anew(work: &mut Work) {
        work.queue.clear();
        work.begun_at = None;
        work.is_stale = true;
    }

    /// One round: what came back is recorded, who must be told is looked for, what is due is handed over. Gives how
    /// long until more may go.
    async fn round(self: &Arc<Self>, work: &mut Work) -> Result<Option<Duration>, Error> {
        if work.is_stale {
            self.books.reread(&(self.now)()).await?;
            work.is_stale = false;
        }
        while let Ok(back) = work.back.try_recv() {
            self.take(work, back).await;
        }
        self.say(work).await?;
        let context = (self.now)();
        self.begin(&context, work).await?;
        self.look(&context, work).await?;
        self.hand_over(&context, work).await
    }

    /// Takes what came of a message.
    async fn take(&self, work: &mut Work, back: Back) {
        let Back { route, item, result, at, has_left } = back;
        let way = self.carriers.way(route);
        let name = way.map_or("none", |way| way.carrier().name());
        let Outcome { state, why, rests_until } = back::judge(way, route, result, at);
        if has_left {
            work.queue.back(route, rests_until);
            if state == AttemptState::TechnicalFailure {
                let why = why.as_deref().unwrap_or_default();
                tracing::error!(carrier = name, why, "a carrier or its settings are at fault");
            }
        }
        let report = Report { attempt: item.attempt, tries: item.tries, state, at };
        let context = (self.now)().at(at);
        let events = self
            .books
            .with(&context, |book| heard(book, (&item.run, report), (name, why), &context))
            .await;
        match events {
            Ok(events) => work.unsaid.extend(events),
            // It is sent again: nothing says that it went.
            Err(error) => tracing::warn!(%error, "what came of a message could not be kept"),
        }
    }

    /// Records what is to be recorded.
    async fn say(&self, work: &mut Work) -> Result<(), Error> {
        while !work.unsaid.is_empty() {
            let together = work.unsaid.len().min(TOGETHER);
            let events: Vec<NewEvent> = work.unsaid.iter().take(together).cloned().collect();
            let context = (self.now)();
            context.store.append(events, context.now).await?;
            work.unsaid.drain(..together);
        }
        Ok(())
    }

    /// Begins to tell whoever must be told something, wherever something may have changed since.
    async fn begin(&self, context: &Context, work: &mut Work) -> Result<(), Error> {
        let said = self.books.with(context, Book::said).await?;
        let is_fresh = work.begun_at.is_some_and(|(then, at)| {
            then == said && context.now.duration_since(at).abs() < SignedDuration::from_mins(10)
        });
        if is_fresh || work.rests_until.is_some_and(|until| Instant::now() < until) {
            return Ok(());
        }
        let begun = Instant::now();
        let register = self.desk.register(context, Moment::default()).await?;
        let when = When::now(context);
        let (events, said, size) = self
            .books
            .with(context, |book| {
                let known = (&*register, self.carriers.reach());
                (begin::begin(book, known, &program(), when), book.said(), book.size())
            })
            .await?;
        for (part, events) in events.chunks(TOGETHER).enumerate() {
            // Of two who find the same at once, the first says it.
            let key = format!("delivery/{size}/{}/{part}", context.now);
            match context.store.append_once(&key, events.to_vec(), context.now).await {
                Ok(_) | Err(store::Error::KeyReused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        work.begun_at = Some((said, context.now));
        // Whoever answers changes something each moment: nine tenths of the time are for other work.
        work.rests_until = Some(Instant::now() + begun.elapsed() * 9);
        Ok(())
    }

    /// Looks which steps begin and end now and which messages are due.
    async fn look(&self, context: &Context, work: &mut Work) -> Result<(), Error> {
        let when = When::now(context);
        let program = program();
        let mut events = Vec::new();
        let (queue, give) = (&mut work.queue, &work.give);
        self.books
            .change(context, |book| {
                let mut asked = Vec::new();
                for (number, code, run) in book.running() {
                    if run.escalation.next_look().is_some_and(|next| next > context.now) {
                        continue;
                    }
                    let orders = run.escalation.look(context.now);
                    let is_asking = run.occasion.wants_acknowledgement();
                    for order in orders {
                        let statement = match order {
                            Order::Send { attempt, tries } => {
                                let item = Item { run: run.id.clone(), attempt, tries };
                                if let Some(route) = route_of(run, attempt) {
                                    asked.push((number, code.clone(), route, item));
                                }
                                continue;
                            }
                            Order::Begin { step } => Statement::StepBegun { step },
                            Order::Exhausted { was_anybody_reached } => {
                                if is_asking && !was_anybody_reached {
                                    tracing::warn!(alert = %number, organisation = %code, "nobody was reached");
                                    let nobody = AnswerStatement::Unreachable;
                                    let about = (number, code);
                                    let why = Some("every way to everybody was tried");
                                    events.push(encode::answer(context.now, &program, about, &nobody, why));
                                }
                                Statement::Exhausted { was_anybody_reached }
                            }
                        };
                        let about = (number, code);
                        events.push(record::write(context.now, &program, about, Some(&run.id), &statement));
                    }
                }
                for (number, code, route, item) in asked {
                    let answer = book.get(number).map(|kept| kept.answer(&code, when));
                    let exposed = answer.as_ref().map_or((0, 0), exposure);
                    if !queue.put(route, exposed, item.clone()) {
                        let why = "no carrier goes this way any more";
                        // Whoever would hear it is this postman.
                        drop(give.send(Back::kept(route, item, why, context.now)));
                    }
                }
            })
            .await?;
        for events in events.chunks(TOGETHER) {
            context.store.append(events.to_vec(), context.now).await?;
        }
        Ok(())
    }

    /// Hands over what may go now.
    async fn hand_over(
        self: &Arc<Self>,
        context: &Context,
        work: &mut Work,
    ) -> Result<Option<Duration>, Error> {
        let at_once = |route| self.carriers.way(route).map_or(0, super::Way::at_once);
        let queue = &mut work.queue;
        let patience = Retry::USUAL.patience.unsigned_abs();
        let Taken { due, stuck, soonest } = self
            .books
            .change(context, |book| {
                let is_wanted = |item: &Item| {
                    let run = book.run(&item.run);
                    run.is_some_and(|run| run.escalation.wants(item.attempt, item.tries))
                };
                let has_other = |item: &Item| {
                    let run = book.run(&item.run);
                    run.is_some_and(|run| run.escalation.has_other_way(item.attempt))
                };
                let taken = queue.take((context.now, patience), at_once, is_wanted, has_other);
                for (_, item) in &taken.due {
                    if let Some(run) = book.run_mut(&item.run) {
                        run.escalation.handed(item.attempt, item.tries, context.now);
                    }
                }
                taken
            })
            .await?;
        if !stuck.is_empty() {
            tracing::warn!(
                count = stuck.len(),
                "a carrier rests for long: people are told another way"
            );
        }
        for (route, item) in stuck {
            let why = "its carrier takes nothing for more than ten minutes";
            drop(work.give.send(Back::kept(route, item, why, context.now)));
        }
        for (route, count) in work.queue.waiting() {
            if let Some(way) = self.carriers.way(route) {
                way.note(|health| health.waiting = count);
            }
        }
        for (route, item) in due {
            let (postman, give) = (Arc::clone(self), work.give.clone());
            tokio::spawn(async move {
                let own = (Arc::clone(&postman), item.clone());
                let sent = tokio::spawn(async move { own.0.send(route, &own.1).await }).await;
                // Whatever became of it, its place is given back.
                let result = sent.unwrap_or_else(|_| {
                    Err(Failure::Technical { why: "handing it over broke off".to_owned() })
                });
                let at = (postman.now)().now;
                // Who is not there any more has ended; the message is sent again.
                let _ = give.send(Back { route, item, result, at, has_left: true });
            });
        }
        Ok(soonest)
    }

    /// Hands one message over.
    async fn send(&self, route: Route, item: &Item) -> Result<Accepted, Failure> {
        let context = (self.now)();
        let known = (&*self.books, &*self.desk, &*self.carriers);
        let message = compose::compose(&context, known, (route, item)).await?;
        let Some(way) = self.carriers.way(route) else {
            return Err(Failure::Technical { why: "no carrier goes this way any more".to_owned() });
        };
        way.carrier().send(&message, context.now).await
    }

    /// Asks carriers for what they may have called with in vain.
    async fn poll(&self) {
        let known = (&*self.books, &*self.desk, &*self.carriers);
        if let Err(error) = poll::poll(&*self.now, known).await {
            tracing::warn!(%error, "a carrier could not be asked for receipts and texts");
        }
    }
}
