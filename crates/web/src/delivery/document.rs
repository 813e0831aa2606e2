//! How far an alert's messages are, for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::delivery::{self, Counts};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::alerts::number_of;
use crate::error::{ApiError, Refusal};
use crate::guard::Visitor;
use crate::site::Site;

/// How far telling people about an alert is, over the organisations that the caller may see
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryDocument {
    /// When this was so.
    as_of: String,
    alert: String,
    /// Whether this service has carriers at all: without them nobody is told.
    has_carriers: bool,
    organisations: CountsDocument,
    /// Messages by the way they go (`mail`, `sms`, `webhook`, `matrix`) and where they are (`queued`, `handed`,
    /// `accepted`, `temporary-failure`, `technical-failure`, `permanent-failure`, `expired`, `superseded`,
    /// `delivered`). `delivered` is a carrier's word and no acknowledgement.
    messages: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
}

/// Organisations
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryCounts)]
struct CountsDocument {
    /// Asked by the alert.
    asked: u64,
    /// Of whom a carrier says that somebody was reached, or who acknowledged.
    reached: u64,
    /// Of whom somebody acknowledged, in whatever way.
    acknowledged: u64,
    /// Whose people are being told.
    running: u64,
    /// Whom somebody who watches over them has taken on.
    taken_on: u64,
    /// Whose people were all told, and nobody has answered.
    exhausted: u64,
    /// Of whom nobody is known to have been reached.
    unreachable: u64,
    /// Of whom nobody was told anything, and who has not acknowledged.
    not_told: u64,
}

impl CountsDocument {
    const fn of(counts: &Counts) -> Self {
        Self {
            asked: counts.asked,
            reached: counts.reached,
            acknowledged: counts.acknowledged,
            running: counts.running,
            taken_on: counts.taken_on,
            exhausted: counts.exhausted,
            unreachable: counts.unreachable,
            not_told: counts.not_told,
        }
    }
}

/// How far telling people about an alert is
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{alert}/delivery",
    tag = "alerts",
    params(("alert" = String, Path, description = "The alert's number, such as A17M")),
    responses((status = 200, description = "Sums over those whom the caller may see", body = DeliveryDocument)),
)]
pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(alert): Path<String>,
) -> Result<Json<DeliveryDocument>, ApiError> {
    let alert = number_of(&alert)?;
    let context = site.context();
    let known = (&*site.alerts, &*site.desk);
    let seen =
        delivery::delivery(&context, &visitor.caller, known, alert).await.map_err(Refusal::from)?;
    let mut messages: BTreeMap<_, BTreeMap<_, u64>> = BTreeMap::new();
    for ((route, state), count) in &seen.counts.messages {
        messages.entry(route.code()).or_default().insert(state.code(), *count);
    }
    Ok(Json(DeliveryDocument {
        as_of: context.now.to_string(),
        alert: alert.to_string(),
        has_carriers: !site.postman.carriers().is_empty(),
        organisations: CountsDocument::of(&seen.counts),
        messages,
    }))
}
