//! What the record says of one organisation's answer: one event, one statement.

use jiff::Timestamp;
use jiff::civil::Date;
use model::event::EventId;

use super::{Hosts, Proof};

/// A statement about an organisation under an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// The alert was addressed to it, as its evidence was then.
    Addressed {
        /// Its hosts by verdict; `None`: it had shown nothing.
        hosts: Option<Hosts>,
        /// By when it must acknowledge.
        acknowledge_by: Timestamp,
        /// By which day it must be done, and why then.
        act_by: Option<Date>,
        /// Why then.
        because: String,
    },
    /// The day by which it must be done was worked out anew; the old one is what stood before.
    DueChanged {
        /// The new day.
        act_by: Option<Date>,
        /// Why.
        because: String,
    },
    /// A carrier says that it reached somebody. No acknowledgement.
    Notified(Told),
    /// Every route to everybody was tried, and nobody was reached.
    Unreachable,
    /// A person of it has read the alert.
    Acknowledged {
        /// How they said so.
        route: Route,
        /// Who said so on the telephone, where an operator wrote it down.
        caller: Option<String>,
    },
    /// Whether it concerns it.
    ApplicabilityStated(Applicability),
    /// It works on it.
    Acting {
        /// When it will say more.
        next_update: Option<Date>,
    },
    /// It says that it is done.
    Claimed,
    /// It takes that back.
    ClaimWithdrawn,
    /// What evidence says changed; said by the program whenever an import or a day changed it.
    Found {
        /// What it says.
        proof: Proof,
    },
    /// It asks for more time.
    ExtensionAsked {
        /// Until when.
        until: Date,
    },
    /// Whoever may, gave or refused it.
    ExtensionDecided {
        /// Whether it was given.
        granted: bool,
    },
    /// It lives with the risk, for a time.
    RiskAccepted {
        /// Who answers for that, by name and office.
        owner: String,
        /// What stands between the flaw and harm meanwhile.
        control: String,
        /// When it ends by itself.
        until: Date,
    },
    /// The acceptance ended before its day.
    RiskAcceptanceEnded,
    /// It needs machines to stand still for the work.
    WindowAsked {
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
        /// What care is touched by it.
        care: String,
    },
    /// The clinical side signed or refused.
    WindowDecided {
        /// Whether they signed.
        signed: bool,
        /// Who, by name and office.
        by: String,
    },
    /// It is put off.
    Deferred {
        /// Who answers for that, by name and office.
        owner: String,
        /// Until when.
        until: Date,
    },
    /// It is done, and evidence agrees.
    Closed,
    /// A named person closed it although evidence does not agree. Shown for ever.
    Overridden {
        /// Who, by name and office.
        by: String,
        /// What evidence said then.
        against: Proof,
    },
}

impl Statement {
    /// Whether only somebody of the organisation who has read the alert says it.
    pub const fn is_answer(&self) -> bool {
        match self {
            Self::Acknowledged { .. }
            | Self::ApplicabilityStated(_)
            | Self::Acting { .. }
            | Self::Claimed
            | Self::ExtensionAsked { .. }
            | Self::RiskAccepted { .. }
            | Self::WindowAsked { .. }
            | Self::Deferred { .. } => true,
            Self::Addressed { .. }
            | Self::DueChanged { .. }
            | Self::Notified(_)
            | Self::Unreachable
            | Self::ClaimWithdrawn
            | Self::Found { .. }
            | Self::ExtensionDecided { .. }
            | Self::RiskAcceptanceEnded
            | Self::WindowDecided { .. }
            | Self::Closed
            | Self::Overridden { .. } => false,
        }
    }
}

/// Whom a carrier reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// By which route.
    pub route: Route,
    /// The step of the escalation, from 0.
    pub step: u8,
}

/// How a message goes out or an answer comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    /// A page of this site.
    Page,
    /// Mail.
    Mail,
    /// A text message.
    Sms,
    /// A code typed on a page.
    Code,
    /// A call that an operator wrote down.
    Operator,
    /// Another program.
    Webhook,
    /// A room of a chat service.
    Matrix,
}

impl Route {
    /// All routes.
    pub const ALL: [Self; 7] = [
        Self::Page,
        Self::Mail,
        Self::Sms,
        Self::Code,
        Self::Operator,
        Self::Webhook,
        Self::Matrix,
    ];

    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Code => "code",
            Self::Operator => "operator",
            Self::Webhook => "webhook",
            Self::Matrix => "matrix",
        }
    }

    /// The route of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|route| route.code() == code)
    }
}

/// Whether an alert concerns an organisation, in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Applicability {
    /// It does.
    Applies,
    /// It does not.
    DoesNot,
    /// It is being looked at.
    Investigating,
}

impl Applicability {
    /// All, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Applies, Self::DoesNot, Self::Investigating];

    /// The name in JSON and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::DoesNot => "does-not-apply",
            Self::Investigating => "investigating",
        }
    }

    /// The value of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What an organisation declared last that evidence is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// That it is done.
    Done {
        /// When.
        at: Timestamp,
    },
    /// That it does not concern it.
    DoesNotApply {
        /// When.
        at: Timestamp,
    },
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
    /// For whom, where a unit answers for one that it serves.
    pub on_behalf_of: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What it says.
    pub statement: Statement,
}
