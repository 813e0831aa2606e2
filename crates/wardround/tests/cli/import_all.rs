//! Everything that the shared data has of inventories, imported for one invented organisation.

use std::path::PathBuf;

use serde_json::Value;

use super::run::Bench;

const FOLDERS: [&str; 4] =
    ["inventories-windows", "inventories-linux", "inventories-sbom", "inventories-scans"];

fn folders() -> Option<Vec<PathBuf>> {
    // The program runs in a folder of its own; tests run in that of their package.
    let shared = std::fs::canonicalize("../../../shared/data").ok()?;
    let folders: Vec<PathBuf> = FOLDERS.iter().map(|name| shared.join(name)).collect();
    let all = folders.iter().all(|folder| folder.is_dir());
    all.then_some(folders)
}

#[test]
fn all_shared_inventories_are_imported_with_a_summary_to_act_on() {
    let Some(folders) = folders() else {
        eprintln!("SKIPPED: importing all inventories needs ../shared/data");
        return;
    };
    let bench = Bench::new();
    let register = ["organisation", "register", "XT1", "--name", "Marrowdale", "--kind", "trust"];
    bench.run(&[&register[..], &["--expected-hosts", "400", "--store", "s"]].concat()).ends(0);
    let paths: Vec<&str> = folders.iter().map(|path| path.to_str().expect("a path")).collect();
    let import = |more: &[&str]| {
        let command = ["import", "--org", "XT1", "--store", "s"];
        bench.run(&[&command[..], more, &paths].concat()).ends(0).out
    };
    let document: Value = serde_json::from_str(&import(&["--json"])).expect("JSON");
    let summary = &document["summary"];
    let number = |name: &str| summary[name].as_u64().expect("a number");
    assert!(number("files") > 200, "{} files", number("files"));
    assert!(number("hosts") > 100, "{} hosts", number("hosts"));
    // Each file that was refused is named with its reason; nothing else was left out.
    let problems = summary["problems"].as_array().expect("problems");
    let refused: Vec<&Value> = problems.iter().filter(|p| p["refused"] == true).collect();
    assert_eq!(refused.len() as u64, number("refused"));
    assert!(refused.iter().all(|p| p["message"].as_str().is_some_and(|words| words.len() > 20)));

    // Again: only what could not be read is said again, each reason once with its files.
    let again = import(&[]);
    assert!(again.starts_with("XT1: nothing new. The record holds these"), "{again}");
    assert!(again.contains(&format!("{} files could not be read:", number("refused"))), "{again}");
    let told = again.matches("`AnotherFormat`").count();
    assert_eq!(told, 1, "one reason, one line: {again}");

    let exposure = bench.run(&["exposure", "MS17-010", "--store", "s", "--json"]).ends(0).json();
    let total = &exposure["answers"][0]["total"];
    let verdicts = ["affected", "fixed", "mitigated", "not_affected", "unknown"];
    let sum: u64 = verdicts.iter().map(|verdict| total[verdict].as_u64().expect("a number")).sum();
    assert_eq!(Some(sum), total["hosts"].as_u64());
    assert!(total["affected"].as_u64() > Some(0) && total["fixed"].as_u64() > Some(0), "{total}");
    bench.run(&["record", "verify", "--store", "s"]).ends(0);
}
