//! A backup or a restoration that dies at any of its steps: nothing that could be mistaken for a whole
//! one is left, the store it was taken from is as it was, and doing it again succeeds.

use std::path::Path;

use store::{Options, Store};

use crate::backup::{filled, is_same, take};
use crate::support::{World, child, on_both, part, runtime};

on_both!(dies_at_every_step_of_a_backup, dies_at_every_step_of_a_restoration);

/// The part: takes or restores a backup, and dies when its step comes.
#[test]
fn the_one_that_dies() {
    let Some((part, address, options)) = part() else { return };
    let mut words = part.splitn(3, ' ');
    let (what, last) = (words.next().unwrap(), words.next().unwrap().parse::<usize>().unwrap());
    let folder = Path::new(words.next().unwrap());
    let mut count = 0;
    let mut progress = |_| {
        if count == last {
            std::process::abort();
        }
        count += 1;
    };
    runtime().block_on(async {
        if what == "backup" {
            let store = Store::open(&address, options).await.unwrap();
            store.backup(folder, &mut progress).await.unwrap();
        } else {
            Store::restore(folder, &address, &options, &mut progress).await.unwrap();
        }
    });
    unreachable!("there is no step {last}");
}

fn die(world: &World, part: &str) {
    let command = child(world, "backup_killed::the_one_that_dies", part).output();
    let output = command.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && !said.contains("panicked"), "{part}: {said}");
}

async fn dies_at_every_step_of_a_backup(world: World) {
    let store = filled(&world).await;
    let mut steps = Vec::new();
    let whole = world.beside().join("whole");
    store.backup(&whole, &mut |step| steps.push(step)).await.unwrap();
    store.close().await.unwrap();
    for (last, step) in steps.iter().enumerate() {
        let to = world.beside().join(format!("backup-{last}"));
        die(&world, &format!("backup {last} {}", to.display()));
        // The last step is told when the backup has its name.
        let is_done = last + 1 == steps.len();
        assert_eq!(to.exists(), is_done, "{step:?}");
        let store = world.open().await;
        if !is_done {
            take(&store, &world, &format!("backup-{last}")).await;
        }
        let backup = Store::open(&store::Address::folder(&to), Options::read()).await.unwrap();
        is_same(&store, &backup).await;
        backup.close().await.unwrap();
        store.close().await.unwrap();
    }
}

async fn dies_at_every_step_of_a_restoration(world: World) {
    let source = World::sqlite();
    let store = filled(&source).await;
    let (from, _) = take(&store, &source, "backup").await;
    let mut steps = Vec::new();
    let target = world.another().await;
    let mut note = |step| steps.push(step);
    Store::restore(&from, &target.address, &target.options, &mut note).await.unwrap();
    for (last, step) in steps.iter().enumerate() {
        let target = world.another().await;
        die(&target, &format!("restore {last} {}", from.display()));
        let again = Store::restore(&from, &target.address, &target.options, &mut |_| {}).await;
        let again = again.unwrap_or_else(|error| panic!("{step:?}: {error}"));
        assert!(again.verification.is_sound(), "{step:?}: {again:?}");
        let restored = target.open().await;
        is_same(&store, &restored).await;
        restored.close().await.unwrap();
    }
    store.close().await.unwrap();
}
