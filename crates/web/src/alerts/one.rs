//! One alert: what it says, how far everybody is, who disagrees with their evidence, what was said.

use std::sync::Arc;

use app::access::Permission;
use app::alerts::{self, AlertView, OrganisationRow, publish};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use response::alert::{ActBy, Basis, Content, Phase, Proposal};
use serde::Deserialize;

use super::funnel::{Show, Step, is_open, status, steps};
use super::number_of;
use super::publish::{Offer, offer};
use super::words::{self, Mark};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::situation::Next;
use crate::when::Asking;
use crate::words::{day, minute};

/// Most organisations on one page.
const MOST: usize = 100;

/// Which organisations are shown, and from which on.
#[derive(Deserialize)]
pub(crate) struct OneQuery {
    #[serde(default)]
    show: String,
    #[serde(default)]
    from: usize,
}

#[derive(askama::Template)]
#[template(path = "alert.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a part that is there or not")]
struct AlertPage {
    frame: Frame,
    number: String,
    state: String,
    status: String,
    as_of: String,
    next: Option<Next>,
    /// How often something was said of it, as it is read here.
    seen: usize,
    /// What is in force, or was.
    says: Option<Says>,
    /// What is proposed, and how it stands.
    proposed: Option<Says>,
    proposal: String,
    sent_back: Option<String>,
    is_issued: bool,
    may_submit: bool,
    may_decide: bool,
    may_write: bool,
    may_end: bool,
    /// Whether they may answer for several of those who are shown.
    may_answer: bool,
    steps: Vec<Step>,
    shows: Vec<(Show, bool)>,
    shown: Show,
    rows: Vec<RowView>,
    more: Option<usize>,
    history: Vec<Line>,
    /// Its files for other tools.
    offer: Option<Offer>,
}

/// What an alert says, in words.
pub(super) struct Says {
    pub(super) headline: String,
    pub(super) description: String,
    pub(super) steps: Vec<String>,
    pub(super) advisories: Vec<String>,
    pub(super) marking: &'static str,
    pub(super) authority: String,
    pub(super) grade: String,
    pub(super) clocks: String,
    pub(super) audience: String,
}

struct RowView {
    code: String,
    name: String,
    mark: Mark,
    said: String,
    hosts: String,
    may_answer: bool,
}

/// Something that was said.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) when: String,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) why: Option<String>,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<String>,
    Query(query): Query<OneQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let number = number_of(&number)?;
    let (context, caller) = (site.context(), &visitor.caller);
    let moment = asking.when.moment();
    let books = (&*site.alerts, &*site.desk);
    let seen = alerts::alert(&context, caller, books, number, moment).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let view = seen.answer;
    let is_now = asking.when.is_now();
    let may_write = caller.can_everywhere(Permission::IssueAlerts) && is_now;
    let shown = Show::of_code(&query.show);
    let wanted: Vec<&OrganisationRow> = view.rows.iter().filter(|row| shown.takes(row)).collect();
    let more = (wanted.len() > query.from.saturating_add(MOST)).then(|| query.from + MOST);
    let rows = wanted.into_iter().skip(query.from).take(MOST);
    let rows =
        rows.map(|row| RowView { may_answer: answers(caller, row), ..row_view(row, context.now) });
    let proposal = view.alert.proposal.as_ref();
    let is_second = proposal.is_some_and(|one| !one.authors.contains(&visitor.person.id));
    let waits = proposal.is_some_and(|one| one.is_submitted);
    let is_over = matches!(view.alert.phase(), Phase::Ended(_));
    let actors = view.history.iter().map(|told| told.actor.clone()).collect();
    let names = app::access::names(&context, caller, &actors).await?;
    Ok(frame::html(&AlertPage {
        number: number.to_string(),
        seen: view.said,
        state: words::phase(&view.alert),
        status: heading(&view),
        as_of,
        next: next(&view, (may_write, is_second)),
        says: view.alert.current().map(|issue| says(&issue.content)),
        proposed: proposal.map(|one| says(&one.content)),
        proposal: proposal.map_or(String::new(), |one| proposal_words(one, is_second)),
        sent_back: proposal.and_then(|one| one.sent_back.clone()),
        is_issued: view.alert.issued_at().is_some(),
        may_submit: may_write && proposal.is_some() && !waits,
        may_decide: may_write && waits,
        may_write: may_write && !is_over && !waits,
        may_end: may_write && !is_over,
        may_answer: is_now
            && !is_over
            && view.rows.iter().filter(|row| answers(caller, row)).take(2).count() == 2,
        steps: steps(&view.funnel),
        shows: Show::EACH.into_iter().map(|one| (one, one == shown)).collect(),
        shown,
        rows: rows.collect(),
        more,
        history: view
            .history
            .iter()
            .map(|told| Line {
                number: told.number,
                when: minute(told.at),
                who: names.get(&told.actor).cloned().unwrap_or_else(|| told.actor.clone()),
                what: words::told(told),
                why: told.reason.clone(),
            })
            .collect(),
        offer: offer(&site, &view.alert).filter(|_| is_now),
        frame: Frame::of(&site, &visitor, format!("Alert {number}"), "/alerts").at(asking),
    }))
}

fn heading(view: &AlertView) -> String {
    match view.alert.phase() {
        Phase::Issued | Phase::Ended(_) if view.alert.issued_at().is_some() => status(&view.funnel),
        Phase::Draft => "A draft: nobody is asked anything yet.".to_owned(),
        Phase::AwaitingSecondPerson => {
            "It waits for a second person before anybody is asked.".to_owned()
        }
        Phase::Issued | Phase::Ended(_) => "It was withdrawn before anybody was asked.".to_owned(),
    }
}

fn next(view: &AlertView, (may_write, is_second): (bool, bool)) -> Option<Next> {
    let number = view.alert.number;
    let proposal = view.alert.proposal.as_ref();
    if may_write && proposal.is_some() {
        let waits = proposal.is_some_and(|one| one.is_submitted);
        let text = match (waits, is_second) {
            (true, true) => "Read it below, then approve it or send it back.",
            (true, false) => "Somebody else must approve it: you wrote at it yourself.",
            (false, _) => "Read it below, then ask for a second person.",
        };
        return Some(Next {
            text: text.to_owned(),
            label: "Go to the draft".to_owned(),
            href: "#proposed".to_owned(),
        });
    }
    if view.alert.phase() != Phase::Issued {
        return None;
    }
    if view.funnel.disputed > 0 {
        return Some(Next {
            text:
                "Somebody says that it is done, and evidence shows open hosts: talk to them first."
                    .to_owned(),
            label: "Show whose claims are contradicted".to_owned(),
            href: format!("/alerts/{number}?show=disputed#organisations"),
        });
    }
    (view.funnel.silent > 0).then(|| Next {
        text: "Ring those who are silent, the most exposed first.".to_owned(),
        label: "Open the call sheet".to_owned(),
        href: format!("/alerts/{number}/calls"),
    })
}

fn proposal_words(proposal: &Proposal, is_second: bool) -> String {
    match (proposal.is_submitted, is_second) {
        (true, true) => "It waits for you: you did not write at it.".to_owned(),
        (true, false) => "It waits for somebody who did not write at it.".to_owned(),
        (false, _) => "It is being written.".to_owned(),
    }
}

/// What a content says, in words.
pub(super) fn says(content: &Content) -> Says {
    let authority = &content.authority;
    let mut right = authority.level().to_string();
    if let Some(basis) = authority.basis().map(Basis::as_str) {
        right.push_str(&format!(" ({basis})"));
    }
    let clocks = &content.clocks;
    let act = match &clocks.act {
        ActBy::Day(by) => format!("done by {}", day(*by)),
        ActBy::Policy(policy) => format!("done by the day that the policy {policy} sets"),
        ActBy::Open => "no day to be done by".to_owned(),
    };
    let hours = clocks.acknowledge_within.as_hours();
    let ends =
        clocks.expires.map_or(String::new(), |at| format!("; ends by itself at {}", minute(at)));
    Says {
        headline: content.headline.clone(),
        description: content.description.clone(),
        steps: content.steps.clone(),
        advisories: content.advisories.clone(),
        marking: content.marking.label(),
        authority: format!("{right}."),
        grade: format!(
            "{} ({} urgency, certainty: {})",
            content.severity.code(),
            content.urgency.code().to_lowercase(),
            content.certainty.code().to_lowercase()
        ),
        clocks: format!("Acknowledge within {hours} hours; {act}{ends}."),
        audience: publish::audience(content),
    }
}

fn row_view(row: &OrganisationRow, now: jiff::Timestamp) -> RowView {
    let mut said = Vec::new();
    if let Some(found) = row.standing.proof {
        said.push(words::proof(found));
    }
    if row.answer.acknowledged.is_none()
        && let Some(since) = row.answer.addressed
    {
        said.push(format!("asked {} ago", words::ago(since, now)));
    }
    said.extend(row.standing.flags.iter().map(words::flag));
    RowView {
        code: row.code.to_string(),
        name: row.name.clone(),
        mark: words::standing(row),
        said: model::words::capital(&said.join("; ")),
        hosts: words::hosts(row.shown.hosts),
        may_answer: false,
    }
}

/// Whether somebody may answer for an organisation of which something is still wanted.
fn answers(caller: &app::Caller, row: &OrganisationRow) -> bool {
    caller.can(Permission::AnswerAlerts, Some(&row.code)) && is_open(row)
}
