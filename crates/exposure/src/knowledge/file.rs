//! Bytes of compiled knowledge: a header, then the archived tables.
//!
//! Header, 64 bytes, little-endian: magic `WARDKNOW`, layout version (u32), zero (u32), length of
//! the tables (u64), their CRC-32 (u32), zeros. The length and checksum tell a truncated or rotten
//! file from a sound one before anything is believed; the archive's own validation makes any bytes
//! safe to look at.

use rkyv::rancor;
use rkyv::util::AlignedVec;

use crate::knowledge::schema::{ArchivedKnowledge, Knowledge, VERSION};

/// Archived knowledge, looked at in place.
pub type View<'a> = &'a ArchivedKnowledge;

const MAGIC: [u8; 8] = *b"WARDKNOW";

/// Bytes of the header, which [`check_header`] looks at.
pub const HEADER: usize = 64;

/// Why bytes are no usable knowledge.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Not written by us.
    #[error("it is not a knowledge file")]
    Foreign,
    /// Written by another version.
    #[error("it has layout version {found}, this program reads {VERSION}")]
    Version {
        /// Version in the file.
        found: u32,
    },
    /// Shorter or longer than it says.
    #[error("it is not whole: it has {found} bytes of tables and declares {expected}")]
    Truncated {
        /// Bytes there.
        found: u64,
        /// Bytes declared.
        expected: u64,
    },
    /// The checksum does not fit.
    #[error("it is damaged: its checksum does not fit")]
    Damaged,
    /// The tables do not hold together.
    #[error("it is damaged: {0}")]
    Invalid(String),
    /// Tables too large to write.
    #[error("the knowledge could not be encoded: {0}")]
    Encode(String),
}

/// Encodes knowledge.
pub fn encode(knowledge: &Knowledge) -> Result<AlignedVec, KnowledgeError> {
    let tables = rkyv::to_bytes::<rancor::Error>(knowledge)
        .map_err(|error| KnowledgeError::Encode(error.to_string()))?;
    let mut bytes = AlignedVec::with_capacity(HEADER + tables.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&0_u32.to_le_bytes());
    bytes.extend_from_slice(&(tables.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&tables).to_le_bytes());
    bytes.resize(HEADER, 0);
    bytes.extend_from_slice(&tables);
    Ok(bytes)
}

/// Checks the first [`HEADER`] bytes of a file of `length` bytes, and returns the checksum that its
/// tables should have. So a file that is none of ours is refused before it is taken into memory.
pub fn check_header(header: &[u8], length: u64) -> Result<u32, KnowledgeError> {
    if header.len() < HEADER {
        return Err(KnowledgeError::Foreign);
    }
    let field = |at: usize, len: usize| header.get(at..at + len).unwrap_or_default();
    let number = |at: usize| u32::from_le_bytes(field(at, 4).try_into().unwrap_or_default());
    if field(0, 8) != MAGIC {
        return Err(KnowledgeError::Foreign);
    }
    if number(8) != VERSION {
        return Err(KnowledgeError::Version { found: number(8) });
    }
    let expected = u64::from_le_bytes(field(16, 8).try_into().unwrap_or_default());
    let found = length.saturating_sub(HEADER as u64);
    if expected != found {
        return Err(KnowledgeError::Truncated { found, expected });
    }
    Ok(number(24))
}

/// Opens encoded knowledge in place. `bytes` must be aligned, as [`AlignedVec`] is.
pub fn open(bytes: &AlignedVec) -> Result<View<'_>, KnowledgeError> {
    let (header, tables) = bytes.split_at_checked(HEADER).ok_or(KnowledgeError::Foreign)?;
    if crc32fast::hash(tables) != check_header(header, bytes.len() as u64)? {
        return Err(KnowledgeError::Damaged);
    }
    rkyv::access::<ArchivedKnowledge, rancor::Error>(tables)
        .map_err(|error| KnowledgeError::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_opens_and_what_is_damaged_does_not() {
        let knowledge = Knowledge { built_at_us: 7, ..Knowledge::default() };
        let bytes = encode(&knowledge).unwrap();
        assert_eq!(open(&bytes).unwrap().built_at_us.to_native(), 7);

        let mut cut = AlignedVec::new();
        cut.extend_from_slice(&bytes[..bytes.len() - 1]);
        assert!(matches!(open(&cut), Err(KnowledgeError::Truncated { .. })));

        let mut flipped = bytes.clone();
        let last = flipped.len() - 1;
        flipped[last] ^= 1;
        assert!(matches!(open(&flipped), Err(KnowledgeError::Damaged)));

        let mut newer = bytes.clone();
        newer[8] = 99;
        assert!(matches!(open(&newer), Err(KnowledgeError::Version { found: 99 })));

        let mut foreign = AlignedVec::new();
        foreign.extend_from_slice(b"hello");
        assert!(matches!(open(&foreign), Err(KnowledgeError::Foreign)));
    }
}
