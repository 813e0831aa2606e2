//! Two servers on one folder: the second is told what to do.

use store::{Error, Options, Store};

use crate::support::on_sqlite;

#[test]
fn a_second_server_on_one_folder_is_told_what_to_do() {
    on_sqlite(|world| async move {
        let store = world.open().await;
        let refused = Store::open(&world.address, Options::default()).await.unwrap_err();
        let said = refused.to_string();
        assert!(matches!(refused, Error::InUse { .. }), "{refused}");
        assert!(said.contains(&format!("process {}", std::process::id())), "{said}");
        assert!(refused.hint().unwrap().contains("PostgreSQL"));
        // Reading beside it is fine.
        world.open_to_read().await.close().await.unwrap();
        store.close().await.unwrap();
        // The lock is let go with the store, and no stale number keeps anyone out.
        world.open().await.close().await.unwrap();
        std::fs::write(world.folder().join("lock"), "1\n").unwrap();
        world.open().await.close().await.unwrap();
    });
}

#[test]
fn a_store_that_is_not_there_cannot_be_read() {
    on_sqlite(|world| async move {
        let refused = Store::open(&world.address, Options::read()).await.unwrap_err();
        assert!(matches!(refused, Error::NoStore { .. }), "{refused}");
        assert!(!world.folder().exists(), "and is not made by asking");
    });
}

#[test]
fn a_store_that_is_dropped_lets_go_too() {
    on_sqlite(|world| async move {
        for _ in 0..3 {
            let store = world.open().await;
            store.put(b"x".to_vec()).await.unwrap();
            let task = store.clone();
            drop(store);
            drop(task);
            // The task that appends ends by itself, soon.
            let mut tries = 0;
            loop {
                match Store::open(&world.address, world.options.clone()).await {
                    Ok(store) => break store.close().await.unwrap(),
                    Err(error) => assert!(matches!(error, Error::InUse { .. }), "{error}"),
                }
                tries += 1;
                assert!(tries < 500, "the lock is not let go");
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
    });
}
