//! Events as the record keeps them: there and back, old and new.

use app::organisations::{DecodeError, KINDS, Said, decode, encode};
use model::event::{Event, EventId, NewEvent};
use model::organisation::register::{Change, ExpectedHosts, Opening, RegisterEvent, Statement};
use model::organisation::{Contact, OrganisationKind, Party, Personal, Responsibility, Role, Slot};
use proptest::prelude::*;

use crate::support::{code, day};

fn id() -> EventId {
    "00000000-0000-7000-8000-000000000001".parse().unwrap()
}

fn recorded(event: NewEvent) -> Event {
    let has_personal = event.personal.is_some();
    Event { number: 0, id: id(), as_known: event.as_at, event, has_personal }
}

fn said() -> Said {
    Said::by("someone")
}

fn lead() -> Change {
    let contact = Contact {
        name: Some("Jo Example".to_owned()),
        phone: Some("01632 960001".to_owned()),
        ..Contact::default()
    };
    Change::ResponsibilitySet {
        slot: Slot { role: Role::SecurityLead, call_order: 1 },
        responsibility: Some(Responsibility {
            party: Party::Person("RX1/security-lead/1".parse().unwrap()),
            personal: Personal::Given(contact),
            confirmed_on: Some(day("2017-04-20")),
        }),
    }
}

fn changes() -> Vec<Change> {
    let slot = Slot { role: Role::ItProvider, call_order: 2 };
    vec![
        Change::Registered {
            name: Some("Marsh \"End\" ü".parse().unwrap()),
            kind: OrganisationKind::Trust,
            opening: Opening::Stated,
        },
        Change::Registered {
            name: None,
            kind: OrganisationKind::Region,
            opening: Opening::Assumed,
        },
        Change::OpeningStated,
        Change::Renamed { name: "Fenside".parse().unwrap() },
        Change::KindSet { kind: OrganisationKind::CareHome },
        Change::ParentSet { parent: Some(code("Q83")) },
        Change::ParentSet { parent: None },
        Change::Closed { successors: vec![code("R0Z"), code("R0Y")] },
        Change::Succeeded { successors: vec![] },
        lead(),
        Change::ResponsibilitySet {
            slot,
            responsibility: Some(Responsibility {
                party: Party::Organisation(code("SU1")),
                personal: Personal::None,
                confirmed_on: None,
            }),
        },
        Change::ResponsibilitySet { slot, responsibility: None },
        Change::ExpectedHostsSet {
            hosts: Some(ExpectedHosts { count: u64::MAX, source: "list".to_owned() }),
        },
        Change::ExpectedHostsSet { hosts: None },
    ]
}

fn event(statement: Statement) -> RegisterEvent {
    RegisterEvent {
        organisation: code("RX1"),
        as_at: day("2017-04-01"),
        stated_on: Some(day("2018-09-15")),
        statement,
    }
}

fn statements() -> Vec<Statement> {
    let corrected = |instead| Statement::Corrected { corrects: id(), instead };
    let mut all: Vec<_> = changes().into_iter().map(Statement::Change).collect();
    all.extend(changes().into_iter().map(|change| corrected(Some(change))));
    all.push(corrected(None));
    all
}

#[test]
fn every_event_comes_back_as_it_was() {
    let mut kinds = std::collections::BTreeSet::new();
    for statement in statements() {
        let event = event(statement);
        let written = encode(&event, &said());
        assert_eq!(written.as_at.to_string(), "2017-04-01T00:00:00Z");
        assert_eq!(written.subject, "organisation/RX1");
        kinds.insert(written.kind.clone());
        assert_eq!(decode(&recorded(written)).unwrap(), event);
    }
    assert_eq!(kinds, KINDS.map(ToOwned::to_owned).into());
}

#[test]
fn nothing_personal_stands_in_the_body_and_erasure_is_seen() {
    let mut written = encode(&event(Statement::Change(lead())), &said());
    assert!(!written.body.contains("Jo") && !written.body.contains("960001"));
    assert!(written.personal.as_ref().unwrap().contains("Jo Example"));
    written.personal = None;
    let erased = Event { has_personal: true, ..recorded(written) };
    let Statement::Change(Change::ResponsibilitySet { responsibility: Some(one), .. }) =
        decode(&erased).unwrap().statement
    else {
        panic!()
    };
    assert_eq!(one.personal, Personal::Erased);
}

#[test]
fn newer_fields_are_passed_over_and_a_newer_need_is_told() {
    let mut written = encode(&event(Statement::Change(changes().remove(0))), &said());
    let newer = |text: &str| {
        written.body.replacen("\"version\":1", &format!("\"version\":9,{text}\"more\":[1]"), 1)
    };
    let (read, needs) = (newer(""), newer("\"needs\":2,"));
    written.body = read;
    assert_eq!(decode(&recorded(written.clone())).unwrap().organisation, code("RX1"));
    written.body = needs;
    let error = decode(&recorded(written)).unwrap_err();
    assert!(matches!(error, DecodeError::Newer { needs: 2 }));
    assert!(error.to_string().ends_with("update Wardround"));
}

/// What version 1 wrote when it was new must be read for ever.
#[test]
fn bodies_of_version_1_are_read_as_they_were_written() {
    let bodies = [
        (
            "organisation.registered",
            r#"{"as_at":"2001-04-01","code":"RX1","kind":"trust","name":"Marsh End","opening":"stated","version":1}"#,
        ),
        (
            "organisation.parent-set",
            r#"{"as_at":"2001-04-01","code":"RX1","parent":"Q83","version":1}"#,
        ),
        (
            "organisation.closed",
            r#"{"as_at":"2017-09-30","code":"RX1","successors":["R0Z"],"version":1}"#,
        ),
        (
            "organisation.expected-hosts-set",
            r#"{"as_at":"2017-05-12","code":"RX1","count":8000,"source":"list","version":1}"#,
        ),
    ];
    for (kind, body) in bodies {
        let mut event = encode(&event(Statement::Change(Change::OpeningStated)), &said());
        (event.kind, event.body) = (kind.to_owned(), body.to_owned());
        let read = decode(&recorded(event)).unwrap();
        assert_eq!(encode(&read, &said()).body, body);
    }
}

#[test]
fn a_damaged_body_says_which_field() {
    let mut written = encode(&event(Statement::Change(Change::OpeningStated)), &said());
    for (body, expected) in [
        ("[]", "the body is no JSON object"),
        ("{", "the body is no JSON object"),
        ("{}", "field `code` is missing"),
        (r#"{"code":"R X"}"#, "field `code` is wrong"),
        (r#"{"code":"RX1","as_at":7}"#, "field `as_at` is no text"),
    ] {
        body.clone_into(&mut written.body);
        let error = decode(&recorded(written.clone())).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    "import.finished".clone_into(&mut written.kind);
    assert!(matches!(decode(&recorded(written)), Err(DecodeError::OtherKind(_))));
}

proptest! {
    #[test]
    fn no_body_makes_reading_panic(
        which in 0..KINDS.len(),
        body in "[{}\\[\\]\":,a-z0-9_ -]{0,80}",
        personal in proptest::option::of("[{}\":,a-z]{0,20}"),
    ) {
        let mut written = encode(&event(Statement::Change(Change::OpeningStated)), &said());
        written.kind = KINDS[which].to_owned();
        (written.body, written.personal) = (body, personal);
        let _ = decode(&recorded(written));
    }

    #[test]
    fn any_day_is_written_without_panic(days in -4_000_000..3_000_000_i64) {
        let epoch = jiff::civil::date(1970, 1, 1);
        let Ok(as_at) = epoch.checked_add(jiff::Span::new().days(days)) else { return Ok(()) };
        let event = RegisterEvent { as_at, ..event(Statement::Change(Change::OpeningStated)) };
        prop_assert_eq!(decode(&recorded(encode(&event, &said()))).unwrap(), event);
    }
}
