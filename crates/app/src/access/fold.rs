//! Who has which role, who acts for whom, and what must be reviewed: a fold over events, as at an
//! instant. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::event::EventId;
use model::organisation::OrganisationCode;

use super::grant::Held;
use super::statement::{Entry, Outcome, Statement};

/// Access as at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessState {
    /// The grants that hold, by account, in the order in which they were given.
    pub grants: BTreeMap<String, Vec<Held>>,
    /// The delegations that hold.
    pub delegations: Vec<Delegation>,
    /// Every emergency access, also those that have ended.
    pub emergencies: Vec<Emergency>,
}

/// That a support unit may act for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The event, by which it is withdrawn.
    pub event: EventId,
    /// Whose facts.
    pub organisation: OrganisationCode,
    /// The support unit.
    pub unit: OrganisationCode,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

/// Access that somebody took in an emergency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// The event, by which it is reviewed.
    pub event: EventId,
    /// Who took it.
    pub account: String,
    /// To whose facts.
    pub organisation: OrganisationCode,
    /// Why, in their words.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// What somebody else found; without it, it is still to be reviewed.
    pub review: Option<Review>,
}

/// What somebody found who reviewed emergency access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What they found.
    pub outcome: Outcome,
    /// In their words.
    pub note: Option<String>,
}

impl Emergency {
    /// Whether it opens anything at an instant: it does until its end, unless a review ended it.
    pub fn holds_at(&self, instant: Timestamp) -> bool {
        let ended = self.review.as_ref().is_some_and(|it| it.outcome == Outcome::NotJustified);
        self.since <= instant && instant < self.until && !ended
    }
}

/// Folds events, in the order of the record, to access as at an instant.
pub fn fold(entries: &[Entry], at: Timestamp) -> AccessState {
    let mut state = AccessState::default();
    for entry in entries.iter().filter(|entry| entry.as_at <= at) {
        apply(&mut state, entry);
    }
    for held in state.grants.values_mut() {
        held.retain(|held| held.grant.holds_at(at));
    }
    state.grants.retain(|_, held| !held.is_empty());
    state.delegations.retain(|one| one.until.is_none_or(|until| at < until));
    state
}

fn apply(state: &mut AccessState, entry: &Entry) {
    match &entry.statement {
        Statement::Created { .. } | Statement::PasskeyRefused { .. } => {}
        // Who gave the code may use it: access that the person took themselves is not theirs to have.
        Statement::Invited { account } => end_emergencies(state, account, entry.as_at),
        // Whoever is let in again is given roles again.
        Statement::Disabled { account } => {
            state.grants.remove(account);
            end_emergencies(state, account, entry.as_at);
        }
        Statement::Granted { account, grant } => {
            state.grants.entry(account.clone()).or_default().push(Held {
                event: entry.id.clone(),
                grant: grant.clone(),
                since: entry.as_at,
                by: entry.actor.clone(),
            });
        }
        Statement::Revoked { account, grant } => {
            if let Some(held) = state.grants.get_mut(account) {
                held.retain(|held| held.event != *grant);
            }
        }
        Statement::Delegated { organisation, unit, until } => {
            state.delegations.push(Delegation {
                event: entry.id.clone(),
                organisation: organisation.clone(),
                unit: unit.clone(),
                since: entry.as_at,
                until: *until,
            });
        }
        Statement::Withdrawn { delegation, .. } => {
            state.delegations.retain(|one| one.event != *delegation);
        }
        Statement::Emergency { account, organisation, until } => {
            state.emergencies.push(Emergency {
                event: entry.id.clone(),
                account: account.clone(),
                organisation: organisation.clone(),
                reason: entry.reason.clone().unwrap_or_default(),
                since: entry.as_at,
                until: *until,
                review: None,
            });
        }
        Statement::Reviewed { emergency, outcome, .. } => {
            let open = state.emergencies.iter_mut().find(|one| one.event == *emergency);
            // The first review counts, and nobody's of their own.
            if let Some(open) = open
                && open.review.is_none()
                && open.account != entry.actor
            {
                open.review = Some(Review {
                    by: entry.actor.clone(),
                    at: entry.as_at,
                    outcome: *outcome,
                    note: entry.reason.clone(),
                });
            }
        }
    }
}

/// Ends the emergency access that somebody has.
fn end_emergencies(state: &mut AccessState, account: &str, at: Timestamp) {
    for own in state.emergencies.iter_mut().filter(|own| own.account == account) {
        own.until = own.until.min(at);
    }
}
