//! A process that dies between any two steps of an append: nothing is half there, and doing the same
//! again records nothing twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::{Filter, Options, Step, Store};

use crate::support::{World, child, named, now, on_both, part, runtime};

on_both!(dies_at_every_step_of_an_append, dies_at_every_step_of_catching_up);

const KEY: &str = "the append that dies";

/// The part: appends, and dies at the step it was told.
#[test]
fn the_one_that_dies() {
    let Some((part, address, options)) = part() else { return };
    let (when, step) = part.split_once(' ').unwrap();
    let step = Step::ALL.into_iter().find(|s| format!("{s:?}") == step).unwrap();
    let armed = Arc::new(AtomicBool::new(when == "opening"));
    let trigger = Arc::clone(&armed);
    let on_step = move |reached| {
        if reached == step && trigger.load(Ordering::SeqCst) {
            // No destructor, no flush: as if the machine had stopped.
            std::process::abort();
        }
    };
    let options = Options { on_step: Some(Arc::new(on_step)), ..options };
    runtime().block_on(async {
        let store = Store::open(&address, options).await.unwrap();
        if when == "opening" {
            // On PostgreSQL it first waits for the lease of the dead.
            store.append(Vec::from([named("never")]), now()).await.unwrap();
        }
        armed.store(true, Ordering::SeqCst);
        let events = vec![named("first half"), named("second half")];
        store.append_once(KEY, events, now()).await.unwrap();
    });
    unreachable!("it reached no {step:?}");
}

async fn die(world: &World, part: &str) {
    let output = child(world, "steps::the_one_that_dies", part).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && !said.contains("panicked"), "{part}: {said}");
}

/// Whole or not at all; and after doing it again, once.
async fn is_whole(world: &World, before: u64, part: &str) {
    let store = world.open().await;
    let size = store.size().await.unwrap();
    assert!(size == before || size == before + 2, "{part}: {size}");
    let events = vec![named("first half"), named("second half")];
    let again = store.append_once(KEY, events, now()).await.unwrap();
    assert_eq!(again.events.iter().map(|e| e.number).collect::<Vec<_>>(), [before, before + 1]);
    assert!(size == before || again.repeated, "{part}");
    assert_eq!(store.size().await.unwrap(), before + 2, "{part}");
    let found = store.events(&Filter::default(), 100).await.unwrap();
    assert_eq!(found.len() as u64, before + 2);
    let verified = store.verify(Vec::new()).await.unwrap();
    assert!(verified.is_sound(), "{part}: {verified:?}");
    store.close().await.unwrap();
}

async fn dies_at_every_step_of_an_append(world: World) {
    for step in Step::ALL {
        let world = world.another().await;
        let store = world.open().await;
        store.append(vec![named(1), named(2), named(3)], now()).await.unwrap();
        store.close().await.unwrap();
        let part = format!("appending {step:?}");
        die(&world, &part).await;
        is_whole(&world, 3, &part).await;
    }
}

async fn dies_at_every_step_of_catching_up(world: World) {
    // There are rows, and their tiles and checkpoint are still to be made.
    for step in &Step::ALL[2..] {
        let world = world.another().await;
        let store = world.open().await;
        store.append((0..300).map(named).collect(), now()).await.unwrap();
        store.close().await.unwrap();
        die(&world, "appending RowsCommitted").await;
        let part = format!("opening {step:?}");
        die(&world, &part).await;
        // What it may have recorded on PostgreSQL while it waited for the lease is whole too.
        let store = world.open().await;
        store.append(vec![named("after")], now()).await.unwrap();
        let verified = store.verify(Vec::new()).await.unwrap();
        assert!(verified.is_sound(), "{part}: {verified:?}");
        let found = store.events(&Filter::default(), 1000).await.unwrap();
        let halves = found.iter().filter(|event| event.event.subject.ends_with("half")).count();
        assert_eq!(halves, 2, "{part}");
        store.close().await.unwrap();
    }
}
