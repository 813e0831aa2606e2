//! Backups: taken while the store is used, from either engine into either.

use model::event::NewEvent;
use sqlx::{Connection as _, Executor as _};
use store::{Change, Copied, Error, Filter, Options, Store};

use crate::accounts;
use crate::support::{World, named, now, on_both};

on_both!(
    a_backup_of_either_engine_restores_into_either,
    a_backup_is_taken_while_the_store_is_used,
    a_backup_is_read_but_never_continued,
    a_place_with_a_record_is_left_alone,
    a_key_that_was_given_by_its_path_stays_apart,
    a_backup_of_an_earlier_version_is_restored,
);

/// A store with something of everything in it.
pub(crate) async fn filled(world: &World) -> Store {
    let store = world.open().await;
    let personal = |n: usize| NewEvent {
        personal: n.is_multiple_of(3).then(|| format!(r#"{{"name":"Sample {n}"}}"#)),
        ..named(n)
    };
    let appended = store.append((0..300).map(personal).collect(), now()).await.unwrap();
    store.append_once("once", vec![named("once")], now()).await.unwrap();
    store.erase_personal(&appended.events[3].id).await.unwrap();
    let blobs = (0..4_u8).map(|n| vec![n; 1000]).collect();
    store.put_all(blobs).await.unwrap();
    let rows = (0..50).map(|n| Change::Put(format!("host/{n}"), vec![n])).collect();
    store.project("hosts", (0, 301), rows).await.unwrap();
    accounts::fill(&store).await;
    store
}

pub(crate) async fn take(store: &Store, world: &World, name: &str) -> (std::path::PathBuf, Copied) {
    let to = world.beside().join(name);
    let copied = store.backup(&to, &mut |_| {}).await.unwrap();
    assert!(copied.verification.is_sound(), "{copied:?}");
    (to, copied)
}

/// That a store is the same as another, to everyone who asks.
pub(crate) async fn is_same(store: &Store, other: &Store) {
    let all = Filter::default();
    let events = store.events(&all, 10_000).await.unwrap();
    assert_eq!(other.events(&all, 10_000).await.unwrap(), events);
    assert_eq!(other.verifier_key(), store.verifier_key());
    assert_eq!(other.checkpoint().await.unwrap(), store.checkpoint().await.unwrap());
    for byte in 0..=255 {
        let blobs = store.blobs(byte).await.unwrap();
        assert_eq!(other.blobs(byte).await.unwrap(), blobs);
        for blob in blobs {
            assert_eq!(other.get(blob).await.unwrap(), store.get(blob).await.unwrap());
        }
    }
    let rows = store.projection_scan("hosts", "", None, 100).await.unwrap();
    assert_eq!(other.projection_scan("hosts", "", None, 100).await.unwrap(), rows);
    assert_eq!(other.projection_as_of("hosts").await.unwrap(), 301);
    accounts::is_same(store, other).await;
    let verified = other.verify(Vec::new()).await.unwrap();
    assert!(verified.is_sound(), "{verified:?}");
}

async fn a_backup_of_either_engine_restores_into_either(world: World) {
    let store = filled(&world).await;
    let (from, copied) = take(&store, &world, "backup").await;
    assert_eq!((copied.events, copied.blobs, copied.damaged.len()), (301, 4, 0));
    for target in [Some(World::sqlite()), World::postgres().await].into_iter().flatten() {
        let restored =
            Store::restore(&from, &target.address, &target.options, &mut |_| {}).await.unwrap();
        assert_eq!(restored, copied);
        let again = target.open().await;
        is_same(&store, &again).await;
        // It goes on where it was: numbers, keys that were used, the log.
        let once = again.append_once("once", vec![named("once")], now()).await.unwrap();
        assert!(once.repeated);
        let next = again.append(vec![named("after")], now()).await.unwrap();
        assert_eq!(next.events[0].number, 301);
        assert!(again.verify(Vec::new()).await.unwrap().is_sound());
        again.close().await.unwrap();
    }
    store.close().await.unwrap();
}

async fn a_backup_is_taken_while_the_store_is_used(world: World) {
    let store = filled(&world).await;
    let writer = store.clone();
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writing = tokio::spawn(async move {
        let mut count = 0;
        while stopped.try_recv().is_err() {
            let blob = writer.put(format!("while {count}").into_bytes()).await.unwrap();
            let event =
                NewEvent { body: format!(r#"{{"blob":"{blob}"}}"#), ..named(format!("w/{count}")) };
            writer.append(vec![event], now()).await.unwrap();
            count += 1;
        }
        count
    });
    let (from, copied) = take(&store, &world, "backup").await;
    stop.send(()).unwrap();
    assert!(writing.await.unwrap() > 0);
    let backup = Store::open(&store::Address::folder(&from), Options::read()).await.unwrap();
    let events = backup.events(&Filter::default(), 100_000).await.unwrap();
    assert_eq!(events.len() as u64, copied.events);
    let part = Filter { from_number: 0, ..Filter::default() };
    let count = usize::try_from(copied.events).unwrap();
    assert_eq!(store.events(&part, count).await.unwrap(), events);
    for event in events.iter().filter(|event| event.event.subject.starts_with("test/w/")) {
        let blob = event.event.body[9..73].parse().unwrap();
        assert!(backup.exists(blob).await.unwrap(), "every blob that an event names is there");
    }
    backup.close().await.unwrap();
    store.close().await.unwrap();
}

async fn a_backup_is_read_but_never_continued(world: World) {
    let store = filled(&world).await;
    let (from, _) = take(&store, &world, "backup").await;
    let address = store::Address::folder(&from);
    let refused = Store::open(&address, Options::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Backup { .. }), "{refused}");
    let backup = Store::open(&address, Options::read()).await.unwrap();
    is_same(&store, &backup).await;
    backup.close().await.unwrap();
    let again = store.backup(&from, &mut |_| {}).await.unwrap_err();
    assert!(matches!(again, Error::Backup { .. }), "{again}");
    store.close().await.unwrap();
}

async fn a_place_with_a_record_is_left_alone(world: World) {
    let store = filled(&world).await;
    let (from, _) = take(&store, &world, "backup").await;
    store.close().await.unwrap();
    let other = world.another().await;
    let kept = other.open().await;
    kept.append(vec![named("kept")], now()).await.unwrap();
    kept.close().await.unwrap();
    for target in [&other, &world] {
        // Into itself it would be harmless only as long as nothing was appended since.
        if std::ptr::eq(target, &raw const world) {
            let store = world.open().await;
            store.append(vec![named("since")], now()).await.unwrap();
            store.close().await.unwrap();
        }
        let refused = Store::restore(&from, &target.address, &target.options, &mut |_| {}).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::NotEmpty { .. }), "{refused}");
        let store = target.open().await;
        assert!(store.verify(Vec::new()).await.unwrap().is_sound());
        store.close().await.unwrap();
    }
    let nothing = world.beside().join("nothing");
    let refused = Store::restore(&nothing, &other.address, &other.options, &mut |_| {}).await;
    assert!(matches!(refused.unwrap_err(), Error::Backup { .. }));
}

async fn a_key_that_was_given_by_its_path_stays_apart(world: World) {
    let key = world.beside().join("keys/log.key");
    let mut world = world;
    world.options.key_file = Some(key.clone());
    let store = filled(&world).await;
    let (from, _) = take(&store, &world, "backup").await;
    assert!(key.is_file() && !from.join("signing.key").exists());
    let mut target = World::sqlite();
    Store::restore(&from, &target.address, &target.options, &mut |_| {}).await.unwrap();
    let refused = Store::open(&target.address, target.options.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::KeyUnreadable { .. }), "{refused}");
    target.options.key_file = Some(key);
    is_same(&store, &target.open().await).await;
    store.close().await.unwrap();
}

async fn a_backup_of_an_earlier_version_is_restored(world: World) {
    let store = world.open().await;
    store.append(vec![named("kept")], now()).await.unwrap();
    let (from, _) = take(&store, &world, "backup").await;
    store.close().await.unwrap();
    // As the version before accounts wrote it.
    let file = format!("sqlite://{}?mode=rw", from.join("record.db").display());
    let mut connection = sqlx::AnyConnection::connect(&file).await.unwrap();
    let later = ["account", "credential", "session", "token", "attempt"];
    for table in later.into_iter().chain(["passkey", "linked", "ceremony"]) {
        let drop = sqlx::AssertSqlSafe(format!("DROP TABLE {table}"));
        connection.execute(drop).await.unwrap();
    }
    connection.execute("DELETE FROM _sqlx_migrations WHERE version > 1").await.unwrap();
    connection.close().await.unwrap();
    let target = world.another().await;
    Store::restore(&from, &target.address, &target.options, &mut |_| {}).await.unwrap();
    let restored = target.open().await;
    assert_eq!(restored.size().await.unwrap(), 1);
    assert_eq!(restored.accounts().await.unwrap(), []);
    assert!(restored.verify(Vec::new()).await.unwrap().is_sound());
    restored.close().await.unwrap();
}
