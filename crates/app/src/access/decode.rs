//! Events of access as they come back from the record.

use std::str::FromStr;

use model::event::Event;
use serde_json::{Map, Value};

use super::encode;
use super::grant::{Grant, GrantError};
use super::role::Role;
use super::statement::{Entry, Outcome, Statement};

/// Why an event is none of access that this program understands. Whoever meets it must not go on
/// as if it had not been said.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is of another kind.
    #[error("`{0}` is no event of access")]
    OtherKind(String),
    /// Its body is no JSON object.
    #[error("the body is no JSON object: check the record with `wardround record verify`")]
    NotJson(#[source] Option<serde_json::Error>),
    /// A newer program wrote it and says that older ones would get it wrong.
    #[error(
        "it was written by a newer version of Wardround and needs version {needs} of the events of \
         access, this one knows {}: update Wardround",
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
    /// Its role does not go with its organisation.
    #[error("its grant is none: check the record with `wardround record verify`")]
    Grant(#[source] GrantError),
}

/// Reads an event of access. Fields that this version does not know are passed over.
pub fn decode(event: &Event) -> Result<Entry, DecodeError> {
    let kind = event.event.kind.as_str();
    if !encode::KINDS.contains(&kind) {
        return Err(DecodeError::OtherKind(kind.to_owned()));
    }
    let body = match serde_json::from_str(&event.event.body) {
        Ok(Value::Object(object)) => Fields(object),
        Ok(_) => return Err(DecodeError::NotJson(None)),
        Err(error) => return Err(DecodeError::NotJson(Some(error))),
    };
    let needs = body.0.get("needs").and_then(Value::as_u64).unwrap_or(0);
    if needs > encode::VERSION {
        return Err(DecodeError::Newer { needs });
    }
    Ok(Entry {
        id: event.id.clone(),
        as_at: event.event.as_at,
        actor: event.event.actor.clone(),
        reason: event.event.reason.clone(),
        statement: statement(kind, &body)?,
    })
}

fn statement(kind: &str, body: &Fields) -> Result<Statement, DecodeError> {
    Ok(match kind {
        encode::CREATED => Statement::Created { account: body.required("account")? },
        encode::INVITED => Statement::Invited { account: body.required("account")? },
        encode::DISABLED => Statement::Disabled { account: body.required("account")? },
        encode::GRANTED => {
            let role: String = body.required("role")?;
            let role = Role::of_code(&role)
                .ok_or_else(|| wrong("role", format!("holds `{role}`, which is no role")))?;
            let grant = Grant::new(role, body.optional("organisation")?, body.optional("until")?)
                .map_err(DecodeError::Grant)?;
            Statement::Granted { account: body.required("account")?, grant }
        }
        encode::REVOKED => Statement::Revoked {
            account: body.required("account")?,
            grant: body.required("grant")?,
        },
        encode::DELEGATED => Statement::Delegated {
            organisation: body.required("organisation")?,
            unit: body.required("unit")?,
            until: body.optional("until")?,
        },
        encode::WITHDRAWN => Statement::Withdrawn {
            organisation: body.required("organisation")?,
            unit: body.required("unit")?,
            delegation: body.required("delegation")?,
        },
        encode::PASSKEY_REFUSED => Statement::PasskeyRefused { account: body.required("account")? },
        encode::EMERGENCY => Statement::Emergency {
            account: body.required("account")?,
            organisation: body.required("organisation")?,
            until: body.required("until")?,
        },
        encode::REVIEWED => {
            let outcome: String = body.required("outcome")?;
            let outcome = Outcome::of_code(&outcome).ok_or_else(|| {
                wrong("outcome", format!("holds `{outcome}`, which is no outcome"))
            })?;
            Statement::Reviewed {
                account: body.required("account")?,
                organisation: body.required("organisation")?,
                emergency: body.required("emergency")?,
                outcome,
            }
        }
        other => return Err(DecodeError::OtherKind(other.to_owned())),
    })
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
                .map_err(|error: T::Err| wrong(field, format!("is wrong: {error}"))),
            Some(_) => Err(wrong(field, "is no text".to_owned())),
        }
    }

    fn required<T: FromStr<Err: std::fmt::Display>>(
        &self,
        field: &'static str,
    ) -> Result<T, DecodeError> {
        self.optional(field)?.ok_or_else(|| wrong(field, "is missing".to_owned()))
    }
}

fn wrong(field: &'static str, fault: String) -> DecodeError {
    DecodeError::Field { field, fault }
}
