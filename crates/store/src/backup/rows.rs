//! Copying rows from one database to another, table by table, whichever engines they are.

use futures_util::TryStreamExt as _;
use sqlx::any::AnyRow;
use sqlx::{Row as _, SqlSafeStr as _};

use super::{BackupStep, Progress};
use crate::Error;
use crate::database::{Transaction, insert_rows};
use crate::number::signed;

/// A table, how its rows are read up to the size of a log, and how they are written.
struct Table {
    name: &'static str,
    /// The first schema that has it.
    since: i64,
    /// Types of its columns in order.
    columns: &'static [Type],
    /// `$1` is the size of the log.
    select: &'static str,
    insert: &'static str,
}

#[derive(Clone, Copy)]
enum Type {
    Text,
    Number,
    Bytes,
}

#[derive(Debug)]
enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

use Type::{Bytes, Number, Text};

/// Everything that a record is, who may sign in, and what is still to be done. Leases, sessions, sign-ins under
/// way and failed attempts are of the moment and stay behind: whoever restores a backup signs in anew.
const TABLES: [Table; 14] = [
    Table {
        name: "setting",
        since: 1,
        columns: &[Text, Text],
        select: "SELECT name, value FROM setting WHERE $1 >= 0 ORDER BY name",
        insert: "INSERT INTO setting (name, value) VALUES",
    },
    Table {
        name: "head",
        since: 1,
        columns: &[Number, Number, Number],
        // Events that are not sealed stay behind; the time they were known at does not come again.
        select: "SELECT one, CAST($1 AS BIGINT), last_known FROM head WHERE one = 1",
        insert: "INSERT INTO head (one, next_number, last_known) VALUES",
    },
    Table {
        name: "seal",
        since: 1,
        columns: &[Number, Number, Bytes, Number],
        select: "SELECT one, size, note, CAST(0 AS BIGINT) FROM seal WHERE one = 1 AND size = $1",
        insert: "INSERT INTO seal (one, size, note, epoch) VALUES",
    },
    Table {
        name: "event",
        since: 1,
        columns: &[
            Number, Text, Text, Text, Text, Text, Text, Text, Text, Number, Number, Text, Text,
            Text, Text, Text, Bytes,
        ],
        select: "SELECT number, id, kind, subject, organisation, actor, on_behalf_of, authority, \
             reason, as_at, as_known, caused_by, corrects, marking, body, personal_hash, leaf_hash \
             FROM event WHERE number < $1 ORDER BY number",
        insert: "INSERT INTO event (number, id, kind, subject, organisation, actor, on_behalf_of, \
             authority, reason, as_at, as_known, caused_by, corrects, marking, body, personal_hash, \
             leaf_hash) VALUES",
    },
    Table {
        name: "personal",
        since: 1,
        columns: &[Number, Bytes, Text],
        select: "SELECT number, salt, content FROM personal WHERE number < $1 ORDER BY number",
        insert: "INSERT INTO personal (number, salt, content) VALUES",
    },
    Table {
        name: "append_key",
        since: 1,
        columns: &[Text, Number, Number, Bytes],
        select: "SELECT append_key, first_number, event_count, digest FROM append_key \
             WHERE first_number + event_count <= $1 ORDER BY first_number",
        insert: "INSERT INTO append_key (append_key, first_number, event_count, digest) VALUES",
    },
    Table {
        name: "projection",
        since: 1,
        columns: &[Text, Bytes, Bytes, Number],
        select: "SELECT space, row_key, value, as_of FROM projection WHERE $1 >= 0 \
             ORDER BY space, row_key",
        insert: "INSERT INTO projection (space, row_key, value, as_of) VALUES",
    },
    Table {
        name: "projection_space",
        since: 1,
        columns: &[Text, Number],
        select: "SELECT space, as_of FROM projection_space WHERE $1 >= 0 ORDER BY space",
        insert: "INSERT INTO projection_space (space, as_of) VALUES",
    },
    Table {
        name: "account",
        since: 2,
        columns: &[Text, Text, Text, Number, Number],
        select: "SELECT id, login, name, created, disabled FROM account WHERE $1 >= 0 ORDER BY id",
        insert: "INSERT INTO account (id, login, name, created, disabled) VALUES",
    },
    Table {
        name: "credential",
        since: 2,
        columns: &[Text, Text, Text, Bytes, Number, Number],
        select: "SELECT id, account, kind, data, created, used FROM credential WHERE $1 >= 0 \
             ORDER BY id",
        insert: "INSERT INTO credential (id, account, kind, data, created, used) VALUES",
    },
    Table {
        name: "token",
        since: 2,
        columns: &[Text, Bytes, Text, Text, Text, Number, Number, Number, Number],
        select: "SELECT id, hash, account, name, body, created, expires, used, revoked FROM token \
             WHERE $1 >= 0 ORDER BY id",
        insert: "INSERT INTO token (id, hash, account, name, body, created, expires, used, \
             revoked) VALUES",
    },
    Table {
        name: "passkey",
        since: 4,
        columns: &[Text, Bytes, Text, Text, Text, Number, Number],
        select: "SELECT id, handle, account, name, body, created, used FROM passkey \
             WHERE $1 >= 0 ORDER BY id",
        insert: "INSERT INTO passkey (id, handle, account, name, body, created, used) VALUES",
    },
    Table {
        name: "linked",
        since: 4,
        columns: &[Text, Text, Text, Number, Number],
        select: "SELECT issuer, subject, account, created, used FROM linked WHERE $1 >= 0 \
             ORDER BY issuer, subject",
        insert: "INSERT INTO linked (issuer, subject, account, created, used) VALUES",
    },
    Table {
        name: "job",
        since: 3,
        columns: &[
            Text, Text, Text, Text, Text, Text, Text, Text, Number, Number, Number, Number, Number,
            Number, Number, Number, Text, Number, Number, Text, Text, Text,
        ],
        // Whoever runs one does so for the store that is copied; of the copy it waits.
        select: "SELECT id, kind, organisation, actor, input, once, lane, \
             CASE state WHEN 'running' THEN 'queued' ELSE state END, attempts, most_attempts, \
             created, due, pause_ms, begun, ended, cancel, '', epoch, beat, progress, outcome, fault \
             FROM job WHERE $1 >= 0 ORDER BY id",
        insert: "INSERT INTO job (id, kind, organisation, actor, input, once, lane, state, attempts, \
             most_attempts, created, due, pause_ms, begun, ended, cancel, holder, epoch, beat, \
             progress, outcome, fault) VALUES",
    },
];

/// Rows on the way at once.
const AT_ONCE: usize = 1000;

/// Copies what a log of `size` entries covers, from a database of a schema of ours.
pub(super) async fn copy(
    from: &mut Transaction,
    to: &mut Transaction,
    (schema, size): (i64, u64),
    progress: Progress<'_>,
) -> Result<(), Error> {
    for table in TABLES.iter().filter(|table| table.since <= schema) {
        copy_table(from, to, table, size).await?;
        progress(BackupStep::Table(table.name));
    }
    Ok(())
}

async fn copy_table(
    from: &mut Transaction,
    to: &mut Transaction,
    table: &Table,
    size: u64,
) -> Result<(), Error> {
    let database = from.database().clone();
    let fault = |source| database.fault("reading rows to copy", source);
    let statement = sqlx::query(table.select.into_sql_str()).bind(signed(size));
    let mut rows = statement.fetch(from.connection()?);
    let mut piece = Vec::new();
    loop {
        let row = rows.try_next().await.map_err(fault)?;
        let ended = row.is_none();
        if let Some(row) = row {
            piece.push(read(&row, table.columns).map_err(fault)?);
        }
        if piece.len() == AT_ONCE || ended {
            write(to, table, &piece).await?;
            piece.clear();
        }
        if ended {
            return Ok(());
        }
    }
}

fn read(row: &AnyRow, columns: &[Type]) -> Result<Vec<Value>, sqlx::Error> {
    let values = columns.iter().enumerate().map(|(at, column)| {
        Ok(match column {
            Text => Value::Text(row.try_get(at)?),
            Number => Value::Number(row.try_get(at)?),
            Bytes => Value::Bytes(row.try_get(at)?),
        })
    });
    values.collect()
}

async fn write(to: &mut Transaction, table: &Table, rows: &[Vec<Value>]) -> Result<(), Error> {
    let head = (table.insert, table.columns.len(), "");
    insert_rows(to, "writing copied rows", head, rows, |statement, row| {
        row.iter().fold(statement, |statement, value| match value {
            Value::Text(text) => statement.bind(text.as_deref()),
            Value::Number(number) => statement.bind(*number),
            Value::Bytes(bytes) => statement.bind(bytes.as_deref()),
        })
    })
    .await
}
