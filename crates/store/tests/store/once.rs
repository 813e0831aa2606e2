//! An idempotency key: doing it again records nothing and gives the first answer.

use model::event::NewEvent;
use store::Error;

use crate::support::{World, instant, named, now, on_both};

on_both!(
    the_same_key_gives_the_first_answer,
    one_key_for_other_events_is_refused,
    the_same_key_at_once_records_once,
);

async fn the_same_key_gives_the_first_answer(world: World) {
    let store = world.open().await;
    let events = vec![named("a"), named("b")];
    let first = store.append_once("import-1", events.clone(), now()).await.unwrap();
    store.append(vec![named("between")], now()).await.unwrap();
    let later = instant("2017-05-13T00:00:00Z");
    let again = store.append_once("import-1", events.clone(), later).await.unwrap();
    assert_eq!(again.events, first.events);
    assert!(again.repeated && !first.repeated);
    store.close().await.unwrap();

    let store = world.open().await;
    let again = store.append_once("import-1", events, later).await.unwrap();
    assert_eq!(again.events, first.events);
    assert_eq!(store.size().await.unwrap(), 3);
    store.close().await.unwrap();
}

async fn one_key_for_other_events_is_refused(world: World) {
    let store = world.open().await;
    let personal = |text: &str| NewEvent { personal: Some(text.to_owned()), ..named("p") };
    store.append_once("k", vec![named("a")], now()).await.unwrap();
    store.append_once("p", vec![personal(r#"{"name":"A. Sample"}"#)], now()).await.unwrap();
    let refused = store.append_once("k", vec![named("b")], now()).await.unwrap_err();
    assert!(matches!(refused, Error::KeyReused { ref key } if key == "k"), "{refused}");
    assert!(refused.hint().is_some());
    // Whether something personal was said counts; what it was cannot, or it could not be erased.
    assert!(store.append_once("p", vec![named("p")], now()).await.is_err());
    let other = personal(r#"{"name":"B. Sample"}"#);
    assert!(store.append_once("p", vec![other], now()).await.unwrap().repeated);
    assert_eq!(store.size().await.unwrap(), 2);
    store.close().await.unwrap();
}

async fn the_same_key_at_once_records_once(world: World) {
    let store = world.open().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                store.append_once("k", vec![named("a"), named("b")], now()).await.unwrap()
            })
        })
        .collect();
    let mut first = 0;
    for task in tasks {
        let appended = task.await.unwrap();
        assert_eq!((appended.events[0].number, appended.events[1].number), (0, 1));
        first += usize::from(!appended.repeated);
    }
    assert_eq!((first, store.size().await.unwrap()), (1, 2));
    store.close().await.unwrap();
}
