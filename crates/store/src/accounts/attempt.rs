//! Failed sign-ins, counted by what was tried.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::number::{signed, unsigned};
use crate::{Error, Store};

/// How often something was tried in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How often since it last succeeded.
    pub count: u64,
    /// When it was last tried.
    pub last_at: Timestamp,
}

impl Store {
    /// How often something was tried in vain; `None` if never.
    pub async fn failures(&self, what: &str) -> Result<Option<Failures>, Error> {
        const SELECT: &str = "SELECT failures, last_at FROM attempt WHERE what = $1 ORDER BY what";
        let statement = sqlx::query(SELECT).bind(what);
        let found = self.look("reading failed attempts", statement, read).await?;
        Ok(found.into_iter().next())
    }

    /// Counts an attempt before it is made, if nobody else has counted one since `seen` was read. Of
    /// several who try at once, one is told `true`.
    pub async fn count_attempt(
        &self,
        what: &str,
        seen: Option<Failures>,
        now: Failures,
    ) -> Result<bool, Error> {
        const INSERT: &str = "INSERT INTO attempt (what, failures, last_at) VALUES ($1, $2, $3) \
             ON CONFLICT (what) DO NOTHING";
        const UPDATE: &str = "UPDATE attempt SET failures = $1, last_at = $2 \
             WHERE what = $3 AND failures = $4 AND last_at = $5";
        let (count, at) = (signed(now.count), now.last_at.as_microsecond());
        let statement = match seen {
            None => sqlx::query(INSERT).bind(what).bind(count).bind(at),
            Some(seen) => sqlx::query(UPDATE)
                .bind(count)
                .bind(at)
                .bind(what)
                .bind(signed(seen.count))
                .bind(seen.last_at.as_microsecond()),
        };
        Ok(self.change("counting an attempt", statement).await? == 1)
    }

    /// Forgets the failures of something, as it has succeeded.
    pub async fn forget_failures(&self, what: &str) -> Result<(), Error> {
        const DELETE: &str = "DELETE FROM attempt WHERE what = $1";
        self.change("forgetting failed attempts", sqlx::query(DELETE).bind(what)).await?;
        Ok(())
    }

    /// Forgets all failures before an instant.
    pub async fn sweep_failures(&self, before: Timestamp) -> Result<u64, Error> {
        const DELETE: &str = "DELETE FROM attempt WHERE last_at < $1";
        let statement = sqlx::query(DELETE).bind(before.as_microsecond());
        self.change("forgetting failed attempts", statement).await
    }
}

fn read(row: &AnyRow) -> Result<Failures, sqlx::Error> {
    Ok(Failures { count: unsigned(row.try_get(0)?), last_at: instant(row.try_get(1)?) })
}
