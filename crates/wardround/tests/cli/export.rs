//! The record as Parquet files: whole, refused where they would overwrite, and saying what `exposure`
//! says.

use std::collections::BTreeMap;
use std::fs::File;

use model::verdict::Verdict;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::Value;

use super::evidence::Windows;
use super::run::Bench;

const FILES: [&str; 5] = ["organisations", "hosts", "updates", "items", "verdicts"];

/// A record with two organisations, of which one has shown two of its five hosts.
fn two_organisations() -> Bench {
    let bench = Bench::new();
    for (code, expected) in [("XT1", "5"), ("XT2", "7")] {
        let mut arguments = vec!["organisation", "register", code, "--name", "A Trust"];
        arguments.extend(["--kind", "trust", "--expected-hosts", expected, "--store", "s"]);
        bench.run(&arguments).ends(0);
    }
    bench.write("in/a_systeminfo.txt", Windows::seven("WARD-1", &["KB4012215"]).systeminfo());
    bench.write("in/b_systeminfo.txt", Windows::seven("WARD-2", &["KB2534111"]).systeminfo());
    bench.run(&["import", "--store", "s", "--org", "XT1", "in"]).ends(0);
    bench
}

/// The rows of a file by the names of its columns, as text; null is left out.
fn rows(bench: &Bench, path: &str) -> Vec<BTreeMap<String, String>> {
    reader(bench, path)
        .get_row_iter(None)
        .expect("rows")
        .map(|row| {
            let row = row.expect("a row");
            row.get_column_iter()
                .map(|(name, field)| (name.clone(), field.to_string()))
                .filter(|(_, text)| text != "null")
                .map(|(name, text)| (name, text.trim_matches('"').to_owned()))
                .collect()
        })
        .collect()
}

fn reader(bench: &Bench, path: &str) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(bench.path(path)).expect("a file")).expect("Parquet")
}

/// What a file says of itself beside its rows.
fn notes(bench: &Bench, path: &str) -> BTreeMap<String, String> {
    let reader = reader(bench, path);
    let notes = reader.metadata().file_metadata().key_value_metadata().expect("notes");
    notes.iter().map(|n| (n.key.clone(), n.value.clone().unwrap_or_default())).collect()
}

fn names(bench: &Bench, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(bench.path(folder)).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

#[test]
fn verdicts_in_the_file_are_those_of_exposure() {
    let bench = Bench::new();
    let mut generate = vec!["sector", "generate", "--store", "s", "--scale", "0.0005"];
    generate.extend(["--seed", "5", "--first", "2017-04-01", "--last", "2017-05-19"]);
    bench.run(&generate).ends(0);
    let when = ["--as-at", "2017-05-17"];
    let mut arguments = vec!["exposure", "--all", "--store", "s", "--json"];
    arguments.extend(when);
    let answer = bench.run(&arguments).ends(0).json();
    let mut arguments = vec!["export", "--store", "s", "--out", "tables", "--json"];
    arguments.extend(when);
    let written = bench.run(&arguments).ends(0).json();
    assert_eq!(written["as_at"], "2017-05-17");

    let mut counted: BTreeMap<(String, String, String, String), u64> = BTreeMap::new();
    let mut nameless = 0;
    for row in rows(&bench, "tables/verdicts.parquet") {
        let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
        nameless += u64::from(!row.contains_key("host"));
        let key = (cell("advisory"), cell("organisation"), cell("verdict"), cell("reason"));
        *counted.entry(key).or_default() += row.get("hosts").map_or(0, |n| n.parse().expect("n"));
    }
    assert!(nameless > 0, "hosts that nobody has seen are there");
    let mut expected = 0;
    for answer in answer["answers"].as_array().expect("answers") {
        let advisory = answer["advisory"].as_str().expect("a name").to_owned();
        for row in answer["organisations"].as_array().expect("organisations") {
            let code = row["code"].as_str().expect("a code").to_owned();
            for verdict in Verdict::ALL {
                let own: u64 = counted
                    .iter()
                    .filter(|((a, c, v, _), _)| {
                        (a, c, v.as_str()) == (&advisory, &code, verdict.code())
                    })
                    .map(|(_, hosts)| hosts)
                    .sum();
                let said = row["counts"][verdict.code()].as_u64().expect("a number");
                assert_eq!(own, said, "{advisory} {code} {verdict}");
                expected += said;
            }
            for reason in row["counts"]["reasons"].as_array().expect("reasons") {
                let text = |name: &str| reason[name].as_str().expect("a text").to_owned();
                let key = (advisory.clone(), code.clone(), text("verdict"), text("reason"));
                assert!(counted.contains_key(&key), "{key:?}");
            }
        }
    }
    assert_eq!(counted.values().sum::<u64>(), expected);

    // Every host with a verdict, and no other, is a host; and so is every one with software.
    let hosts: Vec<String> =
        rows(&bench, "tables/hosts.parquet").iter().map(|row| row["host"].clone()).collect();
    let of = |file: &str| -> std::collections::BTreeSet<String> {
        rows(&bench, file).iter().filter_map(|row| row.get("host").cloned()).collect()
    };
    assert_eq!(of("tables/verdicts.parquet"), hosts.iter().cloned().collect());
    assert!(of("tables/items.parquet").iter().all(|host| hosts.contains(host)));
    assert!(of("tables/updates.parquet").iter().all(|host| hosts.contains(host)));
    let seen: u64 = rows(&bench, "tables/organisations.parquet")
        .iter()
        .map(|row| row["seen_hosts"].parse::<u64>().expect("a number"))
        .sum();
    assert_eq!(seen, hosts.len() as u64);
    for file in written["files"].as_array().expect("files") {
        let name = file["table"].as_str().expect("a name");
        let counted = rows(&bench, &format!("tables/{name}.parquet")).len() as u64;
        assert_eq!(file["rows"].as_u64(), Some(counted), "{name}");
    }
}

#[test]
fn hosts_updates_and_instants_are_in_the_files() {
    let bench = two_organisations();
    let mut arguments = vec!["export", "--store", "s", "--out", "deep/er"];
    arguments.extend(["--org", "XT1", "--advisory", "MS17-010"]);
    let run = bench.run(&arguments).ends(0);
    let run = run.says(&["2 hosts", "of 1 organisation are in deep/er, as at 2", "as known at"]);
    assert!(run.err.is_empty(), "{}", run.err);
    let hosts = rows(&bench, "deep/er/hosts.parquet");
    assert_eq!(hosts.len(), 2);
    for host in &hosts {
        assert_eq!(host["organisation"], "XT1");
        assert_eq!((host["platform"].as_str(), host["system"].as_str()), ("windows", "Windows 7"));
        assert_eq!((host["build"].as_str(), host["update_list"].as_str()), ("7601", "complete"));
        assert!(!host.contains_key("build_revision"), "systeminfo shows none: {host:?}");
    }
    let updates = rows(&bench, "deep/er/updates.parquet");
    let mut kbs: Vec<&str> = updates.iter().map(|row| row["kb"].as_str()).collect();
    kbs.sort_unstable();
    assert_eq!(kbs, ["2534111", "4012215"]);
    let verdicts = rows(&bench, "deep/er/verdicts.parquet");
    let mut said: Vec<(&str, &str)> =
        verdicts.iter().map(|row| (row["verdict"].as_str(), row["hosts"].as_str())).collect();
    said.sort_unstable();
    assert_eq!(said, [("affected", "1"), ("fixed", "1"), ("unknown", "3")]);
    for file in FILES {
        let notes = notes(&bench, &format!("deep/er/{file}.parquet"));
        assert_eq!(notes["wardround.as_at"].len(), 10, "{file}");
        assert!(notes.contains_key("wardround.as_known"), "{file}");
        assert_eq!(notes["wardround.hosts_seen"], "2", "{file}");
        assert_eq!(notes["wardround.hosts_expected"], "5", "{file}");
        assert_eq!(notes["wardround.organisations_silent"], "0", "{file}");
        assert_eq!(notes["wardround.advisories"], "MS17-010", "{file}");
    }
    // Nothing is left beside the files.
    let expected: Vec<String> = {
        let mut names: Vec<String> = FILES.iter().map(|f| format!("{f}.parquet")).collect();
        names.sort();
        names
    };
    assert_eq!(names(&bench, "deep/er"), expected);
}

#[test]
fn an_earlier_export_is_overwritten_only_when_asked() {
    let bench = two_organisations();
    let export = |more: &[&str]| {
        let mut arguments = vec!["export", "--store", "s", "--out", "tables"];
        arguments.extend(more);
        bench.run(&arguments)
    };
    bench.write("tables/mine.txt", "not ours");
    export(&["--knowledge"]).ends(0);
    assert!(bench.path("tables/knowledge_fixes.parquet").exists());
    let before = std::fs::read(bench.path("tables/hosts.parquet")).expect("read");
    export(&["--org", "XT2"]).ends(2).complains(&["exists already", "--force"]);
    assert_eq!(std::fs::read(bench.path("tables/hosts.parquet")).expect("read"), before);
    // An order that fails leaves what was there.
    export(&["--org", "XT9", "--force"]).ends(2).complains(&["XT9"]);
    assert_eq!(std::fs::read(bench.path("tables/hosts.parquet")).expect("read"), before);
    export(&["--org", "XT2", "--force"]).ends(0).says(&["0 hosts"]);
    assert_eq!(rows(&bench, "tables/hosts.parquet").len(), 0);
    let names = names(&bench, "tables");
    assert!(names.contains(&"mine.txt".to_owned()), "{names:?}");
    assert_eq!(names.len(), FILES.len() + 1, "of the earlier export nothing is left: {names:?}");
    bench.write("file", "no folder");
    bench.run(&["export", "--store", "s", "--out", "file"]).ends(2).complains(&["is no folder"]);
}

#[test]
fn a_record_without_evidence_has_its_silence_in_the_files() {
    let bench = Bench::new();
    let export = ["export", "--store", "s", "--out", "tables"];
    bench.run(&export).ends(2);
    let mut arguments = vec!["organisation", "register", "XT1", "--name", "A Trust"];
    arguments.extend(["--kind", "trust", "--expected-hosts", "5", "--store", "s"]);
    bench.run(&arguments).ends(0);
    // Nobody can answer from no knowledge; and nothing half done is left.
    bench.run(&export).ends(4).complains(&["no knowledge"]);
    assert!(!bench.path("tables").exists());
    bench.run(&["knowledge", "adopt", "--store", "s"]).ends(0);
    let written: Value = {
        let mut arguments = export.to_vec();
        arguments.extend(["--advisory", "MS17-010", "--advisory", "NO-SUCH-1", "--json"]);
        bench.run(&arguments).ends(0).json()
    };
    assert_eq!(written["not_in_knowledge"], serde_json::json!(["NO-SUCH-1"]));
    assert_eq!(rows(&bench, "tables/organisations.parquet").len(), 1);
    for file in ["hosts", "updates", "items"] {
        assert_eq!(rows(&bench, &format!("tables/{file}.parquet")).len(), 0, "{file}");
    }
    let verdicts = rows(&bench, "tables/verdicts.parquet");
    assert_eq!(verdicts.len(), 2);
    for row in verdicts {
        assert_eq!((row["verdict"].as_str(), row["hosts"].as_str()), ("unknown", "5"));
        assert_eq!(row["reason"], "never_seen");
        assert!(!row.contains_key("host"));
    }
}
