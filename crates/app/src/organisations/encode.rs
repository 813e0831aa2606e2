//! Events of the register as the record keeps them.
//!
//! The body is a JSON object with `version`, `code`, `as_at` and what the kind needs; what is
//! personal goes into an object of its own. A writer that says something older readers would get
//! wrong by passing it over sets `needs` to the version that understands it; fields that may be
//! passed over need nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::event::{EventId, Marking, NewEvent};
use model::organisation::register::{Change, Opening, RegisterEvent, Statement};
use model::organisation::{Contact, OrganisationCode, Party, Personal, Responsibility};
use serde_json::{Map, Value, json};

/// The version of the bodies that this program writes.
pub const VERSION: u64 = 1;

/// What the subject of an event of the register begins with; the code follows.
pub const SUBJECT_PREFIX: &str = "organisation/";

/// The kinds of the register's events.
pub const KINDS: [&str; 10] = [
    REGISTERED,
    OPENING_STATED,
    RENAMED,
    KIND_SET,
    PARENT_SET,
    CLOSED,
    SUCCEEDED,
    RESPONSIBILITY_SET,
    EXPECTED_HOSTS_SET,
    CORRECTED,
];

pub(super) const REGISTERED: &str = "organisation.registered";
pub(super) const OPENING_STATED: &str = "organisation.opening-stated";
pub(super) const RENAMED: &str = "organisation.renamed";
pub(super) const KIND_SET: &str = "organisation.kind-set";
pub(super) const PARENT_SET: &str = "organisation.parent-set";
pub(super) const CLOSED: &str = "organisation.closed";
pub(super) const SUCCEEDED: &str = "organisation.succeeded";
pub(super) const RESPONSIBILITY_SET: &str = "organisation.responsibility-set";
pub(super) const EXPECTED_HOSTS_SET: &str = "organisation.expected-hosts-set";
pub(super) const CORRECTED: &str = "organisation.corrected";

/// Who says something, for whom, by what authority and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who did or said it.
    pub actor: String,
    /// For whom, where the actor acts for another.
    pub on_behalf_of: Option<String>,
    /// By what authority.
    pub authority: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The event that led to this one.
    pub caused_by: Option<EventId>,
    /// Who may be shown it.
    pub marking: Marking,
}

impl Said {
    /// By an actor, without more.
    pub fn by(actor: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            on_behalf_of: None,
            authority: None,
            reason: None,
            caused_by: None,
            marking: Marking::default(),
        }
    }
}

/// Writes an event of the register for the record.
pub fn encode(event: &RegisterEvent, said: &Said) -> NewEvent {
    let mut body = Map::new();
    body.insert("version".to_owned(), VERSION.into());
    body.insert("code".to_owned(), event.organisation.as_str().into());
    body.insert("as_at".to_owned(), event.as_at.to_string().into());
    if let Some(day) = event.stated_on {
        body.insert("stated_on".to_owned(), day.to_string().into());
    }
    let (kind, corrects, change) = match &event.statement {
        Statement::Change(change) => {
            write(change, &mut body);
            (kind_of(change), None, Some(change))
        }
        Statement::Corrected { corrects, instead } => {
            let instead_body = instead.as_ref().map(|change| {
                let mut inner = Map::new();
                inner.insert("event".to_owned(), kind_of(change).into());
                write(change, &mut inner);
                Value::Object(inner)
            });
            body.insert("instead".to_owned(), instead_body.unwrap_or(Value::Null));
            (CORRECTED, Some(corrects.clone()), instead.as_ref())
        }
    };
    NewEvent {
        kind: kind.to_owned(),
        subject: format!("{SUBJECT_PREFIX}{}", event.organisation),
        organisation: Some(event.organisation.clone()),
        actor: said.actor.clone(),
        on_behalf_of: said.on_behalf_of.clone(),
        authority: said.authority.clone(),
        reason: said.reason.clone(),
        as_at: midnight(event.as_at),
        caused_by: said.caused_by.clone(),
        corrects,
        marking: said.marking,
        body: Value::Object(body).to_string(),
        personal: change.and_then(personal),
    }
}

const fn kind_of(change: &Change) -> &'static str {
    match change {
        Change::Registered { .. } => REGISTERED,
        Change::OpeningStated => OPENING_STATED,
        Change::Renamed { .. } => RENAMED,
        Change::KindSet { .. } => KIND_SET,
        Change::ParentSet { .. } => PARENT_SET,
        Change::Closed { .. } => CLOSED,
        Change::Succeeded { .. } => SUCCEEDED,
        Change::ResponsibilitySet { .. } => RESPONSIBILITY_SET,
        Change::ExpectedHostsSet { .. } => EXPECTED_HOSTS_SET,
    }
}

fn write(change: &Change, body: &mut Map<String, Value>) {
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    match change {
        Change::Registered { name, kind, opening } => {
            put("name", json!(name.as_ref().map(|name| name.as_str())));
            put("kind", kind.code().into());
            put("opening", opening_word(*opening).into());
        }
        Change::OpeningStated => {}
        Change::Renamed { name } => put("name", name.as_str().into()),
        Change::KindSet { kind } => put("kind", kind.code().into()),
        Change::ParentSet { parent } => {
            put("parent", json!(parent.as_ref().map(OrganisationCode::as_str)));
        }
        Change::Closed { successors } | Change::Succeeded { successors } => {
            put("successors", successors.iter().map(OrganisationCode::as_str).collect());
        }
        Change::ResponsibilitySet { slot, responsibility } => {
            put("role", slot.role.code().into());
            put("call_order", slot.call_order.into());
            if let Some(Responsibility { party, confirmed_on, .. }) = responsibility {
                match party {
                    Party::Organisation(code) => put("organisation", code.as_str().into()),
                    Party::Person(person) => put("person", person.as_str().into()),
                }
                put("confirmed_on", json!(confirmed_on.map(|day| day.to_string())));
            }
        }
        Change::ExpectedHostsSet { hosts } => {
            put("count", json!(hosts.as_ref().map(|hosts| hosts.count)));
            put("source", json!(hosts.as_ref().map(|hosts| &hosts.source)));
        }
    }
}

pub(super) const fn opening_word(opening: Opening) -> &'static str {
    match opening {
        Opening::Stated => "stated",
        Opening::Assumed => "assumed",
    }
}

fn personal(change: &Change) -> Option<String> {
    let Change::ResponsibilitySet { responsibility: Some(responsibility), .. } = change else {
        return None;
    };
    let Personal::Given(Contact { name, phone, mobile, mail }) = &responsibility.personal else {
        return None;
    };
    let parts = [("name", name), ("phone", phone), ("mobile", mobile), ("mail", mail)];
    let parts = parts.into_iter().filter_map(|(part, text)| Some((part, text.as_ref()?)));
    let object: Map<String, Value> =
        parts.map(|(part, text)| (part.to_owned(), text.as_str().into())).collect();
    Some(Value::Object(object).to_string())
}

/// The beginning of a day in UTC. The day itself stands in the body, so that no time zone shifts it.
fn midnight(day: Date) -> Timestamp {
    let bound = if day.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    day.to_zoned(TimeZone::UTC).map_or(bound, |zoned| zoned.timestamp())
}
