//! From evidence to a pack.

use model::evidence::{
    Completeness, DateReading, DateTimeReading, Evidence, Finding, HostIdentity, InstalledUpdate,
    OperatingSystem, Platform, Software, UpdateList,
};
use model::windows::{WindowsBuild, WindowsFamily, WindowsProduct};
use rustc_hash::FxHashMap;

use super::columns::Columns;
use super::decode::{MAGIC, VERSION};
use super::file::pack_up;
use super::software::write_software;
use crate::knowledge::build::day_number;
use crate::wire::Writer;

/// Level of compression: a pack is written once and read at every rebuilding.
const LEVEL: i32 = 9;

/// Packs the pieces of one import, each with the path of the file that it is from.
pub fn encode(pieces: &[(&str, &Evidence)]) -> Vec<u8> {
    let mut builder = PackBuilder::default();
    for (path, evidence) in pieces {
        builder.piece(path, evidence);
    }
    builder.finish()
}

/// A pack in the making, for who does not want to hold all evidence of an import at once.
#[derive(Default)]
pub struct PackBuilder {
    pieces: usize,
    columns: Columns,
    rows: Rows,
}

impl PackBuilder {
    /// Takes a piece, with the path of the file that it is from.
    pub fn piece(&mut self, path: &str, evidence: &Evidence) {
        self.pieces += 1;
        piece(path, evidence, &mut self.columns, &mut self.rows);
    }

    /// The pack: the same bytes as those of [`encode`] for the same pieces.
    pub fn finish(self) -> Vec<u8> {
        let mut all = Writer::default();
        all.count(self.rows.count as usize);
        all.count(self.rows.table.bytes.len());
        all.bytes.extend_from_slice(&self.rows.table.bytes);
        all.bytes.extend_from_slice(&self.columns.finish(self.pieces));
        pack_up(MAGIC, VERSION, LEVEL, &all.bytes)
    }
}

/// The distinct rows of software.
#[derive(Default)]
struct Rows {
    table: Writer,
    known: FxHashMap<(Vec<u8>, Option<String>), u32>,
    count: u32,
}

impl Rows {
    fn number(&mut self, row: &Software) -> u32 {
        let mut bytes = Writer::default();
        write_software(row, &mut bytes);
        let next = self.count;
        *self.known.entry((bytes.bytes, row.architecture.clone())).or_insert_with_key(|key| {
            self.table.bytes.extend_from_slice(&key.0);
            self.table.maybe_text(key.1.as_deref());
            self.count += 1;
            next
        })
    }
}

fn piece(path: &str, evidence: &Evidence, columns: &mut Columns, rows: &mut Rows) {
    columns.text(path);
    columns.text(evidence.format);
    identity(&evidence.host, columns);
    moment(evidence.collected_at.as_ref(), columns);
    system(evidence.os.as_ref(), columns);
    moment(evidence.last_boot.as_ref(), columns);
    columns.shape.count(evidence.updates.len());
    for list in &evidence.updates {
        updates(list, columns);
    }
    match &evidence.software_completeness {
        None => columns.shape.byte(0),
        Some(completeness) => {
            columns.shape.byte(1);
            complete(completeness, columns);
        }
    }
    columns.shape.count(evidence.software.len());
    let mut before = 0_i64;
    for row in &evidence.software {
        let number = i64::from(rows.number(row));
        columns.rows.signed(number - before);
        before = number;
    }
    columns.shape.count(evidence.ports.len());
    for port in &evidence.ports {
        columns.text(&port.protocol);
        columns.shape.number(u64::from(port.number));
        columns.shape.byte(port.state as u8);
        columns.maybe(port.service.as_deref());
    }
    columns.shape.count(evidence.controls.len());
    for control in &evidence.controls {
        columns.text(&control.name);
        columns.shape.byte(control.state as u8);
        columns.text(&control.raw);
    }
    columns.shape.count(evidence.findings.len());
    for found in &evidence.findings {
        finding(found, columns);
    }
}

fn identity(host: &HostIdentity, columns: &mut Columns) {
    columns.list(&host.names);
    columns.maybe(host.serial.as_deref());
    columns.maybe(host.tool_id.as_deref());
    columns.list(&host.macs);
    columns.list(&host.addresses);
    columns.maybe(host.manufacturer.as_deref());
    columns.maybe(host.model.as_deref());
}

fn system(os: Option<&OperatingSystem>, columns: &mut Columns) {
    let Some(os) = os else {
        columns.shape.byte(0);
        return;
    };
    match &os.platform {
        Platform::Windows { product, build } => {
            columns.shape.byte(1);
            windows(product, columns);
            match build {
                None => columns.shape.byte(0),
                Some(build) => {
                    columns.shape.byte(1);
                    build_number(*build, columns);
                }
            }
        }
        Platform::Linux { distribution, version } => {
            columns.shape.byte(2);
            columns.text(distribution);
            columns.maybe(version.as_deref());
        }
        Platform::Other => columns.shape.byte(3),
    }
    columns.text(&os.raw_name);
    columns.maybe(os.raw_version.as_deref());
    columns.shape.number(os.guess_percent.map_or(0, |percent| u64::from(percent) + 1));
}

fn windows(product: &WindowsProduct, columns: &mut Columns) {
    let family = WindowsFamily::ALL.iter().position(|f| *f == product.family).unwrap_or(0);
    columns.shape.count(family);
    columns.maybe(product.release.as_deref());
    columns.shape.byte(product.service_pack);
    columns.shape.byte(product.architecture.map_or(0, |architecture| architecture as u8 + 1));
    columns.shape.byte(u8::from(product.core));
    columns.shape.byte(product.edition as u8);
}

fn build_number(build: WindowsBuild, columns: &mut Columns) {
    columns.numbers.number(u64::from(build.major));
    columns.numbers.number(u64::from(build.minor));
    columns.numbers.number(u64::from(build.build));
    columns.numbers.number(build.revision.map_or(0, |revision| u64::from(revision) + 1));
}

fn updates(list: &UpdateList, columns: &mut Columns) {
    columns.shape.byte(list.kind as u8);
    complete(&list.completeness, columns);
    columns.shape.count(list.entries.len());
    for entry in &list.entries {
        update(entry, columns);
    }
}

fn update(entry: &InstalledUpdate, columns: &mut Columns) {
    match entry.kb {
        // "KB4012212" is written by its number alone.
        Some(kb) if entry.raw == kb.to_string() => {
            columns.numbers.number(u64::from(kb.number()));
            columns.maybe(None);
        }
        Some(kb) => {
            columns.numbers.number(u64::from(kb.number()));
            columns.text(&entry.raw);
        }
        None => {
            columns.numbers.number(0);
            columns.text(&entry.raw);
        }
    }
    columns.maybe(entry.title.as_deref());
    day(entry.installed_on.as_ref(), columns);
}

fn complete(completeness: &Completeness, columns: &mut Columns) {
    match completeness {
        Completeness::Complete => columns.shape.byte(0),
        Completeness::Truncated { declared, listed } => {
            columns.shape.byte(1);
            columns.shape.number(declared.map_or(0, |declared| u64::from(declared) + 1));
            columns.shape.number(u64::from(*listed));
        }
        Completeness::Partial(why) => {
            columns.shape.byte(2);
            columns.text(why);
        }
    }
}

/// A day: none, exact, or the first and the span to the last.
fn day(reading: Option<&DateReading>, columns: &mut Columns) {
    let Some(reading) = reading else {
        columns.shape.byte(0);
        return;
    };
    let (first, last) = (day_number(reading.earliest), day_number(reading.latest));
    if first == last {
        columns.shape.byte(1);
    } else {
        columns.shape.byte(2);
        columns.days.signed(i64::from(last) - i64::from(first));
    }
    columns.days.signed(i64::from(first));
}

fn moment(reading: Option<&DateTimeReading>, columns: &mut Columns) {
    let Some(reading) = reading else {
        columns.shape.byte(0);
        return;
    };
    columns.shape.byte(if reading.earliest == reading.latest { 1 } else { 2 });
    let mut write = |at: jiff::civil::DateTime| {
        let time = at.time();
        let (hour, minute, second) =
            (i64::from(time.hour()), i64::from(time.minute()), i64::from(time.second()));
        columns.days.signed(i64::from(day_number(at.date())));
        columns.days.signed(hour * 3600 + minute * 60 + second);
        columns.days.signed(i64::from(time.subsec_nanosecond()));
    };
    write(reading.earliest);
    if reading.earliest != reading.latest {
        write(reading.latest);
    }
}

fn finding(found: &Finding, columns: &mut Columns) {
    columns.text(found.scanner);
    columns.text(&found.check);
    columns.text(&found.title);
    columns.shape.count(found.cves.len());
    for cve in &found.cves {
        columns.numbers.number(u64::from(cve.year()));
        columns.numbers.number(u64::from(cve.number()));
    }
    columns.shape.count(found.missing_kbs.len());
    for kb in &found.missing_kbs {
        columns.numbers.number(u64::from(kb.number()));
    }
    columns.shape.byte(found.outcome as u8);
    columns.shape.byte(found.method as u8);
    columns.maybe(found.severity.as_deref());
    moment(found.observed_at.as_ref(), columns);
}
