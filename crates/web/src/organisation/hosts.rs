//! The hosts of an organisation, a page at a time.

use std::sync::Arc;

use app::estate::table::HostRecord;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::code_of;
use crate::error::{ApiError, PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::{Asking, When, WhenQuery};
use crate::words::{counted, day, number};

/// Hosts on one page.
const PAGE: usize = 100;

/// Which hosts are wanted.
#[derive(Deserialize)]
pub(crate) struct HostsQuery {
    /// A part of a name, an address or a serial number.
    #[serde(default)]
    q: String,
    /// The host after which to go on.
    #[serde(default)]
    after: String,
}

/// A host in a list.
#[derive(Serialize)]
pub(crate) struct HostRow {
    id: String,
    label: String,
    system: Option<String>,
    last_seen: String,
    /// Days since it was last seen.
    #[serde(skip)]
    age: String,
    sources: usize,
    may_be_others: usize,
}

struct Found {
    name: String,
    as_at: jiff::civil::Date,
    all: usize,
    expected: Option<u64>,
    never_seen: Option<u64>,
    matching: usize,
    rows: Vec<HostRow>,
    next: Option<String>,
}

async fn find(
    site: &Site,
    visitor: &app::access::SignedIn,
    code: &str,
    query: &HostsQuery,
    when: When,
) -> Result<Found, Refusal> {
    let code = code_of(code)?;
    let context = site.context();
    let moment = when.until(context.now)?.moment();
    let found = site.desk.hosts(&context, &visitor.caller, &code, moment).await?;
    let wanted = query.q.trim().to_lowercase();
    let hosts = &found.table.hosts;
    let mut own: Vec<(&String, &HostRecord)> =
        hosts.iter().filter(|(id, record)| is_wanted(id, record, &wanted)).collect();
    own.sort_by(|(a, x), (b, y)| (&x.label, a).cmp(&(&y.label, b)));
    let matching = own.len();
    let from = own.iter().position(|(id, _)| **id == query.after).map_or(0, |at| at + 1);
    let page: Vec<_> = own.iter().skip(from).take(PAGE).collect();
    let next = (from + page.len() < matching).then(|| page.last().map(|(id, _)| (*id).clone()));
    let rows = page
        .iter()
        .map(|(id, record)| HostRow {
            id: (*id).clone(),
            label: record.label.clone(),
            system: record.pieces.iter().rev().find_map(|piece| piece.system.clone()),
            last_seen: record.last_seen.to_string(),
            age: age((found.as_at - record.last_seen).get_days()),
            sources: record.pieces.len(),
            may_be_others: record.possible.len(),
        })
        .collect();
    Ok(Found {
        all: hosts.len(),
        expected: found.expected,
        never_seen: found.never_seen(),
        name: found.name,
        as_at: found.as_at,
        matching,
        rows,
        next: next.flatten(),
    })
}

fn is_wanted(id: &str, record: &HostRecord, wanted: &str) -> bool {
    let has = |texts: &[String]| texts.iter().any(|text| text.to_lowercase().contains(wanted));
    id.contains(wanted)
        || has(&record.names)
        || has(&record.addresses)
        || has(&record.serials)
        || record.label.to_lowercase().contains(wanted)
}

fn age(days: i32) -> String {
    match u64::try_from(days) {
        Ok(0) => "today".to_owned(),
        Ok(days) => format!("{} ago", counted(days, "day", "days")),
        Err(_) => "later".to_owned(),
    }
}

#[derive(askama::Template)]
#[template(path = "hosts.html")]
struct HostsPage {
    frame: Frame,
    code: String,
    name: String,
    status: String,
    as_at: String,
    query: String,
    rows: Vec<HostRow>,
    next: Option<String>,
}

pub(crate) async fn hosts(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    Query(query): Query<HostsQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let found = find(&site, &visitor, &code, &query, asking.when).await?;
    let mut status = match found.expected {
        Some(expected) => format!(
            "Evidence has shown {} of {} at {}.",
            counted(found.all as u64, "host", "hosts"),
            number(expected),
            found.name
        ),
        None => format!(
            "Evidence has shown {} at {}; how many there should be, nobody has said.",
            counted(found.all as u64, "host", "hosts"),
            found.name
        ),
    };
    if let Some(never) = found.never_seen.filter(|never| *never > 0) {
        status.push_str(&format!(" {} never seen.", counted(never, "was", "were")));
    }
    if !query.q.trim().is_empty() {
        status.push_str(&format!(
            " {} “{}”.",
            match found.matching {
                1 => "1 matches".to_owned(),
                n => format!("{} match", number(n as u64)),
            },
            query.q.trim()
        ));
    }
    Ok(frame::html(&HostsPage {
        frame: Frame::of(&site, &visitor, format!("Hosts of {}", found.name), "/organisations")
            .at(asking),
        code,
        name: found.name,
        status,
        as_at: day(found.as_at),
        query: query.q,
        rows: found.rows,
        next: found.next,
    }))
}

/// Hosts for programs, a page at a time.
#[derive(Serialize)]
pub(crate) struct HostsDocument {
    as_at: String,
    seen_hosts: usize,
    expected_hosts: Option<u64>,
    never_seen_hosts: Option<u64>,
    hosts: Vec<HostRow>,
    next: Option<String>,
}

pub(crate) async fn api_hosts(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    Query(query): Query<HostsQuery>,
    Query(when): Query<WhenQuery>,
) -> Result<Json<HostsDocument>, ApiError> {
    let found = find(&site, &visitor, &code, &query, when.read()?).await?;
    Ok(Json(HostsDocument {
        as_at: found.as_at.to_string(),
        seen_hosts: found.all,
        expected_hosts: found.expected,
        never_seen_hosts: found.never_seen,
        hosts: found.rows,
        next: found.next,
    }))
}
