//! The record: who said what and when, and files by which anyone can check that it stands so.

use std::sync::Arc;

use app::audit::{self, Wanted};
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use model::event::Event;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::paging::{PageQuery, Paged, cursor};
use crate::site::Site;
use crate::when::{Asking, When, WhenQuery};
use crate::words::{counted, minute, number, percent};

/// Events on one page.
const PAGE: usize = 50;

/// Which part is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordQuery {
    /// Events of this organisation only, by its code.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    organisation: String,
    /// Events of this kind only.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: String,
    /// Events about this subject only.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    subject: String,
    /// From the event of this number on.
    #[serde(default)]
    #[param(value_type = Option<u64>, maximum = 9_007_199_254_740_991_i64)]
    from: u64,
}

/// An event as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventRow {
    number: u64,
    id: String,
    kind: String,
    subject: String,
    organisation: Option<String>,
    actor: String,
    on_behalf_of: Option<String>,
    authority: Option<String>,
    reason: Option<String>,
    /// When it held in the world.
    #[schema(format = DateTime)]
    as_at: String,
    /// When the record came to know it.
    #[schema(format = DateTime)]
    as_known: String,
    corrects: Option<String>,
    caused_by: Option<String>,
    /// How it may be handed on (TLP 2.0).
    marking: &'static str,
    /// What it says; its shape follows from the kind.
    body: serde_json::Value,
    #[serde(skip)]
    known_words: String,
    #[serde(skip)]
    at_words: String,
}

fn row(event: Event) -> EventRow {
    let of = event.event;
    EventRow {
        number: event.number,
        id: event.id.to_string(),
        known_words: minute(event.as_known),
        at_words: minute(of.as_at),
        as_known: event.as_known.to_string(),
        as_at: of.as_at.to_string(),
        kind: of.kind,
        subject: of.subject,
        organisation: of.organisation.map(|code| code.to_string()),
        actor: of.actor,
        on_behalf_of: of.on_behalf_of,
        authority: of.authority,
        reason: of.reason,
        corrects: of.corrects.map(|id| id.to_string()),
        caused_by: of.caused_by.map(|id| id.to_string()),
        marking: of.marking.label(),
        body: serde_json::from_str(&of.body).unwrap_or(serde_json::Value::String(of.body)),
    }
}

impl EventRow {
    /// The organisation it is about, where that is not said by its subject already.
    fn of_another(&self) -> Option<&str> {
        let code = self.organisation.as_deref()?;
        (self.subject != format!("organisation/{code}")).then_some(code)
    }

    /// The organisation that its subject is.
    fn is_of(&self) -> Option<&str> {
        self.organisation.as_deref().filter(|_| self.of_another().is_none())
    }

    /// Events of its kind, of the organisation that is looked at.
    fn same_kind(&self, frame: &Frame) -> String {
        let others = frame.asking.others.iter().filter(|(name, _)| name == "organisation");
        let organisation = others.map(|(_, code)| format!("&organisation={}", percent(code)));
        let organisation: String = organisation.collect();
        format!("/record?kind={}{organisation}{}", percent(&self.kind), frame.and())
    }

    /// What the event says, a line for each part.
    fn parts(&self) -> Vec<(String, String)> {
        let serde_json::Value::Object(parts) = &self.body else { return Vec::new() };
        parts
            .iter()
            .map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
                (name.replace('_', " "), text)
            })
            .collect()
    }
}

fn wanted(query: &RecordQuery, when: When) -> Result<Wanted, Refusal> {
    let organisation = match query.organisation.trim() {
        "" => None,
        text => Some(code_of(text)?),
    };
    let kind = query.kind.trim();
    Ok(Wanted {
        organisation,
        kinds: if kind.is_empty() { Vec::new() } else { vec![kind.to_owned()] },
        subject: Some(query.subject.trim().to_owned()).filter(|subject| !subject.is_empty()),
        known_until: when.as_known,
        from: query.from,
    })
}

#[derive(askama::Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    status: String,
    organisation: String,
    kind: String,
    subject: String,
    rows: Vec<EventRow>,
    next: Option<u64>,
    /// From where on the newest events stand; none where these are they, or where some were picked.
    newest: Option<u64>,
}

pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<RecordQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let wanted = wanted(&query, asking.when)?;
    let is_all = wanted.organisation.is_none()
        && wanted.kinds.is_empty()
        && wanted.subject.is_none()
        && wanted.known_until.is_none();
    let part = audit::events(&site.context(), &visitor.caller, &wanted, PAGE).await?;
    let mut status = format!(
        "The record holds {}; below {} that you may read, the oldest first.",
        counted(part.size, "event", "events"),
        match part.events.len() as u64 {
            1 => "is 1".to_owned(),
            several => format!("are {}", number(several)),
        },
    );
    if part.events.is_empty() && part.next.is_some() {
        status.push_str(" Further on there may be more.");
    }
    Ok(frame::html(&RecordPage {
        frame: Frame::of(&site, &visitor, "Record", "/record").at(asking),
        status,
        organisation: query.organisation,
        kind: query.kind,
        subject: query.subject,
        newest: is_all
            .then_some(part.size.saturating_sub(PAGE as u64))
            .filter(|at| *at > query.from),
        rows: part.events.into_iter().map(row).collect(),
        next: part.next,
    }))
}

#[derive(askama::Template)]
#[template(path = "event.html")]
struct EventPage {
    frame: Frame,
    row: EventRow,
    key: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<u64>,
    asking: Asking,
) -> Result<Response, PageError> {
    let context = site.context();
    let event = audit::event(&context, &visitor.caller, number).await?;
    Ok(frame::html(&EventPage {
        frame: Frame::of(&site, &visitor, format!("Event {number}"), "/record").at(asking),
        row: row(event),
        key: context.store.verifier_key().to_string(),
    }))
}

/// The proof, as a file to keep.
pub(crate) async fn proof(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<u64>,
) -> Result<Response, PageError> {
    let text = audit::proof(&site.context(), &visitor.caller, number).await?;
    Ok(file(&format!("event-{number}.proof"), text))
}

/// The newest signed checkpoint, to be kept elsewhere.
pub(crate) async fn checkpoint(
    State(site): State<Arc<Site>>,
    Visitor(_): Visitor,
) -> Result<Response, PageError> {
    let note = site.context().store.checkpoint().await.map_err(app::Error::from)?;
    Ok(file("checkpoint.txt", note))
}

/// The key that proves checkpoints and proofs: for anyone.
pub(crate) async fn key(State(site): State<Arc<Site>>) -> Response {
    file("record.key.pub", format!("{}\n", site.context().store.verifier_key()))
}

fn file(name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}

/// As it was known when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "says to programs what of the switches this list heeds")]
struct KnownQuery {
    /// Only what was known at this instant: `2017-05-12T12:00:00Z`, or a day, which means its end.
    as_known: Option<String>,
}

/// A part of the record for programs.
#[derive(Serialize, ToSchema)]
#[schema(as = Events)]
pub(crate) struct Document {
    /// How many events the record has, those that the caller may not read too.
    size: u64,
    /// In the order of their numbers.
    events: Vec<EventRow>,
    /// `after` of the next page; none at the end. A page may be short, and not be the last.
    next: Option<String>,
}

/// The largest number that every reader of JSON takes as it is.
const LAST: u64 = (1 << 53) - 1;
/// The cursors of this list are its own.
const LIST: &str = "events";

/// The record: what was said, by whom and when
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "record",
    params(RecordQuery, KnownQuery, PageQuery),
    responses((status = 200, description = "A page of events that the caller may read", body = Document)),
)]
pub(crate) async fn api_list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Query(query): Query<RecordQuery>,
    Query(when): Query<WhenQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<Document>, ApiError> {
    let part = page.read(LIST)?;
    let mut wanted = wanted(&query, when.read()?)?;
    if wanted.from > LAST {
        return Err(Refusal::Wrong(format!("No event has a number above {LAST}.")).into());
    }
    if let Some(after) = &part.after {
        let number: u64 = after.parse().map_err(|_| {
            Refusal::Wrong("That cursor is none of this list: leave `after` out.".to_owned())
        })?;
        wanted.from = wanted.from.max(number);
    }
    let found = audit::events(&site.context(), &visitor.caller, &wanted, part.limit).await?;
    let next = found.next.map(|number| cursor(LIST, &number.to_string()));
    let document = Document {
        size: found.size,
        events: found.events.into_iter().map(row).collect(),
        next: next.clone(),
    };
    Ok(Paged { document, next, asked: uri })
}
