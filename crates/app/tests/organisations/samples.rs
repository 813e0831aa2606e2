//! The shared sample data imported into one register.
#![expect(clippy::print_stderr, reason = "a skipped test must say so")]

use std::path::Path;

use formats::unpack::{Limits, is_archive, unpack};
use model::organisation::OrganisationKind;
use model::organisation::register::History;

use crate::support::{code, day, import};

fn shared(file: &str) -> Option<Vec<u8>> {
    let folder = Path::new("../../../shared/data/organisations");
    let Ok(bytes) = std::fs::read(folder.join(file)) else {
        eprintln!("SKIPPED: organisations/{file} needs ../shared/data");
        return None;
    };
    if !is_archive(&bytes) {
        return Some(bytes);
    }
    Some(unpack(&bytes, Some(file), &Limits::default()).unwrap().members.remove(0).bytes)
}

/// The merger that no file states, as a person would state it.
const MERGER: &str = "code,name,closed,successor\n\
    RW3,CENTRAL MANCHESTER UNIVERSITY HOSPITALS NHS FOUNDATION TRUST,2017-09-30,R0A\n\
    RM2,UNIVERSITY HOSPITAL OF SOUTH MANCHESTER NHS FOUNDATION TRUST,2017-09-30,R0A\n";

#[test]
fn all_files_make_one_register_that_counts_as_published() {
    let files = [
        ("etrust_2018-09.csv.gz", "2018-09-15"),
        ("epraccur_2020-01_without_london.csv.gz", "2019-12-01"),
        ("ccg_to_stp_to_region_2021.csv", "2021-04-01"),
        ("etr_2022.csv", "2022-04-01"),
        ("sub_icb_to_icb_to_region_2023.csv", "2023-04-01"),
        ("dspt/dspt_icb_2023-10-17.csv", "2023-10-17"),
        ("dspt/dspt_trusts_2023-10-17.csv", "2023-10-17"),
        ("trusts_open_2017-05-12.csv", "2018-09-15"),
    ];
    let mut history = History::default();
    for (file, as_at) in files {
        let Some(bytes) = shared(file) else { return };
        let name = file.rsplit('/').next().unwrap();
        let plan = import(&mut history, name, &bytes, as_at);
        println!("{file}: {}", plan.summary);
        for conflict in plan.conflicts.iter().take(5) {
            println!("  {conflict}");
        }
        if file.starts_with("etrust") {
            assert_eq!(plan.summary.sites_left_out, 29_721);
        }
        if file.starts_with("trusts_open") {
            assert_eq!(plan.summary.registered, 0);
        }
    }
    let open = |on: &str, kind| history.at(day(on)).open_of(kind).count();
    assert_eq!(open("2017-05-12", OrganisationKind::Trust), 233);
    // 7,667 with London, whose rows were removed from this copy of the file.
    assert_eq!(open("2017-05-12", OrganisationKind::Practice), 6_272);
    assert_ne!(open("2019-06-01", OrganisationKind::Practice), 6_272);

    // Both generations of regions stand beside each other, each with its own.
    let register = history.at(day("2017-05-12"));
    let below = |region: &str| {
        let below = register.descendants(&code(region));
        below.iter().filter(|one| one.kind == OrganisationKind::Trust).count()
    };
    assert!(["Y54", "Y55", "Y56", "Y58", "Y59"].iter().all(|region| below(region) > 20));

    // No file says who took over; a table of one's own does.
    assert!(history.at(day("2018-01-01")).current(&code("RW3")).is_empty());
    let plan = import(&mut history, "merger.csv", MERGER.as_bytes(), "2018-09-15");
    assert_eq!((plan.summary.succeeded, plan.conflicts.len()), (2, 0));
    let after = history.at(day("2017-10-01"));
    for closed in ["RW3", "RM2"] {
        assert!(history.at(day("2017-09-30")).get(&code(closed)).unwrap().is_open());
        assert_eq!(after.current(&code(closed))[0].code, code("R0A"));
    }
    assert_eq!(after.predecessors(&code("R0A")).count(), 2);
}
