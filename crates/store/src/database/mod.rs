//! The database, whichever it is: one set of statements for SQLite and PostgreSQL.
//!
//! Statements are static, with `$1` placeholders and four column types; [`rows`] is the one place
//! that puts placeholders together. Nothing here knows what an event is.

mod connect;
mod fault;
mod migrate;
mod rows;
mod transaction;

use std::time::Duration;

use sqlx::AnyPool;

use crate::Error;
use crate::address::DatabaseAddress;

pub(crate) use connect::{Opening, record_file};
pub(crate) use rows::insert_rows;
pub(crate) use transaction::Transaction;

/// Pools of connections to one database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    engine: Engine,
    /// How it is named to people: without its password.
    place: String,
    /// SQLite: one connection, because there is one writer.
    write: AnyPool,
    read: AnyPool,
}

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Database {
    /// Connects, and brings the schema up to date where it may write.
    pub(crate) async fn open(
        address: &DatabaseAddress,
        opening: Opening,
        patience: Duration,
    ) -> Result<Self, Error> {
        let database = connect::connect(address, opening, patience).await?;
        match opening {
            Opening::Write => migrate::bring_up_to_date(&database).await?,
            Opening::Read => migrate::expect_up_to_date(&database).await?,
            Opening::ReadEarlier => drop(migrate::known_version(&database).await?),
        }
        Ok(database)
    }

    /// Which of our schemas it has: the number of its last migration.
    pub(crate) async fn schema(&self) -> Result<i64, Error> {
        migrate::known_version(self).await
    }

    pub(crate) const fn engine(&self) -> Engine {
        self.engine
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Connections that only read.
    pub(crate) const fn reader(&self) -> &AnyPool {
        &self.read
    }

    /// Begins to write. Waits for the other writer where there can only be one.
    pub(crate) async fn begin(&self) -> Result<Transaction, Error> {
        let statement = match self.engine {
            // Taken at once: a transaction that begins to write later cannot wait for its turn.
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        };
        Transaction::begin(self, &self.write, statement).await
    }

    /// Begins to read: whatever is read until its end is of one instant.
    pub(crate) async fn begin_snapshot(&self) -> Result<Transaction, Error> {
        let statement = match self.engine {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Transaction::begin(self, &self.read, statement).await
    }

    /// Says in our words what went wrong.
    pub(crate) fn fault(&self, doing: &'static str, source: sqlx::Error) -> Error {
        fault::name(&self.place, doing, source)
    }

    /// Runs a statement outside any transaction, as `VACUUM` and `PRAGMA` want it.
    pub(crate) async fn run_apart(
        &self,
        doing: &'static str,
        statement: &'static str,
    ) -> Result<(), Error> {
        let done = sqlx::raw_sql(statement).execute(&self.write).await;
        done.map(|_| ()).map_err(|source| self.fault(doing, source))
    }

    /// Makes one plain file of SQLite's database, without a log of writes beside it. Nothing is read
    /// any more after that.
    pub(crate) async fn make_plain(&self) -> Result<(), Error> {
        // The way of keeping writes is changed by whoever is alone.
        self.read.close().await;
        self.run_apart("making one file of the database", "PRAGMA journal_mode = DELETE").await
    }

    /// Closes all connections. SQLite moves its log of writes into the database file.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}
