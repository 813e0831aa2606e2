//! The report as CSV (RFC 4180): one row for each host and advisory.
//!
//! A host with nothing to judge has a row too, for a host that is missing looks like a safe one.
//! Cells that a spreadsheet would run as a formula begin with an apostrophe.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use super::report::{ErrorReport, Frame, HostReport, Summary, VerdictReport};
use super::stream::Export;

/// The header. Columns are only ever added, at the end.
pub const COLUMNS: [&str; 25] = [
    "as_at",
    "host",
    "product",
    "build",
    "advisory",
    "title",
    "cves",
    "other_ids",
    "software",
    "verdict",
    "reason",
    "more_reasons",
    "disagreements",
    "remedies",
    "worm",
    "kev",
    "ransomware",
    "epss",
    "severity",
    "due",
    "due_because",
    "evidence_file",
    "evidence_place",
    "evidence_row",
    "unrecognised",
];

/// Writes the CSV.
#[derive(Debug, Default)]
pub struct Csv {
    as_at: String,
}

impl Csv {
    /// The rows of one host, to be written as they are. `as_at` is the frame's.
    pub fn fragment(as_at: &str, host: &HostReport) -> io::Result<Vec<u8>> {
        let mut writer = writer();
        if host.verdicts.is_empty() {
            write(&mut writer, &row(as_at, host, None))?;
        }
        for line in &host.verdicts {
            write(&mut writer, &row(as_at, host, Some(line)))?;
        }
        finish(writer)
    }
}

impl Export for Csv {
    fn begin(&mut self, frame: &Frame, out: &mut dyn Write) -> io::Result<()> {
        self.as_at.clone_from(&frame.as_at);
        let mut writer = writer();
        write(&mut writer, &COLUMNS.map(Cow::from))?;
        out.write_all(&finish(writer)?)
    }

    fn host(&mut self, host: &HostReport, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&Self::fragment(&self.as_at, host)?)
    }

    fn end(&mut self, _: &[ErrorReport], _: &Summary, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn row<'a>(
    as_at: &'a str,
    host: &'a HostReport,
    line: Option<&'a VerdictReport>,
) -> [Cow<'a, str>; 25] {
    let list = |of: fn(&VerdictReport) -> Vec<&str>| -> Cow<'a, str> {
        line.map(of).unwrap_or_default().join("; ").into()
    };
    let flag = |of: fn(&VerdictReport) -> bool| -> Cow<'a, str> {
        line.map_or("", |line| if of(line) { "true" } else { "false" }).into()
    };
    let text = |of: fn(&'a VerdictReport) -> Option<&'a str>| -> Cow<'a, str> {
        line.and_then(of).unwrap_or_default().into()
    };
    let evidence = line.and_then(|line| line.row.as_ref());
    let disagreements = line.map_or(&[][..], |line| &line.disagreements);
    let disagreements: Vec<String> = disagreements
        .iter()
        .map(|other| format!("{}: {}: {}", other.source, other.verdict, other.reason))
        .collect();
    let nothing = "nothing that the knowledge knows was seen on this host";
    [
        as_at.into(),
        host.host.as_str().into(),
        host.product.as_deref().unwrap_or_default().into(),
        host.build.as_deref().unwrap_or_default().into(),
        text(|line| Some(&line.advisory)),
        text(|line| line.title.as_deref()),
        list(|line| line.cves.iter().map(String::as_str).collect()),
        list(|line| line.other_ids.iter().map(String::as_str).collect()),
        text(|line| line.software.as_deref()),
        line.map_or("nothing_to_judge", |line| line.verdict).into(),
        line.map_or(nothing, |line| &line.reason).into(),
        list(|line| line.more_reasons.iter().map(String::as_str).collect()),
        disagreements.join("; ").into(),
        list(|line| line.remedies.iter().map(|remedy| remedy.text.as_str()).collect()),
        flag(|line| line.worm),
        flag(|line| line.kev),
        flag(|line| line.ransomware),
        line.and_then(|line| line.epss).map(|epss| epss.to_string()).unwrap_or_default().into(),
        text(|line| line.severity),
        text(|line| line.due.as_deref()),
        text(|line| line.due_because.as_deref()),
        evidence.map_or("", |row| &row.file).into(),
        evidence.map_or("", |row| &row.place).into(),
        evidence.map_or("", |row| &row.raw).into(),
        host.unrecognised.len().to_string().into(),
    ]
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

fn write(writer: &mut Writer<Vec<u8>>, cells: &[Cow<'_, str>; 25]) -> io::Result<()> {
    for cell in cells {
        // Source: OWASP, CSV injection. A line feed counts as a carriage return does.
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
            writer.write_field(format!("'{cell}"))?;
        } else {
            writer.write_field(cell.as_ref())?;
        }
    }
    Ok(writer.write_record(None::<&[u8]>)?)
}

fn finish(writer: Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
