//! What a job does, as it happens: server-sent events for a page with scripts.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use app::access::SignedIn;
use app::jobs::{JobView, see};
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Serialize;
use tokio::time::Instant;

use super::{progress, state};
use crate::error::PageError;
use crate::guard::Visitor;
use crate::site::Site;

/// After this time the browser asks again, and whether it still may is decided again.
const LONGEST: Duration = Duration::from_mins(5);

/// How far a job is.
#[derive(Serialize)]
struct Told {
    state: &'static str,
    words: String,
    files: u64,
    files_read: u64,
    hosts: u64,
}

/// Who is told, of what, and what they were told last.
struct Following {
    site: Arc<Site>,
    visitor: Arc<SignedIn>,
    id: String,
    until: Instant,
    last: Option<String>,
    is_over: bool,
}

pub(crate) async fn events(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, PageError> {
    // Refused before anything is told.
    let job = see::job(&site.context(), &visitor.caller, &id).await?;
    let until = Instant::now() + LONGEST;
    let following = Following { site, visitor, id, until, last: None, is_over: job.is_over() };
    Ok(Sse::new(unfold(following, next)).keep_alive(KeepAlive::default()))
}

async fn next(mut own: Following) -> Option<(Result<Event, Infallible>, Following)> {
    loop {
        if own.is_over {
            // Once: the browser then loads the page, and the stream ends.
            let was_told = own.last.as_deref() == Some("");
            own.last = Some(String::new());
            return (!was_told).then(|| (Ok(Event::default().event("over").data("{}")), own));
        }
        if Instant::now() >= own.until || own.site.jobs.is_ending() {
            return None;
        }
        let job = own.site.jobs.follow(&own.visitor.caller, &own.id).await.ok()?;
        own.is_over = job.is_over();
        let text = serde_json::to_string(&told(&job)).ok()?;
        if own.last.as_ref() != Some(&text) {
            own.last = Some(text.clone());
            return Some((Ok(Event::default().event("progress").data(text)), own));
        }
    }
}

fn told(job: &JobView) -> Told {
    Told {
        state: state(job),
        words: progress(job),
        files: job.progress.files,
        files_read: job.progress.files_read,
        hosts: job.progress.hosts,
    }
}
