//! Names of blobs: the SHA-256 of their content.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// The name of a blob: the SHA-256 of its bytes as they came, 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId([u8; 32]);

impl BlobId {
    /// The name of no bytes at all.
    pub(crate) const EMPTY: Self = Self(*record::Hash::EMPTY.as_bytes());

    /// The name of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) const fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The object that holds it.
    pub(crate) fn object(self) -> String {
        let name = self.to_string();
        format!("blob/{}/{name}.zst", name.get(..2).unwrap_or_default())
    }

    pub(crate) fn of_object(name: &str) -> Option<Self> {
        let id: Self = name.rsplit_once('/')?.1.strip_suffix(".zst")?.parse().ok()?;
        (id.object() == name).then_some(id)
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

impl FromStr for BlobId {
    type Err = BlobIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || BlobIdError(text.chars().take(80).collect());
        if text.len() != 64
            || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Err(wrong());
        }
        let mut hash = [0; 32];
        for (at, byte) in hash.iter_mut().enumerate() {
            let digits = text.get(2 * at..2 * at + 2).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(hash))
    }
}

/// A text that names no blob.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no blob: a name has 64 hexadecimal digits in small letters")]
pub struct BlobIdError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let id = BlobId::of(b"evidence");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(BlobId::of_object(&id.object()), Some(id));
        assert_eq!(BlobId::EMPTY, BlobId::of(b""));
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        let long = "a".repeat(65);
        let capital = BlobId::of(b"").to_string().to_uppercase();
        for text in ["", "ab", &long, &capital, &format!("é{}", "a".repeat(62))] {
            assert!(text.parse::<BlobId>().is_err(), "{text}");
        }
    }
}
