//! End of support ahead: which systems, on how many hosts, when; and the list behind each number.

use std::sync::Arc;

use app::exposure::desk::{Support, SupportEnd};
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use serde::Deserialize;

use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{counted, day, number, percent};

/// Most organisations listed for a system.
const MOST: usize = 500;

/// Systems of which support has ended or ends within a year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ahead {
    pub(crate) status: String,
    pub(crate) rows: Vec<AheadRow>,
    pub(crate) unknown: String,
    /// Whether it is of one organisation, which need not be counted.
    pub(crate) is_of_one: bool,
}

/// A system.
#[derive(Clone, Debug)]
pub(crate) struct AheadRow {
    pub(crate) system: String,
    pub(crate) day: String,
    pub(crate) is_past: bool,
    pub(crate) hosts: String,
    pub(crate) organisations: String,
    pub(crate) href: String,
}

/// What is ahead as at a day; `only` is the organisation, where it is of one.
pub(crate) fn ahead(support: &Support, today: Date, only: Option<&str>, and: &str) -> Ahead {
    let year = today.checked_add(1.year()).unwrap_or(Date::MAX);
    let past: u64 = support.past(today).map(|end| end.hosts).sum();
    let soon: u64 = support.ahead(today, year).map(|end| end.hosts).sum();
    let status = status(past, soon);
    let is_of_one = only.is_some();
    let only = only.map_or(String::new(), |code| format!("&organisation={}", percent(code)));
    let row = |end: &SupportEnd, is_past| AheadRow {
        system: end.system.clone(),
        day: day(end.day),
        is_past,
        hosts: number(end.hosts),
        organisations: number(end.organisations.len() as u64),
        href: format!("/support?system={}{only}{and}", percent(&end.system)),
    };
    let mut rows: Vec<AheadRow> = support.ahead(today, year).map(|end| row(end, false)).collect();
    let mut gone: Vec<&SupportEnd> = support.past(today).collect();
    gone.sort_by(|a, b| b.hosts.cmp(&a.hosts).then_with(|| a.system.cmp(&b.system)));
    rows.extend(gone.into_iter().map(|end| row(end, true)));
    let unknown = match support.unknown {
        0 => String::new(),
        hosts => format!(
            "Of {} it is not known: the system is not shown, or its lifecycle is not in the \
             knowledge. Paid extensions do not count: no evidence shows whether they were bought.",
            counted(hosts, "host", "hosts")
        ),
    };
    Ahead { status, rows, unknown, is_of_one }
}

fn status(past: u64, soon: u64) -> String {
    let run = |hosts: u64| match hosts {
        1 => "1 host runs a system".to_owned(),
        hosts => format!("{} run systems", counted(hosts, "host", "hosts")),
    };
    match (past, soon) {
        (0, 0) => "No host that was seen runs a system of which support has ended or ends within \
                   twelve months."
            .to_owned(),
        (0, soon) => format!("{} of which support ends within twelve months.", run(soon)),
        (past, 0) => format!("{} of which support has ended.", run(past)),
        (past, soon) => format!(
            "{} of which support has ended; of {} it ends within twelve months.",
            run(past),
            counted(soon, "more host", "more hosts")
        ),
    }
}

/// Of which system, and of which organisation.
#[derive(Deserialize)]
pub(crate) struct SupportQuery {
    #[serde(default)]
    system: String,
    #[serde(default)]
    organisation: String,
}

#[derive(askama::Template)]
#[template(path = "support.html")]
struct SupportPage {
    frame: Frame,
    status: String,
    as_of: String,
    ahead: Ahead,
    /// Organisations with a system, where one was asked about.
    rows: Vec<(String, String, String)>,
    more: usize,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<SupportQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let (context, caller, moment) = (site.context(), &visitor.caller, asking.when.moment());
    let only = match query.organisation.trim() {
        "" => Vec::new(),
        code => {
            let code = code_of(code)?;
            site.desk.expected(&context, caller, &code, moment).await?;
            vec![code]
        }
    };
    let of_one = only.first().map(ToString::to_string);
    let seen = site.desk.support(&context, caller, only, moment).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let system = query.system.trim();
    let ahead = ahead(&seen.answer, seen.as_at, of_one.as_deref(), &asking.when.query('&'));
    let (mut status, mut rows) = (ahead.status.clone(), Vec::new());
    if !system.is_empty() {
        let end = seen.answer.ends.iter().find(|end| end.system == system).ok_or_else(|| {
            Refusal::NotFound(format!("No host that you may see is known to run {system}."))
        })?;
        let ended = if end.day < seen.as_at { "ended" } else { "ends" };
        status = format!(
            "Support of {system} {ended} on {}: {} in {}.",
            day(end.day),
            counted(end.hosts, "host", "hosts"),
            counted(end.organisations.len() as u64, "organisation", "organisations"),
        );
        let row = |(code, hosts): &(OrganisationCode, u64)| {
            let own = seen.register.get(code);
            let name = own.map_or_else(|| code.to_string(), |own| own.label().to_owned());
            (code.to_string(), name, number(*hosts))
        };
        rows = end.organisations.iter().map(row).collect();
    }
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    Ok(frame::html(&SupportPage {
        frame: Frame::of(&site, &visitor, "End of support", "/situation").at(asking),
        status,
        as_of,
        ahead,
        rows,
        more,
    }))
}
