//! How fast a queue may go out, so that a provider's limit is never met: so many in any minute, so many a day.
//!
//! Pure: instants are arguments. Whoever sends asks, and waits as long as the answer says.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// What a provider allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most in any sixty seconds; 0 stops.
    pub per_minute: u32,
    /// Most in a day of UTC, where there is such a limit.
    pub per_day: Option<u32>,
}

impl Limits {
    /// GOV.UK Notify: 3,000 messages in a minute and 250,000 texts a day (technical documentation, June 2026).
    pub const NOTIFY: Self = Self { per_minute: 3_000, per_day: Some(250_000) };
    /// What a relay of one's own is likely to bear: 600 mails in a minute. A guess; set what the relay's operator says.
    pub const SMTP: Self = Self { per_minute: 600, per_day: None };
    /// A gateway with one connection to a centre: 600 in a minute. A guess; set what the contract says.
    pub const KANNEL: Self = Self { per_minute: 600, per_day: None };
    /// Files in a folder.
    pub const OUTBOX: Self = Self { per_minute: 60_000, per_day: None };
    /// Programs and rooms: 60 in a minute.
    pub const OTHERS: Self = Self { per_minute: 60, per_day: None };
}

/// A bucket of tokens: a tenth of a minute's number at once, the rest evenly, so that no sixty seconds see more than
/// the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    limits: Limits,
    /// When the bucket is full again. Its distance from now says how many tokens are gone.
    full_at: Option<Timestamp>,
    /// The day that is counted, in days since 1970, and how many went.
    day: (i64, u32),
}

impl Pace {
    /// A full bucket.
    pub const fn new(limits: Limits) -> Self {
        Self { limits, full_at: None, day: (i64::MIN, 0) }
    }

    /// The limits that it keeps.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Takes one: it may go now, or not before so long. An instant earlier than one that was given counts
    /// as that one for the minute.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Duration> {
        const DAY: i64 = 86_400;
        if self.limits.per_minute == 0 {
            return Err(Duration::from_mins(1));
        }
        let day = now.as_second().div_euclid(DAY);
        let sent = if self.day.0 == day { self.day.1 } else { 0 };
        if self.limits.per_day.is_some_and(|most| sent >= most) {
            let left = DAY - now.as_second().rem_euclid(DAY);
            return Err(Duration::from_secs(left.unsigned_abs()));
        }
        let burst = self.burst();
        // Whole nanoseconds, rounded up: never faster than the limit.
        let steady = u64::from(self.limits.per_minute - burst).max(1);
        let each = SignedDuration::from_nanos_i128(i128::from(MINUTE_NANOS.div_ceil(steady)));
        let full_at = self.full_at.map_or(now, |at| at.max(now));
        // One of a burst of n may go as long as less than n are gone.
        let reach = each.saturating_mul(i32::try_from(burst).unwrap_or(i32::MAX).saturating_sub(1));
        let gone = full_at.duration_since(now);
        if gone > reach {
            let wait = gone.saturating_sub(reach);
            return Err(wait.unsigned_abs());
        }
        self.full_at = Some(full_at.saturating_add(each).unwrap_or(full_at));
        self.day = (day, sent.saturating_add(1));
        Ok(())
    }

    /// How many at once.
    fn burst(&self) -> u32 {
        (self.limits.per_minute / 10).max(1)
    }
}

const MINUTE_NANOS: u64 = 60_000_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    /// Sends as fast as the pace lets it, and gives when each went.
    fn run(limits: Limits, count: usize, start: i64) -> Vec<i64> {
        let mut pace = Pace::new(limits);
        let mut now = at(start);
        let mut went = Vec::new();
        while went.len() < count {
            match pace.take(now) {
                Ok(()) => went.push(now.as_millisecond()),
                Err(wait) => now += SignedDuration::try_from(wait).unwrap(),
            }
        }
        went
    }

    #[test]
    fn a_nation_is_told_in_about_seven_minutes() {
        let went = run(Limits::NOTIFY, 21_000, 1_494_576_000_000);
        let minutes = (went[20_999] - went[0]) / 60_000;
        assert!((6..=8).contains(&minutes), "{minutes}");
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let limits = Limits { per_minute: 6_000, per_day: Some(5) };
        let went = run(limits, 7, 86_400_000 - 3_000);
        assert_eq!(went.iter().filter(|at| **at < 86_400_000).count(), 5);
        assert_eq!(went[5], 86_400_000);
    }

    #[test]
    fn nothing_goes_where_nothing_may() {
        assert!(Pace::new(Limits { per_minute: 0, per_day: None }).take(at(0)).is_err());
        assert!(Pace::new(Limits { per_minute: 9, per_day: Some(0) }).take(at(0)).is_err());
    }

    proptest! {
        #[test]
        fn no_sixty_seconds_see_more_than_the_limit(
            per_minute in 2_u32..200,
            gaps in prop::collection::vec(0_i64..2_000, 1..400),
        ) {
            let mut pace = Pace::new(Limits { per_minute, per_day: None });
            let mut now = 0;
            let mut went = Vec::new();
            for gap in gaps {
                now += gap;
                if pace.take(at(now)).is_ok() {
                    went.push(now);
                }
            }
            for (place, end) in went.iter().enumerate() {
                let within = went[..=place].iter().filter(|start| end - **start < 60_000).count();
                prop_assert!(within <= usize::try_from(per_minute).unwrap(), "{} in a minute", within);
            }
        }

        #[test]
        fn who_waits_as_told_may_go(per_minute in 1_u32..400, count in 1_usize..300) {
            let mut pace = Pace::new(Limits { per_minute, per_day: None });
            let mut now = at(0);
            for _ in 0..count {
                if let Err(wait) = pace.take(now) {
                    now += SignedDuration::try_from(wait).unwrap();
                    prop_assert_eq!(pace.take(now), Ok(()));
                }
            }
        }
    }
}
