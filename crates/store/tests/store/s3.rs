//! Objects in S3: the same promises, on a real server.

use std::io::Read as _;
use std::time::Duration;

use record::verify::Fault;
use store::{Address, BlobId, Error, Filter, Options, S3Credentials, Store};

use crate::support::{S3Server, World, named, now, on_both};

on_both!(
    a_store_with_objects_in_s3,
    what_is_sent_waits_in_s3_until_it_is_removed,
    a_backup_from_and_into_s3,
    a_wrong_secret_is_said,
    a_server_that_goes_away_and_returns,
);

/// A world whose objects are in S3.
fn world_in(mut world: World, server: &S3Server, prefix: &str) -> World {
    let folder = world.folder().display().to_string();
    let database = world.url.clone().unwrap_or(folder);
    world.address = Address::parse(&database, Some(&server.objects(prefix))).unwrap();
    world.options = Options {
        s3: Some(S3Server::credentials()),
        key_file: Some(world.beside().join("log.key")),
        patience: Duration::from_secs(3),
        ..world.options.clone()
    };
    world
}

async fn a_store_with_objects_in_s3(world: World) {
    let server = S3Server::start().await;
    let world = world_in(world, &server, "a/b");
    let store = world.open().await;
    let small = store.put(b"small".to_vec()).await.unwrap();
    // Several parts: 40 MiB that do not pack.
    let mut state = 7_u64;
    let large: Vec<u8> = std::iter::repeat_with(|| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()
    })
    .take(5 << 20)
    .flatten()
    .collect();
    let id = store.put_reader(std::io::Cursor::new(large.clone())).await.unwrap();
    assert_eq!(id, BlobId::of(&large));
    assert_eq!(store.put(b"small".to_vec()).await.unwrap(), small);
    store.append((0..300).map(named).collect(), now()).await.unwrap();
    store.close().await.unwrap();

    let store = world.open().await;
    assert!(store.get(id).await.unwrap() == large);
    assert_eq!(store.get(small).await.unwrap(), b"small");
    assert!(store.exists(small).await.unwrap());
    assert!(!store.exists(BlobId::of(b"other")).await.unwrap());
    store.append(vec![named("after")], now()).await.unwrap();
    assert_eq!(store.size().await.unwrap(), 301);
    assert!(store.verify(Vec::new()).await.unwrap().is_sound());
    // Below its prefix and nowhere else.
    assert!(server.bucket().join("a/b/checkpoint").is_file());
    assert!(!server.bucket().join("checkpoint").exists());
    let partial = server.bucket().join("a/b/tile/0/000.p");
    let left = std::fs::read_dir(partial).map_or(0, Iterator::count);
    assert_eq!(left, 0, "partial tiles that have become full are removed");
    std::fs::remove_file(server.bucket().join("a/b/tile/0/000")).unwrap();
    let found = store.verify(Vec::new()).await.unwrap();
    let missing = |fault: &Fault| matches!(fault, Fault::Missing(path) if path == "tile/0/000");
    assert!(found.log.faults.iter().any(missing), "{found:?}");
    store.close().await.unwrap();
}

async fn what_is_sent_waits_in_s3_until_it_is_removed(world: World) {
    let server = S3Server::start().await;
    let world = world_in(world, &server, "a/b");
    let store = world.open().await;
    assert!(store.spool_names().await.unwrap().is_empty());
    // Several writes, and more than one part; and nothing at all.
    let large: Vec<u8> = (0..5_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let mut files = vec![store.spool().await.unwrap(), store.spool().await.unwrap()];
    for piece in large.chunks(1 << 20) {
        files[0].write(piece).await.unwrap();
    }
    assert_eq!(files[0].length(), 20_000_000);
    assert!(store.spool_names().await.unwrap().is_empty(), "what still comes has no name");
    let kept = store.keep_spooled(files).await.unwrap();
    assert_eq!((kept[0].content, kept[0].length), (BlobId::of(&large), 20_000_000));
    assert_eq!((kept[1].content, kept[1].length), (BlobId::of(b""), 0));
    let mut names: Vec<String> = kept.iter().map(|file| file.name.clone()).collect();
    names.sort();
    assert_eq!(store.spool_names().await.unwrap(), names);
    // Below the prefix, and not on this machine's disk.
    for name in &names {
        assert!(server.bucket().join("a/b").join(name).is_file(), "{name}");
    }
    store.close().await.unwrap();

    // Another process, which was not there when it came, reads it.
    let store = world.open().await;
    for (file, content) in kept.iter().zip([large.as_slice(), b""]) {
        let mut read = Vec::new();
        let mut open = store.spooled(&file.name).await.unwrap().unwrap();
        open.read_to_end(&mut read).unwrap();
        assert!(read == content, "{} bytes of {}", read.len(), content.len());
    }
    // What is written and never kept leaves nothing.
    let mut dropped = store.spool().await.unwrap();
    dropped.write(&large[..1 << 20]).await.unwrap();
    drop(dropped);
    assert_eq!(store.spool_names().await.unwrap(), names);
    // Only the spool is reached by these names.
    let blob = store.put(b"evidence".to_vec()).await.unwrap();
    for foreign in ["checkpoint", "spool", "../x", ""] {
        assert!(store.spooled(foreign).await.unwrap().is_none(), "{foreign}");
        store.unspool(foreign).await.unwrap();
    }
    store.unspool(&kept[0].name).await.unwrap();
    store.unspool(&kept[0].name).await.unwrap();
    assert!(store.spooled(&kept[0].name).await.unwrap().is_none());
    assert_eq!(store.spool_names().await.unwrap(), [kept[1].name.clone()]);
    store.unspool(&kept[1].name).await.unwrap();
    assert!(store.spool_names().await.unwrap().is_empty());
    assert_eq!(store.get(blob).await.unwrap(), b"evidence");
    store.close().await.unwrap();
}

async fn a_backup_from_and_into_s3(world: World) {
    let server = S3Server::start().await;
    let other = world_in(world.another().await, &server, "other");
    let world = world_in(world, &server, "one");
    let store = world.open().await;
    let blobs = store.put_all((0..30_u8).map(|n| vec![n; 100]).collect()).await.unwrap();
    store.append((0..300).map(named).collect(), now()).await.unwrap();
    let backup = world.beside().join("backup");
    store.backup(&backup, &mut |_| {}).await.unwrap();
    std::fs::copy(world.beside().join("log.key"), other.beside().join("log.key")).unwrap();
    let restored = Store::restore(&backup, &other.address, &other.options, &mut |_| {}).await;
    assert!(restored.unwrap().verification.is_sound());
    let again = other.open().await;
    let all = Filter::default();
    assert_eq!(again.events(&all, 1000).await.unwrap(), store.events(&all, 1000).await.unwrap());
    for blob in blobs {
        assert_eq!(again.get(blob).await.unwrap().len(), 100);
    }
    again.close().await.unwrap();
    store.close().await.unwrap();
}

async fn a_wrong_secret_is_said(world: World) {
    let server = S3Server::start().await;
    let mut world = world_in(world, &server, "x");
    let secret = "wrong-secret-value".to_owned();
    world.options.s3 = Some(S3Credentials { key_id: "test-id".to_owned(), secret });
    let error = Store::open(&world.address, world.options.clone()).await.unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    assert!(!format!("{error:?} {:?}", world.options).contains("wrong-secret"), "{error:?}");
}

async fn a_server_that_goes_away_and_returns(world: World) {
    let mut server = S3Server::start().await;
    let world = world_in(world, &server, "x");
    let store = world.open().await;
    store.append_once("before", vec![named("before")], now()).await.unwrap();
    server.stop().await;
    let error = store.append_once("gone", vec![named("gone")], now()).await.unwrap_err();
    // Rows are committed: whoever asks again with the key is safe.
    assert!(matches!(&error, Error::Uncertain { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("same idempotency key"));
    assert_eq!(store.size().await.unwrap(), 1, "and nobody sees them before they are sealed");
    assert!(store.put(b"blob".to_vec()).await.is_err());

    server.start_again().await;
    // They are sealed without anybody asking.
    let mut tries = 0;
    while store.size().await.unwrap() < 2 {
        tries += 1;
        assert!(tries < 600, "what was left behind is not sealed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let again = store.append_once("gone", vec![named("gone")], now()).await.unwrap();
    assert!(again.repeated && again.events[0].number == 1);
    assert!(store.verify(Vec::new()).await.unwrap().is_sound());
    store.close().await.unwrap();
}
