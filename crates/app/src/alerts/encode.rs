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
pub(super) const VERSION: u64 = 1;

/// The kinds of the events of an alert.
pub const ALERT_KINDS: [&str; 7] =
    [DRAFTED, SUBMITTED, SENT_BACK, ISSUED, SUPERSEDED, WITHDRAWN, CLOSED];

pub(super) const DRAFTED: &str = "alert.drafted";
pub(super) const SUBMITTED: &str = "alert.submitted";
pub(super) const SENT_BACK: &str = "alert.sent-back";
pub(super) const ISSUED: &str = "alert.issued";
pub(super) const SUPERSEDED: &str = "alert.superseded";
pub(super) const WITHDRAWN: &str = "alert.withdrawn";
pub(super) const CLOSED: &str = "alert.closed";

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

pub(super) const ADDRESSED: &str = "answer.addressed";
pub(super) const DUE_CHANGED: &str = "answer.due-changed";
pub(super) const NOTIFIED: &str = "answer.notified";
pub(super) const UNREACHABLE: &str = "answer.unreachable";
pub(super) const ACKNOWLEDGED: &str = "answer.acknowledged";
pub(super) const APPLICABILITY: &str = "answer.applicability-stated";
pub(super) const ACTING: &str = "answer.acting";
pub(super) const CLAIMED: &str = "answer.claimed";
pub(super) const CLAIM_WITHDRAWN: &str = "answer.claim-withdrawn";
pub(super) const FOUND: &str = "answer.found";
pub(super) const EXTENSION_ASKED: &str = "answer.extension-asked";
pub(super) const EXTENSION_DECIDED: &str = "answer.extension-decided";
pub(super) const RISK_ACCEPTED: &str = "answer.risk-accepted";
pub(super) const RISK_ENDED: &str = "answer.risk-acceptance-ended";
pub(super) const WINDOW_ASKED: &str = "answer.window-asked";
pub(super) const WINDOW_DECIDED: &str = "answer.window-decided";
pub(super) const DEFERRED: &str = "answer.deferred";
pub(super) const ANSWER_CLOSED: &str = "answer.closed";
pub(super) const OVERRIDDEN: &str = "answer.overridden";

/// What events of an alert are about.
pub(super) fn alert_subject(number: AlertNumber) -> String {
    format!("alert/{number}")
}

/// What events of an organisation's answer are about.
pub(super) fn answer_subject(number: AlertNumber, organisation: &OrganisationCode) -> String {
    format!("alert/{number}/{organisation}")
}

/// Writes a statement about an alert. What is not in force yet is for those who write alerts.
pub(super) fn alert(
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
pub(super) fn answer(
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
        Statement::Acknowledged { route } => {
            put("route", route.code().into());
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

struct Said {
    kind: &'static str,
    body: Map<String, Value>,
    personal: Map<String, Value>,
    marking: Marking,
}

fn event(
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
