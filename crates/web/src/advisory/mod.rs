//! Advisories: the list of those that have a name, and what each is.

use std::sync::Arc;

use app::exposure::desk::{AdvisoryFacts, AdvisoryLine};
use app::exposure::sentence;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::situation::{asked, total};
use crate::when::{Asking, as_of};
use crate::words::{Sign, day, sums};

#[derive(askama::Template)]
#[template(path = "advisories.html")]
struct ListPage {
    frame: Frame,
    status: String,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    title: String,
    published: String,
    worm: bool,
    exploited: bool,
}

impl From<AdvisoryLine> for Line {
    fn from(line: AdvisoryLine) -> Self {
        Self {
            published: line.published.map_or("not stated".to_owned(), day),
            id: line.id,
            name: line.name,
            title: line.title,
            worm: line.worm,
            exploited: line.exploited,
        }
    }
}

pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    asking: Asking,
) -> Result<Response, PageError> {
    let seen = site.desk.bulletins(&site.context(), asking.when.moment()).await?;
    let lines: Vec<Line> = seen.answer.into_iter().map(Line::from).collect();
    let worms = lines.iter().filter(|line| line.worm).count();
    Ok(frame::html(&ListPage {
        frame: Frame::of(&site, &visitor, "Advisories", "/advisories").at(asking),
        status: format!(
            "The knowledge names {}; {} by themselves. Any CVE or KB can be asked about besides.",
            model::words::count(lines.len(), "advisory", "advisories"),
            model::words::count(worms, "spreads", "spread"),
        ),
        lines,
    }))
}

#[derive(askama::Template)]
#[template(path = "advisory.html")]
struct AdvisoryPage {
    frame: Frame,
    facts: AdvisoryFacts,
    published: String,
    status: String,
    as_of: String,
    counts: Vec<(Sign, String)>,
    flaws: Vec<Flaw>,
    fixes: Vec<Fix>,
}

struct Flaw {
    id: String,
    title: String,
    exploited: String,
    chance: String,
    severity: String,
}

struct Fix {
    product: String,
    any_of: String,
    contained_in: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(advisory): Path<String>,
    asking: Asking,
) -> Result<Response, PageError> {
    let (context, when) = (site.context(), asking.when);
    let seen = site.desk.advisory(&context, advisory.clone(), when.moment()).await?;
    let facts = seen.answer.ok_or_else(|| {
        Refusal::NotFound(format!(
            "The knowledge has nothing of the name {advisory}. That tells nothing of any host: \
             a newer knowledge may know it."
        ))
    })?;
    let asked = asked(&site, &visitor.caller, vec![facts.id.clone()], when).await?;
    let as_of = as_of(asked.as_at, asked.as_known, asked.knowledge_built_at);
    let answer = asked.answers.first();
    let all = answer.map(|answer| total(&answer.organisations)).unwrap_or_default();
    Ok(frame::html(&AdvisoryPage {
        frame: Frame::of(&site, &visitor, facts.id.clone(), "/advisories").at(asking),
        published: facts.published.map_or("on a day that is not stated".to_owned(), day),
        status: answer.map_or(String::new(), |answer| sentence::status(answer, &all)),
        as_of,
        counts: sums(&all),
        flaws: facts.flaws.iter().map(flaw).collect(),
        fixes: facts.fixes.iter().map(fix).collect(),
        facts,
    }))
}

fn flaw(facts: &app::exposure::desk::FlawFacts) -> Flaw {
    Flaw {
        id: facts.id.clone(),
        title: facts.title.clone(),
        exploited: match (facts.exploited_since, facts.ransomware) {
            (Some(since), true) => format!("since {} or before, by ransomware too", day(since)),
            (Some(since), false) => format!("since {} or before", day(since)),
            (None, _) => "not known to be".to_owned(),
        },
        chance: facts.epss_millionths.map_or("not known".to_owned(), |millionths| {
            format!("{:.1} %", f64::from(millionths) / 10_000.0)
        }),
        severity: match (facts.severity(), facts.score_tenths) {
            (Some(severity), Some(tenths)) => {
                format!("{} ({:.1})", severity.code(), f64::from(tenths) / 10.0)
            }
            _ => "not stated".to_owned(),
        },
    }
}

fn fix(facts: &app::exposure::desk::FixFacts) -> Fix {
    let any_of: Vec<String> = facts
        .any_of
        .iter()
        .map(|(kb, kind, published)| match published {
            Some(published) => format!("{kb} ({kind}, {})", day(*published)),
            None => format!("{kb} ({kind})"),
        })
        .collect();
    let none = if facts.none_exists { "none exists: isolate or replace" } else { "none is known" };
    let shown: Vec<&str> = facts.contained_in.iter().take(6).map(String::as_str).collect();
    let more = facts.contained_in.len().saturating_sub(shown.len());
    Fix {
        product: match facts.component.as_str() {
            "" => facts.product.clone(),
            component => format!("{component} on {}", facts.product),
        },
        any_of: if any_of.is_empty() { none.to_owned() } else { any_of.join(" or ") },
        contained_in: match (shown.is_empty(), more) {
            (true, _) => "nothing later is known".to_owned(),
            (false, 0) => shown.join(", "),
            (false, more) => format!("{} and {more} more", shown.join(", ")),
        },
    }
}
