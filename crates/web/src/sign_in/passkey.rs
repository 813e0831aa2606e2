//! Signing in with a passkey: the script asks for a challenge, the device signs it, the form sends it.

use std::sync::Arc;

use app::access::{self, SignInError};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Form, Json};
use serde::Deserialize;

use super::{agent, come_in, own_place, page, tell_refused};
use crate::error::{ApiError, PageError, Refusal};
use crate::site::Site;

/// Passkeys of a site that has an address for them.
pub(crate) fn of(site: &Site) -> Result<&access::Passkeys, Refusal> {
    let none = || Refusal::NotFound("Passkeys are not set up here.".to_owned());
    site.passkeys.as_ref().ok_or_else(none)
}

pub(crate) async fn begin(State(site): State<Arc<Site>>) -> Result<Json<access::Begun>, ApiError> {
    Ok(Json(access::begin_sign_in(&site.context(), of(&site)?).await?))
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Signed {
    ceremony: String,
    answer: String,
    #[serde(default)]
    to: String,
}

pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Form(form): Form<Signed>,
) -> Result<Response, PageError> {
    let shown = (form.ceremony.as_str(), form.answer.as_str());
    let to = own_place(&form.to);
    let context = site.context();
    match access::sign_in_with_passkey(&context, of(&site)?, shown, agent(&headers)).await {
        Ok(session) => come_in(&site, &headers, ("passkey", &session), to).await,
        Err(SignInError::App(error)) => Err(error.into()),
        Err(refused) => {
            tell_refused(&site, "passkey", None);
            let fault = format!("{}.", model::words::capital(&refused.to_string()));
            page(&site, to, "", Some(fault)).await
        }
    }
}
