//! The alerts that ask something of one organisation.

use std::sync::Arc;

use app::alerts::{self, OwnAnswer};
use app::exposure::desk::Moment;
use axum::extract::{Path, State};
use axum::response::Response;
use model::organisation::OrganisationCode;
use response::alert::Phase;
use response::answer::Proof;

use super::funnel::is_open;
use super::words::{self, Mark};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{counted, day, number};

#[derive(askama::Template)]
#[template(path = "own_alerts.html")]
struct OwnPage {
    frame: Frame,
    code: String,
    status: String,
    /// What its word was worth so far.
    veracity: String,
    rows: Vec<OwnRow>,
}

struct OwnRow {
    number: String,
    headline: String,
    mark: Mark,
    state: String,
    due: String,
    hosts: String,
}

/// An alert that still waits for something of an organisation.
pub(crate) struct Waiting {
    pub(crate) number: String,
    pub(crate) headline: String,
    pub(crate) due: String,
    /// Whether nobody has acknowledged it.
    pub(crate) is_new: bool,
    /// What evidence says against what was declared.
    pub(crate) against: Option<String>,
}

/// The alerts in force that still wait for something of an organisation, as they are now.
pub(crate) async fn waiting(
    site: &Site,
    caller: &app::Caller,
    code: &OrganisationCode,
) -> Result<Vec<Waiting>, PageError> {
    let books = (&*site.alerts, &*site.desk);
    let own = alerts::own_alerts(&site.context(), caller, books, code, Moment::default()).await?;
    let open = own.into_iter().filter(|own| own.phase == Phase::Issued && is_open(&own.row));
    let waiting = open.map(|own| Waiting {
        number: own.number.to_string(),
        due: due(&own),
        is_new: own.row.answer.acknowledged.is_none(),
        against: own.row.standing.proof.map(words::proof),
        headline: own.content.headline,
    });
    Ok(waiting.collect())
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    asking: Asking,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    let books = (&*site.alerts, &*site.desk);
    let moment = asking.when.moment();
    let own = alerts::own_alerts(&site.context(), &visitor.caller, books, &code, moment).await?;
    let open = own.iter().filter(|own| own.phase == Phase::Issued && is_open(&own.row)).count();
    let status = match (open, own.len()) {
        (_, 0) => format!("No alert has asked anything of {code}."),
        (0, _) => format!("Nothing waits for {code}: every alert is over or closed."),
        (open, _) => {
            format!("{} for {code}.", counted(open as u64, "alert waits", "alerts wait"))
        }
    };
    Ok(frame::html(&OwnPage {
        status,
        veracity: veracity(&own),
        rows: own.iter().map(row).collect(),
        frame: Frame::of(&site, &visitor, format!("Alerts for {code}"), "/organisations")
            .at(asking),
        code: code.to_string(),
    }))
}

/// How many claims were made under all alerts, and of how many evidence said otherwise.
fn veracity(own: &[OwnAnswer]) -> String {
    let sum = |count: fn(&OwnAnswer) -> u32| own.iter().map(count).map(u64::from).sum::<u64>();
    let claims = sum(|own| own.row.answer.claims);
    let disputed = sum(|own| own.row.answer.disputed);
    let proved = own.iter().filter(|own| own.row.standing.proof == Some(Proof::Agrees)).count();
    match claims {
        0 => "It has claimed nothing so far: what its word is worth is not known.".to_owned(),
        claims => format!(
            "Of {} so far, evidence contradicted {}; under {} evidence agrees now.",
            counted(claims, "claim", "claims"),
            number(disputed),
            counted(proved as u64, "alert", "alerts")
        ),
    }
}

fn row(own: &OwnAnswer) -> OwnRow {
    OwnRow {
        number: own.number.to_string(),
        headline: own.content.headline.clone(),
        mark: words::standing(&own.row),
        state: match own.phase {
            Phase::Ended(end) => words::ended(end),
            _ => "In force".to_owned(),
        },
        due: due(own),
        hosts: words::hosts(own.row.shown.hosts),
    }
}

fn due(own: &OwnAnswer) -> String {
    own.row.answer.due_by().map_or("no day is set".to_owned(), |by| format!("due on {}", day(by)))
}
