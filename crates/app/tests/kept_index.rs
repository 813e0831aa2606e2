//! What an import leaves behind is what questions are answered from: with the evidence out of reach
//! the answers are the same.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::exposure::ask::{Question, ask};
use app::exposure::knowledge::in_use;
use app::exposure::refresh;
use app::invented::{Teller, tell};
use app::{Caller, Context};
use exposure::freshness::FreshnessPolicy;
use exposure::knowledge::{Builder, builtin, encode};
use jiff::Timestamp;
use sector::{Scale, Sector, Settings};
use store::{Address, Options, Store};

const NOW: &str = "2018-01-01T00:00:00Z";

async fn opened(folder: &Path, options: Options) -> Context {
    let store = Store::open(&Address::folder(folder), options).await.unwrap();
    Context { store: Arc::new(store), now: NOW.parse::<Timestamp>().unwrap() }
}

fn question() -> Question {
    Question {
        advisories: vec!["MS17-010".to_owned(), "CVE-2019-0708".to_owned()],
        as_at: None,
        as_known: None,
        freshness: FreshnessPolicy::default(),
        organisations: Vec::new(),
        by_product: false,
    }
}

/// Every blob of a store.
fn blobs(folder: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(folder.join("objects/blob")).unwrap();
    folders
        .flat_map(|below| fs::read_dir(below.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

/// The blobs that the index is made of, and the knowledge.
async fn needed(context: &Context) -> BTreeSet<String> {
    let rows = context.store.projection_scan("index", "group/", None, 1_000).await.unwrap();
    let mut names: BTreeSet<String> = rows
        .iter()
        .map(|row| {
            let row: serde_json::Value = serde_json::from_slice(&row.value).unwrap();
            row.get("blob").and_then(|blob| blob.as_str()).unwrap().to_owned()
        })
        .collect();
    assert!(!names.is_empty());
    names.insert(in_use(context, None).await.unwrap().unwrap().blob.to_string());
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_from_what_an_import_left() {
    let folder = tempfile::tempdir().unwrap();
    let caller = Caller::operator("a test");
    let context = opened(folder.path(), Options::default()).await;
    let settings = Settings {
        first: "2017-05-15".parse().unwrap(),
        last: "2017-05-19".parse().unwrap(),
        ..Settings::new(3, Scale::new(0.0005).unwrap())
    };
    let knowledge = Builder::new().with_builtin().unwrap().finish(builtin::BUILT_AT).unwrap();
    let bytes = encode(&knowledge).unwrap();
    tell(&context, &caller, &Sector::new(settings), &bytes, &mut |_, _| {}).await.unwrap();
    refresh(&context).await.unwrap();
    let kept = context.store.projection_as_of("index").await.unwrap();
    assert_eq!(kept, context.store.size().await.unwrap());
    assert!(context.store.projected("judged", "today").await.unwrap().is_some());

    let before = ask(&context, &caller, &question()).await.unwrap();
    let needed = needed(&context).await;
    Arc::into_inner(context.store).unwrap().close().await.unwrap();
    let mut gone = 0;
    for path in blobs(folder.path()) {
        if !needed.iter().any(|name| path.to_string_lossy().contains(name)) {
            fs::remove_file(path).unwrap();
            gone += 1;
        }
    }
    assert!(gone > 20, "only {gone} blobs of evidence");

    let context = opened(folder.path(), Options::read()).await;
    assert_eq!(ask(&context, &caller, &question()).await.unwrap(), before);
}

/// The segments that are kept, by group: a blob is named by its bytes.
async fn segments(context: &Context) -> BTreeMap<String, String> {
    let rows = context.store.projection_scan("index", "group/", None, 1_000).await.unwrap();
    rows.iter()
        .map(|row| {
            let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap();
            let blob = value.get("blob").and_then(|blob| blob.as_str()).unwrap();
            (row.key.clone(), blob.to_owned())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_built_again_day_by_day_are_those_built_from_all_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let caller = Caller::operator("a test");
    let context = opened(folder.path(), Options::default()).await;
    let settings = Settings {
        first: "2017-02-01".parse().unwrap(),
        last: "2017-05-26".parse().unwrap(),
        ..Settings::new(5, Scale::new(0.0005).unwrap())
    };
    let knowledge = Builder::new().with_builtin().unwrap().finish(builtin::BUILT_AT).unwrap();
    let bytes = encode(&knowledge).unwrap();
    let sector = Sector::new(settings);
    let mut teller = Teller::begin(&context, &caller, &sector, &bytes).await.unwrap();
    let (mut days, mut changed) = (0, 0);
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    while teller.day(&mut |_, _| {}).await.unwrap().is_some() {
        refresh(&context).await.unwrap();
        let now = segments(&context).await;
        changed += now.iter().filter(|(name, blob)| before.get(*name) != Some(blob)).count();
        before = now;
        days += 1;
    }
    assert!(days > 20 && changed > days, "{changed} segments changed in {days} days");
    // Opened by a process that has nothing in memory, and built again from nothing.
    Arc::into_inner(context.store).unwrap().close().await.unwrap();
    let context = opened(folder.path(), Options::default()).await;
    context.store.projection_clear("index").await.unwrap();
    refresh(&context).await.unwrap();
    assert_eq!(segments(&context).await, before);
}
