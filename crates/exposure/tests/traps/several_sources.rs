//! Several files of one host: one answer, whatever the order.

use exposure::host::{SourceFile, join};
use exposure::judge::judge;
use model::verdict::Verdict;

use crate::support::{Machine, World, from_piece};

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
