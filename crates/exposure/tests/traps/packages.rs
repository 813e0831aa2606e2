//! Software: streams, source packages, several sources on one flaw, what nobody knows.

use exposure::judge::{Line, Reason, Remedy, UnrecognisedKind, judge};
use model::evidence::{Ecosystem, Software};
use model::fact::StatementStatus::{Affected, Fixed, NotAffected};
use model::fact::{
    AffectedProduct, Bound, Fact, FactSink as _, PackageStatement, ProductTarget, Source,
    SourceKind, StatementStatus, Unnamed, VersionRange,
};
use model::purl::Purl;
use model::verdict::Verdict;

use crate::support::{Machine, World};

const TODAY: &str = "2026-06-30";
const FLAW: &str = "CVE-2024-90001";

/// What a source says of a package.
#[derive(Clone)]
struct Says {
    kind: SourceKind,
    advisory: &'static str,
    flaw: &'static str,
    ecosystem: &'static str,
    name: &'static str,
    vendor: &'static str,
    status: StatementStatus,
    /// Affected before this version.
    before: &'static str,
    /// Affected up to this version, instead of `before`.
    up_to: &'static str,
    from: &'static str,
    versions: &'static [&'static str],
    words: &'static str,
    unnamed: Unnamed,
    purl: &'static str,
    published: &'static str,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            kind: SourceKind::Osv,
            advisory: "ADV-1",
            flaw: FLAW,
            ecosystem: "",
            name: "",
            vendor: "",
            status: Affected,
            before: "",
            up_to: "",
            from: "",
            versions: &[],
            words: "",
            unnamed: Unnamed::NotStated,
            purl: "",
            published: "2024-02-01",
        }
    }
}

fn world(statements: &[Says]) -> World {
    let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    World::with(|builder| {
        let mut open: Option<(SourceKind, &str)> = None;
        for says in statements {
            // Statements of one advisory in a row stand in one document.
            if open.replace((says.kind, says.advisory)) != Some((says.kind, says.advisory)) {
                builder.source(Source {
                    kind: says.kind,
                    id: says.advisory.to_owned(),
                    title: None,
                    publisher: None,
                    url: None,
                    published: None,
                    as_of: None,
                });
            }
            let ranges = if says.before.is_empty() && says.up_to.is_empty() {
                Vec::new()
            } else {
                vec![VersionRange {
                    scheme: None,
                    lower: if says.from.is_empty() {
                        Bound::Open
                    } else {
                        Bound::Included(says.from.to_owned())
                    },
                    upper: if says.up_to.is_empty() {
                        Bound::Excluded(says.before.to_owned())
                    } else {
                        Bound::Included(says.up_to.to_owned())
                    },
                    raw: String::new(),
                }]
            };
            builder.fact(Fact::Package(PackageStatement {
                advisory: says.advisory.to_owned(),
                vulnerabilities: vec![says.flaw.to_owned()],
                status: says.status,
                product: AffectedProduct {
                    target: ProductTarget {
                        ecosystem: text(says.ecosystem),
                        purl: text(says.purl).map(|p| Purl::parse(&p).expect("a package URL")),
                        cpe: None,
                        vendor: text(says.vendor),
                        name: text(says.name),
                        platform: None,
                    },
                    ranges,
                    versions: says.versions.iter().map(|v| (*v).to_owned()).collect(),
                    free_text: text(says.words),
                    unnamed: says.unnamed,
                },
                remediations: Vec::new(),
                published: Some(says.published.parse().expect("a day")),
                justification: None,
            }));
        }
    })
}

fn line(statements: &[Says], machine: Machine) -> Option<Line<'static>> {
    let world = world(statements);
    let question = world.at(TODAY);
    let verdicts = judge(&question, &machine.host());
    world.find(&verdicts, FLAW)
}

fn verdict(statements: &[Says], machine: Machine) -> Option<Verdict> {
    line(statements, machine).map(|line| line.verdict)
}

fn program(name: &str, version: &str) -> Machine {
    Machine::silent().package(Ecosystem::WindowsProgram, name, version, None)
}

fn debian(release: &str, version: &str) -> Machine {
    Machine::linux("debian", release).package(Ecosystem::Dpkg, "openssl", version, None)
}

#[test]
fn a_statement_for_another_release_of_the_distribution_says_nothing() {
    let says = [
        Says {
            ecosystem: "Debian:11",
            name: "openssl",
            before: "1.1.1n-0+deb11u4",
            ..Says::default()
        },
        Says { ecosystem: "Debian:12", name: "openssl", before: "3.0.8-1", ..Says::default() },
    ];
    assert_eq!(verdict(&says, debian("11", "1.1.1n-0+deb11u3")), Some(Verdict::Affected));
    assert_eq!(verdict(&says, debian("11", "1.1.1n-0+deb11u5")), Some(Verdict::Fixed));
    assert_eq!(verdict(&says, debian("11.6", "1.1.1n-0+deb11u5")), Some(Verdict::Fixed));
    assert_eq!(verdict(&says, debian("12", "3.0.7-1")), Some(Verdict::Affected));
    assert_eq!(verdict(&says, debian("", "1.1.1n-0+deb11u5")), Some(Verdict::Unknown));
}

#[test]
fn a_release_that_no_statement_speaks_of_makes_its_packages_unrecognised_not_safe() {
    let says =
        [Says { ecosystem: "Debian:12", name: "openssl", before: "3.0.8-1", ..Says::default() }];
    let world = world(&says);
    let question = world.at(TODAY);
    let verdicts = judge(&question, &debian("9", "1.1.0l-1").host());
    assert!(world.find(&verdicts, FLAW).is_none());
    assert_eq!(verdicts.unrecognised.len(), 1, "{:?}", verdicts.unrecognised);
    assert_eq!(verdicts.unrecognised[0].kind, UnrecognisedKind::Software);
    // Asked by name, it is unknown.
    assert_eq!(world.line(&debian("9", "1.1.0l-1").host(), TODAY, FLAW).verdict, Verdict::Unknown);
}

#[test]
fn a_package_url_of_a_distribution_keeps_to_its_release_too() {
    let says = [
        Says {
            ecosystem: "Debian:11",
            name: "openssl",
            before: "1.1.1n-0+deb11u4",
            ..Says::default()
        },
        Says { ecosystem: "Debian:12", name: "openssl", before: "3.0.8-1", ..Says::default() },
    ];
    let sbom = |release: &str, version: &str| {
        let purl = format!("pkg:deb/debian/libssl1.1@{version}?distro=debian-{release}");
        Machine::linux("debian", release).software(Software {
            ecosystem: Ecosystem::Purl,
            name: "libssl1.1".to_owned(),
            version: Some(version.to_owned()),
            source: Some(("openssl".to_owned(), None)),
            purl: Some(Purl::parse(&purl).expect("a package URL")),
            ..Software::default()
        })
    };
    assert_eq!(verdict(&says, sbom("11", "1.1.1n-0+deb11u5")), Some(Verdict::Fixed));
    assert_eq!(verdict(&says, sbom("11", "1.1.1n-0+deb11u3")), Some(Verdict::Affected));
    assert_eq!(verdict(&says, sbom("12", "3.0.7-1")), Some(Verdict::Affected));
}

#[test]
fn an_upstream_range_does_not_judge_a_distributions_package() {
    let says = [Says { name: "openssl", before: "3.0.8", ..Says::default() }];
    assert_eq!(verdict(&says, debian("11", "1.1.1n-0+deb11u5")), None);
    let says = [Says { ecosystem: "PyPI", name: "openssl", before: "3.0.8", ..Says::default() }];
    assert_eq!(verdict(&says, debian("11", "1.1.1n-0+deb11u5")), None);
}

#[test]
fn a_binary_package_is_judged_by_the_version_of_its_source() {
    let says =
        [Says { ecosystem: "Debian:12", name: "gcc-12", before: "12.2.0-14", ..Says::default() }];
    let host = |source: &str| {
        Machine::linux("debian", "12").package(
            Ecosystem::Dpkg,
            "libstdc++6",
            "99:1-1",
            Some(("gcc-12", Some(source))),
        )
    };
    assert_eq!(verdict(&says, host("12.2.0-13")), Some(Verdict::Affected));
    assert_eq!(verdict(&says, host("12.2.0-14")), Some(Verdict::Fixed));
}

#[test]
fn rpm_versions_compare_inside_one_stream_only() {
    let says = [
        Says {
            ecosystem: "AlmaLinux:8",
            name: "bash",
            before: "4.4.20-4.el8_6",
            ..Says::default()
        },
        Says {
            advisory: "ADV-2",
            ecosystem: "AlmaLinux:9",
            name: "bash",
            before: "5.1.8-6.el9_1",
            ..Says::default()
        },
    ];
    let host = |version: &str| {
        Machine::linux("almalinux", "").package(Ecosystem::Rpm, "bash", version, None)
    };
    assert_eq!(verdict(&says, host("4.4.20-3.el8")), Some(Verdict::Affected));
    assert_eq!(verdict(&says, host("4.4.20-4.el8_6")), Some(Verdict::Fixed));
    assert_eq!(verdict(&says, host("5.1.8-5.el9")), Some(Verdict::Affected));
    assert_eq!(verdict(&says, host("5.1.8-6.el9_1")), Some(Verdict::Fixed));
    assert_eq!(verdict(&says, host("4.2.46-35.el7_9")), None);
}

#[test]
fn a_range_in_words_is_unknown() {
    let says = [Says {
        kind: SourceKind::Csaf,
        name: "Pump Controller",
        words: "all versions up to and including the summer release",
        ..Says::default()
    }];
    let line = line(&says, program("Pump Controller", "4.2")).expect("a line");
    assert_eq!(line.verdict, Verdict::Unknown);
    assert!(matches!(line.reasons[0], Reason::RangeInWords { .. }));
}

#[test]
fn a_version_that_is_not_shown_or_not_a_version_is_unknown() {
    let says = [Says { name: "Viewer", before: "2.0", ..Says::default() }];
    assert_eq!(verdict(&says, program("Viewer", "")), Some(Verdict::Unknown));
    assert_eq!(verdict(&says, program("Viewer", "unknown")), Some(Verdict::Unknown));
    assert_eq!(verdict(&says, program("Viewer", "1.9")), Some(Verdict::Affected));
    assert_eq!(verdict(&says, program("Viewer", "2.0")), Some(Verdict::Fixed));
}

#[test]
fn software_that_nobody_knows_is_counted_and_never_safe() {
    let world = world(&[Says { name: "Viewer", before: "2.0", ..Says::default() }]);
    let machine = program("Nobody's Tool", "1.0")
        .package(Ecosystem::WindowsProgram, "Other Tool", "", None)
        .package(Ecosystem::WindowsProgram, "", "3", None);
    let question = world.at(TODAY);
    let verdicts = judge(&question, &machine.host());
    assert_eq!(verdicts.unrecognised.len(), 3, "{:?}", verdicts.unrecognised);
    assert!(verdicts.lines.iter().all(|l| l.verdict == Verdict::Unknown));
}

#[test]
fn two_products_of_one_name_are_both_judged() {
    let says = [Says { name: "Viewer", vendor: "Beta", before: "2.0", ..Says::default() }];
    let of = |vendor: &str| Software {
        ecosystem: Ecosystem::WindowsProgram,
        name: "Viewer".to_owned(),
        version: Some("1.0".to_owned()),
        vendor: Some(vendor.to_owned()),
        ..Software::default()
    };
    let world = world(&says);
    for order in [["Alpha", "Beta"], ["Beta", "Alpha"]] {
        let machine = Machine::silent().software(of(order[0])).software(of(order[1]));
        let question = world.at(TODAY);
        let verdicts = judge(&question, &machine.host());
        let line = world.find(&verdicts, FLAW).expect("a line");
        assert_eq!(line.verdict, Verdict::Affected);
        assert_eq!(verdicts.unrecognised.len(), 1, "the other vendor's is not known");
    }
}

#[test]
fn several_sources_on_one_flaw_give_one_verdict_and_show_where_they_differ() {
    let says = [
        Says { name: "Viewer", before: "2.0", ..Says::default() },
        Says {
            kind: SourceKind::Csaf,
            advisory: "VENDOR-7",
            name: "Viewer",
            status: NotAffected,
            ..Says::default()
        },
        Says {
            kind: SourceKind::Cve,
            advisory: FLAW,
            name: "Viewer",
            before: "1.8",
            ..Says::default()
        },
    ];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let said: Vec<Says> = order.iter().map(|at| says[*at].clone()).collect();
        let line = line(&said, program("Viewer", "1.9")).expect("one line");
        assert_eq!(line.verdict, Verdict::Affected);
        let mut others: Vec<(String, Verdict)> =
            line.disagreements.iter().map(|d| (d.source.clone(), d.verdict)).collect();
        others.sort();
        assert_eq!(
            others,
            [
                ("csaf (VENDOR-7)".to_owned(), Verdict::NotAffected),
                (format!("cve ({FLAW})"), Verdict::Fixed),
            ]
        );
        assert_eq!(
            *line.remedies,
            [Remedy::UpdateTo { product: "Viewer".to_owned(), version: "2.0".to_owned() }]
        );
    }
}

#[test]
fn a_publisher_that_lists_versions_one_by_one_does_not_contradict_itself() {
    let one = |version: &'static [&'static str]| Says {
        kind: SourceKind::Csaf,
        name: "Viewer",
        versions: version,
        ..Says::default()
    };
    let world = World::with(|builder| {
        // One document: one source, several statements.
        builder.source(Source {
            kind: SourceKind::Csaf,
            id: "VENDOR-7".to_owned(),
            title: None,
            publisher: None,
            url: None,
            published: None,
            as_of: None,
        });
        for version in ["1.0", "1.1", "1.2"] {
            builder.fact(Fact::Package(PackageStatement {
                advisory: "VENDOR-7".to_owned(),
                vulnerabilities: vec![FLAW.to_owned()],
                status: Affected,
                product: AffectedProduct {
                    target: ProductTarget {
                        name: Some("Viewer".to_owned()),
                        ..ProductTarget::default()
                    },
                    ranges: Vec::new(),
                    versions: vec![version.to_owned()],
                    free_text: None,
                    unnamed: Unnamed::NotStated,
                },
                remediations: Vec::new(),
                published: None,
                justification: None,
            }));
        }
    });
    let question = world.at(TODAY);
    let verdicts = judge(&question, &program("Viewer", "1.1").host());
    let line = world.find(&verdicts, FLAW).expect("a line");
    assert_eq!((line.verdict, line.disagreements.len()), (Verdict::Affected, 0), "{line:?}");
    assert_eq!(verdict(&[one(&["1.0", "1.1"])], program("Viewer", "1.1")), Some(Verdict::Affected));
}

#[test]
fn two_copies_of_one_package_differ_without_contradicting_each_other() {
    let says = [Says {
        purl: "pkg:npm/left",
        ecosystem: "npm",
        name: "left",
        before: "2.0.0",
        ..Says::default()
    }];
    let copy = |version: &str| Software {
        ecosystem: Ecosystem::Purl,
        name: "left".to_owned(),
        version: Some(version.to_owned()),
        purl: Some(Purl::parse(&format!("pkg:npm/left@{version}")).expect("a package URL")),
        ..Software::default()
    };
    for order in [["1.0.0", "2.1.0"], ["2.1.0", "1.0.0"]] {
        let machine = Machine::silent().software(copy(order[0])).software(copy(order[1]));
        let line = line(&says, machine).expect("a line");
        assert_eq!(line.verdict, Verdict::Affected);
        assert_eq!(line.software.as_deref(), Some("left 1.0.0"));
        assert_eq!(line.disagreements, []);
        assert_eq!(line.reasons.len(), 2);
    }
}

#[test]
fn between_two_fixed_versions_of_two_branches_nothing_is_claimed() {
    let fixed = |versions: &'static [&'static str]| Says {
        kind: SourceKind::Csaf,
        advisory: "VENDOR-7",
        name: "Viewer",
        status: Fixed,
        versions,
        ..Says::default()
    };
    let one = [fixed(&["2.4.0"])];
    assert_eq!(verdict(&one, program("Viewer", "2.3.9")), Some(Verdict::Affected));
    assert_eq!(verdict(&one, program("Viewer", "2.4.1")), Some(Verdict::Fixed));
    let both = [fixed(&["1.9.5", "2.0.3"])];
    for (version, expected) in [
        ("1.9.4", Verdict::Affected),
        ("1.9.5", Verdict::Fixed),
        ("1.9.6", Verdict::Unknown),
        ("2.0.1", Verdict::Unknown),
        ("2.0.4", Verdict::Fixed),
    ] {
        assert_eq!(verdict(&both, program("Viewer", version)), Some(expected), "{version}");
    }
    // Where the affected ranges are stated they decide.
    let range = |from, before| Says {
        kind: SourceKind::Cve,
        name: "Viewer",
        from,
        before,
        ..Says::default()
    };
    let ranges = [range("", "1.9.5"), range("2.0", "2.0.3")];
    for (version, expected) in [
        ("1.9.4", Verdict::Affected),
        ("1.9.6", Verdict::Fixed),
        ("2.0.1", Verdict::Affected),
        ("2.0.4", Verdict::Fixed),
    ] {
        assert_eq!(verdict(&ranges, program("Viewer", version)), Some(expected), "{version}");
    }
}

#[test]
fn what_is_published_later_is_not_said_yet() {
    let says = [Says { name: "Viewer", before: "2.0", published: "2025-01-01", ..Says::default() }];
    let world = world(&says);
    let question = world.at("2024-12-31");
    let verdicts = judge(&question, &program("Viewer", "1.0").host());
    assert!(world.find(&verdicts, FLAW).is_none());
}

/// What a CSAF document says of the viewer.
fn document(status: StatementStatus, versions: &'static [&'static str]) -> Says {
    Says { kind: SourceKind::Csaf, name: "Viewer", status, versions, ..Says::default() }
}

#[test]
fn a_version_that_a_list_leaves_out_is_unknown_not_safe() {
    let says = [document(Affected, &["1.0"]), document(Affected, &["1.2"])];
    assert_eq!(verdict(&says, program("Viewer", "1.2")), Some(Verdict::Affected));
    for version in ["0.9", "1.1", "1.3", "7"] {
        let line = line(&says, program("Viewer", version)).expect("a line");
        assert_eq!(line.verdict, Verdict::Unknown, "{version}");
        let [Reason::VersionNotNamed { named, .. }] = &*line.reasons else {
            panic!("{:?}", line.reasons);
        };
        assert_eq!(named, "1.0, 1.2");
    }
}

#[test]
fn a_list_that_names_everything_makes_the_rest_not_affected() {
    let says = |ecosystem, unnamed| {
        [Says { ecosystem, name: "left", versions: &["1.0.0"], unnamed, ..Says::default() }]
    };
    let left = |version: &str| {
        Machine::silent().software(Software {
            ecosystem: Ecosystem::Purl,
            name: "left".to_owned(),
            version: Some(version.to_owned()),
            purl: Some(Purl::parse(&format!("pkg:npm/left@{version}")).expect("a package URL")),
            ..Software::default()
        })
    };
    let all = says("npm", Unnamed::NotAffected);
    assert_eq!(verdict(&all, left("1.0.0")), Some(Verdict::Affected));
    assert_eq!(verdict(&all, left("1.0.1")), Some(Verdict::NotAffected));
    assert_eq!(verdict(&all, left("one")), Some(Verdict::Unknown));
    let some = says("npm", Unnamed::NotStated);
    assert_eq!(verdict(&some, left("1.0.1")), Some(Verdict::Unknown));
    // Where no scheme is named, "1.0" may well be "1.0.0".
    let all = says("", Unnamed::NotAffected);
    assert_eq!(verdict(&all, program("left", "1.0")), Some(Verdict::Unknown));
    assert_eq!(verdict(&all, program("left", "1.1")), Some(Verdict::NotAffected));
}

#[test]
fn the_same_advisory_settles_what_its_list_leaves_out() {
    let affected = document(Affected, &["1.0", "1.1"]);
    // A fix past everything that is listed.
    let fixed = [affected.clone(), document(Fixed, &["1.2"])];
    assert_eq!(verdict(&fixed, program("Viewer", "1.2")), Some(Verdict::Fixed));
    assert_eq!(verdict(&fixed, program("Viewer", "1.3")), Some(Verdict::Fixed));
    assert_eq!(verdict(&fixed, program("Viewer", "0.9")), Some(Verdict::Affected));
    // A fix of one branch says nothing of another.
    let branches = [document(Affected, &["1.0", "2.0"]), document(Fixed, &["1.2"])];
    assert_eq!(verdict(&branches, program("Viewer", "2.1")), Some(Verdict::Unknown));
    assert_eq!(verdict(&branches, program("Viewer", "2.0")), Some(Verdict::Affected));
    // The very version, under another status.
    let named = [affected.clone(), document(NotAffected, &["1.3"])];
    assert_eq!(verdict(&named, program("Viewer", "1.3")), Some(Verdict::NotAffected));
    assert_eq!(verdict(&named, program("Viewer", "1.4")), Some(Verdict::Unknown));
    // Another advisory's fix, or the fix of another flaw, settles nothing.
    let other = Says { advisory: "ADV-2", ..document(Fixed, &["1.2"]) };
    assert_eq!(
        verdict(&[affected.clone(), other], program("Viewer", "1.3")),
        Some(Verdict::Unknown)
    );
    let other = Says { flaw: "CVE-2024-90002", ..document(Fixed, &["1.2"]) };
    assert_eq!(verdict(&[affected, other], program("Viewer", "1.3")), Some(Verdict::Unknown));
}

#[test]
fn a_range_answers_for_the_listed_versions_before_its_end_only() {
    let says = |versions| {
        [Says { kind: SourceKind::Cve, name: "Viewer", before: "2.0", versions, ..Says::default() }]
    };
    assert_eq!(verdict(&says(&["1.0"]), program("Viewer", "2.1")), Some(Verdict::Fixed));
    assert_eq!(verdict(&says(&["3.0"]), program("Viewer", "3.0")), Some(Verdict::Affected));
    assert_eq!(verdict(&says(&["3.0"]), program("Viewer", "3.1")), Some(Verdict::Unknown));
}

#[test]
fn past_the_last_affected_version_is_not_called_the_fix() {
    let says = [Says { kind: SourceKind::Csaf, name: "Viewer", up_to: "1.9", ..Says::default() }];
    assert_eq!(verdict(&says, program("Viewer", "1.9")), Some(Verdict::Affected));
    let line = line(&says, program("Viewer", "1.10")).expect("a line");
    assert_eq!(line.verdict, Verdict::NotAffected);
    assert!(matches!(line.reasons[0], Reason::VersionOutside { .. }), "{:?}", line.reasons);
}

#[test]
fn words_beside_a_range_keep_the_rest_unknown() {
    let words = "3.x until the summer release";
    let ranged = [Says { name: "Viewer", before: "2.0", words, ..Says::default() }];
    assert_eq!(verdict(&ranged, program("Viewer", "1.9")), Some(Verdict::Affected));
    let line = line(&ranged, program("Viewer", "3.1")).expect("a line");
    assert_eq!(line.verdict, Verdict::Unknown);
    assert!(matches!(line.reasons[0], Reason::RangeInWords { .. }), "{:?}", line.reasons);
    let unnamed = Unnamed::NotAffected;
    let listed = [Says { name: "Viewer", versions: &["1.0"], words, unnamed, ..Says::default() }];
    assert_eq!(verdict(&listed, program("Viewer", "3.1")), Some(Verdict::Unknown));
}

#[test]
fn the_fix_of_another_flaw_of_the_advisory_is_no_fix() {
    let fixed = |flaw, versions| Says { flaw, ..document(Fixed, versions) };
    let says = [fixed(FLAW, &["2.0"]), fixed("CVE-2024-90002", &["1.5"])];
    assert_eq!(verdict(&says, program("Viewer", "1.6")), Some(Verdict::Affected));
    // Nor does a range of another flaw answer for this one.
    let range = Says {
        kind: SourceKind::Csaf,
        flaw: "CVE-2024-90002",
        name: "Viewer",
        before: "1.5",
        ..Says::default()
    };
    let says = [fixed(FLAW, &["2.0"]), range];
    assert_eq!(verdict(&says, program("Viewer", "1.6")), Some(Verdict::Affected));
}
