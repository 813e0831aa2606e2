//! From packs to a segment.
//!
//! Hosts are reduced as they come, so packs need not be kept. Within an organisation, hosts are put
//! beside those that are like them, so that the hosts of an item are runs; the order in which hosts,
//! pieces and organisations' hosts come changes nothing in the answers.

use std::sync::Arc;

use jiff::civil::Date;
use model::evidence::{Evidence, Finding, FindingMethod, FindingOutcome};
use model::host_id::HostId;
use model::organisation::OrganisationCode;
use rustc_hash::{FxHashMap, FxHashSet};

use super::basis::{Basis, short_of};
use super::claims::write_finding;
use super::class::SystemClass;
use super::item::write_distribution;
use super::items::Items;
use super::layout::{Counts, MOST_HOSTS, SECTIONS, Section, write};
use super::mark::Mark;
use super::order::{Lists, Ranks, Scratch, order_hosts};
use super::postings;
use crate::freshness::Gathered;
use crate::host::{Host, JoinRule, Piece, Standing};
use crate::judge::{Shown, distribution_of};
use crate::knowledge::build::day_number;
use crate::pack::{Pack, pack_up, row_ecosystem};
use crate::wire::{Reader, Writer};

/// Items that are packed together.
pub(super) const BLOCK: usize = 64;

pub(super) const CLASSES_MAGIC: [u8; 8] = *b"WARDCLAS";
pub(super) const FINDINGS_MAGIC: [u8; 8] = *b"WARDFIND";
pub(super) const LEVEL: i32 = 6;

/// A piece of evidence of a host.
#[derive(Clone, Copy, Debug)]
pub struct PieceRef<'p> {
    /// The pack that it is in.
    pub pack: &'p Pack,
    /// Its number in the pack.
    pub piece: usize,
    /// The day on which it was received: a file that does not say when it was made counts from then.
    pub received: Date,
}

/// Why a segment cannot be built.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BuildError {
    /// More hosts than a segment holds.
    #[error("a segment holds at most 65,536 hosts: split the group of organisations")]
    TooManyHosts,
    /// A piece that is not in the pack.
    #[error("the pack has no piece {0}")]
    NoPiece(usize),
    /// A row of software in a pack that cannot be read.
    #[error("a row of software in the pack is damaged")]
    DamagedRow,
    /// Hosts before any organisation.
    #[error("a host came before its organisation")]
    NoOrganisation,
}

/// A segment in the making.
pub struct SegmentBuilder<'b, 'k> {
    basis: &'b Basis<'k>,
    pub(super) organisations: Vec<(OrganisationCode, usize)>,
    pub(super) hosts: Vec<Reduced>,
    classes: FxHashMap<Vec<u8>, u32>,
    /// For each class the bytes of its profile.
    profiles: Vec<Vec<u8>>,
    pub(super) items: Items,
    findings: FxHashMap<Vec<u8>, u32>,
    /// Items of the rows of the packs that were used last.
    recent: Vec<Recent>,
}

/// Items of the rows of a pack, for one distribution.
struct Recent {
    pack: Arc<()>,
    distribution: Vec<u8>,
    items: Vec<u32>,
}

/// How many packs are remembered: a host's evidence is of a few imports.
const RECENT: usize = 4;

/// A host, reduced.
pub(super) struct Reduced {
    pub(super) id: HostId,
    pub(super) mark: Mark,
    pub(super) class: u32,
    pub(super) days: [u16; 3],
    pub(super) items: Vec<u32>,
    /// Finding and the day on which it was seen.
    pub(super) findings: Vec<(u32, u16)>,
    /// For hosts that a scanner may contradict: updates and the day of installation.
    pub(super) installed: Vec<(u32, u16)>,
}

/// A day in 16 bits: days since 1969-12-31, 0 for none.
pub(super) fn short_day(day: Option<Date>) -> u16 {
    day.map_or(0, |day| u16::try_from((day_number(day) + 1).clamp(1, 65_535)).unwrap_or(0))
}

impl<'b, 'k> SegmentBuilder<'b, 'k> {
    /// An empty segment.
    pub fn new(basis: &'b Basis<'k>) -> Self {
        Self {
            basis,
            organisations: Vec::new(),
            hosts: Vec::new(),
            classes: FxHashMap::default(),
            profiles: Vec::new(),
            items: Items::default(),
            findings: FxHashMap::default(),
            recent: Vec::new(),
        }
    }

    /// Begins an organisation: the hosts that follow are its.
    pub fn organisation(&mut self, code: OrganisationCode) {
        self.organisations.push((code, self.hosts.len()));
    }

    /// How many hosts there are.
    pub const fn hosts(&self) -> usize {
        self.hosts.len()
    }

    /// Adds a host with everything that is known of it. A host without evidence is seen, not known.
    pub fn host(&mut self, id: HostId, pieces: &[PieceRef<'_>]) -> Result<(), BuildError> {
        self.expect_room()?;
        let mut host = Host { label: String::new(), pieces: Vec::new(), notes: Vec::new() };
        let mut shown = Shown::default();
        let mut days = Gathered::default();
        for piece in pieces {
            let packed =
                piece.pack.pieces().get(piece.piece).ok_or(BuildError::NoPiece(piece.piece))?;
            let evidence = packed.without_software();
            let ecosystems = packed.rows().iter().map(|r| row_ecosystem(piece.pack.row_bytes(*r)));
            shown.take(evidence.software_completeness.as_ref(), ecosystems);
            days.take(evidence, !packed.rows().is_empty(), piece.received);
            host.pieces.push(Piece {
                path: String::new(),
                joined_by: JoinRule::Given,
                evidence: evidence.clone(),
            });
        }
        let class = self.class(&host, shown);
        let standing = Standing::of(&host);
        let mut prefix = Writer::default();
        write_distribution(distribution_of(&standing).as_ref(), &mut prefix);
        let mut items = Vec::new();
        let mut seen: FxHashSet<u32> = FxHashSet::default();
        for piece in pieces {
            let Some(packed) = piece.pack.pieces().get(piece.piece) else { continue };
            if packed.rows().is_empty() {
                continue;
            }
            let recent = self.recent(piece.pack, &prefix.bytes);
            for row in packed.rows() {
                let item = self.item_of_row(recent, piece.pack, *row)?;
                if seen.insert(self.items.identity(item)?) {
                    items.push(item);
                }
            }
        }
        let findings = self.findings_of(&host);
        let installed = if may_contradict(&host) { installed_days(&standing) } else { Vec::new() };
        let days = days.finish();
        let days = [days.patch_state, days.software, days.findings].map(short_day);
        let mark = pieces.iter().map(|piece| (piece.pack.hash(), piece.piece, piece.received));
        let mark = Mark::of(mark);
        self.hosts.push(Reduced { id, mark, class, days, items, findings, installed });
        Ok(())
    }

    /// Whether there is an organisation to add a host to, and room for it.
    pub(super) fn expect_room(&self) -> Result<(), BuildError> {
        if self.hosts.len() >= MOST_HOSTS {
            return Err(BuildError::TooManyHosts);
        }
        if self.organisations.is_empty() {
            return Err(BuildError::NoOrganisation);
        }
        Ok(())
    }

    fn class(&mut self, host: &Host, shown: Shown) -> u32 {
        let class = SystemClass::of(self.basis, host, shown);
        let mut bytes = Writer::default();
        class.write(&mut bytes);
        self.add_class(bytes.bytes, || class)
    }

    /// The number of a class that another segment has under these bytes.
    pub(super) fn class_of_bytes(&mut self, bytes: &[u8]) -> Result<u32, BuildError> {
        let class = SystemClass::read(&mut Reader::new(bytes));
        let class = class.map_err(|_| BuildError::DamagedRow)?;
        Ok(self.add_class(bytes.to_vec(), || class))
    }

    fn add_class(&mut self, bytes: Vec<u8>, class: impl FnOnce() -> SystemClass) -> u32 {
        let next = u32::try_from(self.classes.len()).unwrap_or(u32::MAX);
        let profiles = &mut self.profiles;
        *self.classes.entry(bytes).or_insert_with(|| {
            let mut profile = Writer::default();
            class().profile().write(&mut profile);
            profiles.push(profile.bytes);
            next
        })
    }

    /// The place where the items of a pack's rows are remembered.
    fn recent(&mut self, pack: &Pack, distribution: &[u8]) -> usize {
        let is_known = |known: &Recent| {
            Arc::ptr_eq(&known.pack, pack.token()) && known.distribution == distribution
        };
        if let Some(at) = self.recent.iter().position(is_known) {
            return at;
        }
        if self.recent.len() >= RECENT {
            self.recent.remove(0);
        }
        self.recent.push(Recent {
            pack: Arc::clone(pack.token()),
            distribution: distribution.to_vec(),
            items: vec![u32::MAX; pack.row_count()],
        });
        self.recent.len() - 1
    }

    fn item_of_row(&mut self, recent: usize, pack: &Pack, row: u32) -> Result<u32, BuildError> {
        let known = self.recent.get(recent).and_then(|known| known.items.get(row as usize));
        if let Some(item) = known.filter(|item| **item != u32::MAX) {
            return Ok(*item);
        }
        let prefix = self.recent.get(recent).map(|known| known.distribution.clone());
        let item = self.items.of_evidence(&prefix.unwrap_or_default(), pack.row_bytes(row))?;
        let slot = self.recent.get_mut(recent).and_then(|known| known.items.get_mut(row as usize));
        if let Some(slot) = slot {
            *slot = item;
        }
        Ok(item)
    }

    fn findings_of(&mut self, host: &Host) -> Vec<(u32, u16)> {
        let mut found = Vec::new();
        for piece in &host.pieces {
            for finding in &piece.evidence.findings {
                let mut bytes = Writer::default();
                write_finding(finding, &mut bytes);
                let number = self.finding_of_bytes(bytes.bytes);
                found.push((number, short_day(seen_on(finding, &piece.evidence))));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The number of a finding by its bytes.
    pub(super) fn finding_of_bytes(&mut self, bytes: Vec<u8>) -> u32 {
        let next = u32::try_from(self.findings.len()).unwrap_or(u32::MAX);
        *self.findings.entry(bytes).or_insert(next)
    }

    /// The segment. The order in which hosts came, and whether they were taken over, change no byte.
    pub fn finish(mut self) -> Result<Vec<u8>, BuildError> {
        let class_order = sorted_by_bytes(&self.classes);
        let class_rank = ranks(class_order.iter().map(|(_, number)| *number), class_order.len());
        let mut is_used = vec![false; self.items.len()];
        for item in self.hosts.iter().flat_map(|host| &host.items) {
            if let Some(used) = is_used.get_mut(*item as usize) {
                *used = true;
            }
        }
        // Of two rows of one identity on every host the second is nobody's.
        let mut items = std::mem::take(&mut self.items).arrange(&is_used)?;
        let (item_rank, item_count) = (items.ranks(), items.order().len());
        let ranks = Ranks {
            profiles: &self.profile_ranks(),
            classes: &class_rank,
            items: &item_rank,
            item_count,
        };
        let order = self.host_order(&ranks);
        let mut sections: [Vec<u8>; SECTIONS] = Default::default();
        let mut put = |section: Section, bytes: Vec<u8>| {
            if let Some(slot) = sections.get_mut(section as usize) {
                *slot = bytes;
            }
        };
        put(Section::Organisations, self.organisations_section());
        let hosts: Vec<&Reduced> = order.iter().filter_map(|at| self.hosts.get(*at)).collect();
        put(Section::Identities, hosts.iter().flat_map(|h| h.id.0.to_le_bytes()).collect());
        let class_of = hosts.iter().flat_map(|host| {
            let class = class_rank.get(host.class as usize).copied().unwrap_or(0);
            u16::try_from(class).unwrap_or(u16::MAX).to_le_bytes()
        });
        put(Section::ClassOf, class_of.collect());
        let days = hosts.iter().flat_map(|host| host.days).flat_map(u16::to_le_bytes);
        put(Section::Days, days.collect());
        put(Section::Marks, hosts.iter().flat_map(|h| h.mark.0.to_le_bytes()).collect());
        put(Section::ClassHashes, class_order.iter().flat_map(|(b, _)| short_of(b)).collect());
        let mut classes = Writer::default();
        classes.count(class_order.len());
        for (bytes, _) in &class_order {
            classes.count(bytes.len());
            classes.bytes.extend_from_slice(bytes);
        }
        put(Section::Classes, pack_up(CLASSES_MAGIC, 1, LEVEL, &classes.bytes));
        let (mut values, mut forms, mut postings) = (Vec::new(), Vec::new(), Vec::new());
        for list in Lists::of(&hosts, &ranks).each() {
            let (form, value) = postings::write(list, hosts.len(), &mut postings);
            values.extend_from_slice(&value.to_le_bytes());
            forms.push(form);
        }
        put(Section::Items, [items.hashes(), values, forms].concat());
        put(Section::Postings, postings);
        let keys = items.keys()?;
        let key_count = keys.len() / 16;
        put(Section::Keys, keys);
        put(Section::ItemRows, items.rows()?);
        let finding_order = sorted_by_bytes(&self.findings);
        let mut findings = Writer::default();
        findings.count(finding_order.len());
        for (bytes, _) in &finding_order {
            findings.count(bytes.len());
            findings.bytes.extend_from_slice(bytes);
        }
        put(Section::Findings, pack_up(FINDINGS_MAGIC, 1, LEVEL, &findings.bytes));
        put(Section::Claims, claims_section(&finding_order, &hosts));
        put(Section::Installed, installed_section(&hosts));
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let counts = Counts {
            hosts: number(hosts.len()),
            classes: number(class_order.len()),
            items: number(item_count),
            keys: number(key_count),
        };
        Ok(write(self.basis.fingerprint(), counts, &sections))
    }

    /// For each class the place of its profile among profiles.
    fn profile_ranks(&self) -> Vec<u32> {
        let mut sorted: Vec<&Vec<u8>> = self.profiles.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let place = |profile| sorted.binary_search(&profile).unwrap_or(0);
        self.profiles.iter().map(|own| u32::try_from(place(own)).unwrap_or(u32::MAX)).collect()
    }

    fn organisations_section(&self) -> Vec<u8> {
        let mut to = Writer::default();
        to.count(self.organisations.len());
        let ends = self.organisations.iter().skip(1).map(|(_, from)| *from);
        for ((code, from), end) in self.organisations.iter().zip(ends.chain([self.hosts.len()])) {
            to.text(code.as_str());
            to.count(end - from);
        }
        to.bytes
    }

    /// The places of hosts, in their order.
    fn host_order(&self, ranks: &Ranks<'_>) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::with_capacity(self.hosts.len());
        let mut scratch = Scratch::new(ranks.item_count);
        let ends = self.organisations.iter().skip(1).map(|(_, from)| *from);
        for ((_, from), end) in self.organisations.iter().zip(ends.chain([self.hosts.len()])) {
            let own = self.hosts.get(*from..end).unwrap_or_default();
            order_hosts(own, *from, ranks, &mut scratch, &mut order);
        }
        order
    }
}

fn claims_section(order: &[(&Vec<u8>, u32)], hosts: &[&Reduced]) -> Vec<u8> {
    let mut by_finding: FxHashMap<u32, Vec<(u16, u16)>> = FxHashMap::default();
    for (at, host) in (0..=u16::MAX).zip(hosts) {
        for (finding, day) in &host.findings {
            by_finding.entry(*finding).or_default().push((at, *day));
        }
    }
    let (mut ends, mut rows) = (Vec::new(), Vec::new());
    for (_, number) in order {
        for (host, day) in by_finding.get(number).map_or(&[][..], Vec::as_slice) {
            rows.extend_from_slice(&host.to_le_bytes());
            rows.extend_from_slice(&day.to_le_bytes());
        }
        ends.extend_from_slice(&u32::try_from(rows.len() / 4).unwrap_or(u32::MAX).to_le_bytes());
    }
    ends.extend_from_slice(&rows);
    ends
}

fn installed_section(hosts: &[&Reduced]) -> Vec<u8> {
    let (mut numbers, mut ends, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0_u32;
    for (at, host) in (0..=u16::MAX).zip(hosts) {
        if host.installed.is_empty() {
            continue;
        }
        count += 1;
        numbers.extend_from_slice(&at.to_le_bytes());
        for (kb, day) in &host.installed {
            rows.extend_from_slice(&kb.to_le_bytes());
            rows.extend_from_slice(&day.to_le_bytes());
        }
        ends.extend_from_slice(&u32::try_from(rows.len() / 6).unwrap_or(u32::MAX).to_le_bytes());
    }
    [count.to_le_bytes().to_vec(), numbers, ends, rows].concat()
}

fn sorted_by_bytes(map: &FxHashMap<Vec<u8>, u32>) -> Vec<(&Vec<u8>, u32)> {
    let mut sorted: Vec<(&Vec<u8>, u32)> = map.iter().map(|(b, n)| (b, *n)).collect();
    sorted.sort_unstable();
    sorted
}

/// For each of so many numbers its place in an order; 0 for those that are not in it.
fn ranks(order: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut ranks = vec![0; count];
    for (rank, number) in (0..).zip(order) {
        if let Some(slot) = ranks.get_mut(number as usize) {
            *slot = rank;
        }
    }
    ranks
}

fn seen_on(finding: &Finding, evidence: &Evidence) -> Option<Date> {
    finding.observed_at.as_ref().or(evidence.collected_at.as_ref()).map(|at| at.latest.date())
}

/// Whether a scanner's claim may contradict a fix: then the day of the fix counts.
fn may_contradict(host: &Host) -> bool {
    host.pieces.iter().flat_map(|piece| &piece.evidence.findings).any(|finding| {
        finding.outcome == FindingOutcome::Vulnerable && finding.method != FindingMethod::Inferred
    })
}

fn installed_days(standing: &Standing<'_>) -> Vec<(u32, u16)> {
    standing
        .installed
        .iter()
        .filter_map(|(kb, installed)| {
            let on = installed.row.installed_on.as_ref()?;
            Some((kb.number(), short_day(Some(on.earliest))))
        })
        .collect()
}
