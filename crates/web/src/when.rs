//! As at which day and as known at which instant a page answers: the switches that every page has.

use std::sync::Arc;

use app::exposure::desk::Moment;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::{PageError, Refusal};
use crate::site::Site;
use crate::words::{day, instant, minute, percent};

/// The switches as they stand in an address; empty fields of a form are no answer.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhenQuery {
    /// As at which day: `2017-05-12`. Today where it is not said.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    as_at: Option<String>,
    /// As it was known at which instant: `2017-05-12T12:00:00Z`, or a day, which means its end. Now
    /// where it is not said.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    as_known: String,
    /// The instant of the page that a form stands on, of which its field shows no more than the second.
    #[serde(default)]
    #[param(ignore)]
    exact: String,
}

/// As at which day, as known at which instant; nothing means today and now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) as_at: Option<Date>,
    pub(crate) as_known: Option<Timestamp>,
}

impl WhenQuery {
    /// What a program says with them. It has no form whose fields may be empty: a day that is there is a day.
    pub(crate) fn of_program(&self) -> Result<When, Refusal> {
        if self.as_at.as_deref().is_some_and(|day| day.trim().is_empty()) {
            return Err(Refusal::Wrong(
                "“as_at” is empty: leave it out for today, or write a day as 2017-05-12."
                    .to_owned(),
            ));
        }
        self.read()
    }

    /// What they say.
    pub(crate) fn read(&self) -> Result<When, Refusal> {
        let day = self.as_at.as_deref().unwrap_or_default();
        let mut when = When { as_at: as_at(day)?, as_known: as_known(&self.as_known)? };
        let exact = When { as_known: self.exact.parse().ok(), ..when };
        // The field was left as it was: the instant that it stands for is meant.
        if exact.as_known.is_some() && exact.instant_field() == when.instant_field() {
            when = exact;
        }
        Ok(when)
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

    /// For a field of a form, to the second: browsers show no more.
    pub(crate) fn instant_field(self) -> String {
        let zoned = self.as_known.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC));
        zoned.map_or(String::new(), |at| at.strftime("%Y-%m-%dT%H:%M:%S").to_string())
    }

    /// The instant in full, for an address or a field that nobody sees.
    pub(crate) fn exact_field(self) -> String {
        self.as_known.map_or(String::new(), |at| at.to_string())
    }

    /// For an address, with a `?` or `&` before it; empty for now.
    pub(crate) fn query(self, first: char) -> String {
        if self.is_now() {
            return String::new();
        }
        format!("{first}as_at={}&as_known={}", self.day_field(), self.exact_field())
    }

    /// Which instants it stands for, in words; `None` for now.
    pub(crate) fn words(self) -> Option<String> {
        match (self.as_at, self.as_known) {
            (None, None) => None,
            (Some(at), None) => Some(format!("as at {}, as known now", day(at))),
            (None, Some(known)) => Some(format!("as known at {}", instant(known))),
            (Some(at), Some(known)) => {
                Some(format!("as at {}, as known at {}", day(at), instant(known)))
            }
        }
    }

    /// The line below a status sentence: as of when, and from what. An instant that was asked for is
    /// said as exactly as it was; now, to the minute.
    pub(crate) fn as_of(self, as_at: Date, as_known: Timestamp, built_at: Timestamp) -> String {
        let built = built_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let known = self.as_known.map_or_else(|| minute(as_known), instant);
        format!(
            "As at {}, as known at {known}; knowledge of flaws as of {}.",
            day(as_at),
            day(built)
        )
    }

    /// For the use cases.
    pub(crate) fn moment(self) -> Moment {
        Moment { as_at: self.as_at, as_known: self.as_known }
    }

    /// Refuses what nobody can know yet.
    pub(crate) fn until(self, now: Timestamp) -> Result<Self, Refusal> {
        if self.as_known.is_some_and(|known| known > now) {
            return Err(Refusal::Wrong(
                "That instant lies in the future: nobody knows it.".to_owned(),
            ));
        }
        Ok(self)
    }
}

/// When a page is asked about, and where it is: for the banner, the switches and the way back to now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asking {
    pub(crate) when: When,
    /// The page's path.
    pub(crate) path: String,
    /// What else its address says; where a list goes on is left out.
    pub(crate) others: Vec<(String, String)>,
}

impl FromRequestParts<Arc<Site>> for Asking {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, PageError> {
        let wrong = || Refusal::Wrong("The address of this page cannot be read.".to_owned());
        let Query(when) = Query::<WhenQuery>::try_from_uri(&parts.uri).map_err(|_| wrong())?;
        let Query(all) =
            Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| wrong())?;
        let is_own = |name: &str| ["as_at", "as_known", "exact", "after", "from"].contains(&name);
        Ok(Self {
            when: when.read()?.until(site.context().now)?,
            path: parts.uri.path().to_owned(),
            others: all
                .into_iter()
                .filter(|(name, value)| !is_own(name) && !value.is_empty())
                .collect(),
        })
    }
}

impl Asking {
    /// The same page as it is now.
    pub(crate) fn back(&self) -> String {
        let mut href = self.path.clone();
        let mut first = '?';
        for (name, value) in &self.others {
            href.push_str(&format!("{first}{}={}", percent(name), percent(value)));
            first = '&';
        }
        href
    }
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

    #[test]
    fn an_instant_comes_back_as_exactly_as_it_was_given() {
        let asked = |as_known: &str, exact: &str| WhenQuery {
            as_known: as_known.to_owned(),
            exact: exact.to_owned(),
            ..WhenQuery::default()
        };
        let given = "2017-05-12T09:30:15.123456Z";
        let when = asked(given, "").read().unwrap();
        assert_eq!(when.query('?'), format!("?as_at=&as_known={given}"));
        // By the form that stands on that page, and changed in it.
        let again = asked(&when.instant_field(), &when.exact_field()).read().unwrap();
        assert_eq!(again, when);
        let other = asked("2017-05-12T09:31", &when.exact_field()).read().unwrap();
        assert_eq!(other.exact_field(), "2017-05-12T09:31:00Z");
        assert_eq!(asked("", &when.exact_field()).read().unwrap(), When::default());
        assert_eq!(when.words().unwrap(), "as known at 12 May 2017, 09:30:15.123456 UTC");
    }
}
