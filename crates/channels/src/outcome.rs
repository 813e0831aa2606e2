//! What came of handing a message over.

use std::time::Duration;

/// The carrier took it. That is neither arrival nor acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What the carrier calls it, where it says so.
    pub carrier_id: Option<String>,
}

/// The carrier did not take it. `why` is for the operator: it holds no address and no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may go the same way later.
    #[error("not now: {why}")]
    Temporary {
        /// What the carrier said.
        why: String,
        /// How long it asked to wait.
        wait: Option<Duration>,
    },
    /// This address cannot be reached so.
    #[error("never at this address: {why}")]
    Permanent {
        /// What the carrier said.
        why: String,
    },
    /// The carrier or its settings are broken: an alarm for the operator, and no fault of the address.
    #[error("the carrier or its settings are at fault: {why}")]
    Technical {
        /// What is wrong.
        why: String,
    },
}

impl Failure {
    /// Temporary, without a time to wait.
    pub(crate) fn temporary(why: impl Into<String>) -> Self {
        Self::Temporary { why: why.into(), wait: None }
    }

    /// Permanent.
    pub(crate) fn permanent(why: impl Into<String>) -> Self {
        Self::Permanent { why: why.into() }
    }

    /// Technical.
    pub(crate) fn technical(why: impl Into<String>) -> Self {
        Self::Technical { why: why.into() }
    }
}

/// A stranger's words, for the operator: one line, at most 200 characters, and nothing that looks like an address of
/// a person.
pub(crate) fn said(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    let shown = words.map(|word| {
        let is_number = word.bytes().filter(u8::is_ascii_digit).count() >= 7;
        if word.contains('@') || is_number { "…" } else { word }
    });
    shown.collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_carrier_says_is_shown_without_addresses() {
        assert_eq!(said("5.1.1 <a@b.example>:\r\n no such\u{7} user"), "5.1.1 … no such user");
        assert_eq!(said("+447700900123 barred"), "… barred");
        assert_eq!(said(&"x".repeat(900)).len(), 200);
    }
}
