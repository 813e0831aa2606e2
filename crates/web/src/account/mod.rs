//! One's own account: who one is here, and where one is signed in.

mod passkeys;
mod tokens;

use std::sync::Arc;

use app::access::{self, AccessError, Means};
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::error::{PageError, beside_form};
use crate::frame::{self, Frame, check_csrf, role_words};
use crate::guard::Visitor;
use crate::site::Site;
use crate::words::minute;

pub(crate) use passkeys::{
    begin as begin_passkey, finish as finish_passkey, revoke as revoke_passkey,
};
pub(crate) use tokens::{create as create_token, revoke as revoke_token};

use passkeys::PasskeyRow;
use tokens::TokenRow;

#[derive(askama::Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    login: String,
    grants: Vec<String>,
    sessions: Vec<SessionRow>,
    /// Who came in by a code need not know the password they had.
    needs_present: bool,
    /// Whether the present password is to be given before something is made that lets in, or is ended.
    is_stale: bool,
    may_change: bool,
    codes_left: usize,
    /// Codes that were just made: shown this once.
    codes: Vec<String>,
    /// None where the site has none.
    passkeys: Option<Vec<PasskeyRow>>,
    directory: Option<Directory>,
    tokens: Vec<TokenRow>,
    /// A token that was just made: shown this once.
    token: Option<String>,
    said: Option<String>,
    fault: Option<String>,
}

/// Another directory by which one may sign in.
struct Directory {
    name: String,
    is_linked: bool,
}

struct SessionRow {
    id: String,
    agent: String,
    since: String,
    seen: String,
    is_this: bool,
}

/// What just happened.
#[derive(Default)]
struct Happened {
    codes: Vec<String>,
    said: Option<&'static str>,
    fault: Option<String>,
    token: Option<String>,
}

impl Happened {
    /// What was done, or why it was not.
    fn of(done: Result<Self, AccessError>) -> Result<Self, PageError> {
        done.or_else(|error| Ok(Self { fault: Some(beside_form(error)?), ..Self::default() }))
    }

    /// That something was done.
    fn said(said: &'static str) -> Self {
        Self { said: Some(said), ..Self::default() }
    }
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
) -> Result<Response, PageError> {
    show(&site, &visitor, Happened::default()).await
}

async fn show(
    site: &Site,
    visitor: &access::SignedIn,
    happened: Happened,
) -> Result<Response, PageError> {
    let context = site.context();
    let mut sessions = access::sessions(&context, visitor).await?;
    sessions.sort_by_key(|session| (!session.is_own, std::cmp::Reverse(session.seen)));
    Ok(frame::html(&AccountPage {
        codes_left: access::recovery_codes_left(&context, visitor).await?,
        codes: happened.codes,
        passkeys: match site.passkeys {
            Some(_) => Some(passkeys::rows(site, visitor).await?),
            None => None,
        },
        directory: match &site.openid {
            Some(openid) => Some(Directory {
                name: openid.name().to_owned(),
                is_linked: access::is_linked(&context, openid, visitor).await?,
            }),
            None => None,
        },
        tokens: tokens::rows(site, visitor).await?,
        token: happened.token,
        said: happened.said.map(ToOwned::to_owned),
        fault: happened.fault,
        needs_present: !matches!(visitor.means, Means::Invitation | Means::RecoveryCode),
        is_stale: !access::is_fresh(&context, visitor),
        may_change: visitor.means != Means::Chosen,
        frame: Frame::of(site, visitor, "Your account", "/account"),
        login: visitor.person.login.clone(),
        grants: visitor.grants.iter().map(role_words).collect(),
        sessions: sessions
            .into_iter()
            .map(|session| SessionRow {
                is_this: session.is_own,
                id: session.id,
                agent: session.agent,
                since: minute(session.created),
                seen: minute(session.seen),
            })
            .collect(),
    }))
}

/// The page with what was refused.
pub(crate) async fn refused(
    site: &Site,
    visitor: &access::SignedIn,
    error: AccessError,
) -> Result<Response, PageError> {
    show(site, visitor, Happened::of(Err(error))?).await
}

/// The page with what went wrong.
pub(crate) async fn with_fault(
    site: &Site,
    visitor: &access::SignedIn,
    fault: String,
) -> Result<Response, PageError> {
    show(site, visitor, Happened { fault: Some(fault), ..Happened::default() }).await
}

/// Which session to end; none: all others.
#[derive(Deserialize)]
pub(crate) struct End {
    csrf: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    present: String,
}

pub(crate) async fn end_sessions(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<End>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let context = site.context();
    let asked = (&*visitor, Some(form.present.as_str()));
    let ended = if form.session.is_empty() {
        access::revoke_other_sessions(&context, &site.access, asked).await.map(|_| ())
    } else {
        access::revoke_session(&context, &site.access, asked, &form.session).await.map(|_| ())
    };
    match ended {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(error) => refused(&site, &visitor, error).await,
    }
}

/// A new password.
#[derive(Deserialize)]
pub(crate) struct NewPassword {
    csrf: String,
    #[serde(default)]
    present: String,
    new: String,
}

pub(crate) async fn password(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<NewPassword>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let present = Some(form.present.as_str()).filter(|present| !present.is_empty());
    let context = site.context();
    let set = access::set_password(&context, &site.access, &visitor, present, &form.new).await;
    let done = set.map(|()| {
        Happened::said(
            "Your password is set. Everywhere else you are signed out, and codes, tokens and \
             passkeys that were made before are no longer good.",
        )
    });
    show(&site, &visitor, Happened::of(done)?).await
}

/// That something is to be made that lets in, with the present password where it is asked for.
#[derive(Deserialize)]
pub(crate) struct Proof {
    pub(crate) csrf: String,
    #[serde(default)]
    pub(crate) present: String,
}

pub(crate) async fn codes(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Proof>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let (context, present) = (site.context(), Some(form.present.as_str()));
    let made = access::recovery_codes(&context, &site.access, &visitor, present).await;
    let said = "These are your new codes; those you had before work no more.";
    let done = made.map(|codes| Happened { codes, ..Happened::said(said) });
    show(&site, &visitor, Happened::of(done)?).await
}
