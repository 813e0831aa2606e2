//! The same answer for programs.

use std::sync::Arc;

use app::exposure::answer::{Asked, Counts};
use axum::Json;
use axum::extract::{Path, Query, State};
use model::verdict::Verdict;
use serde::Serialize;

use super::asked;
use crate::error::ApiError;
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::WhenQuery;

/// Who is open to an advisory.
#[derive(Serialize)]
pub(crate) struct Exposure {
    advisory: String,
    /// Whether the knowledge has something of that name.
    is_known: bool,
    as_at: String,
    as_known: String,
    knowledge_built_at: String,
    freshness: String,
    total: Sums,
    organisations: Vec<Organisation>,
}

/// Hosts by verdict. The unseen are among the unknown.
#[derive(Serialize)]
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

#[derive(Serialize)]
struct Organisation {
    code: String,
    name: String,
    kind: Option<&'static str>,
    region: Option<String>,
    evidence_median_days: Option<u32>,
    #[serde(rename = "hosts")]
    sums: Sums,
}

pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(advisory): Path<String>,
    Query(when): Query<WhenQuery>,
) -> Result<Json<Exposure>, ApiError> {
    let when = when.read()?;
    let asked = asked(&site, &visitor.caller, vec![advisory], when).await?;
    Ok(Json(exposure(asked)))
}

fn exposure(asked: Asked) -> Exposure {
    let mut all = Counts::default();
    let mut organisations = Vec::new();
    let (mut advisory, mut is_known) = (String::new(), false);
    for answer in asked.answers {
        advisory = answer.advisory;
        is_known = !answer.is_unresolved;
        for row in answer.organisations {
            all.absorb(&row.counts);
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
    Exposure {
        advisory,
        is_known,
        as_at: asked.as_at.to_string(),
        as_known: asked.as_known.to_string(),
        knowledge_built_at: asked.knowledge_built_at.to_string(),
        freshness: asked.freshness,
        total: sums(&all),
        organisations,
    }
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
