//! Files that are broken, or made to do harm: each costs itself, quickly, and says what to do.

use std::fs::File;

use super::evidence;
use super::run::Bench;

/// Address space of a run, in kibibytes: the program with its threads, and a few files' worth.
#[cfg(unix)]
const ADDRESS_SPACE: u64 = 1_500_000;

/// The bad file beside a good one: the good one is judged, the bad one named with these words. Alone
/// it ends with 3 and the same words.
#[track_caller]
fn costs_itself(name: &str, content: &[u8], words: &[&str]) {
    let bench = Bench::new();
    bench.write("e/good.txt", evidence::open("GOOD"));
    bench.write(&format!("e/{name}"), content);
    bench
        .check(&["e"])
        .ends(0)
        .says(&["GOOD is open to", "(1 more file could not be read)"])
        .says(&[&format!("Not read: e/{name}:")])
        .says(words);
    bench
        .check(&[&format!("e/{name}")])
        .ends(3)
        .complains(&["error: no input could be read", &format!("e/{name}:")])
        .complains(words);
}

#[test]
fn an_empty_file() {
    costs_itself("empty.txt", b"", &["it is empty; export it again"]);
}

#[test]
fn binary_garbage() {
    let garbage: Vec<u8> = (0..5000_u32).map(|n| (n * n % 251) as u8).collect();
    costs_itself("garbage.bin", &garbage, &["not recognised as any format", "--format"]);
}

#[test]
fn deep_nesting() {
    let deep = "[".repeat(300_000);
    costs_itself("deep.json", deep.as_bytes(), &["not recognised"]);
    let mut sbom = r#"{"bomFormat":"CycloneDX","specVersion":"1.4","components":"#.to_owned();
    sbom.push_str(&"[{\"components\":".repeat(100_000));
    costs_itself("deep-sbom.json", sbom.as_bytes(), &["line 1", "recursion limit"]);
    let xml =
        format!("<?xml version=\"1.0\"?>\n<nmaprun scanner=\"nmap\">{}", "<host>".repeat(200_000));
    let bench = Bench::new();
    bench.write("deep.xml", xml);
    let run = bench.check(&["deep.xml"]);
    assert!(matches!(run.code, Some(0 | 3)), "{run:?}");
}

#[test]
fn an_entity_bomb_is_not_expanded() {
    let mut bomb =
        String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun [\n<!ENTITY e0 \"ha\">\n");
    for n in 1..40 {
        bomb.push_str(&format!("<!ENTITY e{n} \"&e{};&e{};\">\n", n - 1, n - 1));
    }
    bomb.push_str(
        "]>\n<nmaprun scanner=\"nmap\"><host><address addr=\"192.0.2.1\" addrtype=\"ipv4\"/>\
         <hostnames><hostname name=\"&e39;\"/></hostnames></host></nmaprun>\n",
    );
    let bench = Bench::new();
    bench.write("bomb.xml", bomb);
    bench.write("good.txt", evidence::open("GOOD"));
    let run = bench.check(&["bomb.xml", "good.txt"]).ends(0).says(&["GOOD"]);
    assert!(!run.out.contains("haha"), "{}", run.out);
}

#[test]
fn archives_that_unpack_to_a_thousand_times_their_size() {
    // 64 MiB suffice to be past any bound; the size of the real thing is the next test's.
    let words = ["unpacks to more than", "pass it unpacked if it is genuine"];
    costs_itself("bomb.zip", &evidence::zip_of_zeros("a.txt", 512), &words);
    let mebibyte = vec![0; 1 << 20];
    let gz = evidence::gzip(std::iter::repeat_n(mebibyte.as_slice(), 512));
    costs_itself("bomb.txt.gz", &gz, &words);
}

#[test]
#[cfg(unix)]
fn a_gigabyte_in_a_zip_is_refused_in_little_memory() {
    let bench = Bench::new();
    bench.write("bomb.zip", evidence::zip_of_zeros("a.txt", 1024));
    bench
        .limited(ADDRESS_SPACE, &["check", "bomb.zip"])
        .ends(3)
        .complains(&["bomb.zip: a.txt: unpacks to more than"]);
}

#[test]
#[cfg(unix)]
fn ten_gigabytes_are_refused_at_once() {
    let bench = Bench::new();
    let huge = File::create(bench.path("huge.txt")).expect("a file");
    huge.set_len(10 << 30).expect("a sparse file");
    bench
        .limited(ADDRESS_SPACE, &["check", "huge.txt"])
        .ends(3)
        .complains(&["huge.txt: is larger than 256 MiB", "split it, or raise --max-size"]);
    // Asked to try all the same, it says that there is no room, and does not die of it.
    bench
        .limited(ADDRESS_SPACE, &["check", "--max-size", "20G", "huge.txt"])
        .ends(3)
        .complains(&["huge.txt: cannot be read: there is not enough memory"]);
    bench
        .limited(ADDRESS_SPACE, &["check", "--knowledge", "huge.txt", "huge.txt"])
        .ends(2)
        .complains(&["the knowledge file huge.txt cannot be used", "not a knowledge file"]);
    bench
        .limited(ADDRESS_SPACE, &["knowledge", "build", "--out", "k.wrk", "huge.txt"])
        .ends(3)
        .complains(&["huge.txt: is larger than 2 GiB"]);
}

#[test]
fn the_largest_size_is_what_the_person_says() {
    let bench = Bench::new();
    bench.write("open.txt", evidence::open("WARD"));
    bench
        .check(&["--max-size", "100", "open.txt"])
        .ends(3)
        .complains(&["open.txt: is larger than 100 bytes", "raise --max-size"]);
    bench.check(&["--max-size", "1M", "open.txt"]).ends(0);
    bench.check(&["--max-size", "0", "open.txt"]).ends(2);
    bench.check(&["--max-size", "lots", "open.txt"]).ends(2).complains(&["`lots` is no size"]);
    let run = bench.feed(&["check", "--max-size", "10", "-"], evidence::open("WARD").as_bytes());
    run.ends(3).complains(&["standard input: is larger than 10 bytes"]);
}

#[test]
fn an_empty_folder_and_a_missing_file() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("empty")).expect("a folder");
    bench.check(&["empty"]).ends(3).complains(&["there are no files there"]);
    bench
        .check(&["missing.txt"])
        .ends(3)
        .complains(&["missing.txt: cannot be read: there is no such"]);
    bench.write("good.txt", evidence::open("GOOD"));
    bench.check(&["good.txt", "missing.txt", "empty"]).ends(0).says(&["GOOD", "missing.txt"]);
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_named_and_never_waited_for() {
    use std::os::unix::fs::symlink;
    let bench = Bench::new();
    bench.write("e/good.txt", evidence::open("GOOD"));
    let made = std::process::Command::new("mkfifo").arg(bench.path("e/pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: a pipe in a folder needs mkfifo");
        return;
    }
    symlink("nowhere", bench.path("e/dangling.txt")).expect("a link");
    symlink("..", bench.path("e/up")).expect("a link");
    bench.check(&["e"]).ends(0).says(&[
        "GOOD is open",
        "(2 more files could not be read)",
        "e/dangling.txt: cannot be read: there is no such",
        "e/pipe: is a pipe, socket or device",
    ]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_may_not_be_listed_costs_itself() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.write("e/good.txt", evidence::open("GOOD"));
    bench.write("e/locked/other.txt", evidence::open("OTHER"));
    let locked = bench.path("e/locked");
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o0)).expect("set");
    if std::fs::read_dir(&locked).is_ok() {
        eprintln!("SKIPPED: an unreadable folder needs a user who is not root");
        return;
    }
    let run = bench.check(&["e"]);
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o755)).expect("set");
    run.ends(0).says(&["GOOD is open", "e/locked: cannot be read: permission denied"]);
}

#[test]
fn knowledge_given_as_evidence_is_recognised_as_such() {
    costs_itself(
        "kev.json",
        evidence::kev(3).as_bytes(),
        &["what a publisher states (kev)", "`wardround knowledge build`"],
    );
}

#[test]
fn a_host_name_does_not_steer_the_terminal_or_write_rows() {
    let bench = Bench::new();
    bench.write(
        "hosts.csv",
        "host,os_name,os_version,kb\n\
         \u{1b}[2J\u{1b}]0;x\u{7}EVIL,Microsoft Windows 7 Professional,6.1.7601 Service Pack 1,KB1\n\
         \"TWO\n ROWS\",Microsoft Windows 7 Professional,6.1.7601 Service Pack 1,KB1\n",
    );
    for more in [&["hosts.csv"][..], &["hosts.csv", "-v"]] {
        let run = bench.check(more).ends(0).says(&["EVIL", "TWO ROWS"]);
        assert!(!run.out.contains(['\u{1b}', '\u{7}']), "{}", run.out);
    }
}
