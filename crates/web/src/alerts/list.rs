//! All alerts that somebody may see.

use std::sync::Arc;

use app::access::Permission;
use app::alerts::{self, AlertLine};
use axum::extract::State;
use axum::response::Response;
use response::alert::Phase;

use super::words;
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::situation::Next;
use crate::when::Asking;
use crate::words::{counted, number};

#[derive(askama::Template)]
#[template(path = "alerts.html")]
struct AlertsPage {
    frame: Frame,
    status: String,
    as_of: String,
    next: Option<Next>,
    rows: Vec<Row>,
    may_write: bool,
}

struct Row {
    number: String,
    headline: String,
    state: String,
    asked: String,
    silent: String,
    disputed: String,
    proved: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    asking: Asking,
) -> Result<Response, PageError> {
    let (context, caller) = (site.context(), &visitor.caller);
    let moment = asking.when.moment();
    let seen = alerts::alerts(&context, caller, (&site.alerts, &site.desk), moment).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let may_write = caller.can_everywhere(Permission::IssueAlerts);
    Ok(frame::html(&AlertsPage {
        status: sum(&seen.answer),
        as_of,
        next: next(&seen.answer, &visitor.person.id),
        rows: seen.answer.iter().map(row).collect(),
        may_write,
        frame: Frame::of(&site, &visitor, "Alerts", "/alerts").at(asking),
    }))
}

fn sum(lines: &[AlertLine]) -> String {
    let in_force = lines.iter().filter(|line| line.alert.phase() == Phase::Issued);
    let (mut count, mut disputed, mut silent) = (0, 0, 0);
    for line in in_force {
        count += 1;
        disputed += line.funnel.disputed;
        silent += line.funnel.silent;
    }
    if count == 0 {
        return "No alert is in force that you may see.".to_owned();
    }
    let is = if count == 1 { "is" } else { "are" };
    format!(
        "{} {is} in force: {} that evidence contradicts, {} without an answer.",
        counted(count, "alert", "alerts"),
        counted(disputed, "claim", "claims"),
        number(silent)
    )
}

/// The one thing to do: what only a second person can do, then claims that evidence contradicts, then silence.
fn next(lines: &[AlertLine], person: &str) -> Option<Next> {
    let waits = lines.iter().find(|line| {
        let proposal = line.alert.proposal.as_ref();
        proposal.is_some_and(|one| one.is_submitted && !one.authors.contains(person))
    });
    if let Some(line) = waits {
        let number = line.alert.number;
        return Some(Next {
            text: format!(
                "{number} waits for a second person: read it, then approve it or send it back."
            ),
            label: format!("Read {number}"),
            href: format!("/alerts/{number}"),
        });
    }
    let in_force = || lines.iter().filter(|line| line.alert.phase() == Phase::Issued);
    let worst = in_force().filter(|line| line.funnel.disputed > 0);
    if let Some(line) = worst.max_by_key(|line| line.funnel.disputed) {
        let number = line.alert.number;
        let claims = counted(line.funnel.disputed, "claim", "claims");
        return Some(Next {
            text: format!(
                "Evidence contradicts {claims} under {number}: talk to whoever made them."
            ),
            label: "Show them".to_owned(),
            href: format!("/alerts/{number}?show=disputed"),
        });
    }
    let silent = in_force().filter(|line| line.funnel.silent > 0);
    let line = silent.max_by_key(|line| line.funnel.silent)?;
    let number = line.alert.number;
    let who = counted(line.funnel.silent, "organisation has", "organisations have");
    Some(Next {
        text: format!("{who} not answered {number}: ring the most exposed first."),
        label: "Open the call sheet".to_owned(),
        href: format!("/alerts/{number}/calls"),
    })
}

fn row(line: &AlertLine) -> Row {
    let funnel = &line.funnel;
    let content = line
        .alert
        .current()
        .map(|issue| &issue.content)
        .or_else(|| line.alert.proposal.as_ref().map(|proposal| &proposal.content));
    let is_issued = line.alert.issued_at().is_some();
    let shown = |count: u64| if is_issued { number(count) } else { String::new() };
    Row {
        number: line.alert.number.to_string(),
        headline: content.map_or_else(|| "(withdrawn draft)".to_owned(), |c| c.headline.clone()),
        state: words::phase(&line.alert),
        asked: shown(funnel.asked),
        silent: shown(funnel.silent),
        disputed: shown(funnel.disputed),
        proved: shown(funnel.proved),
    }
}
