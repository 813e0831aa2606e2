//! CVE identifiers.
//!
//! `CVE-YYYY-N…`: a year and a sequence number of four or more digits
//! (CVE Program, "CVE ID Syntax", in force since 2014).

use std::fmt;
use std::str::FromStr;

/// A CVE identifier, eight bytes wide and ordered by year, then number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CveId {
    year: u16,
    number: u32,
}

/// Why a text is not a CVE identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a CVE identifier (expected CVE-YYYY-NNNN)")]
pub struct CveIdError {
    text: String,
}

impl CveId {
    /// Makes an identifier from its year and number.
    pub const fn new(year: u16, number: u32) -> Self {
        Self { year, number }
    }

    /// The year in the identifier (that of reservation, not of publication).
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The sequence number within the year.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Finds every CVE identifier in free text, in order of appearance, without repeats.
    ///
    /// ```
    /// use model::cve::CveId;
    /// let found = CveId::find_all("fixes cve-2017-0144 and CVE-2017-0145 (CVE-2017-0144)");
    /// assert_eq!(found, [CveId::new(2017, 144), CveId::new(2017, 145)]);
    /// ```
    pub fn find_all(text: &str) -> Vec<Self> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(start) = bytes
            .get(from..)
            .and_then(|rest| rest.windows(4).position(|w| w.eq_ignore_ascii_case(b"CVE-")))
            .map(|at| at + from)
        {
            let tail = text.get(start..).unwrap_or("");
            let end = tail
                .char_indices()
                .skip(4)
                .find(|(_, c)| !c.is_ascii_digit() && *c != '-')
                .map_or(tail.len(), |(at, _)| at);
            let word = tail.get(..end).unwrap_or("").trim_end_matches('-');
            if let Ok(id) = word.parse::<Self>()
                && !found.contains(&id)
            {
                found.push(id);
            }
            from = start + 4;
        }
        found
    }
}

impl fmt::Display for CveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CVE-{:04}-{:04}", self.year, self.number)
    }
}

impl FromStr for CveId {
    type Err = CveIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || CveIdError { text: text.chars().take(60).collect() };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let mut parts = text.trim().splitn(3, '-');
        let (Some(word), Some(year), Some(number)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(error());
        };
        if !word.eq_ignore_ascii_case("cve")
            || year.len() != 4
            || number.len() < 4
            || !digits(year)
            || !digits(number)
        {
            return Err(error());
        }
        Ok(Self {
            year: year.parse().map_err(|_| error())?,
            number: number.parse().map_err(|_| error())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_identifiers() {
        for text in ["CVE-2017-0144", "CVE-1999-0001", "CVE-2023-1234567"] {
            assert_eq!(text.parse::<CveId>().unwrap().to_string(), text);
        }
        assert_eq!("cve-2017-0144".parse(), Ok(CveId::new(2017, 144)));
    }

    #[test]
    fn refuses_what_is_no_identifier() {
        for text in
            ["", "CVE", "CVE-2017", "CVE-17-0144", "CVE-2017-144", "CVE-2017-01x4", "MS17-010"]
        {
            assert!(text.parse::<CveId>().is_err(), "{text}");
        }
    }
}
