//! The answer as one JSON document.

use app::exposure::answer::{Asked, Counts, OrganisationAnswer, SectorAnswer};
use model::verdict::Verdict;
use serde_json::{Value, json};

use crate::error::CliError;

/// The document; schema: `schema/exposure.schema.json`.
pub(super) fn document(asked: &Asked) -> Result<String, CliError> {
    let document = json!({
        "as_at": asked.as_at.to_string(),
        "as_known": asked.as_known.to_string(),
        "knowledge": { "blob": asked.knowledge, "built_at": asked.knowledge_built_at.to_string() },
        "freshness": asked.freshness,
        "answers": asked.answers.iter().map(answer).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&document)
        .map(|text| text + "\n")
        .map_err(|e| CliError::failed("the answer could not be written").because(e))
}

fn answer(answer: &SectorAnswer) -> Value {
    let mut all = Counts::default();
    for organisation in &answer.organisations {
        all.absorb(&organisation.counts);
    }
    let mut document = json!({
        "advisory": answer.advisory,
        "in_knowledge": !answer.is_unresolved,
        "total": counts(&all),
        "organisations": answer.organisations.iter().map(organisation).collect::<Vec<_>>(),
    });
    if let Some(object) = document.as_object_mut()
        && !answer.products.is_empty()
    {
        let products: Vec<Value> = answer
            .products
            .iter()
            .map(|(product, own)| json!({ "product": product, "counts": counts(own) }))
            .collect();
        object.insert("products".to_owned(), products.into());
    }
    document
}

fn organisation(row: &OrganisationAnswer) -> Value {
    json!({
        "code": row.code.as_str(),
        "name": row.name,
        "kind": row.kind.map(model::organisation::OrganisationKind::code),
        "region": row.region.as_ref().map(model::organisation::OrganisationCode::as_str),
        "counts": counts(&row.counts),
        "evidence": {
            "hosts_with_patch_state": row.age.hosts,
            "too_old": row.age.too_old,
            "oldest_days": row.age.oldest_days,
            "median_days": row.age.median_days,
        },
    })
}

fn counts(counts: &Counts) -> Value {
    let reasons: Vec<Value> = counts
        .seen
        .iter()
        .map(|(code, hosts)| {
            json!({
                "verdict": code.verdict.code(),
                "reason": code.reason.name(),
                "last_known": code.last_known.map(Verdict::code),
                "hosts": hosts,
            })
        })
        .collect();
    let mut document = json!({
        "hosts": counts.hosts(),
        "seen": counts.shown(),
        "never_seen": counts.unseen,
        "maybe_twice": counts.maybe_twice,
        "beyond_expected": counts.beyond_expected,
        "organisations_of_unknown_size": counts.of_unknown_size,
        "reasons": reasons,
    });
    if let Some(object) = document.as_object_mut() {
        for verdict in Verdict::ALL {
            object.insert(verdict.code().to_owned(), counts.of(verdict).into());
        }
    }
    document
}
