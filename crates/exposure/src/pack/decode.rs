//! From a pack to evidence.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use model::cve::CveId;
use model::evidence::{
    Completeness, Control, ControlState, DateReading, DateTimeReading, Evidence, Finding,
    FindingMethod, FindingOutcome, HostIdentity, InstalledUpdate, OperatingSystem, Platform, Port,
    PortState, Software, UpdateList, UpdateListKind,
};
use model::kb::Kb;
use model::reading::Place;
use model::windows::{Architecture, Edition, WindowsBuild, WindowsFamily, WindowsProduct};
use sha2::{Digest as _, Sha256};

use super::columns::Source;
use super::file::{PackError, unpack};
use super::software::{read_software, skip_software};
use super::terms::term;
use crate::knowledge::build::day_of;
use crate::wire::{Reader, WireError};

pub(super) const MAGIC: [u8; 8] = *b"WARDPACK";

/// Version of the layout. A pack of another version is refused by name.
pub(super) const VERSION: u32 = 1;

/// The pieces of evidence of one import.
#[derive(Clone, Debug)]
pub struct Pack {
    pieces: Vec<PackedPiece>,
    rows: Vec<Row>,
    table: Vec<u8>,
    /// SHA-256 of the file, or of the tables where it was made of them.
    hash: [u8; 32],
    /// Tells this pack's rows from those of others while anybody holds it.
    token: Arc<()>,
}

/// A distinct row of software, as bytes of the table.
#[derive(Clone, Debug)]
struct Row {
    /// Where its bytes lie.
    bytes: std::ops::Range<usize>,
    architecture: Option<String>,
}

/// Which pieces are read, and with what.
#[derive(Clone, Copy)]
enum Pieces<'w> {
    All,
    /// All, without printed forms.
    Lean,
    /// These, by number.
    Some(&'w BTreeSet<u32>),
}

impl Pieces<'_> {
    fn has(self, number: usize) -> bool {
        match self {
            Self::All | Self::Lean => true,
            Self::Some(wanted) => u32::try_from(number).is_ok_and(|own| wanted.contains(&own)),
        }
    }

    fn is_printed(self, number: usize) -> bool {
        !matches!(self, Self::Lean) && self.has(number)
    }
}

/// A piece of evidence in a pack.
#[derive(Clone, Debug, Default)]
pub struct PackedPiece {
    path: String,
    /// Everything but the software.
    evidence: Evidence,
    /// Rows of software, by position in the pack.
    rows: Vec<u32>,
}

impl Pack {
    /// Opens a pack; damaged bytes are refused.
    pub fn open(bytes: &[u8]) -> Result<Self, PackError> {
        Ok(Self::read(Self::tables(bytes)?, Sha256::digest(bytes).into(), Pieces::All)?)
    }

    /// Opens a pack without what only a person looks at: printed forms of updates' numbers and of days are
    /// empty. Verdicts and kinds of reason are the same; it takes half the time.
    pub fn lean(bytes: &[u8]) -> Result<Self, PackError> {
        Ok(Self::read(Self::tables(bytes)?, Sha256::digest(bytes).into(), Pieces::Lean)?)
    }

    /// Opens a pack for some of its pieces, by number; the others stand there with nothing in them.
    pub fn some(bytes: &[u8], wanted: &BTreeSet<u32>) -> Result<Self, PackError> {
        Ok(Self::read(Self::tables(bytes)?, Sha256::digest(bytes).into(), Pieces::Some(wanted))?)
    }

    /// The tables of a pack, as they are behind checksum and compression.
    pub fn tables(bytes: &[u8]) -> Result<Vec<u8>, PackError> {
        unpack(MAGIC, VERSION, bytes)
    }

    /// A pack of tables; tables that do not hold together are refused.
    pub fn of_tables(tables: Vec<u8>) -> Result<Self, PackError> {
        let hash = Sha256::digest(&tables).into();
        Ok(Self::read(tables, hash, Pieces::All)?)
    }

    fn read(tables: Vec<u8>, hash: [u8; 32], wanted: Pieces<'_>) -> Result<Self, WireError> {
        let mut reader = Reader::new(&tables);
        let count = reader.count(1)?;
        let length = reader.count(1)?;
        let start = tables.len() - reader.left();
        let mut table = Reader::new(reader.take(length)?);
        let mut rows = Vec::with_capacity(count.min(length / 8 + 1));
        for _ in 0..count {
            let from = start + length - table.left();
            skip_software(&mut table)?;
            let to = start + length - table.left();
            let architecture = table.maybe_text()?.map(ToOwned::to_owned);
            rows.push(Row { bytes: from..to, architecture });
        }
        if !table.is_done() {
            return Err(table.error());
        }
        let mut source = Source::open(reader.take(reader.left())?)?;
        let count = source.count()?;
        let mut pieces = Vec::new();
        for number in 0..count {
            source.is_lean = !wanted.is_printed(number);
            source.is_passing = !wanted.has(number);
            let read = piece(&mut source, rows.len())?;
            pieces.push(if wanted.has(number) { read } else { PackedPiece::default() });
        }
        if !source.is_done() {
            return Err(source.shape.error());
        }
        let pack = Self { pieces, rows, table: tables, hash, token: Arc::new(()) };
        // Every row that is wanted is read once, so that a sound pack holds none that cannot be.
        if let Pieces::Some(_) = wanted {
            for row in pack.pieces.iter().flat_map(|piece| &piece.rows) {
                pack.software(*row)?;
            }
        } else {
            for row in 0..pack.rows.len() {
                pack.software(u32::try_from(row).unwrap_or(u32::MAX))?;
            }
        }
        Ok(pack)
    }

    /// The SHA-256 of the file that it was opened from.
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The pieces, in the order in which they were packed.
    pub fn pieces(&self) -> &[PackedPiece] {
        &self.pieces
    }

    /// The evidence of a piece, as judgement takes it.
    pub fn evidence(&self, piece: &PackedPiece) -> Evidence {
        let mut evidence = piece.evidence.clone();
        evidence.software = piece.rows.iter().filter_map(|row| self.software(*row).ok()).collect();
        evidence
    }

    /// The distinct rows of software: how many there are.
    pub(crate) const fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Equal, by address, for the same pack only.
    pub(crate) const fn token(&self) -> &Arc<()> {
        &self.token
    }

    /// A distinct row as bytes: equal rows have equal bytes.
    pub(crate) fn row_bytes(&self, row: u32) -> &[u8] {
        self.rows
            .get(row as usize)
            .and_then(|row| self.table.get(row.bytes.clone()))
            .unwrap_or_default()
    }

    /// A distinct row.
    fn software(&self, row: u32) -> Result<Software, WireError> {
        let mut reader = Reader::new(self.row_bytes(row));
        let mut software = read_software(&mut reader)?;
        software.architecture =
            self.rows.get(row as usize).and_then(|row| row.architecture.clone());
        Ok(software)
    }
}

impl PackedPiece {
    /// The file that it is from.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What identifies the host.
    pub const fn identity(&self) -> &HostIdentity {
        &self.evidence.host
    }

    /// Short name of the format that it was read from.
    pub const fn format(&self) -> &'static str {
        self.evidence.format
    }

    /// The latest day on which it can have been collected, if the file says so.
    pub fn collected_on(&self) -> Option<Date> {
        self.evidence.collected_at.as_ref().map(|at| at.latest.date())
    }

    /// How many rows of software it lists.
    pub const fn software_rows(&self) -> usize {
        self.rows.len()
    }

    /// Everything but the software.
    pub(crate) const fn without_software(&self) -> &Evidence {
        &self.evidence
    }

    /// Its software, as positions of distinct rows.
    pub(crate) fn rows(&self) -> &[u32] {
        &self.rows
    }
}

fn piece(source: &mut Source<'_>, known_rows: usize) -> Result<PackedPiece, WireError> {
    let path = source.text()?.to_owned();
    let format = term(source.text()?);
    let host = identity(source)?;
    let collected_at = moment(source)?;
    let os = system(source)?;
    let last_boot = moment(source)?;
    let count = source.count()?;
    let updates = (0..count).map(|_| update_list(source)).collect::<Result<_, _>>()?;
    let software_completeness = match source.shape.byte()? {
        0 => None,
        1 => Some(complete(source)?),
        _ => return Err(source.shape.error()),
    };
    let count = source.count()?;
    let mut rows = Vec::new();
    let mut before = 0_i64;
    for _ in 0..count {
        before = before.checked_add(source.rows.signed()?).ok_or_else(|| source.rows.error())?;
        let row = u32::try_from(before).ok().filter(|row| (*row as usize) < known_rows);
        let row = row.ok_or_else(|| source.rows.error())?;
        if !source.is_passing {
            rows.push(row);
        }
    }
    let count = source.count()?;
    let ports = (0..count).map(|_| port(source)).collect::<Result<_, _>>()?;
    let count = source.count()?;
    let controls = (0..count).map(|_| control(source)).collect::<Result<_, _>>()?;
    let count = source.count()?;
    let findings = (0..count).map(|_| finding(source)).collect::<Result<_, _>>()?;
    let evidence = Evidence {
        format,
        host,
        collected_at,
        os,
        last_boot,
        updates,
        software: Vec::new(),
        software_completeness,
        ports,
        controls,
        findings,
    };
    Ok(PackedPiece { path, evidence, rows })
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(ToOwned::to_owned)
}

fn identity(source: &mut Source<'_>) -> Result<HostIdentity, WireError> {
    Ok(HostIdentity {
        names: source.list()?,
        serial: owned(source.maybe()?),
        tool_id: owned(source.maybe()?),
        macs: source.list()?,
        addresses: source.list()?,
        manufacturer: owned(source.maybe()?),
        model: owned(source.maybe()?),
    })
}

fn system(source: &mut Source<'_>) -> Result<Option<OperatingSystem>, WireError> {
    let platform = match source.shape.byte()? {
        0 => return Ok(None),
        1 => {
            let product = windows(source)?;
            let build = match source.shape.byte()? {
                0 => None,
                1 => Some(build_number(source)?),
                _ => return Err(source.shape.error()),
            };
            Platform::Windows { product, build }
        }
        2 => Platform::Linux {
            distribution: source.text()?.to_owned(),
            version: owned(source.maybe()?),
        },
        3 => Platform::Other,
        _ => return Err(source.shape.error()),
    };
    let raw_name = source.text()?.to_owned();
    let raw_version = owned(source.maybe()?);
    let guess = source.shape.number()?.checked_sub(1);
    let guess_percent =
        guess.map(|percent| u8::try_from(percent).map_err(|_| source.shape.error())).transpose()?;
    Ok(Some(OperatingSystem {
        raw_name,
        raw_version,
        platform,
        guess_percent,
        place: Place::Whole,
    }))
}

fn windows(source: &mut Source<'_>) -> Result<WindowsProduct, WireError> {
    use Architecture as A;
    let family = usize::try_from(source.shape.number()?).ok();
    let family = family.and_then(|f| WindowsFamily::ALL.get(f)).copied();
    let family = family.ok_or_else(|| source.shape.error())?;
    let release = owned(source.maybe()?);
    let service_pack = source.shape.byte()?;
    let architecture = match source.shape.byte()? {
        0 => None,
        1 => Some(A::X86),
        2 => Some(A::X64),
        3 => Some(A::Ia64),
        4 => Some(A::Arm),
        5 => Some(A::Arm64),
        _ => return Err(source.shape.error()),
    };
    let core = flag(source)?;
    let edition = match source.shape.byte()? {
        0 => Edition::NotShown,
        1 => Edition::HomePro,
        2 => Edition::Enterprise,
        3 => Edition::LongTerm,
        4 => Edition::Embedded,
        5 => Edition::Server,
        _ => return Err(source.shape.error()),
    };
    Ok(WindowsProduct { family, release, service_pack, architecture, core, edition })
}

fn flag(source: &mut Source<'_>) -> Result<bool, WireError> {
    match source.shape.byte()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(source.shape.error()),
    }
}

fn build_number(source: &mut Source<'_>) -> Result<WindowsBuild, WireError> {
    let numbers = &mut source.numbers;
    let (major, minor, build) = (numbers.u16()?, numbers.u16()?, numbers.u32()?);
    let revision = numbers.number()?.checked_sub(1);
    let revision = revision.map(|r| u32::try_from(r).map_err(|_| numbers.error())).transpose()?;
    Ok(WindowsBuild { major, minor, build, revision })
}

fn update_list(source: &mut Source<'_>) -> Result<UpdateList, WireError> {
    let kind = match source.shape.byte()? {
        0 => UpdateListKind::Hotfixes,
        1 => UpdateListKind::History,
        2 => UpdateListKind::Reported,
        3 => UpdateListKind::Missing,
        _ => return Err(source.shape.error()),
    };
    let completeness = complete(source)?;
    let count = source.count()?;
    if source.is_passing {
        for _ in 0..count {
            pass_update(source)?;
        }
        return Ok(UpdateList { kind, completeness, entries: Vec::new(), place: Place::Whole });
    }
    let entries = (0..count).map(|_| update(source)).collect::<Result<_, _>>()?;
    Ok(UpdateList { kind, completeness, entries, place: Place::Whole })
}

fn update(source: &mut Source<'_>) -> Result<InstalledUpdate, WireError> {
    let kb = Kb::new(source.numbers.u32()?);
    let raw = match (source.maybe()?, kb) {
        (_, Some(_)) if source.is_lean => String::new(),
        (Some(raw), _) => raw.to_owned(),
        (None, Some(kb)) => kb.to_string(),
        (None, None) => return Err(source.numbers.error()),
    };
    let title = owned(source.maybe()?);
    Ok(InstalledUpdate { raw, kb, title, installed_on: day(source)?, place: Place::Whole })
}

/// Goes on to what follows an update.
fn pass_update(source: &mut Source<'_>) -> Result<(), WireError> {
    source.numbers.u32()?;
    source.maybe()?;
    source.maybe()?;
    match source.shape.byte()? {
        0 => return Ok(()),
        1 => {}
        2 => drop(source.days.i32()?),
        _ => return Err(source.shape.error()),
    }
    source.days.i32()?;
    Ok(())
}

fn complete(source: &mut Source<'_>) -> Result<Completeness, WireError> {
    Ok(match source.shape.byte()? {
        0 => Completeness::Complete,
        1 => {
            let declared = source.shape.number()?.checked_sub(1);
            let declared =
                declared.map(|d| u32::try_from(d).map_err(|_| source.shape.error())).transpose()?;
            Completeness::Truncated { declared, listed: source.shape.u32()? }
        }
        2 => Completeness::Partial(term(source.text()?)),
        _ => return Err(source.shape.error()),
    })
}

fn date(source: &mut Source<'_>) -> Result<Date, WireError> {
    let number = source.days.i32()?;
    day_of(number).ok_or_else(|| source.days.error())
}

fn day(source: &mut Source<'_>) -> Result<Option<DateReading>, WireError> {
    let span = match source.shape.byte()? {
        0 => return Ok(None),
        1 => 0,
        2 => source.days.i32()?,
        _ => return Err(source.shape.error()),
    };
    let first = source.days.i32()?;
    let last = first.checked_add(span).and_then(day_of);
    let (Some(earliest), Some(latest)) = (day_of(first), last) else {
        return Err(source.days.error());
    };
    let raw = match (source.is_lean, earliest == latest) {
        (true, _) => String::new(),
        (false, true) => earliest.to_string(),
        (false, false) => format!("{earliest} or {latest}"),
    };
    Ok(Some(DateReading { raw, earliest, latest }))
}

fn moment(source: &mut Source<'_>) -> Result<Option<DateTimeReading>, WireError> {
    let is_span = match source.shape.byte()? {
        0 => return Ok(None),
        1 => false,
        2 => true,
        _ => return Err(source.shape.error()),
    };
    let earliest = date_time(source)?;
    let latest = if is_span { date_time(source)? } else { earliest };
    let raw = if source.is_lean { String::new() } else { earliest.to_string() };
    Ok(Some(DateTimeReading { raw, earliest, latest }))
}

fn date_time(source: &mut Source<'_>) -> Result<DateTime, WireError> {
    let date = date(source)?;
    let seconds = source.days.i32()?;
    let nanos = source.days.i32()?;
    let part = |value: i32| i8::try_from(value).map_err(|_| source.days.error());
    let (hour, minute, second) =
        (part(seconds.div_euclid(3600))?, part(seconds / 60 % 60)?, part(seconds % 60)?);
    let time = Time::new(hour, minute, second, nanos).map_err(|_| source.days.error())?;
    Ok(date.to_datetime(time))
}

fn port(source: &mut Source<'_>) -> Result<Port, WireError> {
    let protocol = source.text()?.to_owned();
    let number = source.shape.u16()?;
    let state = match source.shape.byte()? {
        0 => PortState::Open,
        1 => PortState::Closed,
        2 => PortState::Filtered,
        _ => return Err(source.shape.error()),
    };
    Ok(Port { protocol, number, state, service: owned(source.maybe()?), place: Place::Whole })
}

fn control(source: &mut Source<'_>) -> Result<Control, WireError> {
    let name = source.text()?.to_owned();
    let state = match source.shape.byte()? {
        0 => ControlState::Enabled,
        1 => ControlState::Disabled,
        _ => return Err(source.shape.error()),
    };
    Ok(Control { name, state, raw: source.text()?.to_owned(), place: Place::Whole })
}

fn finding(source: &mut Source<'_>) -> Result<Finding, WireError> {
    let scanner = term(source.text()?);
    let check = source.text()?.to_owned();
    let title = source.text()?.to_owned();
    let mut cves = Vec::new();
    for _ in 0..source.count()? {
        cves.push(CveId::new(source.numbers.u16()?, source.numbers.u32()?));
    }
    let mut missing_kbs = Vec::new();
    for _ in 0..source.count()? {
        let kb = Kb::new(source.numbers.u32()?);
        missing_kbs.push(kb.ok_or_else(|| source.numbers.error())?);
    }
    let outcome = match source.shape.byte()? {
        0 => FindingOutcome::Vulnerable,
        1 => FindingOutcome::LikelyVulnerable,
        2 => FindingOutcome::NotVulnerable,
        3 => FindingOutcome::Inconclusive,
        _ => return Err(source.shape.error()),
    };
    let method = match source.shape.byte()? {
        0 => FindingMethod::Remote,
        1 => FindingMethod::Authenticated,
        2 => FindingMethod::Inferred,
        3 => FindingMethod::NotStated,
        _ => return Err(source.shape.error()),
    };
    let severity = owned(source.maybe()?);
    let observed_at = moment(source)?;
    Ok(Finding {
        scanner,
        check,
        title,
        cves,
        missing_kbs,
        outcome,
        method,
        severity,
        observed_at,
        place: Place::Whole,
    })
}
