//! What evidence shows of an organisation's hosts under an alert, and what that is worth for a claim.

use jiff::civil::Date;

/// Hosts of one organisation by what the alert's advisories say of them, as at a day. Unknown hosts include
/// those that are expected and were never seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// Open to at least one of the advisories.
    pub affected: u64,
    /// Of which it is not known: no evidence, too old, or not reaching the question.
    pub unknown: u64,
    /// Open, and kept from harm by something else.
    pub mitigated: u64,
    /// No longer open.
    pub fixed: u64,
    /// Never open.
    pub not_affected: u64,
}

impl Hosts {
    /// All of them.
    pub const fn all(self) -> u64 {
        self.affected
            .saturating_add(self.unknown)
            .saturating_add(self.mitigated)
            .saturating_add(self.fixed)
            .saturating_add(self.not_affected)
    }

    /// Those that an alert is about: open, or open for all that is known.
    pub const fn in_question(self) -> u64 {
        self.affected.saturating_add(self.unknown)
    }
}

/// What evidence shows, as at a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Hosts by verdict; `None`: nothing was ever shown, and how many there are is not known.
    pub hosts: Option<Hosts>,
    /// The oldest day of evidence among the hosts that are called fixed, mitigated or not affected. `None`: there
    /// are none, or the day of one is not known.
    pub oldest: Option<Date>,
    /// Whether it is known how many hosts there should be: without that, those that were shown may be a few of many.
    pub is_size_known: bool,
}

/// What evidence says to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proof {
    /// It contradicts: so many hosts are open.
    Disputed {
        /// Hosts that are open.
        affected: u64,
    },
    /// It does not reach: nothing was shown, of so many hosts it is not known, or nobody knows how many there are.
    Unproved {
        /// Hosts of which it is not known; `None`: how many there are is not known either.
        unknown: Option<u64>,
    },
    /// It was made before the claim, and says nothing of what was done since.
    Older {
        /// The oldest day.
        oldest: Option<Date>,
    },
    /// It agrees: no host is open, of each it is known, and all evidence is from the claim's day or later.
    Agrees,
}

impl Proof {
    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Disputed { .. } => "disputed",
            Self::Unproved { .. } => "unproved",
            Self::Older { .. } => "older-than-claim",
            Self::Agrees => "agrees",
        }
    }
}

impl Shown {
    /// What it says to a claim that everything is done since a day.
    ///
    /// An affected host disputes whatever else holds, and whenever it was seen: who claims must show. An organisation
    /// of which no host is known has shown nothing.
    pub fn proof(&self, claimed: Date) -> Proof {
        let Some(hosts) = self.hosts.filter(|hosts| hosts.all() > 0) else {
            return Proof::Unproved { unknown: None };
        };
        if hosts.affected > 0 {
            return Proof::Disputed { affected: hosts.affected };
        }
        if hosts.unknown > 0 {
            return Proof::Unproved { unknown: Some(hosts.unknown) };
        }
        if !self.is_size_known {
            return Proof::Unproved { unknown: None };
        }
        match self.oldest {
            Some(oldest) if oldest >= claimed => Proof::Agrees,
            oldest => Proof::Older { oldest },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn shown(hosts: Hosts, oldest: Option<Date>) -> Shown {
        Shown { hosts: Some(hosts), oldest, is_size_known: true }
    }

    #[test]
    fn what_disputes_what_is_missing_and_what_agrees() {
        let claimed = date(2017, 5, 10);
        let fixed = Hosts { fixed: 9, ..Hosts::default() };
        let newer = Some(date(2017, 5, 11));
        assert_eq!(shown(fixed, newer).proof(claimed), Proof::Agrees);
        assert_eq!(shown(fixed, Some(claimed)).proof(claimed), Proof::Agrees);
        let older = Some(date(2017, 5, 9));
        assert_eq!(shown(fixed, older).proof(claimed), Proof::Older { oldest: older });
        assert_eq!(shown(fixed, None).proof(claimed), Proof::Older { oldest: None });
        let one_open = Hosts { affected: 1, ..fixed };
        assert_eq!(shown(one_open, older).proof(claimed), Proof::Disputed { affected: 1 });
        let one_dark = Hosts { unknown: 1, ..fixed };
        assert_eq!(shown(one_dark, newer).proof(claimed), Proof::Unproved { unknown: Some(1) });
        assert_eq!(Shown::default().proof(claimed), Proof::Unproved { unknown: None });
        let few = Shown { is_size_known: false, ..shown(fixed, newer) };
        assert_eq!(few.proof(claimed), Proof::Unproved { unknown: None });
        let nobody = shown(Hosts::default(), newer);
        assert_eq!(nobody.proof(claimed), Proof::Unproved { unknown: None });
    }

    proptest! {
        #[test]
        fn silence_never_proves(
            affected in 0..3_u64, unknown in 0..3_u64, fixed in 0..3_u64, other in 0..3_u64,
            day in 1..28_i8, claimed in 1..28_i8,
        ) {
            let hosts = Hosts { affected, unknown, fixed, mitigated: other, not_affected: other };
            let claimed = date(2017, 5, claimed);
            let proof = shown(hosts, Some(date(2017, 5, day))).proof(claimed);
            // A host of which nothing is known any more never makes an answer better.
            if fixed > 0 {
                let darker = Hosts { unknown: unknown + 1, fixed: fixed - 1, ..hosts };
                let after = shown(darker, Some(date(2017, 5, day))).proof(claimed);
                prop_assert!(after != Proof::Agrees);
            }
            if proof == Proof::Agrees {
                prop_assert_eq!(hosts.in_question(), 0);
                prop_assert!(hosts.all() > 0);
            }
        }
    }
}
