//! Whoever can write to the database or the objects can break a store, but not unseen.

use record::verify::{Fault, Remembered, RowFault};
use store::{Error, Store};

use crate::schema::run;
use crate::support::{World, named, now, on_both};

on_both!(
    an_edited_row_is_named,
    a_deleted_row_is_named,
    edited_personal_data_is_named,
    an_edited_tile_is_named,
    yesterdays_database_is_refused,
    yesterdays_store_is_seen_by_whoever_kept_a_checkpoint,
    another_key_is_refused,
    other_objects_are_refused,
);

async fn three_hundred(world: &World) -> Store {
    let store = world.open().await;
    let event =
        |n: u32| model::event::NewEvent { personal: Some(format!(r#"{{"n":{n}}}"#)), ..named(n) };
    store.append((0..300).map(event).collect(), now()).await.unwrap();
    store
}

async fn an_edited_row_is_named(world: World) {
    let store = three_hundred(&world).await;
    run(&world, "UPDATE event SET actor = 'someone else' WHERE number = 77").await;
    run(&world, "UPDATE event SET body = 'nonsense' WHERE number = 78").await;
    run(&world, "UPDATE event SET marking = 'none' WHERE number = 79").await;
    let found = store.verify(Vec::new()).await.unwrap();
    assert!(found.log.is_sound(), "the log itself was not touched");
    let edited = |number| {
        found.rows.iter().any(|f| matches!(f, RowFault::Edited { number: n, .. } if *n == number))
    };
    assert!(edited(77) && edited(78) && edited(79) && found.rows.len() == 3, "{found:?}");
    store.close().await.unwrap();
}

async fn a_deleted_row_is_named(world: World) {
    let store = three_hundred(&world).await;
    run(&world, "DELETE FROM event WHERE number BETWEEN 10 AND 12 OR number = 299").await;
    let found = store.verify(Vec::new()).await.unwrap();
    let wanted =
        [RowFault::Deleted { first: 10, last: 12 }, RowFault::Deleted { first: 299, last: 299 }];
    assert_eq!(found.rows, wanted);
    store.close().await.unwrap();
}

async fn edited_personal_data_is_named(world: World) {
    let store = three_hundred(&world).await;
    run(&world, "UPDATE personal SET content = '{\"n\":0}' WHERE number = 5").await;
    run(&world, "DELETE FROM personal WHERE number = 6").await;
    let found = store.verify(Vec::new()).await.unwrap();
    assert_eq!(found.personal, [5], "what was erased is no fault");
    assert!(found.rows.is_empty());
    store.close().await.unwrap();
}

async fn an_edited_tile_is_named(world: World) {
    let store = three_hundred(&world).await;
    store.close().await.unwrap();
    let tile = world.folder().join("objects/tile/0/000");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[32 * 7] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    let store = world.open().await;
    let found = store.verify(Vec::new()).await.unwrap();
    let named = found.log.faults.iter().any(|fault| {
        matches!(fault, Fault::EditedTile { path, position: 7, .. } if path == "tile/0/000")
    });
    assert!(named, "{found:?}");
    store.close().await.unwrap();
}

async fn yesterdays_database_is_refused(world: World) {
    let store = three_hundred(&world).await;
    store.close().await.unwrap();
    // The database as it was, the objects as they are.
    run(&world, "DELETE FROM event WHERE number >= 299").await;
    run(&world, "UPDATE head SET next_number = 299").await;
    run(&world, "UPDATE seal SET size = 299").await;
    let refused = Store::open(&world.address, world.options.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::RolledBack { promised: 300, present: 299, .. }), "{refused}");
    assert!(refused.hint().unwrap().contains("older than its log"));
}

async fn yesterdays_store_is_seen_by_whoever_kept_a_checkpoint(world: World) {
    let store = three_hundred(&world).await;
    let backup = world.beside().join("yesterday");
    store.backup(&backup, &mut |_| {}).await.unwrap();
    store.append(vec![named("today")], now()).await.unwrap();
    let keys = record::checkpoint::Keys::new(vec![store.verifier_key().clone()]);
    let note = store.checkpoint().await.unwrap();
    let kept = Remembered::of_note("a receipt", note.as_bytes(), &keys).unwrap();
    store.close().await.unwrap();
    let target = world.another().await;
    Store::restore(&backup, &target.address, &target.options, &mut |_| {}).await.unwrap();
    let store = target.open().await;
    assert!(store.verify(Vec::new()).await.unwrap().is_sound(), "by itself it looks well");
    let found = store.verify(vec![kept.clone()]).await.unwrap();
    let rolled_back =
        |fault: &Fault| matches!(fault, Fault::RolledBack { expected: 301, found: 300, .. });
    assert!(found.log.faults.iter().any(rolled_back), "{found:?}");
    // And what is said instead of what was said is a fork.
    store.append(vec![named("something else")], now()).await.unwrap();
    let found = store.verify(vec![kept]).await.unwrap();
    let forked = |fault: &Fault| matches!(fault, Fault::Forked { size: 301, .. });
    assert!(found.log.faults.iter().any(forked), "{found:?}");
    store.close().await.unwrap();
}

async fn another_key_is_refused(world: World) {
    three_hundred(&world).await.close().await.unwrap();
    let other = world.another().await;
    other.open().await.close().await.unwrap();
    let key = |world: &World| world.folder().join("signing.key");
    std::fs::copy(key(&other), key(&world)).unwrap();
    let refused = Store::open(&world.address, world.options.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::OtherKey { .. }), "{refused}");
    let secret = std::fs::read_to_string(key(&other)).unwrap();
    // `PRIVATE+KEY+<name>+<hash>+<secret>`, and a secret in base64 may hold a `+` itself.
    let secret = secret.trim().splitn(5, '+').nth(4).unwrap();
    assert_eq!(secret.len(), 44, "the whole of a kind and 32 bytes in base64");
    assert!(!format!("{refused} {refused:?}").contains(secret), "a key is never shown");
    std::fs::remove_file(key(&world)).unwrap();
    let refused = Store::open(&world.address, world.options.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::KeyUnreadable { .. }), "{refused}");
    assert!(!key(&world).exists(), "and none is made in its place");
}

async fn other_objects_are_refused(world: World) {
    three_hundred(&world).await.close().await.unwrap();
    let other = world.another().await;
    three_hundred(&other).await.close().await.unwrap();
    let objects = |world: &World| world.folder().join("objects");
    let refused = || Store::open(&world.address, world.options.clone());
    std::fs::rename(objects(&world), world.beside().join("own")).unwrap();
    let error = refused().await.unwrap_err();
    assert!(matches!(error, Error::ForeignObjects { .. }), "{error}");
    std::fs::remove_dir_all(objects(&world)).unwrap();
    std::fs::rename(objects(&other), objects(&world)).unwrap();
    let error = refused().await.unwrap_err();
    assert!(matches!(error, Error::ForeignObjects { .. }), "{error}");
    std::fs::remove_dir_all(objects(&world)).unwrap();
    std::fs::rename(world.beside().join("own"), objects(&world)).unwrap();
    world.open().await.close().await.unwrap();
}
