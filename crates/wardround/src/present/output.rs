//! The chosen output: a person's screen, or one of the formats other tools read.

use formats::export::report::{ErrorReport, Frame, HostReport};

use super::human::{HumanOptions, Screen, reasons};
use super::summary::Tally;
use crate::error::CliError;
use crate::terminal;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputFormat {
    Human,
    Json,
    Csv,
    Sarif,
    Vex,
}

/// What one host adds to the output, made on a worker thread.
pub(crate) struct Fragment(String);

/// An output under way.
pub(crate) struct Output<'a> {
    format: OutputFormat,
    frame: &'a Frame,
    human: HumanOptions,
    first: bool,
}

impl<'a> Output<'a> {
    pub(crate) fn begin(
        format: OutputFormat,
        frame: &'a Frame,
        human: HumanOptions,
        _now: jiff::Timestamp,
    ) -> Result<Self, CliError> {
        if format == OutputFormat::Json {
            terminal::print(&format!("{{\"as_at\":\"{}\",\"hosts\":[", frame.as_at))?;
        }
        Ok(Self { format, frame, human, first: true })
    }

    pub(crate) fn wants_steps(&self) -> bool {
        self.format == OutputFormat::Human
    }

    pub(crate) fn fragment(&self, report: HostReport) -> Fragment {
        Fragment(match self.format {
            OutputFormat::Human if self.human.reasons => reasons(&report),
            OutputFormat::Human => String::new(),
            _ => serde_json::to_string(&report).unwrap_or_default(),
        })
    }

    pub(crate) fn host(&mut self, fragment: &Fragment) -> Result<(), CliError> {
        if !self.first && self.format == OutputFormat::Json {
            terminal::print(",")?;
        }
        self.first = false;
        terminal::print(&fragment.0)
    }

    pub(crate) fn end(
        &mut self,
        tally: &Tally,
        errors: &[ErrorReport],
        files_read: usize,
        files_failed: usize,
    ) -> Result<(), CliError> {
        if self.format == OutputFormat::Json {
            return terminal::print(&format!(
                "],\"errors\":{}}}\n",
                serde_json::to_string(errors).unwrap_or_default()
            ));
        }
        let screen = Screen {
            frame: self.frame,
            tally,
            errors,
            files_read,
            files_failed,
            options: self.human,
        };
        terminal::print(&screen.text())
    }
}
