//! `Idempotency-Key`: what a program sends twice is done once.
//!
//! A handler reads what was sent, says in a digest what of it decides what is done, and hands over the
//! work; whether the work is done or an earlier answer given again is decided here, by `app::once`.

use std::sync::Arc;

use app::access::SignedIn;
use app::once::{self, First, OnceKey, RequestKey};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, Refusal};
use crate::site::Site;

/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What was sent, in so far as it decides what is done: parts of any length, none taken for another.
#[derive(Default)]
pub(crate) struct Sending(Sha256);

impl Sending {
    /// Adds a part.
    pub(crate) fn add(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.0.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(part);
    }
}

/// What the work comes to: an answer that can be kept and given again.
pub(crate) struct Done<T> {
    pub(crate) status: StatusCode,
    /// Where what was begun can be followed.
    pub(crate) location: Option<String>,
    pub(crate) document: T,
}

impl<T> Done<T> {
    /// Done, and here is what came of it.
    pub(crate) fn ok(document: T) -> Self {
        Self { status: StatusCode::OK, location: None, document }
    }
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    location: Option<String>,
    body: String,
}

impl Kept {
    fn of<T: Serialize>(done: &Done<T>) -> Result<Self, Refusal> {
        let body = serde_json::to_string(&done.document).map_err(|error| unwritten(&error))?;
        Ok(Self { location: done.location.clone(), body })
    }

    fn answer(self, status: StatusCode) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        let mut response = (status, kind, self.body).into_response();
        let location = self.location.and_then(|place| HeaderValue::from_str(&place).ok());
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

fn unwritten(error: &serde_json::Error) -> Refusal {
    tracing::error!(%error, "an answer could not be written or read");
    Refusal::Framework {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        words:
            "What was sent is recorded, and the answer could not be written. Send it again with \
                a new key: nothing is recorded twice."
                .to_owned(),
    }
}

/// Does the work, or gives the answer that it had when it was sent before with the same key. Without a
/// key it is done.
pub(crate) async fn once<T: Serialize>(
    site: &Arc<Site>,
    (visitor, headers): (&SignedIn, &HeaderMap),
    (door, sending): (&'static str, Sending),
    work: impl Future<Output = Result<Done<T>, Refusal>>,
) -> Result<Response, ApiError> {
    let Some(key) = key(headers)? else {
        let done = work.await?;
        return Ok(Kept::of(&done)?.answer(done.status));
    };
    let digest = sending.0.finalize().into();
    match once::begin(&site.context(), visitor, (door, &key), &digest).await? {
        First::Answered(status, kept) => {
            let kept: Kept = serde_json::from_slice(&kept).map_err(|error| unwritten(&error))?;
            let mut response = kept.answer(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            Ok(response)
        }
        First::UnderWay => Err(Refusal::Busy(
            "The same request, with the same key, is under way. Wait a moment, then send it again: \
             its answer is then given."
                .to_owned(),
        )
        .into()),
        First::Other => Err(Refusal::Reused.into()),
        First::Begun(key) => {
            let mut under_way = UnderWay { site: Arc::clone(site), key: Some(key) };
            let done = work.await?;
            let kept = Kept::of(&done)?;
            let bytes = serde_json::to_vec(&kept).map_err(|error| unwritten(&error))?;
            if let Some(key) = &under_way.key {
                once::answered(&site.context(), key, (done.status.as_u16(), &bytes)).await?;
            }
            under_way.key = None;
            Ok(kept.answer(done.status))
        }
    }
}

fn key(headers: &HeaderMap) -> Result<Option<OnceKey>, Refusal> {
    let mut given = headers.get_all("idempotency-key").into_iter();
    let Some(value) = given.next() else { return Ok(None) };
    let key = value.to_str().ok().and_then(OnceKey::read).filter(|_| given.next().is_none());
    key.map(Some).ok_or_else(|| {
        Refusal::Wrong(
            "The Idempotency-Key is none: send one header of 1 to 255 visible characters, such as \
             a new UUID."
                .to_owned(),
        )
    })
}

/// A request that is under way: whatever ends it without an answer lets it be sent again.
struct UnderWay {
    site: Arc<Site>,
    key: Option<RequestKey>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let site = Arc::clone(&self.site);
        // Who sent it may be gone; then nobody waits here.
        tokio::spawn(async move {
            if let Err(error) = once::given_up(&site.context(), &key).await {
                tracing::warn!(%error, "a request that came to nothing is still taken for begun");
            }
        });
    }
}
