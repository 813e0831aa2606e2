//! API tokens: what a program may do for somebody, and until when.
//!
//! A token is a limit, not a right: at each use it has what its owner has at that moment, within its
//! limits. So nothing is forgotten when a role is taken back.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use model::organisation::OrganisationCode;
use serde::{Deserialize, Serialize};
use store::Token;

use super::error::AccessError;
use super::fresh::expect_fresh;
use super::people::identity;
use super::role::Permission;
use super::scope::narrowed;
use super::secret;
use super::session::{Means, SignedIn, open_account, person, standing};
use super::settings::AccessSettings;
use crate::context::{Caller, Context, Scope};
use crate::error::Error;

/// What a token's secret begins with, so that it is known for one where it should not be.
pub const TOKEN_PREFIX: &str = "wr_";
/// No token lasts longer.
pub const LONGEST_TOKEN: SignedDuration = SignedDuration::from_hours(366 * 24);
/// A token that was used so recently is not written again.
const TOUCH_TIME: SignedDuration = SignedDuration::from_mins(10);
const VERSION: u32 = 1;

/// What a new token is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub permissions: BTreeSet<Permission>,
    /// Where; `None`: wherever its owner may.
    pub organisations: Option<BTreeSet<OrganisationCode>>,
    /// When it ends.
    pub expires: Timestamp,
}

/// A token as its owner may see it: never its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its identity, by which it is revoked.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do, if its owner may.
    pub permissions: BTreeSet<Permission>,
    /// Where; `None`: wherever its owner may.
    pub organisations: Option<BTreeSet<OrganisationCode>>,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// When it was last used, to ten minutes.
    pub used: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Body {
    version: u32,
    permissions: Vec<String>,
    organisations: Option<Vec<String>>,
}

/// Makes a token, and gives its secret, which is shown this once. The present password must be given,
/// or one must have signed in a moment ago.
pub async fn new_token(
    context: &Context,
    settings: &AccessSettings,
    who: &SignedIn,
    present: Option<&str>,
    new: &NewToken,
) -> Result<(ApiToken, String), AccessError> {
    let account = expect_fresh(context, settings, who, present).await?;
    check(context, &who.caller, new)?;
    let secret = format!("{TOKEN_PREFIX}{}", secret::new_secret()?);
    let body = Body {
        version: VERSION,
        permissions: new.permissions.iter().map(|it| it.code().to_owned()).collect(),
        organisations: new
            .organisations
            .as_ref()
            .map(|codes| codes.iter().map(|code| code.as_str().to_owned()).collect()),
    };
    let id = identity("token")?;
    let body = serde_json::to_string(&body)
        .map_err(|source| Error::damaged("token", id.clone(), source))?;
    let token = Token {
        id,
        hash: secret::hash(&secret).to_vec(),
        account: account.to_owned(),
        name: new.name.trim().to_owned(),
        body,
        created: context.now,
        expires: new.expires,
        used: None,
        revoked: None,
    };
    context.store.add_token(&token).await?;
    Ok((shown(token)?, secret))
}

/// One's own tokens, the oldest first, also those that have ended.
pub async fn tokens(context: &Context, who: &SignedIn) -> Result<Vec<ApiToken>, AccessError> {
    let tokens = context.store.tokens(who.in_person()?).await?;
    tokens.into_iter().map(|token| Ok(shown(token)?)).collect()
}

/// Revokes one of one's own tokens; `false` if there is none of that identity to revoke.
pub async fn revoke_token(
    context: &Context,
    who: &SignedIn,
    id: &str,
) -> Result<bool, AccessError> {
    Ok(context.store.revoke_token(who.in_person()?, id, context.now).await?)
}

/// For whom a program asks with a token's secret, and what it may do at this moment; `None` where
/// the token has ended, was revoked or never was, or the owner's account is closed.
pub async fn by_token(context: &Context, secret: &str) -> Result<Option<SignedIn>, Error> {
    if !secret.starts_with(TOKEN_PREFIX) {
        return Ok(None);
    }
    let Some(token) = context.store.token(&secret::hash(secret)).await? else { return Ok(None) };
    if token.revoked.is_some() || context.now >= token.expires {
        return Ok(None);
    }
    let Some(account) = open_account(context, &token.account).await? else { return Ok(None) };
    let is_old = token.used.is_none_or(|used| context.now.duration_since(used) >= TOUCH_TIME);
    if is_old && context.store.may_write() {
        context.store.touch_token(&token.id, context.now).await?;
    }
    let (began, expires) = (token.created, token.expires);
    let token = shown(token)?;
    let standing = standing(context, &account.id).await?;
    let reach = token.organisations.map_or(Scope::Everything, Scope::Organisations);
    let powers = narrowed(&standing.lasting, &token.permissions, &reach);
    let mut caller = Caller::with_powers(account.id.clone(), powers);
    caller.authority = Some(token.id);
    Ok(Some(SignedIn {
        person: person(account),
        session: None,
        caller,
        grants: standing.grants,
        emergencies: Vec::new(),
        csrf: String::new(),
        began,
        expires,
        means: Means::Token,
    }))
}

/// Whether a token would be within what its owner has.
fn check(context: &Context, owner: &Caller, new: &NewToken) -> Result<(), AccessError> {
    super::people::check_name(&new.name)?;
    let latest = context.now.saturating_add(LONGEST_TOKEN).unwrap_or(Timestamp::MAX);
    if new.expires <= context.now || new.expires > latest {
        return Err(AccessError::TokenTime);
    }
    let nowhere = new.organisations.as_ref().is_some_and(BTreeSet::is_empty);
    if new.permissions.is_empty() || nowhere {
        return Err(AccessError::TokenEmpty);
    }
    if let Some(further) = new.organisations.iter().flatten().find(|code| !owner.may(code)) {
        return Err(AccessError::TokenFurther(further.clone()));
    }
    for permission in &new.permissions {
        let everywhere = match &new.organisations {
            None => owner.can(*permission, None),
            Some(codes) => codes.iter().all(|code| owner.can(*permission, Some(code))),
        };
        if !everywhere || !permission.fits_a_token() {
            return Err(AccessError::TokenWider(*permission));
        }
    }
    Ok(())
}

/// A row as its owner may see it. What another version wrote and this one does not know is left out:
/// a token has less then, never more.
fn shown(token: Token) -> Result<ApiToken, Error> {
    let body: Body = serde_json::from_str(&token.body)
        .map_err(|source| Error::damaged("token", token.id.clone(), source))?;
    let codes = |codes: Vec<String>| codes.iter().filter_map(|code| code.parse().ok()).collect();
    // A later version may have set limits that this one does not know.
    let known = if body.version > VERSION { &[] } else { body.permissions.as_slice() };
    Ok(ApiToken {
        permissions: known.iter().filter_map(|it| Permission::of_code(it)).collect(),
        organisations: body.organisations.map(codes),
        id: token.id,
        name: token.name,
        created: token.created,
        expires: token.expires,
        used: token.used,
        revoked: token.revoked,
    })
}
