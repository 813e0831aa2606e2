//! The style sheet, the script and the icon, under names that follow from their content, so that a browser may
//! keep them for ever.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::etag;

const STYLE: &str = include_str!("../assets/site.css");
const SCRIPT: &str = include_str!("../assets/site.js");
const VERIFY: &str = include_str!("../assets/verify.js");
const CODE: &str = include_str!("../assets/code.css");
const ICON: &str = include_str!("../assets/icon.svg");

static NAMES: OnceLock<[String; 5]> = OnceLock::new();

fn names() -> &'static [String; 5] {
    NAMES.get_or_init(|| {
        let files = [
            ("site", STYLE, "css"),
            ("site", SCRIPT, "js"),
            ("verify", VERIFY, "js"),
            ("code", CODE, "css"),
            ("icon", ICON, "svg"),
        ];
        files.map(|(stem, content, ending)| {
            let hash: [u8; 32] = Sha256::digest(content).into();
            let first = hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
            format!("{stem}-{first:016x}.{ending}")
        })
    })
}

/// Where the style sheet is.
pub(crate) fn style() -> String {
    let [style, ..] = names();
    format!("/assets/{style}")
}

/// Where the script is.
pub(crate) fn script() -> String {
    let [_, script, ..] = names();
    format!("/assets/{script}")
}

/// Where the script is that proves an event in the browser.
pub(crate) fn verify() -> String {
    let [_, _, verify, ..] = names();
    format!("/assets/{verify}")
}

/// Where the style sheet of the one page is that must be small.
pub(crate) fn code_style() -> String {
    let [_, _, _, code, _] = names();
    format!("/assets/{code}")
}

/// Where the icon is.
pub(crate) fn icon() -> String {
    let [.., icon] = names();
    format!("/assets/{icon}")
}

pub(crate) async fn file(Path(file): Path<String>, asked: HeaderMap) -> Response {
    let [style, script, verify, code, icon] = names();
    let (content, kind) = if file == *style {
        (STYLE, "text/css; charset=utf-8")
    } else if file == *script {
        (SCRIPT, "text/javascript; charset=utf-8")
    } else if file == *verify {
        (VERIFY, "text/javascript; charset=utf-8")
    } else if file == *code {
        (CODE, "text/css; charset=utf-8")
    } else if file == *icon {
        (ICON, "image/svg+xml")
    } else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    let mut response = (headers, content).into_response();
    // The name holds a hash of the content already.
    response.headers_mut().insert(header::ETAG, etag::tag(&Sha256::digest(content)));
    etag::unless_held(&asked, response)
}
