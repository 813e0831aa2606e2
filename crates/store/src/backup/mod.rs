//! Backups: a folder that is a store at rest, whatever the engine it was taken from.
//!
//! A backup is taken while the store is used: rows of one instant, the blobs they name, and a log
//! made anew from the rows, which must have the root that was signed. It can be read as a store, and
//! restored into either engine. What was killed half way leaves nothing that could be mistaken for a
//! backup or for a restored record.

mod objects;
mod restore;
mod rows;
mod take;

use std::path::{Path, PathBuf};

use crate::{BlobId, Error, Verification};

/// The file that says that a folder is a whole backup.
const LABEL: &str = "BACKUP";
/// Its first line; another layout has another.
const LAYOUT: &str = "wardround backup 1";

/// What a backup or a restoration has just done; for progress bars, and for tests that stop the
/// machine there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupStep {
    /// The folder or the schema is there.
    Begun,
    /// All rows of a table are copied.
    Table(&'static str),
    /// The rows are committed.
    RowsCommitted,
    /// This many blobs are copied.
    Blobs(u64),
    /// The log's tiles are written.
    Tiles,
    /// The key is copied.
    Key,
    /// The checkpoint is written.
    Checkpoint,
    /// Everything was verified.
    Verified,
    /// A backup has got its name, a restored store may be opened.
    Done,
}

/// What a backup or a restoration has copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How many events.
    pub events: u64,
    /// How many blobs.
    pub blobs: u64,
    /// Blobs that are rotten where they were copied from; they are copied as they are.
    pub damaged: Vec<BlobId>,
    /// Whether log and rows of the copy are sound.
    pub verification: Verification,
}

/// Told of each [`BackupStep`].
pub type Progress<'p> = &'p mut (dyn FnMut(BackupStep) + Send);

/// Whether a folder is a backup, and so must not be continued as a store: two logs under one key
/// would go on from it.
pub(crate) fn is_backup(folder: &Path) -> bool {
    folder.join(LABEL).exists()
}

/// A failure that is about a backup's folder.
fn unusable(path: &Path, reason: impl Into<String>) -> Error {
    Error::Backup { path: PathBuf::from(path), reason: reason.into() }
}
