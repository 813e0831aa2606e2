//! Rows of hosts, updates and software from the evidence that speaks of a host.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;

use exposure::freshness::EvidenceDays;
use exposure::host::{Host, JoinRule, Listing, Piece, RestartState, Standing};
use exposure::judge::complete_lists;
use exposure::pack::Pack;
use formats::export::rows::Cell;
use jiff::civil::Date;
use model::evidence::{ControlState, Ecosystem, Platform, Software};
use model::organisation::OrganisationCode;
use model::windows::Architecture;

use super::run::{Open, day, whole};
use crate::error::Error;
use crate::estate::table::{HostRecord, HostTable};

/// What the evidence of a host shows.
pub(super) struct Shown {
    host: Host,
    days: EvidenceDays,
}

impl Shown {
    /// The evidence that speaks of a host now.
    pub(super) fn of(
        table: &HostTable,
        record: &HostRecord,
        packs: &BTreeMap<String, Pack>,
    ) -> Self {
        let mut pieces = Vec::with_capacity(record.pieces.len());
        let mut received: Vec<Date> = Vec::with_capacity(record.pieces.len());
        for piece in &record.pieces {
            let pack = table.packs.get(piece.pack as usize).and_then(|pack| packs.get(&pack.blob));
            let Some(pack) = pack else { continue };
            let Some(packed) = pack.pieces().get(piece.piece as usize) else { continue };
            let evidence = pack.evidence(packed);
            pieces.push(Piece { path: String::new(), joined_by: JoinRule::Given, evidence });
            received.push(piece.collected);
        }
        let days = EvidenceDays::of(pieces.iter().map(|piece| &piece.evidence).zip(received));
        Self { host: Host { label: record.label.clone(), pieces, notes: Vec::new() }, days }
    }

    /// The row of the host.
    pub(super) fn host_row<W: Write + Send>(
        &self,
        code: &OrganisationCode,
        id: &str,
        record: &HostRecord,
        to: &mut Open<W>,
    ) -> Result<(), Error> {
        let standing = Standing::of(&self.host);
        let os = standing.os.map(|(_, os)| os);
        let windows = standing.windows;
        let (platform, system, release) = match os.map(|os| (&os.platform, os.raw_name.trim())) {
            None => (None, None, None),
            Some((Platform::Windows { product, .. }, _)) => {
                (Some("windows"), Some(product.family.name()), product.release.as_deref())
            }
            Some((Platform::Linux { distribution, version }, _)) => {
                (Some("linux"), Some(distribution.as_str()), version.as_deref())
            }
            Some((Platform::Other, raw)) => (Some("other"), Some(raw), None),
        };
        let build = standing.build.map(|(_, build)| build);
        let build_read_on = standing
            .build
            .and_then(|(piece, _)| piece.evidence.collected_at.as_ref())
            .map(|at| at.latest.date());
        let update_list = match standing.listings.as_slice() {
            [] => None,
            lists if lists.iter().any(Listing::absence_counts) => Some("complete"),
            _ => Some("partial"),
        };
        let packages = complete_lists(&self.host).join(",");
        let off = settings_off(&standing).join(",");
        let findings: usize =
            self.host.pieces.iter().map(|piece| piece.evidence.findings.len()).sum();
        to.row(&[
            code.as_str().into(),
            id.into(),
            Cell::Text(Some(&record.label)),
            Cell::Text(platform),
            Cell::Text(system),
            Cell::Text(release),
            Cell::Integer(windows.map(|product| i64::from(product.service_pack))),
            Cell::Text(windows.and_then(|product| product.architecture).map(architecture)),
            Cell::Boolean(windows.map(|product| product.core)),
            Cell::Boolean(os.map(|os| os.guess_percent.is_some())),
            Cell::Boolean(windows.map(|_| standing.shows_level())),
            Cell::Integer(build.map(|build| i64::from(build.major))),
            Cell::Integer(build.map(|build| i64::from(build.minor))),
            Cell::Integer(build.map(|build| i64::from(build.build))),
            Cell::Integer(build.and_then(|build| build.revision).map(i64::from)),
            day(build_read_on),
            Cell::Text(update_list),
            Cell::Text(Some(packages.as_str()).filter(|lists| !lists.is_empty())),
            Cell::Text(Some(off.as_str()).filter(|names| !names.is_empty())),
            Cell::Integer(Some(whole(findings as u64))),
            day(Some(record.first_seen)),
            day(Some(record.last_seen)),
            day(self.days.patch_state),
            day(self.days.software),
            day(self.days.findings),
        ])
    }

    /// A row for each installed update.
    pub(super) fn update_rows<W: Write + Send>(
        &self,
        code: &OrganisationCode,
        id: &str,
        to: &mut Open<W>,
    ) -> Result<(), Error> {
        let standing = Standing::of(&self.host);
        for (kb, installed) in &standing.installed {
            let on = installed.row.installed_on.as_ref();
            let effect = match standing.restart_state(*installed) {
                RestartState::InEffect => "in_effect",
                RestartState::SameDay => "same_day",
                RestartState::Unclear => "unclear",
                RestartState::Pending => "pending_restart",
            };
            to.row(&[
                code.as_str().into(),
                id.into(),
                Cell::Integer(Some(i64::from(kb.number()))),
                Cell::Text(installed.row.title.as_deref()),
                day(on.map(|on| on.earliest)),
                day(on.map(|on| on.latest)),
                effect.into(),
            ])?;
        }
        Ok(())
    }

    /// A row for each piece of software, what several sources name alike once.
    pub(super) fn item_rows<W: Write + Send>(
        &self,
        code: &OrganisationCode,
        id: &str,
        to: &mut Open<W>,
    ) -> Result<(), Error> {
        let lists = self.host.pieces.iter().filter(|piece| !piece.evidence.software.is_empty());
        let several = lists.count() > 1;
        let mut seen = HashSet::new();
        for software in self.host.pieces.iter().flat_map(|piece| &piece.evidence.software) {
            let purl = software.purl.as_ref().map(ToString::to_string);
            if several && !seen.insert((key(software), purl.clone())) {
                continue;
            }
            let source = software.source.as_ref();
            to.row(&[
                code.as_str().into(),
                id.into(),
                ecosystem(&software.ecosystem).into(),
                Cell::Text(Some(&software.name)),
                Cell::Text(software.version.as_deref()),
                Cell::Text(software.architecture.as_deref()),
                Cell::Text(software.vendor.as_deref()),
                Cell::Text(source.map(|(name, _)| name.as_str())),
                Cell::Text(source.and_then(|(_, version)| version.as_deref())),
                Cell::Text(purl.as_deref()),
            ])?;
        }
        Ok(())
    }
}

/// What makes two rows of software one, but for the package URL.
type Key<'s> = (&'static str, &'s str, [Option<&'s str>; 4]);

fn key(software: &Software) -> Key<'_> {
    let source = software.source.as_ref();
    let rest = [
        software.version.as_deref(),
        software.architecture.as_deref(),
        software.vendor.as_deref(),
        source.map(|(name, _)| name.as_str()),
    ];
    (ecosystem(&software.ecosystem), &software.name, rest)
}

const fn ecosystem(ecosystem: &Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Dpkg => "dpkg",
        Ecosystem::Rpm => "rpm",
        Ecosystem::Apk => "apk",
        Ecosystem::WindowsProgram => "windows_program",
        Ecosystem::Purl => "purl",
        Ecosystem::Device => "device",
        Ecosystem::Unspecified => "unspecified",
    }
}

/// The name of an architecture.
pub(super) const fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86 => "x86",
        Architecture::X64 => "x64",
        Architecture::Ia64 => "ia64",
        Architecture::Arm => "arm",
        Architecture::Arm64 => "arm64",
    }
}

/// Settings that count as off, sorted.
fn settings_off<'s>(standing: &Standing<'s>) -> Vec<&'s str> {
    let mut names: Vec<&str> = standing
        .controls
        .iter()
        .map(|(_, control)| control.name.as_str())
        .filter(|name| {
            standing.control(name).is_some_and(|(_, c)| c.state == ControlState::Disabled)
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
