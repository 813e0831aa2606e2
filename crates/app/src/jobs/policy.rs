//! How often a job is tried, how long it is left alone after a fault, and how long it is kept.

use std::time::Duration;

use jiff::SignedDuration;

use super::work::JobKind;

/// Longest pause after a fault.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// How long jobs that are over are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// After this time they are forgotten, and files that were sent and could not be recorded with
    /// them. What they recorded stays.
    pub kept: SignedDuration,
}

impl Default for Retention {
    fn default() -> Self {
        Self { kept: SignedDuration::from_hours(30 * 24) }
    }
}

/// How often a job of a kind is begun before it is given up. A timer must fire: it is tried for as
/// long as a store may be out of reach.
pub(super) const fn most_attempts(kind: JobKind) -> u32 {
    match kind {
        JobKind::Import => 8,
        JobKind::KnowledgeUpdate | JobKind::IndexRebuild => 5,
        JobKind::Timer => 1_000,
    }
}

/// How long a job is left alone after so many attempts: 1, 2, 4 … seconds.
pub(super) fn pause(attempts: u32) -> Duration {
    let doubled = 1_u64.checked_shl(attempts.saturating_sub(1).min(20)).unwrap_or(u64::MAX);
    Duration::from_secs(doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end_at_ten_minutes() {
        let secs: Vec<u64> = [1, 2, 3, 10, 11, 999].map(|n| pause(n).as_secs()).into();
        assert_eq!(secs, [1, 2, 4, 512, 600, 600]);
    }
}
