//! SHA-256 as the log uses it: leaves and nodes are hashed apart (RFC 6962, section 2.1), so that no
//! leaf can be taken for a node.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

/// A SHA-256 hash of a leaf, a node or a tree; written in base64, as checkpoints and proofs do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; Self::SIZE]);

impl Hash {
    /// Bytes of a hash.
    pub const SIZE: usize = 32;

    /// The root of a log without leaves: the hash of nothing.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// A hash of its bytes.
    pub const fn new(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// The hash of an entry of the log.
    pub fn of_leaf(bytes: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into())
    }

    /// The hash of a node over its two children.
    pub fn of_node(left: Self, right: Self) -> Self {
        // One update of one buffer: this is the inner loop of verification.
        let mut bytes = [1; 1 + 2 * Self::SIZE];
        let (head, to_right) = bytes.split_at_mut(1 + Self::SIZE);
        head.split_at_mut(1).1.copy_from_slice(&left.0);
        to_right.copy_from_slice(&right.0);
        Self(Sha256::digest(bytes).into())
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// The hash of a slice of exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        BASE64.decode(text).ok().and_then(|bytes| Self::from_slice(&bytes)).ok_or(HashError)
    }
}

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no SHA-256 hash in base64 (44 characters)")]
pub struct HashError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_rfc_6962() {
        // The reference values of Certificate Transparency's implementations (merkletree tests).
        let hex = |hash: Hash| {
            hash.as_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
        };
        assert_eq!(Hash::EMPTY, Hash(Sha256::digest([]).into()));
        assert_eq!(
            hex(Hash::of_leaf(b"")),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            hex(Hash::of_leaf(b"L123456")),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
        );
        let (n123, n456) = (Hash::new(*b"N123N123N123N123N123N123N123N123"), Hash::EMPTY);
        assert_ne!(Hash::of_node(n123, n456), Hash::of_node(n456, n123));
        let node = [&[1], n123.as_bytes().as_slice(), n456.as_bytes()].concat();
        assert_eq!(Hash::of_node(n123, n456), Hash(Sha256::digest(node).into()));
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = Hash::of_leaf(b"any");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for wrong in ["", "AAAA", " ", &hash.to_string()[1..], &format!("{hash}="), "é"] {
            assert_eq!(wrong.parse::<Hash>(), Err(HashError), "{wrong:?}");
        }
    }
}
