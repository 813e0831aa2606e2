//! Everything accepted of one organisation, over all days.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::event::{ExpectedHosts, Opening};
use super::track::Track;
use crate::organisation::{
    OrganisationCode, OrganisationKind, OrganisationName, Responsibility, Slot,
};

/// Everything accepted of one organisation, over all days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    pub(super) opened: Date,
    pub(super) opening: Opening,
    pub(super) last_day: Option<Date>,
    pub(super) names: Track<Option<OrganisationName>>,
    pub(super) kinds: Track<OrganisationKind>,
    pub(super) parents: Track<Option<OrganisationCode>>,
    pub(super) successions: Vec<(Date, OrganisationCode)>,
    pub(super) responsibilities: BTreeMap<Slot, Track<Option<Responsibility>>>,
    pub(super) expected_hosts: Track<Option<ExpectedHosts>>,
}

impl Life {
    pub(super) fn new(opened: Date, opening: Opening) -> Self {
        Self {
            opened,
            opening,
            last_day: None,
            names: Track::default(),
            kinds: Track::default(),
            parents: Track::default(),
            successions: Vec::new(),
            responsibilities: BTreeMap::new(),
            expected_hosts: Track::default(),
        }
    }

    /// Notes who took over; each once, from the earliest day that was said.
    pub(super) fn succeed(&mut self, from: Date, successors: &[OrganisationCode]) {
        for successor in successors {
            match self.successions.iter_mut().find(|(_, known)| known == successor) {
                Some((since, _)) => *since = from.min(*since),
                None => self.successions.push((from, successor.clone())),
            }
        }
    }

    /// The first day on which it is known to have been open.
    pub const fn opened(&self) -> Date {
        self.opened
    }

    /// Whether it is known to have opened on that day.
    pub const fn opening(&self) -> Opening {
        self.opening
    }

    /// The last day on which it was open, if it closed.
    pub const fn last_day(&self) -> Option<Date> {
        self.last_day
    }

    /// Whether it was open on a day.
    pub fn is_open(&self, day: Date) -> bool {
        self.opened <= day && self.last_day.is_none_or(|last| day <= last)
    }

    /// The day itself, or the nearest on which it was open.
    pub fn nearest(&self, day: Date) -> Date {
        let day = day.max(self.opened);
        self.last_day.map_or(day, |last| day.min(last))
    }

    /// Its names.
    pub const fn names(&self) -> &Track<Option<OrganisationName>> {
        &self.names
    }

    /// Its kinds.
    pub const fn kinds(&self) -> &Track<OrganisationKind> {
        &self.kinds
    }

    /// Who stood above it.
    pub const fn parents(&self) -> &Track<Option<OrganisationCode>> {
        &self.parents
    }

    /// Who took over, each with the day from which that is so.
    pub fn successions(&self) -> &[(Date, OrganisationCode)] {
        &self.successions
    }

    /// Who answered for it in one place.
    pub fn responsibility(&self, slot: Slot) -> Option<&Track<Option<Responsibility>>> {
        self.responsibilities.get(&slot)
    }

    /// How many machines it should have had.
    pub const fn expected_hosts(&self) -> &Track<Option<ExpectedHosts>> {
        &self.expected_hosts
    }
}
