//! The knowledge of flaws that everything is judged by: what it is made of, how old, and what it lacks.

use std::sync::Arc;

use app::access::Permission;
use app::exposure::desk::{KindFacts, KnowledgeFacts, ProductFacts};
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{counted, day, instant, minute, number};

/// Days after which knowledge is called old: Microsoft publishes every month.
const OLD: i32 = 31;

/// A product, where one is asked about.
#[derive(Deserialize)]
pub(crate) struct KnowledgeQuery {
    #[serde(default)]
    product: String,
}

#[derive(askama::Template)]
#[template(path = "knowledge.html")]
struct KnowledgePage {
    frame: Frame,
    status: String,
    as_of: String,
    next: String,
    kinds: Vec<KindRow>,
    missing: Vec<KindRow>,
    counts: Vec<(&'static str, String)>,
    blob: String,
    may_change: bool,
}

struct KindRow {
    code: String,
    brings: &'static str,
    sources: String,
    facts: String,
    as_of: String,
}

#[derive(askama::Template)]
#[template(path = "product.html")]
struct ProductPage {
    frame: Frame,
    status: String,
    as_of: String,
    facts: ProductFacts,
    more: u64,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<KnowledgeQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let (context, moment) = (site.context(), asking.when.moment());
    let name = query.product.trim();
    if !name.is_empty() {
        let seen = site.desk.product(&context, name.to_owned(), moment).await?;
        let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
        let facts = seen.answer.ok_or_else(|| {
            Refusal::NotFound(format!(
                "The knowledge has nothing of a product {name}. That tells nothing of any host."
            ))
        })?;
        return Ok(frame::html(&ProductPage {
            frame: Frame::of(&site, &visitor, name, "/knowledge").at(asking),
            status: product(&facts, seen.as_at),
            as_of,
            more: facts.all_statements.saturating_sub(facts.statements.len() as u64),
            facts,
        }));
    }
    let seen = site.desk.sources(&context, moment).await?;
    let built = seen.knowledge_built_at.to_zoned(TimeZone::UTC).date();
    let age = (seen.as_at - built).get_days();
    let (kinds, missing): (Vec<&KindFacts>, Vec<&KindFacts>) =
        seen.answer.kinds.iter().partition(|kind| kind.sources > 0);
    Ok(frame::html(&KnowledgePage {
        status: status(age, missing.len() as u64),
        as_of: format!(
            "As at {}, as known at {}; compiled at {}.",
            day(seen.as_at),
            asking.when.as_known.map_or_else(|| minute(seen.as_known), instant),
            instant(seen.knowledge_built_at)
        ),
        next: next(age, missing.len() as u64),
        kinds: kinds.into_iter().map(row).collect(),
        missing: missing.into_iter().map(row).collect(),
        counts: counts(&seen.answer),
        blob: seen.knowledge,
        may_change: visitor.caller.can(Permission::ManageKnowledge, None),
        frame: Frame::of(&site, &visitor, "Knowledge", "/knowledge").at(asking),
    }))
}

fn status(age: i32, missing: u64) -> String {
    let age = match u64::try_from(age) {
        Ok(0) => "is of today".to_owned(),
        Ok(days) => format!("is {} old", counted(days, "day", "days")),
        // A story that plays before its program was written.
        Err(_) => "was compiled after the day of this page".to_owned(),
    };
    match missing {
        0 => format!("The knowledge of flaws {age} and has every kind of source."),
        _ => format!(
            "The knowledge of flaws {age}; of {} it has nothing.",
            counted(missing, "kind of source", "kinds of source")
        ),
    }
}

fn next(age: i32, missing: u64) -> String {
    if age > OLD {
        return "Update it: what was published since is judged by nobody.".to_owned();
    }
    match missing {
        0 => "Nothing: update it again after the publishers' next day.".to_owned(),
        _ => "Update it with the sources that are missing: what only they speak of is unknown."
            .to_owned(),
    }
}

fn row(kind: &KindFacts) -> KindRow {
    KindRow {
        code: kind.code.clone(),
        brings: kind.brings,
        sources: number(kind.sources),
        facts: number(kind.facts),
        as_of: kind.as_of.map_or("not stated".to_owned(), day),
    }
}

fn counts(facts: &KnowledgeFacts) -> Vec<(&'static str, String)> {
    vec![
        ("Flaws", number(facts.flaws.0)),
        ("Known to be exploited", number(facts.flaws.1)),
        ("Advisories with a name", number(facts.bulletins)),
        ("Windows products", number(facts.windows.0)),
        ("Updates of Windows", number(facts.windows.1)),
        ("Statements on software", number(facts.statements.0)),
        ("Names of software", number(facts.statements.1)),
        ("Lifecycles of products", number(facts.lifecycles)),
    ]
}

fn product(facts: &ProductFacts, as_at: Date) -> String {
    let mut text = match facts.updates {
        Some(updates) => {
            format!("The knowledge has {} of {}", counted(updates, "update", "updates"), facts.name)
        }
        None => format!(
            "{} {} {}",
            counted(facts.all_statements, "statement", "statements"),
            if facts.all_statements == 1 { "is about" } else { "are about" },
            facts.name
        ),
    };
    if let Some(end) = facts.support_ends {
        let ended = if end < as_at { "ended" } else { "ends" };
        text.push_str(&format!("; its support {ended} on {}", day(end)));
    }
    text.push('.');
    text
}
