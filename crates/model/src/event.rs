//! The envelope of a fact in the record: who said it, when it was so, when we knew.
//!
//! What an event means is in its body, which this module does not look into: a JSON object that the
//! use case that wrote it reads again. Events are appended and never changed; a correction is a
//! new event that names the one it corrects.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::organisation::OrganisationCode;

/// An event as a use case hands it to the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened: a noun and a participle with a dot between ("organisation.registered").
    pub kind: String,
    /// What it is about ("organisation/RX1", "import/01J...").
    pub subject: String,
    /// The organisation whose fact it is: scoping reads this.
    pub organisation: Option<OrganisationCode>,
    /// Who did or said it.
    pub actor: String,
    /// For whom, where the actor acts for another.
    pub on_behalf_of: Option<String>,
    /// By what authority.
    pub authority: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When it was so.
    pub as_at: Timestamp,
    /// The event that led to this one.
    pub caused_by: Option<EventId>,
    /// The event that this one corrects.
    pub corrects: Option<EventId>,
    /// Who may be shown it.
    pub marking: Marking,
    /// What it says: a JSON object.
    pub body: String,
    /// What of it is personal (names, telephone numbers), a JSON object: kept beside the log, which
    /// holds a salted hash only, so that it can be erased.
    pub personal: Option<String>,
}

/// An event of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log, counted from 0 without gaps.
    pub number: u64,
    /// Its identity.
    pub id: EventId,
    /// When we knew: when it was recorded. Never earlier than that of the event before.
    pub as_known: Timestamp,
    /// The event. `personal` is `None` where nothing personal was given or where it was erased.
    pub event: NewEvent,
    /// Whether something personal was given, whatever became of it.
    pub has_personal: bool,
}

/// Identity of an event: a UUID (version 7), in small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(String);

impl EventId {
    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EventId {
    type Err = EventIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        let sound = text.len() == 36
            && text.char_indices().all(|(at, c)| match at {
                8 | 13 | 18 | 23 => c == '-',
                _ => c.is_ascii_hexdigit(),
            });
        if sound { Ok(Self(text)) } else { Err(EventIdError(text)) }
    }
}

/// A text that is no identity of an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no event: write it as `wardround record list` prints it")]
pub struct EventIdError(String);

/// Handling marking after the Traffic Light Protocol 2.0 (FIRST, August 2022), the widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Marking {
    /// TLP:CLEAR: no limit.
    Clear,
    /// TLP:GREEN: the community.
    Green,
    /// TLP:AMBER: the organisation and its clients, as need is.
    #[default]
    Amber,
    /// TLP:AMBER+STRICT: the organisation only.
    AmberStrict,
    /// TLP:RED: the named recipients only.
    Red,
}

impl Marking {
    /// All markings, the widest first.
    pub const ALL: [Self; 5] =
        [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The label as the protocol prints it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// The marking of a label, whatever the letter case.
    pub fn of_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.label().eq_ignore_ascii_case(label.trim()))
    }
}
