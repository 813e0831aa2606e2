//! A place for one test: an empty store's address on either engine.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use store::{Access, Address, Options, Store};
use tempfile::TempDir;

use super::cluster;

/// A place for one test.
pub(crate) struct World {
    pub(crate) address: Address,
    pub(crate) options: Options,
    /// Where PostgreSQL is, on PostgreSQL.
    pub(crate) url: Option<String>,
    folder: TempDir,
}

impl World {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::folder(folder.path().join("store"));
        Self { address, options: options(), url: None, folder }
    }

    /// `None` where PostgreSQL is not installed.
    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self::on(&cluster::shared()?.database().await))
    }

    /// On a database of PostgreSQL, with a folder for the objects.
    pub(crate) fn on(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let objects = folder.path().join("store");
        let address = Address::parse(url, Some(objects.to_str().unwrap())).unwrap();
        Self { address, options: options(), url: Some(url.to_owned()), folder }
    }

    /// Another empty place on the same engine.
    pub(crate) async fn another(&self) -> Self {
        match &self.url {
            None => Self::sqlite(),
            Some(_) => Self::postgres().await.unwrap(),
        }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.address, self.options.clone()).await.unwrap()
    }

    pub(crate) async fn open_to_read(&self) -> Store {
        let options = Options { access: Access::Read, ..self.options.clone() };
        Store::open(&self.address, options).await.unwrap()
    }

    /// The store's folder: with the database on SQLite, with objects and key on both.
    pub(crate) fn folder(&self) -> std::path::PathBuf {
        self.folder.path().join("store")
    }

    /// A folder beside the store, for what else a test needs.
    pub(crate) fn beside(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.is_none()
    }
}

/// Short waits: a test that waits for a lease to run out should not take long.
pub(super) fn options() -> Options {
    Options {
        lease: Duration::from_millis(600),
        poll: Duration::from_millis(5),
        origin: Some("record.test.example".to_owned()),
        ..Options::default()
    }
}

/// The instant that tests call now.
pub(crate) fn now() -> Timestamp {
    super::instant("2017-05-12T09:00:00Z")
}

pub(crate) fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(World) -> F) {
    runtime().block_on(test(World::sqlite()));
}

pub(crate) fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(World) -> F) {
    runtime().block_on(async {
        if let Some(world) = World::postgres().await {
            test(world).await;
        }
    });
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
