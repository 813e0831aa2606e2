//! What the record says of an alert: one event, one statement.

use jiff::Timestamp;
use model::event::EventId;

use super::{AlertNumber, Content};

/// A statement about one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Somebody wrote a version: the first, or one that is to replace what is in force.
    Drafted {
        /// What it says.
        content: Box<Content>,
    },
    /// Somebody asked for a second person.
    Submitted,
    /// The second person sent it back.
    SentBack,
    /// A second person approved it: it is in force.
    Issued,
    /// Another alert stands in its place.
    Superseded {
        /// The other.
        by: AlertNumber,
    },
    /// It was wrong to ask; what was done for it is not undone by that.
    Withdrawn,
    /// It is over.
    Closed,
}

/// A statement with what its event says around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The event.
    pub id: EventId,
    /// When it was so.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What it says.
    pub statement: Statement,
}
