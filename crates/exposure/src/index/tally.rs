//! Counting hosts by organisation, verdict and kind of reason.

use model::verdict::Verdict;

use super::answer::{Answer, AnswerCode, Code};
use crate::judge::{ReasonKind, RestsOn};

/// Codes are found by verdict and kind.
const SLOTS: usize = 5 * 256;

/// Counts in the making.
pub(super) struct Tally {
    organisations: usize,
    /// For each code where its counts are; none before it was first met.
    places: Vec<Option<Place>>,
    codes: Vec<AnswerCode>,
    counts: Vec<Vec<u32>>,
}

/// Where the counts of a code are.
#[derive(Clone, Copy)]
struct Place {
    fresh: u8,
    /// Where those too old are counted; none if the code does not age.
    too_old: Option<u8>,
}

/// Which kind of evidence a code ages with; `None` if it does not age.
pub(super) fn ages_with(code: Code) -> Option<RestsOn> {
    if code.verdict() == Verdict::Unknown {
        return None;
    }
    match code.kind().map(ReasonKind::rests_on) {
        Some(RestsOn::Nothing) | None => None,
        rests_on => rests_on,
    }
}

impl Tally {
    pub(super) fn new(organisations: usize) -> Self {
        Self { organisations, places: vec![None; SLOTS], codes: Vec::new(), counts: Vec::new() }
    }

    fn place(&mut self, code: Code) -> Option<Place> {
        let slot = usize::from(code.0 & 0x7ff);
        if let Some(known) = self.places.get(slot)? {
            return Some(*known);
        }
        let (verdict, reason) = (code.verdict(), code.kind()?);
        let fresh = self.open(AnswerCode { verdict, reason, last_known: None })?;
        let too_old = match ages_with(code) {
            None => None,
            Some(_) => Some(self.open(AnswerCode {
                verdict: Verdict::Unknown,
                reason: ReasonKind::Stale,
                last_known: Some(verdict),
            })?),
        };
        let place = Place { fresh, too_old };
        *self.places.get_mut(slot)? = Some(place);
        Some(place)
    }

    /// Those too old of one verdict are counted together, whatever the reason was.
    fn open(&mut self, code: AnswerCode) -> Option<u8> {
        let known = self.codes.iter().position(|known| *known == code);
        let at = known.unwrap_or_else(|| {
            self.codes.push(code);
            self.counts.push(vec![0; self.organisations]);
            self.codes.len() - 1
        });
        u8::try_from(at).ok()
    }

    /// Adds hosts of which some are too old for the code.
    pub(super) fn add(&mut self, code: Code, organisation: usize, hosts: u32, too_old: u32) {
        self.change(code, organisation, hosts, too_old, u32::wrapping_add);
    }

    /// Adds the hosts of every organisation, of which some are too old for the code.
    pub(super) fn add_all(&mut self, code: Code, hosts: &[u32], too_old: &[u32]) {
        let Some(place) = self.place(code) else { return };
        let old = place.too_old.and_then(|at| self.counts.get_mut(usize::from(at)));
        let ages = old.is_some();
        for (count, many) in old.into_iter().flatten().zip(too_old) {
            *count += many;
        }
        let Some(fresh) = self.counts.get_mut(usize::from(place.fresh)) else { return };
        if ages {
            for ((count, many), old) in fresh.iter_mut().zip(hosts).zip(too_old) {
                *count += many - old;
            }
        } else {
            for (count, many) in fresh.iter_mut().zip(hosts) {
                *count += many;
            }
        }
    }

    /// Adds hosts of some organisations, each with their number and how many of them are too old for the code.
    pub(super) fn add_each(&mut self, code: Code, hosts: impl Iterator<Item = (u32, u32, u32)>) {
        let Some(place) = self.place(code) else { return };
        let fresh = usize::from(place.fresh);
        if let Some(too_old) = place.too_old {
            let both = self.counts.get_disjoint_mut([fresh, usize::from(too_old)]);
            let Ok([fresh, too_old]) = both else { return };
            for (organisation, many, old) in hosts {
                let at = organisation as usize;
                if let (Some(fresh), Some(too_old)) = (fresh.get_mut(at), too_old.get_mut(at)) {
                    *fresh += many - old;
                    *too_old += old;
                }
            }
        } else if let Some(fresh) = self.counts.get_mut(fresh) {
            for (organisation, many, _) in hosts {
                if let Some(fresh) = fresh.get_mut(organisation as usize) {
                    *fresh += many;
                }
            }
        }
    }

    /// Takes hosts away again that were added under a code.
    pub(super) fn take(&mut self, code: Code, organisation: usize, hosts: u32, too_old: u32) {
        self.change(code, organisation, hosts, too_old, u32::wrapping_sub);
    }

    fn change(
        &mut self,
        code: Code,
        organisation: usize,
        hosts: u32,
        too_old: u32,
        by: impl Fn(u32, u32) -> u32,
    ) {
        let Some(place) = self.place(code) else { return };
        let too_old = if place.too_old.is_some() { too_old } else { 0 };
        let both = [(Some(place.fresh), hosts - too_old), (place.too_old, too_old)];
        for (at, many) in both.into_iter().filter(|(_, many)| *many > 0) {
            let counts = at.and_then(|at| self.counts.get_mut(usize::from(at)));
            if let Some(count) = counts.and_then(|counts| counts.get_mut(organisation)) {
                *count = by(*count, many);
            }
        }
    }

    /// The answer: codes the worst first, none without hosts.
    pub(super) fn finish(self) -> Answer {
        let mut all: Vec<(AnswerCode, Vec<u32>)> = self
            .codes
            .into_iter()
            .zip(self.counts)
            .filter(|(_, counts)| counts.iter().any(|count| *count > 0))
            .collect();
        all.sort_unstable_by_key(|(code, _)| *code);
        let (codes, counts) = all.into_iter().unzip();
        Answer { codes, counts }
    }
}
