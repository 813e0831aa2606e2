//! Identity of a host in the record.

use std::fmt;
use std::str::FromStr;

/// A host of one organisation, for ever: never given to another.
///
/// Shown as `h-` and thirteen characters of Crockford's base 32, which has no letters that are
/// mistaken for digits on the telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostId(pub u64);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl fmt::Display for HostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("h-")?;
        for place in (0..13).rev() {
            let digit = (self.0 >> (place * 5)) & 31;
            let letter = usize::try_from(digit).ok().and_then(|d| ALPHABET.get(d)).unwrap_or(&b'0');
            write!(f, "{}", char::from(*letter))?;
        }
        Ok(())
    }
}

impl FromStr for HostId {
    type Err = HostIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || HostIdError(text.to_owned());
        let digits = text.trim().to_ascii_lowercase();
        let digits = digits.strip_prefix("h-").unwrap_or(&digits);
        if digits.len() != 13 {
            return Err(error());
        }
        let mut value: u64 = 0;
        for letter in digits.bytes() {
            let digit = ALPHABET.iter().position(|l| *l == letter).ok_or_else(error)?;
            value = value
                .checked_mul(32)
                .and_then(|v| v.checked_add(u64::try_from(digit).ok()?))
                .ok_or_else(error)?;
        }
        Ok(Self(value))
    }
}

/// A text that is no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no host of the record: write h- and thirteen characters, or the host's name")]
pub struct HostIdError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_read_as_they_are_shown() {
        for value in [0, 1, 31, 32, u64::MAX, 0x0123_4567_89ab_cdef] {
            let shown = HostId(value).to_string();
            assert_eq!(shown.len(), 15);
            assert_eq!(shown.parse(), Ok(HostId(value)));
            assert_eq!(shown.to_uppercase().parse(), Ok(HostId(value)));
        }
    }

    #[test]
    fn what_overflows_or_is_cut_is_refused() {
        for text in ["h-zzzzzzzzzzzzz", "h-1", "", "h-00000000000il"] {
            assert!(text.parse::<HostId>().is_err(), "{text}");
        }
    }
}
