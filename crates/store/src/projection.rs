//! Projections: what a use case has folded out of events, kept so that it need not fold again.
//!
//! Rows of bytes by space and key, rebuildable at any time. Each space knows how many events of the
//! record it is made of, and moves on only from where its writer thought it was: two processes that
//! fold the same events cannot both apply them.

use sqlx::Row as _;

use crate::database::{Transaction, insert_rows};
use crate::number::{signed, unsigned};
use crate::{Access, Error, Store};

/// A row of a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionRow {
    /// Its key within the space.
    pub key: String,
    /// What it holds.
    pub value: Vec<u8>,
    /// How many events of the record it was made of when it was last written.
    pub as_of: u64,
}

/// A change of a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The row of this key is now so.
    Put(String, Vec<u8>),
    /// There is no row of this key any more.
    Remove(String),
}

const UPSERT: (&str, usize, &str) = (
    "INSERT INTO projection (space, row_key, value, as_of) VALUES",
    4,
    "ON CONFLICT (space, row_key) DO UPDATE SET value = excluded.value, as_of = excluded.as_of",
);

impl Store {
    /// How many events of the record a space is made of; 0 for one that is not there.
    pub async fn projection_as_of(&self, space: &str) -> Result<u64, Error> {
        const SELECT: &str = "SELECT as_of FROM projection_space WHERE space = $1";
        let row = sqlx::query(SELECT).bind(space).fetch_optional(self.database().reader()).await;
        let as_of = row.and_then(|row| row.map(|row| row.try_get::<i64, _>(0)).transpose());
        as_of.map(|as_of| as_of.map_or(0, unsigned)).map_err(|source| self.reading(source))
    }

    /// Changes rows of a space, all or none, and moves it from `before` to `as_of` events. Of several
    /// changes of one key the last counts.
    pub async fn project(
        &self,
        space: &str,
        (before, as_of): (u64, u64),
        changes: Vec<Change>,
    ) -> Result<(), Error> {
        const REMOVE: &str = "DELETE FROM projection WHERE space = $1 AND row_key = $2";
        self.expect_access(Access::Write)?;
        let mut transaction = self.database().begin().await?;
        if let Err(error) = move_on(&mut transaction, space, (before, as_of)).await {
            if matches!(error, Error::ProjectionMoved { .. }) {
                transaction.roll_back().await?;
            }
            return Err(error);
        }
        // PostgreSQL takes a key once in a statement.
        let last: std::collections::BTreeMap<String, Option<Vec<u8>>> = changes
            .into_iter()
            .map(|change| match change {
                Change::Put(key, value) => (key, Some(value)),
                Change::Remove(key) => (key, None),
            })
            .collect();
        let (put, removed): (Vec<_>, Vec<_>) =
            last.into_iter().partition(|(_, value)| value.is_some());
        let put: Vec<_> = put.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        insert_rows(&mut transaction, "writing a projection", UPSERT, &put, |statement, row| {
            let (key, value) = row;
            statement
                .bind(space.to_owned())
                .bind(key.as_bytes())
                .bind(value.as_slice())
                .bind(signed(as_of))
        })
        .await?;
        for (key, _) in removed {
            let statement = sqlx::query(REMOVE).bind(space).bind(key.as_bytes());
            transaction.execute("writing a projection", statement).await?;
        }
        transaction.commit().await
    }

    /// The row of a key.
    pub async fn projected(&self, space: &str, key: &str) -> Result<Option<ProjectionRow>, Error> {
        const SELECT: &str = "SELECT row_key, value, as_of FROM projection \
             WHERE space = $1 AND row_key = $2";
        let statement = sqlx::query(SELECT).bind(space).bind(key.as_bytes());
        let row = statement.fetch_optional(self.database().reader()).await;
        let row = row.map_err(|source| self.reading(source))?;
        row.map(|row| self.projection_row(&row)).transpose()
    }

    /// Rows whose keys begin with `prefix`, in the order of their bytes, after the key `after`, at
    /// most `limit`. To go on, ask for those after the last.
    pub async fn projection_scan(
        &self,
        space: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ProjectionRow>, Error> {
        const SELECT: &str = "SELECT row_key, value, as_of FROM projection \
             WHERE space = $1 AND row_key >= $2 AND row_key < $3 AND row_key > $4 \
             ORDER BY row_key LIMIT $5";
        const FROM_START: &str = "SELECT row_key, value, as_of FROM projection \
             WHERE space = $1 AND row_key >= $2 AND row_key < $3 ORDER BY row_key LIMIT $4";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // No byte of UTF-8 is 0xff: everything that begins with the prefix is below this.
        let end = [prefix.as_bytes(), &[0xff]].concat();
        let (text, after) = after.map_or((FROM_START, None), |after| (SELECT, Some(after)));
        let mut statement = sqlx::query(text).bind(space).bind(prefix.as_bytes()).bind(end);
        if let Some(after) = after {
            statement = statement.bind(after.as_bytes());
        }
        let rows = statement.bind(limit).fetch_all(self.database().reader()).await;
        let rows = rows.map_err(|source| self.reading(source))?;
        rows.iter().map(|row| self.projection_row(row)).collect()
    }

    /// Empties a space, to fold it anew.
    pub async fn projection_clear(&self, space: &str) -> Result<(), Error> {
        const ROWS: &str = "DELETE FROM projection WHERE space = $1";
        const SPACE: &str = "DELETE FROM projection_space WHERE space = $1";
        self.expect_access(Access::Write)?;
        let mut transaction = self.database().begin().await?;
        for text in [ROWS, SPACE] {
            transaction.execute("emptying a projection", sqlx::query(text).bind(space)).await?;
        }
        transaction.commit().await
    }

    fn projection_row(&self, row: &sqlx::any::AnyRow) -> Result<ProjectionRow, Error> {
        let read = || -> Result<ProjectionRow, sqlx::Error> {
            let key: Vec<u8> = row.try_get(0)?;
            Ok(ProjectionRow {
                // Written from text; whoever changes it by hand gets it back legible.
                key: String::from_utf8_lossy(&key).into_owned(),
                value: row.try_get(1)?,
                as_of: unsigned(row.try_get(2)?),
            })
        };
        read().map_err(|source| self.reading(source))
    }

    fn reading(&self, source: sqlx::Error) -> Error {
        self.database().fault("reading a projection", source)
    }
}

/// Moves a space on, if it is where its writer thinks it is. Locks it against other writers.
async fn move_on(
    transaction: &mut Transaction,
    space: &str,
    (before, as_of): (u64, u64),
) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO projection_space (space, as_of) VALUES ($1, 0) \
         ON CONFLICT (space) DO NOTHING";
    const LOCK: &str = "UPDATE projection_space SET as_of = as_of WHERE space = $1 RETURNING as_of";
    const MOVE: &str = "UPDATE projection_space SET as_of = $1 WHERE space = $2";
    let doing = "moving a projection on";
    transaction.execute(doing, sqlx::query(INSERT).bind(space)).await?;
    let row = transaction.one(doing, sqlx::query(LOCK).bind(space)).await?;
    let present: i64 =
        row.try_get(0).map_err(|source| transaction.database().fault(doing, source))?;
    if unsigned(present) != before {
        return Err(Error::ProjectionMoved {
            space: space.to_owned(),
            expected: before,
            present: unsigned(present),
        });
    }
    transaction.execute(doing, sqlx::query(MOVE).bind(signed(as_of)).bind(space)).await?;
    Ok(())
}
