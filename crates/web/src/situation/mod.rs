//! The situation: every organisation by what is known of it, for one advisory.

mod ages;
mod ahead;
mod api;
mod ask;
mod behind;
mod changes;
mod contradictions;
mod rows;
mod tiles;

use std::collections::BTreeSet;
use std::sync::Arc;

use app::Caller;
use app::access::Permission;
use app::exposure::answer::{Counts, SectorAnswer};
use app::exposure::history::Sums;
use app::exposure::sentence;
use axum::extract::{Query, State};
use axum::response::Response;
use model::organisation::OrganisationCode;
use serde::Deserialize;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::trend::{Place, Trend, TrendQuery, trend};
use crate::when::Asking;
use crate::words::{Sign, counted, number, sums, why_unknown};

pub(crate) use ahead::{Ahead, ahead, page as support};
pub(crate) use api::{__path_api, api};
pub(crate) use ask::asked;
pub(crate) use behind::{href as behind_href, page as behind};
pub(crate) use changes::page as changes;
pub(crate) use contradictions::page as contradictions;
pub(crate) use rows::{Row, evidence_words, total, worst};

use ages::{Band, bands};
use changes::Short;
use rows::{Group, groups, rows};
use tiles::{Region, regions};

/// The advisory that is shown where none is chosen: the one that began all this.
pub(crate) const FIRST: &str = "MS17-010";
/// Most tiles with names on one page: beyond that they are codes by region, and each region opens its own.
const MOST_TILES: usize = 600;
/// Most rows of a list on this page.
const MOST_LISTED: usize = 10;

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
    is_unresolved: bool,
    as_of: String,
    shown: Parts,
    trend: Trend,
    short: Short,
    ahead: Ahead,
}

/// What of the page follows from the answer alone.
#[derive(Clone, Debug)]
struct Parts {
    status: String,
    coverage: String,
    next: Option<Next>,
    counts: Vec<(Sign, String)>,
    why_unknown: Vec<(String, String)>,
    silent: Vec<Row>,
    worst: Vec<Row>,
    bands: Vec<Band>,
    /// Tiles with names; empty where they are too many.
    tiles: Vec<Row>,
    /// Otherwise sums by region, and tiles with codes.
    groups: Vec<Group>,
    regions: Vec<Region>,
}

/// The one thing to do now.
#[derive(Clone, Debug)]
pub(crate) struct Next {
    pub(crate) text: String,
    pub(crate) href: String,
    pub(crate) label: String,
}

/// Which organisations a page is about.
struct Shown<'c> {
    caller: &'c Caller,
    /// Those of a region; `None` where all are meant.
    region: Option<BTreeSet<OrganisationCode>>,
}

impl<'c> Shown<'c> {
    fn of(caller: &'c Caller, answer: &SectorAnswer, region: &str) -> Self {
        let is_in =
            |own: &Option<OrganisationCode>| own.as_ref().is_some_and(|own| own.as_str() == region);
        let own = answer.organisations.iter().filter(|row| is_in(&row.region));
        let own = || own.map(|row| row.code.clone()).collect();
        Self { caller, region: (!region.is_empty()).then(own) }
    }

    fn holds(&self, code: &OrganisationCode) -> bool {
        self.caller.can(Permission::SeeHosts, Some(code))
            && self.region.as_ref().is_none_or(|region| region.contains(code))
    }
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<SituationQuery>,
    Query(days): Query<TrendQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let advisory = match query.advisory.trim() {
        "" => FIRST.to_owned(),
        given => given.to_owned(),
    };
    let region = query.region.trim().to_owned();
    let (context, when) = (site.context(), asking.when);
    let seen = site
        .desk
        .situation(&context, &visitor.caller, (advisory.clone(), region.clone()), when.moment())
        .await?;
    let (as_at, as_of) =
        (seen.as_at, when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at));
    let answer = seen.answer.answer;
    let scope = Shown::of(&visitor.caller, &answer, &region);
    let wanted = |code: &OrganisationCode| scope.holds(code);
    if !answer.is_unresolved {
        site.desk.history().watch(&advisory);
    }
    let mut now = Sums::default();
    for row in &answer.organisations {
        now.absorb(&Sums::of_answer(row));
    }
    let place = Place { path: &asking.path, others: &asking.others };
    let trend = trend(&site.desk, &advisory, (as_at, now), days.days(), &place, &wanted);
    let and = asking.when.query('&');
    let short = changes::short(&site.desk, &answer, (as_at, &region), &and, &wanted);
    let ahead = ahead(&seen.answer.support, as_at, None, &and);
    let names = |code: &str| {
        let own = code.parse().ok().and_then(|code| seen.register.get(&code));
        match own {
            _ if code.is_empty() => "No region".to_owned(),
            Some(own) => own.label().to_owned(),
            None => code.to_owned(),
        }
    };
    Ok(frame::html(&SituationPage {
        shown: parts(&answer, &total(&answer.organisations), (as_at, &region), &and, &names),
        as_of,
        frame: Frame::of(&site, &visitor, format!("Situation: {advisory}"), "/situation")
            .at(asking),
        is_unresolved: answer.is_unresolved,
        advisory,
        region,
        trend,
        short,
        ahead,
    }))
}

fn parts(
    answer: &SectorAnswer,
    all: &Counts,
    (as_at, region): (jiff::civil::Date, &str),
    and: &str,
    names: &dyn Fn(&str) -> String,
) -> Parts {
    let rows = rows(&answer.organisations);
    let worst = worst(&answer.organisations);
    let mut silent: Vec<Row> =
        rows.iter().filter(|row| row.unknown > 0 || row.hosts == 0).cloned().collect();
    // Who has shown nothing at all comes first.
    silent.sort_by_key(|row| (row.hosts > 0, std::cmp::Reverse(row.unknown), row.code.clone()));
    silent.truncate(MOST_LISTED);
    let are_many = region.is_empty() && rows.len() > MOST_TILES;
    Parts {
        status: sentence::status(answer, all),
        coverage: coverage(all),
        next: next(&worst, &silent, &answer.advisory, and),
        counts: sums(all),
        why_unknown: why_unknown(all),
        silent,
        worst,
        bands: bands(&answer.organisations, as_at),
        groups: if are_many { groups(&answer.organisations, names) } else { Vec::new() },
        regions: if are_many { regions(&rows, names) } else { Vec::new() },
        tiles: if are_many { Vec::new() } else { rows },
    }
}

fn coverage(all: &Counts) -> String {
    format!(
        "Evidence has shown {} of {}; {} expected and never seen.",
        number(all.shown()),
        counted(all.hosts(), "host", "hosts"),
        match all.unseen {
            1 => "1 was".to_owned(),
            more => format!("{} were", number(more)),
        },
    )
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

#[cfg(test)]
mod tests;
