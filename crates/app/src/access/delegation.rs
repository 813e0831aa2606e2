//! Delegation: an organisation lets a support unit act for it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::event::EventId;
use model::organisation::OrganisationCode;

use super::error::{AccessError, not_allowed};
use super::fold::Delegation;
use super::kept;
use super::role::Permission;
use super::scope::is_support_unit;
use super::statement::Statement;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::organisations::kept as registers;

/// Lets the people of a support unit act for an organisation, with what their roles there allow of
/// seeing and adding; gives the event, by which it is withdrawn.
pub async fn delegate(
    context: &Context,
    caller: &Caller,
    (organisation, unit): (&OrganisationCode, &OrganisationCode),
    until: Option<Timestamp>,
) -> Result<EventId, AccessError> {
    expect(caller, organisation)?;
    if !kept::lies_ahead(context, until) {
        return Err(AccessError::Past);
    }
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let register = registers::history(context, None).await?.at(today);
    if register.get(organisation).is_none() {
        return Err(Error::NoOrganisation(organisation.clone()).into());
    }
    if !is_support_unit(&register, unit) {
        return Err(AccessError::NoSupportUnit(unit.clone()));
    }
    let statement =
        Statement::Delegated { organisation: organisation.clone(), unit: unit.clone(), until };
    Ok(kept::record(context, caller, None, &[(statement, Some(organisation))]).await?)
}

/// Ends a delegation.
pub async fn withdraw_delegation(
    context: &Context,
    caller: &Caller,
    delegation: &EventId,
) -> Result<(), AccessError> {
    let found = kept::everybody(context).await?.delegations;
    let found = found.into_iter().find(|one| one.event == *delegation);
    let found = found.filter(|one| expect(caller, &one.organisation).is_ok());
    let Delegation { organisation, unit, .. } = found.ok_or(AccessError::NoDelegation)?;
    let statement = Statement::Withdrawn {
        organisation: organisation.clone(),
        unit,
        delegation: delegation.clone(),
    };
    kept::record(context, caller, None, &[(statement, Some(&organisation))]).await?;
    Ok(())
}

/// The delegations that hold and that the caller may end, in the order in which they were given.
pub async fn delegations(
    context: &Context,
    caller: &Caller,
) -> Result<Vec<Delegation>, AccessError> {
    let found = kept::everybody(context).await?.delegations;
    Ok(found.into_iter().filter(|one| expect(caller, &one.organisation).is_ok()).collect())
}

fn expect(caller: &Caller, organisation: &OrganisationCode) -> Result<(), AccessError> {
    if caller.can(Permission::DelegateAccess, Some(organisation)) {
        return Ok(());
    }
    if caller.may(organisation) {
        return Err(not_allowed(Permission::DelegateAccess));
    }
    Err(Error::NoOrganisation(organisation.clone()).into())
}
