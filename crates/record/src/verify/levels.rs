//! The hashes that the entries give, level by level: 33 bytes for 256 entries.

use crate::Hash;
use crate::tiles::{Tile, WIDTH};
use crate::tree;

/// What every tile above the entries must hold.
#[derive(Default)]
pub(super) struct Levels {
    /// Level 1 and above; `None` where the entries below are not known.
    above: Vec<Vec<Option<Hash>>>,
    /// The hashes of the last, partial bundle.
    edge: Option<Vec<Hash>>,
    /// For each bundle, whether its tile of level 0 holds the same hashes.
    agree: Vec<bool>,
}

impl Levels {
    /// Adds the next bundle.
    pub(super) fn add(&mut self, tile: Tile, hashes: Option<Vec<Hash>>, agree: bool) {
        self.agree.push(agree);
        if tile.is_full() {
            self.push(0, hashes.as_deref().map(tree::root));
        } else {
            self.edge = hashes;
        }
    }

    fn push(&mut self, above: usize, hash: Option<Hash>) {
        match self.above.get_mut(above) {
            Some(level) => level.push(hash),
            None => self.above.push(vec![hash]),
        }
    }

    /// Computes the levels above the first.
    pub(super) fn finish(&mut self) {
        let mut level = 0;
        while let Some(below) = self.above.get(level) {
            let full: Vec<Option<Hash>> = below
                .chunks_exact(256)
                .map(|tile| all(tile).map(|tile| tree::root(&tile)))
                .collect();
            if full.is_empty() {
                return;
            }
            for hash in full {
                self.push(level + 1, hash);
            }
            level += 1;
        }
    }

    /// Whether the bundle of a tile of level 0 and the tile hold the same.
    pub(super) fn agree(&self, index: u64) -> bool {
        usize::try_from(index).ok().and_then(|at| self.agree.get(at)).is_some_and(|agree| *agree)
    }

    /// What a tile must hold by the entries; for full tiles of level 0, which are not kept, nothing.
    pub(super) fn tile(&self, tile: Tile) -> Vec<Option<Hash>> {
        let width = usize::from(tile.width);
        let level = usize::from(tile.level.unwrap_or(0));
        let Some(above) = level.checked_sub(1) else {
            let edge = self.edge.iter().filter(|_| !tile.is_full()).flatten();
            return edge.copied().map(Some).chain(std::iter::repeat(None)).take(width).collect();
        };
        let first = usize::try_from(tile.index.saturating_mul(WIDTH)).unwrap_or(usize::MAX);
        let level = self.above.get(above).and_then(|level| level.get(first..)).unwrap_or_default();
        level.iter().copied().chain(std::iter::repeat(None)).take(width).collect()
    }

    /// Whether the entries were read as far as a tile: its place is only stated by the checkpoint.
    pub(super) fn reaches(&self, tile: Tile) -> bool {
        let first = tile.index.checked_shl(8 * u32::from(tile.level.unwrap_or(0)));
        first.and_then(|first| usize::try_from(first).ok()).is_some_and(|at| at < self.agree.len())
    }

    /// The root over a full tile of level 0.
    pub(super) fn over(&self, index: u64) -> Option<Hash> {
        let at = usize::try_from(index).ok()?;
        self.above.first()?.get(at).copied().flatten()
    }
}

/// All hashes, where all are known.
pub(super) fn all(hashes: &[Option<Hash>]) -> Option<Vec<Hash>> {
    hashes.iter().copied().collect()
}
