//! `check`: exit codes, what to ask for, where evidence comes from.

use std::io::Read as _;
use std::process::Stdio;

use super::evidence::{self, Windows};
use super::run::Bench;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("open.txt", evidence::open("WARD-1"));
    bench.write("fixed.txt", evidence::fixed("WARD-2"));
    bench.write("cut.txt", Windows::cut("WARD-3").systeminfo());
    bench
}

#[test]
fn it_ends_with_0_when_it_ran_whatever_it_found() {
    let bench = bench();
    bench
        .check(&["open.txt"])
        .ends(0)
        .says(&["WARD-1 is open to a flaw that a worm can use: MS17-010."]);
    bench
        .check(&["--only", "MS17-010", "fixed.txt"])
        .ends(0)
        .says(&["MS17-010 is fixed on WARD-2."]);
}

#[test]
fn fail_on_affected_holds_for_an_open_host_only() {
    let bench = bench();
    let on = |file| bench.check(&["--only", "MS17-010", "--fail-on", "affected", file]);
    on("open.txt").ends(1).says(&["WARD-1 is affected by MS17-010."]);
    on("fixed.txt").ends(0);
    on("cut.txt").ends(0);
}

#[test]
fn fail_on_kev_needs_exploitation_known_on_that_day() {
    let bench = bench();
    let on = |day| bench.check(&["--as-at", day, "--fail-on", "kev", "open.txt"]);
    on("2017-05-12").ends(0);
    on("2023-01-01").ends(1).says(&["WARD-1 is open to a worm that is being exploited"]);
}

#[test]
fn fail_on_unknown_holds_for_what_cannot_be_told() {
    let bench = bench();
    let on = |file| bench.check(&["--only", "MS17-010", "--fail-on", "unknown", file]);
    on("cut.txt").ends(1).says(&["Whether WARD-3 is affected by MS17-010 cannot be told."]);
    on("fixed.txt").ends(0);
    // A host of which nothing at all was judged, and evidence without a host, are unknown too.
    bench.write("scan.xml", evidence::NMAP);
    on("scan.xml").ends(1);
    bench.write(
        "none.xml",
        "<?xml version=\"1.0\"?>\n<nmaprun scanner=\"nmap\" start=\"1\"></nmaprun>\n",
    );
    on("none.xml").ends(1).says(&["names no host"]);
}

#[test]
fn a_flaw_may_be_asked_for_by_any_of_its_names() {
    let bench = bench();
    for name in ["MS17-010", "ms17-010", "CVE-2017-0144", "cve-2017-0144", "KB4012212"] {
        bench.check(&["--only", name, "--fail-on", "affected", "open.txt"]).ends(1);
        bench.check(&["--only", name, "--fail-on", "affected", "fixed.txt"]).ends(0);
    }
}

#[test]
fn a_name_that_knowledge_does_not_have_is_unknown_and_said() {
    let bench = bench();
    for name in ["CVE-1999-0001", "KB1", "MS17-0100", "nonsense"] {
        bench
            .check(&["--only", name, "--fail-on", "unknown", "fixed.txt"])
            .ends(1)
            .says(&[&format!("this knowledge has nothing named {name}"), "cannot be told"]);
    }
}

#[test]
fn a_question_that_names_nothing_known_passes_no_gate() {
    let bench = bench();
    for on in ["affected", "kev"] {
        for name in ["CVE-1999-0001", "MS17-01O"] {
            bench
                .check(&["--only", name, "--fail-on", on, "open.txt"])
                .ends(2)
                .complains(&[&format!("nothing named {name}"), "correct --only"]);
        }
    }
    let both = ["--only", "MS17-010", "--only", "MS17-01O", "--fail-on", "affected"];
    bench.check(&[&both[..], &["fixed.txt"]].concat()).ends(2).complains(&["MS17-01O"]);
    bench.check(&[&both[..], &["open.txt"]].concat()).ends(1);
    bench.check(&["--only", "MS17-01O", "open.txt"]).ends(0);
}

#[test]
fn what_is_in_a_packed_file_is_called_after_it_once() {
    let bench = Bench::new();
    bench.write("e/f/list.txt.gz", evidence::gzip([&b"Minutes of the meeting\n"[..]]));
    let run = bench.run(&["check", "e"]).ends(3);
    run.complains(&["e/f/list.txt.gz/list.txt: "]);
}

#[test]
fn software_without_a_stated_fix_is_not_said_to_have_none() {
    let bench = Bench::new();
    bench.write(
        "osv.json",
        r#"{"id":"X-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],"affected":[
            {"package":{"ecosystem":"Debian","name":"pump"},
             "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#,
    );
    bench.run(&["knowledge", "build", "--out", "k.wrk", "osv.json"]).ends(0);
    bench.write("status", "Package: pump\nStatus: install ok installed\nVersion: 1.0-1\n");
    let run = bench
        .run(&["check", "--knowledge", "k.wrk", "status"])
        .ends(0)
        .says(&["No fix is known to this knowledge"]);
    assert!(!run.out.contains("No fix exists"), "{}", run.out);
}

#[test]
fn several_names_are_answered_together() {
    let bench = bench();
    bench
        .check(&["--only", "MS17-010", "--only", "MS08-067", "open.txt", "fixed.txt"])
        .ends(0)
        .says(&["1 of 2 hosts is affected by MS17-010, MS08-067"]);
}

#[test]
fn standard_input_is_evidence_too() {
    let bench = bench();
    let arguments = ["check", "--as-at", "2017-05-12", "-"];
    bench.feed(&arguments, evidence::open("WARD-9").as_bytes()).ends(0).says(&["WARD-9"]);
    bench.feed(&arguments, b"").ends(3).complains(&["standard input: it is empty"]);
    let zip = evidence::zip(&[("a/ward.txt", evidence::open("WARD-8").as_bytes())]);
    bench.feed(&arguments, &zip).ends(0).says(&["WARD-8"]);
}

#[test]
fn folders_are_walked_and_archives_opened() {
    let bench = Bench::new();
    bench.write("e/a/b/one.txt", evidence::open("ONE"));
    bench.write("e/two.txt.gz", evidence::gzip([evidence::open("TWO").as_bytes()]));
    let zip = evidence::zip(&[
        ("wards/three.txt", evidence::open("THREE").as_bytes()),
        ("wards/four.txt", evidence::open("FOUR").as_bytes()),
    ]);
    bench.write("e/wards.zip", zip);
    bench.write("e/.hidden/five.txt", evidence::open("FIVE"));
    let run = bench.check(&["e"]).ends(0).says(&["4 of 4 hosts", "ONE", "TWO", "THREE", "FOUR"]);
    assert!(!run.out.contains("FIVE"), "{}", run.out);
}

#[test]
fn a_file_named_twice_is_one_piece_of_evidence() {
    let bench = bench();
    bench.check(&["open.txt", "open.txt"]).ends(0).says(&["1 host from 1 file;"]);
}

#[test]
fn files_of_one_host_are_joined_and_host_joins_all() {
    let bench = Bench::new();
    bench.write("pc1_systeminfo.txt", evidence::open("PC1"));
    bench.write("pc1_qfe.txt", "HotFixID   InstalledOn\nKB4012212  3/20/2017\n");
    bench.check(&["."]).ends(0).says(&["1 host from 2 files"]);
    bench.write("other.txt", evidence::open("PC2"));
    bench.check(&["."]).ends(0).says(&["2 hosts from 3 files"]);
    bench.check(&["--host", "ALL", "."]).ends(0).says(&["on ALL", "1 host from 3 files"]);
}

#[test]
fn the_reasons_stand_after_the_answer() {
    let bench = bench();
    let run = bench.check(&["-v", "open.txt", "fixed.txt"]).ends(0);
    let status = run.out.find("1 of 2 hosts is open").expect("a status sentence");
    let reason = run.out.find("affected: MS17-010").expect("a reason");
    assert_eq!(status, 0, "{}", run.out);
    assert!(reason > run.out.find("Most urgent").expect("a table"), "{}", run.out);
}

#[test]
fn no_colour_codes_reach_a_file() {
    let bench = bench();
    for no_colour in [None, Some("1")] {
        let mut command = bench.command(&["check", "--as-at", "2017-05-12", "-v", "open.txt"]);
        no_colour.map(|value| command.env("NO_COLOR", value));
        let output = command.output().expect("started");
        assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::new();
    // More than a pipe holds, so that the writer notices.
    for number in 0..300 {
        let name = format!("WARD-WITH-A-LONG-NAME-{number}");
        bench.write(&format!("e/{number}.txt"), evidence::open(&name));
    }
    let mut command = bench.command(&["check", "--as-at", "2017-05-12", "-v", "e"]);
    let mut child = Bench::start(command.stdout(Stdio::piped()));
    let mut beginning = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut beginning).expect("a beginning");
    // Its end of the pipe is closed now.
    let output = child.wait_with_output().expect("an end");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_environment_may_name_the_knowledge() {
    let bench = bench();
    let with = |value: &str| {
        let mut command = bench.command(&["check", "open.txt"]);
        command.env("WARDROUND_KNOWLEDGE", value).output().expect("started")
    };
    let missing = with("missing.wrk");
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("missing.wrk"));
    // Scripts unset a variable by emptying it.
    assert_eq!(with("").status.code(), Some(0));
}
