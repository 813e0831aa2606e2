//! The API held against its own document by schemathesis, a tool that reads the document and sends what
//! it allows and what it forbids: no answer may be a fault of the server, have a status or a content type
//! that the document does not name, or a body that is not as it says.
//!
//! Needs the tool, which `scripts/test` sets up. The seed is fixed: what it finds once it finds again.

use std::process::Command;

use super::world::World;

/// Cases of each operation and phase.
const CASES: &str = "40";
const SEED: &str = "2017";

#[test]
fn the_api_answers_as_its_document_says_whatever_is_sent() {
    let Some(tool) = std::env::var_os("WARDROUND_SCHEMATHESIS") else {
        eprintln!(
            "SKIPPED: the API against its document: WARDROUND_SCHEMATHESIS names no schemathesis"
        );
        return;
    };
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let csrf = officer.get("/account").field("csrf");
    let fields =
        [("csrf", csrf.as_str()), ("name", "schemathesis"), ("days", "1"), ("sends", "on")];
    let page = officer.post("/account/tokens", &fields).body;
    let from = page.find("wr_").unwrap_or_else(|| panic!("no token: {page}"));
    let token: String =
        page[from..].chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
    let code = world.trusts[0].as_str();
    let hosts = officer.get(&format!("/api/v1/organisations/{code}/hosts?limit=1")).body;
    let hosts: serde_json::Value = serde_json::from_str(&hosts).unwrap();
    let host = hosts["hosts"][0]["id"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Half of what is sent is of things that are there: made-up codes alone show little.
    for (name, places) in [
        (
            "there",
            format!(
                "[parameters]\ncode = \"{code}\"\nhost = \"{host}\"\nadvisory = \"MS17-010\"\n"
            ),
        ),
        ("anywhere", String::new()),
    ] {
        let config = folder.path().join(format!("{name}.toml"));
        std::fs::write(&config, places).unwrap();
        let output = Command::new(&tool)
            .current_dir(folder.path())
            .arg("--no-color")
            .arg("--config-file")
            .arg(&config)
            .args(["run", &format!("http://{}/api/v1/openapi.json", world.address)])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--max-examples", CASES, "--seed", SEED, "--workers", "1"])
            // No schema says which text is a cursor of ours, or which files hold evidence: what it allows
            // may be refused, as long as the refusal is one that the document names.
            .args(["--checks", "all", "--exclude-checks", "positive_data_acceptance"])
            .args(["--phases", "examples,coverage,fuzzing"])
            .args(["--continue-on-failure", "--no-shrink", "--warnings", "off"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}:\n{said}\n{error}");
        // It has really asked.
        assert!(said.contains("passed"), "{name}:\n{said}");
    }
}
