//! Several files of one host: one answer, whatever the order.

use exposure::host::{SourceFile, join};
use exposure::judge::{Reason, judge};
use model::evidence::Ecosystem;
use model::fact::SourceKind;
use model::verdict::Verdict;

use crate::support::{Fix, Machine, World, from_piece};

const ETERNAL: &str = "CVE-2017-0144";
const TODAY: &str = "2026-06-30";

fn file(path: &str, machine: Machine) -> SourceFile {
    SourceFile { path: path.to_owned(), evidence: vec![machine.evidence] }
}

#[test]
fn a_file_that_leaves_out_release_and_service_pack_belongs_to_the_host_it_names() {
    let full =
        || Machine::windows("Microsoft Windows 10 Pro", "10.0.14393 Build 14393", "x64-based PC");
    let mut bare = Machine::windows("Microsoft Windows 10 Pro", "", "");
    bare.evidence.updates = Machine::silent().with(&[4_013_429]).evidence.updates;
    for files in [
        vec![file("a", full()), file("b", bare.clone())],
        vec![file("b", bare.clone()), file("a", full())],
    ] {
        let hosts = join(files, None);
        assert_eq!(hosts.len(), 1, "{:?}", hosts.iter().map(|h| &h.label).collect::<Vec<_>>());
        let world = World::builtin();
        let line = world.line(&hosts[0], TODAY, ETERNAL);
        assert_eq!(line.verdict, Verdict::Fixed, "{line:?}");
    }
    let seven = Machine::windows("Microsoft Windows 7 Professional", "", "");
    let hosts = join(vec![file("a", Machine::seven()), file("b", seven)], None);
    assert_eq!(hosts.len(), 1);
    // Two builds of one name are two hosts.
    let old = Machine::windows("Microsoft Windows 7 Professional", "6.1.7600 Build 7600", "");
    let hosts = join(vec![file("a", Machine::seven()), file("b", old)], None);
    assert_eq!(hosts.len(), 2);
}

#[test]
fn a_host_without_architecture_gets_one_answer_and_says_it_once() {
    let world = World::builtin();
    let host = |kbs: &[u32]| {
        Machine::windows("Microsoft Windows 7 Professional", "6.1.7601 Service Pack 1", "")
            .with(kbs)
            .host()
    };
    for (kbs, expected) in [
        (&[][..], Verdict::Affected),
        (&[4_012_212][..], Verdict::Fixed),
        (&[4_019_264][..], Verdict::Fixed),
    ] {
        let question = world.only(TODAY, "MS17-010");
        let verdicts = judge(&question, &host(kbs));
        assert_eq!(verdicts.lines.len(), 1, "{:?}", verdicts.lines);
        assert_eq!(verdicts.lines[0].verdict, expected);
        assert_eq!(verdicts.lines[0].reasons.len(), 1, "{:?}", verdicts.lines[0].reasons);
    }
}

#[test]
fn unrecognised_updates_stand_in_the_order_of_their_numbers() {
    let world = World::builtin();
    let kbs = [9_000_005, 9_000_001, 9_000_009, 9_000_003, 9_000_007];
    let mut orders = Vec::new();
    for rotation in 0..kbs.len() {
        let mut rotated = kbs;
        rotated.rotate_left(rotation);
        let files = vec![
            ("a", Machine::seven().with(&rotated[..2])),
            ("b", Machine::silent().with(&rotated[2..])),
        ];
        let question = world.at(TODAY);
        let verdicts = judge(&question, &from_piece(files));
        orders.push(verdicts.unrecognised.iter().map(|u| u.name.clone()).collect::<Vec<_>>());
    }
    assert!(orders.iter().all(|order| *order == orders[0] && order.is_sorted()), "{orders:?}");
}

#[test]
fn where_architectures_differ_a_host_that_shows_none_is_unknown() {
    let product = |system: &str| format!("Windows 7 for {system} Systems Service Pack 1");
    let (x86, x64) = (product("32-bit"), product("x64-based"));
    let fix = |cve, product, kb| Fix { cve: Some(cve), product, kb, ..Fix::default() };
    let world = World::with(|builder| {
        Fix::state(
            SourceKind::MsrcCvrf,
            &[
                // The same flaw, fixed by an update of its own on each.
                fix("CVE-2022-90001", &x86, 5_900_001),
                fix("CVE-2022-90001", &x64, 5_900_002),
                // A flaw that only one has.
                fix("CVE-2022-90002", &x64, 5_900_002),
            ],
            builder,
        );
    });
    let host = |system: &str, kbs: &[u32]| {
        Machine::windows("Microsoft Windows 7 Professional", "6.1.7601 Service Pack 1", system)
            .with(kbs)
            .host()
    };
    let line = |system: &str, kbs: &[u32], id: &str| world.line(&host(system, kbs), TODAY, id);
    // Without any of the alternatives it is open on each.
    assert_eq!(line("", &[], "CVE-2022-90001").verdict, Verdict::Affected);
    let differs = line("", &[5_900_001], "CVE-2022-90001");
    assert_eq!(differs.verdict, Verdict::Unknown);
    assert_eq!(differs.reasons.first(), Some(&Reason::ArchitectureNotShown));
    assert_eq!(line("", &[5_900_001, 5_900_002], "CVE-2022-90001").verdict, Verdict::Fixed);
    assert_eq!(line("", &[], "CVE-2022-90002").verdict, Verdict::Unknown);
    assert_eq!(line("x64-based PC", &[], "CVE-2022-90002").verdict, Verdict::Affected);
}

#[test]
fn a_flaw_of_another_microsoft_product_is_unknown_and_says_whose_it_is() {
    let world = World::with(|builder| {
        let product = "Microsoft Office 2010 Service Pack 2 (64-bit editions)";
        let fix = Fix { cve: Some("CVE-2022-90003"), product, kb: 5_900_003, ..Fix::default() };
        Fix::state(SourceKind::MsrcCvrf, &[fix], builder);
    });
    let name = "Microsoft Office Professional Plus 2010";
    let machine = Machine::seven().package(Ecosystem::WindowsProgram, name, "14.0.7015.1000", None);
    // Not asked by name, the program is counted as not recognised.
    let question = world.at(TODAY);
    let verdicts = judge(&question, &machine.clone().host());
    assert!(verdicts.unrecognised.iter().any(|u| u.name == name), "{:?}", verdicts.unrecognised);
    assert!(world.find(&verdicts, "CVE-2022-90003").is_none());
    // Asked for by its CVE or its update, it is unknown.
    for asked in ["CVE-2022-90003", "KB5900003"] {
        let question = world.only(TODAY, asked);
        let verdicts = judge(&question, &machine.clone().host());
        let line = world.find(&verdicts, "CVE-2022-90003").expect("a line");
        assert_eq!(line.verdict, Verdict::Unknown, "{asked}");
        assert!(matches!(line.reasons[0], Reason::ProductNotJudged { .. }), "{:?}", line.reasons);
    }
}
