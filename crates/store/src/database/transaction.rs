//! A transaction that knows its database, so that its errors can be named.
//!
//! It begins and ends with statements of our own. After a failed COMMIT (a full disk) SQLite may have
//! rolled back by itself, which sqlx's own transactions do not notice: their connection would go back
//! to the pool and refuse every transaction after. A connection whose transaction did not end as it
//! should is closed instead.

use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool};

use super::Database;
use crate::Error;

pub(crate) type Statement<'q> = Query<'q, Any, <Any as sqlx::Database>::Arguments>;

/// Nothing of it remains unless it is committed.
pub(crate) struct Transaction {
    connection: Connection,
    database: Database,
}

/// A connection that is closed when it is dropped, unless it was given back.
struct Connection(Option<PoolConnection<Any>>);

impl Transaction {
    pub(super) async fn begin(
        database: &Database,
        pool: &AnyPool,
        statement: &'static str,
    ) -> Result<Self, Error> {
        let fault = |source| database.fault("beginning", source);
        let connection = Connection(Some(pool.acquire().await.map_err(fault)?));
        let mut begun = Self { connection, database: database.clone() };
        begun.control("beginning", statement).await?;
        Ok(begun)
    }

    pub(crate) fn connection(&mut self) -> Result<&mut AnyConnection, Error> {
        self.connection.0.as_deref_mut().ok_or(Error::Closed)
    }

    pub(crate) async fn execute(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<u64, Error> {
        let done = statement.execute(self.connection()?).await;
        done.map(|done| done.rows_affected()).map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) async fn one(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<AnyRow, Error> {
        let row = statement.fetch_one(self.connection()?).await;
        row.map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) async fn optional(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<Option<AnyRow>, Error> {
        let row = statement.fetch_optional(self.connection()?).await;
        row.map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) async fn all(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<AnyRow>, Error> {
        let rows = statement.fetch_all(self.connection()?).await;
        rows.map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        self.control("committing", "COMMIT").await?;
        self.connection.give_back();
        Ok(())
    }

    /// Ends it without a trace, and keeps the connection. A dropped transaction costs its connection.
    pub(crate) async fn roll_back(mut self) -> Result<(), Error> {
        self.control("rolling back", "ROLLBACK").await?;
        self.connection.give_back();
        Ok(())
    }

    async fn control(&mut self, doing: &'static str, text: &'static str) -> Result<(), Error> {
        let done = sqlx::raw_sql(text).execute(self.connection()?).await;
        done.map(|_| ()).map_err(|source| self.database.fault(doing, source))
    }
}

impl Connection {
    fn give_back(&mut self) {
        drop(self.0.take());
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}
