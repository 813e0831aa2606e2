//! For whoever watches the service: is it there, can it answer?

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::site::Site;

/// The process runs.
pub(crate) async fn live() -> &'static str {
    "alive\n"
}

/// It can answer: the record can be read.
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> (StatusCode, &'static str) {
    match site.context().store.size().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "the record cannot be read");
            (StatusCode::SERVICE_UNAVAILABLE, "the record cannot be read\n")
        }
    }
}
