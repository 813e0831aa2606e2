//! Signing in, with a password or a code.

use jiff::{SignedDuration, Timestamp};
use store::Account;

use super::error::SignInError;
use super::login::Login;
use super::session::{self, Means, NewSession};
use super::settings::AccessSettings;
use super::{password, secret, throttle};
use crate::context::Context;

/// How long the one-time code to sign in with for the first time is good for (ASVS 5.0, 6.4.1).
pub const INVITATION_TIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The kinds of credentials, as the store keeps them.
pub(super) const PASSWORD: &str = "password";
pub(super) const INVITATION: &str = "invitation";
pub(super) const RECOVERY: &str = "recovery";

/// How often to look again where others try the same login at the same moment.
const TRIES: usize = 8;

/// Signs somebody in with their password. Wrong password, unknown login and closed account cost the
/// same and are answered the same.
pub async fn sign_in(
    context: &Context,
    settings: &AccessSettings,
    login: &str,
    password: &str,
    agent: &str,
) -> Result<NewSession, SignInError> {
    let (account, what) = admit(context, PASSWORD, login).await?;
    let kept = match &account {
        Some(account) => kept_password(context, &account.id).await?,
        None => None,
    };
    let is_right = password::verify(settings, password, kept).await?;
    let account = account.filter(|_| is_right).ok_or(SignInError::Refused)?;
    context.store.forget_failures(&what).await?;
    Ok(session::start(context, account, Means::Password, agent).await?)
}

/// Signs somebody in with a one-time code: the one they were given, or one of those that they had
/// printed. Either works once.
pub async fn sign_in_with_code(
    context: &Context,
    _settings: &AccessSettings,
    login: &str,
    code: &str,
    agent: &str,
) -> Result<NewSession, SignInError> {
    let (account, what) = admit(context, INVITATION, login).await?;
    let id = account.as_ref().map_or("", |account| account.id.as_str());
    let hash = secret::hash_code(id, code);
    let since = context.now.saturating_sub(INVITATION_TIME).unwrap_or(Timestamp::MIN);
    let mut means = None;
    for (kind, since, by) in
        [(INVITATION, since, Means::Invitation), (RECOVERY, Timestamp::MIN, Means::RecoveryCode)]
    {
        let tried = (id, kind, hash.as_slice());
        if context.store.use_up_credential(tried, since, context.now).await? {
            means = Some(by);
        }
    }
    let (Some(account), Some(means)) = (account, means) else { return Err(SignInError::Refused) };
    context.store.forget_failures(&what).await?;
    Ok(session::start(context, account, means, agent).await?)
}

/// What is kept of somebody's password.
pub(super) async fn kept_password(
    context: &Context,
    account: &str,
) -> Result<Option<Vec<u8>>, store::Error> {
    let kept = context.store.credentials(account, PASSWORD).await?;
    Ok(kept.into_iter().next_back().map(|credential| credential.data))
}

/// Counts an attempt as a failure before it is made, so that many at once are not many for one; or
/// says when to try again. What was typed as a login is kept as a hash: it may be a password.
pub(super) async fn count(
    context: &Context,
    kind: &str,
    login: &str,
) -> Result<Result<String, Timestamp>, store::Error> {
    let what = crate::hex(&secret::hash(&format!("{kind}\0{login}")));
    for _ in 0..TRIES {
        let seen = context.store.failures(&what).await?;
        let next = match throttle::next_attempt(seen, context.now) {
            Ok(next) => next,
            Err(until) => return Ok(Err(until)),
        };
        if context.store.count_attempt(&what, seen, next).await? {
            return Ok(Ok(what));
        }
    }
    Ok(Err(context.now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(context.now)))
}

/// The account of a login, if it is one and open, and by what its failures are counted.
async fn admit(
    context: &Context,
    kind: &str,
    login: &str,
) -> Result<(Option<Account>, String), SignInError> {
    let login: Option<Login> = login.parse().ok();
    let text = login.as_ref().map_or("", Login::as_str);
    let what = match count(context, kind, text).await? {
        Ok(what) => what,
        Err(until) => return Err(SignInError::Wait { until }),
    };
    let account = context.store.account_of_login(text).await?;
    Ok((account.filter(|account| account.disabled.is_none()), what))
}
