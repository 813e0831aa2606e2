//! What every reader of foreign bytes gives back beside its value: warnings
//! that name their place, or one error that names place and remedy.

use std::fmt;

/// Where in a file something stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Place {
    /// The file as a whole.
    #[default]
    Whole,
    /// A line, counted from 1.
    Line(u32),
    /// A record (a CSV row, a stanza, an array element), counted from 1.
    Record(u32),
    /// A path inside a structured document: a JSON pointer or an XML element path.
    Path(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("whole file"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Record(record) => write!(f, "record {record}"),
            Self::Path(path) => f.write_str(path),
        }
    }
}

/// Something a reader could not use or had to guess; the rest was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where it stands.
    pub place: Place,
    /// What is wrong and what was done about it, for a person.
    pub message: String,
}

impl Warning {
    /// Makes a warning.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Why a file could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}; {remedy}")]
pub struct ReadError {
    /// Where reading stopped.
    pub place: Place,
    /// What was wrong there.
    pub message: String,
    /// What the person can do next.
    pub remedy: String,
}

impl ReadError {
    /// Makes an error.
    pub fn new(place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place, message: message.into(), remedy: remedy.into() }
    }
}
