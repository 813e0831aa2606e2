//! Several servers on one PostgreSQL: one continues the log, all may append.

use std::collections::BTreeSet;

use store::{Filter, Store};

use crate::support::{named, now, on_postgres};

#[test]
fn all_servers_append_and_one_seals() {
    on_postgres(|world| async move {
        let servers = [world.open().await, world.open().await, world.open().await];
        let tasks: Vec<_> = servers
            .iter()
            .cloned()
            .enumerate()
            .map(|(server, store)| {
                tokio::spawn(async move {
                    for n in 0..15 {
                        let name = format!("{server}-{n}");
                        let appended =
                            store.append_once(&name, vec![named(&name)], now()).await.unwrap();
                        // Acknowledged means shown, on this server too.
                        let number = appended.events[0].number;
                        assert!(store.size().await.unwrap() > number);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let found = servers[2].events(&Filter::default(), 100).await.unwrap();
        let subjects: BTreeSet<_> = found.iter().map(|event| &event.event.subject).collect();
        assert_eq!((found.len(), subjects.len()), (45, 45));
        for server in servers {
            server.close().await.unwrap();
        }
    });
}

#[test]
fn another_server_takes_over_from_one_that_ends_or_dies() {
    on_postgres(|world| async move {
        let (first, second) = (world.open().await, world.open().await);
        second.append(vec![named("while both live")], now()).await.unwrap();
        // In good order: the lease is given back.
        first.close().await.unwrap();
        second.append(vec![named("after the first has ended")], now()).await.unwrap();
        // Without order: a runtime that stops takes the task with it and nobody gives the lease back.
        let (address, options) = (world.address.clone(), world.options.clone());
        second.close().await.unwrap();
        let died = std::thread::spawn(move || {
            let runtime = crate::support::runtime();
            let store = runtime.block_on(async {
                let store = Store::open(&address, options).await.unwrap();
                store.append(vec![named("before it dies")], now()).await.unwrap();
                store
            });
            runtime.shutdown_background();
            drop(store);
        });
        died.join().unwrap();
        let third = world.open().await;
        third.append(vec![named("after the second has died")], now()).await.unwrap();
        assert_eq!(third.size().await.unwrap(), 4);
        third.close().await.unwrap();
    });
}
