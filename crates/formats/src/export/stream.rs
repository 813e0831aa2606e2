//! What every export does.

use std::io::{self, Write};

use super::report::{ErrorReport, Frame, HostReport, Summary};

/// Writes a report host by host: `begin` once, `host` for each in the order in which they shall
/// stand, `end` once.
///
/// Where hosts are made in parallel, the exports also have a `fragment` that does most of the work
/// of `host` on any thread, and an `add` that joins fragments to the document.
pub trait Export {
    /// Writes what stands before the hosts.
    fn begin(&mut self, frame: &Frame, out: &mut dyn Write) -> io::Result<()>;
    /// Writes one host.
    fn host(&mut self, host: &HostReport, out: &mut dyn Write) -> io::Result<()>;
    /// Writes what stands after the hosts. Does not flush.
    fn end(
        &mut self,
        errors: &[ErrorReport],
        summary: &Summary,
        out: &mut dyn Write,
    ) -> io::Result<()>;
}
