//! One organisation's readiness: what it is, the one thing to do, then each part with what it rests on.

use std::sync::Arc;

use app::access::Permission;
use app::readiness::{self, Line};
use axum::extract::{Path, State};
use axum::response::Response;
use response::readiness::{Kind, Part, WORD_HOLDS_DAYS};

use super::chart::{Chart, chart};
use super::next::next;
use super::words;
use crate::alerts::Mark;
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::situation::Next;
use crate::when::Asking;
use crate::words::{day, percent};

/// Most rows of a part on this page: the API has all.
const MOST: usize = 50;

#[derive(askama::Template)]
#[template(path = "readiness.html")]
struct ReadinessPage {
    frame: Frame,
    code: String,
    status: String,
    as_of: String,
    next: Option<Next>,
    parts: Vec<PartRow>,
    rests: Vec<Rests>,
    chart: Option<Chart>,
    holds_days: i32,
    may_see_record: bool,
}

struct PartRow {
    title: &'static str,
    /// Where its rows are, on this page or another.
    href: String,
    mark: Mark,
    share: String,
    as_of: String,
    because: String,
}

/// What of the record a part rests on.
struct Rests {
    title: &'static str,
    id: &'static str,
    rows: Vec<RestRow>,
    more: usize,
}

struct RestRow {
    alert: String,
    event: u64,
    mark: Mark,
    what: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    asking: Asking,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    let books = (&*site.alerts, &*site.desk);
    let (context, caller) = (site.context(), &visitor.caller);
    let seen = readiness::own(&context, caller, books, &code, asking.when.moment()).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let line = seen.answer;
    let parts = &line.readiness.parts;
    let then = asking.when.query('?');
    Ok(frame::html(&ReadinessPage {
        status: words::status(&line.name, &line.readiness),
        as_of,
        // What is to be done is to be done now.
        next: next(&line, caller).filter(|_| asking.when.is_now()),
        parts: parts.iter().map(|part| row(&line, part, &then)).collect(),
        rests: parts.iter().filter(|part| !part.rows.is_empty()).map(rests).collect(),
        chart: chart(&line.readiness.series),
        holds_days: WORD_HOLDS_DAYS,
        may_see_record: caller.can(Permission::SeeRecord, Some(&code)),
        frame: Frame::of(&site, &visitor, format!("Readiness of {}", line.name), "/readiness")
            .at(asking),
        code: percent(code.as_str()),
    }))
}

fn row(line: &Line, part: &Part, then: &str) -> PartRow {
    let code = percent(line.code.as_str());
    let elsewhere = match part.kind {
        Kind::Coverage | Kind::Freshness => format!("/organisations/{code}/hosts{then}"),
        Kind::Exploited => format!("/organisations/{code}{then}#steps"),
        Kind::Contacts => format!("/organisations/{code}{then}#people"),
        Kind::Overdue | Kind::Answering | Kind::Veracity => {
            format!("/organisations/{code}/alerts{then}")
        }
    };
    let href = if part.rows.is_empty() { elsewhere } else { format!("#{}", part.kind.code()) };
    PartRow {
        title: words::title(part.kind),
        href,
        mark: words::mark(part.level),
        share: words::share(part),
        as_of: part.as_of.map_or_else(|| "nothing".to_owned(), day),
        because: part.because.clone(),
    }
}

fn rests(part: &Part) -> Rests {
    let rows = part.rows.iter().take(MOST).map(|row| RestRow {
        alert: row.alert.to_string(),
        event: row.event,
        mark: words::row(row),
        what: model::words::capital(&row.what),
    });
    Rests {
        title: words::title(part.kind),
        id: part.kind.code(),
        rows: rows.collect(),
        more: part.rows.len().saturating_sub(MOST),
    }
}
