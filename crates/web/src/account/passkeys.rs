//! One's own passkeys.

use std::sync::Arc;

use app::access::{self, AccessError};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;

use super::{Happened, Proof, show};
use crate::error::{ApiError, PageError, Refusal};
use crate::frame::check_csrf;
use crate::guard::Visitor;
use crate::sign_in::passkeys_of;
use crate::site::Site;
use crate::words::minute;

/// A passkey in the list.
pub(super) struct PasskeyRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) since: String,
    pub(super) used: String,
}

/// One's passkeys.
pub(super) async fn rows(
    site: &Site,
    visitor: &access::SignedIn,
) -> Result<Vec<PasskeyRow>, AccessError> {
    let listed = access::passkeys(&site.context(), visitor).await?;
    Ok(listed
        .into_iter()
        .map(|one| PasskeyRow {
            id: one.id,
            name: one.name,
            since: minute(one.created),
            used: one
                .used
                .map_or("never used".to_owned(), |at| format!("last used {}", minute(at))),
        })
        .collect())
}

pub(crate) async fn begin(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Proof>,
) -> Result<Json<access::Begun>, ApiError> {
    check_csrf(&visitor, &form.csrf)?;
    let (context, present) = (site.context(), Some(form.present.as_str()));
    let passkeys = passkeys_of(&site)?;
    let begun = access::begin_passkey(&context, &site.access, passkeys, &visitor, present).await;
    Ok(Json(begun.map_err(Refusal::from)?))
}

/// What a device has made, and how it is to be called.
#[derive(Deserialize)]
pub(crate) struct Made {
    csrf: String,
    name: String,
    ceremony: String,
    answer: String,
}

pub(crate) async fn finish(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Made>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let (passkeys, made) = (passkeys_of(&site)?, (form.ceremony.as_str(), form.answer.as_str()));
    let context = site.context();
    let kept = access::finish_passkey(&context, passkeys, &visitor, &form.name, made).await;
    let said = "The passkey is kept. You can sign in with it from now on.";
    show(&site, &visitor, Happened::of(kept.map(|()| Happened::said(said)))?).await
}

/// Which passkey is to end.
#[derive(Deserialize)]
pub(crate) struct Ended {
    csrf: String,
    passkey: String,
}

pub(crate) async fn revoke(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Ended>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    access::revoke_passkey(&site.context(), &visitor, &form.passkey).await?;
    Ok(Redirect::to("/account").into_response())
}
