//! The record through the command: an invented sector, its answers, its proofs, and imports by hand.

use std::collections::BTreeMap;

use exposure::freshness::FreshnessPolicy;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use sector::{Organisation, Scale, Sector, Sent, Settings};
use serde_json::Value;

use super::evidence::Windows;
use super::run::{Bench, Run};

/// A small sector over a short history: tests want seconds.
const SETTINGS: [&str; 8] =
    ["--scale", "0.0005", "--seed", "5", "--first", "2017-04-01", "--last", "2017-05-19"];

fn told() -> (Bench, Sector) {
    let bench = Bench::new();
    let mut arguments = vec!["sector", "generate", "--store", "store"];
    arguments.extend(SETTINGS);
    bench.run(&arguments).ends(0);
    let scale = Scale::new(0.0005).expect("a scale");
    let settings = Settings {
        first: "2017-04-01".parse().expect("a day"),
        last: "2017-05-19".parse().expect("a day"),
        ..Settings::new(5, scale)
    };
    (bench, Sector::new(settings))
}

fn register(bench: &Bench, code: &str, expected: Option<&str>) {
    let command =
        ["organisation", "register", code, "--name", "A Trust", "--kind", "trust", "--store", "s"];
    let expected = expected.map_or(Vec::new(), |hosts| vec!["--expected-hosts", hosts]);
    bench.run(&[&command[..], &expected].concat()).ends(0);
}

/// Holds a document of `exposure --json` against its schema.
fn holds(document: &Value) {
    let schema = std::fs::read_to_string("../../schema/exposure.schema.json").expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a sound schema");
    let faults: Vec<String> = validator
        .iter_errors(document)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

fn json(run: Run) -> Value {
    serde_json::from_str(&run.ends(0).out).expect("JSON")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

/// What was last sent of every machine under every name that it had, up to a day.
fn sent(sector: &Sector, organisation: &Organisation, day: Date) -> BTreeMap<(u32, String), Sent> {
    let mut sent = BTreeMap::new();
    for report in sector.reports(organisation).into_iter().filter(|report| *report <= day) {
        for fact in sector.facts(organisation, report) {
            if let Some(evidence) = fact.evidence {
                sent.insert((fact.number, evidence.name.clone()), evidence);
            }
        }
    }
    sent
}

#[test]
fn an_invented_sector_is_answered_as_its_truth_allows() {
    let (bench, sector) = told();
    let day = sector.settings().last;
    let answer = json(bench.run(&[
        "exposure",
        "MS17-010",
        "--store",
        "store",
        "--as-at",
        "2017-05-19",
        "--json",
    ]));
    holds(&answer);
    let rows = answer["answers"][0]["organisations"].as_array().expect("organisations");
    let oldest = i32::from(FreshnessPolicy::default().patch_state_days);
    let mut compared = 0;
    for row in rows {
        let code: OrganisationCode = row["code"].as_str().expect("a code").parse().expect("a code");
        let organisation = sector.organisation(&code).expect("it was generated");
        let counts = &row["counts"];
        // The five verdicts and nothing else make up the hosts.
        let sum: u64 = Verdict::ALL.iter().map(|v| number(&counts[v.code()])).sum();
        assert_eq!(sum, number(&counts["hosts"]), "{code}");
        // Nothing is called safe of more hosts than the truth allows. A machine that has left, or
        // goes by another name now, is in the record as it was last seen, until that is too old.
        let sent = sent(&sector, organisation, day);
        assert!(number(&counts["seen"]) <= sent.len() as u64, "{code}: {sent:?}");
        for verdict in [Verdict::Fixed, Verdict::NotAffected, Verdict::Mitigated] {
            let allowed =
                |sent: &&Sent| (day - sent.day).get_days() <= oldest && sent.allows(verdict);
            let allowed = sent.values().filter(allowed).count() as u64;
            let said = number(&counts[verdict.code()]);
            assert!(said <= allowed, "{code}: {said} {verdict}, at most {allowed} can be");
        }
        let facts = sector.facts(organisation, day);
        if facts.iter().all(|fact| fact.evidence.is_none()) {
            assert_eq!(number(&counts["unknown"]), number(&counts["hosts"]), "{code} is silent");
        }
        compared += 1;
    }
    assert!(compared > 10, "a sector of {compared} organisations shows little");
    // Every organisation with an estate is in the answer, also one that never sent anything.
    for organisation in sector.organisations().iter().filter(|o| o.expected_hosts > 0) {
        let open = organisation.closed.is_none_or(|closed| closed > day);
        let is_there = rows.iter().any(|row| row["code"] == organisation.code.as_str());
        assert!(is_there || !open, "{} is missing", organisation.code);
    }
}

#[test]
fn what_was_answered_then_is_answered_again_and_the_log_proves_it() {
    let (bench, _) = told();
    let ask = |bench: &Bench| {
        let run = bench.run(&[
            "exposure",
            "MS17-010",
            "--store",
            "store",
            "--as-at",
            "2017-04-28",
            "--as-known",
            "2017-04-28T23:00:00Z",
            "--json",
        ]);
        run.ends(0).out
    };
    let then = ask(&bench);
    let later =
        bench.run(&["exposure", "MS17-010", "--store", "store", "--as-at", "2017-05-19", "--json"]);
    assert_ne!(then, later.ends(0).out);
    // More evidence changes what is known now, and not what was known then.
    let listed =
        bench.run(&["organisation", "list", "--store", "store", "--kind", "trust"]).ends(0).out;
    let code = listed.split_whitespace().next().expect("a trust").to_owned();
    bench.write("new/pc_systeminfo.txt", Windows::seven("NEW-PC", &["KB4012215"]).systeminfo());
    bench.run(&["import", "--store", "store", "--org", &code, "new"]).ends(0);
    assert_eq!(ask(&bench), then);

    let verified = bench.run(&["record", "verify", "--store", "store"]).ends(0);
    assert!(verified.out.starts_with("Nothing was changed"), "{}", verified.out);
    let key = bench.run(&["record", "checkpoint", "--store", "store", "--key-only"]).ends(0).out;
    let proof = bench.run(&["record", "prove", "--store", "store", "3"]).ends(0).out;
    bench.write("fact.proof", &proof);
    bench.run(&["record", "check-proof", "fact.proof", "--trust", key.trim()]).ends(0);
    bench.write("forged.proof", proof.replace("organisation.", "organisation_"));
    bench.run(&["record", "check-proof", "forged.proof", "--trust", key.trim()]).ends(1);

    bench.run(&["record", "backup", "--store", "store", "copy"]).ends(0);
    bench.run(&["record", "restore", "copy", "--store", "again"]).ends(0);
    bench.run(&["record", "verify", "--store", "again"]).ends(0);
}

#[test]
fn a_sector_is_told_into_an_empty_record_only() {
    let bench = Bench::new();
    register(&bench, "XT1", None);
    let run = bench.run(&["sector", "generate", "--store", "s", "--scale", "0.0005"]).ends(2);
    assert!(run.err.contains("empty"), "{}", run.err);
}

#[test]
fn imports_are_taken_once_and_say_what_came_of_them() {
    let bench = Bench::new();
    bench.write("in/a_systeminfo.txt", Windows::seven("WARD-1", &["KB4012215"]).systeminfo());
    bench.write("in/b_systeminfo.txt", Windows::seven("WARD-2", &["KB2534111"]).systeminfo());
    bench.write("in/broken.bin", [1_u8, 2, 3]);
    // Who is not registered cannot have evidence.
    let run = bench.run(&["import", "--store", "s", "--org", "XT1", "in"]).ends(2);
    assert!(run.err.contains("organisation register"), "{}", run.err);
    register(&bench, "XT1", Some("5"));
    let first = bench.run(&["import", "--store", "s", "--org", "XT1", "in"]).ends(0);
    assert!(first.out.contains("2 hosts recorded from 2 files: 2 new"), "{}", first.out);
    assert!(first.out.contains("broken.bin"), "{}", first.out);
    let again = bench.run(&["import", "--store", "s", "--org", "XT1", "in"]).ends(0);
    assert!(again.out.contains("nothing new"), "{}", again.out);
    // The numbers: one open, one fixed, three never seen.
    let answer = json(bench.run(&["exposure", "MS17-010", "--store", "s", "--json"]));
    let total = &answer["answers"][0]["total"];
    assert_eq!(number(&total["hosts"]), 5);
    assert_eq!(number(&total["affected"]), 1);
    assert_eq!(number(&total["fixed"]), 1);
    assert_eq!(number(&total["unknown"]), 3);
    assert_eq!(number(&total["never_seen"]), 3);
    // Of a name that the knowledge does not have nothing is said, and that is said.
    for name in ["CVE-2099-0001", "NO-SUCH-1"] {
        let answer = json(bench.run(&["exposure", name, "--store", "s", "--json"]));
        let answer = &answer["answers"][0];
        assert_eq!(answer["in_knowledge"], false, "{name}");
        assert_eq!(number(&answer["total"]["unknown"]), 5, "{name}");
        // Two of them have been seen: nothing is known of the flaw, not nothing of the hosts.
        assert_eq!(number(&answer["total"]["seen"]), 2, "{name}");
        assert_eq!(number(&answer["total"]["never_seen"]), 3, "{name}");
        assert_eq!(answer["total"]["reasons"][0]["reason"], "not_in_knowledge", "{name}");
        let screen = bench.run(&["exposure", name, "--store", "s"]).ends(0).out;
        assert!(screen.contains("Note: the knowledge of the record has nothing"), "{screen}");
    }
    // Nor are hosts lost where nobody said how many there are, or where a flaw was not public yet.
    register(&bench, "XT2", None);
    bench
        .run(&["import", "--store", "s", "--org", "XT2", "--collected-on", "2017-02-01", "in"])
        .ends(0);
    for more in [&["NO-SUCH-1"][..], &["MS17-010", "--as-at", "2017-02-02"]] {
        let answer = json(bench.run(&[&["exposure", "--store", "s", "--json"], more].concat()));
        let rows = answer["answers"][0]["organisations"].as_array().expect("organisations");
        let row = rows.iter().find(|row| row["code"] == "XT2").expect("it has shown hosts");
        let counts = &row["counts"];
        assert_eq!((number(&counts["seen"]), number(&counts["unknown"])), (2, 2), "{more:?}");
        assert_eq!(number(&counts["organisations_of_unknown_size"]), 0, "{more:?}");
    }
    let estate = bench.run(&["estate", "--store", "s", "--org", "XT1"]).ends(0);
    assert!(estate.out.contains("2 of 5 expected hosts seen"), "{}", estate.out);
    let host = bench.run(&["host", "--store", "s", "--org", "XT1", "ward-2"]).ends(0);
    assert!(host.out.contains("MS17-010: affected"), "{}", host.out);
    assert!(host.out.contains("b_systeminfo.txt"), "{}", host.out);
    bench.run(&["host", "--store", "s", "--org", "XT1", "nobody"]).ends(2);
    let rows = bench.run(&["exposure", "MS17-010", "--store", "s", "--csv"]).ends(0).out;
    assert!(rows.contains(",unknown,never_seen,,3,"), "{rows}");
}

/// A machine that may stand in the record twice must not hide one that was never seen.
#[test]
fn what_may_be_one_machine_hides_no_other() {
    let bench = Bench::new();
    register(&bench, "XT1", Some("3"));
    for domain in ["north", "south"] {
        let name = format!("WARD-1.{domain}.example");
        let path = format!("{domain}/ward_systeminfo.txt");
        bench.write(&path, Windows::seven(&name, &["KB4012215"]).systeminfo());
        bench.run(&["import", "--store", "s", "--org", "XT1", domain]).ends(0);
    }
    let answer = json(bench.run(&["exposure", "MS17-010", "--store", "s", "--json"]));
    let total = &answer["answers"][0]["total"];
    assert_eq!(number(&total["seen"]), 2);
    assert_eq!(number(&total["maybe_twice"]), 1);
    assert_eq!(number(&total["never_seen"]), 2, "only one machine is sure to have been seen");
    assert_eq!(number(&total["unknown"]), 2);
    let screen = bench.run(&["exposure", "MS17-010", "--store", "s"]).ends(0).out;
    assert!(screen.contains("1 host may be machines that stand in the record twice"), "{screen}");
    // A third and a fourth machine: one more than anybody expected.
    for name in ["WARD-2", "WARD-3", "WARD-4"] {
        let path = format!("more/{name}_systeminfo.txt");
        bench.write(&path, Windows::seven(name, &["KB4012215"]).systeminfo());
    }
    bench.run(&["import", "--store", "s", "--org", "XT1", "more"]).ends(0);
    let answer = json(bench.run(&["exposure", "MS17-010", "--store", "s", "--json"]));
    let total = &answer["answers"][0]["total"];
    assert_eq!(number(&total["never_seen"]), 0);
    assert_eq!(number(&total["beyond_expected"]), 2);
}

#[test]
fn sums_by_product_and_the_end_of_support() {
    let bench = Bench::new();
    register(&bench, "XT1", Some("4"));
    // Without knowledge nothing is known of support: not that it ended nowhere.
    let command = ["estate", "--store", "s", "--org", "XT1"];
    let nothing = json(bench.run(&[&command[..], &["--json"]].concat()));
    assert!(nothing["support"].is_null(), "{nothing}");
    assert!(bench.run(&command).ends(0).out.contains("Support: nobody can tell"));
    for (name, updates) in [("WARD-1", &["KB4012215"][..]), ("WARD-2", &["KB2534111"])] {
        let path = format!("in/{name}_systeminfo.txt");
        bench.write(&path, Windows::seven(name, updates).systeminfo());
    }
    bench.run(&["import", "--store", "s", "--org", "XT1", "in"]).ends(0);
    let ask = ["exposure", "MS17-010", "--store", "s", "--by", "product"];
    let answer = json(bench.run(&[&ask[..], &["--json"]].concat()));
    holds(&answer);
    let mut without = answer.clone();
    without["answers"][0]["total"].as_object_mut().expect("counts").remove("never_seen");
    assert!(std::panic::catch_unwind(|| holds(&without)).is_err(), "the schema asks for it");
    let products = answer["answers"][0]["products"].as_array().expect("products");
    let all: u64 = products.iter().map(|product| number(&product["counts"]["hosts"])).sum();
    assert_eq!(all, number(&answer["answers"][0]["total"]["hosts"]));
    let of = |name: Option<&str>| {
        let found = products.iter().find(|product| product["product"].as_str() == name);
        &found.unwrap_or_else(|| panic!("{name:?} in {products:?}"))["counts"]
    };
    let seven = of(Some("Windows 7 x64 SP1"));
    assert_eq!((number(&seven["affected"]), number(&seven["fixed"])), (1, 1));
    assert_eq!(number(&of(None)["never_seen"]), 2);
    let screen = bench.run(&ask).ends(0).out;
    assert!(screen.contains("Never seen") && screen.contains("Windows 7 x64 SP1"), "{screen}");
    let rows = bench.run(&[&ask[..], &["--csv"]].concat()).ends(0).out;
    assert!(rows.contains("MS17-010,Windows 7 x64 SP1,affected,"), "{rows}");
    assert!(rows.contains("MS17-010,,unknown,never_seen,,2,"), "{rows}");

    // Support of Windows 7 ended on 14 January 2020: it is past today, and was ahead in 2019.
    let estate = |more: &[&str]| {
        let command = ["estate", "--store", "s", "--org", "XT1"];
        bench.run(&[&command[..], more].concat()).ends(0).out
    };
    assert!(
        estate(&[]).contains("ended: Windows 7 x64 SP1 2020-01-14 on 2 hosts"),
        "{}",
        estate(&[])
    );
    let document: Value = serde_json::from_str(&estate(&["--json"])).expect("JSON");
    assert_eq!(document["support"]["past_hosts"], 2);
    assert_eq!(document["support"]["unknown_hosts"], 0);
    assert_eq!(document["support"]["never_seen_hosts"], 2);
    assert!(estate(&[]).contains("nor of 2 hosts never seen"), "{}", estate(&[]));

    // Who has shown nothing, and said nothing of a size, is in the sums too.
    register(&bench, "XT2", None);
    let rows = bench.run(&[&ask[..], &["--csv"]].concat()).ends(0).out;
    assert!(rows.contains("MS17-010,,unknown,no_evidence_size_unknown,,,"), "{rows}");
}

#[test]
fn a_drop_folder_is_emptied_and_keeps_what_it_could_not_read() {
    let bench = Bench::new();
    register(&bench, "XT1", None);
    bench.write("drop/XT1/a_systeminfo.txt", Windows::seven("WARD-1", &["KB4012215"]).systeminfo());
    bench.write("drop/XT1/broken.bin", [1_u8, 2, 3]);
    bench.write("drop/XT9/a_systeminfo.txt", Windows::seven("WARD-9", &["KB4012215"]).systeminfo());
    let run = bench.run(&["import", "--store", "s", "--drop", "drop"]).ends(0);
    assert!(bench.path("drop/.taken/XT1/a_systeminfo.txt").exists(), "{run:?}");
    assert!(bench.path("drop/.refused/XT1/broken.bin").exists());
    assert!(bench.path("drop/.refused/XT1/broken.bin.why.txt").exists());
    assert!(bench.path("drop/XT9/a_systeminfo.txt").exists(), "who is not registered waits");
    assert!(run.err.contains("XT9"), "{}", run.err);
}

#[test]
fn an_edited_row_is_found_and_the_copy_of_the_log_needs_no_database() {
    let bench = Bench::new();
    for code in ["XT1", "XT2"] {
        register(&bench, code, None);
    }
    let key = bench.run(&["record", "checkpoint", "--store", "s", "--key-only"]).ends(0).out;
    let kept = bench.run(&["record", "checkpoint", "--store", "s"]).ends(0).out;
    bench.write("kept.txt", kept);
    let objects = bench.path("s/objects");
    let objects = objects.to_str().expect("a path");
    bench.run(&["record", "verify", objects, "--trust", key.trim(), "--kept", "kept.txt"]).ends(0);
    // An entry is changed where it lies.
    let bundle = bench.path("s/objects/tile/entries/000.p/2");
    let mut bytes = std::fs::read(&bundle).expect("read");
    let at = bytes.len() - 10;
    bytes[at] ^= 1;
    std::fs::write(&bundle, bytes).expect("written");
    let run = bench.run(&["record", "verify", objects, "--trust", key.trim()]).ends(1);
    assert!(run.out.starts_with("NOT AS IT WAS RECORDED"), "{}", run.out);
}
