//! The file around packed tables: magic, version, lengths, checksum, compression.
//!
//! Header, 24 bytes, little-endian: magic (8 bytes), version (u32), CRC-32 of what follows the
//! header (u32), length of the tables when unpacked (u64). It must not know what the tables hold.

use std::cell::RefCell;
use std::io::Read as _;

use crate::wire::WireError;

/// Longest tables that are unpacked.
const LONGEST: u64 = 1 << 30;

const HEADER: usize = 24;

/// Why bytes are no usable pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Not written by us.
    #[error("it is not a pack of evidence")]
    Foreign,
    /// Written by another version.
    #[error("it has layout version {found}, this program reads {expected}")]
    Version {
        /// Version in the file.
        found: u32,
        /// Version that is read.
        expected: u32,
    },
    /// The checksum does not fit.
    #[error("it is damaged: its checksum does not fit")]
    Damaged,
    /// It does not unpack to what it says.
    #[error("it is damaged: it does not unpack to the length it states")]
    Length,
    /// The tables do not hold together.
    #[error("it is damaged")]
    Invalid(#[from] WireError),
}

/// Puts tables into a file.
pub(crate) fn pack_up(magic: [u8; 8], version: u32, level: i32, tables: &[u8]) -> Vec<u8> {
    // Writing into memory cannot fail; were it to, the checksum of nothing is refused when opened.
    let packed = zstd::bulk::compress(tables, level).unwrap_or_default();
    let mut file = Vec::with_capacity(HEADER + packed.len());
    file.extend_from_slice(&magic);
    file.extend_from_slice(&version.to_le_bytes());
    file.extend_from_slice(&crc32fast::hash(&packed).to_le_bytes());
    file.extend_from_slice(&(tables.len() as u64).to_le_bytes());
    file.extend_from_slice(&packed);
    file
}

/// Takes tables out of a file.
pub(crate) fn unpack(magic: [u8; 8], version: u32, file: &[u8]) -> Result<Vec<u8>, PackError> {
    let (header, packed) = file.split_at_checked(HEADER).ok_or(PackError::Foreign)?;
    let field = |at: usize, len: usize| header.get(at..at + len).unwrap_or_default();
    let number = |at: usize| u32::from_le_bytes(field(at, 4).try_into().unwrap_or_default());
    if field(0, 8) != magic.as_slice() {
        return Err(PackError::Foreign);
    }
    if number(8) != version {
        return Err(PackError::Version { found: number(8), expected: version });
    }
    if number(12) != crc32fast::hash(packed) {
        return Err(PackError::Damaged);
    }
    let length = u64::from_le_bytes(field(16, 8).try_into().unwrap_or_default());
    if length > LONGEST {
        return Err(PackError::Length);
    }
    // Read as a stream, so that memory follows what is there and not what is stated.
    let mut tables = Vec::new();
    zstd::stream::read::Decoder::with_buffer(packed)
        .and_then(|decoder| decoder.take(length + 1).read_to_end(&mut tables))
        .map_err(|_| PackError::Length)?;
    if tables.len() as u64 == length { Ok(tables) } else { Err(PackError::Length) }
}

/// Packs many small blocks one after the other, each to be taken out alone. The file that they stand
/// in has the checksum.
pub(crate) struct Blocks {
    compressor: Option<zstd::bulk::Compressor<'static>>,
}

thread_local! {
    /// Making one costs more than a block does.
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> =
        const { RefCell::new(None) };
}

/// Longest block that is unpacked.
const LONGEST_BLOCK: u32 = 1 << 24;

impl Blocks {
    pub(crate) fn new(level: i32) -> Self {
        Self { compressor: zstd::bulk::Compressor::new(level).ok() }
    }

    /// Adds a block: its length unpacked (u32), then a frame.
    pub(crate) fn pack(&mut self, block: &[u8], to: &mut Vec<u8>) {
        // Compressing into memory does not fail; were it to, an empty frame is refused when read.
        let packed = self.compressor.as_mut().and_then(|c| c.compress(block).ok());
        to.extend_from_slice(&u32::try_from(block.len()).unwrap_or(u32::MAX).to_le_bytes());
        to.extend_from_slice(&packed.unwrap_or_default());
    }

    /// Takes a block out.
    pub(crate) fn unpack(block: &[u8]) -> Result<Vec<u8>, PackError> {
        let (length, packed) = block.split_first_chunk::<4>().ok_or(PackError::Length)?;
        let length = u32::from_le_bytes(*length);
        if length > LONGEST_BLOCK {
            return Err(PackError::Length);
        }
        let unpacked = DECOMPRESSOR
            .with_borrow_mut(|known| {
                let known = match known {
                    Some(known) => known,
                    None => known.insert(zstd::bulk::Decompressor::new()?),
                };
                known.decompress(packed, length as usize)
            })
            .map_err(|_| PackError::Length)?;
        if unpacked.len() == length as usize { Ok(unpacked) } else { Err(PackError::Length) }
    }
}
