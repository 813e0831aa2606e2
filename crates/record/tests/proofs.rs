//! Proof files, and proofs of every leaf of every size.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

mod support;

use std::convert::Infallible;

use record::Hash;
use record::checkpoint::{SecretKey, add_signature};
use record::proof::{VerifyProofError, prove, verify_proof};
use record::tree::{Nodes, prove_inclusion, verify_inclusion};
use support::{Log, event, keys, leaf};

/// Every node over leaves, computed once.
struct All(Vec<Vec<Hash>>);

impl All {
    fn over(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while let Some(last) = levels.last().filter(|level| level.len() > 1) {
            levels.push(last.chunks_exact(2).map(|pair| Hash::of_node(pair[0], pair[1])).collect());
        }
        Self(levels)
    }
}

impl Nodes for All {
    type Error = Infallible;

    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
        Ok(self.0[level as usize][usize::try_from(index).unwrap()])
    }
}

#[test]
fn every_leaf_of_every_size_up_to_600_is_proved_and_no_change_is() {
    let leaves: Vec<Hash> =
        (0..600_u64).map(|number| Hash::of_leaf(&number.to_be_bytes())).collect();
    let mut nodes = All::over(leaves.clone());
    let mut bit = 0_usize;
    for size in 1..=600_u64 {
        let root = record::tree::root(&leaves[..usize::try_from(size).unwrap()]);
        for number in 0..size {
            let own = leaves[usize::try_from(number).unwrap()];
            let Ok(mut path) = prove_inclusion(&mut nodes, number, size);
            let check = |number, size, leaf, path: &[Hash]| {
                verify_inclusion(number, size, leaf, path, root)
            };
            assert_eq!(check(number, size, own, &path), Ok(()), "{number} of {size}");
            // Every bit in its turn, over all sizes and leaves.
            bit += 1;
            let flip = |hash: Hash| {
                let mut bytes = *hash.as_bytes();
                bytes[bit % 256 / 8] ^= 1 << (bit % 8);
                Hash::new(bytes)
            };
            assert!(check(number, size, flip(own), &path).is_err());
            assert!(check(number ^ (1 << (bit % 10)), size, own, &path).is_err());
            for at in 0..path.len() {
                if size > 64 && at != bit % path.len() {
                    continue;
                }
                let sound = path[at];
                path[at] = flip(sound);
                assert!(check(number, size, own, &path).is_err(), "{number} of {size}, {at}");
                path[at] = sound;
            }
            if let Some((_, shorter)) = path.split_first() {
                assert!(check(number, size, own, shorter).is_err());
            }
            path.push(Hash::EMPTY);
            assert!(check(number, size, own, &path).is_err());
        }
    }
}

#[test]
fn no_single_bit_of_a_proof_file_may_change() {
    let log = Log::of(300);
    let proof = prove(&log.objects, &log.checkpoint(), &keys(), 256).unwrap().into_bytes();
    assert_eq!(verify_proof(&proof, &keys()).unwrap().decoded.event, event(256));
    for bit in 0..proof.len() * 8 {
        let mut changed = proof.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(verify_proof(&changed, &keys()).is_err(), "bit {bit}");
    }
    for length in 0..proof.len() {
        assert!(verify_proof(&proof[..length], &keys()).is_err());
    }
}

#[test]
fn every_entry_of_a_log_has_its_proof_file() {
    let log = Log::of(520);
    for number in 0..520 {
        let proof = prove(&log.objects, &log.checkpoint(), &keys(), number).unwrap();
        assert_eq!(verify_proof(proof.as_bytes(), &keys()).unwrap().decoded.event, event(number));
    }
}

#[test]
fn a_proof_file_has_the_same_bytes_for_ever() {
    let log = Log::of(3);
    let proof = prove(&log.objects, &log.checkpoint(), &keys(), 1).unwrap();
    assert_eq!(proof, include_str!("golden/proof.txt"));
}

#[test]
fn a_proof_shows_who_else_signed() {
    let witness = SecretKey::new("witness.region.example".parse().unwrap(), [9; 32]);
    let log = Log::of(3);
    let note = add_signature(&log.checkpoint(), &witness).unwrap();
    let proof = prove(&log.objects, &note, &keys(), 0).unwrap();
    let proved = verify_proof(proof.as_bytes(), &keys()).unwrap();
    assert_eq!(proved.checkpoint.ignored, [witness.public().id_text()]);
}

#[test]
fn an_entry_at_another_place_than_it_says_is_not_proved() {
    let log = Log::empty().with(&[leaf(&event(5))]);
    let error = prove(&log.objects, &log.checkpoint(), &keys(), 0).unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    let wanted = VerifyProofError::Place { number: 0, stated: 5 };
    assert_eq!(source.to_string(), wanted.to_string());
}
