//! Verifying that a leaf stands in a tree (RFC 9162, section 2.1.3.2).

use crate::Hash;

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// A number beyond the tree, or a tree said to continue a larger one.
    #[error("the numbers do not fit: {part} is not within a log of {size} entries")]
    Numbers {
        /// The entry, or the size of the earlier tree.
        part: u64,
        /// The size of the tree.
        size: u64,
    },
    /// Too few or too many hashes.
    #[error("the proof has {found} hashes where {expected} are needed")]
    Length {
        /// How many the numbers demand.
        expected: usize,
        /// How many are there.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("the hashes lead to the root {found}, not to {expected}")]
    Root {
        /// The root of the checkpoint.
        expected: Hash,
        /// What the hashes lead to.
        found: Hash,
    },
}

/// Proves that `leaf` is entry `number` of the tree of `size` leaves with this `root`.
pub fn verify_inclusion(
    number: u64,
    size: u64,
    leaf: Hash,
    path: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    if number >= size {
        return Err(ProofError::Numbers { part: number, size });
    }
    let expected = inclusion_length(number, size);
    if path.len() != expected {
        return Err(ProofError::Length { expected, found: path.len() });
    }
    // The number of this node and of the last node, level by level.
    let (mut this, mut last, mut node) = (number, size - 1, leaf);
    for sibling in path {
        // At the right edge a node without a right sibling rises until it is a right child itself.
        while this & 1 == 0 && this == last {
            this >>= 1;
            last >>= 1;
        }
        node = if this & 1 == 1 {
            Hash::of_node(*sibling, node)
        } else {
            Hash::of_node(node, *sibling)
        };
        this >>= 1;
        last >>= 1;
    }
    if node == root { Ok(()) } else { Err(ProofError::Root { expected: root, found: node }) }
}

/// How many siblings lie between a leaf and the root.
fn inclusion_length(number: u64, size: u64) -> usize {
    let last = size - 1;
    // Below the place where the ways to this leaf and to the last one part, every level has a
    // sibling; above it, only those where the way comes from the right.
    let inner = u64::BITS - (number ^ last).leading_zeros();
    let above = number.checked_shr(inner).unwrap_or(0).count_ones();
    (inner + above) as usize
}
