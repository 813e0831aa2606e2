//! The same settings give the same bytes: whatever was made before, in whatever order, on however
//! many threads. A change of the golden hash is a change of what is generated: raise `GENERATION`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use sector::{Detail, EvidenceFile, Sector};
use sha2::{Digest, Sha256};
use support::sector;

/// The hash of everything that a small sector is: register, three reports of each organisation, facts.
const GOLDEN: &str = "";

fn hash(parts: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn flat(files: Vec<EvidenceFile>) -> Vec<u8> {
    files.into_iter().flat_map(|file| [file.path.into_bytes(), file.bytes]).flatten().collect()
}

/// The first, a middle and the last report of every organisation.
fn tasks(sector: &Sector) -> Vec<(usize, Date)> {
    let all = sector.organisations().iter().enumerate();
    all.flat_map(|(at, organisation)| {
        let days = sector.reports(organisation);
        let chosen = [0, days.len() / 2, days.len().saturating_sub(1)];
        chosen
            .into_iter()
            .filter_map(move |which| Some((at, *days.get(which)?)))
            .collect::<Vec<_>>()
    })
    .collect()
}

fn made(sector: &Sector, (at, day): (usize, Date)) -> Vec<u8> {
    let organisation = &sector.organisations()[at];
    flat(sector.report(organisation, day, sector.detail(organisation, day)))
}

#[test]
fn a_small_sector_is_what_it_was() {
    let sector = sector(2017, 0.0005);
    let mut parts = vec![sector.register()];
    parts.extend(tasks(&sector).into_iter().map(|task| made(&sector, task)));
    let last = sector.settings().last;
    parts.extend(
        sector
            .organisations()
            .iter()
            .map(|organisation| format!("{:?}", sector.facts(organisation, last)).into_bytes()),
    );
    assert_eq!(hash(&parts), GOLDEN, "generation {}", sector::GENERATION);
}

#[test]
fn order_and_threads_change_nothing() {
    let first = sector(5, 0.0005);
    let tasks = tasks(&first);
    let forward: BTreeMap<_, _> =
        tasks.iter().map(|task| (*task, hash(&[made(&first, *task)]))).collect();
    // Another sector of the same settings, from the end, on three threads, each task alone.
    let again = sector(5, 0.0005);
    let parts: Vec<Vec<_>> = std::thread::scope(|scope| {
        let (again, tasks) = (&again, &tasks);
        let threads: Vec<_> = (0..3)
            .map(|thread| {
                scope.spawn(move || {
                    let mine = tasks.iter().rev().skip(thread).step_by(3);
                    mine.map(|task| (*task, hash(&[made(again, *task)]))).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let backward: BTreeMap<_, _> = parts.into_iter().flatten().collect();
    assert_eq!(forward, backward);
    let alone = *tasks.last().unwrap();
    assert_eq!(forward[&alone], hash(&[made(&sector(5, 0.0005), alone)]));
}

#[test]
fn another_seed_is_another_sector() {
    let (one, other) = (sector(1, 0.0005), sector(2, 0.0005));
    assert_ne!(one.register(), other.register());
    let organisation = &one.organisations()[12];
    let day = *one.reports(organisation).last().unwrap();
    let light = flat(one.report(organisation, day, Detail::Light));
    assert!(light.len() < flat(one.report(organisation, day, Detail::Full)).len());
    assert!(one.report(organisation, Date::constant(1999, 1, 1), Detail::Full).is_empty());
}
