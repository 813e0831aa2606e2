//! Long lists for programs, a page at a time: how many, from where on, and where the rest is.
//!
//! Where a page ends is a cursor: opaque to who gets it, made of the last row's own key, so that what
//! is added or removed between two pages moves nothing. It opens nothing: whoever sends it is asked
//! again who they are.

use axum::Json;
use axum::http::uri::Uri;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::error::Refusal;

/// Rows of a page where nobody says how many.
const ROWS: usize = 200;
/// Most rows of a page.
const MOST_ROWS: usize = 1_000;
/// Parts a cursor is made of are set apart by what no key has in it.
const APART: char = '\u{1f}';

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Most rows of the answer; 200 where it is not said.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// Where to go on: `next` of the page before, as it was given.
    #[param(value_type = Option<String>)]
    after: Option<String>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Most rows.
    pub(crate) limit: usize,
    /// The key of the row after which it begins.
    pub(crate) after: Option<String>,
}

impl PageQuery {
    /// What part of the list of that name is wanted.
    pub(crate) fn read(&self, list: &str) -> Result<Part, Refusal> {
        let limit = match self.limit.as_deref() {
            None => ROWS,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST_ROWS).contains(limit))
                .ok_or_else(|| Refusal::Wrong(limit_words(text)))?,
        };
        let after = match self.after.as_deref() {
            None | Some("") => None,
            Some(text) => Some(opened(list, text).ok_or_else(|| {
                Refusal::Wrong(
                    "That cursor is none of this list: send `next` of the page before exactly as \
                     it was given, or leave `after` out to begin anew."
                        .to_owned(),
                )
            })?),
        };
        Ok(Part { limit, after })
    }
}

fn limit_words(text: &str) -> String {
    format!(
        "“{text}” is no limit: write a number from 1 to {MOST_ROWS}, or leave it out for {ROWS}."
    )
}

/// Where a page of the list of that name ended.
pub(crate) fn cursor(list: &str, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}{APART}{key}"))
}

fn opened(list: &str, text: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (own, key) = text.split_once(APART)?;
    (own == list).then(|| key.to_owned())
}

/// A page of a list with the address of the next (RFC 8288).
pub(crate) struct Paged<T> {
    /// What is answered.
    pub(crate) document: T,
    /// The cursor of the next page; none at the end.
    pub(crate) next: Option<String>,
    /// What was asked.
    pub(crate) asked: Uri,
}

impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.document).into_response();
        let link = self.next.and_then(|next| link(&self.asked, &next));
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

/// The same question, from the cursor on.
fn link(asked: &Uri, next: &str) -> Option<HeaderValue> {
    let kept = asked.query().unwrap_or_default().split('&');
    let kept = kept.filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("after"));
    let mut query: Vec<&str> = kept.collect();
    let after = format!("after={next}");
    query.push(&after);
    let target = format!("{}?{}", asked.path(), query.join("&"));
    let target = target.replace('<', "%3C").replace('>', "%3E");
    HeaderValue::from_str(&format!("<{target}>; rel=\"next\"")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(limit: Option<&str>, after: Option<&str>) -> Result<Part, Refusal> {
        let own = |text: Option<&str>| text.map(ToOwned::to_owned);
        PageQuery { limit: own(limit), after: own(after) }.read("hosts")
    }

    #[test]
    fn a_cursor_comes_back_as_it_was_and_in_its_own_list_only() {
        let cursor = cursor("hosts", "WARD 7\u{1f}h-1");
        let part = read(None, Some(&cursor)).unwrap();
        assert_eq!(part, Part { limit: 200, after: Some("WARD 7\u{1f}h-1".to_owned()) });
        assert!(PageQuery { limit: None, after: Some(cursor) }.read("events").is_err());
        for bad in ["x", "%", "aG9zdHM", "....", &"A".repeat(10_000)] {
            assert!(read(None, Some(bad)).is_err(), "{bad}");
        }
        assert_eq!(read(None, Some("")).unwrap().after, None);
    }

    #[test]
    fn a_limit_is_a_number_from_one_to_a_thousand() {
        assert_eq!(read(Some("1000"), None).unwrap().limit, 1000);
        for bad in ["", "0", "1001", "-1", "ten", "18446744073709551616"] {
            assert!(read(Some(bad), None).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_next_page_is_the_same_question_from_the_cursor_on() {
        let asked = "/api/v1/organisations?q=a%20b&after=old&limit=2".parse().unwrap();
        let link = link(&asked, "new").unwrap();
        assert_eq!(link, "</api/v1/organisations?q=a%20b&limit=2&after=new>; rel=\"next\"");
    }
}
