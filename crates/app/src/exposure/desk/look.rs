//! Looking at the estate as it is or as it was.
//!
//! What is asked of today goes to what is held open. A past is opened for one question, on a thread
//! of its own, of those organisations only that the question is about, and closed again; a few at a
//! time, so that today's questions find a core.

use std::sync::{Arc, OnceLock};

use exposure::freshness::FreshnessPolicy;
use exposure::index::Index;
use exposure::knowledge::View as Knowledge;
use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::organisation::register::Register;

use super::Desk;
use super::held::Open;
use super::moment::{Moment, Seen};
use super::national::National;
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::answer::Asked;
use crate::exposure::ask::{self, Question};
use crate::exposure::knowledge::in_use;
use crate::organisations::kept;

impl Desk {
    /// The register as at a moment.
    pub async fn register(
        &self,
        context: &Context,
        moment: Moment,
    ) -> Result<Arc<Register>, Error> {
        if moment.is_now() {
            return Ok(self.held(context).await?.shared_register());
        }
        let history = kept::history(context, moment.as_known).await?;
        Ok(Arc::new(history.at(moment.day(context.now))))
    }

    /// What an organisation is called. While nothing is open yet only what the record says of this one is read: whoever
    /// acknowledges an alert just after a start does not wait for the estate of a nation.
    pub async fn name(
        &self,
        context: &Context,
        code: &OrganisationCode,
    ) -> Result<Option<String>, Error> {
        match self.present() {
            Some(held) => Ok(held.register().get(code).map(|own| own.label().to_owned())),
            None => kept::name(context, code, super::today(context)).await,
        }
    }

    /// Who is open to each of some advisories, of all organisations that the caller may see.
    pub async fn ask(
        &self,
        context: &Context,
        caller: &Caller,
        advisories: Vec<String>,
        moment: Moment,
    ) -> Result<Asked, Error> {
        if moment.is_now() {
            return self.held(context).await?.ask(caller, advisories).await;
        }
        // Whoever sees a few organisations need not have the nation opened.
        let organisations = super::support::own_of(caller);
        let scope = caller.clone();
        let register = self.register(context, moment).await?;
        let seen = self.look(context, moment, (register, organisations), move |open| {
            let wanted = |code: &OrganisationCode| scope.can(Permission::SeeHosts, Some(code));
            advisories
                .iter()
                .map(|advisory| super::question::one(open, advisory, &wanted))
                .collect::<Result<Vec<_>, Error>>()
        });
        let seen = seen.await?;
        Ok(Asked {
            as_at: seen.as_at,
            as_known: seen.as_known,
            knowledge_built_at: seen.knowledge_built_at,
            knowledge: seen.knowledge,
            freshness: FreshnessPolicy::default().name,
            answers: seen.answer,
        })
    }

    /// As [`Desk::ask`] of all organisations, for what is kept of them.
    pub(crate) async fn ask_all(
        &self,
        context: &Context,
        advisories: Vec<String>,
        moment: Moment,
    ) -> Result<Asked, Error> {
        self.ask(context, &Caller::operator("history"), advisories, moment).await
    }

    /// Something of the knowledge that was in use at a moment.
    pub async fn knowledge<T: Send + 'static>(
        &self,
        context: &Context,
        moment: Moment,
        question: impl for<'k> FnOnce(Knowledge<'k>, Date) -> T + Send + 'static,
    ) -> Result<Seen<T>, Error> {
        if moment.is_now() {
            let held = self.held(context).await?;
            let day = held.as_at();
            let answer = held.with(move |open| question(open.knowledge, day)).await?;
            return Ok(held.seen(answer));
        }
        let register = self.register(context, moment).await?;
        let as_at = moment.day(context.now);
        let adopted = in_use(context, moment.as_known).await?.ok_or(Error::NoKnowledge)?;
        let work = move || -> Result<_, Error> {
            let knowledge = adopted.view()?;
            let built_at = built_at(knowledge);
            Ok((question(knowledge, as_at), adopted.blob.to_string(), built_at))
        };
        let (answer, knowledge, knowledge_built_at) =
            tokio::task::spawn_blocking(work).await.map_err(|_| lost())??;
        let as_known = moment.as_known.unwrap_or(context.now);
        Ok(Seen { as_at, as_known, knowledge, knowledge_built_at, register, answer })
    }

    /// Has something worked out as at a moment, of the organisations whose hosts the caller sees (of one: only of
    /// that): which they are is given to the question.
    pub(super) async fn look_at<T: Send + 'static>(
        &self,
        context: &Context,
        caller: &Caller,
        (only, moment): (Option<OrganisationCode>, Moment),
        question: impl for<'v, 'i, 'k> FnOnce(
            &Open<'v, 'i, 'k>,
            &dyn Fn(&OrganisationCode) -> bool,
        ) -> Result<T, Error>
        + Send
        + 'static,
    ) -> Result<Seen<T>, Error> {
        let organisations = match &only {
            Some(code) => vec![code.clone()],
            None => super::support::own_of(caller),
        };
        let register = self.register(context, moment).await?;
        let scope = caller.clone();
        self.look(context, moment, (register, organisations), move |open| {
            let wanted = |code: &OrganisationCode| {
                only.as_ref().is_none_or(|only| only == code)
                    && scope.can(Permission::SeeHosts, Some(code))
            };
            question(open, &wanted)
        })
        .await
    }

    /// Has something worked out as at a moment, of some organisations (of none: all).
    pub(super) async fn look<T: Send + 'static>(
        &self,
        context: &Context,
        moment: Moment,
        (register, organisations): (Arc<Register>, Vec<OrganisationCode>),
        question: impl for<'v, 'i, 'k> FnOnce(&Open<'v, 'i, 'k>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Seen<T>, Error> {
        if moment.is_now() {
            let held = self.held(context).await?;
            let answer = held.with(question).await??;
            return Ok(held.seen(answer));
        }
        let asked = Question {
            advisories: Vec::new(),
            as_at: moment.as_at,
            as_known: moment.as_known,
            freshness: FreshnessPolicy::default(),
            organisations,
            by_product: false,
        };
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| lost())?;
        let (own, runtime) = (context.at(context.now), tokio::runtime::Handle::current());
        let known = Arc::clone(&register);
        let work = move || {
            let answer = then(&own, &runtime, &known, &asked, question);
            drop(turn);
            answer
        };
        let then = tokio::task::spawn_blocking(work).await.map_err(|_| lost())??;
        Ok(Seen {
            as_at: then.as_at,
            as_known: moment.as_known.unwrap_or(context.now),
            knowledge: then.knowledge,
            knowledge_built_at: then.knowledge_built_at,
            register,
            answer: then.answer,
        })
    }
}

/// What a past answered.
struct Then<T> {
    as_at: Date,
    knowledge: String,
    knowledge_built_at: Timestamp,
    answer: T,
}

/// Opens a past, asks it, and closes it.
fn then<T>(
    context: &Context,
    runtime: &tokio::runtime::Handle,
    register: &Register,
    asked: &Question,
    question: impl for<'v, 'i, 'k> FnOnce(&Open<'v, 'i, 'k>) -> Result<T, Error>,
) -> Result<Then<T>, Error> {
    let prepared = runtime.block_on(ask::prepare(context, asked))?;
    let knowledge = prepared.knowledge.view()?;
    let index = Index::open(prepared.segments, knowledge).map_err(ask::broken)?;
    let view = ask::view(context, &index, &prepared.knowledge, asked, prepared.as_at);
    let view = runtime.block_on(view)?;
    let open = Open {
        knowledge,
        index: &index,
        view: &view,
        register,
        machines: &prepared.machines,
        support: &OnceLock::new(),
        national: &National::default(),
    };
    Ok(Then {
        as_at: prepared.as_at,
        knowledge: prepared.knowledge.blob.to_string(),
        knowledge_built_at: built_at(knowledge),
        answer: question(&open)?,
    })
}

fn built_at(knowledge: Knowledge<'_>) -> Timestamp {
    let built_at = Timestamp::from_microsecond(knowledge.built_at_us.to_native());
    built_at.unwrap_or(Timestamp::UNIX_EPOCH)
}

fn lost() -> Error {
    Error::damaged("index", "a past", "what worked at it has ended")
}
