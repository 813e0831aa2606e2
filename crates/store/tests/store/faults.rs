//! Things that go wrong around a store: each has a message that says what to do, loses nothing, and is
//! over when it is over.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use store::{Address, Error, Options, Store};

use crate::support::{Cluster, World, child, named, now, on_both, on_sqlite, part, runtime};

on_both!(a_full_disk_is_named_and_nothing_is_lost);

/// Runs a part with a file system of its own mounted on the store's folder. `false` where this system
/// lets nobody mount.
fn play(world: &World, mount: &str, test: &str) -> bool {
    std::fs::create_dir_all(world.folder()).unwrap();
    let inner = child(world, test, "play");
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = Command::new("unshare");
    command
        .arg(if root { "-m" } else { "-rm" })
        .args(["sh", "-c", &format!("{mount} || exit 77; shift; exec \"$@\""), "sh"])
        .arg(world.folder())
        .arg(inner.get_program())
        .args(inner.get_args())
        .envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null());
    let Ok(output) = command.output() else {
        println!("SKIPPED: {test}: there is no `unshare` (package util-linux)");
        return false;
    };
    if output.status.code() == Some(77) || !output.status.success() && is_forbidden(&output.stderr)
    {
        println!("SKIPPED: {test}: this system lets nobody mount a file system");
        return false;
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("played"), "{said}\n{wrong}");
    true
}

fn is_forbidden(said: &[u8]) -> bool {
    String::from_utf8_lossy(said).contains("unshare: ")
}

async fn a_full_disk_is_named_and_nothing_is_lost(world: World) {
    let mount = "mount -t tmpfs -o size=4m none \"$1\"";
    play(&world, mount, "faults::the_one_on_a_full_disk");
}

/// The part on a disk of 4 MiB.
#[test]
fn the_one_on_a_full_disk() {
    let Some((_, address, options)) = part() else { return };
    let folder = std::env::var("WARDROUND_TEST_OBJECTS").unwrap();
    let filler = Path::new(&folder).join("filler");
    runtime().block_on(async {
        let store = Store::open(&address, options.clone()).await.unwrap();
        for n in 0..20 {
            store.append_once(&format!("{n}"), vec![named(n)], now()).await.unwrap();
        }
        fill(&filler);
        // Until something needs a page that is not there.
        let mut acknowledged = 20;
        let error = loop {
            let event =
                model::event::NewEvent { reason: Some("x".repeat(30_000)), ..named(acknowledged) };
            match store.append_once(&acknowledged.to_string(), vec![event], now()).await {
                Ok(_) => acknowledged += 1,
                Err(error) => break error,
            }
        };
        let cause = match &error {
            Error::Uncertain { source } => source,
            other => other,
        };
        assert!(matches!(cause, Error::DiskFull { .. }), "{error:?}");
        assert!(cause.hint().unwrap().contains("make room"));
        let blob = store.put((0..60_000_u32).flat_map(u32::to_le_bytes).collect()).await;
        assert!(matches!(blob, Err(Error::DiskFull { .. })), "{blob:?}");
        assert!(store.size().await.unwrap() >= acknowledged);

        std::fs::remove_file(&filler).unwrap();
        for n in 0..acknowledged + 3 {
            // What was acknowledged is there; what was not is recorded once.
            let event = model::event::NewEvent {
                reason: (n >= 20).then(|| "x".repeat(30_000)),
                ..named(n)
            };
            store.append_once(&n.to_string(), vec![event], now()).await.unwrap();
        }
        assert_eq!(store.size().await.unwrap(), acknowledged + 3);
        assert!(store.verify(Vec::new()).await.unwrap().is_sound());
        store.close().await.unwrap();
        let store = Store::open(&address, options).await.unwrap();
        assert_eq!(store.size().await.unwrap(), acknowledged + 3);
        store.close().await.unwrap();
    });
    println!("played");
}

/// Fills a file system to its last page.
fn fill(filler: &Path) {
    use std::io::Write as _;

    let mut file = std::fs::File::create(filler).unwrap();
    for size in [1 << 16, 1 << 12] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

#[test]
fn a_folder_that_cannot_be_written_can_be_read() {
    on_sqlite(|world| async move {
        let store = world.open().await;
        store.append(vec![named("before")], now()).await.unwrap();
        store.close().await.unwrap();
        let mount = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\"";
        play(&world, mount, "faults::the_one_in_a_folder_that_cannot_be_written");
    });
}

/// The part in a folder that is mounted read-only.
#[test]
fn the_one_in_a_folder_that_cannot_be_written() {
    let Some((_, address, options)) = part() else { return };
    runtime().block_on(async {
        let error = Store::open(&address, options).await.unwrap_err();
        assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
        assert!(error.hint().unwrap().contains("right to write"));
        let store = Store::open(&address, Options::read()).await.unwrap();
        assert_eq!(store.size().await.unwrap(), 1);
        assert!(store.verify(Vec::new()).await.unwrap().is_sound());
        store.close().await.unwrap();
    });
    println!("played");
}

#[test]
fn a_folder_below_a_file_cannot_be_made() {
    on_sqlite(|world| async move {
        let file = world.beside().join("file");
        std::fs::write(&file, "").unwrap();
        let error = Store::open(&Address::folder(file.join("store")), Options::default()).await;
        let said = error.unwrap_err().to_string();
        assert_eq!(said, format!("{} could not be used", file.display()));
    });
}

#[test]
fn a_database_that_goes_away_and_returns() {
    let Some(mut cluster) = Cluster::start() else { return };
    runtime().block_on(async {
        let mut world = World::on(&cluster.database().await);
        world.options.patience = Duration::from_millis(1500);
        let store = world.open().await;
        store.append_once("before", vec![named("before")], now()).await.unwrap();
        for (how, key) in [("stop", "first"), ("crash", "second")] {
            cluster.tell(how);
            let error = store.append_once(key, vec![named(key)], now()).await.unwrap_err();
            let cause = match &error {
                Error::Uncertain { source } => source,
                other => other,
            };
            assert!(matches!(cause, Error::DatabaseGone { .. }), "{error:?}");
            assert!(cause.hint().unwrap().contains("start the database"));
            assert!(matches!(store.size().await.unwrap_err(), Error::DatabaseGone { .. }));
            let opened = Store::open(&world.address, world.options.clone()).await;
            assert!(matches!(opened.unwrap_err(), Error::DatabaseGone { .. }));
            cluster.tell("start");
            // The same store goes on by itself.
            store.append_once(key, vec![named(key)], now()).await.unwrap();
        }
        assert_eq!(store.size().await.unwrap(), 3);
        assert!(store.verify(Vec::new()).await.unwrap().is_sound());
        store.close().await.unwrap();
    });
}
