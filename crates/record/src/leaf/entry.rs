//! The bytes of an entry.

use super::LeafError;
use crate::Hash;
use crate::tiles::LARGEST;

/// The bytes of an entry, few enough for the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaf(Vec<u8>);

impl Leaf {
    /// An entry of these bytes, whatever they mean: one read back, or one of a test.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, LeafError> {
        if bytes.len() > LARGEST {
            return Err(LeafError::Large { found: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The hash that the log holds of it.
    pub fn hash(&self) -> Hash {
        Hash::of_leaf(&self.0)
    }

    /// How many bytes.
    pub(crate) fn length(&self) -> u16 {
        // The constructor has seen that they fit.
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }
}
