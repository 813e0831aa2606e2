//! The situation: every organisation by what is known of it, for one advisory.

mod api;
mod ask;
mod rows;

use std::sync::Arc;

use app::exposure::sentence;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::{Asking, as_of};
use crate::words::{Sign, counted, number, sums, why_unknown};

pub(crate) use api::{__path_api, api};
pub(crate) use ask::asked;
pub(crate) use rows::{Row, evidence_words, total};

use rows::{Group, groups, rows};

/// The advisory that is shown where none is chosen: the one that began all this.
const FIRST: &str = "MS17-010";
/// Most tiles on one page: beyond that, regions are shown and each opens its own.
const MOST_TILES: usize = 600;

/// What is asked.
#[derive(Deserialize)]
pub(crate) struct SituationQuery {
    #[serde(default)]
    advisory: String,
    #[serde(default)]
    region: String,
}

#[derive(askama::Template)]
#[template(path = "situation.html")]
struct SituationPage {
    frame: Frame,
    advisory: String,
    region: String,
    status: String,
    next: Option<Next>,
    as_of: String,
    counts: Vec<(Sign, String)>,
    why_unknown: Vec<(String, String)>,
    silent: Vec<Row>,
    worst: Vec<Row>,
    groups: Vec<Group>,
    is_by_region: bool,
    is_unresolved: bool,
    coverage: String,
}

/// The one thing to do now.
pub(crate) struct Next {
    pub(crate) text: String,
    pub(crate) href: String,
    pub(crate) label: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<SituationQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let when = asking.when;
    let advisory = match query.advisory.trim() {
        "" => FIRST.to_owned(),
        given => given.to_owned(),
    };
    let region = query.region.trim().to_owned();
    let asked = asked(&site, &visitor.caller, vec![advisory.clone()], when).await?;
    let as_of = as_of(asked.as_at, asked.as_known, asked.knowledge_built_at);
    let mut answer = asked.answers.into_iter().next().ok_or_else(nothing)?;
    if !region.is_empty() {
        answer
            .organisations
            .retain(|row| row.region.as_ref().is_some_and(|own| own.as_str() == region));
    }
    let all = total(&answer.organisations);
    let query_text = when.query('&');
    let rows = rows(&answer.organisations);
    let is_by_region = region.is_empty() && rows.len() > MOST_TILES;
    let mut worst: Vec<Row> = rows.iter().filter(|row| row.affected > 0).cloned().collect();
    worst.sort_by_key(|row| (std::cmp::Reverse(row.affected), row.code.clone()));
    worst.truncate(10);
    let mut silent: Vec<Row> =
        rows.iter().filter(|row| row.unknown > 0 || row.hosts == 0).cloned().collect();
    // Who has shown nothing at all comes first.
    silent.sort_by_key(|row| (row.hosts > 0, std::cmp::Reverse(row.unknown), row.code.clone()));
    silent.truncate(10);
    let next = next(&worst, &silent, &advisory, &query_text);
    let shown = all.shown();
    let coverage = format!(
        "Evidence has shown {} of {}; {} expected and never seen.",
        number(shown),
        counted(all.hosts(), "host", "hosts"),
        match all.unseen {
            1 => "1 was".to_owned(),
            more => format!("{} were", number(more)),
        },
    );
    let groups = if is_by_region { groups(&answer.organisations) } else { vec![Group::of(rows)] };
    Ok(frame::html(&SituationPage {
        frame: Frame::of(&site, &visitor, format!("Situation: {advisory}"), "/situation")
            .at(asking),
        status: sentence::status(&answer, &all),
        next,
        as_of,
        counts: sums(&all),
        why_unknown: why_unknown(&all),
        silent,
        worst,
        groups,
        is_by_region,
        is_unresolved: answer.is_unresolved,
        coverage,
        advisory,
        region,
    }))
}

/// Whom to ring first: where most is open; where nothing is, of whom least is known.
fn next(worst: &[Row], silent: &[Row], advisory: &str, query: &str) -> Option<Next> {
    let href = |row: &Row| {
        format!("/organisations/{}?advisory={}{query}", row.code, crate::words::percent(advisory))
    };
    if let Some(row) = worst.first() {
        return Some(Next {
            text: format!(
                "{} has most to close: {} open.",
                row.name,
                counted(row.affected, "host is", "hosts are"),
            ),
            href: href(row),
            label: format!("Open {}", row.name),
        });
    }
    let row = silent.first()?;
    let least = match row.hosts {
        0 => "it has shown nothing".to_owned(),
        _ => format!("{} cannot be told", counted(row.unknown, "host", "hosts")),
    };
    Some(Next {
        text: format!("Nothing is known to be open. Of {} least is known: {least}.", row.name),
        href: href(row),
        label: format!("Open {}", row.name),
    })
}

fn nothing() -> PageError {
    PageError::from(crate::error::Refusal::NotFound("Nothing was asked.".to_owned()))
}
