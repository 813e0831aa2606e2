//! Knowledge for the index's tests: what is built in, and statements on software that reach every
//! rule on packages.

use std::sync::OnceLock;

use model::fact::StatementStatus::{Affected, Fixed, NotAffected, UnderInvestigation};
use model::fact::{
    AffectedProduct, Bound, Fact, FactSink as _, PackageStatement, ProductTarget, Source,
    SourceKind, StatementStatus, VersionRange,
};
use model::purl::Purl;

use crate::support::World;

/// Flaws that statements on software speak of; the last two are also flaws of Windows.
pub(crate) const FLAWS: [&str; 10] = [
    "CVE-2024-90001",
    "CVE-2024-90002",
    "CVE-2024-90003",
    "CVE-2024-90004",
    "CVE-2024-90005",
    "CVE-2024-90006",
    "CVE-2024-90007",
    "CVE-2024-90008",
    "CVE-2017-0144",
    "CVE-2019-0708",
];

struct Says {
    kind: SourceKind,
    advisory: &'static str,
    flaw: usize,
    status: StatementStatus,
    /// An OSV ecosystem and a name, a package URL, or a product's name after a `|` and its vendor.
    what: &'static str,
    before: &'static str,
    versions: &'static [&'static str],
    words: &'static str,
    published: &'static str,
}

const fn says(
    advisory: &'static str,
    flaw: usize,
    status: StatementStatus,
    what: &'static str,
    before: &'static str,
) -> Says {
    let kind = SourceKind::Osv;
    Says {
        kind,
        advisory,
        flaw,
        status,
        what,
        before,
        versions: &[],
        words: "",
        published: "2019-02-01",
    }
}

fn all() -> Vec<Says> {
    let csaf = |said: Says| Says { kind: SourceKind::Csaf, ..said };
    vec![
        says("DSA-1", 0, Affected, "Debian:12 openssl", "1.1-2"),
        says("DSA-1", 0, Affected, "Debian:11 openssl", "1.0-9"),
        says("USN-1", 0, Affected, "Ubuntu:22.04:LTS openssl", "1.1-2"),
        Says { versions: &["1.1-2"], ..says("VEX-1", 0, Fixed, "Debian:12 openssl", "") },
        csaf(Says { versions: &["2.0-1"], ..says("VEX-1", 0, Fixed, "Debian:12 openssl", "") }),
        csaf(says("VEX-2", 0, NotAffected, "Debian:12 curl", "")),
        says("DSA-2", 1, Affected, "Debian curl", "2.0-1"),
        csaf(says("VEX-3", 1, UnderInvestigation, "Debian:12 zlib", "")),
        says("RHSA-1", 2, Affected, "Red Hat openssl", "1.1-2.el8"),
        says("ALPINE-1", 2, Affected, "Alpine:v3.18 openssl", "1.1-r2"),
        says("GHSA-1", 3, Affected, "pkg:pypi/django", "4.0"),
        csaf(says("ICSA-1", 4, Affected, "Mirth Connect|NextGen", "2.0")),
        csaf(Says {
            words: "before service pack 2",
            ..says("ICSA-2", 5, Affected, "Mirth Connect|", "")
        }),
        csaf(Says { versions: &["1.0", "1.5"], ..says("ICSA-3", 5, Affected, "7-Zip|", "") }),
        csaf(says("ICSA-4", 6, Affected, "7-Zip|Igor Pavlov", "19.00")),
        csaf(says("ICSA-5", 6, NotAffected, "Mirth Connect|", "")),
        Says { published: "2025-01-01", ..says("DSA-3", 6, Affected, "Debian:12 zlib", "2.0-1") },
        says("DSA-4", 7, Affected, "Debian:12 nothing-has-it", "2.0-1"),
        says("RHSA-2", 7, Affected, "Red Hat nothing-has-it", "2.0-1.el8"),
        csaf(says("ICSA-6", 8, Affected, "Mirth Connect|", "2.0")),
        says("DSA-5", 9, Affected, "Debian:12 zlib", "2.0-1"),
    ]
}

/// What is built in, and the statements.
pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::with(|builder| all().iter().for_each(|s| state(s, builder))))
}

fn state(says: &Says, builder: &mut exposure::knowledge::Builder) {
    builder.source(Source {
        kind: says.kind,
        id: says.advisory.to_owned(),
        title: None,
        publisher: None,
        url: None,
        published: None,
        as_of: None,
    });
    let target = if says.what.starts_with("pkg:") {
        ProductTarget { purl: Purl::parse(says.what).ok(), ..ProductTarget::default() }
    } else if let Some((name, vendor)) = says.what.split_once('|') {
        ProductTarget {
            name: Some(name.to_owned()),
            vendor: (!vendor.is_empty()).then(|| vendor.to_owned()),
            ..ProductTarget::default()
        }
    } else {
        let (ecosystem, name) = says.what.rsplit_once(' ').expect("an ecosystem and a name");
        ProductTarget {
            ecosystem: Some(ecosystem.to_owned()),
            name: Some(name.to_owned()),
            ..ProductTarget::default()
        }
    };
    let ranges = if says.before.is_empty() {
        Vec::new()
    } else {
        vec![VersionRange {
            scheme: None,
            lower: Bound::Open,
            upper: Bound::Excluded(says.before.to_owned()),
            raw: String::new(),
        }]
    };
    builder.fact(Fact::Package(PackageStatement {
        advisory: says.advisory.to_owned(),
        vulnerabilities: vec![FLAWS[says.flaw].to_owned()],
        status: says.status,
        product: AffectedProduct {
            target,
            ranges,
            versions: says.versions.iter().map(|v| (*v).to_owned()).collect(),
            free_text: (!says.words.is_empty()).then(|| says.words.to_owned()),
        },
        remediations: Vec::new(),
        published: Some(says.published.parse().expect("a day")),
        justification: None,
    }));
}
