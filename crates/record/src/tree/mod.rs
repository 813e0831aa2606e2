//! Merkle trees of RFC 6962: roots, and proofs that something stands in one or that one continues
//! another. Knows neither tiles nor leaves, only hashes.
//!
//! ```
//! use record::Hash;
//! use record::tree::{root, verify_inclusion};
//!
//! let leaves = [b"a", b"b", b"c"].map(|leaf| Hash::of_leaf(leaf));
//! let root = root(&leaves);
//! // The third leaf hangs directly below the root: its one sibling is the node over the others.
//! verify_inclusion(2, 3, leaves[2], &[Hash::of_node(leaves[0], leaves[1])], root)?;
//! # Ok::<(), record::tree::ProofError>(())
//! ```

mod consistency;
mod edge;
mod inclusion;
mod nodes;

pub use consistency::verify_consistency;
pub use edge::Edge;
pub use inclusion::{ProofError, verify_inclusion};
pub use nodes::{Nodes, prove_consistency, prove_inclusion};

use crate::Hash;

/// The root over hashes that stand side by side.
///
/// The hashes may be of leaves, or of full subtrees of one size; the last may be of a smaller one.
pub fn root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::EMPTY,
        [only] => *only,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            Hash::of_node(root(left), root(right))
        }
    }
}

/// The largest power of two smaller than `count`, where the tree splits; `count` is at least 2.
const fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

#[cfg(test)]
mod tests;
