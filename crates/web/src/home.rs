//! Where somebody begins, by what they may do.

use std::sync::Arc;

use app::Scope;
use app::access::Permission;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse as _, Redirect, Response};
use model::organisation::OrganisationKind;

use crate::error::{ApiError, PageError, Refusal};
use crate::guard::Visitor;
use crate::refused::API;
use crate::site::Site;

/// Whoever sees one organisation begins there, a practice with its one screen; all others with the
/// situation.
pub(crate) async fn start(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
) -> Result<Response, PageError> {
    if !visitor.caller.can(Permission::SeeHosts, None) {
        return Ok(Redirect::to("/account").into_response());
    }
    if let Scope::Organisations(codes) = &visitor.caller.scope
        && let [code] = codes.iter().collect::<Vec<_>>().as_slice()
    {
        let held = site.desk.held(&site.context()).await?;
        let kind = held.register().get(code).map(|organisation| organisation.kind);
        let place = match kind {
            Some(OrganisationKind::Practice) => format!("/organisations/{code}/practice"),
            _ => format!("/organisations/{code}"),
        };
        return Ok(Redirect::to(&place).into_response());
    }
    Ok(Redirect::to("/situation").into_response())
}

pub(crate) async fn not_found(asked: Uri) -> Response {
    if asked.path().starts_with(API) {
        let words = "Nothing is at this address. /api/v1/openapi.json says what there is.";
        return ApiError::from(Refusal::NotFound(words.to_owned())).into_response();
    }
    PageError::from(Refusal::NotFound(
        "Nothing is at this address. Begin at the start page, or search.".to_owned(),
    ))
    .into_response()
}
