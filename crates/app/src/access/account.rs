//! One's own account: the password.

use super::error::AccessError;
use super::fresh::{expect_present, is_fresh};
use super::password;
use super::session::{Means, SignedIn};
use super::settings::AccessSettings;
use super::sign_in::PASSWORD;
use crate::context::Context;

/// Sets one's own password. The present one must be given (ASVS 5.0, 6.2.3), unless there is none or
/// one has just shown by a code who one is.
///
/// All that the account was entered by before ends: other sessions, codes, tokens, passkeys. Somebody
/// else may have made them, with the code that they gave or with the old password.
pub async fn set_password(
    context: &Context,
    settings: &AccessSettings,
    who: &SignedIn,
    present: Option<&str>,
    new: &str,
) -> Result<(), AccessError> {
    let account = who.in_own_name()?;
    let kept = context.store.credentials(account, PASSWORD).await?.into_iter().next_back();
    let by_code = matches!(who.means, Means::Invitation | Means::RecoveryCode);
    match kept {
        // A code stands for one password, not for all that follow.
        Some(kept) if !by_code || kept.created > who.began => {
            expect_present(context, settings, who, present.unwrap_or_default()).await?;
        }
        None if !by_code && !is_fresh(context, who) => return Err(AccessError::NotFresh),
        _ => {}
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
    let own = who.session.as_deref().and_then(super::secret::unhex);
    context.store.renew_access(account, &[credential], own.as_deref(), context.now).await?;
    Ok(())
}
