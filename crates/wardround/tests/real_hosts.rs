//! Real hosts of the shared sample data, and the screen the README shows, through the real binary.

#![expect(clippy::print_stderr, reason = "a skipped test must say so")]
#![expect(clippy::unwrap_used, reason = "what fails to unwrap fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    fs::canonicalize("../..").unwrap()
}

fn shared_data(relative: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
}

/// The program with nothing of this machine's own settings or knowledge.
fn wardround() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
    command
        .env_remove("WARDROUND_KNOWLEDGE")
        .env("WARDROUND_DATA", "/nonexistent")
        .env("COLUMNS", "100")
        .current_dir(root());
    command
}

/// Asks about MS17-010 for every row of the published answers; gives the rows answered otherwise.
fn differing(knowledge: Option<&Path>) -> Option<Vec<String>> {
    let table = shared_data("inventories-windows/ms17-010-expected.csv")?;
    let hosts = table.with_file_name("hosts");
    let mut differing = Vec::new();
    let mut asked = 0;
    for row in csv::Reader::from_path(&table).unwrap().records() {
        let row = row.unwrap();
        let cell = |at: usize| row.get(at).unwrap();
        let wanted = cell(3).replace("exposed", "affected");
        let files: Vec<PathBuf> = cell(5).split('+').map(|file| hosts.join(file)).collect();
        let mut command = wardround();
        command.args(["check", "--json", "--only", "MS17-010", "--host", "host"]);
        if let Some(knowledge) = knowledge {
            command.arg("--knowledge").arg(knowledge);
        }
        let output = command.args(&files).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let verdicts: Vec<&str> = report
            .pointer("/hosts/0/verdicts")
            .and_then(serde_json::Value::as_array)
            .unwrap()
            .iter()
            .map(|verdict| verdict.get("verdict").unwrap().as_str().unwrap())
            .collect();
        asked += 1;
        let agrees = !verdicts.is_empty()
            && verdicts.iter().all(|verdict| wanted.split('|').any(|allowed| allowed == *verdict));
        if !agrees {
            differing.push(format!("{}: wanted {wanted}, got {verdicts:?}", cell(0)));
        }
    }
    assert!(asked > 20, "the table has only {asked} rows");
    Some(differing)
}

#[test]
fn built_in_knowledge_answers_every_real_host_as_published() {
    let Some(differing) = differing(None) else { return };
    assert_eq!(differing, Vec::<String>::new());
}

#[test]
fn compiled_knowledge_answers_every_real_host_as_published() {
    let Some(sources) = shared_data("ms-kb") else { return };
    let folder = tempfile::tempdir().unwrap();
    let knowledge = folder.path().join("knowledge.wrk");
    let built = wardround()
        .args(["knowledge", "build", "--out"])
        .arg(&knowledge)
        .arg(&sources)
        .arg(sources.with_file_name("msrc-cvrf"))
        .arg(sources.with_file_name("kev-epss"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let Some(differing) = differing(Some(&knowledge)) else { return };
    assert_eq!(differing, Vec::<String>::new());
}

#[test]
fn the_readme_shows_what_its_command_prints() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let marker = "<!-- screen: wardround ";
    let after = readme.split_once(marker).unwrap().1;
    let (arguments, rest) = after.split_once(" -->").unwrap();
    let shown = rest.split_once("```text\n").unwrap().1.split_once("\n```").unwrap().0;
    let output = wardround().args(arguments.split_whitespace()).output().unwrap();
    assert_eq!(shown, String::from_utf8(output.stdout).unwrap().trim_end());
}
