//! Who may sign in and with what: rows, and who is first of several at once.

use jiff::{SignedDuration, Timestamp};
use store::{
    Account, Credential, Doing, Error, Failures, Link, Passkey, RequestKey, Session, Store, Token,
};

use crate::support::{World, now, on_both};

on_both!(
    accounts_are_found_by_identity_and_login,
    a_credential_is_used_up_once,
    of_many_who_use_a_credential_at_once_one_does,
    credentials_of_a_kind_are_replaced_together,
    sessions_are_kept_and_ended,
    tokens_are_kept_and_revoked_once,
    attempts_are_counted_one_at_a_time,
    a_request_is_begun_once_and_its_answer_kept,
    a_request_that_was_left_is_taken_over_by_one,
    nothing_is_changed_where_only_reading_is_allowed,
);

fn account(name: &str) -> Account {
    Account {
        id: format!("account/{name}"),
        login: format!("{name}@rx1.example"),
        name: format!("{name} Sample"),
        created: now(),
        disabled: None,
    }
}

pub(crate) fn credential(id: &str, kind: &str, data: &[u8]) -> Credential {
    Credential {
        id: id.to_owned(),
        account: "account/a".to_owned(),
        kind: kind.to_owned(),
        data: data.to_vec(),
        created: now(),
        used: None,
    }
}

pub(crate) fn session(byte: u8, account: &str) -> Session {
    Session {
        hash: vec![byte; 32],
        account: account.to_owned(),
        created: later(i64::from(byte)),
        seen: later(i64::from(byte)),
        expires: later(3600),
        means: "password".to_owned(),
        agent: "a browser".to_owned(),
    }
}

pub(crate) fn token(id: &str, byte: u8) -> Token {
    Token {
        id: id.to_owned(),
        hash: vec![byte; 32],
        account: "account/a".to_owned(),
        name: "nightly".to_owned(),
        body: r#"{"version":1}"#.to_owned(),
        created: now(),
        expires: later(3600),
        used: None,
        revoked: None,
    }
}

pub(crate) fn passkey(id: &str, account: &str) -> Passkey {
    Passkey {
        id: id.to_owned(),
        handle: id.as_bytes().to_vec(),
        account: account.to_owned(),
        name: "a telephone".to_owned(),
        body: r#"{"version":1}"#.to_owned(),
        created: now(),
        used: None,
    }
}

pub(crate) fn link(account: &str) -> Link {
    Link {
        issuer: "https://directory.example".to_owned(),
        subject: "4711".to_owned(),
        account: account.to_owned(),
        created: now(),
        used: None,
    }
}

pub(crate) fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// Puts something of everything in that a backup keeps, and of what it leaves behind.
pub(crate) async fn fill(store: &Store) {
    assert!(store.add_account(&account("a")).await.unwrap());
    assert!(store.add_account(&account("b")).await.unwrap());
    assert!(store.set_disabled("account/b", Some(later(1))).await.unwrap());
    store.add_credential(&credential("c/1", "password", b"$argon2id$")).await.unwrap();
    store.add_credential(&credential("c/2", "code", &[0, 255])).await.unwrap();
    store.update_credential("c/2", &[255, 0], later(2)).await.unwrap();
    store.add_token(&token("t/1", 1)).await.unwrap();
    store.add_token(&token("t/2", 2)).await.unwrap();
    store.revoke_token("account/a", "t/2", later(3)).await.unwrap();
    store.add_session(&session(1, "account/a")).await.unwrap();
    assert!(store.add_passkey(&passkey("p/1", "account/a")).await.unwrap());
    assert!(store.add_link(&link("account/a")).await.unwrap());
    let failed = Failures { count: 1, last_at: now() };
    store.count_attempt("somebody", None, failed).await.unwrap();
}

/// That who may sign in and with what is the same; sessions and failures of a backup are gone.
pub(crate) async fn is_same(store: &Store, other: &Store) {
    let accounts = store.accounts().await.unwrap();
    assert_eq!(accounts.len(), 2);
    assert_eq!(other.accounts().await.unwrap(), accounts);
    for kind in ["password", "code"] {
        let kept = store.credentials("account/a", kind).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(other.credentials("account/a", kind).await.unwrap(), kept);
    }
    let tokens = store.tokens("account/a").await.unwrap();
    assert_eq!(tokens.len(), 2);
    assert_eq!(other.tokens("account/a").await.unwrap(), tokens);
    let passkeys = store.passkeys("account/a").await.unwrap();
    assert_eq!(passkeys.len(), 1);
    assert_eq!(other.passkeys("account/a").await.unwrap(), passkeys);
    assert_eq!(other.links("account/a").await.unwrap(), store.links("account/a").await.unwrap());
    assert_eq!(other.links("account/a").await.unwrap().len(), 1);
    assert_eq!(other.sessions("account/a").await.unwrap(), []);
    assert_eq!(other.failures("somebody").await.unwrap(), None);
}

async fn accounts_are_found_by_identity_and_login(world: World) {
    let store = world.open().await;
    assert!(store.add_account(&account("a")).await.unwrap());
    let taken = Account { id: "account/other".to_owned(), ..account("a") };
    assert!(!store.add_account(&taken).await.unwrap(), "the login is taken");
    assert_eq!(store.account("account/other").await.unwrap(), None);
    assert_eq!(store.account("account/a").await.unwrap(), Some(account("a")));
    let found = store.account_of_login("a@rx1.example").await.unwrap();
    assert_eq!(found, Some(account("a")));
    assert_eq!(store.account_of_login("A@rx1.example").await.unwrap(), None);
    assert!(store.set_disabled("account/a", Some(later(9))).await.unwrap());
    assert!(!store.set_disabled("account/nobody", None).await.unwrap());
    store.close().await.unwrap();
    let store = world.open().await;
    let closed = store.accounts().await.unwrap();
    assert_eq!(closed, [Account { disabled: Some(later(9)), ..account("a") }]);
    store.close().await.unwrap();
}

async fn a_credential_is_used_up_once(world: World) {
    let store = world.open().await;
    store.add_credential(&credential("c/1", "code", b"hash")).await.unwrap();
    let used = async |account: &str, kind: &str, data: &[u8], since| {
        store.use_up_credential((account, kind, data), since, later(5)).await.unwrap()
    };
    assert!(!used("account/b", "code", b"hash", now()).await, "another's");
    assert!(!used("account/a", "other", b"hash", now()).await, "of another kind");
    assert!(!used("account/a", "code", b"hush", now()).await, "another");
    assert!(!used("account/a", "code", b"hash", later(1)).await, "too old");
    assert!(used("account/a", "code", b"hash", now()).await);
    assert!(!used("account/a", "code", b"hash", now()).await, "used up");
    let kept = store.credentials("account/a", "code").await.unwrap();
    assert_eq!(kept[0].used, Some(later(5)));
    store.close().await.unwrap();
}

async fn of_many_who_use_a_credential_at_once_one_does(world: World) {
    let store = world.open().await;
    store.add_credential(&credential("c/1", "code", b"hash")).await.unwrap();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let what = ("account/a", "code", b"hash".as_slice());
                store.use_up_credential(what, now(), now()).await.unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap());
    }
    assert_eq!(done, 1);
    store.close().await.unwrap();
}

async fn credentials_of_a_kind_are_replaced_together(world: World) {
    let store = world.open().await;
    store.add_credential(&credential("c/1", "code", b"1")).await.unwrap();
    store.add_credential(&credential("c/2", "password", b"2")).await.unwrap();
    let new = [credential("c/3", "code", b"3"), credential("c/4", "code", b"4")];
    store.replace_credentials("account/a", "code", &new).await.unwrap();
    assert_eq!(store.credentials("account/a", "code").await.unwrap(), new);
    assert_eq!(store.credentials("account/a", "password").await.unwrap().len(), 1);
    // All or none: one that cannot be added takes nothing away.
    let broken = [credential("c/5", "code", b"5"), credential("c/2", "code", b"6")];
    assert!(store.replace_credentials("account/a", "code", &broken).await.is_err());
    assert_eq!(store.credentials("account/a", "code").await.unwrap(), new);
    assert!(store.remove_credential("account/a", "c/3").await.unwrap());
    assert!(!store.remove_credential("account/b", "c/4").await.unwrap());
    store.close().await.unwrap();
}

async fn sessions_are_kept_and_ended(world: World) {
    let store = world.open().await;
    for (byte, account) in [(1, "account/a"), (2, "account/a"), (3, "account/a"), (4, "account/b")]
    {
        store.add_session(&session(byte, account)).await.unwrap();
    }
    let found = store.session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!(found, session(1, "account/a"));
    store.touch_session(&[1; 32], later(100)).await.unwrap();
    store.touch_session(&[1; 32], later(50)).await.unwrap();
    assert_eq!(store.session(&[1; 32]).await.unwrap().unwrap().seen, later(100));
    assert!(!store.end_session("account/b", &[1; 32]).await.unwrap(), "another's");
    assert_eq!(store.end_sessions("account/a", Some(&[2; 32])).await.unwrap(), 2);
    let left: Vec<_> = store.sessions("account/a").await.unwrap();
    assert_eq!(left, [session(2, "account/a")]);
    assert!(store.end_session("account/a", &[2; 32]).await.unwrap());
    assert_eq!(store.session(&[2; 32]).await.unwrap(), None);
    assert_eq!(store.sweep_sessions(later(3600), later(4)).await.unwrap(), 0);
    assert_eq!(store.sweep_sessions(later(3601), later(0)).await.unwrap(), 1);
    store.close().await.unwrap();
}

async fn tokens_are_kept_and_revoked_once(world: World) {
    let store = world.open().await;
    store.add_token(&token("t/1", 1)).await.unwrap();
    assert!(store.add_token(&token("t/2", 1)).await.is_err(), "no two have one secret");
    assert_eq!(store.token(&[1; 32]).await.unwrap(), Some(token("t/1", 1)));
    store.touch_token("t/1", later(7)).await.unwrap();
    assert!(!store.revoke_token("account/b", "t/1", later(8)).await.unwrap(), "another's");
    assert!(store.revoke_token("account/a", "t/1", later(8)).await.unwrap());
    assert!(!store.revoke_token("account/a", "t/1", later(9)).await.unwrap());
    let kept = store.tokens("account/a").await.unwrap();
    let revoked = Token { used: Some(later(7)), revoked: Some(later(8)), ..token("t/1", 1) };
    assert_eq!(kept, [revoked]);
    store.close().await.unwrap();
}

async fn attempts_are_counted_one_at_a_time(world: World) {
    let store = world.open().await;
    assert_eq!(store.failures("a").await.unwrap(), None);
    let first = Failures { count: 1, last_at: now() };
    let second = Failures { count: 2, last_at: later(1) };
    for (seen, next) in [(None, first), (Some(first), second)] {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.count_attempt("a", seen, next).await.unwrap() })
            })
            .collect();
        let mut counted = 0;
        for task in tasks {
            counted += usize::from(task.await.unwrap());
        }
        assert_eq!(counted, 1);
        assert_eq!(store.failures("a").await.unwrap(), Some(next));
    }
    assert_eq!(store.sweep_failures(later(1)).await.unwrap(), 0);
    store.forget_failures("a").await.unwrap();
    assert_eq!(store.failures("a").await.unwrap(), None);
    store.close().await.unwrap();
}

async fn nothing_is_changed_where_only_reading_is_allowed(world: World) {
    world.open().await.close().await.unwrap();
    let store = world.open_to_read().await;
    let refused = store.add_account(&account("a")).await.unwrap_err();
    assert!(matches!(refused, Error::OpenedToRead), "{refused}");
    let refused = store.replace_credentials("account/a", "code", &[]).await.unwrap_err();
    assert!(matches!(refused, Error::OpenedToRead), "{refused}");
    assert_eq!(store.accounts().await.unwrap(), []);
    store.close().await.unwrap();
}

fn request(key: &str) -> RequestKey {
    RequestKey { account: "account/a".to_owned(), door: "POST /x".to_owned(), key: key.to_owned() }
}

async fn a_request_is_begun_once_and_its_answer_kept(world: World) {
    let store = world.open().await;
    let (one, other) = (request("k1"), request("k2"));
    assert!(store.request(&one).await.unwrap().is_none());
    let at_once = (0..8).map(|_| store.begin_request(&one, &[1; 32], now()));
    let mut begun = 0;
    for begin in at_once.collect::<Vec<_>>() {
        begun += u32::from(begin.await.unwrap());
    }
    assert_eq!(begun, 1);
    assert!(store.begin_request(&other, &[2; 32], later(10)).await.unwrap());
    let found = store.request(&one).await.unwrap().unwrap();
    assert_eq!((found.digest.as_slice(), found.at), (&[1; 32][..], now()));
    assert_eq!((found.doing, found.answer), (Doing::Here, None));
    store.answer_request(&one, (200, b"{}")).await.unwrap();
    // What was answered is not forgotten as what came to nothing is.
    store.forget_request(&one).await.unwrap();
    store.forget_request(&other).await.unwrap();
    assert!(store.request(&other).await.unwrap().is_none());
    store.close().await.unwrap();
    let store = world.open().await;
    let found = store.request(&one).await.unwrap().unwrap();
    assert_eq!(found.answer, Some((200, b"{}".to_vec())));
    assert_eq!(store.sweep_requests(now()).await.unwrap(), 0);
    assert_eq!(store.sweep_requests(later(1)).await.unwrap(), 1);
    assert!(store.request(&one).await.unwrap().is_none());
    store.close().await.unwrap();
}

async fn a_request_that_was_left_is_taken_over_by_one(world: World) {
    let store = world.open().await;
    let key = request("left");
    assert!(store.begin_request(&key, &[1; 32], now()).await.unwrap());
    store.close().await.unwrap();
    let store = world.open().await;
    let left = store.request(&key).await.unwrap().unwrap();
    // Of a record in a folder nobody else can be at it; of a database somebody might.
    let doing = if world.is_sqlite() { Doing::Nobody } else { Doing::Elsewhere };
    assert_eq!(left.doing, doing);
    assert!(store.take_request_over(&key, &left, later(5)).await.unwrap());
    assert!(!store.take_request_over(&key, &left, later(6)).await.unwrap());
    let ours = store.request(&key).await.unwrap().unwrap();
    assert_eq!(ours.doing, Doing::Here);
    assert_eq!(ours.at, later(5));
    store.close().await.unwrap();
}
