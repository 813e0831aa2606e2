//! What takes two requests: begun with one, ended once by the other within five minutes.

use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::secret;
use crate::context::Context;
use crate::error::Error;

/// For how long the second request may be waited for.
pub const CEREMONY_TIME: SignedDuration = SignedDuration::from_mins(5);

/// Keeps what the second request is held against, and gives the secret by which it is named.
pub(super) async fn begin(
    context: &Context,
    kind: &str,
    account: &str,
    state: &impl Serialize,
) -> Result<String, Error> {
    let secret = secret::new_secret()?;
    let body = serde_json::to_string(state).map_err(|e| Error::damaged("sign-in", kind, e))?;
    let ceremony = store::Ceremony {
        hash: secret::hash(&secret).to_vec(),
        kind: kind.to_owned(),
        account: account.to_owned(),
        body,
        expires: context.now.saturating_add(CEREMONY_TIME).unwrap_or(context.now),
    };
    context.store.begin_ceremony(&ceremony, context.now).await?;
    Ok(secret)
}

/// What was kept, to whoever asks first; `None` where there is none of that secret, kind and account,
/// where it was asked for before, or where it is too old.
pub(super) async fn end<T: DeserializeOwned>(
    context: &Context,
    kind: &str,
    account: &str,
    secret: &str,
) -> Result<Option<T>, Error> {
    let found = context.store.end_ceremony(&secret::hash(secret), kind).await?;
    let found = found.filter(|one| one.account == account && context.now < one.expires);
    // What another version wrote is begun anew.
    Ok(found.and_then(|one| serde_json::from_str(&one.body).ok()))
}
