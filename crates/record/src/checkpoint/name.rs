//! Names of logs and of their keys.

use std::fmt;
use std::str::FromStr;

/// The name of a log, which is its checkpoints' origin line and its key's name
/// ("record.mdh.example/wardround"): an address without scheme, which need not lead anywhere.
///
/// Not empty, at most 255 bytes, no space, no control character, no `+`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.len() > 255 || text.contains(wrong) {
            return Err(NameError(text.chars().take(80).collect()));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A text that cannot name a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot name a log: write an address without spaces or `+`, like record.example.org")]
pub struct NameError(String);
