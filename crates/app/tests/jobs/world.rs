//! A record with a small invented sector, and workers over it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use app::access::{Permission, Power};
use app::exposure::desk::Desk;
use app::exposure::refresh;
use app::import::body::KIND;
use app::import::intake::{Intake, IntakeError};
use app::import::read::{ReadOptions, read};
use app::import::run::{Request, import};
use app::import::sending::{Limits, SentFile};
use app::invented::tell;
use app::jobs::ask::{self, NewImport};
use app::jobs::{JobView, Worker};
use app::{Caller, Context, Scope};
use exposure::knowledge::{Builder, builtin, encode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::event::Marking;
use model::organisation::OrganisationCode;
use sector::{Scale, Sector, Settings};
use store::{Address, Filter, NewJob, Options, Store};
use tokio::task::JoinHandle;

/// A record and whose it is.
pub(crate) struct World {
    store: Arc<Store>,
    pub(crate) now: Timestamp,
    pub(crate) operator: Caller,
    /// Two organisations.
    pub(crate) code: OrganisationCode,
    pub(crate) other: OrganisationCode,
    /// Imports of the told sector.
    told: usize,
    working: Mutex<HashMap<usize, JoinHandle<()>>>,
    folder: tempfile::TempDir,
}

pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test);
}

pub(crate) fn systeminfo(name: &str) -> Vec<u8> {
    format!(
        "\r\nHost Name:                 {name}\r\nOS Name:                   Microsoft Windows 7 Professional\r\n\
         OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
         System Type:               x64-based PC\r\n\
         Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB3212646\r\n"
    )
    .into_bytes()
}

/// Sends files as a server takes them: in pieces.
pub(crate) async fn sent(
    context: &Context,
    limits: Limits,
    files: &[(&str, Vec<u8>)],
) -> Result<Vec<SentFile>, IntakeError> {
    let mut intake = Intake::begin(context, limits);
    for (name, bytes) in files {
        intake.file(name).await?;
        for piece in bytes.chunks(100) {
            intake.bytes(piece).await?;
        }
    }
    intake.end().await
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::folder(folder.path().join("store"));
        let store = Arc::new(Store::open(&address, Options::default()).await.unwrap());
        let mut settings = Settings::new(11, Scale::new(0.0005).unwrap());
        settings.first = "2017-05-10".parse().unwrap();
        let sector = Sector::new(settings);
        let end = sector.settings().last.at(18, 30, 0, 0).to_zoned(TimeZone::UTC).unwrap();
        let context = Context { store: Arc::clone(&store), now: end.timestamp() };
        let operator = Caller::operator("test");
        let knowledge = Builder::new().with_builtin().unwrap().finish(builtin::BUILT_AT).unwrap();
        let bytes = encode(&knowledge).unwrap();
        tell(&context, &operator, &sector, &bytes, &mut |_, _| {}).await.unwrap();
        refresh(&context).await.unwrap();
        let codes: Vec<_> = sector.organisations().iter().map(|own| own.code.clone()).collect();
        let mut world = Self {
            store,
            now: context.now,
            operator,
            code: codes[0].clone(),
            other: codes[1].clone(),
            told: 0,
            working: Mutex::default(),
            folder,
        };
        world.told = world.imports().await;
        world
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn context(&self) -> Context {
        Context { store: Arc::clone(&self.store), now: self.now }
    }

    /// A worker that works.
    pub(crate) fn worker(&self) -> Arc<Worker> {
        let (store, now) = (Arc::clone(&self.store), self.now);
        let context = move || Context { store: Arc::clone(&store), now };
        let worker = Arc::new(Worker::new(context, Arc::new(Desk::default()), None));
        let working = tokio::spawn(Arc::clone(&worker).work());
        self.working.lock().unwrap().insert(Arc::as_ptr(&worker).addr(), working);
        worker
    }

    /// Ends a worker in good order.
    pub(crate) async fn end(&self, worker: Arc<Worker>) {
        worker.end();
        let working = self.working.lock().unwrap().remove(&Arc::as_ptr(&worker).addr());
        working.unwrap().await.unwrap();
    }

    /// Sends evidence of the first organisation.
    pub(crate) async fn send(&self, files: &[(&str, Vec<u8>)]) -> JobView {
        let files = sent(&self.context(), Limits::default(), files).await.unwrap();
        let new = NewImport {
            organisation: self.code.clone(),
            source: "test".to_owned(),
            undated: None,
            files,
            once: None,
        };
        ask::import(&self.context(), &self.operator, new).await.unwrap()
    }

    /// Records a file as the job of it would.
    pub(crate) async fn record_directly(&self, name: &str, bytes: &[u8]) {
        let options = ReadOptions { max_size: 1 << 20, ..ReadOptions::default() };
        let files = read(name, bytes.to_vec(), &options);
        let request =
            Request { organisation: self.code.clone(), source: "test".to_owned(), undated: None };
        import(&self.context(), &self.operator, &request, files).await.unwrap();
    }

    /// A job of a kind that nobody knows; gives its identity.
    pub(crate) async fn add_unknown_kind(&self) -> String {
        let new = NewJob {
            kind: "of-a-later-version".to_owned(),
            organisation: None,
            actor: "test".to_owned(),
            input: "{}".to_owned(),
            once: None,
            lane: None,
            due: None,
            most_attempts: 3,
        };
        self.store.add_job(&new, self.now).await.unwrap().id
    }

    /// Imports that were recorded since the sector was told.
    pub(crate) async fn imports(&self) -> usize {
        let filter = Filter { kinds: vec![KIND.to_owned()], ..Filter::default() };
        self.store.events(&filter, 100_000).await.unwrap().len() - self.told
    }

    /// Files that are being written.
    pub(crate) fn unfinished_files(&self) -> usize {
        let folder: PathBuf = self.folder.path().join("store/objects/.new");
        std::fs::read_dir(folder).unwrap().count()
    }

    pub(crate) fn with_permission(permission: Permission, code: &OrganisationCode) -> Caller {
        let reach = Scope::Organisations([code.clone()].into());
        Caller::with_powers("somebody", vec![power(permission, reach)])
    }

    pub(crate) fn everywhere(permission: Permission) -> Caller {
        Caller::with_powers("somebody", vec![power(permission, Scope::Everything)])
    }
}

fn power(permission: Permission, reach: Scope) -> Power {
    Power {
        role: None,
        permissions: [permission].into(),
        reach,
        marking: Marking::Amber,
        until: None,
    }
}

/// The same record, opened by another process as it were: what the one before held is nobody's.
pub(crate) async fn reopened(world: World) -> World {
    let World { store, now, operator, code, other, told, working: _, folder } = world;
    drop(store);
    let address = Address::folder(folder.path().join("store"));
    let store = loop {
        match Store::open(&address, Options::default()).await {
            Err(store::Error::InUse { .. }) => tokio::task::yield_now().await,
            opened => break Arc::new(opened.unwrap()),
        }
    };
    World { store, now, operator, code, other, told, working: Mutex::default(), folder }
}
