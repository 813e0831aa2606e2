//! Passkeys, links, sign-ins under way, and how all that an account is entered by ends together.

use store::{Ceremony, Link, Passkey};

use crate::accounts::{credential, later, link, passkey, session, token};
use crate::support::{World, now, on_both};

on_both!(
    a_passkey_is_found_by_its_handle_and_used_by_one_at_a_time,
    a_directorys_person_is_one_person_here,
    a_ceremony_ends_once,
    all_that_an_account_is_entered_by_ends_together,
);

async fn a_passkey_is_found_by_its_handle_and_used_by_one_at_a_time(world: World) {
    let store = world.open().await;
    assert!(store.add_passkey(&passkey("p/1", "account/a")).await.unwrap());
    let taken = Passkey { id: "p/2".to_owned(), ..passkey("p/1", "account/b") };
    assert!(!store.add_passkey(&taken).await.unwrap(), "the handle is somebody's");
    assert_eq!(store.passkey(b"p/1").await.unwrap(), Some(passkey("p/1", "account/a")));
    assert_eq!(store.passkey(b"p/2").await.unwrap(), None);
    let before = passkey("p/1", "account/a").body;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (store, before) = (store.clone(), before.clone());
            tokio::spawn(async move {
                store.use_passkey("p/1", (&before, "{}"), later(5)).await.unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap());
    }
    assert_eq!(done, 1);
    let kept = store.passkeys("account/a").await.unwrap();
    assert_eq!((kept[0].body.as_str(), kept[0].used), ("{}", Some(later(5))));
    assert!(!store.remove_passkey("account/b", "p/1").await.unwrap(), "another's");
    assert!(store.remove_passkey("account/a", "p/1").await.unwrap());
    assert_eq!(store.passkeys("account/a").await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_directorys_person_is_one_person_here(world: World) {
    let store = world.open().await;
    assert!(store.add_link(&link("account/a")).await.unwrap());
    assert!(!store.add_link(&link("account/b")).await.unwrap(), "they are somebody already");
    let elsewhere = Link { issuer: "https://other.example".to_owned(), ..link("account/b") };
    assert!(store.add_link(&elsewhere).await.unwrap());
    let one = link("account/a");
    store.touch_link(&one.issuer, &one.subject, later(3)).await.unwrap();
    let found = store.link(&one.issuer, &one.subject).await.unwrap();
    assert_eq!(found, Some(Link { used: Some(later(3)), ..one.clone() }));
    assert_eq!(store.link(&one.issuer, "4712").await.unwrap(), None);
    assert_eq!(store.remove_links("account/b", &one.issuer).await.unwrap(), 0, "another's");
    assert_eq!(store.remove_links("account/a", &one.issuer).await.unwrap(), 1);
    assert_eq!(store.links("account/b").await.unwrap(), [elsewhere]);
    store.close().await.unwrap();
}

fn ceremony(byte: u8) -> Ceremony {
    Ceremony {
        hash: vec![byte; 32],
        kind: "passkey".to_owned(),
        account: String::new(),
        body: "{}".to_owned(),
        expires: later(i64::from(byte)),
    }
}

async fn a_ceremony_ends_once(world: World) {
    let store = world.open().await;
    for byte in 1..4 {
        store.begin_ceremony(&ceremony(byte), now()).await.unwrap();
    }
    assert_eq!(store.end_ceremony(&[3; 32], "other").await.unwrap(), None, "of another kind");
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.end_ceremony(&[3; 32], "passkey").await.unwrap() })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.extend(task.await.unwrap());
    }
    assert_eq!(done, [ceremony(3)]);
    // What has ended goes when the next begins.
    store.begin_ceremony(&ceremony(9), later(1)).await.unwrap();
    assert_eq!(store.end_ceremony(&[1; 32], "passkey").await.unwrap(), None);
    assert_eq!(store.end_ceremony(&[2; 32], "passkey").await.unwrap(), Some(ceremony(2)));
    store.close().await.unwrap();
}

async fn all_that_an_account_is_entered_by_ends_together(world: World) {
    let store = world.open().await;
    store.add_credential(&credential("c/1", "password", b"1")).await.unwrap();
    store.add_token(&token("t/1", 1)).await.unwrap();
    store.add_passkey(&passkey("p/1", "account/a")).await.unwrap();
    store.add_passkey(&passkey("p/2", "account/b")).await.unwrap();
    store.add_link(&link("account/a")).await.unwrap();
    for (byte, account) in [(1, "account/a"), (2, "account/a"), (3, "account/b")] {
        store.add_session(&session(byte, account)).await.unwrap();
    }
    // All or none: where what takes their place cannot be added, nothing ends.
    let broken = [credential("c/2", "code", b"2"), credential("c/2", "code", b"3")];
    assert!(store.renew_access("account/a", &broken, None, later(1)).await.is_err());
    assert_eq!(store.sessions("account/a").await.unwrap().len(), 2);
    assert_eq!(store.passkeys("account/a").await.unwrap().len(), 1);
    let new = [credential("c/3", "password", b"3")];
    store.renew_access("account/a", &new, Some(&[2; 32]), later(1)).await.unwrap();
    assert_eq!(store.credentials("account/a", "password").await.unwrap(), new);
    assert_eq!(store.tokens("account/a").await.unwrap()[0].revoked, Some(later(1)));
    assert_eq!(store.passkeys("account/a").await.unwrap(), []);
    assert_eq!(store.links("account/a").await.unwrap(), []);
    assert_eq!(store.sessions("account/a").await.unwrap(), [session(2, "account/a")]);
    assert_eq!(store.passkeys("account/b").await.unwrap().len(), 1, "nobody else's");
    assert_eq!(store.sessions("account/b").await.unwrap().len(), 1, "nobody else's");
    store.renew_access("account/a", &[], None, later(2)).await.unwrap();
    assert_eq!(store.sessions("account/a").await.unwrap(), []);
    store.close().await.unwrap();
}
