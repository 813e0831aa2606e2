//! Bringing an event into the one spelling in which it is kept.

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use model::event::NewEvent;

use super::LeafError;
use crate::json::{self, Value};

/// The event as the log will give it back: body and personal part in canonical JSON, the instant cut
/// to microseconds. To be called before an event is stored; [`encode`](super::encode()) refuses others,
/// so that a row and its entry can never differ in spelling alone.
pub fn settle(event: NewEvent) -> Result<NewEvent, LeafError> {
    Ok(NewEvent {
        as_at: settle_instant(event.as_at),
        body: settle_object("body", &event.body)?,
        personal: event.personal.map(|it| settle_object("personal", &it)).transpose()?,
        ..event
    })
}

/// The instant, cut to microseconds.
pub(super) fn settle_instant(instant: Timestamp) -> Timestamp {
    // Rounding downwards by less than a microsecond fails only at the beginning of time, where there
    // is nothing to cut.
    let round = TimestampRound::new().smallest(Unit::Microsecond).mode(RoundMode::Floor);
    instant.round(round).unwrap_or(instant)
}

/// The canonical spelling of a JSON object.
pub(super) fn settle_object(part: &'static str, text: &str) -> Result<String, LeafError> {
    object(part, text).map(|value| json::write(&value))
}

/// A JSON object as a value.
pub(super) fn object(part: &'static str, text: &str) -> Result<Value, LeafError> {
    match json::read(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(LeafError::NoObject(part)),
        Err(source) => Err(LeafError::Json { part, source }),
    }
}
