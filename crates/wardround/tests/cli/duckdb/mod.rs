//! Verdicts on an export, derived a second time in SQL by DuckDB and compared host by host.
//!
//! The SQL (`derive.sql`) knows the export's hosts, updates and software and what the world states,
//! and none of our code. Needs Python with DuckDB, which `scripts/test` sets up.

use std::process::Command;

use super::run::Bench;

/// OpenSSL in Ubuntu 16.04, as its security notice has it.
const PACKAGE: &str = r#"{"schema_version": "1.6.0", "id": "USN-3181-1",
 "modified": "2017-01-31T00:00:00Z", "published": "2017-01-31T00:00:00Z",
 "affected": [{"package": {"ecosystem": "Ubuntu:16.04", "name": "openssl"},
  "ranges": [{"type": "ECOSYSTEM",
   "events": [{"introduced": "0"}, {"fixed": "1.0.2g-1ubuntu4.6"}]}]}]}"#;

/// A browser's flaw, as its record has it.
const PROGRAM: &str = r#"{"dataType": "CVE_RECORD", "dataVersion": "5.1",
 "cveMetadata": {"cveId": "CVE-2017-5055", "state": "PUBLISHED",
  "assignerOrgId": "00000000-0000-4000-8000-000000000000",
  "datePublished": "2017-04-24T00:00:00Z"},
 "containers": {"cna": {
  "providerMetadata": {"orgId": "00000000-0000-4000-8000-000000000000"},
  "descriptions": [{"lang": "en", "value": "Use after free in printing"}],
  "references": [{"url": "https://example.org/"}],
  "affected": [{"vendor": "Google Inc.", "product": "Google Chrome", "defaultStatus": "unaffected",
   "versions": [{"version": "0", "status": "affected", "lessThan": "57.0.2987.133",
    "versionType": "custom"}]}]}}}"#;

const ADVISORIES: [&str; 3] = ["MS17-010", "USN-3181-1", "CVE-2017-5055"];

#[test]
fn sql_on_the_export_comes_to_the_same_verdict_on_every_host() {
    let Some(python) = std::env::var_os("WARDROUND_DUCKDB_PYTHON") else {
        eprintln!(
            "SKIPPED: verdicts derived in SQL: WARDROUND_DUCKDB_PYTHON names no Python with DuckDB"
        );
        return;
    };
    let bench = Bench::new();
    bench.write("stated/package.json", PACKAGE);
    bench.write("stated/program.json", PROGRAM);
    bench.run(&["knowledge", "build", "stated", "--out", "knowledge.wrk"]).ends(0);
    let mut generate = bench.command(&[
        "sector",
        "generate",
        "--store",
        "s",
        "--scale",
        "0.002",
        "--seed",
        "5",
        "--first",
        "2017-04-01",
        "--last",
        "2017-05-19",
    ]);
    generate.env("WARDROUND_KNOWLEDGE", bench.path("knowledge.wrk"));
    let status = generate.output().expect("started").status;
    assert!(status.success(), "{status}");
    let mut said = String::new();
    // The last day, and one on which much of what is known now was not yet reported.
    for day in ["2017-05-19", "2017-05-02"] {
        let mut export = vec!["export", "--store", "s", "--out", "tables", "--knowledge"];
        export.extend(["--force", "--as-at", day]);
        export.extend(ADVISORIES.iter().flat_map(|advisory| ["--advisory", advisory]));
        bench.run(&export).ends(0);
        let compare = "tests/cli/duckdb/compare.py";
        let output = Command::new(&python)
            .arg(compare)
            .arg(bench.path("tables"))
            .arg(day)
            .output()
            .expect("started");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "as at {day}:\n{text}\n{error}");
        let last = text.lines().last().expect("a line");
        let number = |name: &str| -> u64 {
            let mut words = last.split(' ').skip_while(|word| *word != name);
            words.nth(1).expect(last).parse().expect(last)
        };
        assert!(number("hosts") > 500, "{last}");
        assert!(number("left_out") * 20 < number("hosts"), "{last}");
        assert_eq!(number("differences"), 0, "{last}");
        said.push_str(&text);
    }
    // Both verdicts of each advisory occur, or little is shown.
    for advisory in ADVISORIES {
        for verdict in ["affected", "fixed"] {
            let line = format!("derived {advisory} {verdict} None");
            assert!(said.contains(&line), "no `{line}` in\n{said}");
        }
    }
}
