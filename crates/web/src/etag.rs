//! What has not changed is not sent again: tags of content, and answers without it (RFC 9110, 13.1.2).

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// An answer to a program, tagged by its bytes and by whom it is for: two who are told the same
/// cannot tell so by the tag. What was tagged so before is not sent again.
pub(crate) async fn tagged(asked: &HeaderMap, whom: &str, response: Response) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // Answers to programs are made whole before they are sent; a page of a list bounds them.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        tracing::error!("an answer could not be read to its end");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut hash = Sha256::new();
    hash.update(whom);
    hash.update([0]);
    hash.update(&bytes);
    let headers = &mut parts.headers;
    headers.insert(header::ETAG, tag(&hash.finalize()));
    // Kept by who asked, and never used without asking whether it still holds for them.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("authorization, cookie"));
    unless_held(asked, Response::from_parts(parts, Body::from(bytes)))
}

/// A tag: a weak one, for the same content may travel packed or not.
pub(crate) fn tag(hash: &[u8]) -> HeaderValue {
    let hash = URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or(hash));
    HeaderValue::from_str(&format!("W/\"{hash}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// The answer, or that it is the one that the asker has.
pub(crate) fn unless_held(asked: &HeaderMap, response: Response) -> Response {
    let own = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let given = asked.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|it| it.to_str().ok());
    let is_held = own.is_some_and(|own| {
        let same = |given: &str| given == "*" || bare(given) == bare(own);
        given.flat_map(|given| given.split(',')).any(|given| same(given.trim()))
    });
    if !is_held {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// Weak and strong are compared alike.
fn bare(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
