//! What the framework refuses in its own few words, said in ours: a query that cannot be read, a body
//! too large, a method that an address does not take, an answer that took too long.
//!
//! Stands around all doors, so that no handler has to think of it.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;

use crate::error::{ApiError, PageError, Refusal};

/// How the paths of doors for programs begin.
pub(crate) const API: &str = "/api/";
/// As much is read of what the framework says.
const MOST_WORDS: usize = 2_000;

pub(crate) async fn in_our_words(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Those who ask them look at the status alone.
    let is_watched = path == "/healthz" || path == "/readyz";
    let (is_api, method) = (path.starts_with(API), request.method().clone());
    let response = next.run(request).await;
    let status = response.status();
    let is_refused = status.is_client_error() || status.is_server_error();
    if is_watched || !is_refused || is_ours(response.headers()) {
        return response;
    }
    let allowed = response.headers().get(header::ALLOW).cloned();
    let words = to_bytes(response.into_body(), MOST_WORDS).await.unwrap_or_default();
    let words = String::from_utf8_lossy(&words);
    let takes = allowed.as_ref().and_then(|allowed| allowed.to_str().ok()).unwrap_or("GET");
    let refusal =
        Refusal::Framework { status, words: said(status, method.as_str(), takes, &words) };
    let mut response = if is_api {
        ApiError::from(refusal).into_response()
    } else {
        PageError::from(refusal).into_response()
    };
    if let Some(allowed) = allowed {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// Refuses a body that says of itself that it is too large, after reading it away: whoever sends it would else meet a
/// closed connection before this answer. What is far too large is not read to its end.
pub(crate) async fn too_much(most: usize, request: Request, next: Next) -> Response {
    const MOST_READ: usize = 1 << 20;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_none_or(|length| length <= most) {
        return next.run(request).await;
    }
    let mut rest = request.into_body().into_data_stream();
    let mut read = 0_usize;
    while let Some(Ok(part)) = rest.next().await {
        read = read.saturating_add(part.len());
        if read > MOST_READ {
            break;
        }
    }
    StatusCode::PAYLOAD_TOO_LARGE.into_response()
}

/// Whether an answer was made by us: a page or a problem document.
fn is_ours(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| !kind.starts_with(b"text/plain"))
}

/// What happened, and what to do.
fn said(status: StatusCode, method: &str, takes: &str, words: &str) -> String {
    let words = words.trim().trim_end_matches('.');
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            format!("This address does not take {method}. It takes {takes}.")
        }
        StatusCode::NOT_FOUND => {
            "Nothing is at this address. Look at how it is written, or begin at the start page."
                .to_owned()
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            "More was sent than this address takes. Send less at once: evidence in several parts, \
             or packed."
                .to_owned()
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            format!("What was sent is not of a kind that this address takes ({words}).")
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            "It took too long and was given up. Ask again in a minute, for less if you can: one \
             organisation, or fewer rows."
                .to_owned()
        }
        status if status.is_server_error() => {
            "It is not your fault, and nothing that was recorded is lost. Try again in a minute; \
             if it stays so, tell whoever runs this service."
                .to_owned()
        }
        _ if words.is_empty() => {
            "What was sent cannot be read. Correct it and send it again.".to_owned()
        }
        _ => format!(
            "A part of the address or of what was sent cannot be read ({words}). Correct it and \
             send it again."
        ),
    }
}
