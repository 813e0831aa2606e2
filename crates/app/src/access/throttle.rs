//! How long to wait after failures: longer each time, and never for ever.
//!
//! NIST SP 800-63B (5.2.2) allows at most 100 failures in a row; ASVS 5.0 (6.1.1, 6.3.1) asks that
//! guessing be slowed down without letting strangers lock anybody out. So one login may be tried
//! five times freely, then after 1, 2, 4 … seconds and at most every 15 minutes: about 100 times in
//! a day. Passwords and codes are counted apart, so that who is kept from one has the other.

use jiff::{SignedDuration, Timestamp};
use store::Failures;

/// Failures that cost no waiting.
pub const FREE_FAILURES: u64 = 5;
/// The longest that anybody waits.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// After this time failures are forgotten.
pub(super) const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// The count with one attempt more, made before its outcome is known; or when to try again.
pub fn next_attempt(seen: Option<Failures>, now: Timestamp) -> Result<Failures, Timestamp> {
    let Some(seen) = seen else { return Ok(Failures { count: 1, last_at: now }) };
    let since = now.duration_since(seen.last_at);
    // Of a time to come nothing is believed: a clock that was wrong locks nobody out.
    if since < SignedDuration::ZERO || since >= MEMORY {
        return Ok(Failures { count: 1, last_at: now });
    }
    let wait = wait_after(seen.count);
    if since < wait {
        return Err(seen.last_at.saturating_add(wait).unwrap_or(now));
    }
    Ok(Failures { count: seen.count.saturating_add(1), last_at: now })
}

fn wait_after(failures: u64) -> SignedDuration {
    let Some(beyond) = failures.checked_sub(FREE_FAILURES) else { return SignedDuration::ZERO };
    let doubled = u32::try_from(beyond).ok().and_then(|beyond| 1_i64.checked_shl(beyond));
    let seconds = doubled.filter(|seconds| *seconds > 0).unwrap_or(i64::MAX);
    SignedDuration::from_secs(seconds).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_500_000_000 + seconds).unwrap()
    }

    #[test]
    fn five_failures_are_free_and_then_the_wait_doubles() {
        let waits: Vec<i64> = (4..9).map(|n| wait_after(n).as_secs()).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8]);
        for failures in [15, 40, 63, 64, 70, 1_000, u64::MAX] {
            assert_eq!(wait_after(failures), LONGEST_WAIT, "{failures}");
        }
    }

    #[test]
    fn who_waits_gets_in_and_who_does_not_learns_when() {
        let failed = Failures { count: 8, last_at: at(0) };
        assert_eq!(next_attempt(Some(failed), at(7)), Err(at(8)));
        assert_eq!(next_attempt(Some(failed), at(8)), Ok(Failures { count: 9, last_at: at(8) }));
        let fresh = Failures { count: 1, last_at: at(86_400) };
        assert_eq!(next_attempt(Some(failed), at(86_400)), Ok(fresh));
    }

    #[test]
    fn a_clock_that_was_ahead_locks_nobody_out() {
        let failed = Failures { count: 50, last_at: at(1_000_000) };
        assert_eq!(next_attempt(Some(failed), at(0)), Ok(Failures { count: 1, last_at: at(0) }));
    }

    #[test]
    fn a_day_of_guessing_is_about_a_hundred_guesses() {
        let (mut seen, mut now, mut guesses) = (None, at(0), 0);
        let end = at(86_400);
        while now < end {
            match next_attempt(seen, now) {
                Ok(counted) => (seen, guesses) = (Some(counted), guesses + 1),
                Err(until) => now = until,
            }
        }
        assert!((90..=120).contains(&guesses), "{guesses}");
    }
}
