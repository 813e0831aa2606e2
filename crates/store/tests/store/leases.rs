//! Leases: one holder at a time, taken over from the dead, whatever clocks say.

use std::time::Duration;

use crate::support::{World, on_both};

on_both!(one_holder_at_a_time, a_lease_that_is_not_renewed_is_taken_over);

const LONG: Duration = Duration::from_mins(10);

async fn one_holder_at_a_time(world: World) {
    let store = world.open().await;
    let mut lease = store.lease("fetch", LONG).await.unwrap().unwrap();
    assert!(store.lease("fetch", LONG).await.unwrap().is_none());
    assert!(store.lease("other", LONG).await.unwrap().is_some());
    assert!(store.renew(&mut lease).await.unwrap());
    store.release(lease).await.unwrap();
    let again = store.lease("fetch", LONG).await.unwrap();
    assert!(again.is_some(), "what was given back is free");
    store.close().await.unwrap();
}

async fn a_lease_that_is_not_renewed_is_taken_over(world: World) {
    let store = world.open().await;
    let patience = Duration::from_millis(200);
    let mut lease = store.lease("fetch", patience).await.unwrap().unwrap();
    // Renewed in time, however often the other asks.
    for _ in 0..6 {
        assert!(store.lease("fetch", patience).await.unwrap().is_none());
        tokio::time::sleep(patience / 4).await;
        assert!(store.renew(&mut lease).await.unwrap());
    }
    assert!(store.lease("fetch", patience).await.unwrap().is_none());
    tokio::time::sleep(patience).await;
    let taken = store.lease("fetch", patience).await.unwrap();
    assert!(taken.is_some());
    assert!(!store.renew(&mut lease).await.unwrap(), "the first holder finds out");
    store.release(lease).await.unwrap();
    assert!(store.lease("fetch", patience).await.unwrap().is_none(), "and takes nothing away");
    store.close().await.unwrap();
}
