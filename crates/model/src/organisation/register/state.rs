//! The register as at one day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::event::{Entry, ExpectedHosts, Opening};
use super::history::History;
use super::life::Life;
use crate::organisation::{
    OrganisationCode, OrganisationKind, OrganisationName, Responsibility, Slot,
};

/// The register as at one day: everyone who was open by then, also those who have closed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    as_at: Date,
    organisations: BTreeMap<OrganisationCode, Organisation>,
    /// Open organisations by the code above them.
    pub(super) below: BTreeMap<OrganisationCode, Vec<OrganisationCode>>,
    /// Closed organisations by the code of who took over.
    pub(super) before: BTreeMap<OrganisationCode, Vec<OrganisationCode>>,
}

/// An organisation as at one day; one that has closed, as on its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name, where more than the code is known.
    pub name: Option<OrganisationName>,
    /// Its kind.
    pub kind: OrganisationKind,
    /// The first day on which it is known to have been open.
    pub opened: Date,
    /// Whether it is known to have opened on that day.
    pub opening: Opening,
    /// Who stands above it; may be a code that is not in the register.
    pub parent: Option<OrganisationCode>,
    /// Its closing, where the last day has passed.
    pub closed: Option<Closing>,
    /// Who answers for it.
    pub responsibilities: BTreeMap<Slot, Responsibility>,
    /// How many machines it should have.
    pub expected_hosts: Option<ExpectedHosts>,
}

/// That an organisation has closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The last day on which it was open.
    pub last_day: Date,
    /// Who took over, in the order in which that became known.
    pub successors: Vec<OrganisationCode>,
}

impl Organisation {
    /// Whether it is open on the day of the register.
    pub const fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// The name, or the code where no name is known.
    pub fn label(&self) -> &str {
        self.name.as_ref().map_or(self.code.as_str(), OrganisationName::as_str)
    }
}

impl Register {
    /// Folds the events of the record, in its order, to the state as at a day. To ask for several
    /// days, or for what was passed over, fold a [`History`] once.
    pub fn fold(entries: &[Entry], as_at: Date) -> Self {
        History::of(entries).at(as_at)
    }

    pub(super) fn of(history: &History, as_at: Date) -> Self {
        let organisations: BTreeMap<_, _> = history
            .lives
            .iter()
            .filter(|(_, life)| life.opened <= as_at)
            .map(|(code, life)| (code.clone(), organisation(code, life, as_at)))
            .collect();
        let mut below: BTreeMap<OrganisationCode, Vec<OrganisationCode>> = BTreeMap::new();
        let mut before: BTreeMap<OrganisationCode, Vec<OrganisationCode>> = BTreeMap::new();
        for (code, organisation) in &organisations {
            match (&organisation.closed, &organisation.parent) {
                (Some(closed), _) => {
                    for successor in &closed.successors {
                        before.entry(successor.clone()).or_default().push(code.clone());
                    }
                }
                (None, Some(parent)) => {
                    below.entry(parent.clone()).or_default().push(code.clone());
                }
                (None, None) => {}
            }
        }
        Self { as_at, organisations, below, before }
    }

    /// The day.
    pub const fn as_at(&self) -> Date {
        self.as_at
    }

    /// An organisation, open or closed.
    pub fn get(&self, code: &OrganisationCode) -> Option<&Organisation> {
        self.organisations.get(code)
    }

    /// Everyone who was open by that day, by code.
    pub fn all(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.values()
    }

    /// Everyone who was open on that day, by code.
    pub fn open(&self) -> impl Iterator<Item = &Organisation> {
        self.all().filter(|organisation| organisation.is_open())
    }

    /// Everyone of a kind who was open on that day.
    pub fn open_of(&self, kind: OrganisationKind) -> impl Iterator<Item = &Organisation> {
        self.open().filter(move |organisation| organisation.kind == kind)
    }
}

fn organisation(code: &OrganisationCode, life: &Life, as_at: Date) -> Organisation {
    let day = life.nearest(as_at);
    let closed = life.last_day.filter(|last_day| *last_day < as_at).map(|last_day| Closing {
        last_day,
        successors: life
            .successions
            .iter()
            .filter(|(since, _)| *since <= as_at)
            .map(|(_, successor)| successor.clone())
            .collect(),
    });
    Organisation {
        code: code.clone(),
        name: life.names.at_or_first(day).and_then(|stretch| stretch.value.clone()),
        kind: life.kinds.at_or_first(day).map_or(OrganisationKind::Other, |stretch| stretch.value),
        opened: life.opened,
        opening: life.opening,
        // As at the day itself, also of one that has closed: that no day has a circle was made sure
        // for parents of one day, not of several.
        parent: life.parents.at(as_at).and_then(|stretch| stretch.value.clone()),
        closed,
        responsibilities: life
            .responsibilities
            .iter()
            .filter_map(|(slot, track)| Some((*slot, track.at(day)?.value.clone()?)))
            .collect(),
        expected_hosts: life.expected_hosts.at(day).and_then(|stretch| stretch.value.clone()),
    }
}
