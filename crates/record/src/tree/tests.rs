#![expect(clippy::cast_possible_truncation, reason = "sizes of tests are small")]

use std::convert::Infallible;

use proptest::prelude::*;
use tlog_tiles::tlog;

use super::*;

/// Leaves of which a test wants every node.
struct Leaves(Vec<Hash>);

impl Nodes for Leaves {
    type Error = Infallible;

    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
        let (from, count) = ((index << level) as usize, 1 << level);
        Ok(root(&self.0[from..from + count]))
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| Hash::of_leaf(&number.to_be_bytes())).collect()
}

/// The other implementation's store of hashes.
struct Theirs(Vec<tlog::Hash>);

impl tlog::HashReader for Theirs {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

fn theirs(count: u64) -> Theirs {
    let mut stored = Theirs(Vec::new());
    for number in 0..count {
        let new = tlog::stored_hashes(number, &number.to_be_bytes(), &stored).unwrap();
        stored.0.extend(new);
    }
    stored
}

fn ours(hashes: &[tlog::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::new(hash.0)).collect()
}

#[test]
fn roots_of_all_sizes_are_those_of_the_other_implementation() {
    let (all, their) = (leaves(600), theirs(600));
    let mut edge = Edge::default();
    for size in 0..=600 {
        let wanted = Hash::new(tlog::tree_hash(size, &their).unwrap().0);
        assert_eq!(root(&all[..size as usize]), wanted, "{size}");
        assert_eq!((edge.root(), edge.size()), (wanted, size));
        if let Some(next) = all.get(size as usize) {
            edge.push(*next);
        }
    }
}

/// Every leaf of trees of all sizes below 130, and of some around the borders of tiles.
#[test]
fn inclusion_proofs_are_those_of_the_other_implementation_and_verify() {
    let (all, their) = (leaves(600), theirs(600));
    for size in (1..130).chain([255, 256, 257, 511, 512, 513, 600]) {
        let root = root(&all[..size as usize]);
        let mut nodes = Leaves(all[..size as usize].to_vec());
        for number in 0..size {
            let Ok(path) = prove_inclusion(&mut nodes, number, size);
            let theirs = tlog::prove_record(size, number, &their).unwrap();
            assert_eq!(path, ours(&theirs), "{number} of {size}");
            assert_eq!(verify_inclusion(number, size, all[number as usize], &path, root), Ok(()));
        }
    }
}

#[test]
fn consistency_proofs_of_all_pairs_are_those_of_the_other_implementation_and_verify() {
    let (all, their) = (leaves(130), theirs(130));
    let roots: Vec<Hash> = (0..=130).map(|size| root(&all[..size])).collect();
    for new in 0..=130_u64 {
        let mut nodes = Leaves(all[..new as usize].to_vec());
        for old in 0..=new {
            let Ok(proof) = prove_consistency(&mut nodes, old, new);
            if old > 0 {
                assert_eq!(proof, ours(&tlog::prove_tree(new, old, &their).unwrap()));
            }
            let (before, after) = ((old, roots[old as usize]), (new, roots[new as usize]));
            assert_eq!(verify_consistency(before, after, &proof), Ok(()), "{old} to {new}");
            if old > 0 {
                assert!(verify_consistency((old, Hash::EMPTY), after, &proof).is_err());
                assert!(verify_consistency(before, (new, Hash::EMPTY), &proof).is_err());
            }
        }
    }
}

proptest! {
    #[test]
    fn consistency_holds_between_any_sizes_and_no_single_bit_may_change(
        old in 0..301_u64, more in 0..300_u64, bit in any::<usize>(),
    ) {
        let new = old + more;
        let all = leaves(new);
        let (old_root, new_root) = (root(&all[..old as usize]), root(&all));
        let Ok(proof) = prove_consistency(&mut Leaves(all), old, new);
        prop_assert_eq!(verify_consistency((old, old_root), (new, new_root), &proof), Ok(()));
        if proof.is_empty() {
            return Ok(());
        }
        let mut changed = proof.clone();
        let bit = bit % (changed.len() * 256);
        let mut bytes = *changed[bit / 256].as_bytes();
        bytes[bit % 256 / 8] ^= 1 << (bit % 8);
        changed[bit / 256] = Hash::new(bytes);
        prop_assert!(verify_consistency((old, old_root), (new, new_root), &changed).is_err());
        prop_assert!(verify_consistency((old, old_root), (new, new_root), &proof[1..]).is_err());
        let longer = [proof.as_slice(), &[Hash::EMPTY]].concat();
        prop_assert!(verify_consistency((old, old_root), (new, new_root), &longer).is_err());
    }

    #[test]
    fn any_numbers_and_hashes_are_refused_without_panic(
        number in any::<u64>(), size in any::<u64>(), count in 0..70_usize,
    ) {
        let path = vec![Hash::EMPTY; count];
        prop_assert!(verify_inclusion(number, size, Hash::EMPTY, &path, Hash::EMPTY).is_err());
        let whole = number == size || number == 0;
        let result = verify_consistency((number, Hash::EMPTY), (size, Hash::EMPTY), &path);
        prop_assert!(result.is_err() || whole);
    }
}
