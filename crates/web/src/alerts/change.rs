//! What those who write alerts do with one: submit, approve, send back, supersede, withdraw, close.

use std::sync::Arc;

use app::alerts::{self, Change};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::number_of;
use crate::error::{PageError, Refusal};
use crate::frame::check_csrf;
use crate::guard::Visitor;
use crate::site::Site;

/// What is done, and why.
#[derive(Deserialize)]
pub(crate) struct ChangeForm {
    csrf: String,
    #[serde(rename = "do", default)]
    what: String,
    #[serde(default)]
    reason: String,
    /// How often something had been said of it when it was read.
    #[serde(default)]
    seen: Option<usize>,
    /// The other, where one is put in its place.
    #[serde(default)]
    by: String,
}

pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<String>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let number = number_of(&number)?;
    let change = read(&form.what, &form.by)?;
    let books = (&*site.alerts, &*site.desk);
    let reason = Some(form.reason.as_str());
    alerts::change(&site.context(), &visitor.caller, books, number, (&change, form.seen), reason)
        .await?;
    Ok(Redirect::to(&format!("/alerts/{number}")).into_response())
}

/// What is to be done; a new version is written elsewhere.
pub(super) fn read(what: &str, by: &str) -> Result<Change, Refusal> {
    Ok(match what {
        "submit" => Change::Submit,
        "approve" => Change::Approve,
        "send-back" => Change::SendBack,
        "withdraw" => Change::Withdraw,
        "close" => Change::Close,
        "supersede" => {
            let by = by.trim();
            let number = by.parse().map_err(|_| {
                Refusal::Wrong("Say which alert stands in its place, by its number.".to_owned())
            })?;
            Change::Supersede(number)
        }
        _ => {
            return Err(Refusal::Wrong(
                "Say what is to be done: choose it from the list.".to_owned(),
            ));
        }
    })
}
