//! What moved between a day and now. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;

use super::point::{Point, Sums};
use crate::exposure::answer::SectorAnswer;

/// An organisation of which a number moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name.
    pub name: String,
    /// What it was; `None` if it was not there.
    pub before: Option<Sums>,
    /// What it is; `None` if it is not there any more.
    pub after: Option<Sums>,
}

/// What moved since the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Since which day.
    pub since: Date,
    /// As known at which instant it was so.
    pub as_known: Timestamp,
    /// Organisations of which a number moved, in the order of their codes.
    pub moved: Vec<Change>,
}

impl Changes {
    /// What moved between a point and an answer, of the organisations that are `wanted`.
    pub fn between(
        point: &Point,
        answer: &SectorAnswer,
        wanted: &dyn Fn(&OrganisationCode) -> bool,
    ) -> Self {
        let mut all: BTreeMap<OrganisationCode, Change> = BTreeMap::new();
        for (code, row) in point.codes.iter().zip(&point.rows).filter(|(code, _)| wanted(code)) {
            let name = code.to_string();
            let change = Change { code: code.clone(), name, before: Some(*row), after: None };
            all.insert(code.clone(), change);
        }
        for row in answer.organisations.iter().filter(|row| wanted(&row.code)) {
            let change = all.entry(row.code.clone()).or_insert_with(|| Change {
                code: row.code.clone(),
                name: String::new(),
                before: None,
                after: None,
            });
            change.name.clone_from(&row.name);
            change.after = Some(Sums::of_answer(row));
        }
        let moved = all.into_values().filter(|change| change.before != change.after).collect();
        Self { since: point.as_at, as_known: point.as_known, moved }
    }

    /// Those of which the hosts of a verdict are more or fewer than they were.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = (&Change, u64, u64)> {
        self.moved.iter().filter_map(move |change| {
            let hosts = |sums: &Option<Sums>| sums.as_ref().map_or(0, |sums| sums.hosts(verdict));
            let (before, after) = (hosts(&change.before), hosts(&change.after));
            (before != after).then_some((change, before, after))
        })
    }

    /// Those who went silent: there was evidence of patch state that counted, and there is none now.
    pub fn silent(&self) -> impl Iterator<Item = &Change> {
        self.moved.iter().filter(|change| {
            let fresh = |sums: &Option<Sums>| sums.as_ref().map_or(0, |sums| sums.fresh);
            fresh(&change.before) > 0 && fresh(&change.after) == 0
        })
    }
}
