//! Statements of alerts and answers as the record keeps them.
//!
//! The body is a JSON object with `version` and what the kind needs. Names of people are not in it: they are in
//! the personal part, which can be erased while the log still verifies.

use jiff::Timestamp;
use model::event::{Marking, NewEvent};
use model::organisation::OrganisationCode;
use response::alert::{AlertNumber, Statement as AlertStatement};
use response::answer::{Hosts, Proof, Statement};
use serde_json::{Map, Value, json};

use super::content;
use crate::context::Caller;

/// The version of the bodies that this program writes.
pub(crate) const VERSION: u64 = 1;

/// The kinds of the events of an alert.
pub const ALERT_KINDS: [&str; 7] =
    [DRAFTED, SUBMITTED, SENT_BACK, ISSUED, SUPERSEDED, WITHDRAWN, CLOSED];

pub(crate) const DRAFTED: &str = "alert.drafted";
pub(crate) const SUBMITTED: &str = "alert.submitted";
pub(crate) const SENT_BACK: &str = "alert.sent-back";
pub(crate) const ISSUED: &str = "alert.issued";
pub(crate) const SUPERSEDED: &str = "alert.superseded";
pub(crate) const WITHDRAWN: &str = "alert.withdrawn";
pub(crate) const CLOSED: &str = "alert.closed";

/// The kinds of the events of an organisation's answer.
pub const ANSWER_KINDS: [&str; 19] = [
    ADDRESSED,
    DUE_CHANGED,
    NOTIFIED,
    UNREACHABLE,
    ACKNOWLEDGED,
    APPLICABILITY,
    ACTING,
    CLAIMED,
    CLAIM_WITHDRAWN,
    FOUND,
    EXTENSION_ASKED,
    EXTENSION_DECIDED,
    RISK_ACCEPTED,
    RISK_ENDED,
    WINDOW_ASKED,
    WINDOW_DECIDED,
    DEFERRED,
    ANSWER_CLOSED,
    OVERRIDDEN,
];

pub(crate) const ADDRESSED: &str = "answer.addressed";
pub(crate) const DUE_CHANGED: &str = "answer.due-changed";
pub(crate) const NOTIFIED: &str = "answer.notified";
pub(crate) const UNREACHABLE: &str = "answer.unreachable";
pub(crate) const ACKNOWLEDGED: &str = "answer.acknowledged";
pub(crate) const APPLICABILITY: &str = "answer.applicability-stated";
pub(crate) const ACTING: &str = "answer.acting";
pub(crate) const CLAIMED: &str = "answer.claimed";
pub(crate) const CLAIM_WITHDRAWN: &str = "answer.claim-withdrawn";
pub(crate) const FOUND: &str = "answer.found";
pub(crate) const EXTENSION_ASKED: &str = "answer.extension-asked";
pub(crate) const EXTENSION_DECIDED: &str = "answer.extension-decided";
pub(crate) const RISK_ACCEPTED: &str = "answer.risk-accepted";
pub(crate) const RISK_ENDED: &str = "answer.risk-acceptance-ended";
pub(crate) const WINDOW_ASKED: &str = "answer.window-asked";
pub(crate) const WINDOW_DECIDED: &str = "answer.window-decided";
pub(crate) const DEFERRED: &str = "answer.deferred";
pub(crate) const ANSWER_CLOSED: &str = "answer.closed";
pub(crate) const OVERRIDDEN: &str = "answer.overridden";

/// What events of an alert are about.
pub(crate) fn alert_subject(number: AlertNumber) -> String {
    format!("alert/{number}")
}

/// What events of an organisation's answer are about.
pub(crate) fn answer_subject(number: AlertNumber, organisation: &OrganisationCode) -> String {
    format!("alert/{number}/{organisation}")
}

/// Writes a statement about an alert. What is not in force yet is for those who write alerts.
pub(crate) fn alert(
    now: Timestamp,
    caller: &Caller,
    (number, marking): (AlertNumber, Marking),
    statement: &AlertStatement,
    reason: Option<&str>,
) -> NewEvent {
    let mut body = Map::new();
    let kind = match statement {
        AlertStatement::Drafted { content } => {
            body.insert("content".to_owned(), content::write(content));
            DRAFTED
        }
        AlertStatement::Submitted => SUBMITTED,
        AlertStatement::SentBack => SENT_BACK,
        AlertStatement::Issued => ISSUED,
        AlertStatement::Superseded { by } => {
            body.insert("by".to_owned(), by.to_string().into());
            SUPERSEDED
        }
        AlertStatement::Withdrawn => WITHDRAWN,
        AlertStatement::Closed => CLOSED,
    };
    let said = Said { kind, body, personal: Map::new(), marking };
    event(now, caller, (alert_subject(number), None), said, reason)
}

/// Writes a statement about an organisation's answer.
pub(crate) fn answer(
    now: Timestamp,
    caller: &Caller,
    (number, organisation): (AlertNumber, &OrganisationCode),
    statement: &Statement,
    reason: Option<&str>,
) -> NewEvent {
    let (mut body, mut personal) = (Map::new(), Map::new());
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    let mut name = |name: &str, value: &str| drop(personal.insert(name.to_owned(), value.into()));
    let kind = match statement {
        Statement::Addressed { hosts, acknowledge_by, act_by, because } => {
            put("hosts", hosts.map_or(Value::Null, write_hosts));
            put("acknowledge_by", acknowledge_by.to_string().into());
            put("act_by", json!(act_by.map(|day| day.to_string())));
            put("because", because.as_str().into());
            ADDRESSED
        }
        Statement::DueChanged { act_by, because } => {
            put("act_by", json!(act_by.map(|day| day.to_string())));
            put("because", because.as_str().into());
            DUE_CHANGED
        }
        Statement::Notified(told) => {
            put("route", told.route.code().into());
            put("step", told.step.into());
            NOTIFIED
        }
        Statement::Unreachable => UNREACHABLE,
        Statement::Acknowledged { route, caller } => {
            put("route", route.code().into());
            if let Some(caller) = caller {
                name("caller", caller);
            }
            ACKNOWLEDGED
        }
        Statement::ApplicabilityStated(what) => {
            put("what", what.code().into());
            APPLICABILITY
        }
        Statement::Acting { next_update } => {
            put("next_update", json!(next_update.map(|day| day.to_string())));
            ACTING
        }
        Statement::Claimed => CLAIMED,
        Statement::ClaimWithdrawn => CLAIM_WITHDRAWN,
        Statement::Found { proof } => {
            put("proof", write_proof(*proof));
            FOUND
        }
        Statement::ExtensionAsked { until } => {
            put("until", until.to_string().into());
            EXTENSION_ASKED
        }
        Statement::ExtensionDecided { granted } => {
            put("granted", (*granted).into());
            EXTENSION_DECIDED
        }
        Statement::RiskAccepted { owner, control, until } => {
            name("owner", owner);
            put("control", control.as_str().into());
            put("until", until.to_string().into());
            RISK_ACCEPTED
        }
        Statement::RiskAcceptanceEnded => RISK_ENDED,
        Statement::WindowAsked { from, until, care } => {
            put("from", from.to_string().into());
            put("until", until.to_string().into());
            put("care", care.as_str().into());
            WINDOW_ASKED
        }
        Statement::WindowDecided { signed, by } => {
            put("signed", (*signed).into());
            name("by", by);
            WINDOW_DECIDED
        }
        Statement::Deferred { owner, until } => {
            name("owner", owner);
            put("until", until.to_string().into());
            DEFERRED
        }
        Statement::Closed => ANSWER_CLOSED,
        Statement::Overridden { by, against } => {
            name("by", by);
            put("against", write_proof(*against));
            OVERRIDDEN
        }
    };
    let said = Said { kind, body, personal, marking: Marking::Amber };
    let about = (answer_subject(number, organisation), Some(organisation));
    event(now, caller, about, said, reason)
}

/// What an event says.
pub(crate) struct Said {
    pub(crate) kind: &'static str,
    pub(crate) body: Map<String, Value>,
    pub(crate) personal: Map<String, Value>,
    pub(crate) marking: Marking,
}

pub(crate) fn event(
    now: Timestamp,
    caller: &Caller,
    (subject, organisation): (String, Option<&OrganisationCode>),
    Said { kind, mut body, personal, marking }: Said,
    reason: Option<&str>,
) -> NewEvent {
    body.insert("version".to_owned(), VERSION.into());
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    NewEvent {
        kind: kind.to_owned(),
        subject,
        organisation: organisation.cloned(),
        actor: caller.actor.clone(),
        on_behalf_of: caller.on_behalf_of.clone(),
        authority: caller.authority.clone(),
        reason: reason.map(ToOwned::to_owned).or_else(|| caller.reason.clone()),
        as_at: now,
        caused_by: None,
        corrects: None,
        marking,
        body: Value::Object(body).to_string(),
        personal: (!personal.is_empty()).then(|| Value::Object(personal).to_string()),
    }
}

fn write_hosts(hosts: Hosts) -> Value {
    json!({
        "affected": hosts.affected,
        "unknown": hosts.unknown,
        "mitigated": hosts.mitigated,
        "fixed": hosts.fixed,
        "not_affected": hosts.not_affected,
    })
}

fn write_proof(proof: Proof) -> Value {
    match proof {
        Proof::Disputed { affected } => json!({ "is": proof.code(), "affected": affected }),
        Proof::Unproved { unknown } => json!({ "is": proof.code(), "unknown": unknown }),
        Proof::Older { oldest } => {
            json!({ "is": proof.code(), "oldest": oldest.map(|day| day.to_string()) })
        }
        Proof::Agrees => json!({ "is": proof.code() }),
    }
}
