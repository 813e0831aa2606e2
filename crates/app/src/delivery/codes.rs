//! The codes by which people acknowledge: ten characters for a page, two for a text message. Both follow from a key of
//! the record and the run, so that they are kept nowhere and are the same after a restart.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::event::EventId;
use model::organisation::OrganisationCode;
use response::alert::AlertNumber;
use response::delivery::Place;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Digits and letters that are not taken for each other (Crockford's base 32).
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J',
    'K', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// What codes are made with.
#[derive(Clone)]
pub struct CodeKey(Zeroizing<[u8; 32]>);

impl CodeKey {
    /// A key.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The codes of somebody of a run.
    pub(super) fn of(&self, run: &EventId, place: Place) -> (Code, String) {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&*self.0) else {
            // Any length is a key (RFC 2104).
            unreachable!("HMAC takes keys of any length")
        };
        mac.update(format!("{run}/{}/{}", place.step, place.person).as_bytes());
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        let mut letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 31)));
        let code: String = letters.by_ref().take(Code::LENGTH).collect();
        (Code(code), letters.take(2).collect())
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(…)")
    }
}

/// Ten characters that let one person acknowledge one alert for one organisation: 50 bits. Read in any letter case, with
/// spaces and hyphens anywhere, `O` as 0, `I` and `L` as 1.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

impl Code {
    const LENGTH: usize = 10;

    /// As it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is read out: two groups of five.
    pub fn spoken(&self) -> String {
        let (first, second) = self.0.split_at_checked(5).unwrap_or((&self.0, ""));
        format!("{first} {second}")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.chars().filter(|c| !matches!(c, ' ' | '-')).take(Code::LENGTH + 1);
        let read = plain.map(|c| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            c => ALPHABET.contains(&c).then_some(c),
        });
        let code: String = read.collect::<Option<_>>().ok_or(CodeError)?;
        if code.len() == Self::LENGTH { Ok(Self(code)) } else { Err(CodeError) }
    }
}

/// A text that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code has ten letters and digits, as in the message that you were sent")]
pub struct CodeError;

/// Whom a code belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Of which alert.
    pub(crate) alert: AlertNumber,
    /// For which organisation.
    pub(crate) organisation: OrganisationCode,
    /// Of which run.
    pub(crate) run: EventId,
    /// Who.
    pub(crate) place: Place,
}

/// All codes of a record, and which run is which.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    key: Option<CodeKey>,
    targets: HashMap<Code, Target>,
}

impl Codes {
    /// With a key; without one there are no codes.
    pub(crate) fn new(key: Option<CodeKey>) -> Self {
        Self { key, targets: HashMap::new() }
    }

    /// The key.
    pub(crate) fn key(&self) -> Option<CodeKey> {
        self.key.clone()
    }

    /// Makes the code of somebody findable.
    pub(crate) fn add(&mut self, target: Target) {
        if let Some(key) = &self.key {
            let (code, _) = key.of(&target.run, target.place);
            self.targets.insert(code, target);
        }
    }

    /// Whose a code is.
    pub(crate) fn find(&self, code: &Code) -> Option<&Target> {
        self.targets.get(code)
    }

    /// The codes of somebody, for a page and for a text message.
    pub(crate) fn of(&self, run: &EventId, place: Place) -> Option<(Code, String)> {
        Some(self.key.as_ref()?.of(run, place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code: Code = "ab1de 0ghjk".parse().unwrap();
        assert_eq!(code.as_str(), "AB1DE0GHJK");
        assert_eq!(code.spoken(), "AB1DE 0GHJK");
        assert_eq!("aBlD-EOghjk".parse(), Ok(code));
        for wrong in ["", "AB1DE", "AB1DE0GHJKK", "AB1DE0GHJU", "äb1de0ghjk", "AB1DE/GHJK"] {
            assert_eq!(wrong.parse::<Code>(), Err(CodeError), "{wrong}");
        }
    }

    #[test]
    fn codes_follow_from_key_run_and_place_and_from_nothing_less() {
        let key = CodeKey::new([7; 32]);
        let run: EventId = "0197a3f0-0000-7000-8000-000000000001".parse().unwrap();
        let other: EventId = "0197a3f0-0000-7000-8000-000000000002".parse().unwrap();
        let place = Place { step: 0, person: 1 };
        let (code, short) = key.of(&run, place);
        assert_eq!(code.as_str().len(), 10);
        assert_eq!(short.len(), 2);
        assert_eq!(key.of(&run, place), (code.clone(), short));
        assert_ne!(key.of(&other, place).0, code);
        assert_ne!(key.of(&run, Place { step: 1, person: 0 }).0, code);
        assert_ne!(CodeKey::new([8; 32]).of(&run, place).0, code);
        assert_eq!(format!("{key:?} {code:?}"), "CodeKey(…) Code(…)");
    }
}
