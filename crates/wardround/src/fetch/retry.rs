//! How long to wait before asking again.
//!
//! Doubling pauses with a cap and no jitter: one machine asks, so there is no herd to scatter, and
//! the same failures give the same pauses in a test.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Waits between attempts. A test passes one that only notes the wish.
pub trait Pause {
    /// Returns after `how_long`.
    fn pause(&mut self, how_long: Duration);
}

/// A pause that really waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sleep;

impl Pause for Sleep {
    #[expect(clippy::disallowed_methods, reason = "the one place that waits; tests inject theirs")]
    fn pause(&mut self, how_long: Duration) {
        std::thread::sleep(how_long);
    }
}

/// When and how often to try again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Policy {
    pub(super) attempts: u32,
    pub(super) first: Duration,
    pub(super) cap: Duration,
    pub(super) retry_after_cap: Duration,
}

impl Policy {
    /// Returns the pause after the failed attempt number `attempt` (from 1).
    pub(super) fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.cap)
    }
}

/// Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110 section 10.2.3).
pub(super) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let then = rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
    Some(Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap() {
        let policy = Policy {
            attempts: 9,
            first: Duration::from_secs(1),
            cap: Duration::from_secs(5),
            retry_after_cap: Duration::ZERO,
        };
        let all: Vec<_> = [1, 2, 3, 4, 40].map(|n| policy.backoff(n).as_secs()).into();
        assert_eq!(all, [1, 2, 4, 5, 5]);
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().expect("time");
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after("Sun, 22 Nov 2026 08:00:30 GMT", now),
            Some(Duration::from_secs(30))
        );
        assert_eq!(retry_after("Sun, 22 Nov 2026 07:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }
}
