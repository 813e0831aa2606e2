//! `knowledge build`, `show` and `bundle`: what is compiled, refused and carried.

use super::evidence;
use super::run::Bench;

const FOUR: [(&str, fn() -> Vec<u8>); 4] = [
    ("kev.json", || evidence::kev(20).into_bytes()),
    ("epss.csv.gz", || evidence::gzip([evidence::EPSS.as_bytes()])),
    ("definitions.csv", || evidence::WES_NG.as_bytes().to_vec()),
    ("pump-1.json", || evidence::csaf("PUMP-1").into_bytes()),
];

#[test]
fn files_folders_and_archives_give_the_same_knowledge() {
    let bench = Bench::new();
    let mut members = Vec::new();
    for (name, content) in FOUR {
        bench.write(&format!("sources/{name}"), content());
        members.push((name, content()));
    }
    let members: Vec<(&str, &[u8])> = members.iter().map(|(n, c)| (*n, c.as_slice())).collect();
    bench.write("sources.zip", evidence::zip(&members));
    let files = FOUR.map(|(name, _)| format!("sources/{name}"));
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    for sources in [files, vec!["sources"], vec!["sources.zip"]] {
        let mut arguments = vec!["knowledge", "build", "--json", "--out", "k.wrk"];
        arguments.extend(&sources);
        let json = bench.run(&arguments).ends(0).json();
        assert_eq!(json["documents"], 4, "{sources:?}: {json}");
        bench
            .run(&["knowledge", "show", "--knowledge", "k.wrk", "CVE-2017-0222"])
            .ends(0)
            .says(&["KB4019264"]);
        bench
            .run(&["knowledge", "show", "--knowledge", "k.wrk", "CVE-2017-0144"])
            .ends(0)
            .says(&["added: 2017-05-12", "probability: 0.94321"]);
    }
}

#[test]
fn what_is_built_without_out_is_what_check_uses() {
    let bench = Bench::new();
    bench.write("kev.json", evidence::kev(20));
    bench.write("open.txt", evidence::open("WARD"));
    bench.check(&["--fail-on", "kev", "open.txt"]).ends(0).says(&["built-in knowledge only"]);
    bench.run(&["knowledge", "build", "kev.json"]).ends(0);
    let run = bench.check(&["--fail-on", "kev", "open.txt"]).ends(1);
    assert!(!run.out.contains("built-in knowledge only"), "{}", run.out);
    run.says(&["a worm that is being exploited"]);
    bench
        .check(&["--as-at", "2017-07-12", "open.txt"])
        .ends(0)
        .says(&["knowledge older than 30 days (kev up to 2017-05-12, 61 days)"]);
}

#[test]
fn sources_that_are_none_end_with_3() {
    let bench = Bench::new();
    let build = |source: &str| bench.run(&["knowledge", "build", "--out", "k.wrk", source]);
    bench.write("letter.txt", "Dear colleagues,\n");
    build("letter.txt").ends(3).complains(&["1 file was read and is no source that is known"]);
    std::fs::create_dir(bench.path("empty")).expect("a folder");
    build("empty").ends(3).complains(&["there are no files there"]);
    build("missing").ends(3).complains(&["missing: cannot be read: there is no such"]);
    bench.write("broken.json", &evidence::kev(3)[..400]);
    build("broken.json").ends(3);
    assert!(!bench.path("k.wrk").exists());
    // One that reads is enough; the others are named.
    bench.write("mixed/kev.json", evidence::kev(3));
    bench.write("mixed/letter.txt", "Dear colleagues,\n");
    build("mixed").ends(0).says(&["1 documents"]);
}

#[test]
fn show_tells_products_fixes_and_sources() {
    let bench = Bench::new();
    let show = |name| bench.run(&["knowledge", "show", name]);
    show("CVE-2017-0144").ends(0).says(&[
        "Windows 7 x64 SP1",
        "KB4012212",
        "source: built-in",
        "2017-03-14",
    ]);
    show("ms17-010").ends(0).says(&["CVE-2017-0143", "CVE-2017-0148", "spreads by itself: yes"]);
    show("KB4012212").ends(0).says(&["update: KB4012212", "security-only update", "CVE-2017-0144"]);
    show("4012212").ends(0);
    show("CVE-1999-0001").ends(2).complains(&["nothing named `CVE-1999-0001`"]);
    bench.run(&["knowledge", "show"]).ends(0).says(&["bulletins: MS17-010", "built-in:"]);
    let json = bench.run(&["knowledge", "show", "--json", "CVE-2017-0144"]).ends(0).json();
    assert_eq!(json["id"], "CVE-2017-0144");
    assert!(json["windows"].as_array().is_some_and(|products| products.len() > 20));
}

#[test]
fn knowledge_that_cannot_be_used_says_why_and_what_to_do() {
    let bench = Bench::new();
    bench.write("open.txt", evidence::open("WARD"));
    bench.run(&["knowledge", "build", "--out", "good.wrk"]).ends(0);
    let good = std::fs::read(bench.path("good.wrk")).expect("read");
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x40;
    let mut newer = good.clone();
    newer[8] = 250;
    let mut longer = good.clone();
    longer.extend([0; 100]);
    let cases: [(&str, &[u8], &str); 7] = [
        ("flipped", &flipped, "its checksum does not fit"),
        ("cut", &good[..good.len() - 1], "it is not whole"),
        ("longer", &longer, "it is not whole"),
        ("header", &good[..40], "it is not a knowledge file"),
        ("newer", &newer, "it has layout version 250"),
        (
            "foreign",
            b"PK\x03\x04 something else altogether, and long enough for a header of ours",
            "not a knowledge file",
        ),
        ("empty", b"", "not a knowledge file"),
    ];
    for (name, bytes, reason) in cases {
        bench.write(name, bytes);
        for command in [
            vec!["check", "--knowledge", name, "open.txt"],
            vec!["knowledge", "show", "--knowledge", name],
        ] {
            bench.run(&command).ends(2).complains(&[
                &format!("the knowledge file {name} cannot be used"),
                reason,
                "`wardround knowledge build` or `wardround knowledge update`",
            ]);
        }
    }
    bench
        .run(&["check", "--knowledge", "newer", "open.txt"])
        .complains(&["a newer wardround wrote it"]);
    bench
        .run(&["check", "--knowledge", ".", "open.txt"])
        .ends(2)
        .complains(&["knowledge file . cannot be"]);
    bench
        .run(&["check", "--knowledge", "none", "open.txt"])
        .ends(2)
        .complains(&["none cannot be read"]);
}

#[test]
fn a_bundle_carries_knowledge_to_a_site_without_internet() {
    let here = Bench::new();
    let public = here.run(&["knowledge", "bundle", "keygen", "trust.key"]).ends(0).out;
    assert_eq!(public.lines().count(), 1, "{public}");
    here.run(&["knowledge", "bundle", "keygen", "trust.key"])
        .ends(4)
        .complains(&["never overwritten"]);
    here.write("kev.json", evidence::kev(20));
    here.run(&["knowledge", "build", "kev.json"]).ends(0);
    here.run(&["knowledge", "bundle", "write", "--key", "trust.key", "k.wrb"])
        .ends(0)
        .says(&["signed"]);

    let there = Bench::new();
    let bundle = std::fs::read(here.path("k.wrb")).expect("read");
    there.write("k.wrb", &bundle);
    there.write("trust.pub", &public);
    there.write("open.txt", evidence::open("WARD"));
    let read = |trust: &str, bundle: &str| {
        there.run(&["knowledge", "bundle", "read", "--trust", trust, bundle])
    };

    let other = here.run(&["knowledge", "bundle", "keygen", "other.key"]).ends(0).out;
    read(other.trim(), "k.wrb").ends(4).complains(&["k.wrb is not installed"]);
    let mut tampered = bundle.clone();
    let middle = tampered.len() / 2;
    tampered[middle] ^= 1;
    there.write("tampered.wrb", &tampered);
    read("trust.pub", "tampered.wrb").ends(4).complains(&["tampered.wrb is not installed"]);
    there.write("cut.wrb", &bundle[..bundle.len() - 10]);
    read("trust.pub", "cut.wrb").ends(4);
    read("trust.pub", "none.wrb").ends(4);
    read("not a key", "k.wrb").ends(2).complains(&["a trusted key cannot be used"]);
    there.check(&["--fail-on", "kev", "open.txt"]).ends(0);

    there
        .run(&["knowledge", "bundle", "read", "--verify-only", "--trust", "trust.pub", "k.wrb"])
        .ends(0)
        .says(&["built_at"]);
    read("trust.pub", "k.wrb").ends(0).says(&["installed"]);
    there.check(&["--fail-on", "kev", "open.txt"]).ends(1);
    read(public.trim(), "k.wrb").ends(0);
}

#[test]
fn an_older_bundle_is_refused_unless_it_is_wanted() {
    let bench = Bench::new();
    let public = bench.run(&["knowledge", "bundle", "keygen", "trust.key"]).ends(0).out;
    bench.write("trust.pub", public);
    bench.run(&["knowledge", "build", "--out", "old.wrk"]).ends(0);
    bench
        .run(&[
            "knowledge",
            "bundle",
            "write",
            "--key",
            "trust.key",
            "--knowledge",
            "old.wrk",
            "old.wrb",
        ])
        .ends(0);
    bench.run(&["knowledge", "build"]).ends(0);
    let read = ["knowledge", "bundle", "read", "--trust", "trust.pub", "old.wrb"];
    bench.run(&read).ends(4).complains(&["old.wrb is not installed", "--allow-older"]);
    let mut wanted = read.to_vec();
    wanted.push("--allow-older");
    bench.run(&wanted).ends(0);
    // What is installed and does not open has no age to protect.
    bench.write("home/data/knowledge.wrk", "rubbish");
    bench.run(&read).ends(0);
    bench.run(&["knowledge", "show"]).ends(0);
}
