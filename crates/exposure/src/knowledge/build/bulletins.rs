//! Built-in tables that are no facts of a source: named bulletins and lifecycles.

use super::days::or_none;
use super::packages::fold;
use super::vulnerabilities::Vulnerabilities;
use crate::knowledge::builtin::{self, BuiltinError, LifecycleEdition, Subject};
use crate::knowledge::schema::{Bulletin, Lifecycle, NONE};

/// The named bulletins; marks their vulnerabilities as theirs.
pub(super) fn compile(
    vulnerabilities: &mut Vulnerabilities,
) -> Result<Vec<Bulletin>, BuiltinError> {
    let mut bulletins = Vec::new();
    for (position, named) in (0_u32..).zip(builtin::bulletins()?) {
        let rows: Vec<u32> = named.cves.iter().map(|cve| vulnerabilities.of_cve(*cve)).collect();
        for row in &rows {
            vulnerabilities.seen(*row, NONE, or_none(Some(named.published)));
            if let Some(row) = vulnerabilities.row_mut(*row) {
                row.bulletin = position;
                row.sources.retain(|source| *source != NONE);
            }
        }
        bulletins.push(Bulletin {
            id: named.id,
            name: named.name.unwrap_or_default(),
            title: named.title,
            summary: named.summary,
            published: or_none(Some(named.published)),
            worm: named.worm,
            mitigations: named.mitigations,
            vulnerabilities: rows,
            source_url: named.source,
        });
    }
    Ok(bulletins)
}

/// The lifecycles, Windows products by family, release and service pack.
pub(super) fn lifecycles() -> Result<Vec<Lifecycle>, BuiltinError> {
    let mut rows: Vec<Lifecycle> = builtin::lifecycles()?
        .into_iter()
        .map(|row| {
            let support_end = or_none(row.fixes_end());
            let (product, cycle, service_pack) = match row.subject {
                Subject::Windows { product, .. } => (
                    fold(product.family.name()),
                    product.release.unwrap_or_default(),
                    product.service_pack,
                ),
                Subject::Software { product, cycle } => (fold(&product), cycle, u8::MAX),
            };
            Lifecycle {
                product,
                cycle,
                service_pack,
                edition: edition_code(row.edition).to_owned(),
                released: or_none(row.released),
                support_end,
                paid_end: or_none(row.paid_end),
                source_url: row.source,
            }
        })
        .collect();
    rows.sort_by(|a, b| {
        (&a.product, &a.cycle, a.service_pack, &a.edition).cmp(&(
            &b.product,
            &b.cycle,
            b.service_pack,
            &b.edition,
        ))
    });
    Ok(rows)
}

const fn edition_code(edition: LifecycleEdition) -> &'static str {
    match edition {
        LifecycleEdition::Any => "",
        LifecycleEdition::HomePro => "home-pro",
        LifecycleEdition::Enterprise => "enterprise",
        LifecycleEdition::LongTerm => "long-term",
        LifecycleEdition::Embedded => "embedded",
        LifecycleEdition::Server => "server",
    }
}
