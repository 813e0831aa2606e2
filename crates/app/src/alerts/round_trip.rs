//! Tests: what is said of alerts is read from the record as it was, and a stranger's events are refused.

use std::collections::BTreeSet;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use model::event::{Event, Marking, NewEvent};
use model::organisation::{OrganisationCode, OrganisationKind};
use proptest::prelude::*;
use response::alert::{
    ActBy, AlertNumber, Audience, Authority, Basis, Certainty, Clocks, Content, Level, Severity,
    Statement as AlertStatement, Urgency,
};
use response::answer::{Applicability, Hosts, Proof, Route, Statement, Told};

use super::decode::{Read, decode};
use super::encode;
use super::fields::DecodeError;
use crate::context::Caller;

fn now() -> Timestamp {
    "2017-05-12T12:00:00.000001Z".parse().unwrap()
}

fn recorded(event: NewEvent) -> Event {
    let id = "0190a5b0-0000-7000-8000-000000000001".parse().unwrap();
    let has_personal = event.personal.is_some();
    Event { number: 7, id, as_known: now(), event, has_personal }
}

fn contents() -> Vec<Content> {
    let clocks = |act, expires| Clocks {
        acknowledge_within: SignedDuration::from_secs(5_400),
        act,
        expires,
    };
    let one = Content {
        headline: "Close it — today".into(),
        description: "Line one.\n\n“Line two”".into(),
        steps: vec!["One".into(), "Two".into()],
        advisories: vec!["MS17-010".into()],
        authority: Authority::new(Level::Advise, None).unwrap(),
        severity: Severity::Minor,
        urgency: Urgency::Future,
        certainty: Certainty::Unknown,
        marking: Marking::AmberStrict,
        audience: Audience::default(),
        clocks: clocks(ActBy::Open, None),
    };
    let other = Content {
        authority: Authority::new(Level::Direct, Basis::new("The law, section 1")).unwrap(),
        severity: Severity::Extreme,
        urgency: Urgency::Immediate,
        certainty: Certainty::Observed,
        marking: Marking::Red,
        audience: Audience {
            kinds: OrganisationKind::ALL.into(),
            below: ["RG1".parse().unwrap()].into(),
            named: ["TR1".parse().unwrap(), "TR2".parse().unwrap()].into(),
            exposed_only: true,
        },
        clocks: clocks(ActBy::Day(date(2017, 5, 20)), Some(now())),
        ..one.clone()
    };
    let third = Content { clocks: clocks(ActBy::Policy("bod-26-04".into()), None), ..one.clone() };
    vec![one, other, third]
}

fn answers() -> Vec<Statement> {
    let hosts = Hosts { affected: 1, unknown: 2, mitigated: 3, fixed: 4, not_affected: 5 };
    let (day, name) = (date(2017, 6, 1), || "A. Person, office".to_owned());
    let proofs = [
        Proof::Disputed { affected: 3 },
        Proof::Unproved { unknown: Some(2) },
        Proof::Unproved { unknown: None },
        Proof::Older { oldest: Some(day) },
        Proof::Older { oldest: None },
        Proof::Agrees,
    ];
    let addressed = |hosts, act_by| Statement::Addressed {
        hosts,
        acknowledge_by: now(),
        act_by,
        because: "a policy".into(),
    };
    let mut all = vec![
        addressed(Some(hosts), Some(day)),
        addressed(None, None),
        Statement::DueChanged { act_by: Some(day), because: "listed".into() },
        Statement::DueChanged { act_by: None, because: "nothing".into() },
        Statement::Unreachable,
        Statement::Acting { next_update: None },
        Statement::Acting { next_update: Some(day) },
        Statement::Claimed,
        Statement::ClaimWithdrawn,
        Statement::ExtensionAsked { until: day },
        Statement::ExtensionDecided { granted: true },
        Statement::ExtensionDecided { granted: false },
        Statement::RiskAccepted { owner: name(), control: "a wall".into(), until: day },
        Statement::RiskAcceptanceEnded,
        Statement::WindowAsked { from: now(), until: now(), care: "Ward 4".into() },
        Statement::WindowDecided { signed: true, by: name() },
        Statement::WindowDecided { signed: false, by: name() },
        Statement::Deferred { owner: name(), until: day },
        Statement::Closed,
    ];
    all.extend(proofs.map(|proof| Statement::Found { proof }));
    all.extend(proofs.map(|against| Statement::Overridden { by: name(), against }));
    all.extend(Route::ALL.map(|route| {
        let caller = (route == Route::Operator).then(|| "Jo Doe, on call".to_owned());
        Statement::Acknowledged { route, caller }
    }));
    all.extend(Route::ALL.map(|route| Statement::Notified(Told { route, step: 3 })));
    all.extend(Applicability::ALL.map(Statement::ApplicabilityStated));
    all
}

#[test]
fn what_is_said_comes_back_as_it_was() {
    let caller = Caller { on_behalf_of: Some("TR1".into()), ..Caller::operator("somebody") };
    let number = AlertNumber::new(17).unwrap();
    let code: OrganisationCode = "TR1".parse().unwrap();
    let mut kinds = BTreeSet::new();
    for statement in answers() {
        let new = encode::answer(now(), &caller, (number, &code), &statement, Some("why"));
        kinds.insert(new.kind.clone());
        let Ok(Read::Answer(alert, own, entry)) = decode(&recorded(new.clone())) else {
            panic!("{new:?}")
        };
        assert_eq!((alert, &own, &entry.statement), (number, &code, &statement));
        assert_eq!((entry.at, entry.actor.as_str()), (now(), "somebody"));
        assert_eq!(
            (entry.reason.as_deref(), entry.on_behalf_of.as_deref()),
            (Some("why"), Some("TR1"))
        );
        // No name is in the log, and what was erased is missing and not wrong.
        assert!(!new.body.contains("A. Person"), "{}", new.body);
        let erased = Event { event: NewEvent { personal: None, ..new.clone() }, ..recorded(new) };
        assert!(decode(&erased).is_ok());
    }
    assert_eq!(kinds, encode::ANSWER_KINDS.map(ToOwned::to_owned).into());
    let drafts = contents()
        .into_iter()
        .map(|content| AlertStatement::Drafted { content: Box::new(content) });
    let others = [
        AlertStatement::Submitted,
        AlertStatement::SentBack,
        AlertStatement::Issued,
        AlertStatement::Superseded { by: number },
        AlertStatement::Withdrawn,
        AlertStatement::Closed,
    ];
    let mut kinds = BTreeSet::new();
    for statement in drafts.chain(others) {
        let new = encode::alert(now(), &caller, (number, Marking::Green), &statement, None);
        kinds.insert(new.kind.clone());
        let Ok(Read::Alert(alert, entry)) = decode(&recorded(new.clone())) else {
            panic!("{new:?}")
        };
        assert_eq!((alert, entry.statement), (number, statement));
    }
    assert_eq!(kinds, encode::ALERT_KINDS.map(ToOwned::to_owned).into());
}

#[test]
fn a_newer_program_that_says_so_is_not_misread() {
    let number = AlertNumber::new(1).unwrap();
    let caller = Caller::operator("somebody");
    let mut new =
        encode::alert(now(), &caller, (number, Marking::Green), &AlertStatement::Issued, None);
    new.body = r#"{"version":9,"more":1}"#.into();
    assert!(decode(&recorded(new.clone())).is_ok(), "fields that are not known are passed over");
    new.body = r#"{"version":9,"needs":9}"#.into();
    assert!(matches!(decode(&recorded(new)), Err(DecodeError::Newer(9))));
}

proptest! {
    /// What a stranger put into the record costs an error and no more.
    #[test]
    fn anything_is_read_or_refused(
        at in 0..64_usize, body in ".{0,80}", key in "[a-z_]{1,16}", value in ".{0,12}", subject in "alert/.{0,20}",
    ) {
        let number = AlertNumber::new(17).unwrap();
        let caller = Caller::operator("somebody");
        let code: OrganisationCode = "TR1".parse().unwrap();
        let all = answers();
        let statement = &all[at % all.len()];
        let new = encode::answer(now(), &caller, (number, &code), statement, None);
        let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&new.body).unwrap();
        object.insert(key, value.into());
        let changed = serde_json::Value::Object(object).to_string();
        for event in [
            NewEvent { body, ..new.clone() },
            NewEvent { body: changed.clone(), personal: Some(changed), ..new.clone() },
            NewEvent { subject, ..new },
        ] {
            drop(decode(&recorded(event)));
        }
    }
}
