//! Nothing generated is the name, the code or the number of anything real.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod support;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use support::sector;

/// Published registers of real organisations, where they are at hand.
fn registers() -> Option<PathBuf> {
    let folder = PathBuf::from("../../../shared/data/organisations");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: {} is not there", folder.display());
    None
}

/// Every cell of the registers, in capitals.
fn real_cells(folder: &Path) -> BTreeSet<String> {
    let mut cells = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = if path.extension().is_some_and(|ending| ending == "gz") {
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
            unpacked
        } else {
            bytes
        };
        if !name.contains(".csv") {
            continue;
        }
        let mut table = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes.as_slice());
        for record in table.byte_records().filter_map(Result::ok) {
            let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_uppercase();
            cells.extend(record.iter().map(text));
        }
    }
    cells
}

#[test]
fn no_name_or_code_is_that_of_a_real_organisation_or_place() {
    let Some(folder) = registers() else { return };
    let real = real_cells(&folder);
    assert!(real.contains("A81001") && real.len() > 30_000, "{} cells", real.len());
    let words: BTreeSet<&str> =
        real.iter().flat_map(|cell| cell.split(|c: char| !c.is_alphanumeric())).collect();
    for seed in [1, 2] {
        let sector = sector(seed, 1.0);
        for o in sector.organisations() {
            assert!(!real.contains(&o.name.to_uppercase()), "{}", o.name);
            assert!(!real.contains(o.code.as_str()), "{}", o.code);
            assert!(!real.contains(&o.code.as_str().replace('-', "")), "{}", o.code);
            let place = o.name.split(' ').next().unwrap().to_uppercase();
            let common = ["VALE", "NORTHERN", "MIDDLE", "SOUTHERN", "CAPITAL"];
            assert!(
                common.contains(&place.as_str()) || !words.contains(place.as_str()),
                "{place} of {} is a place or a name",
                o.name
            );
        }
    }
}

#[test]
fn telephones_ring_nowhere_and_mail_goes_nowhere() {
    let sector = sector(1, 0.1);
    for o in sector.organisations() {
        for contact in [&o.lead, &o.on_call] {
            let digits = |text: &str, front: &str| {
                text.strip_prefix(front)
                    .is_some_and(|rest| rest.len() == 3 && rest.parse::<u32>().is_ok())
            };
            assert!(digits(&contact.phone, "01632 960"), "{}", contact.phone);
            assert!(digits(&contact.mobile, "07700 900"), "{}", contact.mobile);
            assert!(contact.mail.ends_with(".example"), "{}", contact.mail);
        }
    }
}

#[test]
fn the_register_is_a_table_of_plain_cells() {
    let sector = sector(1, 0.01);
    let register = sector.register();
    let mut table = csv::Reader::from_reader(register.as_slice());
    let headers = table.headers().unwrap().clone();
    assert_eq!(headers.iter().take(4).collect::<Vec<_>>(), ["code", "name", "kind", "parent"]);
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), sector.organisations().len());
    for (row, organisation) in rows.iter().zip(sector.organisations()) {
        assert_eq!(&row[0], organisation.code.as_str());
        assert_eq!(row[10], organisation.expected_hosts.to_string());
    }
}
