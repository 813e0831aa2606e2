//! What can be said of an organisation.

use jiff::civil::Date;

use crate::event::EventId;
use crate::organisation::{
    OrganisationCode, OrganisationKind, OrganisationName, Responsibility, Slot,
};

/// An event with its identity in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its identity, by which a correction names it.
    pub id: EventId,
    /// The event.
    pub event: RegisterEvent,
}

/// Something said of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterEvent {
    /// Of whom.
    pub organisation: OrganisationCode,
    /// The day from which it is so; for a closing, the last day on which it was open.
    pub as_at: Date,
    /// The day of the source, where the source was later than `as_at`: a file of September that
    /// lists a trust opened in April tells April's fact, but knows it in September's state.
    pub stated_on: Option<Date>,
    /// What is said.
    pub statement: Statement,
}

/// A change, or a correction of something said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Something became so.
    Change(Change),
    /// Something said before was wrong.
    Corrected {
        /// The event that was wrong. It may itself be a correction.
        corrects: EventId,
        /// What counts in its place, as at the day of this event; `None` takes it back.
        instead: Option<Change>,
    },
}

/// What became so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The organisation exists. `as_at` is the first day on which it was open.
    Registered {
        /// Its name; `None` where only the code is known.
        name: Option<OrganisationName>,
        /// Its kind.
        kind: OrganisationKind,
        /// Whether `as_at` is known to be the day it opened.
        opening: Opening,
    },
    /// The day it opened became known (`as_at`), where it had been [`Opening::Assumed`].
    OpeningStated,
    /// It has another name.
    Renamed {
        /// The name.
        name: OrganisationName,
    },
    /// It is of another kind.
    KindSet {
        /// The kind.
        kind: OrganisationKind,
    },
    /// Another organisation stands above it, or none.
    ParentSet {
        /// Which; need not be in the register (yet).
        parent: Option<OrganisationCode>,
    },
    /// It closed; `as_at` was its last day.
    Closed {
        /// Who took over, where that is known.
        successors: Vec<OrganisationCode>,
    },
    /// It became known who took over.
    Succeeded {
        /// Who, in addition to those already known.
        successors: Vec<OrganisationCode>,
    },
    /// Somebody answers for it in a role, or no longer.
    ResponsibilitySet {
        /// Role and place in the call order.
        slot: Slot,
        /// Who; `None` leaves the place empty.
        responsibility: Option<Responsibility>,
    },
    /// How many machines it should have.
    ExpectedHostsSet {
        /// How many; `None` takes the number back.
        hosts: Option<ExpectedHosts>,
    },
}

/// Whether the first day of an organisation is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Opening {
    /// It opened on that day.
    Stated,
    /// It was open on that day, and may have been before.
    Assumed,
}

/// How many machines an organisation should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedHosts {
    /// How many.
    pub count: u64,
    /// Who says so ("asset register of 2017-04").
    pub source: String,
}

impl RegisterEvent {
    /// An event that states a change.
    pub const fn change(organisation: OrganisationCode, as_at: Date, change: Change) -> Self {
        Self { organisation, as_at, stated_on: None, statement: Statement::Change(change) }
    }
}
