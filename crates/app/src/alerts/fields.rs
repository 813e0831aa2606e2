//! The fields of the body of an event, as they come back from the record.

use std::str::FromStr;

use model::event::Event;
use serde_json::{Map, Value};

use super::encode::VERSION;

/// Why an event of an alert cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    /// It is of another kind.
    #[error("`{0}` is no event of an alert")]
    OtherKind(String),
    /// What it is about is no alert.
    #[error("`{0}` names no alert: check the record with `wardround record verify`")]
    Subject(String),
    /// Its body is no JSON object.
    #[error("the body is no JSON object: check the record with `wardround record verify`")]
    NotJson,
    /// A newer program wrote it and says that older ones would get it wrong.
    #[error(
        "it was written by a newer version of Wardround and needs version {0} of the events of \
         alerts, this one knows {VERSION}: update Wardround"
    )]
    Newer(u64),
    /// A field is missing or holds what it cannot.
    #[error("field `{field}` {fault}: check the record with `wardround record verify`")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
}

/// The fields of a JSON object.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Those of an event's body.
    pub(crate) fn of(event: &Event) -> Result<Self, DecodeError> {
        let fields = Self::read(&event.event.body)?;
        match fields.0.get("needs").and_then(Value::as_u64).unwrap_or(0) {
            needs if needs > VERSION => Err(DecodeError::Newer(needs)),
            _ => Ok(fields),
        }
    }

    /// What is personal in an event; nothing where it was erased.
    pub(crate) fn personal(event: &Event) -> Result<Self, DecodeError> {
        event.event.personal.as_deref().map_or_else(|| Ok(Self(Map::new())), Self::read)
    }

    fn read(text: &str) -> Result<Self, DecodeError> {
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            _ => Err(DecodeError::NotJson),
        }
    }

    /// An object inside.
    pub(crate) fn object(&self, field: &'static str) -> Result<Option<Self>, DecodeError> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Self(object.clone()))),
            Some(_) => Err(wrong(field, "is no object")),
        }
    }

    /// A text, read.
    pub(crate) fn optional<T: FromStr<Err: std::fmt::Display>>(
        &self,
        field: &'static str,
    ) -> Result<Option<T>, DecodeError> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => text
                .parse()
                .map(Some)
                .map_err(|error: T::Err| wrong(field, format!("is wrong: {error}"))),
            Some(_) => Err(wrong(field, "is no text")),
        }
    }

    /// A text that must be there, read.
    pub(crate) fn required<T: FromStr<Err: std::fmt::Display>>(
        &self,
        field: &'static str,
    ) -> Result<T, DecodeError> {
        self.optional(field)?.ok_or_else(|| wrong(field, "is missing"))
    }

    /// A text that must be there and be one of a list.
    pub(crate) fn coded<T>(
        &self,
        field: &'static str,
        of_code: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, DecodeError> {
        let text: String = self.required(field)?;
        of_code(&text).ok_or_else(|| wrong(field, format!("holds `{text}`, which is unknown")))
    }

    /// A list of texts, read.
    pub(crate) fn list<T: FromStr<Err: std::fmt::Display>>(
        &self,
        field: &'static str,
    ) -> Result<Vec<T>, DecodeError> {
        let Some(Value::Array(values)) = self.0.get(field) else {
            return Err(wrong(field, "is no list"));
        };
        let read = |value: &Value| {
            let text = value.as_str().ok_or_else(|| wrong(field, "holds what is no text"))?;
            text.parse().map_err(|error: T::Err| wrong(field, format!("is wrong: {error}")))
        };
        values.iter().map(read).collect()
    }

    /// A list of objects.
    pub(crate) fn objects(&self, field: &'static str) -> Result<Vec<Self>, DecodeError> {
        let Some(Value::Array(values)) = self.0.get(field) else {
            return Err(wrong(field, "is no list"));
        };
        let read = |value: &Value| match value {
            Value::Object(object) => Ok(Self(object.clone())),
            _ => Err(wrong(field, "holds what is no object")),
        };
        values.iter().map(read).collect()
    }

    /// A number.
    pub(crate) fn number(&self, field: &'static str) -> Result<Option<u64>, DecodeError> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| wrong(field, "is no number")),
        }
    }

    /// A number that must be there.
    pub(crate) fn count(&self, field: &'static str) -> Result<u64, DecodeError> {
        self.number(field)?.ok_or_else(|| wrong(field, "is missing"))
    }

    /// Yes or no.
    pub(crate) fn flag(&self, field: &'static str) -> Result<bool, DecodeError> {
        let value = self.0.get(field).and_then(Value::as_bool);
        value.ok_or_else(|| wrong(field, "is neither true nor false"))
    }
}

/// A field that holds what it cannot.
pub(crate) fn wrong(field: &'static str, fault: impl Into<String>) -> DecodeError {
    DecodeError::Field { field, fault: fault.into() }
}
