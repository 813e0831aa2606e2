//! Asking: the order, the order with the rule that decided, and the key for lists.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::key::Key;
use super::{Scheme, VersionError, dotted, windows_build};

/// Longest version that is read, in bytes; the longest real ones have about 120.
const MAX_BYTES: usize = 4096;

/// The order of two versions and the rule that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// How the first version stands to the second.
    pub ordering: Ordering,
    /// The rule that decided, one line of plain English.
    pub rule: Cow<'static, str>,
}

/// A version as bytes: within one scheme, byte order is [`order`], and keys are equal exactly when
/// [`order`] says `Equal`. Keys of different schemes mean nothing to each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SortKey(Vec<u8>);

impl SortKey {
    /// Makes the key of `version`.
    pub fn new(scheme: Scheme, version: &str) -> Result<Self, VersionError> {
        let no_key =
            |why| VersionError::NoSortKey { scheme, version: version.trim().to_owned(), why };
        match scheme {
            Scheme::Dotted => return Err(no_key("it is ordered pair by pair only")),
            Scheme::WindowsBuild if windows_build::is_partial(version) => {
                return Err(no_key("it does not state all four numbers"));
            }
            _ => {}
        }
        Ok(Self(write(scheme, version, Key::plain())?.into_bytes()))
    }

    /// The bytes, for storing.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Tells how `a` stands to `b`.
pub fn order(scheme: Scheme, a: &str, b: &str) -> Result<Ordering, VersionError> {
    let key_a = write(scheme, a, Key::plain())?;
    let key_b = write(scheme, b, Key::plain())?;
    refuse_pair(scheme, a, b)?;
    Ok(key_a.bytes().cmp(key_b.bytes()))
}

/// Tells how `a` stands to `b`, and which rule decided.
pub fn compare(scheme: Scheme, a: &str, b: &str) -> Result<Comparison, VersionError> {
    let key_a = write(scheme, a, Key::explaining())?;
    let key_b = write(scheme, b, Key::explaining())?;
    refuse_pair(scheme, a, b)?;
    let ordering = key_a.bytes().cmp(key_b.bytes());
    let rule = match ordering {
        Ordering::Equal if a.trim() == b.trim() => Cow::Borrowed("the same text"),
        Ordering::Equal => Cow::Owned(format!("every part is equal: {}", scheme.equality())),
        Ordering::Less | Ordering::Greater => Cow::Owned(deciding(&key_a, &key_b, ordering)),
    };
    Ok(Comparison { ordering, rule })
}

/// Speaks of the first tokens that differ.
fn deciding(a: &Key, b: &Key, ordering: Ordering) -> String {
    const END: (&str, &str) = ("end of the version", "");
    let at = a.bytes().iter().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let words = |key: &Key| match key.token_at(at) {
        Some(token) if at < key.bytes().len() => (token.kind, token.text.clone()),
        _ => (END.0, END.1.to_owned()),
    };
    let ((kind_a, text_a), (kind_b, text_b)) = (words(a), words(b));
    let less = ordering == Ordering::Less;
    if kind_a == kind_b {
        let sign = if less { '<' } else { '>' };
        return format!("{kind_a}: {text_a} {sign} {text_b}");
    }
    let side = |kind: &str, text: &str| {
        if text.is_empty() { kind.to_owned() } else { format!("{kind} {text}") }
    };
    let (side_a, side_b) = (side(kind_a, &text_a), side(kind_b, &text_b));
    format!("{side_a} sorts {} {side_b}", if less { "before" } else { "after" })
}

/// The two schemes with incomplete orders refuse pairs, not versions.
fn refuse_pair(scheme: Scheme, a: &str, b: &str) -> Result<(), VersionError> {
    let why = match scheme {
        Scheme::Dotted => dotted::ambiguity(a.trim(), b.trim()),
        Scheme::WindowsBuild => windows_build::ambiguity(a.trim(), b.trim()),
        _ => None,
    };
    why.map_or(Ok(()), |why| Err(VersionError::not_comparable(a.trim(), b.trim(), why)))
}

fn write(scheme: Scheme, version: &str, mut key: Key) -> Result<Key, VersionError> {
    let version = version.trim();
    if version.is_empty() {
        return Err(VersionError::malformed(scheme, version, "it is empty"));
    }
    if version.len() > MAX_BYTES {
        return Err(VersionError::malformed(scheme, version, "it is longer than 4096 bytes"));
    }
    scheme
        .encode(version, &mut key)
        .map_err(|why| VersionError::malformed(scheme, version, why))?;
    Ok(key)
}
