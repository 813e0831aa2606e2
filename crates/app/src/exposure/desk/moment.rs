//! As at which day and as known at which instant something is looked at, and what was seen then.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::register::Register;

/// As at which day, as known at which instant; nothing means today and now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub as_at: Option<Date>,
    /// The instant.
    pub as_known: Option<Timestamp>,
}

impl Moment {
    /// Whether it is today, as known now.
    pub fn is_now(self) -> bool {
        self == Self::default()
    }

    /// The day that it is about: that which is said, else that of its instant.
    pub fn day(self, now: Timestamp) -> Date {
        self.as_at.unwrap_or_else(|| self.as_known.unwrap_or(now).to_zoned(TimeZone::UTC).date())
    }
}

/// What was looked at, and as of when.
#[derive(Clone, Debug)]
pub struct Seen<T> {
    /// As at which day.
    pub as_at: Date,
    /// As known at which instant.
    pub as_known: Timestamp,
    /// The blob with the knowledge that answered.
    pub knowledge: String,
    /// When that was compiled.
    pub knowledge_built_at: Timestamp,
    /// The register as at the day, as known at the instant.
    pub register: Arc<Register>,
    /// What was seen.
    pub answer: T,
}

impl<T> Seen<T> {
    /// The same of something that is made of it.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Seen<U> {
        Seen {
            as_at: self.as_at,
            as_known: self.as_known,
            knowledge: self.knowledge,
            knowledge_built_at: self.knowledge_built_at,
            register: self.register,
            answer: make(self.answer),
        }
    }
}
