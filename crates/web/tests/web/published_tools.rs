//! What is published, read by tools that are not ours: a reader of CSAF providers that follows it from the metadata on, and
//! the schema that OASIS published of CAP 1.2.
//!
//! Both need tools that `scripts/test` sets up.

use std::path::Path;
use std::process::Command;

use super::alerts::csrf;
use super::published::{issued, revised};
use super::tls::made;
use super::world::World;

/// Alerts of every form: as it was issued, with an update, withdrawn; and one that is not for everybody. Gives the numbers
/// of the public, then that of the other.
fn told(world: &World) -> ([String; 3], String) {
    let clear = [("marking", "TLP:CLEAR")];
    let [plain, updated, withdrawn] = [(); 3].map(|()| issued(world, &clear));
    revised(world, &updated, &[("marking", "TLP:CLEAR"), ("headline", "Do it <now> & \"well\"")]);
    let (mut officer, path) = (world.signed_in("officer"), format!("/alerts/{withdrawn}"));
    let token = csrf(&mut officer, &path);
    let fields = [("csrf", token.as_str()), ("do", "withdraw"), ("reason", "It was wrong")];
    assert_eq!(officer.post(&path, &fields).status, 303);
    ([plain, updated, withdrawn], issued(world, &[("marking", "TLP:AMBER")]))
}

fn ran(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{said}\n{error}");
    format!("{said}\n{error}")
}

/// The names of all files in a folder and below.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

#[test]
fn another_reader_of_csaf_follows_the_provider_without_complaint() {
    let Some(tool) = std::env::var_os("WARDROUND_CSAF") else {
        eprintln!("SKIPPED: what is published against another reader: WARDROUND_CSAF names none");
        return;
    };
    let (chain, key, _) = made("localhost");
    let world = World::over_tls(&chain, &key);
    let (public, hidden) = told(&world);
    let (address, chain) = world.tls.as_ref().unwrap();
    let base = format!("https://localhost:{}", address.port());
    let source = format!("{base}/.well-known/csaf/provider-metadata.json");
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, chain).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&tool);
        command.current_dir(folder.path()).env("SSL_CERT_FILE", &trusted).args(arguments);
        ran(&mut command)
    };
    let metadata = run(&["metadata", &source]);
    assert!(metadata.contains("\"csaf_provider\""), "{metadata}");
    // It finds each by the feed and by the folder.
    let found = run(&["discover", &source]);
    let mut found: Vec<&str> = found.lines().filter(|line| !line.is_empty()).collect();
    found.sort_unstable();
    let place = |number: &String| format!("{base}/csaf/white/2017/{}.json", number.to_lowercase());
    let mut expected: Vec<String> =
        public.iter().flat_map(|one| [place(one), place(one)]).collect();
    expected.sort();
    assert_eq!(found, expected);
    // It takes all over, with hashes that it has checked.
    std::fs::create_dir(folder.path().join("kept")).unwrap();
    let said = run(&["sync", &source, "-d", "kept"]);
    let kept = files(&folder.path().join("kept"));
    let hidden = hidden.to_lowercase();
    assert!(!kept.iter().any(|name| name.contains(&hidden)), "{kept:?}");
    for number in &public {
        let name = number.to_lowercase();
        for ending in ["json", "json.sha256", "json.sha512"] {
            assert!(kept.contains(&format!("{name}.{ending}")), "{name}: {kept:?}\n{said}");
        }
    }
    // Its own tests of CSAF find no error in any, and nothing to warn of.
    run(&["report", &source, "--output", "report.html"]);
    let report = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    let words = text(&report);
    assert!(words.contains(&format!("Total {}", expected.len())), "{words}");
    for complaint in ["Errors", "Warnings", "Duplicates", "error(s)", "warning(s)"] {
        assert!(!words.contains(complaint), "{complaint}: {words}");
    }
}

/// A page's words, without its tags.
fn text(page: &str) -> String {
    let body = page.split("<body").nth(1).unwrap_or(page);
    let outside = body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    outside.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says of each file whether it is a message by the schema of CAP 1.2.
const CHECK: &str = "
import sys, capvalidator
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        print(capvalidator.check_schema(file.read()).passed)
";

#[test]
fn every_message_is_one_by_the_published_schema() {
    let Some(python) = std::env::var_os("WARDROUND_CAPVALIDATOR_PYTHON") else {
        eprintln!(
            "SKIPPED: CAP against the published schema: WARDROUND_CAPVALIDATOR_PYTHON names no Python with it"
        );
        return;
    };
    let world = World::new();
    let (public, hidden) = told(&world);
    let folder = tempfile::tempdir().unwrap();
    let mut messages = Vec::new();
    for number in &public {
        let path = format!("/public/alerts/{}.cap.xml", number.to_lowercase());
        messages.push(world.nobody().get(&path).body);
    }
    let path = format!("/alerts/{hidden}/files/{}.cap.xml", hidden.to_lowercase());
    messages.push(world.signed_in("officer").get(&path).body);
    for (message, kind) in messages.iter().zip(["Alert", "Update", "Cancel", "Alert"]) {
        assert!(message.contains(&format!("<msgType>{kind}</msgType>")), "{message}");
    }
    // What is none is seen: a time without its offset, and what must be there and is not.
    let first = messages[0].clone();
    messages.push(first.replace("-00:00</sent>", "</sent>"));
    messages.push(first.replace("<certainty>Observed</certainty>", ""));
    let mut command = Command::new(python);
    command.args(["-c", CHECK]);
    for (at, message) in messages.iter().enumerate() {
        let path = folder.path().join(format!("{at}.xml"));
        std::fs::write(&path, message).unwrap();
        command.arg(path);
    }
    let said = ran(&mut command);
    let said: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(said, ["True", "True", "True", "True", "False", "False"], "{messages:?}");
}
