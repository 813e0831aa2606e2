//! Why the store could not do what it was asked, and what to do about it.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;

use crate::BlobId;

/// The cause below an error of ours; foreign types do not leave this crate.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// Why the store could not do what it was asked. [`Error::hint`] says what to do.
///
/// Several appends share a transaction and so an error, which is why it can be cloned.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A text that names no store.
    #[error("`{text}` names no store: {reason}")]
    Address {
        /// The text, without passwords.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Nothing is there to be read.
    #[error("there is no store at {place}")]
    NoStore {
        /// Where it was looked for.
        place: String,
    },
    /// Another process writes to this store.
    #[error("another process{} has the store at {place} open", holder_words(.holder.as_deref()))]
    InUse {
        /// The store.
        place: String,
        /// The other process, where it left its number.
        holder: Option<String>,
    },
    /// The store was opened to be read only.
    #[error("the store was opened to be read only")]
    OpenedToRead,
    /// The store has been closed.
    #[error("the store has been closed")]
    Closed,
    /// No room is left.
    #[error("no room is left for {place}")]
    DiskFull {
        /// What could not be written.
        place: String,
        /// The cause.
        #[source]
        source: Cause,
    },
    /// It may be read but not written.
    #[error("{place} cannot be written")]
    ReadOnly {
        /// What could not be written.
        place: String,
        /// The cause.
        #[source]
        source: Cause,
    },
    /// The database does not answer.
    #[error("the database {place} does not answer")]
    DatabaseGone {
        /// The database, without its password.
        place: String,
        /// The cause.
        #[source]
        source: Cause,
    },
    /// The database refused.
    #[error("the database failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        source: Cause,
    },
    /// The schema is of a later version of this program.
    #[error("the store at {place} was written by a later version of Wardround")]
    LaterSchema {
        /// The store.
        place: String,
    },
    /// The store is of an earlier version and was opened to be read only.
    #[error("the store at {place} was written by an earlier version of Wardround")]
    EarlierSchema {
        /// The store.
        place: String,
    },
    /// A file could not be used.
    #[error("{} could not be used", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The object store failed.
    #[error("the object {path} could not be used")]
    Object {
        /// The object's name.
        path: String,
        /// The cause.
        #[source]
        source: Cause,
    },
    /// A signing key is needed, and where it lies was not said.
    #[error("no place is known for the key that signs the log of {place}")]
    KeyPlace {
        /// The store.
        place: String,
    },
    /// The signing key cannot be read as one.
    #[error("{} holds no signing key", .path.display())]
    KeyUnreadable {
        /// The key's file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: Cause,
    },
    /// The signing key is not that of this log.
    #[error("the key in {} is not the key that signs this log ({expected})", .path.display())]
    OtherKey {
        /// The key's file.
        path: PathBuf,
        /// The verifier key of the log.
        expected: String,
    },
    /// The database holds less than the log has promised.
    #[error("the log covers {promised} events, the database at {place} has {present}")]
    RolledBack {
        /// The database.
        place: String,
        /// The size in the log's checkpoint.
        promised: u64,
        /// The events in the database.
        present: u64,
    },
    /// The objects are not those of this database.
    #[error("the objects at {place} do not belong to this database: {reason}")]
    ForeignObjects {
        /// The object store.
        place: String,
        /// What does not fit.
        reason: String,
    },
    /// The log could not be continued.
    #[error("the log could not be continued from event {number}")]
    Log {
        /// The first event that is not in the log yet.
        number: u64,
        /// The cause.
        #[source]
        source: Cause,
    },
    /// A row is not what was appended.
    #[error("event {number} in the database is not what was appended")]
    EditedRow {
        /// The event.
        number: u64,
    },
    /// A row cannot be read as what it should be.
    #[error("event {number} in the database cannot be read: {reason}")]
    DamagedRow {
        /// The event.
        number: u64,
        /// What is wrong.
        reason: String,
    },
    /// An event that cannot be recorded. Nothing of its append was recorded.
    #[error("event {position} of the append cannot be recorded: {reason}")]
    EventRefused {
        /// Its place among the events given, from 0.
        position: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// One key was used for two different appends.
    #[error("the key `{key}` was used before, for other events")]
    KeyReused {
        /// The idempotency key.
        key: String,
    },
    /// It is not known whether the events were recorded.
    #[error("it is not certain that the events were recorded")]
    Uncertain {
        /// What went wrong.
        #[source]
        source: Box<Error>,
    },
    /// Another server has taken over the log.
    #[error("another server continues the log")]
    LeaseLost,
    /// Another server has the log, lives, and does not go on with it.
    #[error("the server that continues the log has not sealed the events in time")]
    NotSealed,
    /// A blob that is not there.
    #[error("blob {0} is not in the store")]
    BlobMissing(BlobId),
    /// A blob whose bytes are not those that were put.
    #[error("blob {0} is damaged: its content has another hash")]
    BlobDamaged(BlobId),
    /// Someone else has moved the projection on.
    #[error("the projection `{space}` is as of {present} events, not {expected}")]
    ProjectionMoved {
        /// The projection.
        space: String,
        /// What the caller went on from.
        expected: u64,
        /// What it is as of.
        present: u64,
    },
    /// A backup or its target cannot be used.
    #[error("{} cannot be used: {reason}", .path.display())]
    Backup {
        /// The backup.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The store to restore into holds a record already.
    #[error("the store at {place} holds a record already")]
    NotEmpty {
        /// The store.
        place: String,
    },
}

impl Error {
    /// What to do about it, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Address { .. } => {
                "name a folder, or postgres://USER@HOST/DATABASE with a folder or s3://BUCKET/PREFIX for the objects"
            }
            Self::NoStore { .. } => {
                "check the address; the first command that writes makes a store"
            }
            Self::InUse { .. } => {
                "stop the other process or ask through it; several servers at once need PostgreSQL"
            }
            Self::OpenedToRead => "open the store to write",
            Self::Closed => "open the store again",
            Self::DiskFull { .. } => {
                "make room, then do the same again: nothing that was acknowledged is lost, and what was half done is finished or dropped when the store is opened"
            }
            Self::ReadOnly { .. } => {
                "give this user the right to write there, or mount it writable; a store can also be opened to be read only"
            }
            Self::DatabaseGone { .. } => {
                "start the database or mend the connection, then do the same again: the store goes on by itself once the database is back"
            }
            Self::LaterSchema { .. } => {
                "use the version of Wardround that wrote it, or a later one"
            }
            Self::EarlierSchema { .. } => {
                "open it once with a command that writes: that brings it up to date"
            }
            Self::KeyPlace { .. } => "say in which file the key lies or shall be made",
            Self::KeyUnreadable { .. } => {
                "put the right key file there; a lost key cannot be made anew"
            }
            Self::OtherKey { .. } => {
                "put the right key file there; a log never changes its key unseen"
            }
            Self::RolledBack { .. } => {
                "this database is older than its log: restore a newer backup, or restore this one into an empty place with its own objects"
            }
            Self::ForeignObjects { .. } => "check that database and object store belong together",
            Self::EditedRow { .. } | Self::DamagedRow { .. } => {
                "someone changed the database by hand: run `wardround record verify`, and restore from a backup"
            }
            Self::Object { .. } => {
                "check that the object store is there and reachable, then do the same again"
            }
            Self::KeyReused { .. } => "use a new key for new events",
            Self::Uncertain { .. } => {
                "do the same again with the same idempotency key: what was recorded is not recorded twice"
            }
            Self::NotSealed => {
                "look at that server's messages: its object store may be full or out of reach"
            }
            Self::LeaseLost => "nothing is lost: do the same again",
            Self::BlobMissing(_) | Self::BlobDamaged(_) => "restore the object store from a backup",
            Self::ProjectionMoved { .. } => "read the projection again and go on from there",
            Self::Backup { .. } => {
                "name a folder that is a whole backup, or for a new backup one that does not exist"
            }
            Self::NotEmpty { .. } => "restore into a new folder or an empty database",
            Self::Database { .. }
            | Self::File { .. }
            | Self::Log { .. }
            | Self::EventRefused { .. } => return None,
        })
    }
}

/// A foreign error as the cause of one of ours.
pub(crate) fn cause(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Cause {
    Arc::from(error.into())
}

fn holder_words(holder: Option<&str>) -> String {
    holder.map(|holder| format!(" ({holder})")).unwrap_or_default()
}
