//! What people do with jobs: end them, begin them again; and forgetting those that are long over.

use jiff::Timestamp;
use sqlx::Row as _;

use crate::{Error, Store};

impl Store {
    /// Ends a job that waits; of one that runs, says that it is to end. `false` if it is over.
    pub async fn cancel_job(&self, id: &str, now: Timestamp) -> Result<bool, Error> {
        const CANCEL: &str = "UPDATE job SET cancel = 1, \
             ended = CASE WHEN state = 'queued' THEN $1 END, \
             state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END \
             WHERE id = $2 AND state IN ('queued', 'running')";
        let statement = sqlx::query(CANCEL).bind(now.as_microsecond()).bind(id);
        Ok(self.change("cancelling a job", statement).await? == 1)
    }

    /// Queues a job again that failed or was cancelled, with all its attempts; `false` if it is in
    /// another state.
    pub async fn retry_job(&self, id: &str) -> Result<bool, Error> {
        const RETRY: &str = "UPDATE job SET state = 'queued', attempts = 0, pause_ms = 0, \
             cancel = 0, ended = NULL, fault = NULL, progress = '' \
             WHERE id = $1 AND state IN ('failed', 'cancelled')";
        Ok(self.change("repeating a job", sqlx::query(RETRY).bind(id)).await? == 1)
    }

    /// Forgets jobs that were over before an instant, at most 1,000; gives the inputs of each.
    pub async fn sweep_jobs(&self, before: Timestamp) -> Result<Vec<String>, Error> {
        const SWEEP: &str = "DELETE FROM job WHERE id IN (SELECT id FROM job \
             WHERE state IN ('done', 'failed', 'cancelled') AND ended < $1 ORDER BY id LIMIT 1000) \
             RETURNING input";
        let doing = "forgetting jobs";
        self.expect_access(crate::Access::Write)?;
        let mut transaction = self.database().begin().await?;
        let statement = sqlx::query(SWEEP).bind(before.as_microsecond());
        let rows = transaction.all(doing, statement).await?;
        let inputs = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>();
        let inputs = inputs.map_err(|source| self.database().fault(doing, source))?;
        transaction.commit().await?;
        Ok(inputs)
    }
}
