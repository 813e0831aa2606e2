//! `explain`: rule by rule, for one pair, one host, one vector.

use super::evidence::{self, Windows};
use super::run::Bench;

#[test]
fn a_pair_is_answered_with_its_sign_and_the_rule() {
    let bench = Bench::new();
    let pairs = [
        ("dpkg", "1.0~rc1-1", "1.0-1", '<'),
        ("rpm", "1.0-2", "1.0-10", '<'),
        ("apk", "1.2_alpha", "1.2", '<'),
        ("semver", "1.0.0-alpha", "1.0.0", '<'),
        ("pep440", "1.0.dev1", "1.0", '<'),
        ("maven", "1.0", "1.0.0", '='),
        ("nuget", "1.0.0.0", "1.0", '='),
        ("gem", "1.0.a", "1.0", '<'),
        ("composer", "2.0.0", "1.9.9", '>'),
        ("windows", "10.0.17763.4851", "10.0.17763.316", '>'),
        ("dotted", "1.10", "1.9", '>'),
    ];
    for (scheme, a, b, sign) in pairs {
        let run = bench.run(&["explain", "version", scheme, a, b]).ends(0);
        assert!(run.out.starts_with(sign), "{scheme} {a} {b}: {}", run.out);
        let rule = run.out.split_once(": ").map_or("", |(_, rule)| rule.trim());
        assert!(rule.len() > 3, "no rule in: {}", run.out);
        assert_eq!(run.out.lines().count(), 1);

        let fed = bench.feed(&["explain", "version", scheme], format!("{a}\t{b}\n").as_bytes());
        assert_eq!(fed.ends(0).out, run.out, "{scheme} from standard input");
    }
}

#[test]
fn pairs_that_cannot_be_compared_cost_themselves() {
    let bench = Bench::new();
    let input = b"1.0\t1.1\r\nno tab\n\n\t\n1\t2\t3\n\xff\xfe\t\x00\n2.0\t1.0";
    let run = bench.feed(&["explain", "version", "semver"], input).ends(1);
    let signs: Vec<char> = run.out.lines().filter_map(|line| line.chars().next()).collect();
    assert_eq!(signs, ['<', '?', '?', '?', '?', '>'], "{}", run.out);
    for scheme in [
        "dpkg", "rpm", "apk", "semver", "pep440", "maven", "nuget", "gem", "composer", "windows",
        "dotted",
    ] {
        let run = bench.feed(&["explain", "version", scheme], b"\x01\x02\t!!\n\xf0\t1\n\t\n");
        assert!(matches!(run.code, Some(0 | 1)), "{scheme}: {run:?}");
        assert_eq!(run.out.lines().count(), 3, "{scheme}: {}", run.out);
    }
}

#[test]
fn a_version_may_begin_with_a_hyphen() {
    let bench = Bench::new();
    let run = bench.run(&["explain", "version", "maven", "1", "-1"]).ends(0);
    assert!(run.out.starts_with(['<', '>', '=']), "{}", run.out);
}

#[test]
fn wrong_schemes_and_half_pairs_are_wrong_use() {
    let bench = Bench::new();
    bench
        .run(&["explain", "version", "deb", "1", "2"])
        .ends(2)
        .complains(&["no version scheme `deb`", "schemes: dpkg, rpm"]);
    bench.run(&["explain", "version", "dpkg", "1"]).ends(2);
    let endless = vec![b'1'; 3 << 20];
    bench
        .feed(&["explain", "version", "dpkg"], &endless)
        .ends(2)
        .complains(&["a line has more than"]);
}

#[test]
fn a_host_is_explained_down_to_the_row() {
    let bench = Bench::new();
    bench.write("e/open.txt", evidence::open("WARD-1"));
    bench.write("e/fixed.txt", evidence::fixed("WARD-2"));
    bench.write("e/cut.txt", Windows::cut("WARD-3").systeminfo());
    let explain =
        |host, name| bench.run(&["explain", "host", "--as-at", "2017-05-12", host, name, "e"]);
    explain("WARD-1", "MS17-010").ends(0).says(&[
        "WARD-1, as at 2017-05-12",
        "understood as Windows 7 x64 SP1",
        "KB4012215 (monthly rollup of 2017-03-14): not in the lists",
        "Verdict on MS17-010",
        "affected",
        "do install KB4012215",
    ]);
    explain("ward-2", "cve-2017-0144")
        .ends(0)
        .says(&["fixed", "`KB4012212` in e/fixed.txt, line 10"]);
    explain("WARD-3", "KB4012212").ends(0).says(&["unknown", "absence proves nothing"]);
    explain("WARD-4", "MS17-010").ends(2).complains(&[
        "no evidence names a host `WARD-4`",
        "hosts in the evidence: WARD-3, WARD-2, WARD-1",
    ]);
    explain("WARD-1", "nonsense").ends(2).complains(&["anything named `nonsense`"]);
    let json = bench
        .run(&["explain", "host", "--json", "--as-at", "2017-05-12", "WARD-1", "MS17-010", "e"])
        .ends(0)
        .json();
    assert_eq!(json["host"]["verdicts"][0]["verdict"], "affected");
    assert!(json["steps"].as_array().is_some_and(|steps| steps.len() > 4));
}

#[test]
fn vectors_are_scored_and_names_matched() {
    let bench = Bench::new();
    let score = |vector| bench.run(&["explain", "cvss", vector]);
    score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").ends(0).says(&["base 9.8 (critical)"]);
    score("AV:N/AC:L/Au:N/C:C/I:C/A:C").ends(0).says(&["CVSS 2.0 base 10"]);
    score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N").ends(0).says(&["9.3"]);
    score("CVSS:3.1/AV:Q").ends(2).complains(&["cannot be scored", "for example CVSS:3.1/"]);
    let cpe = |a, b| bench.run(&["explain", "cpe", a, b]);
    cpe("cpe:2.3:o:microsoft:windows_7:*:*:*:*:*:*:*:*", "cpe:/o:microsoft:windows_7:-")
        .ends(0)
        .says(&["SUPERSET"]);
    cpe("windows", "cpe:/o:microsoft:windows_7")
        .ends(2)
        .complains(&["`windows` is not a CPE name"]);
}
