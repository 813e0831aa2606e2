//! How far an alert's messages are: who needs somebody first, then each carrier.

use std::sync::Arc;

use app::delivery::{self, Contacted, Counts, Told};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::words;
use crate::alerts::number_of;
use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::words::{counted, minute, number};

/// Most organisations on one page.
const MOST: usize = 100;

/// From which organisation on, and whether the page looks again by itself.
#[derive(Deserialize)]
pub(crate) struct DeliveryQuery {
    #[serde(default)]
    from: usize,
    /// Only when it was asked for: a page that changes by itself takes away what is being read
    /// (WCAG 2.2, 2.2.2 and failure F41).
    #[serde(default)]
    again: bool,
}

#[derive(askama::Template)]
#[template(path = "delivery.html")]
struct DeliveryPage {
    frame: Frame,
    number: String,
    headline: String,
    status: String,
    as_of: String,
    /// What the operator of this service must do, if anything.
    fault: Option<String>,
    counts: Vec<(String, String)>,
    messages: Vec<MessageRow>,
    carriers: Vec<CarrierRow>,
    rows: Vec<Row>,
    more: Option<usize>,
    from: usize,
    is_running: bool,
    is_again: bool,
}

/// How many messages of a way are where.
struct MessageRow {
    route: &'static str,
    states: Vec<(String, &'static str)>,
}

struct CarrierRow {
    route: &'static str,
    taken: String,
    waiting: String,
    fault: String,
}

struct Row {
    code: String,
    name: String,
    calls: Vec<String>,
    runs: Vec<RunView>,
}

/// A run in words.
pub(crate) struct RunView {
    pub(crate) occasion: &'static str,
    pub(crate) since: String,
    pub(crate) progress: String,
    pub(crate) steps: Vec<(String, Vec<String>)>,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(alert): Path<String>,
    Query(query): Query<DeliveryQuery>,
) -> Result<Response, PageError> {
    let alert = number_of(&alert)?;
    let context = site.context();
    let known = (&*site.alerts, &*site.desk);
    let seen =
        delivery::delivery(&context, &visitor.caller, known, alert).await.map_err(Refusal::from)?;
    let more = (seen.rows.len() > query.from.saturating_add(MOST)).then(|| query.from + MOST);
    let rows = seen.rows.iter().skip(query.from).take(MOST).map(row);
    let carriers = site.postman.carriers();
    let fault = carriers.is_empty().then(|| {
        "This service has no carrier: nobody is told by it. Ring those who are silent, and ask \
         whoever runs it to set up carriers (wardround serve --carriers)."
            .to_owned()
    });
    // How the carriers fare tells of the whole service.
    let is_national = visitor.caller.can_everywhere(app::access::Permission::SeeHosts);
    let health = carriers.each().filter(|_| is_national).map(|(route, way)| {
        let health = way.health();
        CarrierRow {
            route: words::route(route),
            taken: number(health.taken),
            waiting: number(health.waiting),
            fault: health.fault.map_or_else(String::new, |(at, why)| {
                format!("at fault since {}: {why}", minute(at))
            }),
        }
    });
    Ok(frame::html(&DeliveryPage {
        number: alert.to_string(),
        headline: seen.headline,
        status: status(&seen.counts, seen.is_in_force),
        as_of: as_of(context.now),
        fault,
        counts: counts(&seen.counts),
        messages: messages(&seen.counts),
        carriers: health.collect(),
        rows: rows.collect(),
        more,
        from: query.from,
        is_running: seen.counts.running > 0,
        is_again: query.again,
        frame: Frame::of(&site, &visitor, format!("Who was told of {alert}"), "/alerts"),
    }))
}

/// Runs in words, the last first.
pub(crate) fn runs(told: &[Told]) -> Vec<RunView> {
    told.iter()
        .map(|run| RunView {
            occasion: words::occasion(run.occasion),
            since: minute(run.since),
            progress: words::progress(run),
            steps: run
                .steps
                .iter()
                .map(|(label, messages)| {
                    (label.clone(), messages.iter().map(words::message).collect())
                })
                .collect(),
        })
        .collect()
}

fn row(row: &Contacted) -> Row {
    Row {
        code: row.code.to_string(),
        name: row.name.clone(),
        calls: row.runs.iter().flat_map(|run| run.calls.iter().cloned()).collect(),
        runs: runs(&row.runs),
    }
}

fn as_of(now: Timestamp) -> String {
    format!("As of {}. A carrier's word that a message arrived is no acknowledgement.", minute(now))
}

/// What matters, in one sentence.
fn status(counts: &Counts, is_in_force: bool) -> String {
    let mut parts = Vec::new();
    if counts.exhausted > 0 {
        let who = counted(counts.exhausted, "organisation", "organisations");
        parts.push(format!("at {who} every way to everybody was tried and nobody has answered"));
    }
    if counts.unreachable > 0 {
        let who = counted(counts.unreachable, "organisation", "organisations");
        parts.push(format!("nobody is known to have been reached at {who}"));
    }
    if counts.not_told > 0 {
        parts.push(format!(
            "{} not told",
            counted(counts.not_told, "organisation is", "organisations are")
        ));
    }
    if counts.running > 0 && is_in_force {
        parts.push(format!(
            "{} being told",
            counted(counts.running, "organisation is", "organisations are")
        ));
    }
    parts.push(format!("{} of {} acknowledged", number(counts.acknowledged), number(counts.asked)));
    let mut text = model::words::capital(&parts.join("; "));
    text.push('.');
    text
}

fn counts(counts: &Counts) -> Vec<(String, String)> {
    [
        ("asked", counts.asked),
        ("of whom somebody was reached", counts.reached),
        ("acknowledged", counts.acknowledged),
        ("being told", counts.running),
        ("taken on by who watches over them", counts.taken_on),
        ("told in vain", counts.exhausted),
        ("nobody known to be reached", counts.unreachable),
        ("not told", counts.not_told),
    ]
    .map(|(word, count)| (number(count), word.to_owned()))
    .into()
}

fn messages(counts: &Counts) -> Vec<MessageRow> {
    let mut rows: Vec<MessageRow> = Vec::new();
    let mut last = None;
    for ((route, state), count) in &counts.messages {
        let said = (number(*count), words::state(*state));
        match rows.last_mut() {
            Some(row) if last == Some(*route) => row.states.push(said),
            _ => rows.push(MessageRow { route: words::route(*route), states: vec![said] }),
        }
        last = Some(*route);
    }
    rows
}
