//! Asked by name about software that a host does not have: not installed where the list of packages
//! is complete, else not shown; never safe without a list.

use exposure::judge::{Reason, ReasonKind};
use model::evidence::{Completeness, Ecosystem};
use model::verdict::Verdict;

use crate::statements::world;
use crate::support::Machine;

const TODAY: &str = "2019-06-30";

fn asked(machine: Machine, flaw: &str) -> (Verdict, ReasonKind) {
    let line = world().line(&machine.host(), TODAY, flaw);
    (line.verdict, line.reasons[0].kind())
}

fn complete(mut machine: Machine) -> Machine {
    machine.evidence.software_completeness = Some(Completeness::Complete);
    machine
}

fn debian(version: &str) -> Machine {
    complete(Machine::linux("debian", version).package(Ecosystem::Dpkg, "bash", "5.2-1", None))
}

const NOT_SHOWN: (Verdict, ReasonKind) = (Verdict::Unknown, ReasonKind::SoftwareNotShown);

#[test]
fn a_complete_list_of_the_distribution_shows_that_a_package_is_not_installed() {
    let expected = (Verdict::NotAffected, ReasonKind::NotInstalled);
    assert_eq!(asked(debian("12"), "CVE-2024-90008"), expected);
    let centos = Machine::linux("centos", "8.5").package(Ecosystem::Rpm, "bash", "5-1.el8", None);
    assert_eq!(asked(complete(centos), "CVE-2024-90008"), expected);
    let line = world().line(&debian("12").host(), TODAY, "CVE-2024-90008");
    assert!(
        matches!(&line.reasons[0], Reason::NotInstalled { product } if product == "nothing-has-it")
    );
}

#[test]
fn a_list_that_is_not_complete_shows_nothing() {
    let partial = Machine::linux("debian", "12").package(Ecosystem::Dpkg, "bash", "5.2-1", None);
    assert_eq!(asked(partial, "CVE-2024-90008"), NOT_SHOWN);
    assert_eq!(asked(Machine::linux("debian", "12"), "CVE-2024-90008"), NOT_SHOWN);
    assert_eq!(asked(Machine::seven(), "CVE-2024-90005"), NOT_SHOWN);
    assert_eq!(asked(Machine::silent(), "CVE-2024-90005"), NOT_SHOWN);
}

#[test]
fn a_guessed_system_and_a_mixed_list_show_nothing() {
    let mut guessed = debian("12");
    guessed.evidence.os.as_mut().unwrap().guess_percent = Some(95);
    assert_eq!(asked(guessed, "CVE-2024-90008"), NOT_SHOWN);
    let mixed = debian("12").package(Ecosystem::Rpm, "bash", "5-1.el8", None);
    assert_eq!(asked(mixed, "CVE-2024-90008"), NOT_SHOWN);
}

#[test]
fn a_list_of_packages_says_nothing_of_a_registry_beside_it() {
    assert_eq!(asked(debian("12"), "CVE-2024-90004"), NOT_SHOWN);
}

#[test]
fn what_is_said_of_another_release_or_distribution_is_not_covered() {
    let expected = (Verdict::Unknown, ReasonKind::ProductNotCovered);
    assert_eq!(asked(debian("10"), "CVE-2024-90008"), expected);
    let centos = Machine::linux("centos", "7.9").package(Ecosystem::Rpm, "bash", "5-1.el7", None);
    assert_eq!(asked(complete(centos), "CVE-2024-90008"), expected);
    let ubuntu = Machine::linux("ubuntu", "22.04").package(Ecosystem::Dpkg, "bash", "5.2-1", None);
    assert_eq!(asked(complete(ubuntu), "CVE-2024-90008"), expected);
}

#[test]
fn a_flaw_of_windows_that_the_distribution_also_names_needs_its_list() {
    // CVE-2019-0708 is of Windows; Debian states something of zlib.
    let without = Machine::linux("debian", "12");
    assert_eq!(asked(without, "CVE-2019-0708"), NOT_SHOWN);
    let expected = (Verdict::NotAffected, ReasonKind::NotInstalled);
    assert_eq!(asked(debian("12"), "CVE-2019-0708"), expected);
    // CVE-2017-0144 is of Windows and of a program of Windows: no matter of Debian.
    let expected = (Verdict::NotAffected, ReasonKind::OtherSystem);
    assert_eq!(asked(debian("12"), "CVE-2017-0144"), expected);
}

#[test]
fn a_statement_that_was_not_out_yet_is_not_heard() {
    // Debian's own came out in 2025.
    let asked = |day| world().line(&debian("12").host(), day, "CVE-2024-90007").reasons[0].kind();
    assert_eq!(asked("2019-06-30"), ReasonKind::ProductNotCovered);
    assert_eq!(asked("2026-06-30"), ReasonKind::NotInstalled);
}
