//! Names of organisations.

use std::fmt;
use std::str::FromStr;

/// The name of an organisation, as its source prints it, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganisationName(String);

impl OrganisationName {
    /// The longest name in characters: the NHS register cuts at 100, others print more.
    pub const LONGEST: usize = 300;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OrganisationName {
    type Err = OrganisationNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > Self::LONGEST || text.chars().any(char::is_control) {
            return Err(OrganisationNameError);
        }
        Ok(Self(text.to_owned()))
    }
}

/// A text that is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no name: write one line of at most {} characters", OrganisationName::LONGEST)]
pub struct OrganisationNameError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_says_something() {
        let name: OrganisationName = "  Marsh End Hospital ".parse().unwrap();
        assert_eq!(name.as_str(), "Marsh End Hospital");
        for text in ["", "  ", "a\nb", "a\0b", &"x".repeat(301)] {
            assert!(text.parse::<OrganisationName>().is_err(), "{text:?}");
        }
    }
}
