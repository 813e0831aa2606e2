//! Readiness for programs.

use std::sync::Arc;

use app::readiness::{self, Line};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use model::organisation::OrganisationKind;
use response::readiness::{Claim, Month, Part, Row};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::list::ListQuery;
use crate::error::ApiError;
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::paging::{PageQuery, Paged, cursor};
use crate::site::Site;
use crate::when::WhenQuery;

/// How ready an organisation has shown itself to be.
#[derive(Serialize, ToSchema)]
#[schema(as = Readiness)]
pub(crate) struct ReadinessDocument {
    /// The day for which it is answered.
    #[schema(format = Date)]
    as_at: String,
    /// What the record held at this instant counts.
    #[schema(format = DateTime)]
    as_known: String,
    code: String,
    name: String,
    /// `not-shown`, `gaps`, `untested` or `ready`: no better than the worst part.
    verdict: &'static str,
    /// How many hosts it has; none where nobody knows.
    hosts: Option<u64>,
    /// Every part, always in the same order.
    parts: Vec<PartDocument>,
    /// Everything that it claimed, the first first.
    claims: Vec<ClaimDocument>,
    /// What was claimed and what was proved by the end of each month, since the first claim.
    series: Vec<MonthDocument>,
}

/// A part of readiness.
#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessPart)]
pub(crate) struct PartDocument {
    /// `coverage`, `freshness`, `exploited`, `overdue`, `answering`, `veracity` or `contacts`.
    part: &'static str,
    /// `not-shown`, `gaps`, `untested` or `shown`.
    level: &'static str,
    /// So many are shown.
    shown: u64,
    /// Of so many; none where nobody knows how many there are.
    of: Option<u64>,
    /// The newest day of what it rests on.
    #[schema(format = Date)]
    as_of: Option<String>,
    /// Why, in a sentence.
    because: String,
    /// What of the record it rests on, the worst first.
    rows: Vec<RowDocument>,
}

/// Something of the record that a part rests on.
#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessRow)]
pub(crate) struct RowDocument {
    alert: String,
    /// The number of the event in the record.
    event: u64,
    /// Whether it counts as shown.
    shown: bool,
    what: String,
}

/// Something that was claimed, and what evidence said to that.
#[derive(Serialize, ToSchema)]
#[schema(as = Claim)]
pub(crate) struct ClaimDocument {
    alert: String,
    /// The number of its event in the record.
    event: u64,
    /// When it was claimed.
    #[schema(format = DateTime)]
    at: String,
    /// `done` or `does-not-apply`.
    claim: &'static str,
    /// `borne-out`, `proved-late`, `contradicted`, `unproved` or `overtaken`.
    outcome: &'static str,
    /// When evidence first contradicted it, before it agreed.
    #[schema(format = DateTime)]
    contradicted: Option<String>,
    /// When evidence first agreed.
    #[schema(format = DateTime)]
    proved: Option<String>,
}

/// What was claimed and what was proved by the end of a month.
#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessMonth)]
pub(crate) struct MonthDocument {
    /// Its first day.
    #[schema(format = Date)]
    month: String,
    claimed: u64,
    borne_out: u64,
    late: u64,
    contradicted: u64,
    /// Claimed minus proved.
    gap: u64,
}

impl PartDocument {
    fn of(part: &Part) -> Self {
        Self {
            part: part.kind.code(),
            level: part.level.code(),
            shown: part.shown,
            of: part.of,
            as_of: part.as_of.map(|day| day.to_string()),
            because: part.because.clone(),
            rows: part.rows.iter().map(RowDocument::of).collect(),
        }
    }
}

impl RowDocument {
    fn of(row: &Row) -> Self {
        Self {
            alert: row.alert.to_string(),
            event: row.event,
            shown: row.is_shown,
            what: row.what.clone(),
        }
    }
}

impl ClaimDocument {
    fn of(claim: &Claim) -> Self {
        Self {
            alert: claim.alert.to_string(),
            event: claim.event,
            at: claim.at.to_string(),
            claim: if claim.is_not_applicable { "does-not-apply" } else { "done" },
            outcome: claim.outcome().code(),
            contradicted: claim.contradicted.map(|(_, at, _)| at.to_string()),
            proved: claim.proved.map(|(_, at)| at.to_string()),
        }
    }
}

impl MonthDocument {
    fn of(month: &Month) -> Self {
        Self {
            month: month.month.to_string(),
            claimed: month.sums.claimed,
            borne_out: month.sums.borne_out,
            late: month.sums.late,
            contradicted: month.sums.contradicted,
            gap: month.sums.gap(),
        }
    }
}

/// How ready an organisation has shown itself to be
///
/// In parts, each with what it rests on. Only what is shown counts: evidence that is missing never improves an answer.
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{code}/readiness",
    tag = "readiness",
    params(("code" = String, Path, description = "The organisation's code"), WhenQuery),
    responses((status = 200, description = "Its readiness", body = ReadinessDocument)),
)]
pub(crate) async fn api_one(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    Query(when): Query<WhenQuery>,
) -> Result<Json<ReadinessDocument>, ApiError> {
    let context = site.context();
    let when = when.of_program()?.until(context.now)?;
    let (code, books) = (code_of(&code)?, (&*site.alerts, &*site.desk));
    let seen = readiness::own(&context, &visitor.caller, books, &code, when.moment()).await?;
    let Line { name, hosts, readiness, .. } = &seen.answer;
    Ok(Json(ReadinessDocument {
        as_at: seen.as_at.to_string(),
        as_known: seen.as_known.to_string(),
        code: code.to_string(),
        name: name.clone(),
        verdict: readiness.verdict().verdict(),
        hosts: *hosts,
        parts: readiness.parts.iter().map(PartDocument::of).collect(),
        claims: readiness.claims.iter().map(ClaimDocument::of).collect(),
        series: readiness.series.iter().map(MonthDocument::of).collect(),
    }))
}

/// How ready organisations have shown themselves to be.
#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessList)]
pub(crate) struct ListDocument {
    /// The day for which it is answered.
    #[schema(format = Date)]
    as_at: String,
    /// What the record held at this instant counts.
    #[schema(format = DateTime)]
    as_known: String,
    /// In the order of their codes; `place` says who is least ready.
    organisations: Vec<LineDocument>,
    /// `after` of the next page; none at the end.
    next: Option<String>,
}

/// An organisation's readiness in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessLine)]
pub(crate) struct LineDocument {
    /// Its place among all whom the caller may see: the least ready has 1.
    place: usize,
    code: String,
    name: String,
    /// Its kind, where it is registered.
    kind: Option<&'static str>,
    /// The code of its region, where one is above it.
    region: Option<String>,
    /// `not-shown`, `gaps`, `untested` or `ready`.
    verdict: &'static str,
    /// How many hosts it has; none where nobody knows.
    hosts: Option<u64>,
    /// The part that is worst.
    worst: Option<&'static str>,
    /// Every part, always in the same order.
    parts: Vec<SummaryDocument>,
}

/// A part without what it rests on.
#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessSummary)]
pub(crate) struct SummaryDocument {
    part: &'static str,
    level: &'static str,
    shown: u64,
    of: Option<u64>,
}

/// Which organisations are meant; what is left out means all.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NarrowQuery {
    /// Text in the name or the code.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    q: String,
    /// The code of a region.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    region: String,
    /// A kind of organisation, such as `trust`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: String,
    /// `not-shown`, `gaps`, `untested` or `ready`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    verdict: String,
    /// Whose worst part it is.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    part: String,
}

/// The cursors of this list are its own.
const LIST: &str = "readiness";

/// How ready the organisations have shown themselves to be that the caller may see
#[utoipa::path(
    get,
    path = "/api/v1/readiness",
    tag = "readiness",
    params(NarrowQuery, WhenQuery, PageQuery),
    responses((status = 200, description = "A page of organisations", body = ListDocument)),
)]
pub(crate) async fn api_list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Query(narrow): Query<NarrowQuery>,
    Query(when): Query<WhenQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<ListDocument>, ApiError> {
    let context = site.context();
    let (when, part) = (when.of_program()?.until(context.now)?, page.read(LIST)?);
    let wanted = ListQuery::of([narrow.q, narrow.region, narrow.kind, narrow.verdict, narrow.part]);
    let (wanted, books) = (wanted.read()?, (&*site.alerts, &*site.desk));
    let seen = readiness::sector(&context, &visitor.caller, books, when.moment()).await?;
    let mut lines: Vec<(usize, &Line)> = (1..).zip(&seen.answer).collect();
    lines.retain(|(_, line)| wanted.holds(line));
    lines.retain(|(_, line)| part.after.as_deref().is_none_or(|after| line.code.as_str() > after));
    // Whoever becomes readier between two pages is neither lost nor told twice.
    lines.sort_by(|(_, a), (_, b)| a.code.cmp(&b.code));
    let is_more = lines.len() > part.limit;
    lines.truncate(part.limit);
    let last = lines.last().filter(|_| is_more);
    let next = last.map(|(_, line)| cursor(LIST, line.code.as_str()));
    let document = ListDocument {
        as_at: seen.as_at.to_string(),
        as_known: seen.as_known.to_string(),
        organisations: lines.into_iter().map(LineDocument::of).collect(),
        next: next.clone(),
    };
    Ok(Paged { document, next, asked: uri })
}

impl LineDocument {
    fn of((place, line): (usize, &Line)) -> Self {
        let own = &line.readiness;
        Self {
            place,
            code: line.code.to_string(),
            name: line.name.clone(),
            kind: line.kind.map(OrganisationKind::code),
            region: line.region.as_ref().map(ToString::to_string),
            verdict: own.verdict().verdict(),
            hosts: line.hosts,
            worst: own.worst().map(|part| part.kind.code()),
            parts: own
                .parts
                .iter()
                .map(|part| SummaryDocument {
                    part: part.kind.code(),
                    level: part.level.code(),
                    shown: part.shown,
                    of: part.of,
                })
                .collect(),
        }
    }
}
