//! `kill -9` at random moments, while several tasks append events that name blobs.
//!
//! `WARDROUND_KILL_ROUNDS` says how many times an engine; `./scripts/kill-test` runs 500.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::time::Duration;

use model::event::NewEvent;
use record::verify::Remembered;
use store::{BlobId, Filter, Store};

use crate::support::{World, child, named, now, on_both, part, runtime};

on_both!(killed_at_random);

/// Tasks that append at once.
const TASKS: u64 = 4;

/// The part: appends until it is killed, and says what was acknowledged.
#[test]
fn the_one_that_is_killed() {
    let Some((round, address, options)) = part() else { return };
    runtime().block_on(async {
        let store = Store::open(&address, options).await.unwrap();
        // Whoever sees the end of a round's checkpoint keeps it, as a witness does.
        println!("opened");
        let tasks = (0..TASKS)
            .map(|task| tokio::spawn(append_for_ever(store.clone(), round.clone(), task)));
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
}

async fn append_for_ever(store: Store, round: String, task: u64) {
    for n in 0.. {
        let key = format!("{round}-{task}-{n}");
        let blob = store.put(key.clone().into_bytes()).await.unwrap();
        store.append_once(&key, events_of(&key, blob), now()).await.unwrap();
        // One write, so that a line is whole or not there.
        println!("acknowledged {key}");
    }
}

/// One to five events that belong together; each names how many there are.
fn events_of(key: &str, blob: BlobId) -> Vec<NewEvent> {
    let count = 1 + key.bytes().map(u64::from).sum::<u64>() % 5;
    (0..count)
        .map(|n| NewEvent {
            body: format!(r#"{{"blob":"{blob}","count":{count},"key":"{key}"}}"#),
            personal: (n == 0).then(|| format!(r#"{{"name":"{key}"}}"#)),
            ..named(format!("{key}/{n}"))
        })
        .collect()
}

async fn killed_at_random(world: World) {
    let rounds = std::env::var("WARDROUND_KILL_ROUNDS").map_or(10, |n| n.parse().unwrap());
    let engine = if world.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let mut totals = (0, 0);
    let mut done = 0;
    while done < rounds {
        // A store is looked at as a whole after every round: it should not grow for ever.
        let some = (rounds - done).min(50);
        let (acknowledged, while_opening) = several_rounds(&world.another().await, some).await;
        totals = (totals.0 + acknowledged, totals.1 + while_opening);
        done += some;
        println!(
            "{engine}: killed {done} times, {} of them while the store was being opened; \
             {} appends acknowledged, none lost, none twice, none in half",
            totals.1, totals.0
        );
    }
    assert!(rounds < 5 || totals.0 > rounds, "hardly anything was appended");
}

async fn several_rounds(world: &World, rounds: usize) -> (usize, usize) {
    let mut acknowledged = BTreeSet::new();
    let (mut kept, mut while_opening) = (Vec::new(), 0);
    for round in 0..rounds {
        let lines = round_of_killing(world, round).await;
        while_opening += usize::from(lines.is_empty());
        let keys = lines.iter().filter_map(|line| line.strip_prefix("acknowledged "));
        acknowledged.extend(keys.map(ToOwned::to_owned));
        kept = look(world, round, &acknowledged, kept).await;
    }
    (acknowledged.len(), while_opening)
}

/// Starts the part, kills it at a random moment, gives the whole lines that it said.
async fn round_of_killing(world: &World, round: usize) -> Vec<String> {
    let mut child =
        child(world, "kill::the_one_that_is_killed", &round.to_string()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut random = [0; 4];
    getrandom::fill(&mut random).unwrap();
    let random = u64::from(u32::from_be_bytes(random));
    let mut text = String::new();
    // One in four dies anywhere from its start on, the others once the store is open.
    if random % 4 > 0 {
        while !text.ends_with("opened\n") {
            assert_ne!(output.read_line(&mut text).unwrap(), 0, "it did not open the store");
        }
    }
    tokio::time::sleep(Duration::from_micros(random / 4 % 600_000)).await;
    child.kill().unwrap();
    child.wait().unwrap();
    output.read_to_string(&mut text).unwrap();
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert!(!errors.contains("panicked"), "{errors}");
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    // The test runner's own words stand before the first.
    let said = |line: &&str| line.ends_with("opened") || line.starts_with("acknowledged ");
    whole.lines().filter(said).map(ToOwned::to_owned).collect()
}

/// Everything that must hold after any crash. Gives the checkpoints that the next round must continue.
async fn look(
    world: &World,
    round: usize,
    acknowledged: &BTreeSet<String>,
    mut kept: Vec<Remembered>,
) -> Vec<Remembered> {
    let store = world.open().await;
    // On PostgreSQL the lease of the dead runs out first.
    store.append_once(&format!("look-{round}"), vec![named("look")], now()).await.unwrap();
    let verified = store.verify(kept.clone()).await.unwrap();
    assert!(verified.is_sound(), "round {round}: {verified:?}");

    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let (mut from_number, mut unfinished) = (0, Vec::new());
    loop {
        let filter = Filter { from_number, ..Filter::default() };
        let page = store.events(&filter, 5000).await.unwrap();
        let Some(last) = page.last() else { break };
        assert_eq!(page[0].number, from_number, "no gaps");
        from_number = last.number + 1;
        for event in page {
            let name = event.event.subject.strip_prefix("test/").unwrap();
            let Some((key, _)) = name.split_once('/') else { continue };
            *found.entry(key.to_owned()).or_default() += 1;
        }
    }
    for (key, count) in &found {
        let blob = BlobId::of(key.as_bytes());
        let whole = events_of(key, blob);
        assert_eq!(*count, whole.len() as u64, "{key} is half there, or there twice");
        if key.starts_with(&format!("{round}-")) {
            assert_eq!(store.get(blob).await.unwrap(), key.as_bytes());
            if !acknowledged.contains(key) {
                unfinished.push((key.clone(), whole));
            }
        }
    }
    for key in acknowledged {
        assert!(found.contains_key(key), "{key} was acknowledged and is lost");
    }
    // Whoever got no answer asks again: nothing is recorded twice.
    let size = store.size().await.unwrap();
    for (key, events) in unfinished {
        assert!(store.append_once(&key, events, now()).await.unwrap().repeated);
    }
    assert_eq!(store.size().await.unwrap(), size);
    let from = format!("round {round}");
    let keys = record::checkpoint::Keys::new(vec![store.verifier_key().clone()]);
    let note = store.checkpoint().await.unwrap();
    kept.push(Remembered::of_note(&from, note.as_bytes(), &keys).unwrap());
    store.close().await.unwrap();
    kept
}
