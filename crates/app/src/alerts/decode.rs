//! Events of alerts and answers as they come back from the record.

use model::event::Event;
use model::organisation::OrganisationCode;
use response::alert::{AlertNumber, Entry as AlertEntry, Statement as AlertStatement};
use response::answer::{Applicability, Entry, Hosts, Proof, Route, Statement, Told};

use super::content;
use super::encode as kind;
use super::fields::{DecodeError, Fields, wrong};
use crate::delivery::record as delivery;

/// Where a name stood that was erased since.
const ERASED: &str = "(a name that was erased)";

/// An event of an alert, or of an organisation's answer to one.
pub(super) enum Read {
    /// Of the alert.
    Alert(AlertNumber, AlertEntry),
    /// Of an organisation's answer.
    Answer(AlertNumber, OrganisationCode, Entry),
    /// Of how its people were told of one.
    Delivery(AlertNumber, OrganisationCode, response::delivery::Entry),
}

/// Reads an event. Fields that this version does not know are passed over.
pub(super) fn decode(event: &Event) -> Result<Read, DecodeError> {
    let told = &event.event;
    let subject = || DecodeError::Subject(told.subject.clone());
    let rest = told.subject.strip_prefix("alert/").ok_or_else(subject)?;
    let (number, organisation) = match rest.split_once('/') {
        Some((number, code)) => (number, Some(code)),
        None => (rest, None),
    };
    let number: AlertNumber = number.parse().map_err(|_| subject())?;
    if delivery::is_of_run(&told.kind) {
        let organisation = organisation.ok_or_else(subject)?.parse().map_err(|_| subject())?;
        return Ok(Read::Delivery(number, organisation, delivery::read(event)?));
    }
    let fields = Fields::of(event)?;
    let Some(code) = organisation else {
        return Ok(Read::Alert(
            number,
            AlertEntry {
                id: event.id.clone(),
                at: told.as_at,
                actor: told.actor.clone(),
                reason: told.reason.clone(),
                statement: of_alert(&told.kind, &fields)?,
            },
        ));
    };
    let entry = Entry {
        id: event.id.clone(),
        at: told.as_at,
        actor: told.actor.clone(),
        on_behalf_of: told.on_behalf_of.clone(),
        reason: told.reason.clone(),
        statement: of_answer(&told.kind, &fields, &Fields::personal(event)?)?,
    };
    Ok(Read::Answer(number, code.parse().map_err(|_| subject())?, entry))
}

fn of_alert(name: &str, fields: &Fields) -> Result<AlertStatement, DecodeError> {
    Ok(match name {
        kind::DRAFTED => {
            let inside = fields.object("content")?.ok_or_else(|| wrong("content", "is missing"))?;
            AlertStatement::Drafted { content: Box::new(content::read(&inside)?) }
        }
        kind::SUBMITTED => AlertStatement::Submitted,
        kind::SENT_BACK => AlertStatement::SentBack,
        kind::ISSUED => AlertStatement::Issued,
        kind::SUPERSEDED => AlertStatement::Superseded { by: fields.required("by")? },
        kind::WITHDRAWN => AlertStatement::Withdrawn,
        kind::CLOSED => AlertStatement::Closed,
        other => return Err(DecodeError::OtherKind(other.to_owned())),
    })
}

fn of_answer(name: &str, fields: &Fields, personal: &Fields) -> Result<Statement, DecodeError> {
    let person = |field: &'static str| -> Result<String, DecodeError> {
        Ok(personal.optional(field)?.unwrap_or_else(|| ERASED.to_owned()))
    };
    Ok(match name {
        kind::ADDRESSED => Statement::Addressed {
            hosts: fields.object("hosts")?.as_ref().map(hosts).transpose()?,
            acknowledge_by: fields.required("acknowledge_by")?,
            act_by: fields.optional("act_by")?,
            because: fields.required("because")?,
        },
        kind::DUE_CHANGED => Statement::DueChanged {
            act_by: fields.optional("act_by")?,
            because: fields.required("because")?,
        },
        kind::NOTIFIED => Statement::Notified(Told {
            route: fields.coded("route", Route::of_code)?,
            step: u8::try_from(fields.count("step")?).map_err(|_| wrong("step", "is too large"))?,
        }),
        kind::UNREACHABLE => Statement::Unreachable,
        kind::ACKNOWLEDGED => {
            let route = fields.coded("route", Route::of_code)?;
            let caller = (route == Route::Operator).then(|| person("caller")).transpose()?;
            Statement::Acknowledged { route, caller }
        }
        kind::APPLICABILITY => {
            Statement::ApplicabilityStated(fields.coded("what", Applicability::of_code)?)
        }
        kind::ACTING => Statement::Acting { next_update: fields.optional("next_update")? },
        kind::CLAIMED => Statement::Claimed,
        kind::CLAIM_WITHDRAWN => Statement::ClaimWithdrawn,
        kind::FOUND => Statement::Found { proof: proof(fields, "proof")? },
        kind::EXTENSION_ASKED => Statement::ExtensionAsked { until: fields.required("until")? },
        kind::EXTENSION_DECIDED => Statement::ExtensionDecided { granted: fields.flag("granted")? },
        kind::RISK_ACCEPTED => Statement::RiskAccepted {
            owner: person("owner")?,
            control: fields.required("control")?,
            until: fields.required("until")?,
        },
        kind::RISK_ENDED => Statement::RiskAcceptanceEnded,
        kind::WINDOW_ASKED => Statement::WindowAsked {
            from: fields.required("from")?,
            until: fields.required("until")?,
            care: fields.required("care")?,
        },
        kind::WINDOW_DECIDED => {
            Statement::WindowDecided { signed: fields.flag("signed")?, by: person("by")? }
        }
        kind::DEFERRED => {
            Statement::Deferred { owner: person("owner")?, until: fields.required("until")? }
        }
        kind::ANSWER_CLOSED => Statement::Closed,
        kind::OVERRIDDEN => {
            Statement::Overridden { by: person("by")?, against: proof(fields, "against")? }
        }
        other => return Err(DecodeError::OtherKind(other.to_owned())),
    })
}

fn hosts(fields: &Fields) -> Result<Hosts, DecodeError> {
    Ok(Hosts {
        affected: fields.count("affected")?,
        unknown: fields.count("unknown")?,
        mitigated: fields.count("mitigated")?,
        fixed: fields.count("fixed")?,
        not_affected: fields.count("not_affected")?,
    })
}

fn proof(fields: &Fields, field: &'static str) -> Result<Proof, DecodeError> {
    let inside = fields.object(field)?.ok_or_else(|| wrong(field, "is missing"))?;
    let is: String = inside.required("is")?;
    Ok(match is.as_str() {
        "disputed" => Proof::Disputed { affected: inside.count("affected")? },
        "unproved" => Proof::Unproved { unknown: inside.number("unknown")? },
        "older-than-claim" => Proof::Older { oldest: inside.optional("oldest")? },
        "agrees" => Proof::Agrees,
        other => return Err(wrong(field, format!("holds `{other}`, which is unknown"))),
    })
}
