//! The days of the history: which are there, which are missing, and working out the next.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use exposure::freshness::FreshnessPolicy;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use model::organisation::OrganisationCode;
use store::Change as Put;

use super::point::{Point, Sums};
use crate::context::Context;
use crate::error::Error;
use crate::exposure::desk::{Desk, Moment};

/// The space of what is kept.
const SPACE: &str = "history";
/// So many days before today are kept.
pub(crate) const DAYS: i32 = 90;
/// So many advisories have a history at once: of the one that nobody has looked at for longest the
/// points leave memory, and stay in the record.
const MOST_ADVISORIES: usize = 6;
/// Longest name of an advisory that is watched.
const LONGEST: usize = 80;

/// The history of the advisories that somebody looks at.
#[derive(Default)]
pub struct History {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The last one looked at first.
    watched: Vec<String>,
    days: BTreeMap<(String, Date), DayState>,
}

/// What is there of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DayState {
    /// It is not worked out yet.
    #[default]
    Working,
    /// It is worked out.
    Ready(Arc<Point>),
    /// The record had no knowledge then: nothing could be judged.
    NoKnowledge,
    /// It could not be worked out; the log of the server says why.
    Failed,
}

/// A day of a trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendDay {
    /// The day.
    pub day: Date,
    /// The sums of the organisations that were wanted, where they are there.
    pub sums: Option<Sums>,
    /// What is there of the day.
    pub state: DayState,
}

/// What was done to fill the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worked {
    /// Nothing is missing.
    Nothing,
    /// Points of a day were read from where they are kept, or could not be had.
    Read(Date),
    /// Points of a day were worked out.
    Day(Date),
}

/// The end of a day, as the pages mean it when only a day is said.
pub fn end_of(day: Date) -> Timestamp {
    let end = day.at(23, 59, 59, 0).to_zoned(TimeZone::UTC);
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}

impl History {
    /// Keeps the history of an advisory from now on.
    pub fn watch(&self, advisory: &str) {
        if advisory.len() > LONGEST {
            return;
        }
        let mut inner = self.inner();
        inner.watched.retain(|own| own != advisory);
        inner.watched.insert(0, advisory.to_owned());
        inner.watched.truncate(MOST_ADVISORIES);
        let Inner { watched, days } = &mut *inner;
        days.retain(|(own, _), _| watched.contains(own));
    }

    /// What is there of a day.
    pub fn day(&self, advisory: &str, day: Date) -> DayState {
        self.inner().days.get(&(advisory.to_owned(), day)).cloned().unwrap_or_default()
    }

    /// The `count` days up to and without `end`, the first first; sums of what is `wanted`.
    pub fn trend(
        &self,
        advisory: &str,
        (end, count): (Date, i32),
        wanted: &dyn Fn(&OrganisationCode) -> bool,
    ) -> Vec<TrendDay> {
        // Mostly the same organisations day after day: whether they are wanted is asked once.
        let mut known: Option<(Arc<[OrganisationCode]>, Vec<bool>)> = None;
        let days = (1..=count).rev().filter_map(|back| end.checked_sub(back.days()).ok());
        days.map(|day| {
            let state = self.day(advisory, day);
            let DayState::Ready(point) = &state else { return TrendDay { day, sums: None, state } };
            let is_same = known.as_ref().is_some_and(|(codes, _)| **codes == *point.codes);
            if !is_same {
                let own = point.codes.iter().map(wanted).collect();
                known = Some((Arc::clone(&point.codes), own));
            }
            let mut sums = Sums::default();
            let is_wanted = known.iter().flat_map(|(_, own)| own);
            for (row, _) in point.rows.iter().zip(is_wanted).filter(|(_, wanted)| **wanted) {
                sums.absorb(row);
            }
            TrendDay { day, sums: Some(sums), state }
        })
        .collect()
    }

    /// Fills the newest gap: reads what is kept, or works a day out for every advisory that is watched.
    pub(crate) async fn fill(&self, context: &Context, desk: &Desk) -> Result<Worked, Error> {
        let today = context.now.to_zoned(TimeZone::UTC).date();
        let first = today.checked_sub(DAYS.days()).unwrap_or(Date::MIN);
        self.inner().days.retain(|(_, day), _| *day >= first);
        let days = (1..=DAYS).filter_map(|back| today.checked_sub(back.days()).ok());
        for day in days {
            let missing = self.missing(day);
            if missing.is_empty() {
                continue;
            }
            let mut unknown = Vec::new();
            for advisory in missing {
                let row = context.store.projected(SPACE, &key(&advisory, day)).await?;
                match row.and_then(|row| Point::decode(&row.value)).filter(|p| p.as_at == day) {
                    Some(point) => self.put(&advisory, day, DayState::Ready(Arc::new(point))),
                    None => unknown.push(advisory),
                }
            }
            if unknown.is_empty() {
                return Ok(Worked::Read(day));
            }
            return self.work_out(context, desk, (day, unknown)).await;
        }
        Ok(Worked::Nothing)
    }

    async fn work_out(
        &self,
        context: &Context,
        desk: &Desk,
        (day, advisories): (Date, Vec<String>),
    ) -> Result<Worked, Error> {
        let moment = Moment { as_at: Some(day), as_known: Some(end_of(day)) };
        let asked = match desk.ask_all(context, advisories.clone(), moment).await {
            Ok(asked) => asked,
            Err(error) => {
                let is_known = matches!(error, Error::NoKnowledge);
                let state = if is_known { DayState::NoKnowledge } else { DayState::Failed };
                for advisory in &advisories {
                    self.put(advisory, day, state.clone());
                }
                return if is_known { Ok(Worked::Read(day)) } else { Err(error) };
            }
        };
        let mut changes = Vec::new();
        for (advisory, answer) in advisories.iter().zip(&asked.answers) {
            let point = Point::of(answer, (day, asked.as_known), &asked.knowledge);
            if let Some(bytes) = point.encode() {
                changes.push(Put::Put(key(advisory, day), bytes));
            }
            self.put(advisory, day, DayState::Ready(Arc::new(point)));
        }
        if context.store.may_write() {
            let before = context.store.projection_as_of(SPACE).await?;
            match context.store.project(SPACE, (before, before), changes).await {
                // Another process keeps its own: what is not in it is worked out again.
                Ok(()) | Err(store::Error::ProjectionMoved { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Worked::Day(day))
    }

    /// Advisories that are watched and of which a day is not there.
    fn missing(&self, day: Date) -> Vec<String> {
        let inner = self.inner();
        let is_missing = |own: &&String| !inner.days.contains_key(&((*own).clone(), day));
        inner.watched.iter().filter(is_missing).cloned().collect()
    }

    fn put(&self, advisory: &str, day: Date, mut state: DayState) {
        let mut inner = self.inner();
        if !inner.watched.iter().any(|own| own == advisory) {
            return;
        }
        // The same organisations as on another day are held once.
        if let DayState::Ready(point) = &mut state {
            let mut others = inner.days.values().filter_map(|state| match state {
                DayState::Ready(other) => Some(&other.codes),
                _ => None,
            });
            if let Some(codes) = others.find(|codes| ***codes == *point.codes).cloned()
                && let Some(point) = Arc::get_mut(point)
            {
                point.codes = codes;
            }
        }
        inner.days.insert((advisory.to_owned(), day), state);
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        // What is in it is put there whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Under what a point is kept: what another program or another policy of freshness would answer is
/// another point. Knowledge follows from the instant.
fn key(advisory: &str, day: Date) -> String {
    let policy = FreshnessPolicy::default().name;
    format!("{}/{policy}/{advisory}/{day}", env!("CARGO_PKG_VERSION"))
}
