//! An index as at a day: which answers there are, and how many hosts of each organisation have them.
//!
//! Made from judged classes and the days of the hosts. What it must not know: what is asked.

use std::sync::OnceLock;

use jiff::civil::Date;
use model::evidence::{FindingMethod, FindingOutcome};
use rustc_hash::FxHashMap;

use super::answer::{Code, OrganisationFacts};
use super::build::short_day;
use super::class::SystemClass;
use super::columns::Column;
use super::error::IndexError;
use super::fixes::Fixes;
use super::judging::{JudgedClasses, Judging, Signature, default_group, products_of};
use super::national::Index;
use super::profile::{silence_group, windows_of};
use super::segment::Segment;
use crate::bits::{Bits, set};
use crate::freshness::FreshnessPolicy;
use crate::host::Host;
use crate::judge::{Question, VulnerabilityRef, claimed};
use crate::knowledge::build::day_number;
use crate::knowledge::schema::NONE;
use crate::wire::u16_at;

/// An index as at a day.
pub struct View<'i, 'k, B> {
    pub(super) index: &'i Index<'k, B>,
    pub(super) as_at_day: i32,
    pub(super) judging: Judging<'i, 'k, B>,
    /// As the judging's own, but every vulnerability is answered for every host.
    pub(super) watching: Question<'k>,
    pub(super) profiles: Vec<Profile>,
    pub(super) products: Vec<Products>,
    /// Systems that differ in what is said of flaws that their own product is not listed for.
    pub(super) groups: Vec<Host>,
    /// For each atom, when first asked for: for each group what is said of it.
    pub(super) defaults: Vec<OnceLock<Vec<Code>>>,
    /// Systems that differ in what is said where nothing speaks.
    pub(super) silences: Vec<(SystemClass, Host)>,
    /// For each class its profile and its signature.
    pub(super) cells: Vec<(u32, u32)>,
    pub(super) segments: Vec<SegmentView>,
    pub(super) facts: Vec<OrganisationFacts>,
    /// For each organisation where its runs lie.
    pub(super) runs_of: Vec<(usize, usize)>,
    pub(super) runs: Vec<Run>,
    pub(super) counts: Vec<CellCount>,
    /// The same numbers turned: for each profile those of every organisation.
    pub(super) columns: Vec<Column>,
    /// For each organisation where its kinds of silence lie.
    pub(super) quiet_of: Vec<(usize, usize)>,
    pub(super) quiet: Vec<Quiet>,
    /// The same sums turned: for each kind of silence those of every organisation.
    pub(super) quiet_columns: Vec<QuietColumn>,
    /// For what a scanner speaks of: the findings, as segment and number.
    pub(super) claims: FxHashMap<VulnerabilityRef, Vec<(u32, u32)>>,
    pub(super) fixes: Fixes,
}

/// Systems that differ in updates, lists and revisions only.
pub(super) struct Profile {
    /// Position in `products`; [`NONE`] where no product of knowledge is its own.
    pub(super) products: u32,
    /// Position in `groups`; [`NONE`] for what is no Windows.
    pub(super) group: u32,
    /// Position in `silences`.
    pub(super) silence: u32,
}

/// The answers of all signatures of the same products.
pub(super) struct Products {
    pub(super) atoms: Vec<u32>,
    pub(super) signatures: usize,
    /// For each atom the answers of all signatures.
    pub(super) columns: Vec<Code>,
}

/// What of a segment depends on the day.
pub(super) struct SegmentView {
    /// The number of its first organisation.
    pub(super) first: usize,
    /// Hosts whose patch state, software, findings are too old.
    pub(super) too_old: [Bits; 3],
    /// Outcome and method of each finding.
    pub(super) findings: Vec<(FindingOutcome, FindingMethod)>,
}

/// Neighbouring hosts of one organisation and profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) profile: u32,
    /// The first host in the segment, and the one after the last.
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) patch_too_old: u32,
    pub(super) software_too_old: u32,
    /// Where its counts lie.
    pub(super) counts: (u32, u32),
}

/// How many hosts of a run have a signature.
#[derive(Clone, Copy, Debug)]
pub(super) struct CellCount {
    pub(super) signature: u32,
    pub(super) hosts: u32,
    pub(super) too_old: u32,
}

/// The hosts of an organisation of which the same is said where nothing speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet {
    /// Position in `silences`.
    pub(super) silence: u32,
    pub(super) hosts: u32,
    pub(super) patch_too_old: u32,
    pub(super) software_too_old: u32,
}

/// Hosts of one kind of silence, by organisation.
#[derive(Clone, Debug, Default)]
pub(super) struct QuietColumn {
    pub(super) hosts: Vec<u32>,
    pub(super) patch_too_old: Vec<u32>,
    pub(super) software_too_old: Vec<u32>,
}

impl<'i, 'k, B: AsRef<[u8]>> View<'i, 'k, B> {
    pub(super) fn assemble(
        judging: Judging<'i, 'k, B>,
        judged: &[JudgedClasses],
        policy: &FreshnessPolicy,
    ) -> Result<Self, IndexError> {
        let index = judging.index;
        let mut view = Self {
            index,
            as_at_day: day_number(judging.as_at),
            watching: Question::watching_all(index.knowledge(), judging.as_at),
            profiles: Vec::new(),
            products: Vec::new(),
            groups: Vec::new(),
            defaults: (0..index.matters.atoms()).map(|_| OnceLock::new()).collect(),
            silences: Vec::new(),
            cells: Vec::new(),
            segments: Vec::new(),
            facts: Vec::new(),
            runs_of: Vec::new(),
            runs: Vec::new(),
            counts: Vec::new(),
            columns: Vec::new(),
            quiet_of: Vec::new(),
            quiet: Vec::new(),
            quiet_columns: Vec::new(),
            claims: FxHashMap::default(),
            fixes: Fixes::default(),
            judging,
        };
        let signatures = view.take_signatures(judged)?;
        view.take_profiles(&signatures);
        view.take_claims()?;
        for (position, segment) in index.segments.iter().enumerate() {
            view.take_segment(position, segment, policy);
        }
        view.columns = Column::of(&view);
        view.turn_quiet();
        Ok(view)
    }

    /// Gives each signature a number among those of the same products; returns for each class the
    /// products and that number.
    fn take_signatures(&mut self, judged: &[JudgedClasses]) -> Result<Vec<(u32, u32)>, IndexError> {
        let number = |count: usize| u32::try_from(count).unwrap_or(NONE);
        let mut known: FxHashMap<&Signature, (u32, u32)> = FxHashMap::default();
        let mut of_products: FxHashMap<&[u32], u32> = FxHashMap::default();
        let mut members: Vec<Vec<&Signature>> = Vec::new();
        let mut of_class = Vec::with_capacity(self.index.classes());
        for batch in judged {
            for at in &batch.of_class {
                let signature = batch.signatures.get(*at as usize).ok_or(IndexError::OtherView)?;
                if signature.products.is_empty() {
                    of_class.push((NONE, 0));
                    continue;
                }
                let place = *known.entry(signature).or_insert_with(|| {
                    let products = *of_products.entry(&signature.products).or_insert_with(|| {
                        members.push(Vec::new());
                        number(members.len() - 1)
                    });
                    let own = members.get_mut(products as usize);
                    let at = own.map_or(0, |own| {
                        own.push(signature);
                        number(own.len() - 1)
                    });
                    (products, at)
                });
                of_class.push(place);
            }
        }
        if of_class.len() != self.index.classes() {
            return Err(IndexError::OtherView);
        }
        for own in members {
            let products = own.first().map_or(&[][..], |s| s.products.as_slice());
            let atoms = self.index.matters.atoms_of(products);
            if own.iter().any(|signature| signature.answers.len() != atoms.len()) {
                return Err(IndexError::OtherView);
            }
            let columns = (0..atoms.len())
                .flat_map(|atom| own.iter().filter_map(move |s| s.answers.get(atom).copied()))
                .collect();
            self.products.push(Products { atoms, signatures: own.len(), columns });
        }
        Ok(of_class)
    }

    fn take_profiles(&mut self, signatures: &[(u32, u32)]) {
        let number = |count: usize| u32::try_from(count).unwrap_or(NONE);
        let mut known: FxHashMap<SystemClass, u32> = FxHashMap::default();
        let mut groups: FxHashMap<SystemClass, u32> = FxHashMap::default();
        let mut silences: FxHashMap<SystemClass, u32> = FxHashMap::default();
        for (class, (products, signature)) in self.index.classes.iter().zip(signatures) {
            let profile = class.profile();
            let next = number(known.len());
            let place = *known.entry(profile).or_insert_with_key(|profile| {
                let group = if windows_of(profile).is_some() {
                    let next = number(groups.len());
                    *groups.entry(default_group(profile)).or_insert_with_key(|group| {
                        self.groups.push(group.to_host());
                        next
                    })
                } else {
                    NONE
                };
                let next_silence = number(silences.len());
                let silence =
                    *silences.entry(silence_group(profile)).or_insert_with_key(|silence| {
                        self.silences.push((silence.clone(), silence.to_host()));
                        next_silence
                    });
                debug_assert_eq!(*products == NONE, products_of(self.index, profile).is_empty());
                self.profiles.push(Profile { products: *products, group, silence });
                next
            });
            self.cells.push((place, *signature));
        }
    }

    /// Which findings speak of what; each distinct finding is looked at once.
    fn take_claims(&mut self) -> Result<(), IndexError> {
        let mut known: FxHashMap<Vec<u8>, Vec<VulnerabilityRef>> = FxHashMap::default();
        for (at, segment) in (0_u32..).zip(&self.index.segments) {
            let mut kinds = Vec::new();
            for (number, (bytes, finding)) in (0_u32..).zip(segment.read_findings()?) {
                kinds.push((finding.outcome, finding.method));
                let spoken =
                    known.entry(bytes).or_insert_with(|| claimed(&self.judging.question, &finding));
                for vulnerability in spoken {
                    let findings = self.claims.entry(*vulnerability).or_default();
                    if findings.last() != Some(&(at, number)) {
                        findings.push((at, number));
                    }
                }
            }
            self.segments.push(SegmentView {
                first: 0,
                too_old: Default::default(),
                findings: kinds,
            });
        }
        let mut first = 0;
        for (view, segment) in self.segments.iter_mut().zip(&self.index.segments) {
            view.first = first;
            first += segment.organisations().len();
        }
        Ok(())
    }

    fn take_segment(&mut self, position: usize, segment: &Segment<B>, policy: &FreshnessPolicy) {
        let Some(numbers) = self.index.class_numbers.get(position) else { return };
        let today = short_day(Some(self.judging.as_at));
        let limits = [policy.patch_state_days, policy.software_days, policy.findings_days];
        let mut too_old: [Bits; 3] = [0, 1, 2].map(|_| vec![0; segment.hosts().div_ceil(64)]);
        let is_old =
            |day: u16, limit: u16| day == 0 || i32::from(today) - i32::from(day) > i32::from(limit);
        for organisation in segment.organisations() {
            let (from, to) = organisation.hosts;
            let mut ages: Vec<u32> = Vec::new();
            let mut facts = OrganisationFacts {
                code: organisation.code.clone(),
                hosts: u32::try_from(to - from).unwrap_or(u32::MAX),
                with_evidence: 0,
                with_patch_state: 0,
                patch_state_too_old: 0,
                software_too_old: 0,
                oldest_days: None,
                median_days: None,
            };
            let first_run = self.runs.len();
            let mut run: Vec<(u32, bool)> = Vec::new();
            let mut open: Option<Run> = None;
            for host in from..to {
                let days = segment.days_of(host);
                let old: [bool; 3] = [0, 1, 2].map(|kind: usize| {
                    is_old(
                        days.get(kind).copied().unwrap_or(0),
                        limits.get(kind).copied().unwrap_or(0),
                    )
                });
                for (bits, _) in too_old.iter_mut().zip(old).filter(|(_, old)| *old) {
                    set(bits, host);
                }
                let [patch_old, software_old, _] = old;
                facts.with_evidence += u32::from(days.iter().any(|day| *day != 0));
                facts.patch_state_too_old += u32::from(patch_old);
                facts.software_too_old += u32::from(software_old);
                let [patch, ..] = days;
                if patch != 0 {
                    facts.with_patch_state += 1;
                    ages.push(u32::from(today.saturating_sub(patch)));
                }
                let class = numbers.get(usize::from(u16_at(segment.class_of(), host)));
                let cell = class.and_then(|class| self.cells.get(*class as usize)).copied();
                let (profile, signature) = cell.unwrap_or((0, 0));
                let here = u32::try_from(host).unwrap_or(u32::MAX);
                if let Some(known) = open.filter(|known| known.profile != profile) {
                    self.close_run(known, here, &mut run);
                    open = None;
                }
                let known = open.get_or_insert(Run {
                    profile,
                    from: here,
                    to: here,
                    patch_too_old: 0,
                    software_too_old: 0,
                    counts: (0, 0),
                });
                known.patch_too_old += u32::from(patch_old);
                known.software_too_old += u32::from(software_old);
                run.push((signature, patch_old));
            }
            if let Some(known) = open {
                self.close_run(known, u32::try_from(to).unwrap_or(u32::MAX), &mut run);
            }
            ages.sort_unstable();
            facts.oldest_days = ages.last().copied();
            facts.median_days = ages.get(ages.len() / 2).copied();
            self.facts.push(facts);
            self.runs_of.push((first_run, self.runs.len()));
            self.take_quiet(first_run);
        }
        if let Some(view) = self.segments.get_mut(position) {
            view.too_old = too_old;
        }
    }

    /// Turns the sums of silence, so that a question adds whole columns.
    fn turn_quiet(&mut self) {
        let none = || vec![0; self.quiet_of.len()];
        let empty =
            || QuietColumn { hosts: none(), patch_too_old: none(), software_too_old: none() };
        let mut columns: Vec<QuietColumn> = self.silences.iter().map(|_| empty()).collect();
        for (at, (from, to)) in self.quiet_of.iter().enumerate() {
            for quiet in self.quiet.get(*from..*to).unwrap_or_default() {
                let Some(column) = columns.get_mut(quiet.silence as usize) else { continue };
                for (own, hosts) in [
                    (&mut column.hosts, quiet.hosts),
                    (&mut column.patch_too_old, quiet.patch_too_old),
                    (&mut column.software_too_old, quiet.software_too_old),
                ] {
                    if let Some(slot) = own.get_mut(at) {
                        *slot += hosts;
                    }
                }
            }
        }
        self.quiet_columns = columns;
    }

    /// Adds up the runs of an organisation, from the first to the last, by kind of silence.
    fn take_quiet(&mut self, first_run: usize) {
        let begin = self.quiet.len();
        for run in self.runs.get(first_run..).unwrap_or_default() {
            let silence = self.profiles.get(run.profile as usize).map_or(NONE, |p| p.silence);
            let own = self.quiet.get_mut(begin..).unwrap_or_default();
            let known = own.iter_mut().find(|quiet| quiet.silence == silence);
            let hosts = run.to - run.from;
            match known {
                Some(known) => {
                    known.hosts += hosts;
                    known.patch_too_old += run.patch_too_old;
                    known.software_too_old += run.software_too_old;
                }
                None => self.quiet.push(Quiet {
                    silence,
                    hosts,
                    patch_too_old: run.patch_too_old,
                    software_too_old: run.software_too_old,
                }),
            }
        }
        self.quiet_of.push((begin, self.quiet.len()));
    }

    fn close_run(&mut self, mut run: Run, to: u32, hosts: &mut Vec<(u32, bool)>) {
        run.to = to;
        let begin = self.counts.len();
        hosts.sort_unstable();
        for (signature, is_old) in hosts.drain(..) {
            let own = self.counts.get_mut(begin..).and_then(<[CellCount]>::last_mut);
            match own.filter(|count| count.signature == signature) {
                Some(count) => {
                    count.hosts += 1;
                    count.too_old += u32::from(is_old);
                }
                None => {
                    self.counts.push(CellCount { signature, hosts: 1, too_old: u32::from(is_old) });
                }
            }
        }
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        run.counts = (place(begin), place(self.counts.len()));
        self.runs.push(run);
    }

    /// The organisations in the order of the counts of an answer, with what is known of each
    /// whatever is asked.
    pub fn organisations(&self) -> &[OrganisationFacts] {
        &self.facts
    }

    /// The day.
    pub const fn as_at(&self) -> Date {
        self.judging.as_at
    }

    /// How many signatures there are: systems that differ in any answer on their own products.
    pub fn signatures(&self) -> usize {
        self.products.iter().map(|products| products.signatures).sum()
    }
}
