//! Where carriers call: with what became of messages, and with what people wrote. Each call proves itself; what it says
//! twice, late or of nothing that is ours is taken and changes nothing, so that nobody calls for ever.

use std::sync::Arc;

use app::delivery::{self, CallError, Receipts};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::site::Site;

pub(crate) async fn notify_receipts(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    hear(&site, Receipts::Notify { authorization: authorization(&headers), body: &body }).await
}

pub(crate) async fn notify_texts(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = Receipts::Notify { authorization: authorization(&headers), body: &body };
    // Notify sends no answer of its own; what was understood is on the page of the organisation.
    match take(&site, call).await {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refused(&error),
    }
}

pub(crate) async fn kannel_receipts(
    State(site): State<Arc<Site>>,
    RawQuery(query): RawQuery,
) -> Response {
    hear(&site, Receipts::Kannel { query: query.as_deref().unwrap_or_default() }).await
}

/// The gateway sends back as a text what it is answered; nothing is no text.
pub(crate) async fn kannel_texts(
    State(site): State<Arc<Site>>,
    RawQuery(query): RawQuery,
) -> Response {
    let call = Receipts::Kannel { query: query.as_deref().unwrap_or_default() };
    match take(&site, call).await {
        Ok(reply) => {
            let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (plain, reply.unwrap_or_default()).into_response()
        }
        Err(error) => refused(&error),
    }
}

pub(crate) async fn bounces(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    hear(&site, Receipts::Bounce { authorization: authorization(&headers), mail: &body }).await
}

async fn hear(site: &Site, call: Receipts<'_>) -> Response {
    let carriers = site.postman.carriers();
    match delivery::hear(&site.context(), &site.alerts, carriers, call).await {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refused(&error),
    }
}

async fn take(site: &Site, call: Receipts<'_>) -> Result<Option<String>, CallError> {
    let known = (&*site.alerts, &*site.desk);
    delivery::reply(&site.context(), known, site.postman.carriers(), call).await
}

fn authorization(headers: &HeaderMap) -> &str {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Who cannot prove themselves and who calls a carrier that is not there are told the same.
fn refused(error: &CallError) -> Response {
    let status = match error {
        CallError::NotSet | CallError::Forged => StatusCode::FORBIDDEN,
        CallError::NotOurs => StatusCode::NO_CONTENT,
        CallError::Unreadable(_) => StatusCode::BAD_REQUEST,
        CallError::App(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    if status != StatusCode::NO_CONTENT {
        tracing::warn!(%error, "a carrier's call was not taken");
    }
    status.into_response()
}
