//! The report as one JSON document: `schema/check-report.schema.json`, `docs/exports.md`.
//!
//! One host stands on one line, so that line tools can look at a large report too.

use std::io::{self, Write};

use serde::Serialize;

use super::report::{ErrorReport, Frame, HostReport, Summary};
use super::stream::Export;

/// Writes the JSON document.
#[derive(Debug, Default)]
pub struct Json {
    hosts: u64,
}

impl Json {
    /// One host as JSON, to be joined with [`Json::add`].
    pub fn fragment<V: Serialize>(host: &HostReport<V>) -> io::Result<Vec<u8>> {
        Ok(serde_json::to_vec(host)?)
    }

    /// Writes one host without a fragment between.
    pub fn write<V: Serialize>(
        &mut self,
        host: &HostReport<V>,
        mut out: impl Write,
    ) -> io::Result<()> {
        self.separate(&mut out)?;
        Ok(serde_json::to_writer(out, host)?)
    }

    /// Joins a host.
    pub fn add(&mut self, fragment: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.separate(&mut *out)?;
        out.write_all(fragment)
    }

    fn separate(&mut self, mut out: impl Write) -> io::Result<()> {
        out.write_all(if self.hosts == 0 { b"\n" } else { b",\n" })?;
        self.hosts += 1;
        Ok(())
    }
}

impl Export for Json {
    fn begin(&mut self, frame: &Frame, out: &mut dyn Write) -> io::Result<()> {
        let frame = serde_json::to_vec(frame)?;
        // The frame's members are the first of the document: its object is left open.
        out.write_all(frame.strip_suffix(b"}").unwrap_or(&frame))?;
        out.write_all(b",\"hosts\":[")
    }

    fn host(&mut self, host: &HostReport, out: &mut dyn Write) -> io::Result<()> {
        self.add(&Self::fragment(host)?, out)
    }

    fn end(
        &mut self,
        errors: &[ErrorReport],
        summary: &Summary,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(b"\n],\"errors\":")?;
        serde_json::to_writer(&mut *out, errors)?;
        out.write_all(b",\"summary\":")?;
        serde_json::to_writer(&mut *out, summary)?;
        out.write_all(b"}\n")
    }
}
