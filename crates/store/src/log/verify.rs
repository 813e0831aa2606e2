//! Verifying a store: its log by itself, and its rows against the log.

use record::checkpoint::Keys;
use record::verify::{Remembered, Report, RowCheck, RowFault};
use record::{Hash, Objects as LogObjects, ReadError};
use tokio::runtime::Handle;

use super::Seal;
use crate::database::Database;
use crate::objects::Objects;
use crate::{Error, Store, events};

/// The log's objects, for functions that wait for each read. To be used on a thread where waiting is
/// allowed (`tokio::task::spawn_blocking`), while the store's runtime runs.
#[derive(Clone, Debug)]
pub struct LogReader {
    objects: Objects,
    runtime: Handle,
}

/// What verifying a store has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The log by itself.
    pub log: Report,
    /// Rows that are not what the log says.
    pub rows: Vec<RowFault>,
    /// Events whose personal part is not the one that was recorded.
    pub personal: Vec<u64>,
}

const ROWS_AT_ONCE: u32 = 4096;

impl Verification {
    /// Whether nothing at all is wrong.
    pub const fn is_sound(&self) -> bool {
        self.log.is_sound() && self.rows.is_empty() && self.personal.is_empty()
    }
}

impl Store {
    /// The log's objects, for proofs and for verifying without the database.
    pub fn log_reader(&self) -> LogReader {
        LogReader { objects: self.objects().clone(), runtime: Handle::current() }
    }

    /// Verifies the log and holds every row against it. `kept` are checkpoints that others have kept:
    /// without them a log proves nothing against who holds its key.
    pub async fn verify(&self, kept: Vec<Remembered>) -> Result<Verification, Error> {
        let keys = Keys::new(vec![self.verifier_key().clone()]);
        verify(self.database(), self.objects(), keys, kept).await
    }
}

impl LogObjects for LogReader {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        self.runtime.block_on(self.objects.get(path)).map_err(Into::into)
    }
}

pub(crate) async fn verify(
    database: &Database,
    objects: &Objects,
    keys: Keys,
    kept: Vec<Remembered>,
) -> Result<Verification, Error> {
    let reader = LogReader { objects: objects.clone(), runtime: Handle::current() };
    let database = database.clone();
    let work = move || {
        let log = record::verify::verify(&reader, &keys, &kept);
        // Rows beyond the checkpoint are not in the log yet; they are no fault.
        let sealed = reader.runtime.block_on(Seal::read(&database))?.size;
        let size = log.head.map_or(0, |head| head.size).max(sealed);
        let (rows, personal) = check_rows(&database, &reader, size)?;
        Ok(Verification { log, rows, personal })
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Closed)?
}

/// Holds rows against the log, and what is personal against its rows.
fn check_rows(
    database: &Database,
    reader: &LogReader,
    size: u64,
) -> Result<(Vec<RowFault>, Vec<u64>), Error> {
    let mut check = RowCheck::new(reader, size);
    let (mut from, mut personal) = (0, Vec::new());
    while from < size {
        let rows = events::evidence(database, (from, size), ROWS_AT_ONCE);
        let rows = reader.runtime.block_on(rows)?;
        let Some(last) = rows.last() else { break };
        from = last.number + 1;
        for row in rows {
            // A row that is no event any more has a hash that no entry has.
            check.row(row.number, row.leaf.unwrap_or(Hash::EMPTY));
            if !row.personal_is_sound {
                personal.push(row.number);
            }
        }
    }
    Ok((check.finish(), personal))
}
