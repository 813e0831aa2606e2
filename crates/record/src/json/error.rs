//! What is wrong with a JSON text, and where.

use std::fmt;

/// What is wrong, at which member and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Keys and positions from the outermost value inwards.
    path: Vec<String>,
    /// Bytes before the place.
    pub at: usize,
    /// What is wrong there.
    pub fault: JsonFault,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonFault {
    /// A fraction or an exponent.
    #[error(
        "a number with a fraction or an exponent; write an integer of a smaller unit, or a string"
    )]
    Float,
    /// An integer beyond 64 bits.
    #[error("a number beyond 64 bits; write it as a string")]
    Range,
    /// The same key twice in one object.
    #[error("a key that stands twice in one object; keep one of them")]
    Twice,
    /// Too deep.
    #[error("values nested more than {} deep", super::read::DEEPEST)]
    Depth,
    /// An escape that is no character.
    #[error("an escape that names no character")]
    Escape,
    /// A control character that must be escaped.
    #[error("a control character that is not escaped")]
    Control,
    /// Not JSON.
    #[error("not JSON: {0}")]
    Syntax(&'static str),
}

impl JsonError {
    pub(super) const fn new(at: usize, fault: JsonFault) -> Self {
        Self { path: Vec::new(), at, fault }
    }

    /// The same error, seen from the value around it.
    pub(super) fn inside(mut self, step: impl Into<String>) -> Self {
        self.path.insert(0, step.into());
        self
    }

    /// The place as a JSON pointer (RFC 6901); empty for the whole text.
    pub fn path(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "at `{}`, ", self.path())?;
        }
        write!(f, "byte {}: {}", self.at, self.fault)
    }
}

impl std::error::Error for JsonError {}
