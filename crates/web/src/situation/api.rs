//! The same answer for programs.

use std::sync::Arc;

use app::exposure::answer::{Asked, Counts};
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use model::verdict::Verdict;
use serde::Serialize;
use utoipa::ToSchema;

use super::asked;
use crate::advisory::unknown;
use crate::error::{ApiError, Refusal};
use crate::guard::Visitor;
use crate::paging::{PageQuery, Paged, Part, cursor};
use crate::site::Site;
use crate::when::WhenQuery;

/// Who is open to an advisory.
#[derive(Serialize, ToSchema)]
pub(crate) struct Exposure {
    /// As it was asked for.
    advisory: String,
    /// The day that is judged.
    #[schema(format = Date)]
    as_at: String,
    /// What the record held at this instant counts.
    #[schema(format = DateTime)]
    as_known: String,
    /// When the knowledge of flaws was put together.
    #[schema(format = DateTime)]
    knowledge_built_at: String,
    /// The policy by which evidence ages.
    freshness: String,
    /// All organisations that the caller may see, those of other pages too.
    total: Sums,
    /// In the order of their codes.
    organisations: Vec<Organisation>,
    /// `after` of the next page; none at the end.
    next: Option<String>,
}

/// Hosts by verdict. The unseen are among the unknown.
#[derive(Serialize, ToSchema)]
#[schema(as = ExposureSums)]
pub(crate) struct Sums {
    hosts: u64,
    affected: u64,
    unknown: u64,
    mitigated: u64,
    fixed: u64,
    not_affected: u64,
    /// Expected and never seen.
    never_seen: u64,
    /// Organisations that have shown nothing, and of which nobody knows how many hosts they have.
    of_unknown_size: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExposedOrganisation)]
struct Organisation {
    code: String,
    name: String,
    kind: Option<&'static str>,
    region: Option<String>,
    /// Half of its evidence is older; none without evidence.
    evidence_median_days: Option<u32>,
    #[serde(rename = "hosts")]
    sums: Sums,
}

/// The cursors of this list are its own.
const LIST: &str = "exposure";

/// Who is open to an advisory
#[utoipa::path(
    get,
    path = "/api/v1/exposure/{advisory}",
    tag = "exposure",
    params(
        ("advisory" = String, Path, description = "An advisory, a CVE or a KB, such as MS17-010"),
        WhenQuery,
        PageQuery,
    ),
    responses(
        (status = 200, description = "Each organisation that the caller may see, by verdict", body = Exposure),
    ),
)]
pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Path(advisory): Path<String>,
    Query(when): Query<WhenQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<Exposure>, ApiError> {
    let (when, part) = (when.of_program()?, page.read(LIST)?);
    let asked = asked(&site, &visitor.caller, vec![advisory], when).await?;
    let document = exposure(asked, &part)?;
    Ok(Paged { next: document.next.clone(), document, asked: uri })
}

fn exposure(asked: Asked, part: &Part) -> Result<Exposure, Refusal> {
    let mut all = Counts::default();
    let mut organisations = Vec::new();
    let mut advisory = String::new();
    let mut is_more = false;
    for answer in asked.answers {
        // Sums of an advisory that nobody knows read as if nobody were open to it.
        if answer.is_unresolved {
            return Err(unknown(&answer.advisory));
        }
        advisory = answer.advisory;
        for row in answer.organisations {
            all.absorb(&row.counts);
            if part.after.as_deref().is_some_and(|after| row.code.as_str() <= after) {
                continue;
            }
            if organisations.len() == part.limit {
                is_more = true;
                continue;
            }
            organisations.push(Organisation {
                code: row.code.to_string(),
                name: row.name,
                kind: row.kind.map(model::organisation::OrganisationKind::code),
                region: row.region.map(|region| region.to_string()),
                evidence_median_days: row.age.median_days,
                sums: sums(&row.counts),
            });
        }
    }
    let last = organisations.last().filter(|_| is_more);
    Ok(Exposure {
        next: last.map(|last| cursor(LIST, &last.code)),
        advisory,
        as_at: asked.as_at.to_string(),
        as_known: asked.as_known.to_string(),
        knowledge_built_at: asked.knowledge_built_at.to_string(),
        freshness: asked.freshness,
        total: sums(&all),
        organisations,
    })
}

fn sums(counts: &Counts) -> Sums {
    Sums {
        hosts: counts.hosts(),
        affected: counts.of(Verdict::Affected),
        unknown: counts.of(Verdict::Unknown),
        mitigated: counts.of(Verdict::Mitigated),
        fixed: counts.of(Verdict::Fixed),
        not_affected: counts.of(Verdict::NotAffected),
        never_seen: counts.unseen,
        of_unknown_size: counts.of_unknown_size,
    }
}
