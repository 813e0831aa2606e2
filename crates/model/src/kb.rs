//! Microsoft Knowledge Base numbers, by which updates are known.

use std::fmt;
use std::str::FromStr;

/// The number of a Microsoft update ("KB4012212", before 2003 also "Q147222").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kb(u32);

/// Why a text is not a KB number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a KB number")]
pub struct KbError {
    text: String,
}

impl Kb {
    /// Makes a KB number; zero is none.
    pub const fn new(number: u32) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The number without "KB".
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Finds the first "KBnnnnnn" in free text, for example in an update's title.
    ///
    /// ```
    /// use model::kb::Kb;
    /// assert_eq!(Kb::find("Security Update for Windows (KB4012212)"), Kb::new(4_012_212));
    /// assert_eq!(Kb::find("File 1"), None);
    /// ```
    pub fn find(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let at = bytes.windows(3).position(|w| {
            w.get(..2).is_some_and(|kb| kb.eq_ignore_ascii_case(b"KB"))
                && w.get(2).is_some_and(u8::is_ascii_digit)
        })?;
        let digits = text.get(at + 2..)?;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits.get(..end)?.parse().ok().and_then(Self::new)
    }
}

impl fmt::Display for Kb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KB{}", self.0)
    }
}

impl FromStr for Kb {
    type Err = KbError;

    /// Reads "KB4012212", "kb 4012212", "Q147222", "4012212" and versioned forms such as
    /// "KB2898785-v2" or "KB911164_SP".
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || KbError { text: text.chars().take(60).collect() };
        let trimmed = text.trim();
        let rest = match trimmed.as_bytes() {
            [b'K' | b'k', b'B' | b'b', ..] => trimmed.get(2..),
            [b'Q' | b'q', ..] => trimmed.get(1..),
            _ => Some(trimmed),
        }
        .unwrap_or("")
        .trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, tail) = rest.split_at(end);
        if !tail.is_empty() && !tail.starts_with(['-', '_', ' ', 'v', 'V']) {
            return Err(error());
        }
        digits.parse().ok().and_then(Self::new).ok_or_else(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_windows_prints() {
        for text in ["KB4012212", "kb4012212", " 4012212 ", "KB4012212-v2", "KB4012212_SP"] {
            assert_eq!(text.parse::<Kb>().unwrap().number(), 4_012_212, "{text}");
        }
        assert_eq!("Q147222".parse::<Kb>().unwrap().to_string(), "KB147222");
    }

    #[test]
    fn refuses_what_names_no_update() {
        for text in ["", "KB", "File 1", "KB0", "System.Object[]", "KBx1", "{guid}"] {
            assert!(text.parse::<Kb>().is_err(), "{text}");
        }
    }
}
