//! One's own account: the password.

use super::error::AccessError;
use super::password;
use super::session::{Means, SignedIn};
use super::settings::AccessSettings;
use super::sign_in::{INVITATION, PASSWORD, count, kept_password};
use crate::context::Context;

/// Sets one's own password. The present one must be given (ASVS 5.0, 6.2.3), unless there is none or
/// one has just shown by a code who one is. All other sessions end.
pub async fn set_password(
    context: &Context,
    settings: &AccessSettings,
    who: &SignedIn,
    present: Option<&str>,
    new: &str,
) -> Result<(), AccessError> {
    let account = who.in_person()?;
    let by_code = matches!(who.means, Means::Invitation | Means::RecoveryCode);
    let kept = kept_password(context, account).await?;
    if kept.is_some() && !by_code {
        let what = match count(context, PASSWORD, &who.person.login).await? {
            Ok(what) => what,
            Err(until) => return Err(AccessError::Wait { until }),
        };
        if !password::verify(settings, present.unwrap_or_default(), kept).await? {
            return Err(AccessError::PresentPassword);
        }
        context.store.forget_failures(&what).await?;
    }
    password::accept(settings, new, &[&who.person.login, &who.person.name]).await?;
    let credential = store::Credential {
        id: super::people::identity("credential")?,
        account: account.to_owned(),
        kind: PASSWORD.to_owned(),
        data: password::hash(settings, new).await?,
        created: context.now,
        used: None,
    };
    context.store.replace_credentials(account, PASSWORD, &[credential]).await?;
    // What was given to set a password with is of no use any more.
    context.store.replace_credentials(account, INVITATION, &[]).await?;
    super::session::revoke_other_sessions(context, who).await?;
    Ok(())
}
