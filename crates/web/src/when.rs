//! As at which day and as known at which instant a page answers: the switches that every page has.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::Refusal;
use crate::words::{day, minute};

/// The switches as they stand in an address; empty fields of a form are no answer.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhenQuery {
    /// As at which day: `2017-05-12`. Today where it is not said.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    as_at: String,
    /// As it was known at which instant: `2017-05-12T12:00:00Z`, or a day, which means its end. Now
    /// where it is not said.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    as_known: String,
}

/// As at which day, as known at which instant; nothing means today and now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) as_at: Option<Date>,
    pub(crate) as_known: Option<Timestamp>,
}

impl WhenQuery {
    /// What they say.
    pub(crate) fn read(&self) -> Result<When, Refusal> {
        Ok(When { as_at: as_at(&self.as_at)?, as_known: as_known(&self.as_known)? })
    }
}

fn as_at(text: &str) -> Result<Option<Date>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        Refusal::Wrong(format!("“{text}” is no day: write it as 2017-05-12 (year, month, day)."))
    })
}

/// An instant, or what a browser's field for day and minute gives (taken as UTC), or a whole day (its end).
fn as_known(text: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let instant = text.parse::<Timestamp>().ok();
    let minute = || format!("{text}Z").parse::<Timestamp>().ok();
    let with_seconds = || format!("{text}:00Z").parse::<Timestamp>().ok();
    let end = || {
        text.parse::<Date>()
            .ok()
            .and_then(|_| format!("{text}T23:59:59Z").parse::<Timestamp>().ok())
    };
    instant.or_else(end).or_else(minute).or_else(with_seconds).map(Some).ok_or_else(|| {
        Refusal::Wrong(format!(
            "“{text}” is no instant: write it as 2017-05-12T12:00 (UTC), or as a day."
        ))
    })
}

impl When {
    /// Whether it is today, as known now.
    pub(crate) fn is_now(self) -> bool {
        self == Self::default()
    }

    /// For a field of a form.
    pub(crate) fn day_field(self) -> String {
        self.as_at.map_or(String::new(), |day| day.to_string())
    }

    /// For a field of a form, to the minute.
    pub(crate) fn instant_field(self) -> String {
        let zoned = self.as_known.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC));
        zoned.map_or(String::new(), |at| at.strftime("%Y-%m-%dT%H:%M").to_string())
    }

    /// For an address, with a `?` or `&` before it; empty for now.
    pub(crate) fn query(self, first: char) -> String {
        if self.is_now() {
            return String::new();
        }
        format!("{first}as_at={}&as_known={}", self.day_field(), self.instant_field())
    }
}

/// The line below a status sentence: as of when, and from what.
pub(crate) fn as_of(as_at: Date, as_known: Timestamp, knowledge_built_at: Timestamp) -> String {
    let built = knowledge_built_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    format!(
        "As at {}, as known at {}; knowledge of flaws as of {}.",
        day(as_at),
        minute(as_known),
        day(built)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_alone_means_its_end_and_a_browsers_minute_is_utc() {
        let known = |text: &str| as_known(text).unwrap().unwrap().to_string();
        assert_eq!(known("2017-05-12"), "2017-05-12T23:59:59Z");
        assert_eq!(known("2017-05-12T09:30"), "2017-05-12T09:30:00Z");
        assert_eq!(known("2017-05-12T09:30:15Z"), "2017-05-12T09:30:15Z");
        assert!(as_known("soon").is_err());
        assert!(as_at("12/05/2017").is_err());
        assert_eq!(as_known(" ").unwrap(), None);
    }
}
