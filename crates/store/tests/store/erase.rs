//! Personal data can be erased: from answers, from the database's files, and the log goes on.

use model::event::NewEvent;
use store::Filter;

use crate::support::{World, named, now, on_both};

on_both!(what_is_erased_is_gone_and_the_log_goes_on);

const SECRET: &str = "Mx Example Sample-Person 01632960001";

async fn what_is_erased_is_gone_and_the_log_goes_on(world: World) {
    let store = world.open().await;
    let personal = format!(r#"{{"contact":"{SECRET}"}}"#);
    let event = NewEvent { personal: Some(personal), ..named("contact") };
    let other = NewEvent { personal: Some(r#"{"name":"B"}"#.to_owned()), ..named("other") };
    let appended = store.append_once("contact", vec![event, other], now()).await.unwrap();
    let id = appended.events[0].id.clone();
    assert!(store.erase_personal(&id).await.unwrap());
    assert!(!store.erase_personal(&id).await.unwrap(), "there is nothing to erase twice");
    let found = store.events(&Filter::default(), 10).await.unwrap();
    assert!(found[0].has_personal && found[0].event.personal.is_none());
    assert!(found[1].event.personal.is_some());

    store.append(vec![named("after")], now()).await.unwrap();
    store.close().await.unwrap();
    let store = world.open().await;
    store.append(vec![named("after a restart")], now()).await.unwrap();
    assert_eq!(store.size().await.unwrap(), 4);
    store.close().await.unwrap();
    if world.is_sqlite() {
        for entry in std::fs::read_dir(world.folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                let left = bytes.windows(SECRET.len()).any(|piece| piece == SECRET.as_bytes());
                assert!(!left, "{} still holds it", path.display());
            }
        }
    }
}
