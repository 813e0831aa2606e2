//! The hosts of an organisation, a page at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::access::Permission;
use app::estate::table::HostRecord;
use app::exposure::desk::JudgedHost;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::code_of;
use crate::error::{ApiError, PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::paging::{PageQuery, Paged, Part, cursor};
use crate::site::Site;
use crate::when::{Asking, When, WhenQuery};
use crate::words::{Sign, counted, day, number, sign};

/// Between the label and the identity of a host in a cursor.
const APART: char = '\u{1f}';
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
    /// On which advisory hosts are judged.
    #[serde(default)]
    advisory: String,
    /// Of that verdict only, or `differ`: where sources contradict each other.
    #[serde(default)]
    verdict: String,
}

/// Hosts with their answer on an advisory.
struct Judged {
    by_host: BTreeMap<String, JudgedHost>,
    wanted: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    Of(Verdict),
    Differing,
}

impl Judged {
    fn holds(&self, id: &str) -> bool {
        let Some(host) = self.by_host.get(id) else { return self.wanted == Wanted::Any };
        match self.wanted {
            Wanted::Any => true,
            Wanted::Of(verdict) => host.code.verdict == verdict,
            Wanted::Differing => host.differs(),
        }
    }

    /// Hosts of which nobody can tell.
    fn unknown(&self) -> usize {
        self.by_host.values().filter(|host| host.code.verdict == Verdict::Unknown).count()
    }
}

/// The answers behind the numbers, where an advisory is named.
async fn judged(
    site: &Site,
    visitor: &app::access::SignedIn,
    code: &OrganisationCode,
    (advisory, verdict): (&str, &str),
    when: When,
) -> Result<Option<Judged>, Refusal> {
    let wanted = match verdict.trim() {
        "" => Wanted::Any,
        "differ" => Wanted::Differing,
        text => Verdict::ALL
            .into_iter()
            .find(|verdict| verdict.code() == text)
            .map(Wanted::Of)
            .ok_or_else(|| {
                let codes: Vec<&str> = Verdict::ALL.iter().map(|own| own.code()).collect();
                let codes = codes.join(", ");
                Refusal::Wrong(format!("“{text}” is no verdict: say one of {codes}, or differ."))
            })?,
    };
    let advisory = advisory.trim();
    if advisory.is_empty() {
        return match wanted {
            Wanted::Any => Ok(None),
            _ => Err(Refusal::Wrong("A verdict is one on an advisory: say which.".to_owned())),
        };
    }
    let (context, asked) = (site.context(), (code, advisory.to_owned()));
    let hosts = site.desk.judged_hosts(&context, &visitor.caller, asked, when.moment()).await?;
    let by_host = hosts.into_iter().map(|host| (host.id.clone(), host)).collect();
    Ok(Some(Judged { by_host, wanted }))
}

/// Which hosts a program wants.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HostsFilter {
    /// A part of a name, an address or a serial number.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    q: String,
    /// On which advisory hosts are judged; without it they have no verdict.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    advisory: String,
    /// Hosts of that verdict on the advisory only: affected, unknown, mitigated, fixed, not_affected, or
    /// `differ` for those whose sources contradict each other.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    verdict: String,
}

/// What hosts are looked for by.
#[derive(Clone, Copy)]
struct Sought<'a> {
    q: &'a str,
    advisory: &'a str,
    verdict: &'a str,
}

/// A host in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = HostInList)]
pub(crate) struct HostRow {
    id: String,
    label: String,
    /// What it runs, as it was shown; none where nothing shows it.
    system: Option<String>,
    #[schema(format = Date)]
    last_seen: String,
    /// Days since it was last seen.
    #[serde(skip)]
    age: String,
    /// Files that speak of it.
    sources: usize,
    /// Hosts that may be the same machine.
    may_be_others: usize,
    /// The verdict on the advisory that is asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip)]
    sign: Option<Sign>,
}

struct Found {
    name: String,
    as_at: jiff::civil::Date,
    all: usize,
    expected: Option<u64>,
    never_seen: Option<u64>,
    matching: usize,
    /// Hosts of which nobody can tell, where an advisory is named.
    unknown: usize,
    rows: Vec<HostRow>,
    next: Option<String>,
}

/// From where on a list goes: after a host's identity, or after a label and an identity.
enum From<'a> {
    Host(&'a str),
    Row(Option<(&'a str, &'a str)>),
}

async fn find(
    site: &Site,
    visitor: &app::access::SignedIn,
    code: &str,
    (sought, from, limit): (Sought<'_>, From<'_>, usize),
    when: When,
) -> Result<Found, Refusal> {
    let code = code_of(code)?;
    let context = site.context();
    let moment = when.until(context.now)?.moment();
    let found = site.desk.hosts(&context, &visitor.caller, &code, moment).await?;
    let by = (sought.advisory, sought.verdict);
    let judged = judged(site, visitor, &code, by, when).await?;
    let wanted = sought.q.trim().to_lowercase();
    let hosts = &found.table.hosts;
    let mut own: Vec<(&String, &HostRecord)> = hosts
        .iter()
        .filter(|(id, record)| is_wanted(id, record, &wanted))
        .filter(|(id, _)| judged.as_ref().is_none_or(|judged| judged.holds(id)))
        .collect();
    own.sort_by(|(a, x), (b, y)| (&x.label, a).cmp(&(&y.label, b)));
    let matching = own.len();
    let from = match from {
        From::Host(after) => own.iter().position(|(id, _)| *id == after).map_or(0, |at| at + 1),
        From::Row(None) => 0,
        From::Row(Some(after)) => {
            own.partition_point(|(id, record)| (record.label.as_str(), id.as_str()) <= after)
        }
    };
    let page: Vec<_> = own.iter().skip(from).take(limit).collect();
    let next = (from + page.len() < matching).then(|| page.last().map(|(id, _)| (*id).clone()));
    let code_of_host = |id: &str| Some(judged.as_ref()?.by_host.get(id)?.code);
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
            verdict: code_of_host(id).map(|code| code.verdict.code()),
            reason: code_of_host(id).map(|code| code.reason.words()),
            sign: code_of_host(id).map(|code| sign(code.verdict)),
        })
        .collect();
    Ok(Found {
        all: hosts.len(),
        expected: found.expected,
        never_seen: found.never_seen(),
        name: found.name,
        as_at: found.as_at,
        matching,
        unknown: judged.as_ref().map_or(0, Judged::unknown),
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
    advisory: String,
    verdict: String,
    has_notes: bool,
    may_add: bool,
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
    let sought = Sought { q: &query.q, advisory: &query.advisory, verdict: &query.verdict };
    let part = (sought, From::Host(&query.after), PAGE);
    let found = find(&site, &visitor, &code, part, asking.when).await?;
    let advisory = query.advisory.trim();
    let verdict = query.verdict.trim();
    let mut status = match found.expected {
        _ if !verdict.is_empty() => of_verdict(&found, verdict, advisory),
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
    if verdict.is_empty() && !query.q.trim().is_empty() {
        status.push_str(&format!(
            " {} “{}”.",
            match found.matching {
                1 => "1 matches".to_owned(),
                n => format!("{} match", number(n as u64)),
            },
            query.q.trim()
        ));
    }
    let own = code_of(&code)?;
    Ok(frame::html(&HostsPage {
        may_add: visitor.caller.can(Permission::AddEvidence, Some(&own)),
        frame: Frame::of(&site, &visitor, format!("Hosts of {}", found.name), "/organisations")
            .at(asking),
        code,
        name: found.name,
        status,
        as_at: day(found.as_at),
        query: query.q,
        advisory: query.advisory,
        verdict: query.verdict,
        has_notes: found.rows.iter().any(|row| row.may_be_others > 0),
        rows: found.rows,
        next: found.next,
    }))
}

/// Of how many hosts a verdict is, in a sentence.
fn of_verdict(found: &Found, verdict: &str, advisory: &str) -> String {
    if found.all == 0 {
        return format!("Evidence has shown no host at {}.", found.name);
    }
    let (is, has) = if found.matching == 1 { ("is", "has") } else { ("are", "have") };
    let many = format!(
        "{} of the {} that evidence shows at {}",
        number(found.matching as u64),
        counted(found.all as u64, "host", "hosts"),
        found.name
    );
    match verdict {
        // That few are open says little where of many nobody can tell.
        "affected" if found.unknown > 0 => format!(
            "{many} {is} open to {advisory}; of {} nobody can tell.",
            number(found.unknown as u64)
        ),
        "affected" => format!("{many} {is} open to {advisory}."),
        "unknown" if found.matching == 0 => format!(
            "Of each of the {} that evidence shows at {} it can be told whether it is open to \
             {advisory}.",
            counted(found.all as u64, "host", "hosts"),
            found.name
        ),
        "unknown" => format!("Of {many} nobody can tell whether they are open to {advisory}."),
        "mitigated" => format!("{many} {is} mitigated against {advisory}, and not fixed."),
        "fixed" => format!("{many} {has} a fix of {advisory}."),
        "differ" => format!("{many} {is} contradicted by one of their sources, on {advisory}."),
        _ => format!("{many} {is} not affected by {advisory}."),
    }
}

/// Hosts for programs, a page at a time.
#[derive(Serialize, ToSchema)]
#[schema(as = Hosts)]
pub(crate) struct HostsDocument {
    #[schema(format = Date)]
    as_at: String,
    /// Hosts that evidence shows, whatever was searched for.
    seen_hosts: usize,
    expected_hosts: Option<u64>,
    never_seen_hosts: Option<u64>,
    /// In the order of their labels.
    hosts: Vec<HostRow>,
    /// `after` of the next page; none at the end.
    next: Option<String>,
}

/// The cursors of this list are its own.
const LIST: &str = "hosts";

/// The hosts of an organisation
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{code}/hosts",
    tag = "organisations",
    params(
        ("code" = String, Path, description = "The organisation's code"),
        HostsFilter,
        WhenQuery,
        PageQuery,
    ),
    responses((status = 200, description = "A page of hosts", body = HostsDocument)),
)]
pub(crate) async fn api_hosts(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Path(code): Path<String>,
    Query(query): Query<HostsFilter>,
    Query(when): Query<WhenQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<HostsDocument>, ApiError> {
    let Part { limit, after } = page.read(LIST)?;
    // No identity has this mark in it; a label might.
    let after = after.as_deref().map(|key| key.rsplit_once(APART).unwrap_or((key, "")));
    let sought = Sought { q: &query.q, advisory: &query.advisory, verdict: &query.verdict };
    let part = (sought, From::Row(after), limit);
    let found = find(&site, &visitor, &code, part, when.of_program()?).await?;
    let last = found.rows.last().filter(|_| found.next.is_some());
    let next = last.map(|last| cursor(LIST, &format!("{}{APART}{}", last.label, last.id)));
    let document = HostsDocument {
        as_at: found.as_at.to_string(),
        seen_hosts: found.all,
        expected_hosts: found.expected,
        never_seen_hosts: found.never_seen,
        hosts: found.rows,
        next: next.clone(),
    };
    Ok(Paged { document, next, asked: uri })
}
