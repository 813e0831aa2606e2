//! Alerts and what hosts show, as files for other tools: what everybody may read (`public.rs`), and what somebody may who
//! has signed in (`own.rs`, `vex.rs`).

mod own;
mod public;
mod vex;

use app::alerts::publish::{CapStatus, Publisher};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

pub(crate) use own::{Offer, file, offer};
pub(crate) use public::*;
pub(crate) use vex::{__path_vex_api, file as vex, vex_api};

use crate::error::Refusal;
use crate::etag;
use crate::site::Site;

/// What kinds of files there are.
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";
const ATOM: &str = "application/atom+xml; charset=utf-8";
const CAP: &str = "application/cap+xml; charset=utf-8";

/// What the operator must say before anything is published.
pub(crate) const UNSET: &str = "Nothing is published here: whoever runs this service has not said who publishes. It is said \
     with --publisher, --publisher-contact and --public-url.";

/// Who publishes, and whether what is said is meant: an invented sector's alerts are none.
fn publisher(site: &Site) -> Result<(&Publisher, CapStatus), Refusal> {
    let status = if site.is_demo { CapStatus::Test } else { CapStatus::Actual };
    let publisher = site.publisher.as_ref();
    publisher.map(|one| (one, status)).ok_or_else(|| Refusal::NotFound(UNSET.to_owned()))
}

/// Who may keep a file.
#[derive(Clone, Copy)]
enum Kept<'f> {
    /// Everybody, who must ask whether it still holds: what was for everybody may not be any more.
    ByAll(Option<Timestamp>),
    /// Whoever asked, under this name.
    ByWhom(&'f str),
}

/// A file, or that the one at hand still holds.
fn answer(asked: &HeaderMap, (kind, bytes): (&'static str, Vec<u8>), kept: Kept<'_>) -> Response {
    let tag = etag::tag(&Sha256::digest(&bytes));
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::ETAG, tag);
    let control = match kept {
        Kept::ByAll(changed) => {
            let changed = changed.map(|at| at.to_zoned(TimeZone::UTC));
            let words = changed.map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
            if let Some(value) = words.and_then(|words| HeaderValue::from_str(&words).ok()) {
                headers.insert(header::LAST_MODIFIED, value);
            }
            "public, no-cache"
        }
        Kept::ByWhom(name) => {
            if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
                headers.insert(header::CONTENT_DISPOSITION, value);
            }
            headers.insert(header::VARY, HeaderValue::from_static("authorization, cookie"));
            "private, no-cache"
        }
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
    etag::unless_held(asked, response)
}

fn nothing(what: &str) -> Refusal {
    let what: String = what.chars().take(60).collect();
    Refusal::NotFound(format!("Nothing is published as {what}."))
}
