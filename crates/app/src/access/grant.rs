//! A grant: a role, and where and until when it holds.

use jiff::Timestamp;
use model::event::EventId;
use model::organisation::OrganisationCode;

use super::role::Role;

/// A role, and where and until when somebody has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    role: Role,
    organisation: Option<OrganisationCode>,
    until: Option<Timestamp>,
}

impl Grant {
    /// A role of the whole sector, or one of an organisation: a region for a regional officer.
    pub fn new(
        role: Role,
        organisation: Option<OrganisationCode>,
        until: Option<Timestamp>,
    ) -> Result<Self, GrantError> {
        match (&organisation, role.is_sector_wide()) {
            (Some(_), true) => Err(GrantError::SectorWide(role)),
            (None, false) => Err(GrantError::NoOrganisation(role)),
            _ => Ok(Self { role, organisation, until }),
        }
    }

    /// The role.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The organisation, for roles that are of one.
    pub const fn organisation(&self) -> Option<&OrganisationCode> {
        self.organisation.as_ref()
    }

    /// When it ends by itself.
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Whether it has not ended by itself.
    pub fn holds_at(&self, instant: Timestamp) -> bool {
        self.until.is_none_or(|until| instant < until)
    }
}

/// A grant that somebody has, with the event that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The event, by which it is revoked.
    pub event: EventId,
    /// The grant.
    pub grant: Grant,
    /// Since when.
    pub since: Timestamp,
    /// Who gave it.
    pub by: String,
}

/// Why a role cannot be given so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// It is not of one organisation.
    #[error("the role of {0} is of the whole sector, not of one organisation")]
    SectorWide(Role),
    /// It is of an organisation that was not said.
    #[error("the role of {0} needs an organisation")]
    NoOrganisation(Role),
}
