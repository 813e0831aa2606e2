//! The oracle: what is true of every host, and how far the evidence of a day can show it.

use jiff::civil::Date;
use model::verdict::Verdict;

use crate::day::Day;
use crate::estate::{Estate, Host, System, Truth};
use crate::report::{Seen, Shown, Sweep, seen};

/// What is true of a host on a day, and what evidence has been sent of it by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFact {
    /// The host's number within its organisation, for ever.
    pub number: u32,
    /// Its name on this day.
    pub name: String,
    /// What it runs.
    pub system: System,
    /// The truth about MS17-010.
    pub truth: Truth,
    /// The last evidence of its patch state; none if none ever came.
    pub evidence: Option<Sent>,
}

/// What the last report that has a host has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The report's day.
    pub day: Date,
    /// The host's name in it.
    pub name: String,
    /// What was true on that day.
    pub truth: Truth,
    /// How far the evidence reaches.
    pub shown: Shown,
    /// Whether a scanner saw it too.
    pub scanned: bool,
    /// Whether SMBv1 was off, and whether the evidence shows that.
    smb1_off: bool,
    shows_smb1: bool,
}

impl HostFact {
    /// Whether a verdict can be given from the evidence that came, where older evidence than so many
    /// days must not count. What is never allowed: fixed or not affected where it was open, and
    /// anything but unknown where nothing came.
    pub fn allows(&self, verdict: Verdict, on: Date, oldest_days: i32) -> bool {
        match &self.evidence {
            Some(sent) if Day::from(on).since(Day::from(sent.day)) <= oldest_days => {
                sent.allows(verdict)
            }
            _ => verdict == Verdict::Unknown,
        }
    }
}

impl Sent {
    /// Whether a verdict can be given from this evidence alone.
    pub fn allows(&self, verdict: Verdict) -> bool {
        let open = self.truth.is_open();
        match verdict {
            Verdict::Unknown => true,
            Verdict::Affected => {
                (open || self.truth == Truth::Mitigated)
                    && (self.shown > Shown::Nothing || self.scanned)
            }
            Verdict::Mitigated => self.smb1_off && self.truth != Truth::NotAffected,
            Verdict::Fixed => self.truth == Truth::Patched && self.shown >= Shown::Part,
            Verdict::NotAffected => self.truth == Truth::NotAffected && self.shown >= Shown::System,
        }
    }

    /// The one verdict that evidence which shows everything should lead to, once the bulletin was out.
    pub fn expected(&self) -> Option<Verdict> {
        if self.shown != Shown::Whole {
            return None;
        }
        Some(match self.truth {
            Truth::Mitigated if self.shows_smb1 => Verdict::Mitigated,
            Truth::Open | Truth::PendingRestart | Truth::Mitigated => Verdict::Affected,
            Truth::Patched => Verdict::Fixed,
            Truth::NotAffected => Verdict::NotAffected,
        })
    }
}

/// The facts of an organisation on a day, in the order of its hosts. `reports`: the days of its
/// reports up to then, and whether each brought a sweep.
pub(crate) fn facts(estate: &Estate<'_>, day: Day, reports: &[(Day, Sweep)]) -> Vec<HostFact> {
    (0..estate.hosts())
        .filter_map(|number| {
            let host = estate.host(number, day)?;
            let evidence = reports.iter().rev().find_map(|(at, sweep)| {
                let then = estate.host(number, *at)?;
                let seen = seen(estate, &then, *sweep);
                (seen.shown > Shown::Nothing || seen.scanned).then(|| sent(then, *at, seen))
            });
            let truth = host.truth();
            let Host { number, name, system, .. } = host;
            Some(HostFact { number, name, system, truth, evidence })
        })
        .collect()
}

fn sent(host: Host, day: Day, seen: Seen) -> Sent {
    Sent {
        day: Date::from(day),
        truth: host.truth(),
        smb1_off: host.smb1_off,
        shows_smb1: seen.shows_smb1,
        name: host.name,
        shown: seen.shown,
        scanned: seen.scanned,
    }
}
