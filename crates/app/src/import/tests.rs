//! What an import decides, on small evidence written here.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jiff::civil::{Date, date};
use model::organisation::OrganisationCode;
use proptest::prelude::*;

use super::archive;
use super::plan::{Plan, Setting, plan};
use super::read::{ReadOptions, read};
use crate::estate::table::HostTable;

const TODAY: Date = date(2017, 5, 12);

fn options() -> ReadOptions {
    ReadOptions { max_size: 1 << 20, ..ReadOptions::default() }
}

fn planned(files: &[(&str, &str)]) -> Plan {
    let organisation: OrganisationCode = "XT1".parse().unwrap();
    let setting = Setting { organisation: &organisation, undated: None, today: TODAY };
    let mut read: Vec<_> = files
        .iter()
        .flat_map(|(path, text)| read(path, text.as_bytes().to_vec(), &options()))
        .collect();
    plan(&HostTable::default(), &setting, &mut read)
}

const SYSTEMINFO: &str = "\r\nHost Name:                 WARD-1\r\n\
OS Name:                   Microsoft Windows 7 Enterprise \r\n\
OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
System Type:               x64-based PC\r\n\
Hotfix(s):                 1 Hotfix(s) Installed.\r\n\
                           [01]: KB4012215\r\n";
const QFE: &str = "HotFixID   InstalledOn\r\nKB4012215  4/1/2017\r\n";

#[test]
fn one_bad_file_costs_itself_and_is_named_with_its_remedy() {
    let plan = planned(&[
        ("a/pc_systeminfo.txt", SYSTEMINFO),
        ("a/broken.bin", "\u{1}\u{2}"),
        ("a/empty.txt", ""),
    ]);
    assert_eq!((plan.summary.files, plan.summary.refused, plan.summary.hosts), (1, 2, 1));
    let refused: Vec<&str> =
        plan.summary.problems.iter().filter(|p| p.refused).map(|p| p.file.as_str()).collect();
    assert_eq!(refused, ["a/broken.bin", "a/empty.txt"]);
    assert!(plan.summary.problems.iter().any(|p| p.message.contains("export it again")));
}

#[test]
fn files_of_one_host_are_one_host_and_pieces_are_numbered_as_in_the_pack() {
    let plan = planned(&[("a/pc_systeminfo.txt", SYSTEMINFO), ("a/pc_qfe.txt", QFE)]);
    assert_eq!(plan.recognition.units.len(), 1);
    let unit = &plan.recognition.units[0];
    assert_eq!(unit.label, "WARD-1");
    let of_pack: Vec<&str> =
        unit.pieces.iter().map(|piece| plan.pieces[piece.piece as usize].1.format).collect();
    let said: Vec<&str> = unit.pieces.iter().map(|piece| piece.format.as_str()).collect();
    assert_eq!(of_pack, said);
    assert_eq!(plan.summary.undated, 2, "neither says when it was made");
}

#[test]
fn the_same_files_make_the_same_import_and_others_another() {
    let one = planned(&[("a.txt", SYSTEMINFO)]);
    assert_eq!(one.import, planned(&[("a.txt", SYSTEMINFO)]).import);
    assert_ne!(one.import, planned(&[("b.txt", SYSTEMINFO)]).import);
    assert_ne!(one.import, planned(&[("a.txt", &SYSTEMINFO.replace("WARD-1", "WARD-2"))]).import);
}

#[test]
fn an_archive_gives_back_what_was_put_in_under_names_that_stay_inside() {
    let files: [(&str, &[u8]); 3] =
        [("../../etc/passwd", b"one"), ("C:\\x\\y.txt", b"two"), ("/abs/file", b"")];
    let bytes = archive::write(files.iter().copied()).unwrap();
    assert_eq!(bytes, archive::write(files.iter().copied()).unwrap());
    for (path, content) in files {
        assert_eq!(archive::member(&bytes, path).unwrap().as_deref(), Some(content), "{path}");
    }
    assert_eq!(archive::member(&bytes, "absent").unwrap(), None);
    let mut names = tar::Archive::new(bytes.as_slice());
    for entry in names.entries().unwrap() {
        let path = entry.unwrap().path().unwrap().into_owned();
        assert!(path.is_relative() && !path.to_string_lossy().contains(".."));
    }
}

proptest! {
    #[test]
    fn damaged_archives_are_refused_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        let _ = archive::member(&bytes, "a");
    }

    #[test]
    fn any_names_come_back(names in proptest::collection::hash_set("[a-z0-9/._-]{1,180}", 1..6)) {
        let names: Vec<String> = names.into_iter().collect();
        let bytes = archive::write(names.iter().map(|n| (n.as_str(), n.as_bytes()))).unwrap();
        for name in &names {
            // Two names may fold to one ("a//b", "a/b"): the first is found.
            prop_assert!(archive::member(&bytes, name).unwrap().is_some());
        }
    }
}
