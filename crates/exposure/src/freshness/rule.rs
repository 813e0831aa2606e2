//! The one rule of ageing.

use jiff::civil::Date;
use model::verdict::Verdict;

use super::{EvidenceDays, FreshnessPolicy};
use crate::judge::{ReasonKind, RestsOn};

/// A verdict, aged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aged {
    /// The verdict; unknown where the evidence is too old.
    pub verdict: Verdict,
    /// Why; [`ReasonKind::Stale`] where the evidence is too old.
    pub reason: ReasonKind,
    /// What the verdict was last known to be, where it is too old to be known.
    pub last_known: Option<Verdict>,
}

/// Ages a verdict by the evidence that its deciding reason rests on.
///
/// What is unknown stays unknown for its own reason, and what rests on knowledge alone does not age.
/// Evidence without a day cannot be shown to be fresh: it is too old.
pub fn age(
    verdict: Verdict,
    reason: ReasonKind,
    days: &EvidenceDays,
    as_at: Date,
    policy: &FreshnessPolicy,
) -> Aged {
    let unaged = Aged { verdict, reason, last_known: None };
    let (day, limit) = match reason.rests_on() {
        RestsOn::PatchState => (days.patch_state, policy.patch_state_days),
        RestsOn::Software => (days.software, policy.software_days),
        RestsOn::Findings => (days.findings, policy.findings_days),
        RestsOn::Nothing => return unaged,
    };
    if verdict == Verdict::Unknown || !is_too_old(day, as_at, limit) {
        return unaged;
    }
    Aged { verdict: Verdict::Unknown, reason: ReasonKind::Stale, last_known: Some(verdict) }
}

/// Whether evidence of a day is too old on another.
fn is_too_old(day: Option<Date>, as_at: Date, limit_days: u16) -> bool {
    day.is_none_or(|day| (as_at - day).get_days() > i32::from(limit_days))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn evidence_counts_to_its_last_day_and_not_beyond() {
        let policy = FreshnessPolicy::default();
        let days = EvidenceDays { patch_state: Some(date(2017, 5, 1)), ..EvidenceDays::default() };
        let at = |day| age(Verdict::Fixed, ReasonKind::UpdateInstalled, &days, day, &policy);
        assert_eq!(at(date(2017, 5, 15)).verdict, Verdict::Fixed);
        assert_eq!(
            at(date(2017, 5, 16)),
            Aged {
                verdict: Verdict::Unknown,
                reason: ReasonKind::Stale,
                last_known: Some(Verdict::Fixed)
            }
        );
    }

    #[test]
    fn silence_never_improves_an_answer() {
        let policy = FreshnessPolicy::default();
        let none = EvidenceDays::default();
        let today = date(2017, 5, 15);
        let aged = age(Verdict::Affected, ReasonKind::NoFixInList, &none, today, &policy);
        assert_eq!((aged.verdict, aged.last_known), (Verdict::Unknown, Some(Verdict::Affected)));
        let unknown = age(Verdict::Unknown, ReasonKind::NoUpdateList, &none, today, &policy);
        assert_eq!((unknown.reason, unknown.last_known), (ReasonKind::NoUpdateList, None));
        let silent = age(Verdict::Unknown, ReasonKind::NotInKnowledge, &none, today, &policy);
        assert_eq!(silent.reason, ReasonKind::NotInKnowledge);
    }
}
