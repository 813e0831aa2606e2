//! Numbers for whoever watches the service, in the text format of Prometheus.
//!
//! Labels are patterns of doors and never addresses: there are few of them, and they tell of nobody.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::site::Site;

/// Bounds of the durations, in seconds: a page is to take less than 0.3.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 120.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    door: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Took {
    door: String,
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Policy {
    policy: &'static str,
}

/// What is counted as it happens.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Family<Answered, Counter>,
    durations: Durations,
    pub(crate) in_flight: Gauge,
    /// Sign-ins that were refused.
    pub(crate) sign_in_failures: Counter,
    rate_limited: Family<Policy, Counter>,
}

struct Durations(Family<Took, Histogram, fn() -> Histogram>);

impl Default for Durations {
    fn default() -> Self {
        Self(Family::new_with_constructor(|| Histogram::new(BOUNDS)))
    }
}

impl Metrics {
    /// Counts a request that was answered.
    pub(crate) fn answered(&self, door: &str, method: &'static str, status: u16, took: Duration) {
        let answered = Answered { door: door.to_owned(), method, status };
        self.requests.get_or_create(&answered).inc();
        let of = Took { door: door.to_owned(), method };
        self.durations.0.get_or_create(&of).observe(took.as_secs_f64());
    }

    /// Counts a request that was refused for there were too many.
    pub(crate) fn rate_limited(&self, policy: &'static str) {
        self.rate_limited.get_or_create(&Policy { policy }).inc();
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests that were answered", self.requests.clone());
        let about = "How long until an answer began";
        registry.register("http_request_seconds", about, self.durations.0.clone());
        let about = "Requests that are being answered";
        registry.register("http_requests_in_flight", about, self.in_flight.clone());
        let about = "Sign-ins that were refused";
        registry.register("sign_in_failures", about, self.sign_in_failures.clone());
        let about = "Requests that were refused for there were too many";
        registry.register("rate_limited", about, self.rate_limited.clone());
    }
}

/// The one door of the listener for metrics.
pub(crate) fn router(site: Arc<Site>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(site)
}

async fn show(State(site): State<Arc<Site>>) -> Response {
    let mut registry = Registry::with_prefix("wardround");
    site.metrics.register(&mut registry);
    let files: Counter = Counter::default();
    files.inc_by(site.jobs.files_taken());
    registry.register("evidence_files", "Files of which evidence was taken", files);
    let context = site.context();
    match context.store.size().await {
        Ok(size) => {
            let events = Gauge::<i64>::default();
            events.set(i64::try_from(size).unwrap_or(i64::MAX));
            registry.register("record_events", "Events that the newest checkpoint covers", events);
        }
        Err(error) => tracing::warn!(%error, "the record cannot be read"),
    }
    if let Some(held) = site.desk.present() {
        let known = held.as_known();
        let (as_of, age) = (Gauge::<i64>::default(), Gauge::<i64>::default());
        as_of.set(known.as_second());
        age.set(context.now.duration_since(known).as_secs());
        let about = "As known when the estate is held open, in seconds since 1970";
        registry.register("estate_as_known_seconds", about, as_of);
        let about = "Since when nothing that changes an answer was added to the record";
        registry.register("estate_age_seconds", about, age);
        let judged = held.as_at().to_zoned(jiff::tz::TimeZone::UTC);
        if let Ok(judged) = judged {
            let as_at = Gauge::<i64>::default();
            as_at.set(judged.timestamp().as_second());
            let about = "The day that the estate is judged as at, in seconds since 1970";
            registry.register("estate_as_at_seconds", about, as_at);
        }
    }
    let build = Family::<Vec<(&str, &str)>, Gauge>::default();
    build.get_or_create(&vec![("version", env!("CARGO_PKG_VERSION"))]).set(1);
    registry.register("build", "Which program it is", build);
    let mut text = String::new();
    if encode(&mut text, &registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
