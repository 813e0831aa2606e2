//! The call sheet: who has not answered, the most exposed first, and whom to ring. For paper.

use std::sync::Arc;

use app::alerts;
use axum::extract::{Path, State};
use axum::response::Response;

use super::funnel::Show;
use super::{number_of, words};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::organisation::{Answering, people};
use crate::site::Site;
use crate::when::Asking;
use crate::words::counted;

/// So many are on one sheet: more than one person rings in a day.
const MOST: usize = 60;

#[derive(askama::Template)]
#[template(path = "calls.html")]
struct CallsPage {
    frame: Frame,
    number: String,
    headline: String,
    status: String,
    as_of: String,
    rows: Vec<CallRow>,
}

struct CallRow {
    code: String,
    name: String,
    hosts: String,
    said: String,
    people: Vec<Answering>,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<String>,
    asking: Asking,
) -> Result<Response, PageError> {
    let number = number_of(&number)?;
    let (context, caller) = (site.context(), &visitor.caller);
    let moment = asking.when.moment();
    let seen = alerts::alert(&context, caller, (&site.alerts, &site.desk), number, moment).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let view = &seen.answer;
    let silent: Vec<_> = view.rows.iter().filter(|row| Show::Silent.takes(row)).collect();
    let status = match silent.len() {
        0 => format!("Everybody whom you may see has answered {number}."),
        all => format!(
            "{} to ring about {number}{}.",
            counted(all as u64, "organisation", "organisations"),
            if all > MOST { format!(", the first {MOST} below") } else { String::new() }
        ),
    };
    let rows = silent.into_iter().take(MOST).map(|row| CallRow {
        code: row.code.to_string(),
        name: row.name.clone(),
        hosts: words::hosts(row.shown.hosts),
        said: row
            .answer
            .addressed
            .map_or(String::new(), |since| format!("asked {} ago", words::ago(since, context.now))),
        people: people(&seen.register, &row.code),
    });
    Ok(frame::html(&CallsPage {
        number: number.to_string(),
        headline: view
            .alert
            .current()
            .map_or(String::new(), |issue| issue.content.headline.clone()),
        status,
        as_of,
        rows: rows.collect(),
        frame: Frame::of(&site, &visitor, format!("Call sheet of {number}"), "/alerts").at(asking),
    }))
}
