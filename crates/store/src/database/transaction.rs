//! A transaction that knows its database, so that its errors can be named.

use sqlx::any::AnyRow;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool};

use super::Database;
use crate::Error;

pub(crate) type Statement<'q> = Query<'q, Any, <Any as sqlx::Database>::Arguments>;

/// Nothing of it remains unless it is committed.
pub(crate) struct Transaction {
    inner: sqlx::Transaction<'static, Any>,
    database: Database,
}

impl Transaction {
    pub(super) async fn begin(
        database: &Database,
        pool: &AnyPool,
        statement: &'static str,
    ) -> Result<Self, Error> {
        let begun = pool.begin_with(statement).await;
        let inner = begun.map_err(|source| database.fault("beginning", source))?;
        Ok(Self { inner, database: database.clone() })
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    pub(crate) async fn execute(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<u64, Error> {
        let done = statement.execute(&mut *self.inner).await;
        done.map(|done| done.rows_affected()).map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) async fn one(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<AnyRow, Error> {
        let row = statement.fetch_one(&mut *self.inner).await;
        row.map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) async fn optional(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<Option<AnyRow>, Error> {
        let row = statement.fetch_optional(&mut *self.inner).await;
        row.map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) async fn all(
        &mut self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<AnyRow>, Error> {
        let rows = statement.fetch_all(&mut *self.inner).await;
        rows.map_err(|source| self.database.fault(doing, source))
    }

    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        let Self { inner, database } = self;
        inner.commit().await.map_err(|source| database.fault("committing", source))
    }
}
