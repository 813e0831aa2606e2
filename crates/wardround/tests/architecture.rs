//! The house stands as `ARCHITECTURE.md` says: arrows between crates, what a room must not know,
//! and that documents name what is there.
//!
//! When a test here fails, either the change put something into the wrong room, or the house
//! changed and its documents must follow in the same commit.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Workspace crates and those they may depend on. Tests are bound by it too.
const ARROWS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("formats", &["model"]),
    // Judgement that knew formats would grow a case for each.
    ("exposure", &["model"]),
    // The log proves what was said; what it means is nothing to it.
    ("record", &["model"]),
    ("store", &["model", "record"]),
    // What is asked and answered; how a host is judged comes in as counts.
    ("response", &["model"]),
    // How a message is carried; who should be told, and what an answer means, is elsewhere.
    ("channels", &["model"]),
    // In its tests, what it makes is read and judged; `TESTS_ONLY` holds the program to less.
    ("sector", &["model", "formats", "exposure"]),
    ("app", &["model", "formats", "exposure", "record", "response", "store", "sector", "channels"]),
    // Pages show what use cases give; in its tests it makes a record, checks proofs, and tells people by carriers.
    ("web", &["model", "exposure", "app", "record", "response", "sector", "store", "channels"]),
    // It sets carriers up, and fuzzes what they read.
    (
        "wardround",
        &[
            "model", "formats", "exposure", "record", "store", "sector", "app", "web", "channels",
            "response",
        ],
    ),
];

/// Foreign crates that live in one room only, or in the rooms named.
const ROOMS: [(&str, &[&str], &str); 33] = [
    ("clap", &["wardround"], "only the command reads arguments"),
    ("comfy-table", &["wardround"], "only the command prints"),
    ("indicatif", &["wardround"], "only the command prints"),
    ("ureq", &["wardround"], "only the fetcher uses the network"),
    (
        "rayon",
        &["app", "wardround"],
        "the core is plain functions; who calls them chooses the threads",
    ),
    // In `app` only the secrets of `access/`, which nothing may be able to give it.
    ("getrandom", &["wardround", "store", "app"], "randomness is an argument"),
    ("argon2", &["app"], "only access knows passwords"),
    ("webauthn-rs", &["app"], "only access knows passkeys"),
    ("openidconnect", &["app"], "only access knows other directories"),
    ("sha1", &["app"], "nothing is protected by it: only lists of breached passwords need it"),
    ("axum", &["web"], "only the server knows HTTP"),
    ("askama", &["web"], "only pages know HTML"),
    ("tower-http", &["web"], "only the server knows HTTP"),
    ("hyper", &["web"], "only the server knows HTTP"),
    ("rustls", &["web"], "only the server speaks TLS itself"),
    ("x509-cert", &["web"], "only the server has a certificate"),
    ("governor", &["web"], "limits are of the server"),
    ("prometheus-client", &["web"], "numbers are of the server"),
    // In `app` only what an answer to a program holds as it is.
    ("utoipa", &["app", "web"], "only what programs are answered is described"),
    ("tracing-subscriber", &["wardround"], "only the command decides where a log goes"),
    ("sqlx", &["store"], "only the store knows databases"),
    ("object_store", &["store"], "only the store knows where objects are"),
    ("tokio", &["store", "app", "web", "wardround", "channels"], "async only where there is I/O"),
    ("lettre", &["channels"], "only channels know mail"),
    ("reqwest", &["channels"], "only channels call others while they wait"),
    // A checkpoint is signed where its text is made, so that nothing else can be signed by its key.
    ("ed25519-dalek", &["wardround", "record"], "only bundles and checkpoints are signed"),
    ("quick-xml", &["formats"], "only readers know XML"),
    ("zip", &["formats"], "only readers know archives"),
    ("encoding_rs", &["formats"], "only readers know code pages"),
    ("cvss", &["model"], "its types stay behind model::cvss"),
    ("rand_chacha", &["sector"], "everything else is decided by facts"),
    ("tar", &["app"], "only imports are kept as archives"),
    ("parquet", &["formats"], "only exports know columns of other tools"),
];

/// Arrows that tests alone may use.
const TESTS_ONLY: [(&str, &str); 6] = [
    ("sector", "formats"),
    ("sector", "exposure"),
    ("web", "record"),
    ("web", "sector"),
    ("web", "store"),
    ("web", "channels"),
];

/// What the pure crates must not touch, and why.
const IMPURE: [(&str, &str); 12] = [
    ("std::fs", "readers take bytes; only the command opens files"),
    ("std::net::Tcp", "no network outside the fetcher"),
    ("std::net::Udp", "no network outside the fetcher"),
    ("std::net::ToSocketAddrs", "no network outside the fetcher"),
    ("std::env", "only the command reads the environment"),
    ("std::process", "nothing is started, nothing exits"),
    ("SystemTime", "time is an argument"),
    ("Instant::now", "time is an argument"),
    ("Timestamp::now", "time is an argument"),
    ("Zoned::now", "time is an argument"),
    ("println!", "only the command prints"),
    ("thread::spawn", "the core is plain functions"),
];

#[test]
fn crates_depend_downwards_only() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for (name, dependencies) in direct_dependencies() {
        let allowed = allowed.get(name.as_str()).unwrap_or_else(|| {
            panic!(
                "crate {name} is new: give it a row in ARROWS and a paragraph in ARCHITECTURE.md"
            )
        });
        for dependency in dependencies.keys() {
            if ARROWS.iter().any(|(member, _)| member == dependency) {
                assert!(
                    allowed.contains(&dependency.as_str()),
                    "{name} must not know {dependency}"
                );
            }
        }
    }
}

#[test]
fn some_arrows_are_for_tests_only() {
    let all = direct_dependencies();
    for (name, dependency) in TESTS_ONLY {
        let kind = all.get(name).and_then(|dependencies| dependencies.get(dependency));
        assert_ne!(kind, Some(&Kind::Normal), "{name} may know {dependency} in its tests only");
    }
}

#[test]
fn heavy_crates_live_in_one_room() {
    let all = direct_dependencies();
    for (foreign, rooms, reason) in ROOMS {
        for (name, dependencies) in &all {
            let normal = dependencies.get(foreign).is_some_and(|kind| *kind == Kind::Normal);
            assert!(
                !normal || rooms.contains(&name.as_str()),
                "{name} depends on {foreign}: {reason}"
            );
        }
    }
}

#[test]
fn pure_crates_touch_no_files_network_environment_or_clock() {
    let mut found = Vec::new();
    // `channels` is here for files, environment and clock; whom it connects to is kept below.
    for name in ["model", "formats", "exposure", "record", "sector", "response", "channels"] {
        for path in files(&root().join("crates").join(name).join("src")) {
            if path.extension().is_none_or(|ending| ending != "rs") || is_test(&path) {
                continue;
            }
            // The one carrier that is a folder.
            if relative(&path) == "crates/channels/src/outbox.rs" {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests stand last in a file and may read fixtures.
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
            for (number, line) in (1..).zip(code.lines()) {
                if line.trim_start().starts_with("//") {
                    continue;
                }
                for (word, reason) in IMPURE {
                    if line.contains(word) {
                        found.push(format!("{}:{number}: {word}: {reason}", relative(&path)));
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What opens a connection to elsewhere, and the only files that may: each connects to what the operator has set,
/// or says itself what else it may be led to. Nobody's input becomes an address anywhere else.
const CONNECT: [(&str, &[&str]); 10] = [
    (
        "ureq::",
        &[
            "crates/wardround/src/fetch/http.rs",
            "crates/wardround/src/directory.rs",
            "crates/wardround/src/commands/serve/traces.rs",
            "crates/wardround/src/commands/demo/story/visitor.rs",
        ],
    ),
    ("AmazonS3Builder", &["crates/store/src/objects/s3.rs"]),
    ("PoolOptions", &["crates/store/src/database/connect.rs"]),
    ("TcpStream::connect", &[]),
    ("TcpSocket", &[]),
    ("UdpSocket", &[]),
    ("UnixStream", &[]),
    ("reqwest", &["crates/channels/src/http.rs"]),
    ("lettre::", &["crates/channels/src/smtp/mod.rs"]),
    ("hyper_util::client", &[]),
];

#[test]
fn connections_are_opened_in_few_places() {
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for path in files(&root().join("crates")) {
        let name = relative(&path);
        let is_rust = path.extension().is_some_and(|ending| ending == "rs");
        let is_code = is_rust && name.split('/').nth(2) == Some("src");
        if !is_code || is_test(&path) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
        let lines: Vec<&str> =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for (word, _) in CONNECT {
            if lines.iter().any(|line| line.contains(word)) {
                found.entry(word).or_default().insert(name.clone());
            }
        }
    }
    for (word, may) in CONNECT {
        let may: BTreeSet<String> = may.iter().map(|&own| own.to_owned()).collect();
        assert_eq!(found.remove(word).unwrap_or_default(), may, "{word}");
    }
}

/// A folder of one or two files is told by its module doc; from three on it is a room of its own.
#[test]
fn architecture_names_every_crate_and_folder() {
    let text = document("ARCHITECTURE.md");
    let mut missing = Vec::new();
    for name in direct_dependencies().keys() {
        let src = root().join("crates").join(name).join("src");
        if !text.contains(&format!("`crates/{name}`")) {
            missing.push(format!("crates/{name}"));
        }
        let mut folders: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for file in files(&src) {
            *folders.entry(file.parent().unwrap().to_owned()).or_default() += 1;
        }
        for (folder, count) in folders {
            // A reader's own parts are the reader's matter: its format is named once.
            let depth = folder.strip_prefix(&src).unwrap().components().count();
            let inner = folder.strip_prefix(&src).unwrap().display().to_string();
            if count > 2 && depth > 0 && depth <= 2 && !text.contains(&format!("`{inner}/`")) {
                missing.push(format!("crates/{name}/src/{inner}/ (as `{inner}/`)"));
            }
        }
    }
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name:\n{}", missing.join("\n"));
}

#[test]
fn architecture_names_nothing_that_is_gone() {
    let text = document("ARCHITECTURE.md");
    let gone: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.starts_with("crates/") && !code.contains(['<', '*']))
        .filter(|code| !root().join(code).exists())
        .collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names what is not there: {gone:?}");
}

#[test]
fn every_format_has_a_page_and_every_page_a_format() {
    let names: Vec<&str> = formats::inventory::FORMATS
        .iter()
        .map(|format| format.name)
        .chain(formats::advisory::FORMATS.iter().map(|format| format.name))
        .chain(formats::register::FORMATS.iter().map(|format| format.name))
        .collect();
    let pages: Vec<(String, String)> = files(&root().join("docs/formats"))
        .iter()
        .map(|path| (relative(path), fs::read_to_string(path).unwrap()))
        .collect();
    let mut wrong = Vec::new();
    for name in &names {
        if !pages.iter().any(|page| speaks_of(&page.1, name)) {
            wrong.push(format!("no page of docs/formats/ names `{name}`"));
        }
    }
    for (path, text) in &pages {
        if !names.iter().any(|name| speaks_of(text, name)) {
            wrong.push(format!("{path} names no format as --format takes it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_direct_dependency_has_its_line_and_every_line_its_dependency() {
    let text = document("DEPENDENCIES.md");
    let explained: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
        .collect();
    let used: BTreeSet<String> = direct_dependencies()
        .into_values()
        .flat_map(BTreeMap::into_keys)
        .filter(|name| ARROWS.iter().all(|(member, _)| member != name))
        .collect();
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    let silent: Vec<_> = used.difference(&explained).collect();
    assert!(silent.is_empty(), "DEPENDENCIES.md has no line for {silent:?}");
    let gone: Vec<_> = explained.difference(&used).collect();
    assert!(gone.is_empty(), "DEPENDENCIES.md explains what nobody uses: {gone:?}");
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Normal,
    Development,
}

/// For each workspace crate, its direct dependencies by the name the code uses.
fn direct_dependencies() -> BTreeMap<String, BTreeMap<String, Kind>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let mut dependencies: BTreeMap<String, Kind> = BTreeMap::new();
            for dependency in package["dependencies"].as_array().unwrap() {
                let name = text(&dependency["rename"]).or_else(|| text(&dependency["name"]));
                let normal = dependency["kind"].is_null();
                let kind = dependencies.entry(name.unwrap()).or_insert(Kind::Development);
                if normal {
                    *kind = Kind::Normal;
                }
            }
            (text(&package["name"]).unwrap(), dependencies)
        })
        .collect()
}

/// Whether a page names a format as `--format` takes it: as its title or in code quotes.
fn speaks_of(page: &str, format: &str) -> bool {
    page.lines().any(|line| line == format!("# {format}")) || page.contains(&format!("`{format}`"))
}

fn is_test(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or("");
    name == "tests" || path.components().any(|part| part.as_os_str() == "tests")
}

fn root() -> PathBuf {
    fs::canonicalize("../..").unwrap()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// Every file below a folder, in the order of their paths; none where the folder is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    found
}
