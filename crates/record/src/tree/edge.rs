//! The right edge of a tree: what is needed to add leaves and to know the root.

use crate::Hash;

/// The roots of the full subtrees of a tree, the largest first: at most 64 hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    peaks: Vec<Hash>,
}

impl Edge {
    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_subtree(leaf, 0);
    }

    /// Adds a full subtree of `2^level` leaves. The tree before it must be a multiple of that, which
    /// holds where equal subtrees follow one another.
    pub(crate) fn push_subtree(&mut self, subtree: Hash, level: u32) {
        debug_assert_eq!(self.size & ((1 << level) - 1), 0, "a subtree at a place for it");
        let mut node = subtree;
        for _ in 0..(self.size >> level).trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            node = Hash::of_node(left, node);
        }
        self.peaks.push(node);
        self.size += 1 << level;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else { return Hash::EMPTY };
        peaks.fold(last, |right, left| Hash::of_node(left, right))
    }
}
