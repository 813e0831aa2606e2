//! Signing in by another directory, and linking who one is there.

use std::sync::Arc;

use app::access::{self, Came, OpenId, Returned, SignInError};
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::{agent, come_in, own_place, page, tell_refused};
use crate::account;
use crate::error::{PageError, Refusal, tell};
use crate::frame::check_csrf;
use crate::guard::{Perhaps, Visitor, openid_cookie, set_openid_cookie};
use crate::site::Site;

/// The directory of a site that has one.
fn of(site: &Site) -> Result<&OpenId, Refusal> {
    let none = || Refusal::NotFound("No other directory is set up here.".to_owned());
    site.openid.as_ref().ok_or_else(none)
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    to: String,
}

pub(crate) async fn begin(
    State(site): State<Arc<Site>>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, PageError> {
    let to = own_place(&wanted.to);
    match access::begin_open_id(&site.context(), of(&site)?, to).await {
        Ok(sent) => Ok(sent_away(&site, &sent)),
        Err(error) => page(&site, to, "", Some(fault(error)?)).await,
    }
}

pub(crate) async fn link(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<account::Proof>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let (context, present) = (site.context(), Some(form.present.as_str()));
    let sent = access::begin_link(&context, &site.access, of(&site)?, &visitor, present).await;
    match sent {
        Ok(sent) => Ok(sent_away(&site, &sent)),
        Err(error) => account::refused(&site, &visitor, error).await,
    }
}

pub(crate) async fn unlink(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<account::Proof>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    access::unlink(&site.context(), of(&site)?, &visitor).await?;
    Ok(Redirect::to("/account").into_response())
}

/// A browser is back. It is the cookie that says that it was sent from here: a page elsewhere can make a
/// browser come by, and not give it that.
pub(crate) async fn back(
    State(site): State<Arc<Site>>,
    Perhaps(visitor): Perhaps,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, PageError> {
    let (context, directory) = (site.context(), of(&site)?);
    let came = match openid_cookie(&site, &headers) {
        Some(ceremony) => {
            let (who, back) = (visitor.as_deref(), (ceremony, &returned));
            access::return_open_id(&context, directory, who, back, agent(&headers)).await
        }
        None => Err(SignInError::Unproven),
    };
    let response = match came {
        Ok(Came::In(session, to)) => {
            come_in(&site, &headers, ("another directory", &session), own_place(&to)).await?
        }
        Ok(Came::Linked) => Redirect::to("/account").into_response(),
        Err(error) => {
            tell_refused(&site, "another directory", None);
            let fault = fault(error)?;
            match &visitor {
                Some(visitor) => account::with_fault(&site, visitor, fault).await?,
                None => page(&site, "/", "", Some(fault)).await?,
            }
        }
    };
    // What it was good for is over.
    Ok((AppendHeaders([(header::SET_COOKIE, set_openid_cookie(&site, None))]), response)
        .into_response())
}

fn sent_away(site: &Site, sent: &access::Sent) -> Response {
    let cookie = set_openid_cookie(site, Some(&sent.ceremony));
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&sent.url)).into_response()
}

/// What is said beside the form; the operator reads more.
fn fault(error: SignInError) -> Result<String, PageError> {
    match error {
        SignInError::App(error) => Err(error.into()),
        refused => {
            if let SignInError::Directory(_) = &refused {
                tell(&refused, "the other directory let nobody in");
            }
            Ok(format!("{}.", model::words::capital(&refused.to_string())))
        }
    }
}
