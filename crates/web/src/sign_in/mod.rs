//! Signing in and out. In a demonstration people are chosen instead.

mod openid;
mod passkey;

use std::sync::Arc;

use app::access::{self, Means, SignInError};
use app::hex;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame, check_csrf};
use crate::guard::{Perhaps, Visitor, cookie, set_cookie};
use crate::site::Site;

pub(crate) use openid::{
    back as openid_back, begin as begin_openid, link as link_openid, unlink as unlink_openid,
};
pub(crate) use passkey::{begin as begin_passkey, of as passkeys_of, submit as submit_passkey};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    to: String,
    login: String,
    fault: Option<String>,
    /// Who can be chosen in a demonstration, with what they come for.
    roles: Vec<(&'static str, access::Person)>,
    has_passkeys: bool,
    /// What the other directory is called, if there is one.
    directory: Option<String>,
}

/// What somebody of the demonstration comes for, by how they are called there.
fn came_for(login: &str) -> &'static str {
    match login {
        "officer" => "The whole service: who is open, who is silent, whom to ring first.",
        "region" => "The same for one region.",
        "lead" => "One trust: what to fix first, and sending evidence that moves the number.",
        "practice" => "One screen on a phone: are we all right, and who helps?",
        "unit" => "The practices whose computers this unit runs.",
        "auditor" => "What was known when, and a proof of it to take away.",
        _ => "",
    }
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    to: String,
}

pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    Perhaps(visitor): Perhaps,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let to = own_place(&wanted.to);
    if visitor.is_some() && !site.is_demo {
        return Ok(Redirect::to(to).into_response());
    }
    page(&site, to, "", None).await
}

/// So many people of a demonstration are offered: those of its story come first.
const DEMO_PEOPLE: usize = 12;

async fn page(
    site: &Site,
    to: &str,
    login: &str,
    fault: Option<String>,
) -> Result<Response, PageError> {
    let mut roles = if site.is_demo { site.people().await? } else { Vec::new() };
    roles.truncate(DEMO_PEOPLE);
    Ok(frame::html(&SignInPage {
        frame: Frame::open(site, "Sign in"),
        to: to.to_owned(),
        login: login.to_owned(),
        fault,
        roles: roles.into_iter().map(|person| (came_for(&person.login), person)).collect(),
        has_passkeys: site.passkeys.is_some(),
        directory: site.openid.as_ref().map(|it| it.name().to_owned()),
    }))
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    login: String,
    password: String,
    /// A one-time code instead of a password.
    #[serde(default)]
    code: String,
    #[serde(default)]
    to: String,
}

pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, PageError> {
    let context = site.context();
    let agent = agent(&headers);
    let code = form.code.trim();
    let way = if code.is_empty() { "password" } else { "code" };
    let result = if code.is_empty() {
        access::sign_in(&context, &site.access, &form.login, &form.password, agent).await
    } else {
        access::sign_in_with_code(&context, &site.access, &form.login, code, agent).await
    };
    let to = own_place(&form.to);
    match result {
        Ok(session) => {
            // Who came in by a code chooses a password first.
            let to = if code.is_empty() { to } else { "/account" };
            come_in(&site, &headers, (way, &session), to).await
        }
        Err(SignInError::App(error)) => Err(error.into()),
        // The same words whatever was wrong: which names exist is nobody's business.
        Err(refused) => {
            tell_refused(&site, way, Some(&form.login));
            let fault = format!("{}.", model::words::capital(&refused.to_string()));
            page(&site, to, &form.login, Some(fault)).await
        }
    }
}

/// Whom a visitor of the demonstration wants to be.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    person: String,
    #[serde(default)]
    to: String,
}

pub(crate) async fn choose_role(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Form(form): Form<Chosen>,
) -> Result<Response, PageError> {
    if !site.is_demo {
        return Err(Refusal::NotFound("People are chosen in a demonstration only.".into()).into());
    }
    let context = site.context();
    let everyone = site.people().await?;
    let person = everyone
        .iter()
        .find(|person| person.id == form.person)
        .ok_or_else(|| Refusal::NotFound("There is nobody of that name.".into()))?;
    let by = Means::Chosen;
    let session = access::start_session_for(&context, &person.id, by, agent(&headers)).await?;
    come_in(&site, &headers, ("choice", &session), own_place(&form.to)).await
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct SignOut {
    csrf: String,
}

pub(crate) async fn out(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
    Form(form): Form<SignOut>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    leave_old(&site, &headers).await?;
    // What was seen does not stay behind for whoever uses this browser next. Not "cookies": browsers would take
    // those of every service of the same domain.
    let gone = AppendHeaders([
        (header::SET_COOKIE, set_cookie(&site, None)),
        (CLEAR_SITE_DATA, "\"cache\", \"storage\"".to_owned()),
    ]);
    Ok((gone, Redirect::to("/sign-in")).into_response())
}

/// Gives the browser the session in place of the one that it had, and tells the operator who came in, and how.
async fn come_in(
    site: &Site,
    headers: &HeaderMap,
    (way, session): (&str, &access::NewSession),
    to: &str,
) -> Result<Response, PageError> {
    tracing::info!(way, caller = %session.person.id, "somebody signed in");
    leave_old(site, headers).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, set_cookie(site, Some(&session.secret)))]);
    Ok((cookie, Redirect::to(to)).into_response())
}

/// Tells the operator that somebody did not come in. Of a name that was typed only a hash is told, by which attempts
/// at one are known: people type passwords there.
fn tell_refused(site: &Site, way: &str, login: Option<&str>) {
    site.metrics.sign_in_failures.inc();
    let login = login.map(|login| {
        let hash: [u8; 32] = Sha256::digest(login.trim().to_lowercase()).into();
        hex(hash.first_chunk::<8>().map_or(&[][..], |part| part))
    });
    tracing::warn!(way, login, "a sign-in was refused");
}

/// Ends the session that the browser had.
async fn leave_old(site: &Site, headers: &HeaderMap) -> Result<(), PageError> {
    if let Some(secret) = cookie(site, headers) {
        access::sign_out(&site.context(), secret).await?;
    }
    Ok(())
}

fn agent(headers: &HeaderMap) -> &str {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    text.unwrap_or("not said")
}

/// A place of this site, or its start: an address from outside leads nowhere else.
fn own_place(to: &str) -> &str {
    let is_own = to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains(|c: char| c == '\\' || c.is_control());
    if is_own && !to.starts_with("/sign-") { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_place;

    #[test]
    fn signing_in_leads_to_places_of_this_site_only() {
        assert_eq!(own_place("/situation?advisory=MS17-010"), "/situation?advisory=MS17-010");
        for foreign in [
            "",
            "https://example.org/",
            "//example.org",
            "/\\example.org",
            "/\t/example.org",
            "/sign-out",
        ] {
            assert_eq!(own_place(foreign), "/", "{foreign}");
        }
    }
}
