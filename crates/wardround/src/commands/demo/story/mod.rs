//! The loop of an alert, told by somebody who has nothing but a server's address: written, approved, acknowledged, claimed,
//! disputed, proved. Each step is held against what the server answers, and each event against its proof.

mod evidence;
mod loop_of;
mod told;
mod visitor;

use std::time::{Duration, Instant};

use serde_json::Value;

pub(super) use told::Form;

use crate::error::CliError;

/// How long a server may take to hold a claim against new evidence.
const PATIENCE: Duration = Duration::from_mins(1);
/// So often it is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(250);

/// Something that is not as it is told.
#[derive(Debug)]
struct Untold(String);

impl Untold {
    fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl From<Untold> for CliError {
    fn from(untold: Untold) -> Self {
        Self::failed(format!("the story is not as it is told: {}", untold.0))
    }
}

/// Tells the story against a server.
pub(super) fn tell(base: &str, form: Form) -> Result<(), CliError> {
    loop_of::tell(base, form)
}

/// Asks until there is an answer; `None`: there was none in time.
fn until<T>(mut ask: impl FnMut() -> Result<Option<T>, Untold>) -> Result<Option<T>, Untold> {
    let begun = Instant::now();
    loop {
        if let Some(found) = ask()? {
            return Ok(Some(found));
        }
        if begun.elapsed() > PATIENCE {
            return Ok(None);
        }
        #[expect(clippy::disallowed_methods, reason = "a server tells nobody when it has looked")]
        std::thread::sleep(PAUSE);
    }
}

/// A text of a document, by its place ("/proof/is"); empty where it is none.
fn text<'d>(document: &'d Value, place: &str) -> &'d str {
    document.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

/// A number of a document, by its place.
fn number(document: &Value, place: &str) -> Option<u64> {
    document.pointer(place).and_then(Value::as_u64)
}

/// The rows of a list of a document, by its place.
fn rows<'d>(document: &'d Value, place: &str) -> impl Iterator<Item = &'d Value> {
    document.pointer(place).and_then(Value::as_array).into_iter().flatten()
}
