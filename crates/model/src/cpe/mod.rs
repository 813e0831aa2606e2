//! CPE names (stub until the real ones land).

/// A CPE name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cpe(String);

/// Why a text is no CPE name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a CPE name")]
pub struct CpeError;

impl Cpe {
    /// Reads a CPE 2.3 formatted string or a CPE 2.2 URI.
    pub fn parse(text: &str) -> Result<Self, CpeError> {
        Ok(Self(text.to_owned()))
    }
}
