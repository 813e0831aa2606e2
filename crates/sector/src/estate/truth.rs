//! What is so, whether or not anyone can see it: MS17-010 on a host on a day.

use super::Host;
use crate::updates::Fix;

/// The true state of a host regarding MS17-010.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It has the flaw, and nothing closes it.
    Open,
    /// The fix is installed and waits for a restart: the flaw is open.
    PendingRestart,
    /// It has the flaw, and SMBv1 is off.
    Mitigated,
    /// The fix is in effect.
    Patched,
    /// It never had the flaw.
    NotAffected,
}

impl Truth {
    /// Whether the host can be attacked.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::PendingRestart)
    }
}

/// The truth about a host.
pub(super) fn truth(host: &Host) -> Truth {
    if !host.system.has_flaw() {
        return Truth::NotAffected;
    }
    let fixes = || host.updates.iter().filter(|update| update.fix == Fix::In);
    if fixes().any(|update| update.on <= host.start.0) {
        return Truth::Patched;
    }
    if host.smb1_off {
        return Truth::Mitigated;
    }
    if fixes().next().is_some() { Truth::PendingRestart } else { Truth::Open }
}
