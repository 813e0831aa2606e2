//! Tokens for programs: what they may do, until when, shown once.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::access::{self, AccessError, NewToken, Permission};
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::SignedDuration;
use serde::Deserialize;

use super::{Happened, show};
use crate::error::{PageError, Refusal};
use crate::frame::check_csrf;
use crate::guard::Visitor;
use crate::site::Site;
use crate::words::minute;

/// What a token can be let do: reading, or reading and sending evidence.
const READING: [Permission; 2] = [Permission::SeeHosts, Permission::SeeRecord];

/// A token in the list.
pub(super) struct TokenRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) may: String,
    pub(super) until: String,
    pub(super) used: String,
}

/// One's tokens that still hold.
pub(super) async fn rows(
    site: &Site,
    visitor: &access::SignedIn,
) -> Result<Vec<TokenRow>, AccessError> {
    let context = site.context();
    let tokens = access::tokens(&context, visitor).await?;
    let holding =
        tokens.into_iter().filter(|token| token.revoked.is_none() && token.expires > context.now);
    Ok(holding
        .map(|token| TokenRow {
            id: token.id,
            name: token.name,
            may: token.permissions.iter().map(|it| it.label()).collect::<Vec<_>>().join(", "),
            until: minute(token.expires),
            used: token
                .used
                .map_or("never used".to_owned(), |at| format!("last used {}", minute(at))),
        })
        .collect())
}

/// What a new token is to be.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    csrf: String,
    name: String,
    days: u16,
    #[serde(default)]
    present: String,
    /// "on" where it may send evidence.
    #[serde(default)]
    sends: String,
    /// "on" where it may answer alerts.
    #[serde(default)]
    answers: String,
}

pub(crate) async fn create(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Wanted>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let context = site.context();
    let mut permissions = BTreeSet::from(READING);
    if form.sends == "on" {
        permissions.insert(Permission::AddEvidence);
    }
    if form.answers == "on" {
        permissions.insert(Permission::AnswerAlerts);
    }
    let length = SignedDuration::from_hours(24 * i64::from(form.days));
    let expires = context.now.checked_add(length);
    let expires = expires.map_err(|_| Refusal::Wrong("That is too many days.".to_owned()))?;
    let new = NewToken { name: form.name, permissions, organisations: None, expires };
    let present = Some(form.present.as_str());
    let made = access::new_token(&context, &site.access, &visitor, present, &new).await;
    let said = "Copy the token now: it is shown only once.";
    let done = made.map(|(_, secret)| Happened { token: Some(secret), ..Happened::said(said) });
    show(&site, &visitor, Happened::of(done)?).await
}

/// Which token is to end.
#[derive(Deserialize)]
pub(crate) struct Ended {
    csrf: String,
    token: String,
}

pub(crate) async fn revoke(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Ended>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    access::revoke_token(&site.context(), &visitor, &form.token).await?;
    Ok(Redirect::to("/account").into_response())
}
