//! Events to entries.

use jiff::Timestamp;
use model::event::Event;

use super::fields as key;
use super::settle::{object, settle_instant};
use super::{Leaf, LeafError, PersonalHash};
use crate::json::{self, Object, Value};

/// The entry of an event. `personal` is the hash of what is personal in it, where it has such a part;
/// the part itself is not looked at and may have been erased already.
///
/// Refuses what would not come back exactly: see [`settle`](super::settle()).
pub fn encode(event: &Event, personal: Option<PersonalHash>) -> Result<Leaf, LeafError> {
    if event.has_personal != personal.is_some() {
        return Err(LeafError::Personal);
    }
    let said = &event.event;
    let body = object(key::BODY, &said.body)?;
    if json::write(&body) != said.body {
        return Err(LeafError::Unsettled(key::BODY));
    }
    let text = |text: &str| Some(Value::from(text));
    let optional = |text: &Option<String>| text.as_deref().map(Value::from);
    let members = [
        (key::ACTOR, text(&said.actor)),
        (key::AS_AT, Some(instant(key::AS_AT, said.as_at)?)),
        (key::AS_KNOWN, Some(instant(key::AS_KNOWN, event.as_known)?)),
        (key::AUTHORITY, optional(&said.authority)),
        (key::BODY, Some(body)),
        (key::CAUSED_BY, said.caused_by.as_ref().map(|id| Value::from(id.as_str()))),
        (key::CORRECTS, said.corrects.as_ref().map(|id| Value::from(id.as_str()))),
        (key::ID, text(event.id.as_str())),
        (key::KIND, text(&said.kind)),
        (key::MARKING, text(said.marking.label())),
        (key::NUMBER, Some(Value::from(event.number))),
        (key::ON_BEHALF_OF, optional(&said.on_behalf_of)),
        (key::ORGANISATION, said.organisation.as_ref().map(|code| Value::from(code.as_str()))),
        (key::PERSONAL, personal.map(|hash| Value::Text(hash.to_string()))),
        (key::REASON, optional(&said.reason)),
        (key::SCHEMA_KEY, Some(Value::from(key::SCHEMA))),
        (key::SUBJECT, text(&said.subject)),
    ];
    let members = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let object = Object::new(members.collect()).map_err(LeafError::Unknown)?;
    Leaf::from_bytes(json::write(&Value::Object(object)).into_bytes())
}

fn instant(part: &'static str, instant: Timestamp) -> Result<Value, LeafError> {
    if settle_instant(instant) != instant {
        return Err(LeafError::Unsettled(part));
    }
    Ok(Value::from(instant.as_microsecond()))
}
