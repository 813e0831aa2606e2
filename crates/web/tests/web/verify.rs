//! The script that proves an event in the browser says what `record` says, of whole files and of damaged ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use record::checkpoint::{Keys, PublicKey};
use record::proof::verify_proof;

use super::world::World;

/// What the script says of the files of a folder; `None` where there is no node that can run it.
#[expect(clippy::print_stderr, reason = "what a run of the tests does not show is said")]
fn by_script(folder: &Path) -> Option<BTreeMap<String, bool>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("node");
    command.arg(own.join("tests/web/verify.js")).arg(own.join("assets/verify.js")).arg(folder);
    let Ok(output) = command.output() else {
        eprintln!("SKIPPED: the script that proves events in the browser needs node to be tested");
        return None;
    };
    let said = String::from_utf8(output.stdout).unwrap();
    if said.contains("Unrecognized") || said.contains("not supported") {
        eprintln!("SKIPPED: the script that proves events needs a node that knows Ed25519");
        return None;
    }
    let lines = said.lines().map(|line| {
        let (name, word) = line.split_once(' ').unwrap();
        (name.to_owned(), word == "ok")
    });
    Some(lines.collect())
}

/// The same file with one thing in it changed, by a name for each.
fn damaged(proof: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = proof.split('\n').collect();
    let mut all = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // One character of each line: in the middle, where it means something.
        let chars: Vec<char> = line.chars().collect();
        let Some(old) = chars.get(chars.len() / 2).copied() else { continue };
        let new = if old == '1' { '2' } else { '1' };
        let mut changed = chars.clone();
        changed[chars.len() / 2] = new;
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines[at] = changed.into_iter().collect();
        all.push((format!("line-{at}"), lines.join("\n")));
    }
    for (name, at) in [("short", proof.len() / 2), ("cut", proof.len() - 1)] {
        all.push((name.to_owned(), proof[..at].to_owned()));
    }
    all.push(("twice".to_owned(), format!("{proof}{proof}")));
    all.push(("empty".to_owned(), String::new()));
    all
}

#[test]
fn the_script_of_the_page_proves_what_the_record_proves_and_nothing_else() {
    let world = World::shared();
    let mut auditor = world.signed_in("auditor");
    let key = auditor.get("/record/key").body;
    let size = auditor.get("/api/v1/events").body;
    let size: u64 =
        serde_json::from_str::<serde_json::Value>(&size).unwrap()["size"].as_u64().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut expected: BTreeMap<String, bool> = BTreeMap::new();
    let mut put = |name: &str, proof: &str, key: &str| {
        let keys: Result<PublicKey, _> = key.trim().parse();
        let holds =
            keys.is_ok_and(|key| verify_proof(proof.as_bytes(), &Keys::new(vec![key])).is_ok());
        fs::write(folder.path().join(format!("{name}.proof")), proof).unwrap();
        fs::write(folder.path().join(format!("{name}.key")), key).unwrap();
        expected.insert(name.to_owned(), holds);
    };
    // Trees of any shape: the first, the last, and such as stand alone on their level.
    for number in [0, 1, 2, 3, 7, 8, size / 2, size - 2, size - 1] {
        let proof = auditor.get(&format!("/record/{number}/proof")).body;
        put(&format!("event-{number}"), &proof, &key);
        if [3, size - 1].contains(&number) {
            for (name, changed) in damaged(&proof) {
                put(&format!("event-{number}-{name}"), &changed, &key);
            }
        }
    }
    let proof = auditor.get("/record/3/proof").body;
    let other = "wardround.invalid/aa24122c2d152581+df791dc2+\
                 Abz142EQ9aGokuqPYcOTc2ER53XLw3KiEUNnBAfvjJs1";
    put("key-other", &proof, other);
    put("key-nonsense", &proof, "no key");
    put("key-damaged", &proof, &key.replacen('+', "+0", 1));
    assert!(expected.values().filter(|holds| **holds).count() >= 7, "{expected:?}");
    assert!(expected.values().filter(|holds| !**holds).count() > 20, "{expected:?}");
    if let Some(said) = by_script(folder.path()) {
        assert_eq!(said, expected);
    }
}

#[test]
fn an_events_page_brings_the_script_and_the_command_beside_it() {
    let world = World::shared();
    let page = world.signed_in("auditor").get("/record/3");
    assert!(page.body.contains("data-proof=\"/record/3/proof\""), "{}", page.body);
    assert!(page.body.contains("wardround record check-proof"), "{}", page.body);
    let from = page.body.find("/assets/verify-").unwrap();
    let path = &page.body[from..from + page.body[from..].find('"').unwrap()];
    let script = world.nobody().get(path);
    assert_eq!(script.status, 200, "{path}");
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
}
