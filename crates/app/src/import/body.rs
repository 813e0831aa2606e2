//! What the event of an import says.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Kind of the event.
pub const KIND: &str = "evidence.imported";

/// Version of the body.
pub const VERSION: u32 = 1;

/// Body of [`KIND`]. Unknown fields of newer versions are passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportBody {
    /// Version of this body.
    pub version: u32,
    /// Identity of the import: follows from its content, so that a repeated import is known.
    pub import: String,
    /// Where it came from, in the importer's words ("drop folder", "weekly export").
    pub source: String,
    /// Blob with the files as they came, a tar archive.
    pub archive: String,
    /// Blob with the evidence as judgement needs it.
    pub pack: String,
    /// Blob that says which host each piece is of.
    pub recognition: String,
    /// Blob that names what was refused and warned of, with place and remedy.
    pub report: String,
    /// Files of which evidence was taken.
    pub files: u64,
    /// Files that could not be read.
    pub refused: u64,
    /// Files that the record held already.
    pub held: u64,
    /// Rows and other parts that could not be used or had to be guessed.
    pub warnings: u64,
    /// Pieces of evidence.
    pub pieces: u64,
    /// Hosts.
    pub hosts: u64,
    /// Hosts that were not known before.
    pub new_hosts: u64,
    /// First day on which any of it was collected.
    pub collected_first: Option<Date>,
    /// Last day on which any of it was collected.
    pub collected_last: Option<Date>,
}
