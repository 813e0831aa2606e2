//! Making proofs from stored nodes.

use super::split;
use crate::Hash;

/// Where the hashes of full subtrees are kept.
pub trait Nodes {
    /// Why a node cannot be given.
    type Error;

    /// The hash of the full subtree of `2^level` leaves that begins with leaf `index * 2^level`.
    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The path that proves entry `number` in the tree of `size` leaves, from the leaf upwards. Empty
/// where there is nothing to prove: `number` is not in the tree.
pub fn prove_inclusion<N: Nodes>(
    nodes: &mut N,
    number: u64,
    size: u64,
) -> Result<Vec<Hash>, N::Error> {
    let mut path = Vec::new();
    let (mut from, mut to) = (0, size);
    if number >= size {
        return Ok(path);
    }
    while to - from > 1 {
        let middle = from + split(to - from);
        if number < middle {
            path.push(subtree(nodes, middle, to)?);
            to = middle;
        } else {
            path.push(subtree(nodes, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The hashes that prove that the tree of `new_size` leaves continues that of `old_size`. Empty where
/// none are needed, or where the new tree is the smaller.
pub fn prove_consistency<N: Nodes>(
    nodes: &mut N,
    old_size: u64,
    new_size: u64,
) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    if old_size == 0 || old_size >= new_size {
        return Ok(proof);
    }
    let (mut from, mut to) = (0, new_size);
    while to != old_size {
        let middle = from + split(to - from);
        if old_size <= middle {
            proof.push(subtree(nodes, middle, to)?);
            to = middle;
        } else {
            proof.push(subtree(nodes, from, middle)?);
            from = middle;
        }
    }
    // The verifier has the old root already where it is this very subtree.
    if from != 0 {
        proof.push(subtree(nodes, from, to)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The hash over the leaves from `from` to before `to`, where `from` is a place at which the tree
/// splits.
fn subtree<N: Nodes>(nodes: &mut N, from: u64, to: u64) -> Result<Hash, N::Error> {
    let count = to - from;
    if count.is_power_of_two() {
        let level = count.trailing_zeros();
        return nodes.node(level, from >> level);
    }
    let middle = from + split(count);
    let left = subtree(nodes, from, middle)?;
    let right = subtree(nodes, middle, to)?;
    Ok(Hash::of_node(left, right))
}
