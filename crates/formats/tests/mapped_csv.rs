//! Tables through mapping files: the samples of the repository, what goes wrong in such tables,
//! and arbitrary damage.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on must stop"
)]

use std::path::Path;

use formats::inventory::mapped_csv::{Mapping, read_mapped};
use formats::inventory::{Input, Reading, detect};
use model::evidence::{Completeness, ControlState, Ecosystem, Platform, UpdateListKind};
use model::kb::Kb;
use model::reading::Place;
use proptest::prelude::*;

fn sample(name: &str) -> String {
    let folder = Path::new("../../samples");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn read(csv: &str, mapping: &str) -> Reading {
    let mapping = Mapping::parse(mapping).unwrap();
    read_mapped(&Input { bytes: csv.as_bytes(), file_name: None }, &mapping).unwrap()
}

fn read_sample(name: &str) -> Reading {
    read(&sample(&format!("mappings/{name}.csv")), &sample(&format!("mappings/{name}.toml")))
}

fn product(platform: &Platform) -> String {
    match platform {
        Platform::Windows { product, build } => {
            format!("{product} {}", build.map(|b| b.to_string()).unwrap_or_default())
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn rows_of_one_host_are_joined() {
    let reading = read_sample("configmgr");
    assert!(reading.warnings.is_empty(), "{:?}", reading.warnings);
    assert_eq!(reading.evidence.len(), 3);
    let first = &reading.evidence[0];
    assert_eq!(first.host.names, ["WARD-PC-01"]);
    assert_eq!(first.host.serial.as_deref(), Some("SN-1001"));
    assert_eq!(product(&first.os.as_ref().unwrap().platform), "Windows 7 x64 SP1 6.1.7601");
    let list = &first.updates[0];
    assert_eq!(
        (list.kind, &list.completeness),
        (UpdateListKind::Hotfixes, &Completeness::Complete)
    );
    assert_eq!(list.entries[0].kb, Kb::new(4_012_212));
    let day = list.entries[0].installed_on.as_ref().unwrap();
    assert_eq!((day.earliest.to_string(), day.is_exact()), ("2017-03-20".to_owned(), true));
    assert_eq!(list.entries[1].place, Place::Line(3));
    assert_eq!(first.last_boot.as_ref().unwrap().earliest.to_string(), "2017-03-21T07:30:00");
    assert_eq!(first.controls.len(), 1);
    assert_eq!(reading.evidence[2].controls[0].state, ControlState::Disabled);
}

#[test]
fn an_export_without_updates_has_no_list_of_them() {
    let reading = read_sample("intune");
    let laptop = &reading.evidence[1];
    assert_eq!(laptop.host.tool_id.as_deref(), Some("5d0c6f0e-0000-4000-8000-000000000002"));
    assert_eq!(laptop.host.macs, ["00:00:5e:00:53:12"]);
    assert_eq!(
        product(&laptop.os.as_ref().unwrap().platform),
        "Windows 11 version 23H2 10.0.22631.3155"
    );
    assert!(laptop.updates.is_empty() && laptop.software_completeness.is_none());
}

#[test]
fn a_device_register_gives_devices() {
    let reading = read_sample("medical-devices");
    assert_eq!(reading.evidence.len(), 2);
    let scanner = &reading.evidence[0];
    assert_eq!(product(&scanner.os.as_ref().unwrap().platform), "Windows XP SP3 ");
    let device = &scanner.software[0];
    assert_eq!((&device.ecosystem, device.name.as_str()), (&Ecosystem::Device, "Resonator 3"));
    assert_eq!(device.version.as_deref(), Some("4.2.1"));
    assert_eq!(scanner.ports.iter().map(|p| p.number).collect::<Vec<_>>(), [104, 445]);
    assert_eq!(reading.evidence[1].host.addresses, ["192.0.2.22"]);
}

#[test]
fn our_own_column_names_need_no_mapping() {
    let csv = sample("wardround.csv");
    let input = Input { bytes: csv.as_bytes(), file_name: Some("wardround.csv") };
    let format = detect(&input).unwrap();
    assert_eq!(format.name, "wardround-csv");
    let reading = (format.read)(&input).unwrap();
    assert!(reading.warnings.is_empty(), "{:?}", reading.warnings);
    assert_eq!(reading.evidence.len(), 2);
    assert_eq!(reading.evidence[0].controls[0].state, ControlState::Enabled);
    assert!(matches!(reading.evidence[0].updates[0].completeness, Completeness::Partial(_)));
    let other = Input { bytes: b"host,colour\na,b\n", file_name: None };
    assert!(detect(&other).is_none());
}

const LISTS: &str = "complete_updates = true\n[columns]\nhost = \"Host\"\nkb = \"KBs\"\n\
    os_name = \"OS\"\n[controls]\nsmb1-server = { column = \"SMB1\", enabled = [\"on\"], disabled = [\"off\"] }";

#[test]
fn lists_in_one_cell_are_taken_apart_and_cut_ones_noticed() {
    let csv = "Host;OS;KBs;SMB1\na;x;KB4012212, 4012215|Update (KB2534366);maybe\nb;x;;off\n\
               c;x;KB4012212, KB401...;on\n";
    let reading = read(csv, LISTS);
    let numbers: Vec<u32> =
        reading.evidence[0].updates[0].entries.iter().map(|e| e.kb.unwrap().number()).collect();
    assert_eq!(numbers, [4_012_212, 4_012_215, 2_534_366]);
    // A state that is neither on nor off is unknown, not off.
    assert!(reading.evidence[0].controls.is_empty());
    // An empty cell is no empty list.
    assert!(reading.evidence[1].updates.is_empty());
    assert!(matches!(
        reading.evidence[2].updates[0].completeness,
        Completeness::Truncated { declared: None, listed: 2 }
    ));
    let warnings: Vec<String> = reading.warnings.iter().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|w| w.starts_with("line 2: `maybe` is neither on nor off")));
    assert!(warnings.iter().any(|w| w.starts_with("line 4: the update list is cut off")));
}

#[test]
fn bad_rows_and_missing_columns_are_named() {
    let reading = read("Host,KBs\na,KB4012212\nb\n,KB1\nc,KB4012215,surplus\n", LISTS);
    let warnings: Vec<String> = reading.warnings.iter().map(ToString::to_string).collect();
    for expected in [
        "line 1: the mapping takes `os_name` from column `OS`, which this table has not",
        "line 1: the mapping takes `smb1-server` from column `SMB1`, which this table has not",
        "line 3: this row has 1 columns where the header has 2; it was left out",
        "line 4: this row names no host; it was left out",
        "line 5: this row has 3 columns where the header has 2; it was left out",
    ] {
        assert!(warnings.iter().any(|w| w == expected), "{expected}: {warnings:?}");
    }
    assert_eq!(reading.evidence.len(), 1);
    let mapping = Mapping::parse(LISTS).unwrap();
    let input = Input { bytes: b"Name,KBs\na,1\n", file_name: None };
    let error = read_mapped(&input, &mapping).unwrap_err().to_string();
    assert!(error.contains("`Host`") && error.contains("exactly as it stands"), "{error}");
}

proptest! {
    #[test]
    fn damaged_tables_never_panic(
        which in 0_usize..3, at in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<bool>(),
    ) {
        let name = ["configmgr", "intune", "medical-devices"][which];
        let mapping = Mapping::parse(&sample(&format!("mappings/{name}.toml"))).unwrap();
        let mut bytes = sample(&format!("mappings/{name}.csv")).into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        let _ = read_mapped(&Input { bytes: &bytes, file_name: None }, &mapping);
    }

    #[test]
    fn arbitrary_cells_never_panic(cells in proptest::collection::vec("[^,\n\"]{0,12}", 9)) {
        let header = "host,os_name,os_version,kb,kb_installed_on,last_boot,open_ports,purl,smb1_server";
        let csv = format!("{header}\n{}\n", cells.join(","));
        let input = Input { bytes: csv.as_bytes(), file_name: None };
        let format = formats::inventory::named("wardround-csv").unwrap();
        let _ = (format.read)(&input);
    }

    #[test]
    fn arbitrary_mappings_never_panic(text in "\\PC{0,80}") {
        let _ = Mapping::parse(&text);
    }
}
