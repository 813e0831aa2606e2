//! Events of the register as they come back from the record.

use std::str::FromStr;

use model::event::Event;
use model::organisation::register::{Change, ExpectedHosts, Opening, RegisterEvent, Statement};
use model::organisation::{
    Contact, OrganisationCode, OrganisationKind, Party, Personal, Responsibility, Role, Slot,
};
use serde_json::{Map, Value};

use super::encode;

/// Why an event is none that the register understands.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is of another kind.
    #[error("`{0}` is no event of the register of organisations")]
    OtherKind(String),
    /// Its body is no JSON object.
    #[error("the {part} is no JSON object: check the record with `wardround record verify`")]
    NotJson {
        /// Body or personal part.
        part: &'static str,
        /// What is wrong with it.
        #[source]
        cause: Option<serde_json::Error>,
    },
    /// A newer program wrote it and says that older ones would get it wrong.
    #[error(
        "it was written by a newer version of Wardround and needs version {needs} of the register's \
         events, this one knows {}: update Wardround",
        encode::VERSION
    )]
    Newer {
        /// The version it needs.
        needs: u64,
    },
    /// A field is missing or holds what it cannot.
    #[error("field `{field}` {fault}: check the record with `wardround record verify`")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
}

/// Reads an event of the register. Fields that this version does not know are passed over.
pub fn decode(event: &Event) -> Result<RegisterEvent, DecodeError> {
    let event_kind = event.event.kind.as_str();
    if !encode::KINDS.contains(&event_kind) {
        return Err(DecodeError::OtherKind(event.event.kind.clone()));
    }
    let body = Fields(object("body", &event.event.body)?);
    let needs = body.0.get("needs").and_then(Value::as_u64).unwrap_or(0);
    if needs > encode::VERSION {
        return Err(DecodeError::Newer { needs });
    }
    let personal = match (&event.event.personal, event.has_personal) {
        (Some(text), _) => Personal::Given(contact(&Fields(object("personal part", text)?))?),
        (None, true) => Personal::Erased,
        (None, false) => Personal::None,
    };
    let statement = if event_kind == encode::CORRECTED {
        let corrects = event.event.corrects.clone();
        let corrects = corrects.ok_or_else(|| missing("corrects"))?;
        let instead = match body.0.get("instead") {
            None => return Err(missing("instead")),
            Some(Value::Null) => None,
            Some(Value::Object(inner)) => {
                let inner = Fields(inner.clone());
                let kind: String = inner.required("event")?;
                Some(change(&kind, &inner, personal)?)
            }
            Some(_) => return Err(wrong("instead", "is neither an object nor null")),
        };
        Statement::Corrected { corrects, instead }
    } else {
        Statement::Change(change(event_kind, &body, personal)?)
    };
    Ok(RegisterEvent {
        organisation: body.required("code")?,
        as_at: body.required("as_at")?,
        stated_on: body.optional("stated_on")?,
        statement,
    })
}

fn change(kind: &str, body: &Fields, personal: Personal) -> Result<Change, DecodeError> {
    Ok(match kind {
        encode::REGISTERED => Change::Registered {
            name: body.optional("name")?,
            kind: organisation_kind(body)?,
            opening: match body.optional::<String>("opening")?.as_deref() {
                Some("stated") => Opening::Stated,
                // Where it is not said, nothing is claimed.
                Some("assumed") | None => Opening::Assumed,
                Some(other) => return Err(wrong("opening", &format!("holds `{other}`"))),
            },
        },
        encode::OPENING_STATED => Change::OpeningStated,
        encode::RENAMED => Change::Renamed { name: body.required("name")? },
        encode::KIND_SET => Change::KindSet { kind: organisation_kind(body)? },
        encode::PARENT_SET => Change::ParentSet { parent: body.optional("parent")? },
        encode::CLOSED => Change::Closed { successors: body.codes("successors")? },
        encode::SUCCEEDED => Change::Succeeded { successors: body.codes("successors")? },
        encode::RESPONSIBILITY_SET => responsibility(body, personal)?,
        encode::EXPECTED_HOSTS_SET => {
            let count = match body.0.get("count") {
                None | Some(Value::Null) => None,
                Some(value) => Some(value.as_u64().ok_or_else(|| wrong("count", "is no number"))?),
            };
            let source = body.optional("source")?.unwrap_or_default();
            Change::ExpectedHostsSet { hosts: count.map(|count| ExpectedHosts { count, source }) }
        }
        other => return Err(DecodeError::OtherKind(other.to_owned())),
    })
}

fn responsibility(body: &Fields, personal: Personal) -> Result<Change, DecodeError> {
    let role: String = body.required("role")?;
    let role = Role::of_code(&role)
        .ok_or_else(|| wrong("role", &format!("holds `{role}`, which is no role")))?;
    let call_order = body.0.get("call_order").and_then(Value::as_u64);
    let call_order = call_order.and_then(|order| u16::try_from(order).ok());
    let call_order = call_order.ok_or_else(|| wrong("call_order", "is no small number"))?;
    let organisation = body.optional::<OrganisationCode>("organisation")?.map(Party::Organisation);
    let party = match organisation {
        Some(party) => Some(party),
        None => body.optional("person")?.map(Party::Person),
    };
    let confirmed_on = body.optional("confirmed_on")?;
    Ok(Change::ResponsibilitySet {
        slot: Slot { role, call_order },
        responsibility: party.map(|party| Responsibility { party, personal, confirmed_on }),
    })
}

fn contact(personal: &Fields) -> Result<Contact, DecodeError> {
    Ok(Contact {
        name: personal.optional("name")?,
        phone: personal.optional("phone")?,
        mobile: personal.optional("mobile")?,
        mail: personal.optional("mail")?,
    })
}

fn organisation_kind(body: &Fields) -> Result<OrganisationKind, DecodeError> {
    let kind: String = body.required("kind")?;
    let known = OrganisationKind::of_code(&kind);
    known.ok_or_else(|| wrong("kind", &format!("holds `{kind}`, which is no kind")))
}

fn object(part: &'static str, text: &str) -> Result<Map<String, Value>, DecodeError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(DecodeError::NotJson { part, cause: None }),
        Err(error) => Err(DecodeError::NotJson { part, cause: Some(error) }),
    }
}

/// The fields of an object.
struct Fields(Map<String, Value>);

impl Fields {
    fn optional<T: FromStr<Err: std::fmt::Display>>(
        &self,
        field: &'static str,
    ) -> Result<Option<T>, DecodeError> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => text
                .parse()
                .map(Some)
                .map_err(|error: T::Err| wrong(field, &format!("is wrong: {error}"))),
            Some(_) => Err(wrong(field, "is no text")),
        }
    }

    fn required<T: FromStr<Err: std::fmt::Display>>(
        &self,
        field: &'static str,
    ) -> Result<T, DecodeError> {
        self.optional(field)?.ok_or_else(|| missing(field))
    }

    fn codes(&self, field: &'static str) -> Result<Vec<OrganisationCode>, DecodeError> {
        let values = match self.0.get(field) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(values)) => values,
            Some(_) => return Err(wrong(field, "is no list")),
        };
        let code = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        values
            .iter()
            .map(|value| code(value).ok_or_else(|| wrong(field, "holds what is no code")))
            .collect()
    }
}

fn missing(field: &'static str) -> DecodeError {
    wrong(field, "is missing")
}

fn wrong(field: &'static str, fault: &str) -> DecodeError {
    DecodeError::Field { field, fault: fault.to_owned() }
}
