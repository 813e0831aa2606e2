//! What the record says of a run: one event, one statement.

use jiff::Timestamp;
use model::event::EventId;

use crate::escalation::{Ladder, Report};

/// Why people are told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occasion {
    /// They are asked: somebody must acknowledge.
    Asked,
    /// What is asked, or by when, is another than they were told.
    Changed,
    /// It is taken back, or another stands in its place.
    Withdrawn,
    /// They said that it is done, and evidence disagrees.
    Disputed,
}

impl Occasion {
    /// All occasions.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Changed, Self::Withdrawn, Self::Disputed];

    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
            Self::Disputed => "disputed",
        }
    }

    /// The occasion of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether somebody must acknowledge: then the ladder is climbed until somebody has.
    pub const fn wants_acknowledgement(self) -> bool {
        matches!(self, Self::Asked)
    }
}

/// A statement about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// It begins. It is known by this event from here on.
    Begun {
        /// Why.
        occasion: Occasion,
        /// Whom it tells, in which order.
        ladder: Ladder,
    },
    /// A step of it begins.
    StepBegun {
        /// Which, from 0.
        step: u8,
    },
    /// What came of handing a message over, or what its carrier said later. No acknowledgement.
    Heard {
        /// Of which message, and what.
        report: Report,
        /// Which carrier.
        carrier: String,
        /// Why, where it failed; never an address.
        why: Option<String>,
    },
    /// Somebody says that they cannot lead: the next step begins.
    Passed {
        /// Of which step.
        step: u8,
        /// Which of its people.
        person: u8,
    },
    /// Somebody who watches over the organisation takes it on: nobody else is told, and the organisation has not
    /// acknowledged.
    TakenOn {
        /// Of which step.
        step: u8,
        /// Which of its people.
        person: u8,
    },
    /// Somebody wants to be rung.
    CallAsked {
        /// Of which step.
        step: u8,
        /// Which of its people.
        person: u8,
    },
    /// Everybody was told who could be, and nobody has answered.
    Exhausted {
        /// Whether a carrier says that anybody was reached.
        was_anybody_reached: bool,
    },
    /// It is not needed any more.
    Superseded,
}

/// A statement with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its event.
    pub id: EventId,
    /// The event by which its run began: of the first statement its own.
    pub run: EventId,
    /// When it was so.
    pub at: Timestamp,
    /// What it says.
    pub statement: Statement,
}
