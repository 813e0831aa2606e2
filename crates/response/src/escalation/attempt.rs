//! One message to one person by one route, and what its carrier said of it.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// The identity of an attempt within an escalation: it travels to the carrier as its reference, and comes back with
/// its receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptId {
    /// The step, from 0.
    pub step: u8,
    /// The person of the step, from 0.
    pub person: u8,
    /// The route of the person, from 0.
    pub route: u8,
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.step, self.person, self.route)
    }
}

impl FromStr for AttemptId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.').map(str::parse);
        // What is missing is no number.
        let mut next = || parts.next().unwrap_or_else(|| "".parse());
        Ok(Self { step: next()?, person: next()?, route: next()? })
    }
}

/// Where an attempt is (response study 8.4). The order is that of what is known: a later report of an earlier
/// state changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AttemptState {
    /// To be sent, at the earliest then.
    Queued,
    /// Given to the carrier.
    Handed,
    /// The carrier took it.
    Accepted,
    /// It failed for now, and is tried again.
    TemporaryFailure,
    /// The carrier is broken: an alarm for its operator, not the route's fault. The next route is tried at once, and
    /// this one again when the carrier may be mended.
    TechnicalFailure,
    /// The route cannot be used.
    PermanentFailure,
    /// The carrier said nothing in time.
    Expired,
    /// It is not needed any more.
    Superseded,
    /// The carrier says that it arrived. No acknowledgement.
    Delivered,
}

impl AttemptState {
    /// All states, in order.
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Handed,
        Self::Accepted,
        Self::TemporaryFailure,
        Self::TechnicalFailure,
        Self::PermanentFailure,
        Self::Expired,
        Self::Superseded,
        Self::Delivered,
    ];

    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Handed => "handed",
            Self::Accepted => "accepted",
            Self::TemporaryFailure => "temporary-failure",
            Self::TechnicalFailure => "technical-failure",
            Self::PermanentFailure => "permanent-failure",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Delivered => "delivered",
        }
    }

    /// The state of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it is not sent again: only a late arrival, or after silence a refusal for good, is news.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::PermanentFailure | Self::Expired | Self::Superseded | Self::Delivered)
    }

    /// Whether it did not arrive, and the person's next route is to be tried.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::TechnicalFailure | Self::PermanentFailure | Self::Expired)
    }
}

/// What was heard of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of which.
    pub attempt: AttemptId,
    /// Of which try, from 1: a late receipt of an earlier try does not speak of the present one.
    pub tries: u8,
    /// What.
    pub state: AttemptState,
    /// When it was heard.
    pub at: Timestamp,
}

/// How often and when a message is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Most tries.
    pub most: u8,
    /// How long to wait after the first failure; it doubles with each.
    pub first_wait: SignedDuration,
    /// The longest wait.
    pub longest_wait: SignedDuration,
    /// How long a carrier may say nothing.
    pub patience: SignedDuration,
}

impl Default for Retry {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Retry {
    /// Four tries after 30 s, 1 and 2 minutes; ten minutes of silence. Networks block a number after twenty
    /// identical messages in an hour (GOV.UK Notify): far below that.
    pub const USUAL: Self = Self {
        most: 4,
        first_wait: SignedDuration::from_secs(30),
        longest_wait: SignedDuration::from_mins(10),
        patience: SignedDuration::from_mins(10),
    };

    /// How long to wait after a number of tries that failed.
    pub fn wait(&self, tries: u8) -> SignedDuration {
        let doubled =
            1_i32.checked_shl(u32::from(tries.saturating_sub(1)).min(20)).unwrap_or(i32::MAX);
        self.first_wait.saturating_mul(doubled).min(self.longest_wait)
    }
}

/// An attempt as what was heard of it makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which.
    pub id: AttemptId,
    /// Where it is.
    pub state: AttemptState,
    /// Since when.
    pub since: Timestamp,
    /// How often it was sent.
    pub tries: u8,
    /// Whether it is with its carrier; one that still waits for its turn does not grow old.
    pub is_out: bool,
}

impl Attempt {
    /// An attempt that is to be made.
    pub const fn new(id: AttemptId, now: Timestamp) -> Self {
        Self { id, state: AttemptState::Queued, since: now, tries: 0, is_out: false }
    }

    /// Takes a report; whether it changed anything. Repeated and earlier ones, and those of another try, do
    /// not; that it arrived counts whenever it is heard, and that it is refused for good also after silence.
    pub fn hear(&mut self, report: &Report) -> bool {
        let arrived = report.state == AttemptState::Delivered;
        let is_present = report.tries == self.tries && !self.state.is_final();
        let is_news = report.state > self.state && report.state != AttemptState::Queued;
        let is_late_arrival = arrived && self.state != AttemptState::Delivered;
        let is_late_refusal = report.tries == self.tries
            && self.state == AttemptState::Expired
            && report.state == AttemptState::PermanentFailure;
        if !(is_present && is_news || is_late_arrival || is_late_refusal) {
            return false;
        }
        self.state = report.state;
        self.since = report.at;
        self.is_out = true;
        true
    }

    /// Whether nothing was heard yet of a try.
    pub(super) fn waits_for(&self, tries: u8) -> bool {
        self.state == AttemptState::Handed && self.tries == tries
    }

    /// Marks that it is sent now: one more try.
    pub fn send(&mut self, now: Timestamp) {
        self.tries = self.tries.saturating_add(1);
        self.state = AttemptState::Handed;
        self.since = now;
        self.is_out = false;
    }

    /// Whether it was ordered and has not left yet.
    pub(super) fn waits_for_its_turn(&self) -> bool {
        matches!(self.state, AttemptState::Queued | AttemptState::Handed) && !self.is_out
    }

    /// Whether it must be sent at an instant.
    pub fn is_due(&self, retry: &Retry, now: Timestamp) -> bool {
        match self.state {
            AttemptState::Queued => true,
            _ => self.again_in(retry).is_some_and(|wait| now.duration_since(self.since) >= wait),
        }
    }

    /// How long after it failed it is tried again, if it is.
    pub(super) fn again_in(&self, retry: &Retry) -> Option<SignedDuration> {
        match self.state {
            _ if self.tries >= retry.most => None,
            AttemptState::TemporaryFailure => Some(retry.wait(self.tries)),
            AttemptState::TechnicalFailure => Some(retry.longest_wait),
            _ => None,
        }
    }

    /// Whether nothing comes of it any more by itself.
    pub(super) fn is_spent(&self, retry: &Retry) -> bool {
        let is_broken = self.state == AttemptState::TechnicalFailure;
        self.state.is_final() || (is_broken && self.tries >= retry.most)
    }

    /// What time alone makes of it: silence ends it, and so does the last try that failed.
    pub fn age(&mut self, retry: &Retry, now: Timestamp) {
        let waited = now.duration_since(self.since);
        let is_silent = matches!(self.state, AttemptState::Handed | AttemptState::Accepted)
            && self.is_out
            && waited >= retry.patience;
        let is_spent = self.state == AttemptState::TemporaryFailure && self.tries >= retry.most;
        if is_silent || is_spent {
            self.state = AttemptState::Expired;
            self.since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_comes_back() {
        let id = AttemptId { step: 3, person: 0, route: 11 };
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in ["", "1.2", "1.2.3.4", "a.b.c", "1.2.-3", "256.0.0"] {
            assert!(text.parse::<AttemptId>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_wait_doubles_up_to_its_longest() {
        let retry = Retry::default();
        let waits: Vec<i64> = (1..=8).map(|tries| retry.wait(tries).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 600, 600, 600]);
        assert_eq!(retry.wait(255), retry.longest_wait);
    }
}
