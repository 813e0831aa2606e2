//! Asking for work, by who may.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::OrganisationCode;
use serde::Serialize;
use store::NewJob;

use super::policy::most_attempts;
use super::see::JobView;
use super::work::{Asker, ImportInput, JobKind, PlainInput, TimerInput};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::import::sending::SentFile;
use crate::organisations::kept as registers;

/// Evidence that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewImport {
    /// Whose it is.
    pub organisation: OrganisationCode,
    /// Where it comes from, in words.
    pub source: String,
    /// The day that counts for files that do not say when they were made; without it, today.
    pub undated: Option<Date>,
    /// The files, in the spool.
    pub files: Vec<SentFile>,
    /// A name: sent twice under one name, it is one job.
    pub once: Option<String>,
}

/// Something that is to happen at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTimer {
    /// When.
    pub due: Timestamp,
    /// What the time has come for, as the event is to say ("remind", "escalate").
    pub what: String,
    /// What it is about.
    pub subject: String,
    /// Whose facts it is about.
    pub organisation: Option<OrganisationCode>,
    /// A name: asked for twice under one name, it is one timer.
    pub once: Option<String>,
}

/// Asks that what was sent be recorded.
pub async fn import(context: &Context, caller: &Caller, new: NewImport) -> Result<JobView, Error> {
    let organisation = new.organisation;
    let today = context.now.to_zoned(TimeZone::UTC).date();
    registers::expect(context, caller, &organisation, today).await?;
    caller.expect(Permission::AddEvidence, Some(&organisation))?;
    let lane = Some(format!("import/{organisation}"));
    let input = ImportInput {
        asker: asker(caller),
        source: new.source,
        undated: new.undated,
        files: new.files,
    };
    let asked = Asked { organisation: Some(organisation), once: new.once, lane, due: None };
    keep(context, caller, (JobKind::Import, &input), asked).await
}

/// Asks for what publishers state now.
pub async fn knowledge_update(context: &Context, caller: &Caller) -> Result<JobView, Error> {
    caller.expect(Permission::ManageKnowledge, None)?;
    plain(context, caller, JobKind::KnowledgeUpdate).await
}

/// Asks that the index be built anew.
pub async fn index_rebuild(context: &Context, caller: &Caller) -> Result<JobView, Error> {
    caller.expect(Permission::ManageJobs, None)?;
    plain(context, caller, JobKind::IndexRebuild).await
}

/// Asks that an event be recorded at an instant, once, whatever becomes of the servers until then.
pub async fn timer(context: &Context, caller: &Caller, new: NewTimer) -> Result<JobView, Error> {
    match &new.organisation {
        Some(code) => caller.expect(Permission::AddEvidence, Some(code))?,
        None => caller.expect(Permission::ManageJobs, None)?,
    }
    let input =
        TimerInput { asker: asker(caller), what: new.what, subject: new.subject, due: new.due };
    let due = Some(new.due);
    let asked = Asked { organisation: new.organisation, once: new.once, lane: None, due };
    keep(context, caller, (JobKind::Timer, &input), asked).await
}

async fn plain(context: &Context, caller: &Caller, kind: JobKind) -> Result<JobView, Error> {
    let input = PlainInput { asker: asker(caller) };
    let lane = Some(kind.code().to_owned());
    keep(context, caller, (kind, &input), Asked { lane, ..Asked::default() }).await
}

#[derive(Default)]
struct Asked {
    organisation: Option<OrganisationCode>,
    once: Option<String>,
    lane: Option<String>,
    due: Option<Timestamp>,
}

async fn keep(
    context: &Context,
    caller: &Caller,
    (kind, input): (JobKind, &(impl Serialize + Sync)),
    asked: Asked,
) -> Result<JobView, Error> {
    let input =
        serde_json::to_string(input).map_err(|source| Error::damaged("input", "a job", source))?;
    let new = NewJob {
        kind: kind.code().to_owned(),
        organisation: asked.organisation,
        actor: caller.actor.clone(),
        input,
        once: asked.once,
        lane: asked.lane,
        due: asked.due,
        most_attempts: most_attempts(kind),
    };
    let job = context.store.add_job(&new, context.now).await?;
    Ok(JobView::of(caller, job))
}

fn asker(caller: &Caller) -> Asker {
    Asker {
        on_behalf_of: caller.on_behalf_of.clone(),
        authority: caller.authority.clone(),
        reason: caller.reason.clone(),
    }
}
