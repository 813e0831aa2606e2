//! A clock that is set back changes nothing that was known, and is said aloud.

use std::time::Duration;

use crate::support::{World, instant, named, on_both};

on_both!(time_never_goes_back);

async fn time_never_goes_back(world: World) {
    let store = world.open().await;
    let (noon, eleven) = (instant("2017-05-12T12:00:00Z"), instant("2017-05-12T11:00:00Z"));
    let first = store.append(vec![named("noon")], noon).await.unwrap();
    assert_eq!(first.clock_behind, None);
    store.close().await.unwrap();

    let store = world.open().await;
    let behind = store.append(vec![named("eleven")], eleven).await.unwrap();
    assert_eq!(behind.events[0].as_known, instant("2017-05-12T12:00:00.000001Z"));
    assert_eq!(behind.clock_behind, Some(Duration::from_hours(1)));
    // Within a moment, as clocks of several machines differ, nothing need be said.
    let close = store.append(vec![named("close")], instant("2017-05-12T11:59:59Z")).await.unwrap();
    assert_eq!((close.clock_behind, close.events[0].as_known.subsec_nanosecond()), (None, 2000));
    let later = store.append(vec![named("later")], instant("2017-05-12T12:00:01Z")).await.unwrap();
    assert_eq!(later.events[0].as_known, instant("2017-05-12T12:00:01Z"));
    store.close().await.unwrap();
}
