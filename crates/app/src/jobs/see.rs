//! Who sees which jobs, and who may end them or have them done again.
//!
//! Whoever may add evidence of an organisation sees and changes the jobs of it; whoever sees the
//! sector as a whole sees all, and whoever manages jobs changes all. Of any other nobody learns that
//! they are there.

use jiff::Timestamp;
use model::organisation::OrganisationCode;
use store::{Job, JobFilter, JobState};

use super::work::{JobKind, Outcome, Progress};
use crate::access::Permission;
use crate::context::{Caller, Context, Scope};
use crate::error::Error;

/// Jobs that are read at once.
const PAGE: usize = 200;

/// A job, as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobView {
    /// Its identity.
    pub id: String,
    /// What kind of work it is; none of a kind that this version does not know.
    pub kind: Option<JobKind>,
    /// Whose facts it is about.
    pub organisation: Option<OrganisationCode>,
    /// Who asked for it, as the record names them.
    pub actor: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun, and is at most.
    pub attempts: (u32, u32),
    /// When it was asked for.
    pub created: Timestamp,
    /// Not before this instant.
    pub due: Option<Timestamp>,
    /// When it was begun last.
    pub begun: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Whether it was told to end.
    pub is_unwanted: bool,
    /// How far it is.
    pub progress: Progress,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// What went wrong last, in words.
    pub fault: Option<String>,
    /// Whether whoever sees it may end it or have it done again.
    pub may_change: bool,
}

/// Which jobs somebody wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this organisation.
    pub organisation: Option<OrganisationCode>,
    /// In this state.
    pub state: Option<JobState>,
    /// Older than this one.
    pub before: Option<String>,
}

impl JobView {
    /// A job as a caller sees it.
    pub(super) fn of(caller: &Caller, job: Job) -> Self {
        let organisation = job.organisation.as_deref().and_then(|code| code.parse().ok());
        let mut progress: Progress = serde_json::from_str(&job.progress).unwrap_or_default();
        let mut outcome = job.outcome.and_then(|text| serde_json::from_str(&text).ok());
        if !caller.can(Permission::SeeHosts, organisation.as_ref()) {
            // A program that may only send learns what was recorded, and no verdicts.
            progress.recorded = None;
            if let Some(Outcome::Import(import)) = &mut outcome {
                (import.before, import.after) = (None, None);
            }
        }
        Self {
            kind: JobKind::of_code(&job.kind),
            actor: job.actor,
            state: job.state,
            attempts: (job.attempts, job.most_attempts),
            created: job.created,
            due: (job.due > Timestamp::UNIX_EPOCH).then_some(job.due),
            begun: job.begun,
            ended: job.ended,
            is_unwanted: job.is_unwanted,
            progress,
            outcome,
            fault: job.fault,
            may_change: may_change(caller, organisation.as_ref()),
            id: job.id,
            organisation,
        }
    }

    /// Whether nothing more comes of it by itself.
    pub fn is_over(&self) -> bool {
        self.state.is_over()
    }
}

/// Jobs that the caller may see, the newest first, at most `limit`; and whether there are more.
pub async fn jobs(
    context: &Context,
    caller: &Caller,
    wanted: &Wanted,
    limit: usize,
) -> Result<(Vec<JobView>, bool), Error> {
    let sees_any = sees_all(caller) || caller.can(Permission::AddEvidence, None);
    if !sees_any {
        return Err(Error::NotAllowed(Permission::AddEvidence));
    }
    if let Some(code) = &wanted.organisation
        && !may_see(caller, Some(code))
    {
        return Err(Error::NoOrganisation(code.clone()));
    }
    let mut filter = JobFilter {
        organisation: wanted.organisation.clone().or_else(|| only_own(caller)),
        state: wanted.state,
        before: wanted.before.clone(),
    };
    let mut found = Vec::new();
    loop {
        let page = context.store.jobs(&filter, PAGE).await?;
        let Some(last) = page.last() else { return Ok((found, false)) };
        filter.before = Some(last.id.clone());
        for job in page {
            let organisation = job.organisation.as_deref().and_then(|code| code.parse().ok());
            if may_see(caller, organisation.as_ref()) {
                if found.len() == limit {
                    return Ok((found, true));
                }
                found.push(JobView::of(caller, job));
            }
        }
    }
}

/// A job; [`Error::NoJob`] if it is not there or not the caller's.
pub async fn job(context: &Context, caller: &Caller, id: &str) -> Result<JobView, Error> {
    let found = context.store.job(id).await?;
    let found = found.map(|job| JobView::of(caller, job));
    found
        .filter(|job| may_see(caller, job.organisation.as_ref()))
        .ok_or_else(|| Error::NoJob(id.to_owned()))
}

/// Ends a job that waits, or tells one that runs to end.
pub async fn cancel(context: &Context, caller: &Caller, id: &str) -> Result<JobView, Error> {
    expect_change(context, caller, id).await?;
    context.store.cancel_job(id, context.now).await?;
    job(context, caller, id).await
}

/// Has a job done again that failed or was cancelled.
pub async fn retry(context: &Context, caller: &Caller, id: &str) -> Result<JobView, Error> {
    expect_change(context, caller, id).await?;
    context.store.retry_job(id).await?;
    job(context, caller, id).await
}

async fn expect_change(context: &Context, caller: &Caller, id: &str) -> Result<(), Error> {
    let found = job(context, caller, id).await?;
    if found.may_change { Ok(()) } else { Err(Error::NotAllowed(Permission::ManageJobs)) }
}

/// The organisation of a caller who has one: the others' jobs are then not even looked at.
fn only_own(caller: &Caller) -> Option<OrganisationCode> {
    let Scope::Organisations(codes) = &caller.scope else { return None };
    if codes.len() == 1 { codes.first().cloned() } else { None }
}

fn sees_all(caller: &Caller) -> bool {
    caller.can_everywhere(Permission::SeeRecord) || caller.can_everywhere(Permission::ManageJobs)
}

fn may_see(caller: &Caller, organisation: Option<&OrganisationCode>) -> bool {
    let is_own = |code| caller.can(Permission::AddEvidence, Some(code));
    sees_all(caller) || organisation.is_some_and(is_own)
}

fn may_change(caller: &Caller, organisation: Option<&OrganisationCode>) -> bool {
    let is_own = |code| caller.can(Permission::AddEvidence, Some(code));
    caller.can_everywhere(Permission::ManageJobs) || organisation.is_some_and(is_own)
}
