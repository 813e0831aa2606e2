//! Codes of organisations.

use std::fmt;
use std::str::FromStr;

/// The code of an organisation in its sector's register ("RX1", "A81001").
///
/// One to sixteen characters: ASCII letters, digits, and `-` between them; kept in capitals, as the
/// NHS Organisation Data Service prints them. A code names one organisation for ever: it is never
/// given to another, also after the organisation has closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganisationCode(String);

impl OrganisationCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OrganisationCode {
    type Err = OrganisationCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let edges = text.starts_with('-') || text.ends_with('-');
        let sound = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if text.is_empty() || text.len() > 16 || edges || !sound {
            return Err(OrganisationCodeError(text.to_owned()));
        }
        Ok(Self(text.to_ascii_uppercase()))
    }
}

/// A text that is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no organisation code: write one to sixteen letters and digits, like RX1")]
pub struct OrganisationCodeError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_in_capitals() {
        assert_eq!(" rx1 ".parse::<OrganisationCode>().unwrap().as_str(), "RX1");
    }

    #[test]
    fn what_could_be_a_path_or_markup_is_no_code() {
        for text in ["", "-A", "A-", "A/B", "A B", "../x", "<b>", "ABCDEFGHIJKLMNOPQ", "Ä1"] {
            assert!(text.parse::<OrganisationCode>().is_err(), "{text}");
        }
    }
}
