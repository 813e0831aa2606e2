//! Recognition and the table, by the cases that tools and people make.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use exposure::host::{SourceFile, join};
use jiff::civil::{Date, date};
use model::evidence::{Evidence, HostIdentity};
use model::organisation::OrganisationCode;

use super::fold::{RecognisedPiece, RecognisedUnit, RecognitionList, apply};
use super::recognise::{Marks, recognise, units};
use super::table::{HostTable, PackRef, Rule};

fn marks(names: &[&str], serial: Option<&str>, macs: &[&str], tool: Option<&str>) -> Marks {
    let mut marks = Marks::default();
    marks.add(
        "osquery",
        &HostIdentity {
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            serial: serial.map(ToOwned::to_owned),
            macs: macs.iter().map(|m| (*m).to_owned()).collect(),
            tool_id: tool.map(ToOwned::to_owned),
            ..HostIdentity::default()
        },
    );
    marks
}

fn code() -> OrganisationCode {
    "XT1".parse().unwrap()
}

/// Imports one unit a call and gives the host and rule of each.
struct Story {
    table: HostTable,
    imports: u32,
}

impl Story {
    fn new() -> Self {
        Self { table: HostTable::default(), imports: 0 }
    }

    fn see(&mut self, marks: Marks, day: Date) -> (String, Rule) {
        self.see_as("osquery", None, marks, day)
    }

    fn see_as(
        &mut self,
        format: &str,
        system: Option<&str>,
        marks: Marks,
        day: Date,
    ) -> (String, Rule) {
        self.imports += 1;
        let label = marks.names.first().cloned().unwrap_or_default();
        let unit = super::recognise::Unit { label: label.clone(), pieces: vec![0], marks };
        let import = format!("import-{}", self.imports);
        let found = recognise(&self.table, &code(), &import, std::slice::from_ref(&unit)).remove(0);
        let list = RecognitionList {
            version: 1,
            files: Vec::new(),
            units: vec![RecognisedUnit {
                host: found.host.to_string(),
                label,
                rule: found.rule,
                confidence: found.confidence,
                marks: unit.marks.into(),
                pieces: vec![RecognisedPiece {
                    piece: 0,
                    format: format.to_owned(),
                    collected: day,
                    dated: true,
                    system: system.map(ToOwned::to_owned),
                }],
                possible: found.possible,
            }],
        };
        let pack = PackRef { blob: import.clone(), archive: import.clone(), event: import };
        apply(&mut self.table, pack, &list, Date::MAX);
        (found.host.to_string(), found.rule)
    }
}

const DAY: Date = date(2017, 4, 1);
const LATER: Date = date(2017, 5, 1);

#[test]
fn a_renamed_machine_is_recognised_by_its_serial_number() {
    let mut story = Story::new();
    let (first, rule) = story.see(marks(&["WARD-1"], Some("5CG123"), &[], None), DAY);
    assert_eq!(rule, Rule::New);
    let (second, rule) = story.see(marks(&["THEATRE-9"], Some("5cg123"), &[], None), LATER);
    assert_eq!((second, rule), (first.clone(), Rule::Serial));
    let host = &story.table.hosts[&first];
    assert_eq!(host.label, "theatre-9");
    assert_eq!(host.names, ["theatre-9", "ward-1"]);
}

#[test]
fn a_name_that_went_on_to_another_machine_makes_another_host() {
    let mut story = Story::new();
    let (old, _) = story.see(marks(&["WARD-1"], Some("OLD1"), &[], None), DAY);
    let (new, rule) = story.see(marks(&["WARD-1"], Some("NEW2"), &[], None), LATER);
    assert_ne!(old, new);
    assert_eq!(rule, Rule::New);
    let possible = &story.table.hosts[&new].possible;
    assert_eq!(possible[0].host, old);
    assert!(possible[0].confidence < Rule::MERGES, "and it says that they may be one");
}

#[test]
fn fillers_are_no_serial_numbers() {
    let mut story = Story::new();
    for filler in ["To Be Filled By O.E.M.", "0", "None", "System Serial Number", "00000000"] {
        let (one, _) = story.see(marks(&[&format!("a-{filler}")], Some(filler), &[], None), DAY);
        let (other, _) = story.see(marks(&[&format!("b-{filler}")], Some(filler), &[], None), DAY);
        assert_ne!(one, other, "{filler}");
    }
}

#[test]
fn a_docking_station_does_not_make_two_machines_one() {
    let mut story = Story::new();
    let dock = "a4:bb:6d:00:00:01";
    let (one, _) = story.see(marks(&["lap-1"], Some("S1"), &[dock], None), DAY);
    let (two, rule) = story.see(marks(&["lap-2"], Some("S2"), &[dock], None), DAY);
    assert_ne!(one, two, "the serial numbers differ");
    assert_eq!(rule, Rule::New);
    let (three, rule) = story.see(marks(&["lap-3"], None, &[dock], None), DAY);
    assert_eq!(rule, Rule::New, "two hosts have it, so it tells nothing");
    assert!(three != one && three != two);
}

#[test]
fn a_hardware_address_that_one_host_has_is_enough() {
    let mut story = Story::new();
    let (one, _) = story.see(marks(&["pc-1"], None, &["a4:bb:6d:00:00:02"], None), DAY);
    let (again, rule) =
        story.see(marks(&["pc-renamed"], None, &["a4:bb:6d:00:00:02"], None), LATER);
    assert_eq!((again, rule), (one, Rule::Mac));
}

#[test]
fn addresses_made_up_by_software_do_not_count() {
    for mac in ["02:00:4c:4f:4f:50", "00:00:00:00:00:00", "01:00:5e:00:00:fb", "zz"] {
        assert!(marks(&[], None, &[mac], None).macs.is_empty(), "{mac}");
    }
}

#[test]
fn a_name_with_a_domain_and_the_same_without_are_one() {
    let mut story = Story::new();
    let (one, _) = story.see(marks(&["PACS1.radiology.example"], None, &[], None), DAY);
    let (two, rule) = story.see(marks(&["pacs1"], None, &[], None), LATER);
    assert_eq!((two, rule), (one, Rule::Name));
}

#[test]
fn the_same_short_name_in_two_domains_is_not_merged_and_said() {
    let mut story = Story::new();
    let (one, _) = story.see(marks(&["srv1.north.example"], None, &[], None), DAY);
    let (two, rule) = story.see(marks(&["srv1.south.example"], None, &[], None), DAY);
    assert_ne!(one, two);
    assert_eq!(rule, Rule::New);
    assert_eq!(story.table.hosts[&two].possible[0].rule, Rule::ShortName);
}

#[test]
fn the_identity_in_the_same_tool_outweighs_a_new_name() {
    let mut story = Story::new();
    let (one, _) = story.see(marks(&["a"], None, &[], Some("AGENT-7")), DAY);
    let (two, rule) = story.see(marks(&["b"], None, &[], Some("agent-7")), LATER);
    assert_eq!((two, rule), (one, Rule::ToolId));
}

#[test]
fn an_import_that_is_repeated_names_its_hosts_alike() {
    let unit = super::recognise::Unit {
        label: "pc".to_owned(),
        pieces: vec![0],
        marks: marks(&["pc"], None, &[], None),
    };
    let name = |import| {
        recognise(&HostTable::default(), &code(), import, std::slice::from_ref(&unit))[0].host
    };
    assert_eq!(name("one"), name("one"));
    assert_ne!(name("one"), name("two"));
}

#[test]
fn the_newest_piece_of_each_source_speaks_whatever_the_order_of_arrival() {
    let mut story = Story::new();
    let pc = || marks(&["pc"], None, &[], None);
    let (host, _) = story.see_as("systeminfo", None, pc(), LATER);
    story.see_as("systeminfo", None, pc(), DAY);
    story.see_as("nmap", None, pc(), DAY);
    let pieces: Vec<(&str, Date)> =
        story.table.hosts[&host].pieces.iter().map(|p| (p.format.as_str(), p.collected)).collect();
    assert_eq!(pieces, [("nmap", DAY), ("systeminfo", LATER)]);
    assert_eq!(story.table.hosts[&host].last_seen, LATER);
    assert_eq!(story.table.hosts[&host].first_seen, DAY);
}

#[test]
fn evidence_of_an_installation_that_is_gone_retires() {
    let mut story = Story::new();
    let pc = || marks(&["pc"], Some("S1"), &[], None);
    let (host, _) = story.see_as("systeminfo", Some("windows xp"), pc(), DAY);
    story.see_as("osquery", Some("windows 10"), pc(), LATER);
    let systems: Vec<&str> =
        story.table.hosts[&host].pieces.iter().filter_map(|p| p.system.as_deref()).collect();
    assert_eq!(systems, ["windows 10"]);
}

#[test]
fn what_was_collected_later_does_not_count_as_at_an_earlier_day() {
    let list = RecognitionList {
        version: 1,
        files: Vec::new(),
        units: vec![RecognisedUnit {
            host: "h-0000000000001".to_owned(),
            label: "pc".to_owned(),
            rule: Rule::New,
            confidence: 100,
            marks: Marks::default().into(),
            pieces: vec![RecognisedPiece {
                piece: 0,
                format: "systeminfo".to_owned(),
                collected: LATER,
                dated: true,
                system: None,
            }],
            possible: Vec::new(),
        }],
    };
    let pack = PackRef { blob: "p".into(), archive: "a".into(), event: "e".into() };
    let mut table = HostTable::default();
    apply(&mut table, pack, &list, DAY);
    assert!(table.hosts.is_empty());
    assert_eq!(table.packs.len(), 1, "packs keep their numbers");
}

#[test]
fn joined_files_with_two_serial_numbers_are_two_machines() {
    let piece = |serial: &str| {
        let mut evidence = Evidence { format: "osquery", ..Evidence::default() };
        evidence.host = HostIdentity {
            names: vec!["pc".to_owned()],
            serial: Some(serial.to_owned()),
            ..HostIdentity::default()
        };
        evidence
    };
    let files = vec![SourceFile {
        path: "a".into(),
        evidence: vec![piece("S1"), piece("S2"), piece("S1")],
    }];
    let hosts = join(files, None);
    assert_eq!(hosts.len(), 1);
    let units = units(&hosts);
    let pieces: Vec<&[u32]> = units.iter().map(|unit| unit.pieces.as_slice()).collect();
    assert_eq!(pieces, [&[0, 2][..], &[1][..]]);
}

#[test]
fn a_stored_table_is_read_back_and_another_version_is_not() {
    let mut story = Story::new();
    story.see(marks(&["pc"], Some("S"), &["a4:bb:6d:00:00:02"], Some("7")), DAY);
    let bytes = story.table.encode().unwrap();
    assert_eq!(HostTable::decode(&bytes), Some(story.table));
    let other = String::from_utf8(bytes).unwrap().replace("\"version\":1", "\"version\":2");
    assert_eq!(HostTable::decode(other.as_bytes()), None);
    assert_eq!(HostTable::decode(b"{"), None);
}
