//! Archives, good and hostile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on must stop"
)]

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use formats::unpack::{
    Budget, Limits, for_each_member, for_each_member_within, is_archive, unpack,
};
use model::reading::Place;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn small() -> Limits {
    Limits {
        members: 10,
        member_bytes: 1 << 20,
        total_bytes: 2 << 20,
        ratio: 100,
        ratio_free_bytes: 64 << 10,
        nesting: 1,
    }
}

#[test]
fn members_come_with_harmless_paths() {
    let packed = zip(&[
        ("../../etc/passwd", b"a"),
        ("C:\\wards\\seven.txt", b"b"),
        ("__MACOSX/._x", b"noise"),
    ]);
    assert!(is_archive(&packed));
    let all = unpack(&packed, Some("x.zip"), &Limits::default()).unwrap();
    let paths: Vec<_> = all.members.iter().map(|m| m.path.as_str()).collect();
    assert_eq!(paths, ["etc/passwd", "wards/seven.txt"]);
    assert!(all.warnings.is_empty(), "{:?}", all.warnings);
}

#[test]
fn gzip_takes_its_name_from_the_file() {
    let all = unpack(&gzip(b"hello"), Some("ward-7.txt.GZ"), &small()).unwrap();
    assert_eq!(
        (all.members[0].path.as_str(), all.members[0].bytes.as_slice()),
        ("ward-7.txt", &b"hello"[..])
    );
}

#[test]
fn inner_archives_are_opened_once_and_deeper_ones_named() {
    let inner = zip(&[("deep.txt", b"d"), ("again.zip", &zip(&[("x", b"x")]))]);
    let packed =
        zip(&[("wards/inner.zip", &inner), ("log.txt.gz", &gzip(b"log")), ("a.txt", b"a")]);
    let all = unpack(&packed, None, &small()).unwrap();
    let paths: Vec<_> = all.members.iter().map(|m| m.path.as_str()).collect();
    assert_eq!(paths, ["wards/inner.zip/deep.txt", "log.txt", "a.txt"]);
    assert_eq!(all.warnings.len(), 1);
    assert_eq!(all.warnings[0].place, Place::Path("wards/inner.zip/again.zip".to_owned()));
}

#[test]
fn a_zip_bomb_costs_itself_and_nothing_else() {
    let zeros = vec![0_u8; 32 << 20];
    let packed = zip(&[("bomb.txt", &zeros), ("ward.txt", b"fine")]);
    let all = unpack(&packed, Some("x.zip"), &small()).unwrap();
    assert_eq!(all.members.len(), 1);
    assert_eq!(all.members[0].path, "ward.txt");
    assert_eq!(all.warnings[0].place, Place::Path("bomb.txt".to_owned()));
    assert!(
        all.warnings[0].message.contains("made to do harm")
            || all.warnings[0].message.contains("more than")
    );
}

#[test]
fn nested_bombs_share_one_allowance() {
    let zeros = vec![0_u8; 4 << 20];
    let inner = zip(&[("zeros", &zeros)]);
    let names: Vec<String> = (0..8).map(|n| format!("{n}.zip")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), inner.as_slice())).collect();
    let error = unpack(&zip(&files), Some("42.zip"), &small()).unwrap_err();
    assert_eq!(error.place, Place::Path("0.zip/zeros".to_owned()));
}

#[test]
fn gzip_bombs_are_refused_by_name() {
    let bomb = gzip(&vec![0_u8; 64 << 20]);
    let error = unpack(&bomb, Some("log.gz"), &small()).unwrap_err();
    assert_eq!(error.place, Place::Path("log".to_owned()));
    assert!(error.message.contains("unpacks to more than"), "{error}");
    // The whole of a gzip inside a gzip shares the same bound.
    assert!(unpack(&gzip(&bomb), Some("log.gz.gz"), &small()).is_err());
}

#[test]
fn a_cut_archive_gives_what_is_whole_and_names_the_rest() {
    let noise: Vec<u8> =
        (0..40_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let packed = zip(&[("first.txt", b"one"), ("second.bin", &noise)]);
    let cut = &packed[..packed.len() / 2];
    let all = unpack(cut, Some("x.zip"), &Limits::default()).unwrap();
    assert_eq!(all.members.len(), 1);
    assert_eq!(all.members[0].path, "first.txt");
    assert_eq!(all.warnings[0].place, Place::Path("second.bin".to_owned()), "{:?}", all.warnings);
    let packed = gzip(&noise);
    let error = unpack(&packed[..packed.len() - 20], Some("n.gz"), &Limits::default()).unwrap_err();
    assert!(error.message.contains("cut off or damaged"), "{error}");
}

#[test]
fn damage_in_one_member_is_named() {
    let mut packed = zip(&[("a.txt", &b"abcdefghij".repeat(50)), ("b.txt", b"fine")]);
    // Inside the first member's packed bytes: 30 of header, 5 of name.
    packed[38] ^= 0xFF;
    let all = unpack(&packed, Some("x.zip"), &Limits::default()).unwrap();
    assert_eq!(all.members.iter().map(|m| m.path.as_str()).collect::<Vec<_>>(), ["b.txt"]);
    assert_eq!(all.warnings[0].place, Place::Path("a.txt".to_owned()));
}

#[test]
fn encrypted_members_are_refused_by_name() {
    let mut packed = zip(&[("secret.txt", b"s"), ("open.txt", b"o")]);
    // The flag "encrypted" (bit 0) in the first local header (offset 6) and directory entry (8).
    packed[6] |= 1;
    let directory = packed.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    packed[directory + 8] |= 1;
    let all = unpack(&packed, Some("x.zip"), &Limits::default()).unwrap();
    assert_eq!(all.members[0].path, "open.txt");
    assert_eq!(all.warnings[0].place, Place::Path("secret.txt".to_owned()));
    assert!(all.warnings[0].message.contains("encrypted"));
}

#[test]
fn too_many_members_stop_the_walk() {
    let names: Vec<String> = (0..12).map(|n| format!("{n}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"x"[..])).collect();
    let all = unpack(&zip(&files), None, &small()).unwrap();
    assert_eq!((all.members.len(), all.warnings.len()), (10, 1));
    assert!(all.warnings[0].message.contains("more members than the limit"));
}

#[test]
fn office_documents_are_told_apart() {
    let error = unpack(&zip(&[("[Content_Types].xml", b"<x/>")]), Some("a.xlsx"), &small());
    assert!(error.unwrap_err().message.contains("save a spreadsheet as CSV"));
}

#[test]
fn the_walk_stops_when_asked() {
    let packed = zip(&[("a", b"1"), ("b", b"2")]);
    let mut seen = 0;
    for_each_member(&packed, None, &small(), &mut |_| {
        seen += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(seen, 1);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..600), kind in 0..3) {
        let magic: &[u8] = match kind { 0 => b"PK\x03\x04", 1 => &[0x1F, 0x8B, 0x08], _ => b"" };
        bytes.splice(0..0, magic.iter().copied());
        let _ = unpack(&bytes, Some("x"), &small());
    }

    #[test]
    fn damaged_archives_never_panic(at in 0_usize..400, flip in 1_u8.., cut in 0_usize..400) {
        for good in [zip(&[("a.txt", b"abc"), ("b.gz", &gzip(b"x"))]), gzip(b"hello hello hello")] {
            let mut bytes = good.clone();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            let _ = unpack(&bytes, Some("x"), &small());
            let _ = unpack(&good[..cut % good.len()], Some("x"), &small());
        }
    }
}

/// A zip whose directory lists one packed member under many names.
fn overlapping(packed: &[u8], times: usize) -> Vec<u8> {
    let at = |bytes: &[u8], from: usize| {
        u32::from_le_bytes(bytes[from..from + 4].try_into().unwrap()) as usize
    };
    let end = packed.len() - 22;
    let (size, begin) = (at(packed, end + 12), at(packed, end + 16));
    let entry = &packed[begin..begin + size];
    let mut made = packed[..begin].to_vec();
    for number in 0..times {
        let mut entry = entry.to_vec();
        // Its name, of three characters.
        entry[46..49].copy_from_slice(format!("{number:03}").as_bytes());
        made.extend(entry);
    }
    let mut tail = packed[end..].to_vec();
    let count = u16::try_from(times).unwrap().to_le_bytes();
    tail[8..10].copy_from_slice(&count);
    tail[10..12].copy_from_slice(&count);
    tail[12..16].copy_from_slice(&u32::try_from(size * times).unwrap().to_le_bytes());
    made.extend(tail);
    made
}

#[test]
fn a_directory_that_lists_the_same_bytes_many_times_is_cut_short() {
    // Nothing about one member is wrong: what does not shrink passes every bound of a ratio.
    let noise: Vec<u8> =
        (0..10_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let packed = overlapping(&zip(&[("abc", &noise)]), 100);
    let all = unpack(&packed, Some("x.zip"), &Limits::default()).unwrap();
    assert!(all.members.len() <= 2, "{} members of 40 kB from {}", all.members.len(), packed.len());
    assert!(all.warnings[0].message.contains("more than once"), "{:?}", all.warnings);
    // The same with what it holds only once is an archive like any other.
    let all = unpack(&overlapping(&zip(&[("abc", &noise)]), 1), None, &Limits::default()).unwrap();
    assert_eq!((all.members.len(), all.warnings.len()), (1, 0));
}

#[test]
fn several_archives_share_a_budget() {
    let noise: Vec<u8> =
        (0..100_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let packed = zip(&[("a", &noise), ("b", &noise), ("c", &noise)]);
    let limits = Limits { members: 8, ..small() };
    let mut budget = Budget { bytes: 2_000_000, ..Budget::of(&limits) };
    let mut taken = Vec::new();
    for _ in 0..2 {
        let mut members = 0;
        for_each_member_within(&packed, None, (&limits, &mut budget), &mut |member| {
            members += usize::from(member.is_ok());
            ControlFlow::Continue(())
        })
        .unwrap();
        taken.push(members);
    }
    assert_eq!(taken, [3, 2], "each by itself is within all limits");
    let mut budget = Budget { members: 4, ..Budget::of(&limits) };
    let mut members = 0;
    for _ in 0..2 {
        for_each_member_within(&packed, None, (&limits, &mut budget), &mut |member| {
            members += usize::from(member.is_ok());
            ControlFlow::Continue(())
        })
        .unwrap();
    }
    assert_eq!(members, 4);
}
