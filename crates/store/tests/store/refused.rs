//! What cannot be recorded is refused, with its place, and takes nothing else with it.

use model::event::NewEvent;
use store::Error;

use crate::support::{World, named, now, on_both};

on_both!(a_refused_event_refuses_its_append_only, what_the_log_cannot_hold_is_refused);

async fn a_refused_event_refuses_its_append_only(world: World) {
    let store = world.open().await;
    let bad = NewEvent { body: "[]".to_owned(), ..named("bad") };
    let refused = store.append(vec![named("good"), bad], now()).await.unwrap_err();
    assert!(matches!(refused, Error::EventRefused { position: 1, .. }), "{refused}");
    assert_eq!(store.size().await.unwrap(), 0);
    // Too large is seen only once the number is known: others in the same round go on.
    let large = || NewEvent { body: format!(r#"{{"a":"{}"}}"#, "x".repeat(70_000)), ..named("l") };
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            let event = if n % 2 == 0 { named(n) } else { large() };
            tokio::spawn(async move { (n, store.append(vec![event], now()).await) })
        })
        .collect();
    for task in tasks {
        let (n, outcome) = task.await.unwrap();
        assert_eq!(outcome.is_ok(), n % 2 == 0, "{outcome:?}");
    }
    assert_eq!(store.size().await.unwrap(), 10);
    store.close().await.unwrap();
}

async fn what_the_log_cannot_hold_is_refused(world: World) {
    let store = world.open().await;
    let wrong = [
        NewEvent { kind: String::new(), ..named("x") },
        NewEvent { actor: "a\0b".to_owned(), ..named("x") },
        NewEvent { reason: Some(String::new()), ..named("x") },
        NewEvent { body: "{".to_owned(), ..named("x") },
        NewEvent { personal: Some("1".to_owned()), ..named("x") },
    ];
    for event in wrong {
        let refused = store.append(vec![event], now()).await.unwrap_err();
        assert!(matches!(refused, Error::EventRefused { position: 0, .. }), "{refused}");
    }
    assert!(store.append_once("", vec![named("x")], now()).await.is_err());
    assert_eq!(store.size().await.unwrap(), 0);
    store.close().await.unwrap();
}
