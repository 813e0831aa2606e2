//! With what, when and for whom a use case runs: its first two arguments.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use model::organisation::OrganisationCode;
use store::Store;

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
    /// What they may see and do.
    pub scope: Scope,
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
        }
    }

    /// Whether the caller may see and add to an organisation's facts.
    pub fn may(&self, organisation: &OrganisationCode) -> bool {
        match &self.scope {
            Scope::Everything => true,
            Scope::Organisations(codes) => codes.contains(organisation),
        }
    }
}
