//! Counting hosts by organisation, verdict and kind of reason.

use model::verdict::Verdict;

use super::answer::{Answer, AnswerCode, Code};
use crate::judge::{ReasonKind, RestsOn};

/// Codes are found by verdict, kind and whether they are too old.
const SLOTS: usize = 5 * 256 * 2;

/// Counts in the making.
pub(super) struct Tally {
    organisations: usize,
    /// For each code the place of its counts plus one.
    places: Vec<u8>,
    codes: Vec<AnswerCode>,
    counts: Vec<Vec<u32>>,
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
        Self { organisations, places: vec![0; SLOTS], codes: Vec::new(), counts: Vec::new() }
    }

    /// The counts of a code, fresh or too old.
    fn counts(&mut self, code: Code, is_too_old: bool) -> Option<&mut Vec<u32>> {
        let slot = usize::from(code.0 & 0x7ff) * 2 + usize::from(is_too_old);
        let place = self.places.get_mut(slot)?;
        if *place == 0 {
            self.counts.push(vec![0; self.organisations]);
            let (verdict, reason) = (code.verdict(), code.kind()?);
            self.codes.push(if is_too_old {
                AnswerCode {
                    verdict: Verdict::Unknown,
                    reason: ReasonKind::Stale,
                    last_known: Some(verdict),
                }
            } else {
                AnswerCode { verdict, reason, last_known: None }
            });
            *place = u8::try_from(self.counts.len()).ok()?;
        }
        self.counts.get_mut(usize::from(*place) - 1)
    }

    /// Adds hosts of which some are too old for the code.
    pub(super) fn add(&mut self, code: Code, organisation: usize, hosts: u32, too_old: u32) {
        self.change(code, organisation, hosts, too_old, u32::wrapping_add);
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
        by: fn(u32, u32) -> u32,
    ) {
        let too_old = if ages_with(code).is_some() { too_old } else { 0 };
        for (is_too_old, many) in [(false, hosts - too_old), (true, too_old)] {
            if many > 0
                && let Some(counts) = self.counts(code, is_too_old)
                && let Some(count) = counts.get_mut(organisation)
            {
                *count = by(*count, many);
            }
        }
    }

    /// The answer: codes the worst first, none without hosts; those too old of one verdict as one.
    pub(super) fn finish(self) -> Answer {
        let mut all: Vec<(AnswerCode, Vec<u32>)> = self
            .codes
            .into_iter()
            .zip(self.counts)
            .filter(|(_, counts)| counts.iter().any(|count| *count > 0))
            .collect();
        all.sort_by_key(|(code, _)| *code);
        let mut answer = Answer::default();
        for (code, counts) in all {
            if answer.codes.last() == Some(&code)
                && let Some(known) = answer.counts.last_mut()
            {
                known.iter_mut().zip(counts).for_each(|(to, from)| *to += from);
                continue;
            }
            answer.codes.push(code);
            answer.counts.push(counts);
        }
        answer
    }
}
