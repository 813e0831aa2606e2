//! Jobs for programs.

use std::sync::Arc;

use app::access::SignedIn;
use app::jobs::see;
use app::jobs::{ImportOutcome, JobKind, JobView, Outcome, Stage};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::JobsQuery;
use crate::error::{ApiError, Refusal};
use crate::guard::Visitor;
use crate::once::{self, Sending};
use crate::paging::{PageQuery, Paged, cursor};
use crate::site::Site;

/// A job.
#[derive(Serialize, ToSchema)]
#[schema(as = Job)]
pub(crate) struct JobDocument {
    id: String,
    /// `import`, `knowledge-update`, `index-rebuild`, `timer`; none of a kind that this version does not know.
    kind: Option<&'static str>,
    organisation: Option<String>,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    state: &'static str,
    attempts: u32,
    most_attempts: u32,
    #[schema(format = DateTime)]
    created: String,
    /// Not before this instant.
    #[schema(format = DateTime)]
    due: Option<String>,
    #[schema(format = DateTime)]
    begun: Option<String>,
    #[schema(format = DateTime)]
    ended: Option<String>,
    asked_by: String,
    progress: ProgressDocument,
    /// What an import recorded and what that changed.
    result: Option<ImportOutcome>,
    /// What came of any other job.
    words: Option<String>,
    fault: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = JobProgress)]
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
#[derive(Serialize, ToSchema)]
#[schema(as = Jobs)]
pub(crate) struct JobsDocument {
    /// The newest first.
    jobs: Vec<JobDocument>,
    /// `after` of the next page; none at the end.
    next: Option<String>,
}

/// Which jobs a program wants.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobsFilter {
    /// Of this organisation only, by its code.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    organisation: String,
    /// In this state only: `queued`, `running`, `done`, `failed` or `cancelled`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    state: String,
}

/// The cursors of this list are its own.
const LIST: &str = "jobs";

/// What is done in the background
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    tag = "jobs",
    params(JobsFilter, PageQuery),
    responses((status = 200, description = "A page of jobs that the caller may see", body = JobsDocument)),
)]
pub(crate) async fn api_list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Query(query): Query<JobsFilter>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<JobsDocument>, ApiError> {
    let part = page.read(LIST)?;
    let before = part.after.unwrap_or_default();
    let JobsFilter { organisation, state } = query;
    let wanted = JobsQuery { organisation, state, before }.read()?;
    let context = site.context();
    let (jobs, has_more) = see::jobs(&context, &visitor.caller, &wanted, part.limit).await?;
    let next = jobs.last().filter(|_| has_more).map(|last| cursor(LIST, &last.id));
    let jobs = jobs.into_iter().map(JobDocument::of).collect();
    Ok(Paged { document: JobsDocument { jobs, next: next.clone() }, next, asked: uri })
}

/// A job: how far it is, and what came of it
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}",
    tag = "jobs",
    params(("id" = String, Path, description = "The job's identity")),
    responses((status = 200, description = "The job", body = JobDocument)),
)]
pub(crate) async fn api_one(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(id): Path<String>,
) -> Result<Json<JobDocument>, ApiError> {
    let job = see::job(&site.context(), &visitor.caller, &id).await?;
    Ok(Json(JobDocument::of(job)))
}

/// End a job
///
/// What waits is ended at once, what runs as soon as it looks up. What it has recorded stays recorded.
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/cancel",
    tag = "jobs",
    params(("id" = String, Path, description = "The job's identity")),
    responses((status = 200, description = "The job", body = JobDocument)),
)]
pub(crate) async fn api_cancel(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let context = site.context();
    let change = see::cancel(&context, &visitor.caller, &id);
    changed(&site, (&visitor, &headers), ("POST cancel", &id), change).await
}

/// Have a job done again that failed or was ended
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/retry",
    tag = "jobs",
    params(("id" = String, Path, description = "The job's identity")),
    responses((status = 200, description = "The job", body = JobDocument)),
)]
pub(crate) async fn api_retry(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let context = site.context();
    let change = see::retry(&context, &visitor.caller, &id);
    changed(&site, (&visitor, &headers), ("POST retry", &id), change).await
}

/// Changes a job once, however often it is sent, and only for a program: a browser changes jobs by the form of
/// the page, which carries its proof.
async fn changed(
    site: &Arc<Site>,
    (visitor, headers): (&SignedIn, &HeaderMap),
    (door, id): (&'static str, &str),
    change: impl Future<Output = Result<JobView, app::Error>> + Send,
) -> Result<Response, ApiError> {
    if visitor.session.is_some() {
        return Err(Refusal::Foreign.into());
    }
    let mut sending = Sending::default();
    sending.add(id);
    let work = async {
        let job = change.await?;
        site.jobs.wake();
        Ok(once::Done::ok(JobDocument::of(job)))
    };
    once::once(site, (visitor, headers), (door, sending), work).await
}
