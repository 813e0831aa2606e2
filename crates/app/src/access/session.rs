//! Sessions: who is signed in, until when, and how that ends.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use store::{Account, Session};

use super::error::AccessError;
use super::fold::{AccessState, Emergency};
use super::fresh::expect_fresh_here;
use super::grant::Grant;
use super::scope::{Power, of_emergency, of_grant};
use super::settings::AccessSettings;
use super::{kept, reach, secret, throttle};
use crate::context::{Caller, Context};
use crate::error::Error;

/// After this time without a request a session ends: NIST SP 800-63B (4.2.3), for its second level
/// of assurance. ASVS 5.0 (7.1.1, 7.3.1) asks that it be said.
pub const IDLE_TIME: SignedDuration = SignedDuration::from_mins(30);
/// After this time a session ends, whatever is done in it: the same source (ASVS 5.0, 7.3.2).
pub const ABSOLUTE_TIME: SignedDuration = SignedDuration::from_hours(12);
/// A session that was seen so recently is not written again.
const TOUCH_TIME: SignedDuration = SignedDuration::from_secs(60);
/// As much is kept of what a browser says of itself.
const AGENT_CHARACTERS: usize = 200;

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account's identity, as the record names them.
    pub id: String,
    /// What they type to sign in.
    pub login: String,
    /// Their name.
    pub name: String,
}

/// By what means somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Means {
    /// A password.
    Password,
    /// The one-time code that somebody who manages people gave them.
    Invitation,
    /// A recovery code that they had printed.
    RecoveryCode,
    /// A passkey.
    Passkey,
    /// Another directory, by OpenID Connect.
    OpenId,
    /// They chose who to be: demonstration only.
    Chosen,
    /// An API token: a program.
    Token,
}

/// A session that has begun, with its secret, which is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The secret, for the browser's cookie.
    pub secret: String,
    /// Who it is.
    pub person: Person,
    /// When it ends at the latest.
    pub expires: Timestamp,
}

/// Somebody who is signed in, with all that they may do at this moment.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who it is.
    pub person: Person,
    /// The session's identity: its hash in hexadecimal digits; none with a token.
    pub session: Option<String>,
    /// What they may do.
    pub caller: Caller,
    /// Their roles.
    pub grants: Vec<Grant>,
    /// The emergency access that they have at the moment.
    pub emergencies: Vec<Emergency>,
    /// What every form of theirs must carry; empty with a token.
    pub csrf: String,
    /// When they signed in.
    pub began: Timestamp,
    /// When it ends if nothing more is done.
    pub expires: Timestamp,
    /// By what means they showed who they are.
    pub means: Means,
}

/// A session as its owner may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Its identity, by which it is revoked.
    pub id: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
    /// When it ends at the latest.
    pub expires: Timestamp,
    /// By what means it began.
    pub means: Means,
    /// With what program, in its own words.
    pub agent: String,
    /// Whether it is the one that asks.
    pub is_own: bool,
}

impl Means {
    /// All means.
    pub const ALL: [Self; 7] = [
        Self::Password,
        Self::Invitation,
        Self::RecoveryCode,
        Self::Passkey,
        Self::OpenId,
        Self::Chosen,
        Self::Token,
    ];

    /// The name in rows and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Invitation => "invitation",
            Self::RecoveryCode => "recovery-code",
            Self::Passkey => "passkey",
            Self::OpenId => "open-id",
            Self::Chosen => "chosen",
            Self::Token => "token",
        }
    }

    /// The means of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.code() == code)
    }
}

impl SignedIn {
    /// Whether a form carries what a form of this session must carry.
    pub fn csrf_holds(&self, given: &str) -> bool {
        !self.csrf.is_empty() && secret::are_same(&self.csrf, given)
    }

    /// The account, if a person asks and not a program.
    pub(super) fn in_person(&self) -> Result<&str, AccessError> {
        match self.means {
            Means::Token => Err(AccessError::SignedInOnly),
            _ => Ok(&self.person.id),
        }
    }

    /// The account, if somebody signed in as themselves: nobody who was chosen in a demonstration.
    pub(super) fn in_own_name(&self) -> Result<&str, AccessError> {
        match self.means {
            Means::Chosen => Err(AccessError::ChosenOnly),
            _ => self.in_person(),
        }
    }
}

/// Secrets are not shown.
impl fmt::Debug for NewSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSession")
            .field("person", &self.person)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// What protects forms is not shown.
impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("person", &self.person)
            .field("caller", &self.caller)
            .field("means", &self.means)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Who is signed in with a session's secret, and what they may do at this moment; `None` where the
/// session has ended or never was, or the account is closed.
pub async fn signed_in(context: &Context, secret: &str) -> Result<Option<SignedIn>, Error> {
    let hash = secret::hash(secret);
    let Some(session) = context.store.session(&hash).await? else { return Ok(None) };
    if !is_live(&session, context.now) {
        return Ok(None);
    }
    let Some(account) = open_account(context, &session.account).await? else { return Ok(None) };
    // Of means that another version knows nothing is derived.
    let Some(means) = Means::of_code(&session.means) else { return Ok(None) };
    let is_old = context.now.duration_since(session.seen) >= TOUCH_TIME;
    if is_old && context.store.may_write() {
        context.store.touch_session(&hash, context.now).await?;
    }
    let standing = standing(context, &account.id).await?;
    let idle = context.now.saturating_add(IDLE_TIME).unwrap_or(session.expires);
    Ok(Some(SignedIn {
        caller: Caller::with_powers(account.id.clone(), standing.powers),
        person: person(account),
        session: Some(crate::hex(&hash)),
        grants: standing.grants,
        emergencies: standing.emergencies,
        csrf: secret::csrf(secret),
        began: session.created,
        expires: session.expires.min(idle),
        means,
    }))
}

/// Begins a session for somebody who has shown by other means who they are. Its secret is new: none
/// that a browser had before goes on (ASVS 5.0, 7.2.4).
pub async fn start_session_for(
    context: &Context,
    account: &str,
    means: Means,
    agent: &str,
) -> Result<NewSession, Error> {
    let account = open_account(context, account).await?;
    let account = account.ok_or(Error::NoAccount)?;
    start(context, account, means, agent).await
}

pub(super) async fn start(
    context: &Context,
    account: Account,
    means: Means,
    agent: &str,
) -> Result<NewSession, Error> {
    let now = context.now;
    let ended = now.saturating_sub(IDLE_TIME).unwrap_or(now);
    context.store.sweep_sessions(now, ended).await?;
    let forgotten = now.saturating_sub(throttle::MEMORY).unwrap_or(now);
    context.store.sweep_failures(forgotten).await?;
    let secret = secret::new_secret()?;
    let expires = now.saturating_add(ABSOLUTE_TIME).unwrap_or(now);
    let session = Session {
        hash: secret::hash(&secret).to_vec(),
        account: account.id.clone(),
        created: now,
        seen: now,
        expires,
        means: means.code().to_owned(),
        agent: agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARACTERS).collect(),
    };
    context.store.add_session(&session).await?;
    Ok(NewSession { secret, person: person(account), expires })
}

/// Ends the session of a secret, if there is one.
pub async fn sign_out(context: &Context, secret: &str) -> Result<(), Error> {
    let hash = secret::hash(secret);
    if let Some(session) = context.store.session(&hash).await? {
        context.store.end_session(&session.account, &hash).await?;
    }
    Ok(())
}

/// One's own sessions that have not ended, the oldest first.
pub async fn sessions(context: &Context, who: &SignedIn) -> Result<Vec<OpenSession>, AccessError> {
    let sessions = context.store.sessions(who.in_person()?).await?;
    let live = sessions.into_iter().filter(|session| is_live(session, context.now));
    let open = live.filter_map(|session| {
        let id = crate::hex(&session.hash);
        Some(OpenSession {
            is_own: who.session.as_ref() == Some(&id),
            id,
            created: session.created,
            seen: session.seen,
            expires: session.expires,
            means: Means::of_code(&session.means)?,
            agent: session.agent,
        })
    });
    Ok(open.collect())
}

/// Ends one of one's own sessions; `false` if there is none of that identity. The present password must be
/// given, or one must have signed in a moment ago: else whoever finds a browser open could shut its owner out
/// (ASVS 5.0, 7.5.2).
pub async fn revoke_session(
    context: &Context,
    settings: &AccessSettings,
    (who, present): (&SignedIn, Option<&str>),
    session: &str,
) -> Result<bool, AccessError> {
    let account = expect_fresh_here(context, settings, who, present).await?;
    let Some(hash) = secret::unhex(session) else { return Ok(false) };
    Ok(context.store.end_session(account, &hash).await?)
}

/// Ends all of one's own sessions but the one that asks, as [`revoke_session`] does; says how many.
pub async fn revoke_other_sessions(
    context: &Context,
    settings: &AccessSettings,
    (who, present): (&SignedIn, Option<&str>),
) -> Result<u64, AccessError> {
    let account = expect_fresh_here(context, settings, who, present).await?;
    let own = who.session.as_deref().and_then(secret::unhex);
    Ok(context.store.end_sessions(account, own.as_deref()).await?)
}

/// Ends all of one's own sessions, as [`revoke_session`] does; says how many.
pub async fn revoke_all_sessions(
    context: &Context,
    settings: &AccessSettings,
    (who, present): (&SignedIn, Option<&str>),
) -> Result<u64, AccessError> {
    let account = expect_fresh_here(context, settings, who, present).await?;
    Ok(context.store.end_sessions(account, None).await?)
}

/// What somebody has and may do at this moment.
pub(super) struct Standing {
    pub(super) grants: Vec<Grant>,
    pub(super) emergencies: Vec<Emergency>,
    /// All of it.
    pub(super) powers: Vec<Power>,
    /// Without emergency access, which is a person's and no program's.
    pub(super) lasting: Vec<Power>,
}

/// What an account has and may do at this moment.
pub(super) async fn standing(context: &Context, account: &str) -> Result<Standing, Error> {
    let AccessState { mut grants, emergencies, .. } = kept::of_account(context, account).await?;
    let held = grants.remove(account).unwrap_or_default();
    let emergencies: Vec<Emergency> = emergencies
        .into_iter()
        .filter(|one| one.account == account && one.holds_at(context.now))
        .collect();
    let mut powers = Vec::new();
    for one in &held {
        powers.extend(of_grant(one, reach::reached(context, &one.grant).await?));
    }
    let lasting = powers.clone();
    powers.extend(emergencies.iter().map(of_emergency));
    let grants = held.into_iter().map(|one| one.grant).collect();
    Ok(Standing { grants, emergencies, powers, lasting })
}

/// An account that is not closed.
pub(super) async fn open_account(context: &Context, id: &str) -> Result<Option<Account>, Error> {
    Ok(context.store.account(id).await?.filter(|account| account.disabled.is_none()))
}

pub(super) fn person(account: Account) -> Person {
    Person { id: account.id, login: account.login, name: account.name }
}

fn is_live(session: &Session, now: Timestamp) -> bool {
    let idle = now.duration_since(session.seen);
    now < session.expires && idle < IDLE_TIME
}
