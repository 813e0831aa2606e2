//! What the operator learns of each request: a line in the log, numbers, and a span where one is wanted.
//!
//! Never what would tell of a person or let somebody in: no address of a request, no query, no name,
//! no cookie, no token. A door is named by its pattern, a caller by the identity of their account.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use app::hex;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use sha2::{Digest as _, Sha256};

use super::limits::Gate;
use super::metrics::Metrics;
use super::spans::{Context, Span, Spans};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What watches a server.
pub(crate) struct Watch {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) gate: Option<Gate>,
    pub(crate) spans: Option<Spans>,
    pub(crate) numbers: Numbers,
}

/// Numbers that nobody else has, from a seed that nobody knows.
pub(crate) struct Numbers {
    seed: [u8; 16],
    next: AtomicU64,
}

impl Numbers {
    pub(crate) fn new(seed: [u8; 16]) -> Self {
        Self { seed, next: AtomicU64::new(0) }
    }

    fn next(&self) -> [u8; 32] {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let hash = Sha256::new().chain_update(self.seed).chain_update(number.to_be_bytes());
        hash.finalize().into()
    }
}

/// Who asked, left with an answer by whoever found out.
#[derive(Clone, Debug)]
pub(crate) struct AskedBy(pub(crate) String);

/// Counts down when a request ends, however it ends.
struct InFlight(Arc<Metrics>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.dec();
    }
}

/// A method as labels name it: anybody can make up another.
fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

pub(crate) async fn watched(
    State(watch): State<Arc<Watch>>,
    request: Request,
    next: Next,
) -> Response {
    let (began, began_at) = (Instant::now(), SystemTime::now());
    watch.metrics.in_flight.inc();
    let in_flight = InFlight(Arc::clone(&watch.metrics));
    let number = watch.numbers.next();
    let id = hex(number.first_chunk::<8>().map_or(&[][..], |id| id));
    let door = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let door = door.unwrap_or_else(|| "none".to_owned());
    let method = method_of(request.method());
    let context = Context::of(request.headers(), &number);
    let mut response = next.run(request).await;
    drop(in_flight);
    let (status, took) = (response.status().as_u16(), began.elapsed());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    watch.metrics.answered(&door, method, status, took);
    let caller = response.extensions_mut().remove::<AskedBy>();
    let caller = caller.as_ref().map_or("", |by| by.0.as_str());
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request = %id, door, method, status, ms = millis, caller, "answered");
    if let Some(spans) = &watch.spans
        && context.is_sampled
    {
        spans.send(Span { context, door, method, status, request: id, began: began_at, took });
    }
    response
}
