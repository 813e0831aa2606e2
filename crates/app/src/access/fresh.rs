//! Showing once more who one is, before something is made that lets in, or sessions are ended.
//!
//! A browser that somebody left open must not be enough to make a code, a token or a passkey with which
//! to come back later, nor to shut its owner out elsewhere (ASVS 5.0, 7.5.1 and 7.5.2).

use jiff::SignedDuration;

use super::error::AccessError;
use super::password;
use super::session::{Means, SignedIn};
use super::settings::AccessSettings;
use super::sign_in::{PASSWORD, count, kept_password};
use crate::context::Context;

/// For so long after signing in nobody is asked again who they are.
pub const FRESH_TIME: SignedDuration = SignedDuration::from_mins(5);

/// Whether somebody has shown who they are a moment ago.
pub fn is_fresh(context: &Context, who: &SignedIn) -> bool {
    let since = context.now.duration_since(who.began);
    SignedDuration::ZERO <= since && since < FRESH_TIME
}

/// Refuses who neither gives the present password nor has signed in a moment ago, and who came in with
/// somebody else's code and has no password of their own; gives the account.
pub(super) async fn expect_fresh<'w>(
    context: &Context,
    settings: &AccessSettings,
    who: &'w SignedIn,
    present: Option<&str>,
) -> Result<&'w str, AccessError> {
    let account = expect_fresh_here(context, settings, who, present).await?;
    // Whoever gave the code may have used it: what they make with it must not outlive it.
    if who.means == Means::Invitation && kept_password(context, account).await?.is_none() {
        return Err(AccessError::PasswordFirst);
    }
    Ok(account)
}

/// Refuses who neither gives the present password nor has signed in a moment ago; gives the account.
pub(super) async fn expect_fresh_here<'w>(
    context: &Context,
    settings: &AccessSettings,
    who: &'w SignedIn,
    present: Option<&str>,
) -> Result<&'w str, AccessError> {
    let account = who.in_person()?;
    match present.filter(|present| !present.is_empty()) {
        Some(present) => expect_present(context, settings, who, present).await?,
        None if is_fresh(context, who) => {}
        None => return Err(AccessError::NotFresh),
    }
    Ok(account)
}

/// Refuses a password that is not the present one. Guesses are counted as those of signing in are.
pub(super) async fn expect_present(
    context: &Context,
    settings: &AccessSettings,
    who: &SignedIn,
    present: &str,
) -> Result<(), AccessError> {
    let what = match count(context, PASSWORD, &who.person.login).await? {
        Ok(what) => what,
        Err(until) => return Err(AccessError::Wait { until }),
    };
    let kept = kept_password(context, &who.person.id).await?;
    if !password::verify(settings, present, kept).await? {
        return Err(AccessError::PresentPassword);
    }
    Ok(context.store.forget_failures(&what).await?)
}
