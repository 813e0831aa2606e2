//! A process that dies between any two steps of an append: nothing is half there, and doing the same
//! again records nothing twice.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use store::{Filter, Options, Step, Store};

use crate::support::{World, child, named, now, on_both, part, runtime};

on_both!(
    dies_at_every_step_of_an_append,
    dies_at_every_step_of_catching_up,
    nobody_sees_events_before_their_checkpoint,
);

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

fn die(world: &World, part: &str) {
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
        die(&world, &part);
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
        die(&world, "appending RowsCommitted");
        let part = format!("opening {step:?}");
        die(&world, &part);
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

async fn nobody_sees_events_before_their_checkpoint(mut world: World) {
    let (say, steps) = mpsc::channel();
    let (go, gate) = mpsc::channel();
    let (armed, gate) = (Arc::new(AtomicBool::new(false)), Mutex::new(gate));
    let stops = Arc::clone(&armed);
    // Stands still at each step until it is told to go on.
    world.options.on_step = Some(Arc::new(move |step| {
        if stops.load(Ordering::SeqCst) {
            say.send(step).unwrap();
            gate.lock().unwrap().recv().unwrap();
        }
    }));
    let store = world.open().await;
    let reader = world.open_to_read().await;
    armed.store(true, Ordering::SeqCst);
    let appender = store.clone();
    let appending = tokio::spawn(async move { appender.append(vec![named("seen?")], now()).await });
    for wanted in Step::ALL {
        assert_eq!(steps.recv().unwrap(), wanted);
        let is_durable = matches!(wanted, Step::CheckpointInDatabase | Step::CheckpointInObjects);
        for store in [&store, &reader] {
            assert_eq!(store.size().await.unwrap(), u64::from(is_durable), "{wanted:?}");
            let events = store.events(&Filter::default(), 10).await.unwrap();
            assert_eq!(events.len(), usize::from(is_durable), "{wanted:?}");
        }
        assert!(!appending.is_finished(), "{wanted:?}");
        go.send(()).unwrap();
    }
    assert_eq!(appending.await.unwrap().unwrap().events[0].number, 0);
    reader.close().await.unwrap();
    store.close().await.unwrap();
}
