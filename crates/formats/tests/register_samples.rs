//! Registers of the shared sample data: counts as its README gives them.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

mod support;

use std::collections::BTreeSet;

use formats::inventory::Input;
use formats::register::{Reading, detect};
use formats::unpack::{Limits, is_archive, unpack};
use jiff::civil::{Date, date};
use model::organisation::{Listing, ListingClass, OrganisationKind};

/// The day of WannaCry.
const THAT_DAY: Date = date(2017, 5, 12);

fn read(file: &str, format: &str) -> Option<Reading> {
    let path = support::shared_data(&format!("organisations/{file}"))?;
    let mut bytes = std::fs::read(path).unwrap();
    if is_archive(&bytes) {
        bytes = unpack(&bytes, Some(file), &Limits::default()).unwrap().members.remove(0).bytes;
    }
    let name = file.rsplit('/').next();
    let input = Input { bytes: &bytes, file_name: name };
    let found = detect(&input).unwrap();
    assert_eq!(found.name, format, "{file}");
    Some((found.read)(&input).unwrap())
}

fn open(reading: &Reading, kind: OrganisationKind) -> Vec<&Listing> {
    let on = |one: &&Listing| {
        one.class == ListingClass::Listed
            && one.kind == Some(kind)
            && one.opened.is_some_and(|opened| opened <= THAT_DAY)
            && one.closed.is_none_or(|closed| THAT_DAY <= closed)
    };
    reading.listings.iter().filter(on).collect()
}

#[test]
fn trusts_open_on_that_day_are_those_of_the_derived_file() {
    let Some(all) = read("etrust_2018-09.csv.gz", "ods") else { return };
    let derived = read("trusts_open_2017-05-12.csv", "organisations-csv").unwrap();
    let listed = |class| all.listings.iter().filter(|it| it.class == class).count();
    assert_eq!((listed(ListingClass::Listed), listed(ListingClass::Site)), (234, 29_721));
    assert!(all.warnings.is_empty(), "{:?}", all.warnings);
    let open = open(&all, OrganisationKind::Trust);
    assert_eq!(open.len(), 233);
    let region = |one: &Listing| one.region.clone().unwrap().to_string();
    assert_eq!(open.iter().filter(|one| region(one) == "W00").count(), 3);
    let key = |one: &Listing| (one.code.clone(), one.name.clone(), region(one), one.opened);
    let ours: BTreeSet<_> = open.into_iter().map(key).collect();
    let rows = derived.listings.iter().filter(|it| it.class == ListingClass::Listed);
    assert_eq!(ours, rows.map(key).collect());
    // Who took over is not in these files.
    assert!(all.listings.iter().all(|one| one.successors.is_empty()));
}

#[test]
fn practices_open_on_that_day_are_counted_as_published_without_london() {
    let Some(all) = read("epraccur_2020-01_without_london.csv.gz", "ods") else { return };
    let listed = all.listings.iter().filter(|it| it.class == ListingClass::Listed);
    assert_eq!(listed.count(), 12_171);
    // The whole file has 7,667; the rows of region Y56 (London) were removed from this copy.
    let open = open(&all, OrganisationKind::Practice);
    assert_eq!(open.len(), 6_272);
    assert!(open.iter().all(|one| one.region.as_ref().unwrap().as_str() != "Y56"));
    let generations: BTreeSet<_> =
        open.iter().map(|one| one.region.clone().unwrap().to_string()).collect();
    let expected = ["Y54", "Y55", "Y57", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"];
    assert_eq!(generations, expected.map(ToOwned::to_owned).into());
}

#[test]
fn the_other_files_are_read_as_what_they_are() {
    let counts = |file, format| {
        let reading = read(file, format)?;
        let count = |kind| {
            reading
                .listings
                .iter()
                .filter(|it| it.class != ListingClass::Mentioned && it.kind == kind)
                .count()
        };
        let kinds =
            [OrganisationKind::Trust, OrganisationKind::Commissioner, OrganisationKind::Region];
        Some((kinds.map(|kind| count(Some(kind))), count(None)))
    };
    let Some(trusts) = counts("etr_2022.csv", "ods") else { return };
    assert_eq!(trusts, ([214, 0, 0], 0));
    // 106 groups and 42 partnerships.
    assert_eq!(counts("ccg_to_stp_to_region_2021.csv", "ods-lookup"), Some(([0, 148, 7], 0)));
    assert_eq!(counts("sub_icb_to_icb_to_region_2023.csv", "ods-lookup"), Some(([0, 148, 7], 0)));
    let dspt = counts("dspt/dspt_trusts_2023-10-17.csv", "organisations-csv").unwrap();
    assert_eq!(dspt.0[0], 210);
    let boards = counts("dspt/dspt_icb_2023-10-17.csv", "organisations-csv");
    assert_eq!(boards, Some(([0, 42, 0], 0)));
    let hospitals = counts("hospitals_coordinates_2018.csv", "organisations-csv").unwrap();
    assert_eq!(hospitals.1, 767);
    let json = support::shared_data("organisations/gp_lookup_pcn_overview.json").unwrap();
    let bytes = std::fs::read(json).unwrap();
    assert!(detect(&Input { bytes: &bytes, file_name: None }).is_none());
}
