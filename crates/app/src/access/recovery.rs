//! Recovery codes: to print, for the day on which everything else is lost.

use store::Credential;

use super::error::AccessError;
use super::fresh::expect_fresh;
use super::session::SignedIn;
use super::settings::AccessSettings;
use super::sign_in::RECOVERY;
use super::{people, secret};
use crate::context::Context;

/// How many codes are made at once.
pub const RECOVERY_CODES: usize = 10;

/// Makes new recovery codes and forgets the old. They are shown this once; each can be used once. The
/// present password must be given, or one must have signed in a moment ago.
pub async fn recovery_codes(
    context: &Context,
    settings: &AccessSettings,
    who: &SignedIn,
    present: Option<&str>,
) -> Result<Vec<String>, AccessError> {
    who.in_own_name()?;
    let account = expect_fresh(context, settings, who, present).await?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    let mut kept = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let code = secret::new_code()?;
        kept.push(Credential {
            id: people::identity("credential")?,
            account: account.to_owned(),
            kind: RECOVERY.to_owned(),
            data: secret::hash_code(account, &code).to_vec(),
            created: context.now,
            used: None,
        });
        codes.push(code);
    }
    context.store.replace_credentials(account, RECOVERY, &kept).await?;
    Ok(codes)
}

/// How many of one's own recovery codes are left.
pub async fn recovery_codes_left(context: &Context, who: &SignedIn) -> Result<usize, AccessError> {
    let kept = context.store.credentials(who.in_person()?, RECOVERY).await?;
    Ok(kept.iter().filter(|code| code.used.is_none()).count())
}
