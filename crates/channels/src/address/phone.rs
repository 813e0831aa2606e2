//! Telephone numbers.

use std::fmt;
use std::str::FromStr;

use super::AddressError;

/// A telephone number with its country, as ITU-T E.164 writes it: `+` and up to fifteen digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A number as a carrier writes it: digits with the country first, with or without `+`.
    pub fn of_carrier(text: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('+');
        format!("+{digits}").parse().ok()
    }
}

impl FromStr for PhoneNumber {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim().strip_prefix('+').ok_or(AddressError::Phone)?;
        // What people put between the digits; a nought in brackets is not dialled from abroad and would make
        // the number another one.
        let is_gap = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}');
        let has_nought = digits.contains("(0)");
        let digits: String = digits.chars().filter(|c| !is_gap(*c)).collect();
        let is_sound = !has_nought
            && (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if is_sound { Ok(Self(format!("+{digits}"))) } else { Err(AddressError::Phone) }
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.get(self.0.len().saturating_sub(3)..).unwrap_or_default();
        write!(f, "PhoneNumber(…{end})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_country_and_nothing_but_digits() {
        let number: PhoneNumber = "+44 (7700) 900-123".parse().unwrap();
        assert_eq!(number.as_str(), "+447700900123");
        assert_eq!(format!("{number:?}"), "PhoneNumber(…123)");
        assert_eq!(PhoneNumber::of_carrier("447700900123"), Some(number));
        for wrong in [
            "",
            "07700900123",
            "447700900123",
            "+0447700900123",
            "+44",
            "+44(0)7700900123",
            "+44 7700 900123\r\n1",
            "+44 7700 90012x",
            "+1234567890123456",
            "+٤٤٧٧٠٠٩٠٠١٢٣",
        ] {
            assert_eq!(wrong.parse::<PhoneNumber>(), Err(AddressError::Phone), "{wrong}");
        }
    }
}
