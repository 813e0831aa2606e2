//! What the nation is judged by: what is built in, Microsoft's definitions, and an advisory on each of
//! some of the invented software.

use exposure::knowledge::{Builder, encode};
use jiff::Timestamp;
use jiff::civil::date;
use model::fact::{
    AffectedProduct, Bound, Fact, FactSink as _, PackageStatement, ProductTarget, Source,
    SourceKind, StatementStatus, VersionRange,
};
use rkyv::util::AlignedVec;

use super::definitions;
use super::hosts::versions_of;

/// Compiles it.
pub(super) fn compile() -> AlignedVec {
    let mut builder = definitions::builder(&definitions::tables().unwrap_or_default());
    statements(&mut builder);
    encode(&builder.finish(Timestamp::UNIX_EPOCH).unwrap()).unwrap()
}

/// An advisory on an invented piece of software: flaw, and the product or package.
fn statements(builder: &mut Builder) {
    builder.source(Source {
        kind: SourceKind::Osv,
        id: "bench".to_owned(),
        title: None,
        publisher: None,
        url: None,
        published: None,
        as_of: None,
    });
    let programs = (0..4_000).map(|n| {
        let product = program_of(n);
        let target = ProductTarget {
            name: Some(format!("Ward Program {product}")),
            ..ProductTarget::default()
        };
        (n, target, format!("{}.{}", 1 + product % 9, versions_of(product) / 2))
    });
    let packages = (0..600).map(|n| {
        let target = ProductTarget {
            ecosystem: Some("Debian:8".to_owned()),
            name: Some(format!("package{}", n * 5)),
            ..ProductTarget::default()
        };
        (10_000 + n, target, "1.4-1".to_owned())
    });
    for (n, target, before) in programs.chain(packages) {
        builder.fact(Fact::Package(PackageStatement {
            advisory: format!("BENCH-{n}"),
            vulnerabilities: vec![format!("CVE-2016-{}", 100_000 + n)],
            status: StatementStatus::Affected,
            product: AffectedProduct {
                target,
                ranges: vec![VersionRange {
                    scheme: None,
                    lower: Bound::Open,
                    upper: Bound::Excluded(before),
                    raw: String::new(),
                }],
                versions: Vec::new(),
                free_text: None,
                unnamed: model::fact::Unnamed::default(),
            },
            remediations: Vec::new(),
            published: Some(date(2017, 1, 1)),
            justification: None,
        }));
    }
}

/// Advisories are on all products alike, so that the most used are among them.
const fn program_of(number: usize) -> usize {
    if number < 100 { number } else { number * 5 }
}
