//! What each kind of job does. All of it can be done again: nothing is recorded twice.

use std::sync::Arc;

use model::event::{Marking, NewEvent};
use model::organisation::OrganisationCode;
use serde::de::DeserializeOwned;
use serde_json::json;
use store::{Claim, Job};
use tokio::sync::OwnedSemaphorePermit;

use super::live::Live;
use super::work::{
    Asker, ImportInput, ImportOutcome, JobKind, Outcome, PlainInput, Stage, TimerInput, VerdictSums,
};
use super::worker::Worker;
use crate::access::{Permission, Power};
use crate::context::{Caller, Context, Scope};
use crate::error::Error;
use crate::exposure::{knowledge, refresh, segments};
use crate::import::run::Request;
use crate::import::sending;

/// Which question is answered before and after.
const ASKED: &str = "MS17-010";

/// Kind of the event of a timer.
pub const FIRED: &str = "timer.fired";

/// Why an attempt at a job did not succeed.
#[derive(Debug)]
pub(super) enum Fault {
    /// Somebody wants it to end.
    Unwanted,
    /// It would be so the next time, too.
    Lasting(Error),
    /// It may be otherwise the next time.
    Passing(Error),
    /// What is to be done cannot be read, or cannot be done here; in words.
    Impossible(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Unwanted => Self::Unwanted,
            Error::Store(store::Error::EventRefused { .. } | store::Error::KeyReused { .. })
            | Error::NoOrganisation(_)
            | Error::NotAllowed(_)
            | Error::Damaged { .. } => Self::Lasting(error),
            other => Self::Passing(other),
        }
    }
}

/// Does a job; `turn` is given back as soon as others may be begun beside it.
pub(super) async fn run(
    worker: &Worker,
    (claim, job): (&Claim, &Job),
    (live, turn): (&Arc<Live>, OwnedSemaphorePermit),
) -> Result<Outcome, Fault> {
    let context = worker.context();
    match JobKind::of_code(&job.kind) {
        Some(JobKind::Import) => import(worker, &context, (claim, job), (live, turn)).await,
        Some(JobKind::KnowledgeUpdate) => knowledge_update(worker, &context, job, live).await,
        Some(JobKind::IndexRebuild) => index_rebuild(worker, &context).await,
        Some(JobKind::Timer) => timer(&context, job).await,
        None => Err(Fault::Impossible(format!(
            "this version of Wardround does not know jobs of the kind `{}`",
            job.kind
        ))),
    }
}

fn input<T: DeserializeOwned>(job: &Job) -> Result<T, Fault> {
    serde_json::from_str(&job.input).map_err(|_| unreadable())
}

fn unreadable() -> Fault {
    Fault::Impossible("what is to be done cannot be read".to_owned())
}

/// Whose facts a job is about.
fn organisation(job: &Job) -> Result<Option<OrganisationCode>, Fault> {
    job.organisation.as_deref().map(str::parse).transpose().map_err(|_| unreadable())
}

async fn import(
    worker: &Worker,
    context: &Context,
    (claim, job): (&Claim, &Job),
    (live, turn): (&Arc<Live>, OwnedSemaphorePermit),
) -> Result<Outcome, Fault> {
    let input: ImportInput = input(job)?;
    let code = &organisation(job)?.ok_or_else(unreadable)?;
    let caller = acting(&job.actor, &input.asker, Some(code));
    let recorded = live.progress().recorded;
    let mut outcome = if let Some(recorded) = recorded {
        // Whoever began it had recorded all.
        *recorded
    } else {
        live.advance(|progress| {
            progress.stage = Stage::Reading;
            progress.files = input.files.len() as u64;
        });
        let before = sums(worker, context, &caller, code).await?;
        let request = Request {
            organisation: code.clone(),
            source: input.source.clone(),
            undated: input.undated,
        };
        let watch = |done: &sending::Done| {
            live.advance(|progress| {
                progress.files_read = done.files_read;
                progress.hosts = done.recorded.hosts;
            });
            if live.is_unwanted() { Err(Error::Unwanted) } else { Ok(()) }
        };
        let files = (&request, input.files.as_slice());
        let done = sending::record(context, &caller, files, &watch).await?;
        let summary = done.recorded;
        worker.took_files(summary.files);
        ImportOutcome { summary, asked: ASKED.to_owned(), before, after: None }
    };
    live.advance(|progress| {
        progress.stage = Stage::Answering;
        progress.hosts = outcome.summary.hosts;
        progress.recorded = Some(Box::new(outcome.clone()));
    });
    // From here on another sending of the same organisation need not wait.
    let said = serde_json::to_string(&live.progress()).unwrap_or_default();
    context.store.leave_lane(claim, &said).await.map_err(Error::from)?;
    drop(turn);
    worker.wake();
    // What was recorded is recorded, whether the answer can be brought up to date or not.
    match worker.refreshed().await {
        Ok(()) => outcome.after = sums(worker, context, &caller, code).await?,
        Err(error) => {
            tracing::warn!(%error, "the answer could not be brought up to date after an import");
        }
    }
    sending::forget(&context.store, &input.files).await?;
    Ok(Outcome::Import(Box::new(outcome)))
}

/// The organisation's hosts by verdict; none before there is anything to judge with.
async fn sums(
    worker: &Worker,
    context: &Context,
    caller: &Caller,
    code: &OrganisationCode,
) -> Result<Option<VerdictSums>, Error> {
    let held = match worker.desk().held(context).await {
        Ok(held) => held,
        Err(Error::NoKnowledge) => return Ok(None),
        Err(error) => return Err(error),
    };
    match held.counts(caller, code, ASKED.to_owned()).await {
        Ok(counts) => Ok(counts.as_ref().map(VerdictSums::of)),
        // Registered a moment ago: what is held open does not know it yet.
        Err(Error::NoOrganisation(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn knowledge_update(
    worker: &Worker,
    context: &Context,
    job: &Job,
    live: &Arc<Live>,
) -> Result<Outcome, Fault> {
    let input: PlainInput = input(job)?;
    let Some(fetch) = worker.fetch() else {
        return Err(Fault::Impossible(
            "this server does not fetch knowledge; bring it with `wardround knowledge update` and \
             `wardround knowledge adopt`"
                .to_owned(),
        ));
    };
    live.advance(|progress| progress.stage = Stage::Reading);
    let fetched = tokio::task::spawn_blocking(move || fetch());
    let bytes = fetched
        .await
        .map_err(|source| Error::damaged("knowledge", "the update", source))?
        .map_err(|source| Fault::Passing(Error::damaged("knowledge", "the update", source)))?;
    if live.is_unwanted() {
        return Err(Fault::Unwanted);
    }
    live.advance(|progress| progress.stage = Stage::Answering);
    let caller = acting(&job.actor, &input.asker, None);
    let since = knowledge::adopt(context, &caller, &bytes).await?.since;
    worker.refreshed().await?;
    Ok(Outcome::Words(format!("The record answers from this knowledge since {since}.")))
}

async fn index_rebuild(worker: &Worker, context: &Context) -> Result<Outcome, Fault> {
    segments::forget(context).await?;
    refresh(context).await?;
    worker.desk().reopen(context).await?;
    Ok(Outcome::Words("The index is built anew from the record.".to_owned()))
}

async fn timer(context: &Context, job: &Job) -> Result<Outcome, Fault> {
    let input: TimerInput = input(job)?;
    let body = json!({ "version": 1, "timer": job.id, "what": input.what, "due": input.due });
    let event = NewEvent {
        kind: FIRED.to_owned(),
        subject: input.subject,
        organisation: organisation(job)?,
        actor: job.actor.clone(),
        on_behalf_of: input.asker.on_behalf_of,
        authority: input.asker.authority,
        reason: input.asker.reason,
        // Not now: begun twice, it must be the same event.
        as_at: input.due,
        caused_by: None,
        corrects: None,
        marking: Marking::Amber,
        body: body.to_string(),
        personal: None,
    };
    let key = format!("timer/{}", job.id);
    context.store.append_once(&key, vec![event], context.now).await.map_err(Error::from)?;
    Ok(Outcome::Words("The time had come, and the record says so.".to_owned()))
}

/// Who acts: whoever asked, with what the job needs and no more. That they might was decided when
/// they asked; what was asked for is done, whatever role is taken from them later.
fn acting(actor: &str, asker: &Asker, organisation: Option<&OrganisationCode>) -> Caller {
    let power = match organisation {
        Some(code) => Power {
            role: None,
            permissions: [Permission::AddEvidence, Permission::SeeHosts].into(),
            reach: Scope::Organisations([code.clone()].into()),
            marking: Marking::AmberStrict,
            until: None,
        },
        None => Power {
            role: None,
            permissions: [Permission::ManageKnowledge].into(),
            reach: Scope::Everything,
            marking: Marking::Green,
            until: None,
        },
    };
    Caller {
        on_behalf_of: asker.on_behalf_of.clone(),
        authority: asker.authority.clone(),
        reason: asker.reason.clone(),
        ..Caller::with_powers(actor, vec![power])
    }
}
