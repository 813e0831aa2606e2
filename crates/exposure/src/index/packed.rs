//! The items of a segment as they stand there: hashes, keys, and rows in their packed blocks.
//!
//! What is built after that segment takes them over without unpacking what it does not look at. It must not
//! know what an item means.

use super::build::BLOCK;
use super::error::IndexError;
use crate::pack::Blocks;
use crate::wire::{Reader, u32_at, u64_at};

/// Items of a segment, copied out of it.
pub(super) struct PackedItems {
    count: usize,
    /// The six bytes of the hash of each item, one after the other.
    hashes: Vec<u8>,
    keys: Vec<u8>,
    rows: Vec<u8>,
}

impl PackedItems {
    /// Takes the sections of a segment that was opened: their lengths and the ranges of keys are proved.
    pub(super) fn new(count: usize, items: &[u8], keys: &[u8], rows: &[u8]) -> Self {
        let hashes = items.get(..count.saturating_mul(6)).unwrap_or_default();
        Self { count, hashes: hashes.to_vec(), keys: keys.to_vec(), rows: rows.to_vec() }
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    /// The six bytes of an item's hash.
    pub(super) fn hash_bytes(&self, item: usize) -> [u8; 6] {
        let own = self.hashes.get(item * 6..).and_then(<[u8]>::first_chunk::<6>);
        own.copied().unwrap_or_default()
    }

    /// An item's hash.
    pub(super) fn hash(&self, item: usize) -> u64 {
        let mut eight = [0; 8];
        for (to, from) in eight.iter_mut().zip(self.hash_bytes(item)) {
            *to = from;
        }
        u64::from_le_bytes(eight)
    }

    /// Each key's hash with an item that stands under it; sorted.
    pub(super) fn each_key(&self) -> impl Iterator<Item = (u64, usize)> + '_ {
        (0..self.keys.len() / 16).flat_map(|at| {
            let hash = u64_at(&self.keys, at * 2);
            let (first, count) = (u32_at(&self.keys, at * 4 + 2), u32_at(&self.keys, at * 4 + 3));
            (0..count).map(move |next| (hash, first as usize + next as usize))
        })
    }

    /// A block as it is packed.
    pub(super) fn block(&self, block: usize) -> Result<&[u8], IndexError> {
        block_of(&self.rows, self.count, block)
    }

    /// The bytes of each item of a block.
    pub(super) fn rows_of(&self, block: usize) -> Result<Vec<Vec<u8>>, IndexError> {
        let mut rows = Vec::with_capacity(BLOCK);
        each_of_block((&self.rows, self.count), block, |_, row| {
            rows.push(row.to_vec());
            Ok(())
        })?;
        Ok(rows)
    }
}

/// A block of the section of rows, of a segment of so many items.
fn block_of(section: &[u8], items: usize, block: usize) -> Result<&[u8], IndexError> {
    let (ends, packed) =
        section.split_at_checked(items.div_ceil(BLOCK) * 4).ok_or(IndexError::Damaged)?;
    let from = if block == 0 { 0 } else { u32_at(ends, block - 1) as usize };
    packed.get(from..u32_at(ends, block) as usize).ok_or(IndexError::Damaged)
}

/// Number and bytes of each item that is packed in one block.
pub(super) fn each_of_block(
    (section, items): (&[u8], usize),
    block: usize,
    mut of: impl FnMut(usize, &[u8]) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let rows = Blocks::unpack(block_of(section, items, block)?)?;
    let mut reader = Reader::new(&rows);
    for number in block * BLOCK..((block + 1) * BLOCK).min(items) {
        let len = reader.count(1)?;
        of(number, reader.take(len)?)?;
    }
    Ok(())
}
