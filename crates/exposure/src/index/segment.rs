//! A segment: the hosts of a group of organisations, as bytes that are used in place.
//!
//! Opening checks everything that is looked at later without asking again: checksum, bounds, order.
//! It must not know knowledge beyond the fingerprint of what it was built on.

use model::host_id::HostId;
use model::organisation::OrganisationCode;

use super::build::{BLOCK, CLASSES_MAGIC, FINDINGS_MAGIC};
use super::claims::{ClaimRow, read_finding};
use super::class::SystemClass;
use super::error::IndexError;
use super::item::Item;
use super::layout::{Frame, MOST_HOSTS, Section};
use super::mark::Mark;
use super::packed::{PackedItems, each_of_block};
use super::postings::Hosts;
use crate::pack::unpack;
use crate::wire::{Reader, u16_at, u32_at, u64_at};

/// A segment of the index. `B` holds its bytes: a vector, or a file that is mapped into memory.
#[derive(Clone, Debug)]
pub struct Segment<B> {
    bytes: B,
    frame: Frame,
    organisations: Vec<OrganisationRange>,
}

/// An organisation and its hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrganisationRange {
    pub(super) code: OrganisationCode,
    /// The first host, and the one after the last.
    pub(super) hosts: (usize, usize),
}

impl<B: AsRef<[u8]>> Segment<B> {
    /// Opens a segment; damaged bytes are refused.
    pub fn open(bytes: B) -> Result<Self, IndexError> {
        let frame = Frame::read(bytes.as_ref())?;
        let organisations = organisations(&frame, bytes.as_ref())?;
        let segment = Self { bytes, frame, organisations };
        if segment.is_sound() { Ok(segment) } else { Err(IndexError::Damaged) }
    }

    /// What it was built on.
    pub const fn basis(&self) -> [u8; 16] {
        self.frame.basis
    }

    /// How many hosts it has.
    pub const fn hosts(&self) -> usize {
        self.frame.counts.hosts as usize
    }

    /// How many distinct pieces of software it has.
    pub const fn items(&self) -> usize {
        self.frame.counts.items as usize
    }

    /// How many classes of systems it has.
    pub const fn classes(&self) -> usize {
        self.frame.counts.classes as usize
    }

    /// How many rows of software its hosts have, each once a host.
    pub fn software_rows(&self) -> usize {
        (0..self.items()).filter_map(|item| self.hosts_of(item)).map(|hosts| hosts.len()).sum()
    }

    /// The bytes of each section, by name: what takes room.
    pub fn section_bytes(&self) -> Vec<(&'static str, usize)> {
        [
            ("organisations", Section::Organisations),
            ("identities", Section::Identities),
            ("class of hosts", Section::ClassOf),
            ("days", Section::Days),
            ("class hashes", Section::ClassHashes),
            ("classes", Section::Classes),
            ("items", Section::Items),
            ("keys", Section::Keys),
            ("item rows", Section::ItemRows),
            ("postings", Section::Postings),
            ("findings", Section::Findings),
            ("claims", Section::Claims),
            ("installed", Section::Installed),
            ("marks", Section::Marks),
        ]
        .map(|(name, section)| (name, self.section(section).len()))
        .to_vec()
    }

    /// Every host that an item has, item after item: for measuring other forms of the same lists.
    pub fn each_posting(&self, mut of: impl FnMut(&[u16])) {
        let mut bits = vec![0_u64; self.hosts().div_ceil(64)];
        for item in 0..self.items() {
            let Some(hosts) = self.hosts_of(item) else { continue };
            bits.fill(0);
            hosts.add_to(&mut bits);
            let list: Vec<u16> =
                crate::bits::each(&bits).filter_map(|host| u16::try_from(host).ok()).collect();
            of(&list);
        }
    }

    fn section(&self, section: Section) -> &[u8] {
        self.frame.section(self.bytes.as_ref(), section)
    }

    pub(super) fn organisations(&self) -> &[OrganisationRange] {
        &self.organisations
    }

    pub(super) fn host_id(&self, host: usize) -> HostId {
        HostId(u64_at(self.section(Section::Identities), host))
    }

    /// The mark of a host's evidence.
    pub(super) fn mark_of(&self, host: usize) -> Mark {
        Mark(u64_at(self.section(Section::Marks), host))
    }

    pub(super) fn class_number(&self, host: usize) -> u32 {
        u32::from(u16_at(self.class_of(), host))
    }

    /// For each host its class, as numbers of 16 bits.
    pub(super) fn class_of(&self) -> &[u8] {
        self.section(Section::ClassOf)
    }

    /// The days of a host: patch state, software, findings.
    pub(super) fn days_of(&self, host: usize) -> [u16; 3] {
        let days = self.section(Section::Days);
        [0, 1, 2].map(|kind| u16_at(days, host * 3 + kind))
    }

    pub(super) fn class_hash(&self, class: usize) -> u128 {
        let bytes = self.section(Section::ClassHashes).get(class * 16..class * 16 + 16);
        bytes.map_or(0, |bytes| u128::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    /// The classes, unpacked.
    pub(super) fn read_classes(&self) -> Result<Vec<SystemClass>, IndexError> {
        let rows = self.class_rows()?;
        let classes = rows.iter().map(|row| Ok(SystemClass::read(&mut Reader::new(row))?));
        classes.collect()
    }

    /// The bytes of each class.
    pub(super) fn class_rows(&self) -> Result<Vec<Vec<u8>>, IndexError> {
        let tables = unpack(CLASSES_MAGIC, 1, self.section(Section::Classes))?;
        let mut reader = Reader::new(&tables);
        let count = reader.count(1)?;
        let mut rows = Vec::new();
        for _ in 0..count {
            let len = reader.count(1)?;
            rows.push(reader.take(len)?.to_vec());
        }
        if rows.len() == self.classes() { Ok(rows) } else { Err(IndexError::Damaged) }
    }

    pub(super) fn hosts_of(&self, item: usize) -> Option<Hosts<'_>> {
        let (items, count) = (self.section(Section::Items), self.items());
        let value = items.get(count * 6 + item * 4..)?.first_chunk::<4>()?;
        let form = *items.get(count * 10 + item)?;
        let postings = self.section(Section::Postings);
        Hosts::at(form, u32::from_le_bytes(*value), postings, self.hosts())
    }

    pub(super) fn item_hash(&self, item: usize) -> u64 {
        let six = self.section(Section::Items).get(item * 6..).and_then(<[u8]>::first_chunk::<6>);
        six.map_or(0, |[a, b, c, d, e, f]| u64::from_le_bytes([*a, *b, *c, *d, *e, *f, 0, 0]))
    }

    /// The items under a key, as ranges.
    pub(super) fn items_under(&self, key: u64) -> impl Iterator<Item = std::ops::Range<usize>> {
        let keys = self.section(Section::Keys);
        let count = self.frame.counts.keys as usize;
        let low = first_not_below(keys, count, key);
        (low..count).take_while(move |at| u64_at(keys, at * 2) == key).map(move |at| {
            let first = u32_at(keys, at * 4 + 2) as usize;
            first..first + u32_at(keys, at * 4 + 3) as usize
        })
    }

    /// An item and those packed with it, each with its number.
    pub(super) fn items_around(&self, item: usize) -> Result<Vec<(usize, Item)>, IndexError> {
        let block = item / BLOCK;
        let mut items = Vec::new();
        let rows = (self.section(Section::ItemRows), self.items());
        each_of_block(rows, block, |number, row| {
            items.push((number, Item::read(&mut Reader::new(row))?));
            Ok(())
        })?;
        Ok(items)
    }

    /// Its items as they are packed, for a segment that is built from this one.
    pub(super) fn packed_items(&self) -> PackedItems {
        let [items, keys, rows] =
            [Section::Items, Section::Keys, Section::ItemRows].map(|section| self.section(section));
        PackedItems::new(self.items(), items, keys, rows)
    }

    /// Its distinct findings, each with the bytes that it is known by.
    pub(super) fn read_findings(
        &self,
    ) -> Result<Vec<(Vec<u8>, model::evidence::Finding)>, IndexError> {
        let tables = unpack(FINDINGS_MAGIC, 1, self.section(Section::Findings))?;
        let mut reader = Reader::new(&tables);
        let count = reader.count(1)?;
        let mut findings = Vec::new();
        for _ in 0..count {
            let len = reader.count(1)?;
            let bytes = reader.take(len)?;
            findings.push((bytes.to_vec(), read_finding(&mut Reader::new(bytes))?));
        }
        if self.claims_are_sound(findings.len()) { Ok(findings) } else { Err(IndexError::Damaged) }
    }

    /// Whether each of `count` findings has its own unbroken part of the claims, all of them hosts of
    /// this segment. How many findings there are is known only when they are unpacked.
    fn claims_are_sound(&self, count: usize) -> bool {
        let Some((ends, rows)) = self.section(Section::Claims).split_at_checked(count * 4) else {
            return false;
        };
        let rises = (1..count).all(|at| u32_at(ends, at - 1) <= u32_at(ends, at));
        let last = if count == 0 { 0 } else { u32_at(ends, count - 1) as usize };
        rises
            && rows.len() == last.saturating_mul(4)
            && rows.chunks_exact(4).all(|row| usize::from(u16_at(row, 0)) < self.hosts())
    }

    /// The hosts with a finding, of `count` findings that were read from this segment.
    pub(super) fn claims_of(&self, finding: usize, count: usize) -> impl Iterator<Item = ClaimRow> {
        let (ends, rows) =
            self.section(Section::Claims).split_at_checked(count * 4).unwrap_or_default();
        let from = if finding == 0 { 0 } else { u32_at(ends, finding - 1) as usize };
        (from..u32_at(ends, finding) as usize).map(move |at| ClaimRow {
            host: u16_at(rows, at * 2),
            seen_on: u16_at(rows, at * 2 + 1),
        })
    }

    /// The day on which a host's update was installed, for hosts that a scanner may contradict.
    pub(super) fn installed_on(&self, host: u16, kb: u32) -> Option<u16> {
        let own = self.installed_rows(host)?;
        own.chunks_exact(6).find(|row| u32_at(row, 0) == kb).map(|row| u16_at(row, 2))
    }

    /// A host's updates with the days on which they were installed, if a scanner may contradict it.
    pub(super) fn installed_of(&self, host: usize) -> Vec<(u32, u16)> {
        let own = u16::try_from(host).ok().and_then(|host| self.installed_rows(host));
        let rows = own.unwrap_or_default().chunks_exact(6);
        rows.map(|row| (u32_at(row, 0), u16_at(row, 2))).collect()
    }

    fn installed_rows(&self, host: u16) -> Option<&[u8]> {
        let section = self.section(Section::Installed);
        let count = u32_at(section, 0) as usize;
        let numbers = section.get(4..4 + count * 2)?;
        let ends = section.get(4 + count * 2..4 + count * 6)?;
        let rows = section.get(4 + count * 6..)?;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if u16_at(numbers, middle) < host {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low >= count || u16_at(numbers, low) != host {
            return None;
        }
        let from = if low == 0 { 0 } else { u32_at(ends, low - 1) as usize };
        rows.get(from * 6..u32_at(ends, low) as usize * 6)
    }

    fn is_sound(&self) -> bool {
        let (hosts, items) = (self.hosts(), self.items());
        let len = |section| self.section(section).len();
        let has_lengths = hosts <= MOST_HOSTS
            && len(Section::Identities) == hosts * 8
            && len(Section::ClassOf) == hosts * 2
            && len(Section::Days) == hosts * 6
            && len(Section::Marks) == hosts * 8
            && len(Section::ClassHashes) == self.classes() * 16
            && len(Section::Items) == items.saturating_mul(11)
            && len(Section::Keys) == (self.frame.counts.keys as usize).saturating_mul(16);
        let total: usize = self.organisations.iter().map(|o| o.hosts.1 - o.hosts.0).sum();
        has_lengths
            && total == hosts
            && (0..hosts).all(|at| usize::from(u16_at(self.class_of(), at)) < self.classes())
            && (0..items).all(|item| self.hosts_of(item).is_some_and(|h| h.is_sound(hosts)))
            && self.keys_are_sound()
            && self.installed_is_sound()
    }

    /// Whether hosts rise and each has its own unbroken part of the updates.
    fn installed_is_sound(&self) -> bool {
        let section = self.section(Section::Installed);
        let count = u32_at(section, 0) as usize;
        let Some(rows) = count.checked_mul(6).and_then(|size| section.get(4 + size..)) else {
            return section.is_empty() && self.hosts() == 0;
        };
        let numbers = section.get(4..4 + count * 2).unwrap_or_default();
        let ends = section.get(4 + count * 2..4 + count * 6).unwrap_or_default();
        let last = if count == 0 { 0 } else { u32_at(ends, count - 1) as usize };
        (1..count).all(|at| {
            u16_at(numbers, at - 1) < u16_at(numbers, at)
                && u32_at(ends, at - 1) <= u32_at(ends, at)
        }) && rows.len() == last.saturating_mul(6)
    }

    fn keys_are_sound(&self) -> bool {
        let keys = self.section(Section::Keys);
        let mut before = (0, 0);
        (0..self.frame.counts.keys as usize).all(|at| {
            let (hash, first) = (u64_at(keys, at * 2), u32_at(keys, at * 4 + 2));
            let end = u64::from(first) + u64::from(u32_at(keys, at * 4 + 3));
            let rises = at == 0 || before < (hash, first);
            before = (hash, first);
            rises && end <= self.items() as u64
        })
    }
}

/// The first of the sorted keys that is not below a key. They are hashes, spread evenly, so each
/// step looks where the key would stand: three looks instead of fifteen, each a miss of the cache.
/// Where they are not spread so, every other step halves what is left.
fn first_not_below(keys: &[u8], count: usize, key: u64) -> usize {
    let (mut low, mut high) = (0, count);
    let (mut below, mut above) = (0, u64::MAX);
    let mut halves = false;
    while low < high {
        let span = high - low;
        let guess = if halves || span < 4 {
            span / 2
        } else {
            let share = u128::from(key.saturating_sub(below)) * span as u128
                / (u128::from(above.saturating_sub(below)) + 1);
            usize::try_from(share).unwrap_or(0).min(span - 1)
        };
        let found = u64_at(keys, (low + guess) * 2);
        if found < key {
            low += guess + 1;
            below = found;
        } else {
            high = low + guess;
            above = found;
        }
        halves = !halves && (high - low) * 2 > span;
    }
    low
}

fn organisations(frame: &Frame, file: &[u8]) -> Result<Vec<OrganisationRange>, IndexError> {
    let mut reader = Reader::new(frame.section(file, Section::Organisations));
    let count = reader.count(2)?;
    let mut organisations = Vec::new();
    let mut from = 0_usize;
    for _ in 0..count {
        let code = reader.text()?.parse().map_err(|_| IndexError::Damaged)?;
        let hosts = usize::try_from(reader.number()?).map_err(|_| IndexError::Damaged)?;
        let to = from.checked_add(hosts).ok_or(IndexError::Damaged)?;
        organisations.push(OrganisationRange { code, hosts: (from, to) });
        from = to;
    }
    if reader.is_done() { Ok(organisations) } else { Err(IndexError::Damaged) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_found_wherever_keys_stand(
            mut hashes in prop::collection::vec(
                prop_oneof![any::<u64>(), 0_u64..9, Just(u64::MAX), Just(1 << 40)], 0..200),
            key in prop_oneof![any::<u64>(), 0_u64..9, Just(u64::MAX), Just(1 << 40)],
            at: prop::sample::Index,
        ) {
            hashes.sort_unstable();
            let keys: Vec<u8> =
                hashes.iter().flat_map(|hash| [hash.to_le_bytes(), [0; 8]].concat()).collect();
            let present = if hashes.is_empty() { key } else { hashes[at.index(hashes.len())] };
            for key in [key, present] {
                let expected = hashes.partition_point(|hash| *hash < key);
                prop_assert_eq!(first_not_below(&keys, hashes.len(), key), expected);
            }
        }
    }
}
