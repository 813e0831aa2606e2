//! A segment built again from the one before: hosts of which nothing is new are taken over as they are,
//! so that one more file of one host does not cost reading the evidence of all its neighbours.
//!
//! The segment that comes out is byte for byte the one that is built from all evidence. What it must not
//! know: why a host is taken over.

use std::sync::Arc;

use model::host_id::HostId;
use model::organisation::OrganisationCode;
use rustc_hash::FxHashMap;

use super::basis::Basis;
use super::build::{BuildError, Reduced, SegmentBuilder};
use super::error::IndexError;
use super::mark::Mark;
use super::packed::PackedItems;
use super::segment::Segment;

/// A segment of which hosts are taken over into one that is built.
pub struct Earlier {
    organisations: FxHashMap<OrganisationCode, FxHashMap<HostId, usize>>,
    /// Those that were not taken yet.
    hosts: Vec<Option<Kept>>,
    classes: Vec<Row>,
    items: Arc<PackedItems>,
    findings: Vec<Row>,
}

/// A host, in the numbers of its own segment.
struct Kept {
    id: HostId,
    mark: Mark,
    class: u32,
    days: [u16; 3],
    items: Vec<u32>,
    findings: Vec<(u32, u16)>,
    installed: Vec<(u32, u16)>,
}

/// A class or a finding, and its number in what is built once a host has brought it there.
struct Row {
    bytes: Vec<u8>,
    number: Option<u32>,
}

impl Earlier {
    /// Reads a segment. One that was built on another basis is refused: its hosts must be reduced again.
    pub fn of<B: AsRef<[u8]>>(basis: &Basis<'_>, segment: &Segment<B>) -> Result<Self, IndexError> {
        if segment.basis() != basis.fingerprint() {
            return Err(IndexError::OtherKnowledge);
        }
        let rows = |all: Vec<Vec<u8>>| -> Vec<Row> {
            all.into_iter().map(|bytes| Row { bytes, number: None }).collect()
        };
        let findings: Vec<Vec<u8>> =
            segment.read_findings()?.into_iter().map(|(bytes, _)| bytes).collect();
        let mut hosts: Vec<Kept> = (0..segment.hosts())
            .map(|host| Kept {
                id: segment.host_id(host),
                mark: segment.mark_of(host),
                class: segment.class_number(host),
                days: segment.days_of(host),
                items: Vec::new(),
                findings: Vec::new(),
                installed: segment.installed_of(host),
            })
            .collect();
        for item in 0..segment.items() {
            let own = segment.hosts_of(item).ok_or(IndexError::Damaged)?;
            let number = u32::try_from(item).map_err(|_| IndexError::Damaged)?;
            own.each(|host| {
                if let Some(host) = hosts.get_mut(host) {
                    host.items.push(number);
                }
            });
        }
        for (number, finding) in (0_u32..).zip(0..findings.len()) {
            for claim in segment.claims_of(finding, findings.len()) {
                let host = hosts.get_mut(usize::from(claim.host)).ok_or(IndexError::Damaged)?;
                host.findings.push((number, claim.seen_on));
            }
        }
        let mut organisations: FxHashMap<OrganisationCode, FxHashMap<HostId, usize>> =
            FxHashMap::default();
        for organisation in segment.organisations() {
            let own = organisations.entry(organisation.code.clone()).or_default();
            let (from, to) = organisation.hosts;
            own.extend((from..to).map(|host| (segment.host_id(host), host)));
        }
        Ok(Self {
            organisations,
            hosts: hosts.into_iter().map(Some).collect(),
            classes: rows(segment.class_rows()?),
            items: Arc::new(segment.packed_items()),
            findings: rows(findings),
        })
    }

    /// Whether an organisation is there, be it without a host.
    pub fn holds(&self, code: &OrganisationCode) -> bool {
        self.organisations.contains_key(code)
    }

    /// Whether a host is there with evidence of this mark, and not taken yet.
    pub fn has(&self, code: &OrganisationCode, id: HostId, mark: Mark) -> bool {
        self.place(code, id, mark).is_some()
    }

    fn place(&self, code: &OrganisationCode, id: HostId, mark: Mark) -> Option<usize> {
        let place = *self.organisations.get(code)?.get(&id)?;
        let kept = self.hosts.get(place)?.as_ref()?;
        (kept.mark == mark).then_some(place)
    }
}

impl SegmentBuilder<'_, '_> {
    /// Adds a host of the organisation that was begun last as an earlier segment has it, if it is there
    /// with evidence of this mark; says whether it did.
    pub fn take(
        &mut self,
        earlier: &mut Earlier,
        id: HostId,
        mark: Mark,
    ) -> Result<bool, BuildError> {
        let Some((code, _)) = self.organisations.last() else {
            return Err(BuildError::NoOrganisation);
        };
        let Some(place) = earlier.place(code, id, mark) else { return Ok(false) };
        self.take_place(earlier, place)?;
        Ok(true)
    }

    /// Adds an organisation with all its hosts as an earlier segment has them; says whether it is
    /// there.
    pub fn take_organisation(
        &mut self,
        earlier: &mut Earlier,
        code: &OrganisationCode,
    ) -> Result<bool, BuildError> {
        let Some(own) = earlier.organisations.get(code) else { return Ok(false) };
        let places: Vec<usize> = own.values().copied().collect();
        self.organisation(code.clone());
        for place in places {
            self.take_place(earlier, place)?;
        }
        Ok(true)
    }

    /// Adds the host of a place, if it was not taken yet.
    fn take_place(&mut self, earlier: &mut Earlier, place: usize) -> Result<(), BuildError> {
        self.expect_room()?;
        let kept = earlier.hosts.get_mut(place).and_then(Option::take);
        let Some(kept) = kept else { return Ok(()) };
        let class = row(&mut earlier.classes, kept.class, |bytes| self.class_of_bytes(bytes))?;
        let mut items = Vec::with_capacity(kept.items.len());
        for item in kept.items {
            items.push(self.items.of_earlier(&earlier.items, item)?);
        }
        let mut findings = Vec::with_capacity(kept.findings.len());
        for (finding, day) in kept.findings {
            let number = row(&mut earlier.findings, finding, |bytes| {
                Ok(self.finding_of_bytes(bytes.to_vec()))
            })?;
            findings.push((number, day));
        }
        findings.sort_unstable();
        self.hosts.push(Reduced {
            id: kept.id,
            mark: kept.mark,
            class,
            days: kept.days,
            items,
            findings,
            installed: kept.installed,
        });
        Ok(())
    }
}

/// The number of a row in what is built; the first host that has it brings it there.
fn row(
    rows: &mut [Row],
    at: u32,
    bring: impl FnOnce(&[u8]) -> Result<u32, BuildError>,
) -> Result<u32, BuildError> {
    let row = rows.get_mut(at as usize).ok_or(BuildError::DamagedRow)?;
    if let Some(number) = row.number {
        return Ok(number);
    }
    let number = bring(&row.bytes)?;
    row.number = Some(number);
    Ok(number)
}
