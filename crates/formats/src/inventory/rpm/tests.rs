use model::evidence::{Completeness, Platform, Software};
use model::reading::Place;

use super::name::PackageName;
use super::{info, list};
use crate::inventory::{Input, Reading, detect};

fn input(text: &str) -> Input<'_> {
    Input { bytes: text.as_bytes(), file_name: None }
}

fn software(reading: &Reading) -> &[Software] {
    &reading.evidence[0].software
}

#[test]
fn names_are_split_from_the_right() {
    let cases = [
        ("make-3.82-24.el7.x86_64", "make", None, "3.82-24.el7", Some("x86_64")),
        (
            "java-1.8.0-openjdk-1.8.0.412-1.el8.x86_64",
            "java-1.8.0-openjdk",
            None,
            "1.8.0.412-1.el8",
            Some("x86_64"),
        ),
        (
            "openssl-libs-1:1.1.1k-9.el8_7.x86_64",
            "openssl-libs",
            Some("1"),
            "1:1.1.1k-9.el8_7",
            Some("x86_64"),
        ),
        ("bash-(none):5.1-2.fc34.noarch", "bash", Some("0"), "0:5.1-2.fc34", Some("noarch")),
        ("1:make-3.82-24.el7.src", "make", Some("1"), "1:3.82-24.el7", Some("src")),
        ("filesystem-2.4.0-3.el5", "filesystem", None, "2.4.0-3.el5", None),
        ("gpg-pubkey-f4a80eb5-53a7ff4b", "gpg-pubkey", None, "f4a80eb5-53a7ff4b", None),
    ];
    for (text, name, epoch, version, architecture) in cases {
        let package = PackageName::parse(text).unwrap();
        assert_eq!(package.name, name, "{text}");
        assert_eq!(package.epoch, epoch, "{text}");
        assert_eq!(package.full_version(), version, "{text}");
        assert_eq!(package.architecture, architecture, "{text}");
    }
    for text in ["", "make", "make-3.82", "-1-2", "a b-1-2", "make--1"] {
        assert_eq!(PackageName::parse(text), None, "{text}");
    }
}

#[test]
fn list_says_that_it_shows_no_epochs() {
    let text = "make-3.82-24.el7.x86_64\nrpm-4.11.3-40.el7.x86_64\ngpg-pubkey-f4a80eb5-53a7ff4b\n";
    assert_eq!(detect(&input(text)).unwrap().name, "rpm-list");
    let reading = list::read(&input(text)).unwrap();
    assert_eq!(software(&reading).len(), 2);
    assert!(reading.warnings[0].message.contains("2 packages show no epoch"));
    let evidence = &reading.evidence[0];
    assert_eq!(evidence.software_completeness, Some(Completeness::Complete));
    let os = evidence.os.as_ref().unwrap();
    assert_eq!(os.guess_percent, Some(60));
    assert_eq!(
        os.platform,
        Platform::Linux { distribution: "rhel".into(), version: Some("7".into()) }
    );
}

#[test]
fn query_formats_agree() {
    let forms = [
        "make 1:3.82-24.el7.x86_64",
        "make 1:3.82-24.el7 x86_64",
        "make 1:3.82 24.el7 x86_64",
        "make 1 3.82 24.el7 x86_64",
        "make\t1\t3.82\t24.el7\tx86_64",
        "make,1,3.82,24.el7,x86_64",
        "\"make\"|\"1\"|\"3.82\"|\"24.el7\"|\"x86_64\"",
        "make-1:3.82-24.el7.x86_64    Wed 16 Oct 2019 09:21:42 AM PDT",
    ];
    for form in forms {
        let reading = list::read(&input(form)).unwrap();
        let package = &software(&reading)[0];
        assert_eq!(package.name, "make", "{form}");
        assert_eq!(package.version.as_deref(), Some("1:3.82-24.el7"), "{form}");
        assert_eq!(package.architecture.as_deref(), Some("x86_64"), "{form}");
        assert!(reading.warnings.is_empty(), "{form}: {:?}", reading.warnings);
        assert!(list::sniff(&input(form)), "{form}");
    }
}

#[test]
fn lines_that_are_no_package_cost_themselves() {
    let text = "make-3.82-24.el7.x86_64\nerror: cannot open database\nbash-4.2.46-33.el7.x86_64\n";
    let reading = list::read(&input(text)).unwrap();
    assert_eq!(software(&reading).len(), 2);
    assert!(reading.warnings.iter().any(|warning| warning.place == Place::Line(2)));
}

const INFO: &str = "\
Name        : make
Epoch       : 1
Version     : 3.82
Release     : 24.el7
Architecture: x86_64
Install Date: Wed 16 Oct 2019 09:21:42 AM PDT
Source RPM  : make-3.82-24.el7.src.rpm
Vendor      : CentOS
Description :
Version     : not this one
Name        : libsmartcols
Version     : 2.23.2
Release     : 61.el7
Architecture: x86_64
Source RPM  : util-linux-2.23.2-61.el7.src.rpm
Vendor      : CentOS
Description :
Text.
Name        : gpg-pubkey
Version     : f4a80eb5
Release     : 53a7ff4b
";

#[test]
fn info_reads_records() {
    assert_eq!(detect(&input(INFO)).unwrap().name, "rpm-info");
    let reading = info::read(&input(INFO)).unwrap();
    let [make, smartcols] = software(&reading) else { panic!("{reading:?}") };
    assert_eq!(make.version.as_deref(), Some("1:3.82-24.el7"));
    assert_eq!(make.vendor.as_deref(), Some("CentOS"));
    assert_eq!(make.place, Place::Line(1));
    // No epoch printed in a record is epoch 0, and said so.
    assert_eq!(smartcols.version.as_deref(), Some("0:2.23.2-61.el7"));
    assert_eq!(smartcols.source, Some(("util-linux".into(), Some("2.23.2-61.el7".into()))));
    assert_eq!(reading.warnings, []);
    let os = reading.evidence[0].os.as_ref().unwrap();
    assert_eq!(
        os.platform,
        Platform::Linux { distribution: "centos".into(), version: Some("7".into()) }
    );
    assert_eq!(os.guess_percent, Some(90));
}

#[test]
fn info_of_old_versions_has_two_columns() {
    let text = "\
Name        : make                         Relocations: (not relocatable)
Version     : 3.81                              Vendor: CentOS
Release     : 3.el5                         Build Date: Wed 07 Jan 2007
Install Date: Thu 01 Jan 2009               Build Host: builder5.example.org
Group       : Development/Tools             Source RPM: make-3.81-3.el5.src.rpm
";
    let reading = info::read(&input(text)).unwrap();
    let make = &software(&reading)[0];
    assert_eq!(make.name, "make");
    assert_eq!(make.version.as_deref(), Some("0:3.81-3.el5"));
    assert_eq!(make.vendor.as_deref(), Some("CentOS"));
    assert_eq!(make.source, Some(("make".into(), Some("3.81-3.el5".into()))));
}

#[test]
fn record_cut_in_the_middle_has_no_version() {
    let reading = info::read(&input("Name        : make\nVersion     : 3.82\n")).unwrap();
    assert_eq!(software(&reading)[0].version, None);
    assert_eq!(reading.warnings.len(), 1);
}
