//! Which hosts of a segment have an item, in the fewest bytes of four forms.
//!
//! | form | bytes | when |
//! |---|---|---|
//! | one | 0 (in the item's own row) | a single host, or a single run of hosts |
//! | list | 2, and 2 a host | few hosts |
//! | runs | 2, and 4 a run | images: neighbours have the same |
//! | bits | one bit a host of the segment | many, scattered |
//!
//! At most 65,536 hosts, so that a number of 16 bits names one. It must not know items.

use crate::bits::set;
use crate::wire::u16_at;

/// The four forms.
const ONE: u8 = 0;
const LIST: u8 = 1;
const RUNS: u8 = 2;
const BITS: u8 = 3;

/// Writes a sorted list of hosts; returns the form, and the value that stands with it in the item's
/// row: where the bytes begin, or the only run itself.
pub(super) fn write(hosts: &[u16], host_count: usize, to: &mut Vec<u8>) -> (u8, u32) {
    let runs = runs_of(hosts);
    let offset = u32::try_from(to.len()).unwrap_or(u32::MAX);
    if let [(first, last)] = runs.as_slice() {
        return (ONE, u32::from(*first) | u32::from(*last) << 16);
    }
    let count = |count: usize| u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    let bits = host_count.div_ceil(8);
    let (list, run) = (2 + hosts.len() * 2, 2 + runs.len() * 4);
    // More than 65,535 hosts or runs take more room than bits do.
    if bits < list && bits < run {
        let mut bytes = vec![0_u8; bits];
        for host in hosts {
            if let Some(byte) = bytes.get_mut(usize::from(*host) / 8) {
                *byte |= 1 << (host % 8);
            }
        }
        to.extend_from_slice(&bytes);
        return (BITS, offset);
    }
    if run < list {
        to.extend_from_slice(&count(runs.len()));
        for (first, last) in &runs {
            to.extend_from_slice(&first.to_le_bytes());
            to.extend_from_slice(&last.to_le_bytes());
        }
        return (RUNS, offset);
    }
    to.extend_from_slice(&count(hosts.len()));
    for host in hosts {
        to.extend_from_slice(&host.to_le_bytes());
    }
    (LIST, offset)
}

fn runs_of(hosts: &[u16]) -> Vec<(u16, u16)> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for host in hosts {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*host) => *last = *host,
            _ => runs.push((*host, *host)),
        }
    }
    runs
}

/// Hosts of an item, in place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hosts<'b> {
    /// The first and the last of a run.
    One(u16, u16),
    List(&'b [u8]),
    Runs(&'b [u8]),
    Bits(&'b [u8]),
}

impl<'b> Hosts<'b> {
    /// The hosts that an item's row points at; `None` if it points outside.
    pub(super) fn at(form: u8, value: u32, postings: &'b [u8], host_count: usize) -> Option<Self> {
        let own = |value: u32| postings.get(value as usize..);
        let counted = |value: u32, each: usize| {
            let (count, rest) = own(value)?.split_first_chunk::<2>()?;
            rest.get(..usize::from(u16::from_le_bytes(*count)) * each)
        };
        Some(match form {
            ONE => Self::One(u16::try_from(value & 0xffff).ok()?, u16::try_from(value >> 16).ok()?),
            LIST => Self::List(counted(value, 2)?),
            RUNS => Self::Runs(counted(value, 4)?),
            BITS => Self::Bits(own(value)?.get(..host_count.div_ceil(8))?),
            _ => return None,
        })
    }

    /// Whether every host is one of the segment's, and in order.
    pub(super) fn is_sound(&self, host_count: usize) -> bool {
        match self {
            Self::One(first, last) => first <= last && usize::from(*last) < host_count,
            Self::List(bytes) => {
                let mut before = None;
                (0..bytes.len() / 2).all(|at| {
                    let host = u16_at(bytes, at);
                    let rises = before.is_none_or(|before| before < host);
                    before = Some(host);
                    rises && usize::from(host) < host_count
                })
            }
            Self::Runs(bytes) => {
                let mut before = None;
                (0..bytes.len() / 4).all(|at| {
                    let (first, last) = (u16_at(bytes, at * 2), u16_at(bytes, at * 2 + 1));
                    let rises = before.is_none_or(|before| before < first) && first <= last;
                    before = Some(last);
                    rises && usize::from(last) < host_count
                })
            }
            Self::Bits(bytes) => {
                bytes.len() == host_count.div_ceil(8)
                    && (host_count.is_multiple_of(8)
                        || bytes.last().is_none_or(|last| last >> (host_count % 8) == 0))
            }
        }
    }

    /// Adds the hosts to a set.
    pub(super) fn add_to(&self, bits: &mut [u64]) {
        match self {
            Self::One(first, last) => set_run(bits, *first, *last),
            Self::List(bytes) => {
                for at in bytes.chunks_exact(2) {
                    set(bits, usize::from(u16_at(at, 0)));
                }
            }
            Self::Runs(bytes) => {
                for run in bytes.chunks_exact(4) {
                    set_run(bits, u16_at(run, 0), u16_at(run, 1));
                }
            }
            Self::Bits(bytes) => {
                for (word, eight) in bits.iter_mut().zip(bytes.chunks(8)) {
                    let mut full = [0_u8; 8];
                    for (to, from) in full.iter_mut().zip(eight) {
                        *to = *from;
                    }
                    *word |= u64::from_le_bytes(full);
                }
            }
        }
    }

    /// Each host, in order.
    pub(super) fn each(&self, mut of: impl FnMut(usize)) {
        let run = |first: u16, last: u16| usize::from(first)..usize::from(last) + 1;
        match self {
            Self::One(first, last) => run(*first, *last).for_each(of),
            Self::List(bytes) => {
                bytes.chunks_exact(2).for_each(|at| of(usize::from(u16_at(at, 0))));
            }
            Self::Runs(bytes) => {
                for own in bytes.chunks_exact(4) {
                    run(u16_at(own, 0), u16_at(own, 1)).for_each(&mut of);
                }
            }
            Self::Bits(bytes) => {
                for (at, byte) in bytes.iter().enumerate() {
                    let mut left = *byte;
                    while left != 0 {
                        of(at * 8 + left.trailing_zeros() as usize);
                        left &= left - 1;
                    }
                }
            }
        }
    }

    /// How many hosts.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(first, last) => usize::from(last - first) + 1,
            Self::List(bytes) => bytes.len() / 2,
            Self::Runs(bytes) => bytes
                .chunks_exact(4)
                .map(|run| usize::from(u16_at(run, 1) - u16_at(run, 0)) + 1)
                .sum(),
            Self::Bits(bytes) => bytes.iter().map(|byte| byte.count_ones() as usize).sum(),
        }
    }
}

fn set_run(bits: &mut [u64], first: u16, last: u16) {
    let (from, to) = (usize::from(first >> 6), usize::from(last >> 6));
    let head = u64::MAX << (first & 63);
    let tail = u64::MAX >> (63 - (last & 63));
    if from == to {
        if let Some(word) = bits.get_mut(from) {
            *word |= head & tail;
        }
        return;
    }
    if let Some(word) = bits.get_mut(from) {
        *word |= head;
    }
    if let Some(words) = bits.get_mut(from + 1..to) {
        words.fill(u64::MAX);
    }
    if let Some(word) = bits.get_mut(to) {
        *word |= tail;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::bits::{count_both, count_in, each, first_from};

    proptest! {
        #[test]
        fn every_form_holds_the_same_hosts(
            picked in prop::collection::btree_set(0_u16..700, 1..300),
            runs in prop::collection::vec((0_u16..690, 1_u16..10), 0..30),
            only_runs: bool,
        ) {
            let mut hosts: BTreeSet<u16> = if only_runs { BTreeSet::new() } else { picked.clone() };
            hosts.extend(runs.iter().flat_map(|(first, len)| *first..first + len));
            hosts.extend(picked.first());
            let hosts: Vec<u16> = hosts.into_iter().collect();
            let mut bytes = vec![9, 9, 9];
            let (form, value) = write(&hosts, 700, &mut bytes);
            let read = Hosts::at(form, value, &bytes, 700).unwrap();
            prop_assert!(read.is_sound(700));
            prop_assert_eq!(read.len(), hosts.len());
            let mut bits = vec![0_u64; 11];
            read.add_to(&mut bits);
            let found: Vec<u16> = each(&bits).map(|h| u16::try_from(h).unwrap()).collect();
            prop_assert_eq!(&found, &hosts);
            let mut one_by_one = Vec::new();
            read.each(|host| one_by_one.push(u16::try_from(host).unwrap()));
            prop_assert_eq!(&one_by_one, &hosts);
            for from in [0, 1, 63, 64, 65, 128, 699, 700, 5_000] {
                let first = hosts.iter().map(|host| usize::from(*host)).find(|host| *host >= from);
                prop_assert_eq!(first_from(&bits, from), first);
            }
            for (from, to) in [(0, 700), (3, 64), (64, 128), (100, 101), (5, 5), (63, 640)] {
                let expected = hosts.iter().filter(|h| (from..to).contains(&usize::from(**h))).count();
                prop_assert_eq!(count_in(&bits, from, to) as usize, expected);
                prop_assert_eq!(count_both(&bits, &bits, from, to) as usize, expected);
            }
        }
    }
}
