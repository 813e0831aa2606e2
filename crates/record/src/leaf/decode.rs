//! Entries to events.

use jiff::Timestamp;
use model::event::{Event, EventId, Marking, NewEvent};

use super::fields as key;
use super::{LeafError, PersonalHash};
use crate::json::{self, Value};

/// An entry read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The event, without its personal part, which is not in the log.
    pub event: Event,
    /// The hash of its personal part, where it had one.
    pub personal: Option<PersonalHash>,
}

/// Reads an entry. Only the one spelling that [`encode`](super::encode()) writes is taken.
pub fn decode(bytes: &[u8]) -> Result<Decoded, LeafError> {
    let text = str::from_utf8(bytes).map_err(|_| LeafError::Text)?;
    let value = json::read(text).map_err(|source| LeafError::Json { part: "entry", source })?;
    if json::write(&value) != text {
        return Err(LeafError::Spelling);
    }
    let Value::Object(object) = value else { return Err(LeafError::NoObject("entry")) };
    let mut members = Members(object.into_members());
    // First of all: what a later layout means by its members is not known.
    match members.take(key::SCHEMA_KEY) {
        Some(Value::Integer(version)) if version.get() == i128::from(key::SCHEMA) => {}
        Some(version) => return Err(LeafError::Version(json::write(&version))),
        None => return Err(LeafError::Missing(key::SCHEMA_KEY)),
    }
    let personal = members.optional(key::PERSONAL)?;
    let personal = personal.map(|hash| hash.parse().map_err(|_| wrong(key::PERSONAL, "a hash")));
    let personal = personal.transpose()?;
    let event = Event {
        number: members.number()?,
        id: event_id(key::ID, &members.text(key::ID)?)?,
        as_known: members.instant(key::AS_KNOWN)?,
        event: NewEvent {
            kind: members.text(key::KIND)?,
            subject: members.text(key::SUBJECT)?,
            organisation: members.organisation()?,
            actor: members.text(key::ACTOR)?,
            on_behalf_of: members.optional(key::ON_BEHALF_OF)?,
            authority: members.optional(key::AUTHORITY)?,
            reason: members.optional(key::REASON)?,
            as_at: members.instant(key::AS_AT)?,
            caused_by: members.reference(key::CAUSED_BY)?,
            corrects: members.reference(key::CORRECTS)?,
            marking: members.marking()?,
            body: members.body()?,
            personal: None,
        },
        has_personal: personal.is_some(),
    };
    match members.0.into_iter().next() {
        Some((unknown, _)) => Err(LeafError::Unknown(unknown)),
        None => Ok(Decoded { event, personal }),
    }
}

/// Members that are still to be read.
struct Members(Vec<(String, Value)>);

impl Members {
    fn take(&mut self, key: &'static str) -> Option<Value> {
        let at = self.0.iter().position(|member| member.0 == key)?;
        Some(self.0.swap_remove(at).1)
    }

    fn need(&mut self, key: &'static str) -> Result<Value, LeafError> {
        self.take(key).ok_or(LeafError::Missing(key))
    }

    fn text(&mut self, key: &'static str) -> Result<String, LeafError> {
        match self.need(key)? {
            Value::Text(text) => Ok(text),
            _ => Err(wrong(key, "a text")),
        }
    }

    fn optional(&mut self, key: &'static str) -> Result<Option<String>, LeafError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(key, "a text")),
        }
    }

    fn number(&mut self) -> Result<u64, LeafError> {
        match self.need(key::NUMBER)? {
            Value::Integer(number) => u64::try_from(number.get()).ok(),
            _ => None,
        }
        .ok_or(wrong(key::NUMBER, "the number of an entry"))
    }

    fn instant(&mut self, key: &'static str) -> Result<Timestamp, LeafError> {
        let instant = match self.need(key)? {
            Value::Integer(number) => i64::try_from(number.get()).ok(),
            _ => None,
        };
        instant
            .and_then(|micros| Timestamp::from_microsecond(micros).ok())
            .ok_or(wrong(key, "an instant in microseconds"))
    }

    fn reference(&mut self, key: &'static str) -> Result<Option<EventId>, LeafError> {
        self.optional(key)?.map(|text| event_id(key, &text)).transpose()
    }

    fn organisation(&mut self) -> Result<Option<model::organisation::OrganisationCode>, LeafError> {
        let Some(text) = self.optional(key::ORGANISATION)? else { return Ok(None) };
        let code: model::organisation::OrganisationCode =
            text.parse().map_err(LeafError::Organisation)?;
        if code.as_str() == text { Ok(Some(code)) } else { Err(LeafError::Spelling) }
    }

    fn marking(&mut self) -> Result<Marking, LeafError> {
        let label = self.text(key::MARKING)?;
        Marking::ALL
            .into_iter()
            .find(|marking| marking.label() == label)
            .ok_or(wrong(key::MARKING, "a label of the Traffic Light Protocol 2.0"))
    }

    fn body(&mut self) -> Result<String, LeafError> {
        match self.need(key::BODY)? {
            body @ Value::Object(_) => Ok(json::write(&body)),
            _ => Err(LeafError::NoObject(key::BODY)),
        }
    }
}

/// An identity in the one spelling that it has.
fn event_id(part: &'static str, text: &str) -> Result<EventId, LeafError> {
    let id: EventId = text.parse().map_err(|source| LeafError::Id { part, source })?;
    if id.as_str() == text { Ok(id) } else { Err(LeafError::Spelling) }
}

const fn wrong(part: &'static str, wanted: &'static str) -> LeafError {
    LeafError::Wrong { part, wanted }
}
