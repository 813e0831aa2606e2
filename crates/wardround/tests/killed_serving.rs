//! `kill -9` of the server while programs write through its API: whatever was answered 2xx is there
//! afterwards, once, and the log verifies.
//!
//! `WARDROUND_API_WRITES` says how many writes an engine; without it 1,000, which is what a test run
//! has patience for. What was shown is in docs/store.md.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail the test"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a server dies at a random moment, and nothing tells when another answers"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::access::{self, AccessSettings, Grant, NewToken, Permission, Role};
use app::exposure::knowledge::adopt;
use app::import::body::{ImportBody, KIND};
use app::invented::tell;
use app::{Caller, Context};
use exposure::knowledge::{Builder, builtin, encode};
use jiff::{SignedDuration, Timestamp};
use sector::{Scale, Sector, Settings};
use store::{Address, BlobId, Filter, Options, Store};

/// Programs that write at once.
const PROGRAMS: usize = 8;
/// One in so many waits for what its write changed; the others only until it is safe.
const WAITS: usize = 25;

#[test]
fn what_was_answered_is_there_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { store: folder.path().join("store").display().to_string(), objects: None };
    killed_while_written(&place, folder.path(), ("SQLite", 4_000));
}

#[test]
fn what_was_answered_is_there_once_on_postgresql() {
    let Some(cluster) = Cluster::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = format!("postgres://wardround@localhost/postgres?host={}", cluster.folder);
    let objects = Some(folder.path().join("objects").display().to_string());
    // There a server first watches for five seconds whether the one before still lives.
    killed_while_written(&Place { store, objects }, folder.path(), ("PostgreSQL", 15_000));
}

struct Place {
    store: String,
    objects: Option<String>,
}

impl Place {
    fn open(&self) -> Store {
        let address = Address::parse(&self.store, self.objects.as_deref()).unwrap();
        runtime().block_on(Store::open(&address, Options::default())).unwrap()
    }
}

/// Kills at random moments, at most so many milliseconds apart, until all is written.
fn killed_while_written(place: &Place, home: &Path, (engine, apart): (&str, u64)) {
    let wanted = std::env::var("WARDROUND_API_WRITES").map_or(1_000, |n| n.parse().unwrap());
    println!("{engine}: {wanted} writes (WARDROUND_API_WRITES asks for another number)");
    let (token, organisations) = begun(place);
    let begun = Instant::now();
    let address = Arc::new(Mutex::new(None));
    let next = AtomicUsize::new(0);
    let acknowledged = Mutex::new(BTreeMap::new());
    let mut killed = 0;
    let mut server = Server::start(place, home, &address);
    std::thread::scope(|scope| {
        let programs: Vec<_> = (0..PROGRAMS)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= wanted {
                            return;
                        }
                        let code = &organisations[number % organisations.len()];
                        let status = written(&address, &token, code, number);
                        acknowledged.lock().unwrap().insert(number, status);
                    }
                })
            })
            .collect();
        while programs.iter().any(|program| !program.is_finished()) {
            let pause = Duration::from_millis(400 + u64::from(random()) % apart);
            let until = Instant::now() + pause;
            while Instant::now() < until && programs.iter().any(|program| !program.is_finished()) {
                std::thread::sleep(Duration::from_millis(20));
            }
            if programs.iter().any(|program| !program.is_finished()) {
                *address.lock().unwrap() = None;
                server.kill();
                killed += 1;
                server = Server::start(place, home, &address);
            }
        }
    });
    let written = begun.elapsed();
    wait_for_jobs(&address, &token);
    let all = begun.elapsed();
    server.end();

    let acknowledged = acknowledged.into_inner().unwrap();
    assert_eq!(acknowledged.len(), wanted);
    let waited = acknowledged.values().filter(|status| **status == 200).count();
    let found = recorded(&place.open());
    for number in acknowledged.keys() {
        let count = found.get(&BlobId::of(&file(*number)).to_string()).copied().unwrap_or(0);
        assert_eq!(count, 1, "write {number} is there {count} times");
    }
    assert!(killed > 0, "it was over before anything was killed");
    println!(
        "{engine}: {wanted} writes answered 2xx ({waited} of them with what they changed) in {:.0} s, \
         all recorded after {:.0} s; the server was killed {killed} times; all are there, once, and \
         the log verifies",
        written.as_secs_f64(),
        all.as_secs_f64()
    );
}

/// A record with organisations, and a token of somebody who may send for all of them.
fn begun(place: &Place) -> (String, Vec<String>) {
    let store = place.open();
    runtime().block_on(async {
        let context = Context { store: Arc::new(store), now: Timestamp::now() };
        let mut settings = Settings::new(3, Scale::new(0.0005).unwrap());
        settings.first = settings.last;
        let sector = Sector::new(settings);
        let caller = Caller::operator("test");
        let knowledge = Builder::new().with_builtin().unwrap().finish(builtin::BUILT_AT).unwrap();
        let bytes = encode(&knowledge).unwrap();
        tell(&context, &caller, &sector, &bytes, &mut |_, _| {}).await.unwrap();
        adopt(&context, &caller, &bytes).await.unwrap();
        let grant = Grant::new(Role::NationalOfficer, None, None).unwrap();
        let made = access::create_person(&context, &caller, ("officer", "The officer"), &grant);
        let (_, code) = made.await.unwrap();
        let settings = AccessSettings::default();
        let session = access::sign_in_with_code(&context, &settings, "officer", &code, "test");
        let secret = session.await.unwrap().secret;
        let who = access::signed_in(&context, &secret).await.unwrap().unwrap();
        let new = NewToken {
            name: "writer".to_owned(),
            permissions: [Permission::AddEvidence, Permission::SeeHosts].into(),
            organisations: None,
            expires: context.now + SignedDuration::from_hours(24),
        };
        // Whoever came in by a code chooses a password before anything that lets in is made.
        let password = "a lamp beside the fourth window";
        access::set_password(&context, &settings, &who, None, password).await.unwrap();
        let session = access::sign_in(&context, &settings, "officer", password, "test");
        let secret = session.await.unwrap().secret;
        let who = access::signed_in(&context, &secret).await.unwrap().unwrap();
        let made = access::new_token(&context, &settings, &who, Some(password), &new).await;
        let (_, token) = made.unwrap();
        let codes = sector.organisations().iter().filter(|own| own.expected_hosts > 0);
        let codes = codes.take(24).map(|own| own.code.to_string()).collect();
        Arc::into_inner(context.store).unwrap().close().await.unwrap();
        (token, codes)
    })
}

/// Sends one file until it is answered 2xx.
fn written(address: &Mutex<Option<SocketAddr>>, token: &str, code: &str, number: usize) -> u16 {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)))
        .build();
    let agent: ureq::Agent = config.into();
    let mut body = Vec::new();
    body.extend(
        b"--line\r\ncontent-disposition: form-data; name=\"files\"; filename=\"pc.txt\"\r\n\r\n",
    );
    body.extend(file(number));
    body.extend(b"\r\n--line--\r\n");
    loop {
        let Some(server) = *address.lock().unwrap() else {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        };
        let url = format!("http://{server}/api/v1/organisations/{code}/evidence");
        let mut request = agent
            .post(url)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "multipart/form-data; boundary=line");
        if !number.is_multiple_of(WAITS) {
            request = request.header("prefer", "respond-async");
        }
        match request.send(body.as_slice()) {
            Ok(answer) if answer.status().is_success() => return answer.status().as_u16(),
            // It dies, or starts: what was not answered is sent again.
            Ok(answer) if answer.status().is_server_error() => {}
            Ok(answer) => panic!("{}: {:?}", answer.status(), answer.into_body().read_to_string()),
            Err(_) => {}
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn file(number: usize) -> Vec<u8> {
    format!(
        "\r\nHost Name:                 W-{number}\r\nOS Name:                   Microsoft Windows 7 Professional\r\n\
         OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
         System Type:               x64-based PC\r\n\
         Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB3212646\r\n"
    )
    .into_bytes()
}

/// Waits until nothing is queued or running, and nothing has failed.
fn wait_for_jobs(address: &Mutex<Option<SocketAddr>>, token: &str) {
    let server = address.lock().unwrap().unwrap();
    let jobs = |state: &str| -> usize {
        let url = format!("http://{server}/api/v1/jobs?state={state}");
        let request = ureq::get(url).header("authorization", format!("Bearer {token}"));
        let text = request.call().unwrap().into_body().read_to_string().unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        document["jobs"].as_array().unwrap().len()
    };
    while jobs("queued") + jobs("running") > 0 {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(jobs("failed"), 0);
}

/// How often each file is in the record; the log is verified.
fn recorded(store: &Store) -> BTreeMap<String, usize> {
    runtime().block_on(async {
        let verified = store.verify(Vec::new()).await.unwrap();
        assert!(verified.is_sound(), "{verified:?}");
        let mut found = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut filter = Filter { kinds: vec![KIND.to_owned()], ..Filter::default() };
        loop {
            let events = store.events(&filter, 1_000).await.unwrap();
            let Some(last) = events.last() else { return found };
            filter.from_number = last.number + 1;
            for event in events {
                let body: ImportBody = serde_json::from_str(&event.event.body).unwrap();
                assert!(seen.insert(body.import.clone()), "an import is there twice");
                let list = store.get(body.recognition.parse().unwrap()).await.unwrap();
                let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
                for file in list["files"].as_array().unwrap() {
                    let hash = file["sha256"].as_str().unwrap().to_owned();
                    *found.entry(hash).or_default() += 1;
                }
            }
        }
    })
}

/// The real binary, serving.
struct Server {
    child: Child,
}

impl Server {
    fn start(place: &Place, home: &Path, address: &Mutex<Option<SocketAddr>>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
        command
            // One program sends more than anybody may in a minute.
            .args([
                "serve",
                "--rate-limit",
                "0",
                "--listen",
                "127.0.0.1:0",
                "--store",
                &place.store,
            ])
            .env("HOME", home)
            .env_remove("WARDROUND_STORE")
            .env_remove("WARDROUND_KNOWLEDGE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(objects) = &place.objects {
            command.args(["--objects", objects]);
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let from = line.find("http://").unwrap_or_else(|| panic!("it does not serve: {line}"));
        let rest = &line[from + "http://".len()..];
        let own = rest[..rest.find('/').unwrap()].parse().unwrap();
        *address.lock().unwrap() = Some(own);
        // Read on, or its last words would have nowhere to go.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Self { child }
    }

    /// `kill -9`.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to end, and sees that it does so in good order.
    fn end(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

/// A PostgreSQL of Debian's package that is removed when this goes.
struct Cluster {
    folder: String,
    _input: ChildStdin,
    _child: Child,
}

impl Cluster {
    fn start() -> Option<Self> {
        const SCRIPT: &str = include_str!("../../store/tests/store/support/cluster.sh");
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0";
        // PostgreSQL refuses to run as root.
        let mut command = if is_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "bash", "-c", SCRIPT]).current_dir("/");
            command
        } else {
            let mut command = Command::new("bash");
            command.args(["-c", SCRIPT]);
            command
        };
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.expect("bash, and as root runuser, are there");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(folder) = line.trim().strip_prefix("ready ") else {
            child.wait().unwrap();
            println!("SKIPPED: API writes on PostgreSQL: it is not installed ({})", line.trim());
            return None;
        };
        let (folder, mut input) = (folder.to_owned(), child.stdin.take().unwrap());
        input.flush().unwrap();
        Some(Self { folder, _input: input, _child: child })
    }
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).unwrap();
    u32::from_be_bytes(bytes)
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().unwrap())
}
