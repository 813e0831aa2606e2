//! Jobs: what is done in the background, how far it is, and what came of it.

mod api;
mod events;

use std::sync::Arc;

use app::jobs::see::{self, Wanted};
use app::jobs::{JobKind, JobState, JobView, Outcome, ask as asking};
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use serde::Deserialize;

use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame, check_csrf};
use crate::guard::Visitor;
use crate::import::ResultView;
use crate::organisation::code_of;
use crate::site::Site;
use crate::words::{counted, minute, number};

pub(crate) use api::{
    __path_api_cancel, __path_api_list, __path_api_one, __path_api_retry, JobDocument, api_cancel,
    api_list, api_one, api_retry,
};
pub(crate) use events::events;

/// Jobs on one page.
const PAGE: usize = 50;

/// The states, by their names in addresses and in words.
const STATES: [(&str, &str); 5] = [
    ("queued", "waiting"),
    ("running", "running"),
    ("done", "done"),
    ("failed", "failed"),
    ("cancelled", "cancelled"),
];

/// Which jobs are wanted.
#[derive(Deserialize)]
pub(crate) struct JobsQuery {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    before: String,
}

impl JobsQuery {
    fn read(&self) -> Result<Wanted, Refusal> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let state = given(&self.state).map(|code| {
            JobState::of_code(&code).ok_or_else(|| {
                let known: Vec<&str> = STATES.iter().map(|(code, _)| *code).collect();
                Refusal::Wrong(format!("A state is one of {}.", known.join(", ")))
            })
        });
        Ok(Wanted {
            organisation: given(&self.organisation).map(|code| code_of(&code)).transpose()?,
            state: state.transpose()?,
            before: given(&self.before),
        })
    }
}

#[derive(askama::Template)]
#[template(path = "jobs.html")]
struct ListPage {
    frame: Frame,
    status: String,
    organisation: String,
    state: String,
    states: [(&'static str, &'static str); 5],
    rows: Vec<Row>,
    before: Option<String>,
    may_ask: bool,
}

struct Row {
    id: String,
    what: &'static str,
    organisation: String,
    state: &'static str,
    created: String,
    ended: String,
    attempts: String,
}

pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<JobsQuery>,
) -> Result<Response, PageError> {
    let caller = &visitor.caller;
    let wanted = query.read()?;
    let (jobs, has_more) = see::jobs(&site.context(), caller, &wanted, PAGE).await?;
    let waiting = jobs.iter().filter(|job| !job.is_over()).count() as u64;
    let is_all = [&query.organisation, &query.state].iter().all(|text| text.trim().is_empty());
    let status = match (jobs.len(), waiting) {
        (0, _) if is_all => {
            "Nothing was asked for yet: whoever sends evidence finds its job here.".to_owned()
        }
        (0, _) => "There are no such jobs.".to_owned(),
        (_, 0) => "Nothing is being done in the background.".to_owned(),
        (_, waiting) => format!("{} or run.", counted(waiting, "job waits", "jobs wait")),
    };
    Ok(frame::html(&ListPage {
        frame: Frame::of(&site, &visitor, "Jobs", "/jobs"),
        status,
        before: jobs.last().filter(|_| has_more).map(|last| last.id.clone()),
        rows: jobs.into_iter().map(row).collect(),
        organisation: query.organisation,
        state: query.state,
        states: STATES,
        may_ask: caller.can_everywhere(app::access::Permission::ManageJobs),
    }))
}

fn row(job: JobView) -> Row {
    Row {
        what: what(&job),
        state: state(&job),
        organisation: job.organisation.map(|code| code.to_string()).unwrap_or_default(),
        created: minute(job.created),
        ended: job.ended.map(minute).unwrap_or_default(),
        attempts: number(u64::from(job.attempts.0)),
        id: job.id,
    }
}

fn what(job: &JobView) -> &'static str {
    job.kind.map_or("Of a later version", JobKind::label)
}

fn state(job: &JobView) -> &'static str {
    let code = job.state.code();
    STATES.iter().find(|(own, _)| *own == code).map_or(code, |(_, words)| words)
}

/// What is asked for.
#[derive(Deserialize)]
pub(crate) struct AskForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    kind: String,
}

pub(crate) async fn ask(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<AskForm>,
) -> Result<Redirect, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let (context, caller) = (site.context(), &visitor.caller);
    let job = match JobKind::of_code(&form.kind) {
        Some(JobKind::KnowledgeUpdate) => asking::knowledge_update(&context, caller).await?,
        Some(JobKind::IndexRebuild) => asking::index_rebuild(&context, caller).await?,
        _ => {
            let words = "Only knowledge and the index are asked for here.";
            return Err(Refusal::Wrong(words.to_owned()).into());
        }
    };
    site.jobs.wake();
    Ok(Redirect::to(&format!("/jobs/{}", job.id)))
}

#[derive(askama::Template)]
#[template(path = "job.html")]
struct JobPage {
    frame: Frame,
    id: String,
    status: String,
    is_over: bool,
    progress: String,
    fault: Option<String>,
    words: Option<String>,
    result: Option<ResultView>,
    can_cancel: bool,
    can_retry: bool,
    facts: Vec<(&'static str, String)>,
    organisation: Option<String>,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let job = see::job(&site.context(), &visitor.caller, &id).await?;
    let organisation = job.organisation.as_ref().map(ToString::to_string);
    let status = format!("{}: {}.", what(&job), state(&job));
    let mut facts = vec![
        ("State", state(&job).to_owned()),
        ("Asked for", format!("{} by {}", minute(job.created), job.actor)),
        ("Begun", format!("{} of at most {}", job.attempts.0, job.attempts.1)),
    ];
    let instants =
        [("Not before", job.due), ("Last begun", job.begun), ("Ended", job.ended)].into_iter();
    facts.extend(instants.filter_map(|(name, at)| Some((name, minute(at?)))));
    let (result, words) = match &job.outcome {
        Some(Outcome::Import(done)) => {
            let code = organisation.as_deref().unwrap_or_default();
            (Some(ResultView::of(done, code)), None)
        }
        Some(Outcome::Words(words)) => (None, Some(words.clone())),
        None => (None, None),
    };
    let has_failed = matches!(job.state, JobState::Failed | JobState::Cancelled);
    Ok(frame::html(&JobPage {
        frame: Frame::of(&site, &visitor, what(&job), "/jobs"),
        status,
        is_over: job.is_over(),
        progress: progress(&job),
        fault: job.fault,
        words,
        result,
        can_cancel: job.may_change && !job.state.is_over(),
        can_retry: job.may_change && has_failed,
        facts,
        organisation,
        id: job.id,
    }))
}

/// How far a job is, as a sentence.
fn progress(job: &JobView) -> String {
    let progress = &job.progress;
    let mut words = model::words::capital(progress.stage.label());
    if progress.files_read > 0 {
        words.push_str(&format!(
            ": {} read, {} recorded",
            counted(progress.files_read, "file", "files"),
            counted(progress.hosts, "host", "hosts"),
        ));
    }
    words.push('.');
    if job.is_unwanted {
        words.push_str(" It is told to end.");
    }
    words
}

/// What is to become of a job.
#[derive(Deserialize)]
pub(crate) struct ChangeForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    change: String,
}

pub(crate) async fn change(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(id): Path<String>,
    Form(form): Form<ChangeForm>,
) -> Result<Redirect, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let (context, caller) = (site.context(), &visitor.caller);
    let job = match form.change.as_str() {
        "cancel" => see::cancel(&context, caller, &id).await?,
        "retry" => see::retry(&context, caller, &id).await?,
        _ => return Err(Refusal::Wrong("A job is cancelled or tried again.".to_owned()).into()),
    };
    site.jobs.wake();
    Ok(Redirect::to(&format!("/jobs/{}", job.id)))
}
