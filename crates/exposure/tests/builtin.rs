//! The built-in tables: well formed, in accord with themselves, and with Microsoft's and CISA's
//! own data where that is at hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use exposure::knowledge::builtin::{
    Presence, Standing, Subject, UpdateKind, bulletins, components, exploited, facts,
    file_versions, horizons, lifecycles, lines, presence, rollups, updates,
};
use jiff::civil::date;
use model::cve::CveId;
use model::fact::{Collected, Fact, WindowsUpdateFact};
use model::kb::Kb;
use model::windows::{Label, WindowsFamily, WindowsProduct, parse_label};

fn windows(label: &str) -> WindowsProduct {
    match parse_label(label) {
        Label::Windows(product) => product,
        other => panic!("{label}: {other:?}"),
    }
}

/// The facts on updates, each with the product its label names.
fn update_facts() -> Vec<(WindowsUpdateFact, WindowsProduct)> {
    let mut collected = Collected::default();
    facts(&mut collected).unwrap();
    collected
        .facts
        .into_iter()
        .filter_map(|(_, fact)| match fact {
            Fact::WindowsUpdate(update) => {
                let product = windows(&update.product);
                Some((update, product))
            }
            _ => None,
        })
        .collect()
}

/// Every update that fixes a CVE on a product: those named, and what supersedes them.
fn fixes(facts: &[(WindowsUpdateFact, WindowsProduct)], cve: CveId, label: &str) -> BTreeSet<u32> {
    let host = windows(label);
    let own: Vec<_> =
        facts.iter().filter(|(_, product)| product.covers(&host)).map(|(fact, _)| fact).collect();
    let mut found: BTreeSet<u32> =
        own.iter().filter(|f| f.cve == Some(cve)).filter_map(|f| f.kb.map(Kb::number)).collect();
    loop {
        let more: Vec<u32> = own
            .iter()
            .filter(|f| f.supersedes.iter().any(|old| found.contains(&old.number())))
            .filter_map(|f| f.kb.map(Kb::number))
            .filter(|kb| !found.contains(kb))
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

const ETERNAL: CveId = CveId::new(2017, 144);

#[test]
fn every_row_names_its_source() {
    let sources = [
        bulletins().unwrap().into_iter().map(|r| r.source).collect::<Vec<_>>(),
        exploited().unwrap().into_iter().map(|r| r.source).collect(),
        updates().unwrap().into_iter().map(|r| r.source).collect(),
        lines().unwrap().into_iter().map(|r| r.source).collect(),
        rollups().unwrap().into_iter().map(|r| r.source).collect(),
        horizons().unwrap().into_iter().map(|r| r.source).collect(),
        file_versions().unwrap().into_iter().map(|r| r.source).collect(),
        lifecycles().unwrap().into_iter().map(|r| r.source).collect(),
        components().unwrap().into_iter().map(|r| r.source).collect(),
    ];
    for source in sources.into_iter().flatten() {
        assert!(source.starts_with("https://"), "{source}");
    }
}

#[test]
fn every_update_belongs_to_a_bulletin_and_every_rollup_to_a_line() {
    let known: BTreeSet<String> = bulletins().unwrap().into_iter().map(|b| b.id).collect();
    for update in updates().unwrap() {
        assert!(known.contains(&update.bulletin), "{}", update.bulletin);
        assert_eq!(update.kb.is_none(), update.kind == UpdateKind::None, "{update:?}");
    }
    let known: BTreeSet<String> = lines().unwrap().into_iter().map(|l| l.id).collect();
    let horizons: BTreeSet<String> = horizons().unwrap().into_iter().map(|h| h.line).collect();
    assert_eq!(known, horizons);
    for rollup in rollups().unwrap() {
        assert!(known.contains(&rollup.line), "{}", rollup.line);
    }
}

#[test]
fn no_product_is_in_two_lines() {
    let lines = lines().unwrap();
    for line in &lines {
        for (label, product) in &line.products {
            let holders = lines.iter().filter(|other| other.covers(product)).count();
            assert_eq!(holders, 1, "{label}");
        }
    }
}

#[test]
fn a_line_rises_in_date_and_build_and_names_no_update_twice() {
    let mut last = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for rollup in rollups().unwrap() {
        assert!(seen.insert((rollup.line.clone(), rollup.kb)), "{} twice", rollup.kb);
        assert!(rollup.date >= date(2016, 8, 1) && rollup.date <= date(2026, 6, 30));
        if let Some((day, _)) = last.get(&rollup.line) {
            assert!(rollup.date >= *day, "{} {}", rollup.line, rollup.kb);
        }
        let revision = rollup.build.and_then(|b| b.revision);
        let before: Option<u32> = last.get(&rollup.line).and_then(|(_, r)| *r);
        if rollup.kind != UpdateKind::Hotpatch
            && let (Some(now), Some(before)) = (revision, before)
        {
            assert!(now > before, "{} {}", rollup.line, rollup.kb);
        }
        let keep = if rollup.kind == UpdateKind::Hotpatch { before } else { revision.or(before) };
        last.insert(rollup.line, (rollup.date, keep));
    }
}

#[test]
fn a_horizon_lies_within_its_line() {
    let rollups = rollups().unwrap();
    for horizon in horizons().unwrap() {
        assert!(
            rollups.iter().any(|r| r.line == horizon.line
                && r.kb == horizon.highest_kb
                && r.date == horizon.complete_to),
            "{horizon:?}"
        );
    }
}

#[test]
fn supersedence_has_no_cycle() {
    let mut newer: BTreeMap<(String, u32), BTreeSet<u32>> = BTreeMap::new();
    for (fact, _) in update_facts() {
        let Some(own) = fact.kb else { continue };
        for old in &fact.supersedes {
            newer.entry((fact.product.clone(), old.number())).or_default().insert(own.number());
        }
    }
    for (product, start) in newer.keys() {
        let mut seen = BTreeSet::new();
        let mut next = vec![*start];
        while let Some(at) = next.pop() {
            for up in newer.get(&(product.clone(), at)).into_iter().flatten() {
                assert_ne!(up, start, "{product}: {start} supersedes itself");
                if seen.insert(*up) {
                    next.push(*up);
                }
            }
        }
    }
}

#[test]
fn later_rollups_hold_the_fix_and_older_or_security_only_ones_do_not() {
    let facts = update_facts();
    let cases: [(&str, &[u32], &[u32]); 9] = [
        (
            "Windows 7 for x64-based Systems Service Pack 1",
            &[
                4_012_212, 4_012_215, 4_012_218, 4_015_549, 4_019_263, 4_019_264, 4_467_107,
                4_486_563,
            ],
            &[3_212_646, 3_197_868, 4_015_546, 4_041_678, 4_474_419],
        ),
        (
            "Windows Server 2012 R2",
            &[4_012_213, 4_012_216, 4_019_213, 4_489_881, 5_094_041],
            &[3_205_401, 4_015_547, 4_012_212],
        ),
        (
            "Windows Server 2012",
            &[4_012_214, 4_012_217, 4_019_214, 4_015_551, 4_530_691, 5_018_457, 5_031_442],
            &[3_205_409, 4_015_548, 5_031_427],
        ),
        (
            "Windows Server 2016",
            &[4_013_429, 4_015_438, 4_016_635, 4_015_217, 4_103_723, 5_087_537],
            &[3_213_986, 3_200_970],
        ),
        ("Windows 10 Version 1607 for x64-based Systems", &[4_013_429, 4_019_472], &[3_213_986]),
        (
            "Windows 10 Version 1511 for 32-bit Systems",
            &[4_013_198, 4_019_473, 4_041_689],
            &[3_210_721],
        ),
        (
            "Windows 10 for x64-based Systems",
            &[4_012_606, 4_016_637, 4_019_474, 5_066_837],
            &[3_210_720],
        ),
        ("Windows XP Service Pack 3", &[4_012_598], &[958_644]),
        ("Windows Vista x64 Edition Service Pack 2", &[4_012_598], &[3_177_186]),
    ];
    for (product, fixed, not) in cases {
        let found = fixes(&facts, ETERNAL, product);
        for number in fixed {
            assert!(found.contains(number), "{product}: KB{number} holds the fix");
        }
        for number in not {
            assert!(!found.contains(number), "{product}: KB{number} does not hold the fix");
        }
    }
}

#[test]
fn unsupported_service_packs_are_affected_without_a_fix() {
    let facts = update_facts();
    for label in ["Windows XP", "Windows Vista Service Pack 1", "Windows 7 for x64-based Systems"] {
        let host = windows(label);
        let rows: Vec<_> = facts
            .iter()
            .filter(|(f, product)| f.cve == Some(ETERNAL) && product.covers(&host))
            .collect();
        assert!(!rows.is_empty() && rows.iter().all(|(f, _)| f.kb.is_none()), "{label}");
    }
}

#[test]
fn products_that_came_out_after_ms17_010_have_no_row() {
    let facts = update_facts();
    for label in [
        "Windows 10 Version 1703 for x64-based Systems",
        "Windows 10 Version 22H2 for x64-based Systems",
        "Windows Server 2022",
        "Windows 11 Version 24H2 for x64-based Systems",
    ] {
        assert!(fixes(&facts, ETERNAL, label).is_empty(), "{label}");
        let product = windows(label);
        let released = lifecycles()
            .unwrap()
            .into_iter()
            .filter_map(|l| match l.subject {
                Subject::Windows { product: own, .. } if own.covers(&product) => l.released,
                _ => None,
            })
            .min();
        assert!(released.unwrap() > date(2017, 3, 14), "{label}");
    }
}

#[test]
fn the_latest_cumulative_update_closes_every_bulletin_of_its_product() {
    let facts = update_facts();
    let cases = [
        ("Windows Server 2022", 5_087_545),
        ("Windows 10 Version 22H2 for x64-based Systems", 5_094_127),
        ("Windows 10 Version 1909 for x64-based Systems", 5_013_945),
        ("Windows Server 2019", 5_094_123),
        ("Windows Server 2016", 5_087_537),
    ];
    for (label, latest) in cases {
        let host = windows(label);
        for bulletin in bulletins().unwrap() {
            for cve in &bulletin.cves {
                let named =
                    facts.iter().any(|(f, product)| f.cve == Some(*cve) && product.covers(&host));
                assert!(
                    !named || fixes(&facts, *cve, label).contains(&latest),
                    "{label}: KB{latest} and {cve}"
                );
            }
        }
    }
}

#[test]
fn fixed_builds_agree_with_the_lines() {
    let rollups = rollups().unwrap();
    for update in updates().unwrap() {
        let (Some(kb), Some(build)) = (update.kb, update.fixed_build) else { continue };
        for rollup in rollups.iter().filter(|r| r.kb == kb) {
            if let Some(own) = rollup.build {
                assert_eq!(own.revision, build.revision, "{kb}");
            }
        }
    }
}

#[test]
fn lifecycles_are_in_order_and_cover_every_line() {
    let lifecycles = lifecycles().unwrap();
    for life in &lifecycles {
        let ends = [life.released, life.support_end, life.extended_end, life.paid_end];
        let known: Vec<_> = ends.into_iter().flatten().collect();
        assert!(known.is_sorted(), "{life:?}");
        assert!(!known.is_empty(), "{life:?}");
    }
    for line in lines().unwrap() {
        for (label, product) in line.products {
            // The newest release has no end yet that we could read.
            if label.contains("26H1") {
                continue;
            }
            assert!(
                lifecycles.iter().any(|l| matches!(&l.subject,
                    Subject::Windows { product: own, .. } if own.covers(&product))),
                "{label}"
            );
        }
    }
    let seven = windows("Windows 7 for x64-based Systems");
    let ended = lifecycles
        .iter()
        .find(|l| matches!(&l.subject, Subject::Windows { product, .. } if product.covers(&seven)));
    assert_eq!(ended.unwrap().fixes_end(), Some(date(2013, 4, 9)));
}

#[test]
fn components_tell_inbox_from_optional() {
    let rules = components().unwrap();
    let of = |component: &str, family| presence(&rules, component, family);
    assert_eq!(of("Windows SMB Server", WindowsFamily::Seven), Some(Presence::Inbox));
    assert_eq!(of("Internet Explorer 11", WindowsFamily::EightOne), Some(Presence::Inbox));
    assert_eq!(of("Windows Internet Explorer 11", WindowsFamily::Seven), Some(Presence::Optional));
    assert_eq!(of("Microsoft .NET Framework 4.8", WindowsFamily::Ten), Some(Presence::Optional));
    assert_eq!(of("Role: DNS Server", WindowsFamily::Server2019), Some(Presence::Optional));
    assert_eq!(of("Role: Windows Hyper-V", WindowsFamily::Server2019), Some(Presence::Optional));
    assert_eq!(of("Adobe Flash Player", WindowsFamily::Ten), Some(Presence::Inbox));
    assert_eq!(of("Windows Kernel", WindowsFamily::Eleven), Some(Presence::Inbox));
    assert_eq!(of("Something New", WindowsFamily::Eleven), None);
    for bulletin in updates().unwrap() {
        if let Some(component) = bulletin.component {
            let family = bulletin.products[0].1.family;
            assert_eq!(of(&component, family), Some(Presence::Optional), "{component}");
        }
    }
}

#[test]
fn second_hand_rollups_are_never_stated_as_facts() {
    let stated: BTreeSet<Kb> = update_facts().into_iter().filter_map(|(f, _)| f.kb).collect();
    let in_updates: BTreeSet<Kb> = updates().unwrap().into_iter().filter_map(|u| u.kb).collect();
    for rollup in rollups().unwrap() {
        if rollup.standing == Standing::SecondHand && !in_updates.contains(&rollup.kb) {
            assert!(!stated.contains(&rollup.kb), "{}", rollup.kb);
        }
    }
}

#[test]
fn agrees_with_microsofts_march_2017_document() {
    let Some(path) = support::shared_data("msrc-cvrf/cvrfDocument-2017-Mar.xml") else { return };
    let xml = fs::read_to_string(path).unwrap();
    let facts = update_facts();
    let names: BTreeMap<&str, &str> = xml
        .split("<prod:FullProductName ProductID=\"")
        .skip(1)
        .filter_map(|rest| {
            let (id, rest) = rest.split_once('"')?;
            let (_, rest) = rest.split_once('>')?;
            Some((id, rest.split_once('<')?.0))
        })
        .collect();
    let mut checked = 0;
    for vulnerability in xml.split("<vuln:Vulnerability ").skip(1) {
        // Advisories without a CVE stand among them ("ADV170003").
        let Ok(cve) = between(vulnerability, "<vuln:CVE>", "<").unwrap().parse::<CveId>() else {
            continue;
        };
        if !(143..=148).contains(&cve.number()) || cve.year() != 2017 {
            continue;
        }
        for fix in vulnerability.split("<vuln:Remediation Type=\"Vendor Fix\">").skip(1) {
            let fix = fix.split("</vuln:Remediation>").next().unwrap();
            let number: u32 = between(fix, "<vuln:Description>", "<").unwrap().parse().unwrap();
            let old: Option<u32> =
                between(fix, "<vuln:Supercedence>", "<").and_then(|t| t.parse().ok());
            for product in fix.split("<vuln:ProductID>").skip(1) {
                let name = names[product.split('<').next().unwrap()];
                let found = fixes(&facts, cve, name);
                assert!(found.contains(&number), "{cve} {name}: KB{number}");
                assert!(old.is_none_or(|o| !found.contains(&o)), "{cve} {name}: {old:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn knows_every_update_that_the_definitions_name_for_ms17_010() {
    let Some(path) = support::shared_data("ms-kb/ms17-010/ms17-010-rows.csv") else { return };
    let listed: BTreeSet<Kb> = rollups()
        .unwrap()
        .into_iter()
        .map(|r| r.kb)
        .chain(updates().unwrap().into_iter().filter_map(|u| u.kb))
        .collect();
    let facts = update_facts();
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut open = BTreeSet::new();
    let mut known = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let Ok(own) = record[2].parse::<Kb>() else { continue };
        assert!(listed.contains(&own), "{own} is not listed");
        let found =
            known.entry(record[4].to_owned()).or_insert_with(|| fixes(&facts, ETERNAL, &record[4]));
        if !found.contains(&own.number()) {
            open.insert(own.number());
        }
    }
    // The definitions also name security-only updates of April and June 2017 (Microsoft's page
    // says that April's do not hold the fix, and does not speak of June's), and KB4012598 for
    // service packs on which it cannot be installed.
    let expected = [4_012_212, 4_012_598, 4_015_546, 4_015_548, 4_022_717, 4_022_718, 4_022_722];
    assert_eq!(open, BTreeSet::from(expected));
}

#[test]
fn knows_the_out_of_band_updates_of_may_2017() {
    let Some(path) = support::shared_data("ms-kb/ms17-010/out-of-band-2017-05-13.csv") else {
        return;
    };
    let updates = updates().unwrap();
    let mut reader = csv::Reader::from_path(path).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let host = windows(&record[1]);
        assert!(
            updates.iter().any(|u| u.bulletin == "MS17-010"
                && u.kb == record[0].parse().ok()
                && u.published == date(2017, 5, 13)
                && u.products.iter().any(|(_, own)| own.covers(&host))),
            "{record:?}"
        );
    }
}

#[test]
fn agrees_with_cisas_catalogue() {
    let Some(path) = support::shared_data("kev-epss/known_exploited_vulnerabilities.csv") else {
        return;
    };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (id, added, due, ransomware) = (
        column("cveID"),
        column("dateAdded"),
        column("dueDate"),
        column("knownRansomwareCampaignUse"),
    );
    let catalogue: BTreeMap<CveId, csv::StringRecord> =
        reader.records().map(Result::unwrap).map(|r| (r[id].parse().unwrap(), r)).collect();
    for row in exploited().unwrap() {
        let theirs = &catalogue[&row.cve];
        assert_eq!(theirs[added], row.added.to_string(), "{}", row.cve);
        assert_eq!(theirs[due], row.due.unwrap().to_string(), "{}", row.cve);
        assert_eq!(&theirs[ransomware] == "Known", row.ransomware == Some(true), "{}", row.cve);
    }
    for cve in bulletins().unwrap().iter().flat_map(|b| &b.cves) {
        assert_eq!(
            catalogue.contains_key(cve),
            exploited().unwrap().iter().any(|e| e.cve == *cve),
            "{cve}"
        );
    }
}

#[test]
fn component_rules_know_the_components_that_labels_carry() {
    let Some(path) = support::shared_data("ms-kb/products.csv") else { return };
    let rules = components().unwrap();
    let (mut known, mut unknown) = (0_u64, 0_u64);
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        let rows: u64 = record[1].parse().unwrap();
        if let Label::ComponentOn { component, windows } = parse_label(&record[0]) {
            match presence(&rules, &component, windows.family) {
                Some(_) => known += rows,
                None => unknown += rows,
            }
        }
    }
    assert!(known > 20 * unknown, "{known} rows known, {unknown} not");
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
}
