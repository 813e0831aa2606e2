//! The sections of a segment that tell of its items, in their order.
//!
//! What stands in the segment before is copied: hashes, keys, and blocks of rows that are the same. It must not
//! know which hosts have an item.

use super::build::{BLOCK, BuildError, LEVEL};
use super::item::{hash_of, key_hash};
use super::items::{Items, NONE, Origin, read};
use crate::pack::Blocks;
use crate::wire::Writer;

/// Items in the order of a segment: those of one product together, in the order of versions.
pub(super) struct Arranged {
    items: Items,
    /// Numbers, in order.
    order: Vec<u32>,
}

impl Arranged {
    pub(super) const fn new(items: Items, order: Vec<u32>) -> Self {
        Self { items, order }
    }

    /// The numbers of the items, in order.
    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }

    /// For each number its place in the order; 0 for those that are not in it.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let mut ranks = vec![0; self.items.len()];
        for (rank, number) in (0..).zip(&self.order) {
            if let Some(slot) = ranks.get_mut(*number as usize) {
                *slot = rank;
            }
        }
        ranks
    }

    /// Six bytes of each item's hash.
    pub(super) fn hashes(&self) -> Vec<u8> {
        let mut hashes = Vec::with_capacity(self.order.len() * 6);
        for number in &self.order {
            hashes.extend_from_slice(&match self.items.origin(*number) {
                Some(Origin::Evidence(bytes)) => six(hash_of(bytes)),
                Some(Origin::Before(at)) => {
                    let before = self.items.before();
                    before.map_or([0; 6], |(packed, _)| packed.hash_bytes(*at as usize))
                }
                None => [0; 6],
            });
        }
        hashes
    }

    /// The section of keys: for each key and unbroken range of its items hash, first item, number.
    pub(super) fn keys(&self) -> Result<Vec<u8>, BuildError> {
        let mut ranks = vec![NONE; self.items.len()];
        let mut under: Vec<(u64, u32)> = Vec::new();
        for (rank, number) in (0_u32..).zip(&self.order) {
            if let Some(slot) = ranks.get_mut(*number as usize) {
                *slot = rank;
            }
        }
        if let Some((packed, numbers)) = self.items.before() {
            for (hash, at) in packed.each_key() {
                let number = numbers.get(at).copied().unwrap_or(NONE);
                let rank = ranks.get(number as usize).copied().unwrap_or(NONE);
                if rank != NONE {
                    under.push((hash, rank));
                }
            }
        }
        for (rank, number) in (0_u32..).zip(&self.order) {
            if let Some(Origin::Evidence(bytes)) = self.items.origin(*number) {
                let item = read(bytes)?;
                under.extend(item.keys().iter().map(|key| (key_hash(key), rank)));
            }
        }
        under.sort_unstable();
        under.dedup();
        let mut ranges: Vec<(u64, u32, u32)> = Vec::new();
        for (hash, item) in under {
            match ranges.last_mut() {
                Some((own, first, count)) if *own == hash && *first + *count == item => *count += 1,
                _ => ranges.push((hash, item, 1)),
            }
        }
        let mut bytes = Vec::with_capacity(ranges.len() * 16);
        for (hash, first, count) in ranges {
            bytes.extend_from_slice(&hash.to_le_bytes());
            bytes.extend_from_slice(&first.to_le_bytes());
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        Ok(bytes)
    }

    /// The section of rows. Blocks of the segment before that are the same here are copied.
    pub(super) fn rows(&mut self) -> Result<Vec<u8>, BuildError> {
        let (mut ends, mut packed) = (Vec::new(), Vec::new());
        let mut blocks = Blocks::new(LEVEL);
        let order = std::mem::take(&mut self.order);
        for block in order.chunks(BLOCK) {
            if let Some(same) = self.same_block(block) {
                packed.extend_from_slice(same);
            } else {
                let mut rows = Writer::default();
                for number in block {
                    let row = self.items.bytes(*number)?;
                    rows.count(row.len());
                    rows.bytes.extend_from_slice(&row);
                }
                blocks.pack(&rows.bytes, &mut packed);
            }
            ends.extend_from_slice(&u32::try_from(packed.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.order = order;
        ends.extend_from_slice(&packed);
        Ok(ends)
    }

    /// The block of the segment before that holds the same items, as it is packed there.
    fn same_block(&self, block: &[u32]) -> Option<&[u8]> {
        let (packed, _) = self.items.before()?;
        let mut places = block.iter().map(|number| match self.items.origin(*number) {
            Some(Origin::Before(at)) => Some(*at as usize),
            _ => None,
        });
        let first = places.next()??;
        let is_whole = first.is_multiple_of(BLOCK)
            && block.len() == BLOCK.min(packed.len() - first)
            && places.zip(first + 1..).all(|(at, expected)| at == Some(expected));
        if is_whole { packed.block(first / BLOCK).ok() } else { None }
    }
}

fn six(hash: u64) -> [u8; 6] {
    hash.to_le_bytes().first_chunk::<6>().copied().unwrap_or_default()
}
