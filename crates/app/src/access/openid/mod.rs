//! Signing in by another directory (OpenID Connect), beside the other ways and never instead.
//!
//! Who somebody is there is linked to who they are here by themselves, once they are signed in: never by
//! an address or a name, which a directory gives to somebody else tomorrow. Nobody is let in whom
//! nobody here has let in.

mod directory;

use serde::{Deserialize, Serialize};

use super::error::{AccessError, SignInError};
use super::fresh::expect_fresh_here;
use super::session::{self, Means, NewSession, SignedIn, open_account};
use super::settings::AccessSettings;
use super::{ceremony, secret};
use crate::context::Context;
use crate::error::Error;

pub use directory::{
    Answered, Asked, Fetch, FetchError, OpenId, OpenIdFault, OpenIdSettings, OpenIdSettingsError,
};

use directory::Started;

/// What the ceremonies are called in the store.
const SIGN_IN: &str = "openid/sign-in";
const LINK: &str = "openid/link";

/// A browser that is sent to a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Where to.
    pub url: String,
    /// The secret by which it comes back, for its cookie.
    pub ceremony: String,
}

/// What a browser brings back from a directory.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Returned {
    /// What the directory gives for a token.
    #[serde(default)]
    pub code: String,
    /// What it was sent with.
    #[serde(default)]
    pub state: String,
    /// Who says so (RFC 9207), if the directory says that.
    #[serde(default)]
    pub iss: Option<String>,
}

/// How a return ends.
#[derive(Debug, PartialEq, Eq)]
pub enum Came {
    /// Somebody is signed in, and goes on to where they wanted.
    In(NewSession, String),
    /// Who was signed in is linked now.
    Linked,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    started: Started,
    to: String,
}

/// Sends a browser to a directory to sign somebody in, who then goes on to a place of this site.
pub async fn begin_open_id(
    context: &Context,
    directory: &OpenId,
    to: &str,
) -> Result<Sent, SignInError> {
    let (url, started) = asked(context, directory).await?;
    let kept = Kept { started, to: to.to_owned() };
    let ceremony = ceremony::begin(context, SIGN_IN, "", &kept).await?;
    Ok(Sent { url, ceremony })
}

/// Sends the browser of who is signed in to a directory, to link who they are there. The present password
/// must be given, or they must have signed in a moment ago.
pub async fn begin_link(
    context: &Context,
    settings: &AccessSettings,
    directory: &OpenId,
    who: &SignedIn,
    present: Option<&str>,
) -> Result<Sent, AccessError> {
    who.in_own_name()?;
    let account = expect_fresh_here(context, settings, who, present).await?;
    let begun = asked(context, directory).await;
    let (url, started) = begun.map_err(|error| match error {
        SignInError::App(error) => AccessError::App(error),
        other => AccessError::Directory(Box::new(other)),
    })?;
    let kept = Kept { started, to: String::new() };
    let ceremony = ceremony::begin(context, LINK, account, &kept).await?;
    Ok(Sent { url, ceremony })
}

/// A browser is back: signs somebody in who is linked, or links who is signed in. `ceremony` is what
/// its cookie holds.
pub async fn return_open_id(
    context: &Context,
    directory: &OpenId,
    who: Option<&SignedIn>,
    (ceremony, returned): (&str, &Returned),
    agent: &str,
) -> Result<Came, SignInError> {
    let own = who.map_or("", |who| who.person.id.as_str());
    let mut begun = ceremony::end(context, SIGN_IN, "", ceremony).await?;
    let is_link = begun.is_none() && !own.is_empty();
    if is_link {
        begun = ceremony::end(context, LINK, own, ceremony).await?;
    }
    let Kept { started, to } = begun.ok_or(SignInError::Unproven)?;
    let is_theirs = returned.iss.as_deref().is_none_or(|iss| iss == directory.issuer());
    if !is_theirs || !secret::are_same(&started.state, &returned.state) {
        return Err(SignInError::Unproven);
    }
    let (asked, code) = (directory.clone(), returned.code.clone());
    let subject = apart(move || asked.finish(&code, &started)).await?;
    if is_link {
        link(context, directory, own, &subject).await?;
        return Ok(Came::Linked);
    }
    let kept = context.store.link(directory.issuer(), &subject).await?;
    let kept = kept.ok_or(SignInError::NotLinked)?;
    let account = open_account(context, &kept.account).await?.ok_or(SignInError::NotLinked)?;
    context.store.touch_link(&kept.issuer, &kept.subject, context.now).await?;
    Ok(Came::In(session::start(context, account, Means::OpenId, agent).await?, to))
}

/// Whether one is linked to a directory.
pub async fn is_linked(
    context: &Context,
    directory: &OpenId,
    who: &SignedIn,
) -> Result<bool, AccessError> {
    let links = context.store.links(who.in_person()?).await?;
    Ok(links.iter().any(|link| link.issuer == directory.issuer()))
}

/// Ends one's own links to a directory; says how many there were.
pub async fn unlink(
    context: &Context,
    directory: &OpenId,
    who: &SignedIn,
) -> Result<u64, AccessError> {
    Ok(context.store.remove_links(who.in_person()?, directory.issuer()).await?)
}

async fn link(
    context: &Context,
    directory: &OpenId,
    account: &str,
    subject: &str,
) -> Result<(), SignInError> {
    let link = store::Link {
        issuer: directory.issuer().to_owned(),
        subject: subject.to_owned(),
        account: account.to_owned(),
        created: context.now,
        used: None,
    };
    if context.store.add_link(&link).await? {
        return Ok(());
    }
    let kept = context.store.link(&link.issuer, subject).await?;
    if kept.is_some_and(|kept| kept.account == account) {
        return Ok(());
    }
    Err(SignInError::LinkedElsewhere)
}

async fn asked(context: &Context, directory: &OpenId) -> Result<(String, Started), SignInError> {
    let (directory, now) = (directory.clone(), context.now);
    apart(move || directory.begin(now)).await
}

/// Asks a directory where nobody waits for anything else.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpenIdFault> + Send + 'static,
) -> Result<T, SignInError> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| Error::damaged("answer", "the directory", error))?;
    done.map_err(SignInError::Directory)
}
