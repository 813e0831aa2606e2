//! Evidence files: what an organisation sends on a day, in the formats that tools write.
//!
//! One module a format; `send` decides which hosts go into which. A pending restart cannot be seen
//! in systeminfo alone, so where one waits the script that gathers systeminfo adds `wmic qfe`, whose
//! rows have dates.

mod cyclonedx;
mod identity;
mod linux;
mod nessus;
mod nmap;
mod osquery;
mod out;
mod qfe;
mod send;
mod systeminfo;
mod systeminfo_words;
mod table;

pub use send::Shown;
pub(crate) use send::{Seen, Sweep, seen, send};

/// A file of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Its path within the report, with `/` between folders.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}
