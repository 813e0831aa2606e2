//! The events of access: written and read again, folded as at an instant, and nothing personal in them.

use std::sync::Arc;

use app::Context;
use app::access::{
    AccessState, DecodeError, Entry, Grant, KINDS, Outcome, Role, Statement, create_person, decode,
    encode, fold,
};
use jiff::Timestamp;
use model::event::{Event, EventId, NewEvent};
use proptest::prelude::*;
use store::Filter;

use crate::support::{code, of, operator, world};

fn id(number: usize) -> EventId {
    format!("00000000-0000-7000-8000-{number:012x}").parse().unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_494_579_600 + seconds).unwrap()
}

fn entry(number: usize, seconds: i64, actor: &str, statement: Statement) -> Entry {
    Entry { id: id(number), as_at: at(seconds), actor: actor.to_owned(), reason: None, statement }
}

fn recorded(event: NewEvent) -> Event {
    Event { number: 0, id: id(7), as_known: at(0), event, has_personal: false }
}

fn every_statement() -> Vec<Statement> {
    let account = "account/0a".to_owned();
    let until = Some(at(60));
    let organisation = code("RX1");
    let mut all = vec![
        Statement::Created { account: account.clone() },
        Statement::Invited { account: account.clone() },
        Statement::Disabled { account: account.clone() },
        Statement::PasskeyRefused { account: account.clone() },
        Statement::Revoked { account: account.clone(), grant: id(1) },
        Statement::Delegated { organisation: code("RX1"), unit: code("CSU1"), until: None },
        Statement::Delegated { organisation: code("RX1"), unit: code("CSU1"), until },
        Statement::Withdrawn { organisation: code("RX1"), unit: code("CSU1"), delegation: id(2) },
        Statement::Emergency { account: account.clone(), organisation, until: at(60) },
    ];
    for role in Role::ALL {
        let place = (!role.is_sector_wide()).then(|| code("RX1"));
        for until in [None, until] {
            let grant = Grant::new(role, place.clone(), until).unwrap();
            all.push(Statement::Granted { account: account.clone(), grant });
        }
    }
    for outcome in Outcome::ALL {
        let (account, organisation) = (account.clone(), code("RX1"));
        all.push(Statement::Reviewed { account, organisation, emergency: id(3), outcome });
    }
    all
}

#[tokio::test]
async fn every_statement_comes_back_as_it_was_written() {
    let world = world().await;
    let context = Context { store: Arc::clone(&world.context.store), now: at(5) };
    let mut kinds = Vec::new();
    for statement in every_statement() {
        let event = encode(&context, &operator(), Some("because"), (&statement, None));
        kinds.push(event.kind.clone());
        assert_eq!(event.personal, None);
        let back = decode(&recorded(event)).unwrap();
        let wanted = Entry {
            id: id(7),
            as_at: at(5),
            actor: "operator".to_owned(),
            reason: Some("because".to_owned()),
            statement,
        };
        assert_eq!(back, wanted);
    }
    assert!(KINDS.iter().all(|kind| kinds.iter().any(|found| found == kind)));
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_and_never_passed_over() {
    let world = world().await;
    let statement = Statement::Revoked { account: "account/0a".to_owned(), grant: id(1) };
    let written = encode(&world.context, &operator(), None, (&statement, None));
    let with =
        |body: &str| decode(&recorded(NewEvent { body: body.to_owned(), ..written.clone() }));
    // A newer writer may add what can be passed over, and says so where it cannot.
    let more = written.body.replace('{', r#"{"new":[1],"#);
    assert!(with(&more).is_ok());
    let needs = written.body.replace('{', r#"{"needs":2,"#);
    assert!(matches!(with(&needs), Err(DecodeError::Newer { needs: 2 })));
    for body in ["", "[]", "{}", r#"{"account":1}"#, r#"{"account":"account/0a","grant":"x"}"#] {
        assert!(with(body).is_err(), "{body}");
    }
    let other = NewEvent { kind: "access.other".to_owned(), ..written.clone() };
    assert!(matches!(decode(&recorded(other)), Err(DecodeError::OtherKind(_))));
    let grant = of(Role::Auditor, None);
    let statement = Statement::Granted { account: "account/0a".to_owned(), grant };
    let mut event = encode(&world.context, &operator(), None, (&statement, None));
    event.body = event.body.replace("auditor", "responder");
    assert!(matches!(decode(&recorded(event)), Err(DecodeError::Grant(_))));
}

#[tokio::test]
async fn nothing_personal_is_in_the_record() {
    let world = world().await;
    let (person, _) = create_person(
        &world.context,
        &operator(),
        ("ada.sample", "Ada Sample"),
        &of(Role::Responder, Some("RX1")),
    )
    .await
    .unwrap();
    let kinds = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let filter = Filter { kinds, ..Filter::default() };
    let events = world.context.store.events(&filter, 100).await.unwrap();
    assert_eq!(events.len(), 2);
    for event in events {
        let text = format!("{event:?}").to_lowercase();
        assert!(text.contains(&person.id) && !text.contains("ada"), "{text}");
    }
}

#[test]
fn access_is_as_at_an_instant() {
    let account = "account/0a".to_owned();
    let until = Some(at(100));
    let grant = Grant::new(Role::Responder, Some(code("RX1")), until).unwrap();
    let entries = [
        entry(1, 10, "x", Statement::Granted { account: account.clone(), grant }),
        entry(
            2,
            20,
            "x",
            Statement::Granted { account: account.clone(), grant: of(Role::Auditor, None) },
        ),
        entry(3, 30, "x", Statement::Revoked { account: account.clone(), grant: id(2) }),
        entry(
            4,
            200,
            "x",
            Statement::Granted { account: account.clone(), grant: of(Role::Auditor, None) },
        ),
        entry(5, 300, "x", Statement::Disabled { account: account.clone() }),
    ];
    let roles = |seconds| -> Vec<Role> {
        let state = fold(&entries, at(seconds));
        let held = state.grants.get(&account).cloned().unwrap_or_default();
        held.into_iter().map(|held| held.grant.role()).collect()
    };
    assert_eq!(roles(9), []);
    assert_eq!(roles(10), [Role::Responder]);
    assert_eq!(roles(29), [Role::Responder, Role::Auditor]);
    assert_eq!(roles(30), [Role::Responder]);
    assert_eq!(roles(100), []);
    assert_eq!(roles(200), [Role::Auditor]);
    assert_eq!(roles(300), []);
}

fn any_statement() -> impl Strategy<Value = Statement> {
    let account = (0..3).prop_map(|n| format!("account/{n}"));
    (account, 0..12_usize, 0..6, -50..150_i64).prop_map(|(account, number, kind, seconds)| {
        let organisation = code("RX1");
        match kind {
            0 => Statement::Granted { account, grant: of(Role::Responder, Some("RX1")) },
            1 => Statement::Revoked { account, grant: id(number) },
            2 => Statement::Emergency { account, organisation, until: at(seconds) },
            3 => Statement::Reviewed {
                account,
                organisation,
                emergency: id(number),
                outcome: Outcome::Justified,
            },
            4 => Statement::Disabled { account },
            _ => {
                Statement::Delegated { organisation, unit: code("CSU1"), until: Some(at(seconds)) }
            }
        }
    })
}

proptest! {
    /// Whatever is said in whatever order: every emergency access is there, nobody reviewed their
    /// own, and what is to come changes nothing.
    #[test]
    fn every_emergency_leaves_a_review(
        said in prop::collection::vec((any_statement(), 0..3_usize, 0..100_i64), 0..24),
        now in 0..100_i64,
    ) {
        let entries: Vec<Entry> = said
            .into_iter()
            .enumerate()
            .map(|(number, (statement, actor, seconds))| {
                entry(number, seconds, &format!("account/{actor}"), statement)
            })
            .collect();
        let state = fold(&entries, at(now));
        let known: Vec<Entry> =
            entries.iter().filter(|entry| entry.as_at <= at(now)).cloned().collect();
        prop_assert_eq!(&fold(&known, at(now)), &state);
        let is_emergency =
            |entry: &&Entry| matches!(entry.statement, Statement::Emergency { .. });
        prop_assert_eq!(known.iter().filter(is_emergency).count(), state.emergencies.len());
        let own = |one: &app::access::Emergency| {
            one.review.as_ref().is_some_and(|review| review.by == one.account)
        };
        prop_assert!(!state.emergencies.iter().any(own));
        prop_assert!(state.grants.values().flatten().all(|held| held.grant.holds_at(at(now))));
        prop_assert_eq!(fold(&[], at(now)), AccessState::default());
    }
}
