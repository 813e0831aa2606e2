//! The screens of `check`, as a security lead reads them.
//!
//! Knowledge is what is built in, as at days on which its facts are history.

use super::evidence::{self, Windows};
use super::run::Bench;

/// One screen, in a terminal of so many columns.
fn screen(bench: &Bench, columns: u16, arguments: &[&str]) -> String {
    let mut all = vec!["check"];
    all.extend(arguments);
    let output = bench.command(&all).env("COLUMNS", columns.to_string()).output().expect("started");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    // Names and paths are never cut, so a line may pass only where a word is longer than it.
    let wide = text.lines().find(|line| {
        line.chars().count() > usize::from(columns) && line.split_whitespace().count() > 3
    });
    assert_eq!(wide, None, "wider than {columns} columns");
    text
}

fn three() -> Bench {
    let bench = Bench::new();
    bench.write("e/a.txt", evidence::open("WARD-1"));
    bench.write("e/b.txt", Windows::cut("WARD-2").systeminfo());
    bench.write("e/c.txt", evidence::fixed("WARD-3"));
    bench
}

const WANNACRY: [&str; 2] = ["--as-at", "2017-05-12"];

#[test]
fn one_host() {
    let bench = three();
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["e/a.txt"]].concat()));
}

#[test]
fn one_host_with_reasons() {
    let bench = three();
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["-v", "e/a.txt"]].concat()));
}

#[test]
fn three_hosts() {
    let bench = three();
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["e"]].concat()));
}

#[test]
fn three_hosts_on_a_narrow_screen() {
    let bench = three();
    insta::assert_snapshot!(screen(&bench, 60, &[&WANNACRY[..], &["e"]].concat()));
}

#[test]
fn three_hosts_on_a_wide_screen() {
    let bench = three();
    insta::assert_snapshot!(screen(&bench, 160, &[&WANNACRY[..], &["e"]].concat()));
}

#[test]
fn three_hosts_and_one_question() {
    let bench = three();
    let arguments = [&WANNACRY[..], &["--only", "MS17-010", "e"]].concat();
    insta::assert_snapshot!(screen(&bench, 100, &arguments));
}

#[test]
fn three_hosts_and_a_name_that_nobody_knows() {
    let bench = three();
    let arguments = [&WANNACRY[..], &["--only", "MS17-01O", "e"]].concat();
    insta::assert_snapshot!(screen(&bench, 100, &arguments));
}

#[test]
fn sixty_hosts_and_some_files_that_are_none() {
    let bench = Bench::new();
    for number in 0..60 {
        let name = format!("WARD-{number:02}");
        let text = match number % 6 {
            0 => Windows::xp(&name).systeminfo(),
            1 => Windows::cut(&name).systeminfo(),
            2 | 3 => evidence::fixed(&name),
            _ => evidence::open(&name),
        };
        bench.write(&format!("e/{name}.txt"), text);
    }
    bench.write("e/minutes.txt", "Minutes of the meeting of 3 May\n");
    bench.write("e/zero.txt", "");
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["e"]].concat()));
}

#[test]
fn nothing_can_be_told() {
    let bench = Bench::new();
    bench.write("e/a.txt", Windows::cut("WARD-1").systeminfo());
    bench.write("e/b.txt", Windows::cut("WARD-2").systeminfo());
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["e"]].concat()));
    insta::assert_snapshot!(
        "one_of_them",
        screen(&bench, 100, &[&WANNACRY[..], &["e/a.txt"]].concat())
    );
}

#[test]
fn nothing_is_open() {
    let bench = Bench::new();
    bench.write("e/a.txt", evidence::fixed("WARD-1"));
    bench.write("e/b.txt", evidence::fixed("WARD-2"));
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["e"]].concat()));
}

#[test]
fn only_a_bill_of_materials() {
    let bench = Bench::new();
    bench.write("board.cdx.json", evidence::SBOM);
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["board.cdx.json"]].concat()));
}

#[test]
fn only_a_scan() {
    let bench = Bench::new();
    bench.write("scan.xml", evidence::NMAP);
    insta::assert_snapshot!(screen(&bench, 100, &[&WANNACRY[..], &["scan.xml"]].concat()));
}

#[test]
fn old_knowledge_for_a_later_day() {
    let bench = three();
    bench.write("kev.json", evidence::kev(20));
    bench.run(&["knowledge", "build", "kev.json"]).ends(0);
    let text = screen(&bench, 100, &["--as-at", "2017-08-01", "e/a.txt"]);
    insta::assert_snapshot!(text);
}
