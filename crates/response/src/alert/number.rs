//! The number by which people speak of an alert: "A17K".

use std::fmt;
use std::str::FromStr;

/// Letters that are not taken for a digit or for each other when they are read out or written by hand;
/// 23, a prime, so that one wrong digit and two that changed places are both found.
const LETTERS: [char; 23] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'V',
    'W', 'X', 'Y', 'Z',
];

/// The largest number: six digits can be said on the telephone.
const MOST: u32 = 999_999;

/// An alert's number: `A`, its place among all alerts, and a letter that checks the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlertNumber(u32);

impl AlertNumber {
    /// The alert of a place, counted from 1; `None` outside 1 to 999,999.
    pub fn new(place: u32) -> Option<Self> {
        (1..=MOST).contains(&place).then_some(Self(place))
    }

    /// The place among all alerts, from 1.
    pub const fn place(self) -> u32 {
        self.0
    }

    /// The letter that checks the digits: digits weighted by their place from the right (2, 3, 4 ...), summed
    /// modulo 23.
    fn letter(self) -> char {
        let mut rest = self.0;
        let mut weight = 2;
        let mut sum = 0;
        while rest > 0 {
            sum += (rest % 10) * weight;
            rest /= 10;
            weight += 1;
        }
        let at = usize::try_from(sum % 23).unwrap_or_default();
        LETTERS.get(at).copied().unwrap_or('A')
    }
}

impl fmt::Display for AlertNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "A{}{}", self.0, self.letter())
    }
}

impl FromStr for AlertNumber {
    type Err = AlertNumberError;

    /// In any letter case, with spaces and hyphens anywhere.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || AlertNumberError(text.chars().take(20).collect());
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let rest = plain.strip_prefix('A').ok_or_else(wrong)?;
        let digits = rest.trim_end_matches(|c: char| !c.is_ascii_digit());
        let mut letters = rest.get(digits.len()..).unwrap_or_default().chars();
        let (letter, more) = (letters.next(), letters.next());
        let is_sound = !digits.is_empty() && digits.len() <= 6 && !digits.starts_with('0');
        let place = digits.parse().ok().filter(|_| is_sound).ok_or_else(wrong)?;
        let number = Self::new(place).ok_or_else(wrong)?;
        if letter == Some(number.letter()) && more.is_none() { Ok(number) } else { Err(wrong()) }
    }
}

/// What is no alert's number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no alert's number: it looks like A17M, and its last letter checks the digits")]
pub struct AlertNumberError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = AlertNumber::new(17).unwrap();
        let text = number.to_string();
        assert!(text.starts_with("A17"), "{text}");
        for typed in [text.clone(), text.to_lowercase(), format!(" a 17-{} ", number.letter())] {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
    }

    #[test]
    fn one_wrong_digit_and_two_changed_places_are_found() {
        for place in 1..=9_999_u32 {
            let number = AlertNumber::new(place).unwrap();
            let text = number.to_string();
            let digits: Vec<char> = place.to_string().chars().collect();
            let with = |digits: &[char]| {
                format!("A{}{}", digits.iter().collect::<String>(), number.letter())
            };
            for at in 0..digits.len() {
                for digit in '0'..='9' {
                    let mut other = digits.clone();
                    other[at] = digit;
                    if other != digits {
                        assert!(with(&other).parse::<AlertNumber>().is_err(), "{text}");
                    }
                }
                if at > 0 && digits[at] != digits[at - 1] {
                    let mut other = digits.clone();
                    other.swap(at, at - 1);
                    assert!(with(&other).parse::<AlertNumber>().is_err(), "{text}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "A", "17K", "A017K", "A0A", "A1000000A", "A17", "A17KK", "ÄA17", "A1७K"]
        {
            assert!(text.parse::<AlertNumber>().is_err(), "{text}");
        }
        assert_eq!(AlertNumber::new(0), None);
        assert_eq!(AlertNumber::new(1_000_000), None);
    }
}
