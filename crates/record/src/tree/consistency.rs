//! Verifying that one tree continues another (RFC 9162, section 2.1.4.2).

use super::ProofError;
use crate::Hash;

/// Proves that the tree of `new_size` leaves begins with exactly the tree of `old_size` leaves.
///
/// Every tree continues the empty one, and itself; such a proof has no hashes.
pub fn verify_consistency(
    (old_size, old_root): (u64, Hash),
    (new_size, new_root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Numbers { part: old_size, size: new_size });
    }
    let expected = consistency_length(old_size, new_size);
    if proof.len() != expected {
        return Err(ProofError::Length { expected, found: proof.len() });
    }
    if old_size == 0 {
        return same(old_root, Hash::EMPTY);
    }
    if old_size == new_size {
        return same(old_root, new_root);
    }
    // A full old tree is itself the first hash; otherwise the proof states it.
    let (mut this, mut last) = (old_size - 1, new_size - 1);
    let full = this.trailing_ones();
    this >>= full;
    last >>= full;
    let mut hashes = proof.iter().copied();
    let first = if this == 0 { Some(old_root) } else { hashes.next() };
    let Some(first) = first else {
        return Err(ProofError::Length { expected, found: proof.len() });
    };
    let (mut old, mut new) = (first, first);
    for hash in hashes {
        while this & 1 == 0 && this == last {
            this >>= 1;
            last >>= 1;
        }
        if this & 1 == 1 {
            old = Hash::of_node(hash, old);
            new = Hash::of_node(hash, new);
        } else if this < last {
            new = Hash::of_node(new, hash);
        }
        this >>= 1;
        last >>= 1;
    }
    same(old_root, old)?;
    same(new_root, new)
}

fn same(expected: Hash, found: Hash) -> Result<(), ProofError> {
    if expected == found { Ok(()) } else { Err(ProofError::Root { expected, found }) }
}

/// How many hashes a proof between these sizes has.
fn consistency_length(old_size: u64, new_size: u64) -> usize {
    if old_size == 0 || old_size == new_size {
        return 0;
    }
    let full = (old_size - 1).trailing_ones();
    let (this, last) = ((old_size - 1) >> full, (new_size - 1) >> full);
    // As for a leaf at the same place, and the starting hash unless the old root is it.
    let inner = u64::BITS - (this ^ last).leading_zeros();
    let above = this.checked_shr(inner).unwrap_or(0).count_ones();
    (inner + above) as usize + usize::from(this != 0)
}
