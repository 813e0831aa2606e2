//! Definitions as they are published: fields left empty or mangled, labels in two cases.

use crate::bench::{Bench, seven, systeminfo};

const HEADER: &str = "\"DatePosted\",\"CVE\",\"BulletinKB\",\"Title\",\"AffectedProduct\",\
    \"AffectedComponent\",\"Severity\",\"Impact\",\"Supersedes\",\"Exploits\"\n";

fn row(day: &str, cve: &str, kb: &str, product: &str, supersedes: &str) -> String {
    format!(
        "\"{day}\",\"{cve}\",\"{kb}\",\"A flaw\",\"{product}\",\"\",\"Critical\",\
         \"Remote Code Execution\",\"{supersedes}\",\"\"\n"
    )
}

/// A bench whose knowledge has these rows.
fn bench(rows: &[String]) -> Bench {
    let bench = Bench::new();
    bench.file("definitions.csv", format!("{HEADER}{}", rows.concat()));
    bench.text(&["knowledge", "build", "--out", "k.wrk", "definitions.csv"]);
    bench
}

fn verdict(bench: &Bench, cve: &str, evidence: &str) -> String {
    bench.file("ward7_systeminfo.txt", evidence);
    let arguments = ["--knowledge", "k.wrk", "--as-at", "2026-06-30", "ward7_systeminfo.txt"];
    bench.verdict(cve, &arguments).0
}

#[test]
fn empty_and_mangled_fields_name_no_update() {
    const SEVEN: &str = "Windows 7 for 32-bit Systems Service Pack 1";
    let cve = "CVE-2018-90001";
    let alone = bench(&[
        row("20180109", cve, "", SEVEN, ""),
        row("20180109", cve, "System.Object[]", SEVEN, "System.Object[]"),
    ]);
    assert_eq!(verdict(&alone, cve, &seven(1, &["KB2534111"])), "unknown");
    let beside = bench(&[
        row("20180109", cve, "", SEVEN, ""),
        row("20180109", cve, "4056894", SEVEN, "System.Object[]"),
    ]);
    assert_eq!(verdict(&beside, cve, &seven(1, &["KB2534111"])), "affected");
    assert_eq!(verdict(&beside, cve, &seven(1, &["KB4056894"])), "fixed");
}

#[test]
fn several_superseded_updates_in_one_cell_are_all_superseded() {
    const SEVEN: &str = "Windows 7 for 32-bit Systems Service Pack 1";
    let cve = "CVE-2014-90001";
    let bench = bench(&[
        row("20140109", cve, "2900001", SEVEN, ""),
        row("20140209", "CVE-2014-90002", "2900002", SEVEN, "2800001;2900001; 2800003"),
        row("20140309", "CVE-2014-90003", "2900003", SEVEN, "2900002"),
    ]);
    for (kb, expected) in
        [("KB2900003", "fixed"), ("KB2900002", "fixed"), ("KB2800003", "affected")]
    {
        assert_eq!(verdict(&bench, cve, &seven(1, &[kb])), expected, "{kb}");
    }
}

#[test]
fn labels_differ_in_case_and_blanks_and_name_one_product() {
    let eleven = |updates: &[&str]| {
        systeminfo(
            "Microsoft Windows 11 Enterprise",
            "10.0.22000 N/A Build 22000",
            updates.len(),
            updates,
        )
        .replace("X86-based", "x64-based")
    };
    let labels = [
        "Windows 11 Version 21H2 for x64-based Systems",
        "Windows 11 version 21H2 for x64-based Systems",
        "Windows 11  version 21H2 for x64-based systems ",
    ];
    for label in labels {
        let cve = "CVE-2022-90001";
        let bench = bench(&[row("20220308", cve, "5011493", label, "")]);
        assert_eq!(
            verdict(&bench, cve, &eleven(&["KB5004342", "KB5005635"])),
            "affected",
            "{label}"
        );
        assert_eq!(verdict(&bench, cve, &eleven(&["KB5011493"])), "fixed", "{label}");
    }
}

#[test]
fn a_republished_security_only_update_of_april_2017_fixes_nothing() {
    const SEVEN: &str = "Windows 7 for 32-bit Systems Service Pack 1";
    let cve = "CVE-2017-0144";
    let bench = bench(&[
        row("20170314", cve, "4012212", SEVEN, ""),
        row("20170411", cve, "4015546", SEVEN, ""),
    ]);
    assert_eq!(verdict(&bench, cve, &seven(1, &["KB4015546"])), "affected");
    assert_eq!(verdict(&bench, cve, &seven(1, &["KB4012212"])), "fixed");
}
