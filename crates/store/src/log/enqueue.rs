//! Rows: one transaction for all appends that wait, with the next numbers, without gaps.

use std::time::Duration;

use jiff::Timestamp;
use model::event::NewEvent;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::append::{Appended, Key};
use crate::database::{Database, Transaction};
use crate::events;
use crate::number::{signed, unsigned};
use crate::{Error, Options, Step};

/// What became of an append: recorded in rows, up to below `end`.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) appended: Appended,
    pub(super) end: u64,
}

/// An append without its way back.
pub(super) type Wanted = (Vec<NewEvent>, Option<Key>, Timestamp);

/// Clocks of machines that work together differ by less.
const MOMENT: Duration = Duration::from_secs(2);

/// Where the record ends.
struct Head {
    next: u64,
    last_known: i64,
}

/// Commits appends, each whole or not at all. An error here is one of them all; that of a single
/// append stands in its place.
pub(super) async fn enqueue(
    database: &Database,
    options: &Options,
    appends: Vec<Wanted>,
) -> Result<Vec<Result<Recorded, Error>>, Error> {
    let mut transaction = database.begin().await?;
    let mut head = lock_head(&mut transaction).await?;
    let mut outcomes = Vec::new();
    for append in appends {
        match one(&mut transaction, &mut head, append).await {
            // Refused before anything of it was written: the others go on.
            Err(error @ (Error::EventRefused { .. } | Error::KeyReused { .. })) => {
                outcomes.push(Err(error));
            }
            Err(error) => return Err(error),
            Ok(recorded) => outcomes.push(Ok(recorded)),
        }
    }
    move_head(&mut transaction, &head).await?;
    options.step(Step::RowsWritten);
    // Whether a commit whose answer is lost took place, nobody can tell from here.
    let committed = transaction.commit().await;
    committed.map_err(|source| Error::Uncertain { source: Box::new(source) })?;
    options.step(Step::RowsCommitted);
    Ok(outcomes)
}

async fn one(
    transaction: &mut Transaction,
    head: &mut Head,
    (wanted, key, now): Wanted,
) -> Result<Recorded, Error> {
    if let Some(key) = &key
        && let Some((first, count)) = earlier(transaction, key).await?
    {
        let events = events::at(transaction, first, count).await?;
        let appended = Appended { events, repeated: true, clock_behind: None };
        return Ok(Recorded { appended, end: first + count });
    }
    let now = now.as_microsecond();
    let known = now.max(head.last_known.saturating_add(1));
    let behind = Duration::from_micros(unsigned(head.last_known.saturating_sub(now)));
    let as_known = Timestamp::from_microsecond(known).map_err(|error| Error::EventRefused {
        position: 0,
        reason: format!("the clock is beyond what can be recorded: {error}"),
    })?;
    let prepared = events::prepare(wanted, head.next, as_known)?;
    let count = prepared.len() as u64;
    if let Some(key) = key {
        keep(transaction, &key, (head.next, count)).await?;
    }
    events::insert(transaction, &prepared).await?;
    *head = Head { next: head.next + count, last_known: known };
    let appended = Appended {
        events: prepared.into_iter().map(|prepared| prepared.event).collect(),
        repeated: false,
        clock_behind: (behind > MOMENT).then_some(behind),
    };
    Ok(Recorded { appended, end: head.next })
}

/// Locks the end of the record: others wait here, so numbers have no gaps.
async fn lock_head(transaction: &mut Transaction) -> Result<Head, Error> {
    const LOCK: &str = "UPDATE head SET next_number = next_number WHERE one = 1 \
         RETURNING next_number, last_known";
    let doing = "reading the end of the record";
    let row = transaction.one(doing, sqlx::query(LOCK)).await?;
    let read = |row: &AnyRow| -> Result<Head, sqlx::Error> {
        Ok(Head { next: unsigned(row.try_get(0)?), last_known: row.try_get(1)? })
    };
    read(&row).map_err(|source| transaction.database().fault(doing, source))
}

async fn move_head(transaction: &mut Transaction, head: &Head) -> Result<(), Error> {
    const MOVE: &str = "UPDATE head SET next_number = $1, last_known = $2 WHERE one = 1";
    let statement = sqlx::query(MOVE).bind(signed(head.next)).bind(head.last_known);
    transaction.execute("moving the end of the record", statement).await.map(|_| ())
}

/// What was recorded under a key: its first number and how many events.
async fn earlier(transaction: &mut Transaction, key: &Key) -> Result<Option<(u64, u64)>, Error> {
    const SELECT: &str = "SELECT first_number, event_count, digest FROM append_key \
         WHERE append_key = $1";
    let doing = "looking for an idempotency key";
    let row = transaction.optional(doing, sqlx::query(SELECT).bind(&key.text)).await?;
    let read = |row: AnyRow| -> Result<(i64, i64, Vec<u8>), sqlx::Error> {
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    };
    let found = row.map(read).transpose();
    match found.map_err(|source| transaction.database().fault(doing, source))? {
        None => Ok(None),
        Some((first, count, digest)) if digest == key.digest => {
            Ok(Some((unsigned(first), unsigned(count))))
        }
        Some(_) => Err(Error::KeyReused { key: key.text.clone() }),
    }
}

async fn keep(
    transaction: &mut Transaction,
    key: &Key,
    (first, count): (u64, u64),
) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO append_key (append_key, first_number, event_count, digest) \
         VALUES ($1, $2, $3, $4)";
    let statement = sqlx::query(INSERT)
        .bind(&key.text)
        .bind(signed(first))
        .bind(signed(count))
        .bind(key.digest.as_slice());
    transaction.execute("keeping an idempotency key", statement).await.map(|_| ())
}
