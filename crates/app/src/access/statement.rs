//! What the record says about access: one event, one statement.

use jiff::Timestamp;
use model::event::EventId;
use model::organisation::OrganisationCode;

use super::grant::Grant;

/// A statement about access. People are named by their accounts' identities, and no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// An account was made.
    Created {
        /// The account.
        account: String,
    },
    /// Somebody was given a one-time code to sign in with.
    Invited {
        /// The account.
        account: String,
    },
    /// An account was closed.
    Disabled {
        /// The account.
        account: String,
    },
    /// Somebody was given a role.
    Granted {
        /// The account.
        account: String,
        /// The role.
        grant: Grant,
    },
    /// A role was taken back.
    Revoked {
        /// The account.
        account: String,
        /// The event that gave it.
        grant: EventId,
    },
    /// A support unit may act for an organisation.
    Delegated {
        /// Whose facts.
        organisation: OrganisationCode,
        /// The support unit.
        unit: OrganisationCode,
        /// When it ends by itself.
        until: Option<Timestamp>,
    },
    /// It no longer may.
    Withdrawn {
        /// Whose facts.
        organisation: OrganisationCode,
        /// The support unit.
        unit: OrganisationCode,
        /// The event by which it might.
        delegation: EventId,
    },
    /// A passkey was refused because its counter had not gone up: it may have been copied.
    PasskeyRefused {
        /// Whose passkey.
        account: String,
    },
    /// Somebody took access in an emergency.
    Emergency {
        /// The account.
        account: String,
        /// To whose facts.
        organisation: OrganisationCode,
        /// When it ends.
        until: Timestamp,
    },
    /// Somebody else looked at it.
    Reviewed {
        /// Whose emergency access it was.
        account: String,
        /// To whose facts.
        organisation: OrganisationCode,
        /// The event by which it was taken.
        emergency: EventId,
        /// What they found.
        outcome: Outcome,
    },
}

/// What a review of emergency access found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It was right.
    Justified,
    /// It was not; where it has not ended, it ends.
    NotJustified,
}

impl Outcome {
    /// Both, in the order of lists.
    pub const ALL: [Self; 2] = [Self::Justified, Self::NotJustified];

    /// The name in JSON and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::NotJustified => "not-justified",
        }
    }

    /// The outcome of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// A statement with what its event says around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The event.
    pub id: EventId,
    /// When it was so.
    pub as_at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// What it says.
    pub statement: Statement,
}
