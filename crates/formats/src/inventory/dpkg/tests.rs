use model::evidence::{Completeness, Evidence, Platform, Software};
use model::reading::Place;

use super::{list, query, status};
use crate::inventory::{Input, Reading, detect};

fn input(text: &str) -> Input<'_> {
    Input { bytes: text.as_bytes(), file_name: None }
}

fn only(reading: &Reading) -> &Evidence {
    assert_eq!(reading.evidence.len(), 1);
    &reading.evidence[0]
}

fn find<'a>(evidence: &'a Evidence, name: &str) -> &'a Software {
    evidence.software.iter().find(|package| package.name == name).unwrap()
}

const STATUS: &str = "\
Package: libssl3
Status: install ok installed
Maintainer: Somebody <somebody@example.org>
Architecture: amd64
Source: openssl (3.0.11-1~deb12u2)
Version: 3.0.11-1~deb12u2+b1
Description: toolkit
 Package: notapackage

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: torn
Status: install reinstreq half-installed
Version: 2.0

Package: fresh
Status: install ok unpacked
Version: 3.0

Package: dpkg
Status: hold ok installed
Version: 1.21.22
";

#[test]
fn status_keeps_what_is_on_the_host() {
    assert_eq!(detect(&input(STATUS)).unwrap().name, "dpkg-status");
    let reading = status::read(&input(STATUS)).unwrap();
    let evidence = only(&reading);
    let names: Vec<&str> = evidence.software.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["libssl3", "torn", "fresh", "dpkg"]);
    let ssl = find(evidence, "libssl3");
    assert_eq!(ssl.version.as_deref(), Some("3.0.11-1~deb12u2+b1"));
    assert_eq!(ssl.source, Some(("openssl".into(), Some("3.0.11-1~deb12u2".into()))));
    assert_eq!(ssl.place, Place::Line(1));
    assert_eq!(find(evidence, "torn").version, None);
    assert_eq!(find(evidence, "fresh").version.as_deref(), Some("3.0"));
    assert_eq!(evidence.software_completeness, Some(Completeness::Complete));
    assert_eq!(reading.warnings.len(), 2, "{:?}", reading.warnings);
    let os = evidence.os.as_ref().unwrap();
    assert_eq!(os.guess_percent, Some(75));
    assert_eq!(
        os.platform,
        Platform::Linux { distribution: "debian".into(), version: Some("12".into()) }
    );
}

#[test]
fn os_release_pasted_above_a_list_is_the_hosts_own_word() {
    let text = format!("ID=kali\nVERSION_ID=\"2024.1\"\n\n{STATUS}");
    assert_eq!(detect(&input(&text)).unwrap().name, "dpkg-status");
    let reading = status::read(&input(&text)).unwrap();
    let os = only(&reading).os.as_ref().unwrap();
    assert_eq!(os.guess_percent, None);
    assert_eq!(os.raw_name, "kali");
}

#[test]
fn status_without_states_is_an_image_without_dpkg() {
    let text = "Package: base\nVersion: 1\nArchitecture: all\n";
    let reading = status::read(&input(text)).unwrap();
    assert_eq!(only(&reading).software.len(), 1);
    assert!(matches!(only(&reading).software_completeness, Some(Completeness::Partial(_))));
    assert!(!status::sniff(&input("Package: a\nVersion: 1\nFilename: pool/a.deb\nSHA256: 00\n")));
}

const NARROW: &str = "\
Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
||/ Name           Version      Architecture Description
+++-==============-============-============-=================================
ii  bash           5.2.15-2+b2  amd64        GNU Bourne Again SHell
ii  libcurl3-gnutl 7.88.1-10+de amd64        easy-to-use client-side URL tran
ii  openssl        3.0.11-1~deb amd64        Secure Sockets Layer toolkit - c
rc  oldthing       1.0          amd64        removed
iU  raw:amd64      1.1          amd64        unpacked
un  never          <none>       <none>       (no description available)
hi  dpkg           1.21.22      amd64        Debian package management system
";

#[test]
fn narrow_table_never_takes_a_cut_value_for_whole() {
    assert_eq!(detect(&input(NARROW)).unwrap().name, "dpkg-list");
    let reading = list::read(&input(NARROW)).unwrap();
    let evidence = only(&reading);
    assert_eq!(evidence.software.len(), 5);
    assert_eq!(find(evidence, "bash").version.as_deref(), Some("5.2.15-2+b2"));
    assert_eq!(find(evidence, "openssl").version, None);
    assert_eq!(find(evidence, "libcurl3-gnutl").version, None);
    assert_eq!(find(evidence, "raw").version.as_deref(), Some("1.1"));
    assert_eq!(find(evidence, "dpkg").place, Place::Line(12));
    assert!(matches!(evidence.software_completeness, Some(Completeness::Partial(_))));
    assert_eq!(reading.warnings.len(), 3, "{:?}", reading.warnings);
    assert!(reading.warnings[1].message.contains("may be cut"));
}

#[test]
fn wide_table_fits_its_longest_value_and_cuts_nothing() {
    let text = "\
||/ Name    Version           Architecture Description
+++-=======-=================-============-===========
ii  openssl 3.0.11-1~deb12u2  amd64        toolkit
ii  libssl3 1:3.0.11-1~deb12u amd64        library
";
    let reading = list::read(&input(text)).unwrap();
    assert_eq!(find(only(&reading), "openssl").version.as_deref(), Some("3.0.11-1~deb12u2"));
    assert_eq!(find(only(&reading), "libssl3").version.as_deref(), Some("1:3.0.11-1~deb12u"));
    assert_eq!(reading.warnings, []);
}

#[test]
fn rows_without_the_header_are_measured_too() {
    let rows: String =
        NARROW.lines().filter(|line| line.starts_with("ii")).flat_map(|l| [l, "\n"]).collect();
    assert_eq!(detect(&input(&rows)).unwrap().name, "dpkg-list");
    let reading = list::read(&input(&rows)).unwrap();
    assert_eq!(find(only(&reading), "openssl").version, None);
    assert_eq!(find(only(&reading), "bash").version.as_deref(), Some("5.2.15-2+b2"));
}

#[test]
fn query_reads_names_and_versions() {
    let text = "adduser\t3.134\nlibssl3:amd64\t3.0.11-1~deb12u2\nnever\t\ndpkg\t1.21.22\n";
    assert_eq!(detect(&input(text)).unwrap().name, "dpkg-query");
    let reading = query::read(&input(text)).unwrap();
    let evidence = only(&reading);
    assert_eq!(evidence.software.len(), 3);
    assert_eq!(find(evidence, "libssl3").architecture.as_deref(), Some("amd64"));
    assert!(reading.warnings[0].message.contains("no states"));
}

#[test]
fn query_with_states_leaves_the_removed_aside() {
    let text = "ii \tadduser\t3.134\tall\nrc \tgone\t1.0\tall\nii \tdpkg\t1.21.22\tamd64\n";
    let reading = query::read(&input(text)).unwrap();
    assert_eq!(only(&reading).software.len(), 2);
    assert_eq!(reading.warnings, []);
    let text = "adduser 3.134 install ok installed\ngone 1.0 deinstall ok config-files\n";
    let reading = query::read(&input(text)).unwrap();
    assert_eq!(only(&reading).software.len(), 1);
}
