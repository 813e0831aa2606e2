//! Jobs for programs.

use std::sync::Arc;

use app::jobs::see;
use app::jobs::{ImportOutcome, JobKind, JobView, Outcome, Stage};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Serialize;

use super::{JobsQuery, PAGE};
use crate::error::{ApiError, Refusal};
use crate::guard::Visitor;
use crate::site::Site;

/// A job.
#[derive(Serialize)]
pub(crate) struct JobDocument {
    id: String,
    kind: Option<&'static str>,
    organisation: Option<String>,
    state: &'static str,
    attempts: u32,
    most_attempts: u32,
    created: String,
    due: Option<String>,
    begun: Option<String>,
    ended: Option<String>,
    asked_by: String,
    progress: ProgressDocument,
    /// What an import recorded and what that changed.
    result: Option<ImportOutcome>,
    /// What came of any other job.
    words: Option<String>,
    fault: Option<String>,
}

#[derive(Serialize)]
struct ProgressDocument {
    stage: Stage,
    files: u64,
    files_read: u64,
    hosts: u64,
}

impl JobDocument {
    /// A job as its viewer sees it.
    pub(crate) fn of(job: JobView) -> Self {
        let (result, words) = match job.outcome {
            Some(Outcome::Import(done)) => (Some(*done), None),
            Some(Outcome::Words(words)) => (None, Some(words)),
            None => (None, None),
        };
        Self {
            id: job.id,
            kind: job.kind.map(JobKind::code),
            organisation: job.organisation.map(|code| code.to_string()),
            state: job.state.code(),
            attempts: job.attempts.0,
            most_attempts: job.attempts.1,
            created: job.created.to_string(),
            due: job.due.map(|at| at.to_string()),
            begun: job.begun.map(|at| at.to_string()),
            ended: job.ended.map(|at| at.to_string()),
            asked_by: job.actor,
            progress: ProgressDocument {
                stage: job.progress.stage,
                files: job.progress.files,
                files_read: job.progress.files_read,
                hosts: job.progress.hosts,
            },
            result,
            words,
            fault: job.fault,
        }
    }
}

/// A page of jobs.
#[derive(Serialize)]
pub(crate) struct JobsDocument {
    jobs: Vec<JobDocument>,
    /// What to give as `before` for older ones; none if there are no more.
    before: Option<String>,
}

pub(crate) async fn api_list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<JobsQuery>,
) -> Result<Json<JobsDocument>, ApiError> {
    let wanted = query.read()?;
    let (jobs, has_more) = see::jobs(&site.context(), &visitor.caller, &wanted, PAGE).await?;
    let before = jobs.last().filter(|_| has_more).map(|last| last.id.clone());
    Ok(Json(JobsDocument { jobs: jobs.into_iter().map(JobDocument::of).collect(), before }))
}

pub(crate) async fn api_one(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(id): Path<String>,
) -> Result<Json<JobDocument>, ApiError> {
    let job = see::job(&site.context(), &visitor.caller, &id).await?;
    Ok(Json(JobDocument::of(job)))
}

pub(crate) async fn api_cancel(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(id): Path<String>,
) -> Result<Json<JobDocument>, ApiError> {
    by_program(&visitor)?;
    let job = see::cancel(&site.context(), &visitor.caller, &id).await?;
    site.jobs.wake();
    Ok(Json(JobDocument::of(job)))
}

pub(crate) async fn api_retry(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(id): Path<String>,
) -> Result<Json<JobDocument>, ApiError> {
    by_program(&visitor)?;
    let job = see::retry(&site.context(), &visitor.caller, &id).await?;
    site.jobs.wake();
    Ok(Json(JobDocument::of(job)))
}

/// A browser changes jobs by the form of the page, which carries its proof.
fn by_program(visitor: &app::access::SignedIn) -> Result<(), Refusal> {
    if visitor.session.is_some() { Err(Refusal::Foreign) } else { Ok(()) }
}
