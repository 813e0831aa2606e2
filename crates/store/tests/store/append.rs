//! What is appended is there, in order, whole, and after a restart too.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::event::{EventId, Marking, NewEvent};
use store::{Filter, Step};

use crate::support::{World, event, instant, named, now, on_both};

on_both!(
    an_event_comes_back_as_it_was_given,
    numbers_have_no_gaps_and_outlive_a_restart,
    appends_at_once_share_rounds_and_are_each_whole,
    an_empty_append_records_nothing,
    many_events_in_one_append,
);

async fn an_event_comes_back_as_it_was_given(world: World) {
    let cause: EventId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let given = NewEvent {
        organisation: Some("RX1".parse().unwrap()),
        on_behalf_of: Some("Chief executive".to_owned()),
        authority: Some("standing order 4".to_owned()),
        reason: Some("Grüße, \"quotes\" and\nlines".to_owned()),
        caused_by: Some(cause.clone()),
        corrects: Some(cause),
        marking: Marking::AmberStrict,
        // The record keeps the canonical spelling.
        body: r#"{"a":1,"b":["é"]}"#.to_owned(),
        personal: Some(r#"{"name":"A. Sample"}"#.to_owned()),
        ..event("host.seen", "host/1")
    };
    let store = world.open().await;
    let appended = store.append(vec![given.clone()], now()).await.unwrap();
    assert_eq!(appended.events.len(), 1);
    assert_eq!(appended.events[0].event, given);
    assert_eq!((appended.events[0].number, appended.events[0].as_known), (0, now()));
    assert!(appended.events[0].has_personal && !appended.repeated);
    assert_eq!(store.events(&Filter::default(), 10).await.unwrap(), appended.events);
    store.close().await.unwrap();
}

async fn numbers_have_no_gaps_and_outlive_a_restart(world: World) {
    let mut count = 0;
    for round in 0..3 {
        let store = world.open().await;
        for step in 0..4 {
            let events = (0..=step).map(|n| named(format!("{round}-{step}-{n}"))).collect();
            store.append(events, now()).await.unwrap();
            count += step + 1;
        }
        let found = store.events(&Filter::default(), 1000).await.unwrap();
        let numbers: Vec<u64> = found.iter().map(|event| event.number).collect();
        assert_eq!(numbers, (0..count).collect::<Vec<_>>());
        assert_eq!(store.size().await.unwrap(), count);
        store.close().await.unwrap();
    }
}

async fn appends_at_once_share_rounds_and_are_each_whole(mut world: World) {
    let rounds = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&rounds);
    world.options.on_step = Some(Arc::new(move |step| {
        counted.fetch_add(usize::from(step == Step::CheckpointSigned), Ordering::SeqCst);
    }));
    let store = world.open().await;
    let tasks: Vec<_> = (0..60)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let events = (0..3).map(|n| named(format!("{task}-{n}"))).collect();
                store.append(events, now()).await.unwrap()
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        let appended = task.await.unwrap();
        let first = appended.events[0].number;
        for (at, event) in (first..).zip(&appended.events) {
            assert_eq!(event.number, at, "an append is in one piece");
            assert_eq!(event.as_known, appended.events[0].as_known);
            numbers.push(event.number);
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..180).collect::<Vec<_>>());
    let rounds = rounds.load(Ordering::SeqCst);
    assert!(rounds < 30, "60 appends took {rounds} checkpoints");
    store.close().await.unwrap();
}

async fn an_empty_append_records_nothing(world: World) {
    let store = world.open().await;
    assert!(store.append(Vec::new(), now()).await.unwrap().events.is_empty());
    assert_eq!(store.size().await.unwrap(), 0);
    store.close().await.unwrap();
}

async fn many_events_in_one_append(world: World) {
    let store = world.open().await;
    let events: Vec<_> = (0..5000).map(named).collect();
    let appended = store.append(events, instant("2017-05-12T10:00:00Z")).await.unwrap();
    let found = store.events(&Filter::default(), 10_000).await.unwrap();
    assert_eq!(found.len(), 5000);
    assert_eq!(found, appended.events);
    store.close().await.unwrap();
}
