//! What an index answers.

use jiff::civil::Date;
use model::host_id::HostId;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;

use crate::judge::ReasonKind;

/// A verdict, its kind of reason, and whether any part of knowledge spoke, in 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Code(pub(super) u16);

const SPOKEN: u16 = 1 << 15;

impl Code {
    /// Nothing was said.
    pub(super) const NONE: Self = Self(u16::MAX);

    pub(super) const fn new(verdict: Verdict, kind: ReasonKind, is_spoken: bool) -> Self {
        let spoken = if is_spoken { SPOKEN } else { 0 };
        Self((verdict as u16) << 8 | kind.code() as u16 | spoken)
    }

    pub(super) const fn is_spoken(self) -> bool {
        self.0 & SPOKEN != 0
    }

    /// Rank of the verdict: 0 is the worst.
    pub(super) const fn rank(self) -> u16 {
        self.0 >> 8 & 7
    }

    pub(super) fn verdict(self) -> Verdict {
        Verdict::ALL.get(usize::from(self.rank())).copied().unwrap_or(Verdict::Unknown)
    }

    pub(super) fn kind(self) -> Option<ReasonKind> {
        ReasonKind::of_code(u8::try_from(self.0 & 0xff).unwrap_or(0))
    }

    /// Whether it is a code that can be read from a file.
    pub(super) fn is_sound(self) -> bool {
        self == Self::NONE
            || (self.rank() < 5 && (self.0 >> 11).trailing_zeros() >= 4 && self.kind().is_some())
    }
}

/// A verdict with its reason, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnswerCode {
    /// The verdict; unknown where the evidence is too old.
    pub verdict: Verdict,
    /// Why.
    pub reason: ReasonKind,
    /// What it was last known to be, where the evidence is too old.
    pub last_known: Option<Verdict>,
}

/// The answer on an advisory: for each organisation how many hosts there are of each verdict and
/// kind of reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The verdicts that occur, the worst first.
    pub codes: Vec<AnswerCode>,
    /// For each code the number of hosts of each organisation, in the order of
    /// [`super::View::organisations`].
    pub counts: Vec<Vec<u32>>,
}

impl Answer {
    /// How many hosts of an organisation have a verdict.
    pub fn count(&self, organisation: usize, verdict: Verdict) -> u32 {
        self.of(organisation).filter(|(code, _)| code.verdict == verdict).map(|(_, n)| n).sum()
    }

    /// The codes of an organisation with their numbers of hosts; none that is zero.
    pub fn of(&self, organisation: usize) -> impl Iterator<Item = (AnswerCode, u32)> + '_ {
        self.codes
            .iter()
            .zip(&self.counts)
            .filter_map(move |(code, counts)| Some((*code, *counts.get(organisation)?)))
            .filter(|(_, count)| *count > 0)
    }

    /// How many hosts have each code in all organisations.
    pub fn totals(&self) -> Vec<(AnswerCode, u64)> {
        self.codes
            .iter()
            .zip(&self.counts)
            .map(|(code, counts)| (*code, counts.iter().map(|n| u64::from(*n)).sum()))
            .collect()
    }
}

/// What is known of an organisation's hosts whatever is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationFacts {
    /// Its code.
    pub code: OrganisationCode,
    /// Hosts that were seen.
    pub hosts: u32,
    /// Hosts with evidence of any kind.
    pub with_evidence: u32,
    /// Hosts of whose patch state there is evidence.
    pub with_patch_state: u32,
    /// Hosts whose evidence of patch state is too old, or missing.
    pub patch_state_too_old: u32,
    /// Hosts whose lists of software are too old, or missing.
    pub software_too_old: u32,
    /// Age in days of the oldest evidence of patch state.
    pub oldest_days: Option<u32>,
    /// Median age in days of the evidence of patch state.
    pub median_days: Option<u32>,
}

/// The answer for one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostAnswer {
    /// The host.
    pub id: HostId,
    /// Verdict and reason.
    pub code: AnswerCode,
    /// The latest day of evidence of its patch state.
    pub patch_state: Option<Date>,
    /// The latest day of a list of its software.
    pub software: Option<Date>,
}
