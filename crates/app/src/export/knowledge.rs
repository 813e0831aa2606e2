//! Rows of what the knowledge says of the advisories that were asked about.

use std::collections::BTreeSet;
use std::io::Write;

use exposure::index::Asked as Resolved;
use exposure::knowledge::View;
use exposure::knowledge::build::day_of;
use exposure::knowledge::lookup::{self, product_of};
use exposure::knowledge::schema::{
    ArchivedFixGroup, ArchivedStatement, ArchivedWindowsKnowledge, NO_DAY, NONE, update_kind,
};
use formats::export::rows::Cell;

use super::hosts::architecture;
use super::run::{Open, day, whole};
use crate::error::Error;

/// Writes the tables of knowledge, given in the order of [`super::columns::KNOWLEDGE`].
pub(super) fn write<W: Write + Send>(
    known: View<'_>,
    advisories: &[String],
    asked: &[(String, Resolved)],
    tables: &mut [Open<W>],
) -> Result<(), Error> {
    let [products, updates, supersedence, fixes, statements, mitigations] = tables else {
        return Ok(());
    };
    for (number, row) in (0_i64..).zip(known.windows.iter()) {
        self::product(number, row, products)?;
        self::updates(number, row, updates, supersedence)?;
        for (advisory, resolved) in asked {
            let flaws: BTreeSet<u32> = resolved.vulnerabilities.iter().copied().collect();
            for (place, group) in (0_i64..).zip(row.groups.iter()) {
                let own =
                    group.flaws.iter().filter(|f| flaws.contains(&f.vulnerability.to_native()));
                let own = own.count();
                if own > 0 {
                    fix(known, (advisory, number, place, own), row, group, fixes)?;
                }
            }
        }
    }
    for (advisory, resolved) in asked {
        let flaws: BTreeSet<u32> = resolved.vulnerabilities.iter().copied().collect();
        for key in known.package_index.iter() {
            for position in key.statements.iter() {
                let stated = known.statements.get(position.to_native() as usize);
                let is_own = |s: &&ArchivedStatement| {
                    s.advisory.as_str().eq_ignore_ascii_case(advisory)
                        || s.vulnerabilities.iter().any(|v| flaws.contains(&v.to_native()))
                };
                if let Some(stated) = stated.filter(is_own) {
                    statement(advisory, key.key.as_str(), stated, statements)?;
                }
            }
        }
    }
    for advisory in advisories {
        let bulletin = lookup::bulletin(known, advisory);
        let bulletin = bulletin.and_then(|position| known.bulletins.get(position as usize));
        for setting in bulletin.into_iter().flat_map(|bulletin| bulletin.mitigations.iter()) {
            mitigations.row(&[advisory.as_str().into(), setting.as_str().into()])?;
        }
    }
    Ok(())
}

fn product<W: Write + Send>(
    number: i64,
    row: &ArchivedWindowsKnowledge,
    to: &mut Open<W>,
) -> Result<(), Error> {
    let product = product_of(row);
    let horizon = row.horizon_kb.to_native();
    to.row(&[
        Cell::Integer(Some(number)),
        Cell::Text(product.as_ref().map(|product| product.family.name())),
        maybe(row.release.as_str()),
        Cell::Integer(Some(i64::from(row.service_pack))),
        Cell::Text(product.as_ref().and_then(|product| product.architecture).map(architecture)),
        Cell::Boolean(Some(row.core)),
        Cell::Integer((horizon != u32::MAX).then_some(i64::from(horizon))),
        stored_day(row.horizon_day.to_native()),
    ])
}

fn updates<W: Write + Send>(
    number: i64,
    row: &ArchivedWindowsKnowledge,
    to: &mut Open<W>,
    supersedence: &mut Open<W>,
) -> Result<(), Error> {
    for update in row.updates.iter() {
        let kb = i64::from(update.kb.to_native());
        let build = build(Some(&update.build));
        to.row(&[
            Cell::Integer(Some(number)),
            Cell::Integer(Some(kb)),
            stored_day(update.published.to_native()),
            kind(update.kind).into(),
            build[0],
            build[1],
            build[2],
            build[3],
        ])?;
        for below in update.supersedes.iter() {
            let Some(below) = row.updates.get(below.to_native() as usize) else { continue };
            supersedence.row(&[
                Cell::Integer(Some(number)),
                Cell::Integer(Some(kb)),
                Cell::Integer(Some(i64::from(below.kb.to_native()))),
            ])?;
        }
    }
    Ok(())
}

/// A row for each update and each build that fixes; one without either where neither is known.
fn fix<W: Write + Send>(
    known: View<'_>,
    (advisory, number, place, flaws): (&str, i64, i64, usize),
    row: &ArchivedWindowsKnowledge,
    group: &ArchivedFixGroup,
    to: &mut Open<W>,
) -> Result<(), Error> {
    let component = group.component.to_native();
    let component = (component != NONE).then(|| lookup::text(known, component));
    let kbs = group.alternatives.iter().filter_map(|position| {
        let update = row.updates.get(position.to_native() as usize)?;
        Some((Some(i64::from(update.kb.to_native())), None))
    });
    let builds = group.fixed_builds.iter().map(|build| (None, Some(build)));
    let mut ways: Vec<_> = kbs.chain(builds).collect();
    if ways.is_empty() {
        ways.push((None, None));
    }
    for (kb, fixed) in ways {
        let build = build(fixed);
        to.row(&[
            advisory.into(),
            Cell::Integer(Some(number)),
            Cell::Integer(Some(place)),
            Cell::Integer(Some(whole(flaws as u64))),
            Cell::Text(component),
            stored_day(group.published.to_native()),
            Cell::Boolean(Some(group.no_fix_exists)),
            Cell::Integer(kb),
            build[0],
            build[1],
            build[2],
            build[3],
        ])?;
    }
    Ok(())
}

/// A row for each version and each range that a statement names; one without either where it names
/// none.
fn statement<W: Write + Send>(
    advisory: &str,
    key: &str,
    stated: &ArchivedStatement,
    to: &mut Open<W>,
) -> Result<(), Error> {
    let status = match stated.status {
        0 => "affected",
        1 => "fixed",
        2 => "not_affected",
        _ => "under_investigation",
    };
    let mut row = |version: Option<&str>, lower: (u8, &str), upper: (u8, &str)| {
        let bound = |(kind, text): (u8, _)| Cell::Text((kind > 0).then_some(text));
        let included = |(kind, _): (u8, &str)| Cell::Boolean((kind > 0).then_some(kind == 1));
        to.row(&[
            advisory.into(),
            key.into(),
            maybe(stated.platform.as_str()),
            status.into(),
            stored_day(stated.published.to_native()),
            Cell::Text(version),
            bound(lower),
            included(lower),
            bound(upper),
            included(upper),
            maybe(stated.free_text.as_str()),
        ])
    };
    for version in stated.versions.iter() {
        row(Some(version.as_str()), (0, ""), (0, ""))?;
    }
    for range in stated.ranges.iter() {
        let lower = (range.lower_kind, range.lower.as_str());
        row(None, lower, (range.upper_kind, range.upper.as_str()))?;
    }
    if stated.versions.is_empty() && stated.ranges.is_empty() {
        row(None, (0, ""), (0, ""))?;
    }
    Ok(())
}

fn kind(kind: u8) -> &'static str {
    match kind {
        update_kind::UNVERIFIED_CONTAINER => "unverified_container",
        update_kind::SECURITY_ONLY => "security_only",
        update_kind::MONTHLY_ROLLUP => "monthly_rollup",
        update_kind::CUMULATIVE => "cumulative",
        update_kind::PREVIEW => "preview",
        update_kind::OUT_OF_BAND => "out_of_band",
        update_kind::STANDALONE => "standalone",
        update_kind::SERVICE_PACK => "service_pack",
        _ => "not_stated",
    }
}

/// A stored build as four cells; null where none is stored.
fn build(stored: Option<&[rkyv::rend::u32_le; 4]>) -> [Cell<'static>; 4] {
    let numbers = stored.map(|stored| stored.map(rkyv::rend::u32_le::to_native));
    let numbers = numbers.filter(|numbers| numbers.iter().any(|number| *number > 0));
    match numbers {
        Some(numbers) => numbers.map(|number| Cell::Integer(Some(i64::from(number)))),
        None => [Cell::Integer(None); 4],
    }
}

fn maybe(text: &str) -> Cell<'_> {
    Cell::Text((!text.is_empty()).then_some(text))
}

fn stored_day(stored: i32) -> Cell<'static> {
    if stored == NO_DAY { Cell::Day(None) } else { day(day_of(stored)) }
}
