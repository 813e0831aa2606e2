//! Sending evidence: files of any format that `wardround check` reads, and what they changed.
//!
//! What comes goes to the spool as it comes ([`sent`]), then a job records it, whether or not whoever
//! sent it still waits. The answer is what came of it if that is known within seconds.

mod result;
mod sent;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use app::access::SignedIn;
use app::import::sending::{SentFile, forget};
use app::jobs::ask::NewImport;
use app::jobs::{ImportOutcome, JobView, Outcome, ask};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use model::organisation::OrganisationCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, PageError, Refusal};
use crate::frame::{self, Frame, check_csrf};
use crate::guard::Visitor;
use crate::jobs::JobDocument;
use crate::once::{self, Sending};
use crate::organisation::code_of;
use crate::site::Site;

pub(crate) use result::ResultView;

/// How long an answer waits for what comes of a sending.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(askama::Template)]
#[template(path = "evidence.html")]
struct EvidencePage {
    frame: Frame,
    code: String,
    name: String,
    result: Option<ResultView>,
}

pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    may_add(&visitor.caller, &code)?;
    page(&site, &visitor, &code, None).await
}

/// Whether the caller may add evidence of an organisation; who may not may not know that it is there.
fn may_add(caller: &app::Caller, code: &OrganisationCode) -> Result<(), Refusal> {
    if caller.can(app::access::Permission::AddEvidence, Some(code)) {
        return Ok(());
    }
    Err(app::Error::NoOrganisation(code.clone()).into())
}

async fn page(
    site: &Site,
    visitor: &SignedIn,
    code: &OrganisationCode,
    result: Option<ResultView>,
) -> Result<Response, PageError> {
    let held = site.desk.held(&site.context()).await?;
    held.expect(&visitor.caller, code)?;
    let name =
        held.register().get(code).map_or_else(|| code.to_string(), |own| own.label().to_owned());
    Ok(frame::html(&EvidencePage {
        frame: Frame::of(site, visitor, format!("Send evidence of {name}"), "/organisations"),
        code: code.to_string(),
        name,
        result,
    }))
}

pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    parts: Multipart,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    may_add(&visitor.caller, &code)?;
    let files = sent::receive(&site, parts, |csrf| check_csrf(&visitor, csrf)).await?;
    let asked = asked(&site, &visitor.caller, (&code, "sent by a page"), files).await?;
    let job = finished(&site, &visitor.caller, &asked.id, PATIENCE).await?;
    match &job.outcome {
        Some(Outcome::Import(done)) => {
            page(&site, &visitor, &code, Some(ResultView::of(done, code.as_str()))).await
        }
        // Nothing yet: the job's page says how far it is, and what came of it.
        _ => Ok(Redirect::to(&format!("/jobs/{}", job.id)).into_response()),
    }
}

/// What is sent.
#[derive(ToSchema)]
#[schema(as = Evidence)]
#[expect(dead_code, reason = "says to programs what the parts of the form are")]
struct Parts {
    /// Files of any format that `wardround check` reads, or archives of them.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<String>,
    /// Only with a cookie: the proof that a page of this session holds, before the files.
    csrf: Option<String>,
}

/// What came of a sending, or how far it is.
#[derive(Serialize)]
#[serde(untagged)]
enum Sent {
    Taken(Box<ImportOutcome>),
    UnderWay(Box<JobDocument>),
}

/// Send evidence of an organisation's hosts
///
/// What came of it is answered if it is known within seconds; else a job, which says how far it is. With
/// `Prefer: respond-async` the answer is the job. What the record holds already changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{code}/evidence",
    tag = "evidence",
    params(
        ("code" = String, Path, description = "The organisation's code"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: do not wait for what comes of it"),
    ),
    request_body(content = Parts, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What was recorded, and what it changed", body = ImportOutcome),
        (status = 202, description = "It is safe and will be recorded: this job says how far it is", body = JobDocument,
            headers(("Location" = String, description = "The job"))),
    ),
)]
pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, ApiError> {
    let code = code_of(&code)?;
    may_add(&visitor.caller, &code)?;
    let files = sent::receive(&site, parts, |csrf| match visitor.session {
        // A browser's cookie is as good as a form's proof only with the proof beside it.
        Some(_) => check_csrf(&visitor, csrf),
        None => Ok(()),
    })
    .await?;
    let sending = sending(&visitor, &code, &files);
    let (spooled, is_asked) = (files.clone(), AtomicBool::new(false));
    let patience = if wants_no_waiting(&headers) { Duration::ZERO } else { PATIENCE };
    let work = async {
        is_asked.store(true, Ordering::Relaxed);
        let asked = asked(&site, &visitor.caller, (&code, "sent by the API"), files).await?;
        let job = finished(&site, &visitor.caller, &asked.id, patience).await?;
        if let Some(Outcome::Import(done)) = job.outcome {
            return Ok(once::Done::ok(Sent::Taken(done)));
        }
        Ok(once::Done {
            status: StatusCode::ACCEPTED,
            location: Some(format!("/api/v1/jobs/{}", job.id)),
            document: Sent::UnderWay(Box::new(JobDocument::of(job))),
        })
    };
    let answer = once::once(&site, (&visitor, &headers), ("POST evidence", sending), work).await;
    if !is_asked.load(Ordering::Relaxed) {
        // It was done before, or is being done: nobody will read what came now.
        forget(&site.context().store, &spooled).await?;
    }
    answer
}

/// What decides what is recorded and answered: for whom, each file's name and content, and whether who
/// sent it may see verdicts.
fn sending(visitor: &SignedIn, code: &OrganisationCode, files: &[SentFile]) -> Sending {
    let sees = visitor.caller.can(app::access::Permission::SeeHosts, Some(code));
    let mut sending = Sending::default();
    sending.add(code.as_str());
    sending.add([u8::from(sees)]);
    for file in files {
        sending.add(&file.name);
        sending.add(&file.sha256);
    }
    sending
}

/// Whether a program wants its answer as soon as what it sent is safe (RFC 7240, 4.1).
fn wants_no_waiting(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").into_iter().filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split(','))
        .any(|preference| preference.trim().eq_ignore_ascii_case("respond-async"))
}

/// Asks that what was sent be recorded: from here on it will be, whatever happens.
async fn asked(
    site: &Site,
    caller: &app::Caller,
    (code, source): (&OrganisationCode, &str),
    files: Vec<SentFile>,
) -> Result<JobView, Refusal> {
    let context = site.context();
    let new = NewImport {
        organisation: code.clone(),
        source: source.to_owned(),
        undated: None,
        files: files.clone(),
        once: None,
    };
    match ask::import(&context, caller, new).await {
        Ok(job) => {
            site.jobs.wake();
            Ok(job)
        }
        Err(error) => {
            // Nobody will read them.
            forget(&context.store, &files).await?;
            Err(error.into())
        }
    }
}

/// Waits for what comes of a job; what it recorded is then in the next answer, whoever asks.
async fn finished(
    site: &Site,
    caller: &app::Caller,
    id: &str,
    patience: Duration,
) -> Result<JobView, Refusal> {
    let job = site.jobs.wait(caller, id, patience).await?;
    if job.is_over() {
        // Another server may have done it.
        match site.desk.refresh(&site.context()).await {
            Ok(_) | Err(app::Error::NoKnowledge) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(job)
}
