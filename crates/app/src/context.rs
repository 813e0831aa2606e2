//! With what, when and for whom a use case runs: its first two arguments.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use model::event::{Marking, NewEvent};
use model::organisation::OrganisationCode;
use store::Store;

use crate::access::{Permission, Power, Powers};
use crate::error::Error;

/// What every use case needs: the record and the instant.
pub struct Context {
    /// The record.
    pub store: Arc<Store>,
    /// Now. Read once, at the edge.
    pub now: Timestamp,
}

impl Context {
    /// The same record at another instant: a story is told in the time in which it plays.
    pub fn at(&self, now: Timestamp) -> Self {
        Self { store: Arc::clone(&self.store), now }
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who it is, as the record is to name them.
    pub actor: String,
    /// For whom they act, if for another.
    pub on_behalf_of: Option<String>,
    /// By what authority.
    pub authority: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Whose facts they may see or add to at all; `powers` says which of both, and more.
    pub scope: Scope,
    /// What they may do, and where.
    pub powers: Powers,
}

/// Whose facts a caller may see and add to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's: whoever holds the store's folder holds everything in it.
    Everything,
    /// Those of these organisations only.
    Organisations(BTreeSet<OrganisationCode>),
}

impl Caller {
    /// The person at the machine on which the store lies.
    pub fn operator(actor: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            on_behalf_of: None,
            authority: None,
            reason: None,
            scope: Scope::Everything,
            powers: Powers::All,
        }
    }

    /// Somebody with powers: their scope is all that the powers reach.
    pub fn with_powers(actor: impl Into<String>, powers: Vec<Power>) -> Self {
        let scope = powers
            .iter()
            .fold(Scope::Organisations(BTreeSet::new()), |scope, power| scope.or(&power.reach));
        Self { scope, powers: Powers::Held(powers), ..Self::operator(actor) }
    }

    /// Anybody: who is not signed in, or has no role.
    pub fn public() -> Self {
        Self::with_powers("public", Vec::new())
    }

    /// Whether the caller may see or add to an organisation's facts.
    pub fn may(&self, organisation: &OrganisationCode) -> bool {
        self.scope.covers(organisation)
    }

    /// Whether the caller may do something with an organisation, or (`None`) with any at all.
    pub fn can(&self, permission: Permission, organisation: Option<&OrganisationCode>) -> bool {
        self.powers_to(permission).is_none_or(|mut powers| {
            powers.any(|power| organisation.is_none_or(|code| power.reach.covers(code)))
        })
    }

    /// Refuses what the caller may not do with an organisation, or (`None`) with the sector as a
    /// whole.
    pub fn expect(
        &self,
        permission: Permission,
        organisation: Option<&OrganisationCode>,
    ) -> Result<(), Error> {
        let allowed = match organisation {
            Some(_) => self.can(permission, organisation),
            None => self.can_everywhere(permission),
        };
        if allowed { Ok(()) } else { Err(Error::NotAllowed(permission)) }
    }

    /// Whether the caller may do something with the sector as a whole.
    pub fn can_everywhere(&self, permission: Permission) -> bool {
        self.powers_to(permission)
            .is_none_or(|mut powers| powers.any(|power| power.reach == Scope::Everything))
    }

    /// The narrowest marking of what the caller may read about an organisation, or (`None`) about
    /// none in particular. What is marked TLP:RED is read by who wrote it: see [`Self::may_read`].
    pub fn highest_marking(&self, organisation: Option<&OrganisationCode>) -> Marking {
        let Powers::Held(powers) = &self.powers else { return Marking::Red };
        let mut reading = powers.iter().filter(|power| power.reads()).peekable();
        if reading.peek().is_none() {
            return Marking::Clear;
        }
        let at_hand = |power: &&Power| match organisation {
            Some(code) => power.reach.covers(code),
            None => power.reach == Scope::Everything,
        };
        // Everybody with a role is of the community.
        reading.filter(at_hand).map(|power| power.marking).max().unwrap_or(Marking::Green)
    }

    /// Whether the caller may read an event of the record.
    pub fn may_read(&self, event: &NewEvent) -> bool {
        let highest = self.highest_marking(event.organisation.as_ref());
        let is_at_home = event.organisation.as_ref().is_none_or(|code| self.may(code));
        let is_own = event.marking == Marking::Red && self.actor == event.actor && is_at_home;
        event.marking <= highest || (is_own && highest > Marking::Clear)
    }

    /// The powers that allow something; `None` for who may do everything.
    fn powers_to(&self, permission: Permission) -> Option<impl Iterator<Item = &Power>> {
        match &self.powers {
            Powers::All => None,
            Powers::Held(powers) => {
                Some(powers.iter().filter(move |power| power.permissions.contains(&permission)))
            }
        }
    }
}

impl Scope {
    /// Whether an organisation is in it.
    pub fn covers(&self, organisation: &OrganisationCode) -> bool {
        match self {
            Self::Everything => true,
            Self::Organisations(codes) => codes.contains(organisation),
        }
    }

    /// What is in either.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Organisations(mut codes), Self::Organisations(more)) => {
                codes.extend(more.iter().cloned());
                Self::Organisations(codes)
            }
            _ => Self::Everything,
        }
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Everything, scope) | (scope, Self::Everything) => scope.clone(),
            (Self::Organisations(codes), Self::Organisations(others)) => {
                Self::Organisations(codes.intersection(others).cloned().collect())
            }
        }
    }
}
