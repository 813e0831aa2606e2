//! Dates as machines print them: often without saying which number is the month.

use jiff::civil::{Date, DateTime, Time};

/// A printed date and the span of days it may mean.
///
/// "03/04/2019" is 4 March or 3 April; both readings are kept, and a rule
/// may only use what holds for each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateReading {
    /// As printed.
    pub raw: String,
    /// The earliest day it may mean.
    pub earliest: Date,
    /// The latest day it may mean.
    pub latest: Date,
}

impl DateReading {
    /// A date that can mean one day only.
    pub fn exact(raw: impl Into<String>, date: Date) -> Self {
        Self { raw: raw.into(), earliest: date, latest: date }
    }

    /// A date of two possible readings.
    pub fn either(raw: impl Into<String>, one: Date, other: Date) -> Self {
        Self { raw: raw.into(), earliest: one.min(other), latest: one.max(other) }
    }

    /// Whether it can mean one day only.
    pub fn is_exact(&self) -> bool {
        self.earliest == self.latest
    }
}

/// A printed local date and time and the span it may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTimeReading {
    /// As printed.
    pub raw: String,
    /// The earliest moment it may mean, in the printing host's local time.
    pub earliest: DateTime,
    /// The latest moment it may mean, in the printing host's local time.
    pub latest: DateTime,
}

impl DateTimeReading {
    /// A moment that can be read in one way only.
    pub fn exact(raw: impl Into<String>, at: DateTime) -> Self {
        Self { raw: raw.into(), earliest: at, latest: at }
    }

    /// A reading of which only the day (or span of days) is known.
    pub fn days(date: &DateReading) -> Self {
        Self {
            raw: date.raw.clone(),
            earliest: date.earliest.to_datetime(Time::midnight()),
            latest: date.latest.to_datetime(Time::MAX),
        }
    }
}
