//! As at a day: what was published later is neither known nor offered.

use crate::bench::{Bench, seven, systeminfo};

const ETERNAL: &str = "CVE-2017-0144";

#[test]
fn xp_on_the_day_of_the_attack_and_two_days_later() {
    let bench = Bench::new();
    bench.file(
        "xp_systeminfo.txt",
        systeminfo(
            "Microsoft Windows XP Professional",
            "5.1.2600 Service Pack 3 Build 2600",
            1,
            &["KB958644"],
        ),
    );
    let (verdict, row) = bench.verdict(ETERNAL, &["--as-at", "2017-05-12", "xp_systeminfo.txt"]);
    assert_eq!(verdict, "affected");
    assert_eq!(row["remedies"].as_array().expect("remedies").len(), 1, "{row:#}");
    assert_eq!(row["remedies"][0]["text"], "no fix exists: isolate or replace", "{row:#}");
    let screen = bench.text(&[
        "check",
        "-v",
        "--as-at",
        "2017-05-12",
        "--only",
        ETERNAL,
        "xp_systeminfo.txt",
    ]);
    assert!(screen.contains("No fix exists: isolate or replace"), "{screen}");
    assert!(!screen.contains("KB4012598"), "{screen}");

    let (verdict, row) = bench.verdict(ETERNAL, &["--as-at", "2017-05-14", "xp_systeminfo.txt"]);
    assert_eq!(verdict, "affected");
    let text = row["remedies"][0]["text"].as_str().expect("a text");
    assert!(text.contains("KB4012598"), "{row:#}");
}

#[test]
fn knowledge_that_ends_long_before_the_day_says_up_to_when_it_reaches() {
    let bench = Bench::new();
    bench.file("ward7_systeminfo.txt", seven(1, &["KB2534111"]));
    let screen = bench.text(&["check", "--as-at", "2031-01-01", "ward7_systeminfo.txt"]);
    assert!(screen.contains("As at 2031-01-01, knowledge up to 2026-"), "{screen}");
}

#[test]
fn an_update_newer_than_the_knowledge_makes_absence_unknown() {
    let bench = Bench::new();
    let text = systeminfo(
        "Microsoft Windows Server 2022 Standard",
        "10.0.20348 N/A Build 20348",
        2,
        &["KB5008882", "KB5999999"],
    );
    bench.file("srv_systeminfo.txt", text.replace("X86-based", "x64-based"));
    let (verdict, row) =
        bench.verdict("CVE-2022-26809", &["--as-at", "2027-01-01", "srv_systeminfo.txt"]);
    assert_eq!(verdict, "unknown", "{row:#}");
    assert!(row["reason"].as_str().expect("a reason").contains("KB5999999"), "{row:#}");
}
