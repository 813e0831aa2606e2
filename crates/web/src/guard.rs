//! Who stands at a door: finds out who comes, turns away who may not enter, and leaves with the
//! request what the handler needs to know of them.

use std::sync::Arc;

use app::access::{self, SignedIn};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::around::limits::{Refused, Said};
use crate::around::watch::{AskedBy, Watch};
use crate::door::{Door, Needs};
use crate::error::{ApiError, PageError, Refusal};
use crate::etag;
use crate::site::Site;

/// The cookie's name where TLS carries it: with the prefix no other host and no plain page can set it.
const SECURE: &str = "__Host-wardround";
/// Where there is no TLS: on this machine only.
const PLAIN: &str = "wardround";

/// A door with its site.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) site: Arc<Site>,
    pub(crate) door: Arc<Door>,
}

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// A cookie, which a browser sends of itself.
    Cookie,
    /// A token in the header, which only a program sends.
    Token,
}

/// Lets a request through, or answers it.
pub(crate) async fn stand(
    State(entry): State<Entry>,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = Asked {
        headers: request.headers().clone(),
        authority: request.uri().authority().map(ToString::to_string),
        is_change: !request.method().is_safe(),
        // What was to be changed is not changed by going there again.
        wanted: match request.uri().path_and_query() {
            Some(wanted) if request.method().is_safe() => wanted.to_string(),
            _ => "/".to_owned(),
        },
    };
    match admit(&entry, &asked).await {
        Ok(found) => {
            let whom = found.as_ref().map_or("", |found| &found.person.id).to_owned();
            let watch = request.extensions_mut().remove::<Arc<Watch>>();
            let said = match room_for(watch.as_deref(), &whom) {
                Ok(said) => said,
                Err(refused) => return asked_by(whom, refused.answer(entry.door.is_api)),
            };
            if let Some(signed_in) = found {
                request.extensions_mut().insert(Arc::new(signed_in));
            }
            let mut response = next.run(request).await;
            if entry.door.is_api && !asked.is_change {
                response = etag::tagged(&asked.headers, &whom, response).await;
            }
            if let Some(said) = said {
                response = said.on(response);
            }
            asked_by(whom, response)
        }
        Err(refusal) if entry.door.is_api => ApiError::from(refusal).into_response(),
        Err(refusal) => PageError::from(refusal).into_response(),
    }
}

/// Whether somebody who is signed in may ask once more, and what the answer says of that.
fn room_for(watch: Option<&Watch>, whom: &str) -> Result<Option<Said>, Refused> {
    let Some((watch, gate)) = watch.and_then(|watch| Some((watch, watch.gate.as_ref()?))) else {
        return Ok(None);
    };
    if whom.is_empty() {
        return Ok(None);
    }
    gate.admit(whom).map(Some).inspect_err(|refused| watch.metrics.rate_limited(refused.name()))
}

/// Leaves with an answer who asked, for the log.
fn asked_by(whom: String, mut response: Response) -> Response {
    if !whom.is_empty() {
        response.extensions_mut().insert(AskedBy(whom));
    }
    response
}

/// What of a request decides who enters.
struct Asked {
    headers: HeaderMap,
    /// The host, where the address names it.
    authority: Option<String>,
    is_change: bool,
    /// Path and query.
    wanted: String,
}

async fn admit(entry: &Entry, asked: &Asked) -> Result<Option<SignedIn>, Refusal> {
    if entry.door.needs == Needs::Carrier {
        return Ok(None);
    }
    let found = who(&entry.site, &asked.headers).await?;
    let by_token = matches!(found, Some((_, By::Token)));
    if asked.is_change && !by_token && !is_from_here(&asked.headers, asked.authority.as_deref()) {
        turned_away(entry, found.as_ref().map(|(found, _)| found), "not sent from here");
        return Err(Refusal::Foreign);
    }
    let unknown = || Refusal::NotSignedIn { wanted: asked.wanted.clone() };
    let signed_in = found.map(|(signed_in, _)| signed_in);
    match entry.door.needs {
        Needs::Nothing | Needs::Carrier => Ok(signed_in),
        Needs::SignedIn => signed_in.map(Some).ok_or_else(unknown),
        Needs::May(permission) => {
            let signed_in = signed_in.ok_or_else(unknown)?;
            if signed_in.caller.can(permission, None) {
                return Ok(Some(signed_in));
            }
            turned_away(entry, Some(&signed_in), "not allowed");
            Err(Refusal::NotAllowed)
        }
    }
}

/// Tells the operator whom a door turned away, and why.
fn turned_away(entry: &Entry, found: Option<&SignedIn>, why: &str) {
    let caller = found.map_or("", |found| found.person.id.as_str());
    tracing::warn!(door = entry.door.path, caller, why, "somebody was turned away");
}

async fn who(site: &Site, headers: &HeaderMap) -> Result<Option<(SignedIn, By)>, Refusal> {
    let context = site.context();
    if let Some(token) = bearer(headers) {
        let found = access::by_token(&context, token).await?;
        return Ok(found.map(|signed_in| (signed_in, By::Token)));
    }
    let Some(secret) = cookie(site, headers) else { return Ok(None) };
    let found = access::signed_in(&context, secret).await?;
    Ok(found.map(|signed_in| (signed_in, By::Cookie)))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The secret of the session, as the browser sent it.
pub(crate) fn cookie<'h>(site: &Site, headers: &'h HeaderMap) -> Option<&'h str> {
    cookie_of(cookie_name(site), headers)
}

/// By what a browser is known that was sent to another directory.
pub(crate) fn openid_cookie<'h>(site: &Site, headers: &'h HeaderMap) -> Option<&'h str> {
    cookie_of(openid_cookie_name(site), headers)
}

fn cookie_of<'h>(wanted: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    values
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

const fn cookie_name(site: &Site) -> &'static str {
    if site.is_plain { PLAIN } else { SECURE }
}

/// The header that gives the browser a session, or takes it away (`None`).
///
/// No `Max-Age`: the browser forgets it when it is closed, the record when it has been idle.
pub(crate) fn set_cookie(site: &Site, secret: Option<&str>) -> String {
    let secure = if site.is_plain { "" } else { "; Secure" };
    let name = cookie_name(site);
    match secret {
        Some(secret) => format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}"),
        None => format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    }
}

const fn openid_cookie_name(site: &Site) -> &'static str {
    if site.is_plain { "wardround-openid" } else { "__Host-wardround-openid" }
}

/// The header that lets a browser be known when it comes back from another directory, for five minutes;
/// or takes that away (`None`).
pub(crate) fn set_openid_cookie(site: &Site, secret: Option<&str>) -> String {
    let secure = if site.is_plain { "" } else { "; Secure" };
    let name = openid_cookie_name(site);
    let (value, age) = secret.map_or(("", 0), |secret| (secret, 300));
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

/// Whether a form was sent by a page of this site: by what the browser says of it, which no page can
/// set (Fetch Metadata; where it is missing, the origin). Without either it is refused.
fn is_from_here(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = text("origin").and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    // HTTP/2 says it in the address and not in a header.
    origin.is_some() && origin == text("host").or(authority)
}

/// Who came in, for a handler. Of a door that needs somebody it is always there.
pub(crate) struct Visitor(pub(crate) Arc<SignedIn>);

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let found = parts.extensions.get::<Arc<SignedIn>>().cloned();
        found
            .map(Self)
            .ok_or_else(|| PageError::from(Refusal::NotSignedIn { wanted: "/".to_owned() }))
    }
}

/// Who came in, if anybody is signed in.
pub(crate) struct Perhaps(pub(crate) Option<Arc<SignedIn>>);

impl<S: Send + Sync> FromRequestParts<S> for Perhaps {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Arc<SignedIn>>().cloned()))
    }
}
