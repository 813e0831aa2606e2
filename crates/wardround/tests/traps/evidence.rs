//! Lists as hosts print them: cut, mangled, in other languages, empty.

use std::fmt::Write as _;

use crate::bench::{Bench, seven, systeminfo};

const ETERNAL: &str = "CVE-2017-0144";

fn verdict(text: impl AsRef<[u8]>) -> (String, serde_json::Value) {
    let bench = Bench::new();
    bench.file("ward7_systeminfo.txt", text);
    bench.verdict(ETERNAL, &["--as-at", "2026-06-30", "ward7_systeminfo.txt"])
}

#[test]
fn a_whole_list_proves_absence() {
    assert_eq!(verdict(seven(2, &["KB2534111", "KB976902"])).0, "affected");
    assert_eq!(verdict(seven(3, &["KB2534111", "KB976902", "KB4012212"])).0, "fixed");
    assert_eq!(verdict(seven(3, &["KB2534111", "KB976902", "KB4012215"])).0, "fixed");
    assert_eq!(verdict(seven(3, &["KB2534111", "KB976902", "KB4040957"])).0, "affected");
}

#[test]
fn more_declared_than_shown_is_unknown_and_says_so() {
    let (verdict, row) = verdict(seven(273, &["KB2534111", "KB976902"]));
    assert_eq!(verdict, "unknown");
    let reason = row["reason"].as_str().expect("a reason");
    assert!(reason.contains("273") && reason.contains("shows 2"), "{reason}");
}

#[test]
fn a_list_cut_in_the_middle_of_a_number_is_unknown() {
    let text = seven(240, &["KB2534111", "KB4012"]);
    let cut = text.split("KB4012").next().expect("a front").to_owned() + "KB4012";
    let (verdict, row) = verdict(cut);
    assert_eq!(verdict, "unknown", "{row:#}");
}

#[test]
fn entries_without_kb_and_files_are_read_as_what_they_are() {
    // Vista prints some numbers without "KB"; old systems print "File 1" in the list.
    let vista = |updates: &[&str]| {
        systeminfo(
            "Microsoft Windows Vista Business ",
            "6.0.6002 Service Pack 2 Build 6002",
            updates.len(),
            updates,
        )
    };
    assert_eq!(verdict(vista(&["{A1B2}", "4012598", "KB948465"])).0, "fixed");
    assert_eq!(verdict(vista(&["File 1", "File 1", "KB948465"])).0, "affected");
    assert_eq!(verdict(vista(&["File 1", "KB4012598 - Update"])).0, "fixed");
}

#[test]
fn no_list_and_a_list_of_none_are_not_the_same_as_a_list_without_the_fix() {
    let xp = |hotfixes: &str| {
        format!(
            "Host Name:                 WARD-7\r\n\
             OS Name:                   Microsoft Windows XP Professional\r\n\
             OS Version:                5.1.2600 Service Pack 3 Build 2600\r\n\
             System type:               X86-based PC\r\n{hotfixes}\
             NetWork Card(s):           1 NIC(s) Installed.\r\n"
        )
    };
    let (none, row) = verdict(xp("Hotfix(s):                 N/A\r\n"));
    assert_eq!(none, "unknown", "{row:#}");
    let (absent, row) = verdict(xp(""));
    assert_eq!(absent, "unknown", "{row:#}");
}

#[test]
fn a_german_host_in_utf_16_is_read_like_any_other() {
    let german = |updates: &[&str]| {
        let mut text = format!(
            "\r\nHostname:                                      WARD-7\r\n\
             Betriebssystemname:                            Microsoft Windows 7 Professional \r\n\
             Betriebssystemversion:                         6.1.7601 Service Pack 1 Build 7601\r\n\
             Betriebssystemhersteller:                      Microsoft Corporation\r\n\
             Systemtyp:                                     x64-based PC\r\n\
             Hotfix(es):                                    {} Hotfix(e) installiert.\r\n",
            updates.len()
        );
        for (number, update) in (1..).zip(updates) {
            let _ = write!(text, "{:47}[{number:02}]: {update}\r\n", "");
        }
        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    assert_eq!(verdict(german(&["KB2534111"])).0, "affected");
    assert_eq!(verdict(german(&["KB2534111", "KB4019264"])).0, "fixed");
}

#[test]
fn the_same_files_in_any_order_give_the_same_answer() {
    let bench = Bench::new();
    bench.file("ward7_systeminfo.txt", seven(300, &["KB2534111"]));
    let row = |caption, name, description, number, on| {
        format!("{caption:<46}{name:<8}{description:<18}{number:<11}{on}\r\n")
    };
    let qfe = [
        row("Caption", "CSName", "Description", "HotFixID", "InstalledOn"),
        row(
            "http://support.microsoft.com/?kbid=2534111",
            "WARD-7",
            "Hotfix",
            "KB2534111",
            "11/20/2016",
        ),
        row(
            "http://support.microsoft.com/?kbid=4012215",
            "WARD-7",
            "Security Update",
            "KB4012215",
            "3/20/2017",
        ),
    ];
    bench.file("ward7_qfe.txt", qfe.concat());
    let one = bench.verdict(ETERNAL, &["ward7_systeminfo.txt", "ward7_qfe.txt"]);
    let other = bench.verdict(ETERNAL, &["ward7_qfe.txt", "ward7_systeminfo.txt"]);
    assert_eq!(one.0, "fixed", "{:#}", one.1);
    assert_eq!(one.0, other.0);
    let again = bench.text(&["check", "--json", "--as-at", "2026-06-30", "."]);
    assert_eq!(again, bench.text(&["check", "--json", "--as-at", "2026-06-30", "."]));
}
