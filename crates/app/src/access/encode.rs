//! Events of access as the record keeps them.
//!
//! The body is a JSON object with `version` and what the kind needs. A writer that says something
//! that older readers would get wrong by passing it over sets `needs` to the version that
//! understands it. Nothing personal is in them: an account is an identity.

use model::event::{Marking, NewEvent};
use model::organisation::OrganisationCode;
use serde_json::{Map, Value, json};

use super::grant::Grant;
use super::statement::Statement;
use crate::context::{Caller, Context};

/// The version of the bodies that this program writes.
pub const VERSION: u64 = 1;

/// The kinds of the events of access.
pub const KINDS: [&str; 10] = [
    CREATED,
    INVITED,
    DISABLED,
    GRANTED,
    REVOKED,
    DELEGATED,
    WITHDRAWN,
    EMERGENCY,
    REVIEWED,
    PASSKEY_REFUSED,
];

pub(super) const CREATED: &str = "access.created";
pub(super) const INVITED: &str = "access.invited";
pub(super) const DISABLED: &str = "access.disabled";
pub(super) const GRANTED: &str = "access.granted";
pub(super) const REVOKED: &str = "access.revoked";
pub(super) const DELEGATED: &str = "access.delegated";
pub(super) const WITHDRAWN: &str = "access.delegation-withdrawn";
pub(super) const EMERGENCY: &str = "access.emergency";
pub(super) const REVIEWED: &str = "access.reviewed";
pub(super) const PASSKEY_REFUSED: &str = "access.passkey-refused";

/// Writes a statement for the record, about the organisation for which it opens or closes something,
/// if it is one.
pub fn encode(
    context: &Context,
    caller: &Caller,
    reason: Option<&str>,
    (statement, organisation): (&Statement, Option<&OrganisationCode>),
) -> NewEvent {
    let mut body = Map::new();
    body.insert("version".to_owned(), VERSION.into());
    let (kind, caused_by) = write(statement, &mut body);
    NewEvent {
        kind: kind.to_owned(),
        subject: subject(statement),
        organisation: organisation.cloned(),
        actor: caller.actor.clone(),
        on_behalf_of: caller.on_behalf_of.clone(),
        authority: caller.authority.clone(),
        reason: reason.map(ToOwned::to_owned).or_else(|| caller.reason.clone()),
        as_at: context.now,
        caused_by,
        corrects: None,
        marking: Marking::AmberStrict,
        body: Value::Object(body).to_string(),
        personal: None,
    }
}

/// What events about a support unit's clients are about.
pub(super) fn of_unit(unit: &OrganisationCode) -> String {
    format!("access/unit/{unit}")
}

fn subject(statement: &Statement) -> String {
    match statement {
        Statement::Created { account }
        | Statement::Invited { account }
        | Statement::Disabled { account }
        | Statement::Granted { account, .. }
        | Statement::Revoked { account, .. }
        | Statement::PasskeyRefused { account }
        | Statement::Emergency { account, .. }
        | Statement::Reviewed { account, .. } => account.clone(),
        Statement::Delegated { unit, .. } | Statement::Withdrawn { unit, .. } => of_unit(unit),
    }
}

fn write(
    statement: &Statement,
    body: &mut Map<String, Value>,
) -> (&'static str, Option<model::event::EventId>) {
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    match statement {
        Statement::Created { account } => {
            put("account", account.as_str().into());
            (CREATED, None)
        }
        Statement::Invited { account } => {
            put("account", account.as_str().into());
            (INVITED, None)
        }
        Statement::Disabled { account } => {
            put("account", account.as_str().into());
            (DISABLED, None)
        }
        Statement::Granted { account, grant } => {
            put("account", account.as_str().into());
            write_grant(grant, &mut put);
            (GRANTED, None)
        }
        Statement::Revoked { account, grant } => {
            put("account", account.as_str().into());
            put("grant", grant.as_str().into());
            (REVOKED, Some(grant.clone()))
        }
        Statement::Delegated { organisation, unit, until } => {
            put("organisation", organisation.as_str().into());
            put("unit", unit.as_str().into());
            put("until", json!(until.map(|until| until.to_string())));
            (DELEGATED, None)
        }
        Statement::Withdrawn { organisation, unit, delegation } => {
            put("organisation", organisation.as_str().into());
            put("unit", unit.as_str().into());
            put("delegation", delegation.as_str().into());
            (WITHDRAWN, Some(delegation.clone()))
        }
        Statement::PasskeyRefused { account } => {
            put("account", account.as_str().into());
            (PASSKEY_REFUSED, None)
        }
        Statement::Emergency { account, organisation, until } => {
            put("account", account.as_str().into());
            put("organisation", organisation.as_str().into());
            put("until", until.to_string().into());
            (EMERGENCY, None)
        }
        Statement::Reviewed { account, organisation, emergency, outcome } => {
            put("account", account.as_str().into());
            put("organisation", organisation.as_str().into());
            put("emergency", emergency.as_str().into());
            put("outcome", outcome.code().into());
            (REVIEWED, Some(emergency.clone()))
        }
    }
}

fn write_grant(grant: &Grant, put: &mut impl FnMut(&str, Value)) {
    put("role", grant.role().code().into());
    put("organisation", json!(grant.organisation().map(OrganisationCode::as_str)));
    put("until", json!(grant.until().map(|until| until.to_string())));
}
