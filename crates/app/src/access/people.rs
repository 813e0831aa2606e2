//! People: who is there, who lets them in, and which roles they are given.
//!
//! Nobody gives or takes a role above or outside their own; only who runs the machine begins.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::event::EventId;
use store::{Account, Credential};

use super::error::{AccessError, not_allowed};
use super::grant::{Grant, Held};
use super::login::Login;
use super::role::{Permission, Role};
use super::scope::Powers;
use super::session::{Means, Person, person};
use super::sign_in::INVITATION;
use super::statement::Statement;
use super::{kept, secret};
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::organisations::kept as registers;

/// A person as who manages people sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who it is.
    pub person: Person,
    /// Since when.
    pub created: Timestamp,
    /// Since when their account is closed.
    pub disabled: Option<Timestamp>,
    /// Their roles, as far as the caller may know them.
    pub grants: Vec<Held>,
}

/// Makes the first national officer, or another, at the machine on which the record lies. Gives the
/// one-time code by which they sign in and set their password.
pub async fn begin(
    context: &Context,
    caller: &Caller,
    login: &str,
    name: &str,
) -> Result<(Person, String), AccessError> {
    if caller.powers != Powers::All {
        return Err(AccessError::OperatorOnly);
    }
    let grant = Grant::new(Role::NationalOfficer, None, None)?;
    create_person(context, caller, (login, name), &grant).await
}

/// Makes an account with a first role. Gives the one-time code by which they sign in and set their
/// password.
pub async fn create_person(
    context: &Context,
    caller: &Caller,
    (login, name): (&str, &str),
    first: &Grant,
) -> Result<(Person, String), AccessError> {
    may_give(context, caller, first).await?;
    let login: Login = login.parse()?;
    check_name(name)?;
    let account = Account {
        id: identity("account")?,
        login: login.as_str().to_owned(),
        name: name.trim().to_owned(),
        created: context.now,
        disabled: None,
    };
    if !context.store.add_account(&account).await? {
        return Err(AccessError::LoginTaken(account.login));
    }
    let (code, kept) = invitation(context, &account.id)?;
    context.store.replace_credentials(&account.id, INVITATION, &[kept]).await?;
    // Last: an account that was cut off before this has no role, and opens nothing.
    let made = Statement::Created { account: account.id.clone() };
    let given = Statement::Granted { account: account.id.clone(), grant: first.clone() };
    let about = first.organisation();
    kept::record(context, caller, None, &[(made, about), (given, about)]).await?;
    Ok((person(account), code))
}

/// Gives somebody who cannot sign in a new one-time code. The caller must be one who could have
/// given them all their roles. The record shows that it was done, and by whom. All that they came in
/// by before ends, and so does emergency access that they have: the code is in the caller's hands.
pub async fn invite(
    context: &Context,
    caller: &Caller,
    account: &str,
) -> Result<String, AccessError> {
    let (account, grants) = managed(context, caller, account).await?;
    if account.disabled.is_some() {
        return Err(AccessError::NoPerson);
    }
    let statement = Statement::Invited { account: account.id.clone() };
    record_at_home(context, caller, &statement, &grants).await?;
    let (code, kept) = invitation(context, &account.id)?;
    context.store.renew_access(&account.id, &[kept], None, context.now).await?;
    Ok(code)
}

/// The people whom the caller manages, the oldest account first.
pub async fn people(context: &Context, caller: &Caller) -> Result<Vec<Listed>, AccessError> {
    if !caller.can(Permission::ManagePeople, None) {
        return Err(not_allowed(Permission::ManagePeople));
    }
    let mut state = kept::everybody(context).await?;
    let accounts = context.store.accounts().await?;
    let listed = accounts.into_iter().filter_map(|account| {
        let mut grants = state.grants.remove(&account.id).unwrap_or_default();
        grants.retain(|held| knows(caller, &held.grant));
        // Who has no role is known to who manages all.
        let is_known = !grants.is_empty() || caller.can_everywhere(Permission::ManagePeople);
        let (created, disabled) = (account.created, account.disabled);
        is_known.then(|| Listed { person: person(account), created, disabled, grants })
    });
    Ok(listed.collect())
}

/// Closes an account: its sessions, tokens and roles end, and whatever it was entered by. The caller must
/// be one who could have given all its roles, and not be its owner.
pub async fn disable_person(
    context: &Context,
    caller: &Caller,
    account: &str,
) -> Result<(), AccessError> {
    if account == caller.actor {
        return Err(AccessError::OwnAccount);
    }
    let (account, grants) = managed(context, caller, account).await?;
    // First what works at once, then what is remembered.
    context.store.set_disabled(&account.id, Some(context.now)).await?;
    context.store.renew_access(&account.id, &[], None, context.now).await?;
    let statement = Statement::Disabled { account: account.id.clone() };
    record_at_home(context, caller, &statement, &grants).await
}

/// Ends all sessions of somebody whom the caller manages (ASVS 5.0, 7.4.5); says how many.
pub async fn end_sessions(
    context: &Context,
    caller: &Caller,
    account: &str,
) -> Result<u64, AccessError> {
    let (account, _) = managed(context, caller, account).await?;
    Ok(context.store.end_sessions(&account.id, None).await?)
}

/// Gives somebody a role more; gives the event, by which it is taken back. A one-time code that is still
/// open ends, and so does what was begun with one: whoever gave it must not come into the new role by it.
pub async fn grant(
    context: &Context,
    caller: &Caller,
    account: &str,
    grant: &Grant,
) -> Result<EventId, AccessError> {
    may_give(context, caller, grant).await?;
    let account = super::session::open_account(context, account).await?;
    let account = account.ok_or(AccessError::NoPerson)?;
    context.store.replace_credentials(&account.id, INVITATION, &[]).await?;
    for session in context.store.sessions(&account.id).await? {
        if session.means == Means::Invitation.code() {
            context.store.end_session(&account.id, &session.hash).await?;
        }
    }
    let statement = Statement::Granted { account: account.id, grant: grant.clone() };
    Ok(kept::record(context, caller, None, &[(statement, grant.organisation())]).await?)
}

/// Takes a role back. It works from the person's next request on.
pub async fn revoke(
    context: &Context,
    caller: &Caller,
    account: &str,
    grant: &EventId,
) -> Result<(), AccessError> {
    let mut state = kept::of_account(context, account).await?;
    let held = state.grants.remove(account).unwrap_or_default();
    let held = held.into_iter().find(|held| held.event == *grant);
    let held = held.filter(|held| knows(caller, &held.grant)).ok_or(AccessError::NoGrant)?;
    if !may_take(caller, &held.grant)? {
        return Err(AccessError::BeyondOwn);
    }
    let statement = Statement::Revoked { account: account.to_owned(), grant: grant.clone() };
    let about = held.grant.organisation();
    kept::record(context, caller, None, &[(statement, about)]).await?;
    Ok(())
}

/// A new identity of a kind: random, so that it tells nothing.
pub(super) fn identity(kind: &str) -> Result<String, Error> {
    Ok(format!("{kind}/{}", crate::hex(&secret::random::<10>()?)))
}

/// Whether a text can be a name of somebody or something.
pub(super) fn check_name(name: &str) -> Result<(), AccessError> {
    let name = name.trim();
    let is_sound = (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control);
    if is_sound { Ok(()) } else { Err(AccessError::Name) }
}

async fn may_give(context: &Context, caller: &Caller, grant: &Grant) -> Result<(), AccessError> {
    if !caller.can(Permission::ManagePeople, None) {
        return Err(not_allowed(Permission::ManagePeople));
    }
    if let Some(code) = grant.organisation()
        && !caller.may(code)
    {
        return Err(Error::NoOrganisation(code.clone()).into());
    }
    if !caller.powers.may_give(grant) {
        return Err(AccessError::BeyondOwn);
    }
    if !kept::lies_ahead(context, grant.until()) {
        return Err(AccessError::Past);
    }
    if let Some(code) = grant.organisation() {
        let today = context.now.to_zoned(TimeZone::UTC).date();
        registers::expect(context, caller, code, today).await?;
    }
    Ok(())
}

/// Whether the caller may take a role back: where they might give it, for however long it is.
fn may_take(caller: &Caller, grant: &Grant) -> Result<bool, AccessError> {
    // Of two that differ in their end only, the shorter is what the caller might give.
    let ended = Grant::new(grant.role(), grant.organisation().cloned(), Some(Timestamp::MIN))?;
    Ok(caller.powers.may_give(&ended))
}

/// Whether the caller may know that somebody has a role.
fn knows(caller: &Caller, grant: &Grant) -> bool {
    match grant.organisation() {
        Some(code) => caller.can(Permission::ManagePeople, Some(code)),
        None => caller.can_everywhere(Permission::ManagePeople),
    }
}

/// An account and its roles, if the caller might have given all of them.
async fn managed(
    context: &Context,
    caller: &Caller,
    account: &str,
) -> Result<(Account, Vec<Held>), AccessError> {
    if !caller.can(Permission::ManagePeople, None) {
        return Err(not_allowed(Permission::ManagePeople));
    }
    let account = context.store.account(account).await?.ok_or(AccessError::NoPerson)?;
    let mut state = kept::of_account(context, &account.id).await?;
    let held = state.grants.remove(&account.id).unwrap_or_default();
    let all = caller.can_everywhere(Permission::ManagePeople);
    if !all && !held.iter().any(|held| knows(caller, &held.grant)) {
        return Err(AccessError::NoPerson);
    }
    for one in &held {
        if !may_take(caller, &one.grant)? {
            return Err(AccessError::BeyondOwn);
        }
    }
    Ok((account, held))
}

/// Records a statement about somebody for each organisation in which they have a role, so that whoever
/// sees any of them sees it, and nobody sees another's name in it.
pub(super) async fn record_at_home(
    context: &Context,
    caller: &Caller,
    statement: &Statement,
    grants: &[Held],
) -> Result<(), AccessError> {
    let homes: BTreeSet<_> = grants.iter().map(|held| held.grant.organisation()).collect();
    let homes = if homes.is_empty() { BTreeSet::from([None]) } else { homes };
    let all: Vec<_> = homes.into_iter().map(|home| (statement.clone(), home)).collect();
    kept::record(context, caller, None, &all).await?;
    Ok(())
}

/// A new one-time code, and what is kept of it.
fn invitation(context: &Context, account: &str) -> Result<(String, Credential), AccessError> {
    let code = secret::new_code()?;
    let kept = Credential {
        id: identity("credential")?,
        account: account.to_owned(),
        kind: INVITATION.to_owned(),
        data: secret::hash_code(account, &code).to_vec(),
        created: context.now,
        used: None,
    };
    Ok((code, kept))
}
