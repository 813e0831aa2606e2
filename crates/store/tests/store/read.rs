//! Reading by kind, subject, organisation, and by when things were known.

use std::collections::BTreeSet;

use model::event::NewEvent;
use store::Filter;

use crate::support::{World, event, instant, named, now, on_both};

on_both!(
    filters_combine,
    any_number_of_kinds_can_be_asked_for,
    known_until_never_shows_half_an_append,
    pages_follow_one_another,
    a_reader_beside_the_writer_sees_what_is_sealed,
);

const KINDS: [&str; 3] = ["host.seen", "host.retired", "import.finished"];

/// Thirty events, of three kinds, five subjects, two organisations.
fn mixed() -> Vec<NewEvent> {
    (0..30)
        .map(|n| NewEvent {
            organisation: Some(["RX1", "RX2"][n % 2].parse().unwrap()),
            ..event(KINDS[n % 3], &format!("host/{}", n % 5))
        })
        .collect()
}

async fn filters_combine(world: World) {
    let store = world.open().await;
    let all = store.append(mixed(), now()).await.unwrap().events;
    for kinds in [vec![], vec![KINDS[0].to_owned()], vec![KINDS[2].to_owned(), KINDS[1].to_owned()]]
    {
        for subject in [None, Some("host/3".to_owned())] {
            for organisation in [None, Some("RX2".parse().unwrap())] {
                let filter = Filter {
                    kinds: kinds.clone(),
                    subject: subject.clone(),
                    organisation: organisation.clone(),
                    from_number: 4,
                    ..Filter::default()
                };
                let wanted: Vec<_> = all
                    .iter()
                    .filter(|e| e.number >= 4)
                    .filter(|e| kinds.is_empty() || kinds.contains(&e.event.kind))
                    .filter(|e| subject.as_ref().is_none_or(|subject| *subject == e.event.subject))
                    .filter(|e| organisation.is_none() || organisation == e.event.organisation)
                    .cloned()
                    .collect();
                assert_eq!(store.events(&filter, 100).await.unwrap(), wanted, "{filter:?}");
            }
        }
    }
    store.close().await.unwrap();
}

async fn any_number_of_kinds_can_be_asked_for(world: World) {
    let store = world.open().await;
    let events = (0..240).map(|n| event(&format!("kind.{n}"), "x")).collect();
    let all = store.append(events, now()).await.unwrap().events;
    let kinds = (0..240).rev().filter(|n| n % 2 == 0).map(|n| format!("kind.{n}")).collect();
    let filter = Filter { kinds, ..Filter::default() };
    let found = store.events(&filter, 15).await.unwrap();
    let wanted: Vec<_> = all.iter().filter(|e| e.number % 2 == 0).take(15).cloned().collect();
    assert_eq!(found, wanted);
    store.close().await.unwrap();
}

async fn known_until_never_shows_half_an_append(world: World) {
    let store = world.open().await;
    let mut ends = BTreeSet::from([0]);
    let mut instants = Vec::new();
    for round in 0..6_u64 {
        let events = (0..=round).map(|n| named(format!("{round}-{n}"))).collect();
        // The same instant several times: time goes on all the same.
        let appended = store.append(events, now()).await.unwrap();
        instants.push(appended.events[0].as_known);
        ends.insert(store.size().await.unwrap());
    }
    for until in instants {
        let filter = Filter { known_until: Some(until), ..Filter::default() };
        let found = store.events(&filter, 100).await.unwrap();
        assert!(ends.contains(&(found.len() as u64)));
        assert!(found.iter().all(|event| event.as_known <= until));
    }
    let before = Filter { known_until: Some(instant("2017-05-12T08:59:59Z")), ..Filter::default() };
    assert!(store.events(&before, 100).await.unwrap().is_empty());
    store.close().await.unwrap();
}

async fn pages_follow_one_another(world: World) {
    let store = world.open().await;
    let all = store.append(mixed(), now()).await.unwrap().events;
    let (mut from_number, mut found) = (0, Vec::new());
    loop {
        let filter = Filter { from_number, ..Filter::default() };
        let page = store.events(&filter, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        from_number = last.number + 1;
        found.extend(page);
    }
    assert_eq!(found, all);
    store.close().await.unwrap();
}

async fn a_reader_beside_the_writer_sees_what_is_sealed(world: World) {
    let store = world.open().await;
    let reader = world.open_to_read().await;
    assert_eq!(reader.size().await.unwrap(), 0);
    let blob = store.put(b"bytes".to_vec()).await.unwrap();
    let appended = store.append(vec![named("one")], now()).await.unwrap();
    assert_eq!(reader.events(&Filter::default(), 10).await.unwrap(), appended.events);
    assert_eq!(reader.get(blob).await.unwrap(), b"bytes");
    assert_eq!(reader.verifier_key(), store.verifier_key());
    let refused = reader.append(vec![named("two")], now()).await.unwrap_err();
    assert!(matches!(refused, store::Error::OpenedToRead), "{refused}");
    assert!(reader.put(Vec::new()).await.is_err());
    reader.close().await.unwrap();
    store.close().await.unwrap();
}
