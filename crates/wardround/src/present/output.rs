//! The chosen output: a person's screen, or one of the formats other tools read.
//!
//! What can be made of one host alone is made on worker threads ([`Output::fragment`]); the writer
//! only joins fragments, in the order of the hosts.

use std::io::{self, BufWriter, Stdout, Write as _};

use formats::export::report::{
    ErrorReport, Frame, HostReport, Streamed, Summary, VerdictCount, VerdictReport,
};
use formats::export::{Csv, Export as _, Json, Sarif, SarifFragment, Vex, VexHeader};

use super::human::{HumanOptions, Screen};
use super::summary::Tally;
use crate::error::CliError;
use crate::terminal;

/// How the answer is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OutputFormat {
    Human(HumanOptions),
    Json,
    Csv,
    Sarif,
    Vex(VexHeader),
}

/// What one host adds to the output.
pub(crate) struct Fragment {
    part: Part,
    summary: Summary,
}

impl Fragment {
    /// What a host adds to a person's screen, which is made of the tally alone.
    pub(crate) fn of_screen() -> Self {
        Self { part: Part::Nothing, summary: Summary::default() }
    }
}

enum Part {
    Nothing,
    Bytes(Vec<u8>),
    Sarif(SarifFragment),
    Report(Box<HostReport>),
}

/// An output under way.
pub(crate) struct Output<'a> {
    writer: Writer,
    frame: &'a Frame,
    out: BufWriter<Stdout>,
    summary: Summary,
}

enum Writer {
    Human(HumanOptions),
    Json(Json),
    Csv(Csv),
    Sarif(Sarif),
    Vex(Box<Vex>),
}

impl<'a> Output<'a> {
    /// Begins the answer.
    pub(crate) fn begin(format: OutputFormat, frame: &'a Frame) -> Result<Self, CliError> {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
        let writer = match format {
            OutputFormat::Human(options) => Writer::Human(options),
            OutputFormat::Json => Writer::Json(Json::default()),
            OutputFormat::Csv => Writer::Csv(Csv::default()),
            OutputFormat::Sarif => Writer::Sarif(Sarif::new(env!("CARGO_PKG_VERSION"))),
            OutputFormat::Vex(header) => Writer::Vex(Box::new(Vex::new(header))),
        };
        let mut output =
            Self { writer, frame, out: BufWriter::new(io::stdout()), summary: Summary::default() };
        match &mut output.writer {
            Writer::Human(_) => Ok(()),
            Writer::Json(json) => json.begin(frame, &mut out),
            Writer::Csv(csv) => csv.begin(frame, &mut out),
            Writer::Sarif(sarif) => sarif.begin(frame, &mut out),
            Writer::Vex(vex) => vex.begin(frame, &mut out),
        }
        .map_err(written)?;
        output.out = out;
        Ok(output)
    }

    /// Whether a person reads it.
    pub(crate) const fn is_screen(&self) -> bool {
        matches!(self.writer, Writer::Human(_))
    }

    /// What a host adds; called on worker threads.
    pub(crate) fn fragment<I: Iterator<Item = VerdictReport>>(
        &self,
        report: HostReport<I>,
    ) -> Result<Fragment, CliError> {
        let mut summary = Summary::default();
        summary.count_unrecognised(&report.unrecognised);
        let mut count = VerdictCount::default();
        let report = report.map_verdicts(|lines| lines.inspect(|line| count.add(line)));
        let part = match &self.writer {
            Writer::Human(_) => Part::Nothing,
            Writer::Json(_) => {
                let report = report.map_verdicts(Streamed::new);
                Part::Bytes(Json::fragment(&report).map_err(written)?)
            }
            Writer::Csv(_) => {
                let report = report.map_verdicts(Iterator::collect);
                Part::Bytes(Csv::fragment(&self.frame.as_at, &report).map_err(written)?)
            }
            Writer::Sarif(_) => {
                let report = report.map_verdicts(Iterator::collect);
                Part::Sarif(Sarif::fragment(&report).map_err(written)?)
            }
            Writer::Vex(_) => Part::Report(Box::new(report.map_verdicts(Iterator::collect))),
        };
        summary.count_host(&count);
        Ok(Fragment { part, summary })
    }

    /// Adds a host without a fragment, which one host alone does not need.
    pub(crate) fn host_at_once<I: Iterator<Item = VerdictReport>>(
        &mut self,
        report: HostReport<I>,
    ) -> Result<(), CliError> {
        let Writer::Json(json) = &mut self.writer else {
            let fragment = self.fragment(report)?;
            return self.host(fragment);
        };
        self.summary.count_unrecognised(&report.unrecognised);
        let mut count = VerdictCount::default();
        let report =
            report.map_verdicts(|lines| Streamed::new(lines.inspect(|line| count.add(line))));
        json.write(&report, &mut self.out).map_err(written)?;
        drop(report);
        self.summary.count_host(&count);
        Ok(())
    }

    /// Adds a host.
    pub(crate) fn host(&mut self, fragment: Fragment) -> Result<(), CliError> {
        self.summary.add(&fragment.summary);
        let out = &mut self.out;
        match (&mut self.writer, fragment.part) {
            (Writer::Json(json), Part::Bytes(bytes)) => json.add(&bytes, out),
            (Writer::Sarif(sarif), Part::Sarif(part)) => sarif.add(part, out),
            (Writer::Vex(vex), Part::Report(report)) => vex.host(&report, out),
            (_, Part::Bytes(bytes)) => out.write_all(&bytes),
            // A fragment is made by the writer that takes it.
            (_, Part::Sarif(_) | Part::Report(_) | Part::Nothing) => Ok(()),
        }
        .map_err(written)
    }

    /// Ends the answer.
    pub(crate) fn end(
        mut self,
        tally: &Tally,
        errors: &[ErrorReport],
        files_read: usize,
        files_failed: usize,
    ) -> Result<(), CliError> {
        self.summary.files_read = files_read as u64;
        self.summary.files_failed = files_failed as u64;
        let out = &mut self.out;
        match &mut self.writer {
            Writer::Human(options) => {
                let screen = Screen {
                    frame: self.frame,
                    tally,
                    errors,
                    files_read,
                    files_failed,
                    options: *options,
                };
                out.write_all(terminal::clean(&screen.text()).as_bytes())
            }
            Writer::Json(json) => json.end(errors, &self.summary, out),
            Writer::Csv(csv) => csv.end(errors, &self.summary, out),
            Writer::Sarif(sarif) => sarif.end(errors, &self.summary, out),
            Writer::Vex(vex) => vex.end(errors, &self.summary, out),
        }
        .and_then(|()| self.out.flush())
        .map_err(written)
    }
}

/// A closed pipe ends the program quietly, as `head` expects.
fn written(error: io::Error) -> CliError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => CliError::quiet(),
        _ => CliError::failed("the answer could not be written").because(error),
    }
}
