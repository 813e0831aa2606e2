//! Readers of registers: what small invented files say, and that nothing breaks them.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

use formats::inventory::Input;
use formats::register::{FORMATS, Reading, detect, named};
use jiff::civil::date;
use model::organisation::{Listing, ListingClass, OrganisationCode, OrganisationKind, Role};
use model::reading::Place;
use proptest::collection::vec;
use proptest::prelude::*;

fn page(name: &str) -> String {
    let path = format!("../../docs/formats/{name}.md");
    let page = std::fs::read_to_string(path).unwrap();
    let block = page.split("\n```").nth(1).unwrap().split_once('\n').unwrap().1;
    format!("{block}\n")
}

fn read(name: &str, text: &str) -> Reading {
    let input = Input { bytes: text.as_bytes(), file_name: None };
    (named(name).unwrap().read)(&input).unwrap()
}

fn listing<'r>(reading: &'r Reading, code: &str) -> &'r Listing {
    reading.listings.iter().find(|one| one.code.as_str() == code).unwrap()
}

fn parent<'r>(reading: &'r Reading, code: &str) -> Option<&'r str> {
    listing(reading, code).parent.as_ref().map(OrganisationCode::as_str)
}

#[test]
fn the_example_of_each_page_is_its_own_format_and_read_without_a_warning() {
    for format in FORMATS {
        let text = page(format.name);
        let input = Input { bytes: text.as_bytes(), file_name: None };
        assert_eq!(detect(&input).map(|found| found.name), Some(format.name));
        let reading = (format.read)(&input).unwrap();
        assert_eq!(reading.warnings, [], "{}", format.name);
        let semicolons = text.replace(',', ";");
        let input = Input { bytes: semicolons.as_bytes(), file_name: None };
        assert!(format.name == "ods" || (format.sniff)(&input), "{}", format.name);
    }
}

#[test]
fn ods_rows_carry_the_hierarchy_of_everything_they_print() {
    let reading = read("ods", &page("ods"));
    let trust = listing(&reading, "RX1");
    assert_eq!(trust.kind, Some(OrganisationKind::Trust));
    assert_eq!((trust.opened, trust.closed), (Some(date(2001, 4, 1)), Some(date(2017, 9, 30))));
    assert_eq!(listing(&reading, "RX101").class, ListingClass::Site);
    let practice = listing(&reading, "A99001");
    assert_eq!(practice.kind, Some(OrganisationKind::Practice));
    assert_eq!(practice.parent_since, Some(date(2013, 4, 1)));
    let parents = ["RX101", "RX1", "A99001", "00Z", "Q83", "Y54"].map(|it| parent(&reading, it));
    assert_eq!(parents, [Some("RX1"), Some("Q83"), Some("00Z"), Some("Q83"), Some("Y54"), None]);
    let region = listing(&reading, "Y54");
    assert_eq!(
        (region.class, region.kind),
        (ListingClass::Mentioned, Some(OrganisationKind::Region))
    );
    assert_eq!(reading.listings.len(), 6);
}

#[test]
fn rows_of_two_generations_place_a_geography_by_the_open_ones() {
    let row = |code: &str, region: &str, closed: &str| {
        let rest = ",\"\"".repeat(15);
        format!(
            "\"{code}\",\"X\",\"{region}\",\"Q83\"{},\"20010401\",\"{closed}\"{rest}\r\n",
            ",\"\"".repeat(6)
        )
    };
    let text =
        [row("RX1", "Y54", "20180331"), row("RX2", "Y54", "20180331"), row("RX3", "Y63", "")];
    let reading = read("ods", &text.concat());
    assert_eq!(parent(&reading, "Q83"), Some("Y63"));
    assert_eq!(listing(&reading, "RX1").region.as_ref().unwrap().as_str(), "Y54");
    assert_eq!(reading.warnings, []);
    // Two open rows that differ are told.
    let reading = read("ods", &[text.concat(), row("RX4", "Y62", "")].concat());
    assert!(reading.warnings[0].message.contains("rows place Q83 below Y54, Y62, Y63"));
}

#[test]
fn a_bad_row_costs_that_row_and_says_where_and_what_to_do() {
    let good = page("ods");
    let lines: Vec<&str> = good.lines().collect();
    let text = format!(
        "{}\n{}\n{}\n\"RX9\",\"too\",\"short\"\n{}\n",
        lines[0],
        lines[0].replace("\"RX1\"", "\"R X\"").replace("20170930", ""),
        lines[0].replace("\"RX1\"", "\"RX2\"").replace("20170930", "20171301"),
        lines[0].replace("\"RX1\"", "\"RX3\"").replace("20170930", "19990930"),
    );
    let reading = read("ods", &text);
    assert_eq!(reading.listings.iter().filter(|it| it.class == ListingClass::Listed).count(), 1);
    let warnings: Vec<String> = reading.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "line 2: `R X` is no organisation code: write one to sixteen letters and digits, like RX1; the row was left out",
            "line 3: `20171301` is no day; write it as 2017-09-30; the row was left out",
            "line 4: 3 columns where the layout has 27; the row was left out",
            "line 5: RX3 closes on 1999-09-30, before it opens on 2001-04-01; the row was left out",
        ]
    );
}

#[test]
fn lookups_name_each_level_once() {
    let text = page("ods-lookup")
        + "E1,01Z,NHS Fens CCG,E2,QZZ,Marshes and Fens,E3,Y60,Middle\nE1,02Z,NHS,E2,QZZ,Other,E3,Y60,Middle\nE1,,x,E2,QZZ,Other,E3,Y60,Middle\n";
    let reading = read("ods-lookup", &text);
    let codes: Vec<_> = reading.listings.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["00Z", "QZZ", "Y60", "01Z", "02Z"]);
    assert_eq!(parent(&reading, "01Z"), Some("QZZ"));
    assert_eq!(listing(&reading, "QZZ").name.as_ref().unwrap().as_str(), "Marshes and Fens");
    let places: Vec<_> = reading.warnings.iter().map(|it| it.place.clone()).collect();
    assert_eq!(places, [Place::Line(4), Place::Line(5)]);
}

#[test]
fn a_plain_table_states_contacts_hosts_and_successors() {
    let reading = read("organisations-csv", &page("organisations-csv"));
    let trust = listing(&reading, "RX1");
    assert_eq!(trust.successors[0].as_str(), "R0Z");
    assert_eq!(trust.expected_hosts, Some(8_000));
    assert_eq!(trust.confirmed_on, Some(date(2017, 4, 20)));
    let roles: Vec<_> = trust.contacts.iter().map(|(slot, _)| slot.role).collect();
    assert_eq!(roles, [Role::OutOfHours, Role::SecurityLead]);
    assert_eq!(trust.contacts[0].1.phone.as_deref(), Some("01632 960002"));
    assert!(listing(&reading, "R0Z").contacts.is_empty());
}

#[test]
fn unknown_columns_and_cells_are_named_and_cost_nothing_else() {
    let text = "Organisation Code;Organisation Name;Type;Postcode;Region;Hosts;Open Date;Shoe size\n\
        rx1;Marsh End;Hospital Radio;ZZ1;North East;many;01/04/2001;9\n\
        rx2;Fenside;NHS Trust;ZZ1;Y54;20;30/04/2001;9\n";
    let reading = read("organisations-csv", text);
    let warnings: Vec<String> = reading.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "line 1: columns that mean nothing here were left aside: `postcode`, `shoe size`",
            "line 2: `01/04/2001` may be 2001-04-01 or 2001-01-04; write it as one of these; the row was left out",
        ]
    );
    let reading = read("organisations-csv", &text.replace("01/04/2001", ""));
    assert_eq!(reading.warnings.len(), 4);
    let first = listing(&reading, "RX1");
    assert_eq!((first.kind, first.expected_hosts, &first.parent), (None, None, &None));
    assert_eq!(parent(&reading, "RX2"), Some("Y54"));
}

fn read_with_all(bytes: &[u8]) {
    let input = Input { bytes, file_name: Some("etr.csv") };
    for format in FORMATS {
        let _ = (format.sniff)(&input);
        match (format.read)(&input) {
            Ok(reading) => assert!(!reading.listings.is_empty()),
            Err(error) => assert!(!error.remedy.is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_are_survived(bytes in vec(any::<u8>(), 0..600)) {
        read_with_all(&bytes);
    }

    #[test]
    fn damaged_examples_are_survived(
        which in 0..FORMATS.len(),
        cut in any::<prop::sample::Index>(),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        twice in any::<bool>(),
    ) {
        let mut bytes = page(FORMATS[which].name).into_bytes();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if twice { bytes.extend_from_within(..); } else { bytes.truncate(cut.index(bytes.len() + 1)); }
        read_with_all(&bytes);
    }
}
