//! What an organisation's hosts show, as VEX.

use std::sync::Arc;

use app::access::SignedIn;
use app::alerts::publish::{self, VexFile, VexOf};
use app::exposure::desk::Moment;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{JSON, Kept, answer, publisher};
use crate::alerts::number_of;
use crate::error::{ApiError, PageError, Refusal};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::when::{Asking, WhenQuery};

/// Of which flaws it is asked.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct VexQuery {
    /// Those of this alert, such as A17M. Without it and `advisory`: of all alerts that ask the organisation.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    alert: String,
    /// Those of this advisory, such as MS17-010.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    advisory: String,
}

/// Most characters of an advisory's name.
const MOST_NAME: usize = 100;

impl VexQuery {
    fn of(&self) -> Result<VexOf, Refusal> {
        let (alert, advisory) = (self.alert.trim(), self.advisory.trim());
        let is_sound = advisory.chars().count() <= MOST_NAME
            && advisory.chars().all(|c| !c.is_control() && c != '\u{2028}' && c != '\u{2029}');
        match (alert, advisory) {
            ("", "") => Ok(VexOf::AllAlerts),
            (alert, "") => number_of(alert).map(VexOf::Alert),
            ("", advisory) if is_sound => Ok(VexOf::Advisory(advisory.to_owned())),
            ("", _) => Err(Refusal::Wrong("No advisory has such a name.".to_owned())),
            _ => Err(Refusal::Wrong(
                "Say an alert or an advisory, not both: leave one of them out.".to_owned(),
            )),
        }
    }
}

async fn made(
    site: &Site,
    visitor: &SignedIn,
    (code, query): (&str, &VexQuery),
    moment: Moment,
) -> Result<VexFile, Refusal> {
    let (code, of, (publisher, _)) = (code_of(code)?, query.of()?, publisher(site)?);
    let (context, books) = (site.context(), (&*site.alerts, &*site.desk));
    let about = (&code, &of);
    Ok(publish::vex(&context, &visitor.caller, books, about, publisher, moment).await?)
}

/// VEX as a file to keep.
pub(crate) async fn file(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    asked: HeaderMap,
    Path(code): Path<String>,
    Query(query): Query<VexQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let made = made(&site, &visitor, (&code, &query), asking.when.moment()).await?;
    Ok(answer(&asked, (JSON, made.bytes), Kept::ByWhom(&made.name)))
}

/// What an organisation's hosts show of flaws, as CSAF VEX
///
/// Every status is that of the evidence. A risk that the organisation lives with stays `known_affected`, with a remediation
/// that says so.
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{code}/vex",
    tag = "organisations",
    params(("code" = String, Path, description = "The organisation's code"), VexQuery, WhenQuery),
    responses((status = 200, description = "A CSAF 2.0 document of the profile VEX", body = Object)),
)]
pub(crate) async fn vex_api(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    Query(query): Query<VexQuery>,
    Query(when): Query<WhenQuery>,
) -> Result<Response, ApiError> {
    let when = when.of_program()?.until(site.context().now)?;
    let made = made(&site, &visitor, (&code, &query), when.moment()).await?;
    Ok(([(header::CONTENT_TYPE, JSON)], made.bytes).into_response())
}
