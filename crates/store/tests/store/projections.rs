//! Projections: rows of bytes that know which events they are made of.

use store::{Change, Error, ProjectionRow};

use crate::support::{World, on_both};

on_both!(
    changes_are_applied_together,
    a_scan_is_in_the_order_of_bytes,
    a_projection_moves_on_from_where_it_is_only,
);

fn put(key: &str, value: &str) -> Change {
    Change::Put(key.to_owned(), value.as_bytes().to_vec())
}

fn row(key: &str, value: &str, as_of: u64) -> ProjectionRow {
    ProjectionRow { key: key.to_owned(), value: value.as_bytes().to_vec(), as_of }
}

async fn changes_are_applied_together(world: World) {
    let store = world.open().await;
    assert_eq!(store.projection_as_of("hosts").await.unwrap(), 0);
    let changes = vec![put("a", "1"), put("b", "2"), put("a", "3"), put("c", "4")];
    store.project("hosts", (0, 7), changes).await.unwrap();
    let changes =
        vec![Change::Remove("b".to_owned()), put("c", ""), Change::Remove("x".to_owned())];
    store.project("hosts", (7, 9), changes).await.unwrap();
    assert_eq!(store.projection_as_of("hosts").await.unwrap(), 9);
    let rows = store.projection_scan("hosts", "", None, 10).await.unwrap();
    assert_eq!(rows, [row("a", "3", 7), row("c", "", 9)]);
    assert_eq!(store.projected("hosts", "a").await.unwrap(), Some(row("a", "3", 7)));
    assert_eq!(store.projected("hosts", "b").await.unwrap(), None);
    assert_eq!(store.projected("other", "a").await.unwrap(), None);
    store.projection_clear("hosts").await.unwrap();
    assert!(store.projection_scan("hosts", "", None, 10).await.unwrap().is_empty());
    assert_eq!(store.projection_as_of("hosts").await.unwrap(), 0);
    store.close().await.unwrap();
}

async fn a_scan_is_in_the_order_of_bytes(world: World) {
    let store = world.open().await;
    // As people's locales order text, these would come in another order.
    let mut keys = ["a", "B", "Z", "a/1", "a/10", "a/2", "a0", "ä", "a/é", "a/\u{10ffff}", "A/1"];
    store.project("s", (0, 1), keys.iter().map(|key| put(key, key)).collect()).await.unwrap();
    keys.sort_unstable_by_key(|key| key.as_bytes());
    let scan = |prefix: &'static str, after: Option<&'static str>, limit| {
        let store = store.clone();
        async move {
            let rows = store.projection_scan("s", prefix, after, limit).await.unwrap();
            rows.into_iter().map(|row| row.key).collect::<Vec<_>>()
        }
    };
    assert_eq!(scan("", None, 100).await, keys);
    assert_eq!(scan("a/", None, 100).await, ["a/1", "a/10", "a/2", "a/é", "a/\u{10ffff}"]);
    assert_eq!(scan("a/", Some("a/10"), 2).await, ["a/2", "a/é"]);
    assert!(scan("b", None, 100).await.is_empty());
    store.close().await.unwrap();
}

async fn a_projection_moves_on_from_where_it_is_only(world: World) {
    let store = world.open().await;
    store.project("s", (0, 5), vec![put("a", "5")]).await.unwrap();
    let moved = store.project("s", (0, 6), vec![put("a", "6")]).await.unwrap_err();
    assert!(matches!(moved, Error::ProjectionMoved { expected: 0, present: 5, .. }), "{moved}");
    let tasks: Vec<_> = (0..10)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.project("s", (5, 6 + n), vec![put("b", "x")]).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap().is_ok());
    }
    assert_eq!(done, 1, "of several that go on from the same place one succeeds");
    store.close().await.unwrap();
}
