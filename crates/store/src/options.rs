//! How a store is opened: what is not part of its address.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// Whether it may be written.
    pub access: Access,
    /// The file with the key that signs the log, where it is not kept in the store's own folder.
    /// It is made if it does not exist and the store is new.
    pub key_file: Option<PathBuf>,
    /// The log's name in its checkpoints, heeded when a store is made. Without it a name is made up.
    pub origin: Option<String>,
    /// How to sign in to S3. Without it the credentials of the machine's role are asked for.
    pub s3: Option<S3Credentials>,
    /// How long a database or an object store may take to answer.
    pub patience: Duration,
    /// PostgreSQL: how long a server that died keeps others from continuing the log.
    pub lease: Duration,
    /// PostgreSQL: how often to look for what other servers have appended or sealed.
    pub poll: Duration,
    /// Told what the log has just done; for logging, and for tests that stop the machine there.
    pub on_step: Option<StepHook>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access: Access::Write,
            key_file: None,
            origin: None,
            s3: None,
            patience: Duration::from_secs(10),
            lease: Duration::from_secs(5),
            poll: Duration::from_millis(50),
            on_step: None,
        }
    }
}

/// Whether a store may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is made if it is not there, brought up to date, and its log continued.
    Write,
    /// It must be there, and is left as it is. Possible while another process writes.
    Read,
}

/// Credentials for S3.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Credentials {
    /// The access key's id.
    pub key_id: String,
    /// The access key's secret.
    pub secret: String,
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Credentials").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Told of each [`Step`].
pub type StepHook = Arc<dyn Fn(Step) + Send + Sync>;

/// What the log has just done on the way from an append to its acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Rows are written, their transaction is not committed.
    RowsWritten,
    /// Rows are committed; nobody sees them yet.
    RowsCommitted,
    /// Tiles and entry bundles are durable.
    TilesWritten,
    /// The checkpoint is signed, and durable nowhere.
    CheckpointSigned,
    /// The checkpoint is in the database: readers see the events.
    CheckpointInDatabase,
    /// The checkpoint is in the object store too.
    CheckpointInObjects,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 6] = [
        Self::RowsWritten,
        Self::RowsCommitted,
        Self::TilesWritten,
        Self::CheckpointSigned,
        Self::CheckpointInDatabase,
        Self::CheckpointInObjects,
    ];
}

impl Options {
    /// To read what is there, beside a process that writes.
    pub fn read() -> Self {
        Self { access: Access::Read, ..Self::default() }
    }

    pub(crate) fn step(&self, step: Step) {
        if let Some(hook) = &self.on_step {
            hook(step);
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("access", &self.access)
            .field("key_file", &self.key_file)
            .field("origin", &self.origin)
            .field("s3", &self.s3)
            .finish_non_exhaustive()
    }
}
