//! Damaged bytes are refused, and never panic.

use exposure::index::{Asked, Index, IndexError, Segment};
use exposure::pack::{Pack, PackError, encode};
use model::evidence::Evidence;
use proptest::prelude::*;

use crate::estate::{Estate, open};
use crate::hosts::pieces;
use crate::statements::world;

fn segment() -> Vec<u8> {
    Estate::new(5, &[12, 9]).segments(world().view(), 2, 0).pop().unwrap()
}

fn pack() -> Vec<u8> {
    let given: Vec<_> = (0..6).flat_map(pieces).collect();
    let named: Vec<(&str, &Evidence)> = given.iter().map(|(e, _)| ("pc.txt", e)).collect();
    encode(&named)
}

#[test]
fn each_kind_of_damage_is_named() {
    let whole = segment();
    assert!(matches!(Segment::open(&whole[..20]), Err(IndexError::Foreign)));
    assert!(matches!(Segment::open(b"hello".repeat(20)), Err(IndexError::Foreign)));
    assert!(matches!(Segment::open(&whole[..whole.len() - 1]), Err(IndexError::Damaged)));
    let mut newer = whole.clone();
    newer[8] = 99;
    assert!(matches!(Segment::open(newer), Err(IndexError::Version { found: 99, .. })));

    let whole = pack();
    assert!(matches!(Pack::open(b"hello"), Err(PackError::Foreign)));
    assert!(matches!(Pack::open(&whole[..whole.len() - 1]), Err(PackError::Damaged)));
    let mut newer = whole.clone();
    newer[8] = 99;
    assert!(matches!(Pack::open(&newer), Err(PackError::Version { found: 99, .. })));
    let mut longer = whole;
    longer[16] ^= 1;
    assert!(matches!(Pack::open(&longer), Err(PackError::Length)));
}

/// Changes a number of 32 bits in a section, under a checksum that fits.
fn changed(section: usize, at: usize, to: u32) -> Vec<u8> {
    const HEADER: usize = 48;
    const SECTIONS: usize = 14;
    let mut bytes = segment();
    let length = |of: usize| {
        let at = HEADER + of * 8;
        usize::try_from(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())).unwrap()
    };
    let at = HEADER + SECTIONS * 8 + (0..section).map(length).sum::<usize>() + at;
    bytes[at..at + 4].copy_from_slice(&to.to_le_bytes());
    let sum = crc32fast::hash(&bytes[HEADER..]);
    bytes[12..16].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// A claimed end of four thousand million rows was once counted to, for minutes.
#[test]
fn claims_and_updates_that_do_not_add_up_are_refused() {
    const CLAIMS: usize = 11;
    const INSTALLED: usize = 12;
    assert!(matches!(Segment::open(changed(INSTALLED, 0, u32::MAX)), Err(IndexError::Damaged)));
    let opened = Segment::open(changed(CLAIMS, 0, u32::MAX)).unwrap();
    let index = Index::open(vec![opened], world().view()).unwrap();
    let judging = index.judging("2019-06-30".parse().unwrap());
    let judged = [judging.judge(0..judging.len())];
    let view = judging.view(&judged, &exposure::freshness::FreshnessPolicy::default());
    assert!(matches!(view, Err(IndexError::Damaged)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Damage under a checksum that fits: whatever opens must be safe to ask.
    #[test]
    fn a_changed_byte_never_panics(at: prop::sample::Index, by in 1_u8..) {
        const HEADER: usize = 48;
        let mut bytes = segment();
        let at = HEADER + at.index(bytes.len() - HEADER);
        bytes[at] ^= by;
        prop_assert!(matches!(Segment::open(bytes.as_slice()), Err(IndexError::Damaged)));
        let sum = crc32fast::hash(&bytes[HEADER..]);
        bytes[12..16].copy_from_slice(&sum.to_le_bytes());
        if let Ok(opened) = Segment::open(bytes.as_slice())
            && let Ok(index) = Index::open(vec![opened], world().view())
        {
            let judging = index.judging("2019-06-30".parse().unwrap());
            let judged = [judging.judge(0..judging.len())];
            if let Ok(view) = judging.view(&judged, &exposure::freshness::FreshnessPolicy::default()) {
                for position in [0, 1, 2, 3, 4] {
                    drop(view.ask(&Asked::vulnerability(position)));
                    drop(view.hosts(&Asked::vulnerability(position), 0));
                }
            }
        }
        let whole = segment();
        prop_assert_eq!(open(std::slice::from_ref(&whole)).len(), 1);
    }

    #[test]
    fn any_cut_or_changed_pack_is_refused(at: prop::sample::Index, by in 1_u8..) {
        let mut bytes = pack();
        let at = at.index(bytes.len());
        prop_assert!(Pack::open(&bytes[..at]).is_err());
        bytes[at] ^= by;
        prop_assert!(Pack::open(&bytes).is_err());
    }
}
