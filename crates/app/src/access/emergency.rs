//! Emergency access: taken at once, for a few hours, with a reason; always reviewed by somebody else.
//!
//! The open review is not a row that somebody must remember to write: every emergency access that
//! no event reviews is one.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use model::event::EventId;
use model::organisation::OrganisationCode;

use super::error::{AccessError, not_allowed};
use super::fold::Emergency;
use super::role::Permission;
use super::session::{Person, open_account, person};
use super::statement::{Outcome, Statement};
use super::{encode, kept};
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::organisations::kept as registers;

/// How long emergency access lasts.
pub const EMERGENCY_TIME: SignedDuration = SignedDuration::from_hours(4);

/// Emergency access that is to be reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReview {
    /// What was taken, by whom, why.
    pub emergency: Emergency,
    /// Who took it, where their account is still there.
    pub person: Option<Person>,
}

/// Takes access to an organisation at once, for anybody who has a role.
pub async fn emergency(
    context: &Context,
    caller: &Caller,
    organisation: &OrganisationCode,
    reason: &str,
) -> Result<Emergency, AccessError> {
    if !caller.can(Permission::EmergencyAccess, None) {
        return Err(not_allowed(Permission::EmergencyAccess));
    }
    // Whoever holds the store's folder needs none, and has no account to give it to.
    let account = open_account(context, &caller.actor).await?.ok_or(AccessError::SignedInOnly)?;
    let reason = reason.trim();
    if !(5..=500).contains(&reason.chars().count()) {
        return Err(AccessError::Reason);
    }
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let register = registers::history(context, None).await?.at(today);
    if !register.get(organisation).is_some_and(model::organisation::register::Organisation::is_open)
    {
        return Err(Error::NoOrganisation(organisation.clone()).into());
    }
    let until = context.now.saturating_add(EMERGENCY_TIME).unwrap_or(context.now);
    let statement = Statement::Emergency {
        account: account.id.clone(),
        organisation: organisation.clone(),
        until,
    };
    let event =
        kept::record(context, caller, Some(reason), &[(statement, Some(organisation))]).await?;
    Ok(Emergency {
        event,
        account: account.id,
        organisation: organisation.clone(),
        reason: reason.to_owned(),
        since: context.now,
        until,
        review: None,
    })
}

/// The emergency access that the caller may review and nobody has reviewed, the oldest first.
pub async fn open_reviews(
    context: &Context,
    caller: &Caller,
) -> Result<Vec<OpenReview>, AccessError> {
    let mut open = Vec::new();
    for emergency in kept::everybody(context).await?.emergencies {
        if emergency.review.is_none() && is_for(caller, &emergency) {
            let person = context.store.account(&emergency.account).await?.map(person);
            open.push(OpenReview { emergency, person });
        }
    }
    Ok(open)
}

/// Says what a review of emergency access found. The first review counts; access that was not
/// justified ends.
pub async fn review(
    context: &Context,
    caller: &Caller,
    emergency: &EventId,
    outcome: Outcome,
    note: Option<&str>,
) -> Result<(), AccessError> {
    let emergencies = kept::everybody(context).await?.emergencies;
    let found = emergencies.into_iter().find(|one| one.event == *emergency);
    let found = found.ok_or(AccessError::NoReview)?;
    if found.account == caller.actor {
        return Err(AccessError::OwnReview);
    }
    if !is_for(caller, &found) {
        return Err(AccessError::NoReview);
    }
    if found.review.is_some() {
        return Err(AccessError::Reviewed);
    }
    let statement = Statement::Reviewed {
        account: found.account,
        organisation: found.organisation.clone(),
        emergency: emergency.clone(),
        outcome,
    };
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let event = encode(context, caller, note, (&statement, Some(&found.organisation)));
    // One key for each review: of two who say different things at once, one is told.
    let key = format!("access/review/{emergency}");
    match context.store.append_once(&key, vec![event], context.now).await {
        Ok(appended) if appended.repeated => Err(AccessError::Reviewed),
        Ok(_) => Ok(()),
        Err(store::Error::KeyReused { .. }) => Err(AccessError::Reviewed),
        Err(error) => Err(error.into()),
    }
}

/// Whether somebody may review it: not who took it, and where they may.
fn is_for(caller: &Caller, emergency: &Emergency) -> bool {
    emergency.account != caller.actor
        && caller.can(Permission::ReviewEmergency, Some(&emergency.organisation))
}
