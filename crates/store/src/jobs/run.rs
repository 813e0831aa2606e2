//! Doing a job: staying its holder, and saying how it ended.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::Row as _;

use super::claim::Claim;
use crate::{Error, Store};

/// What whoever does a job learns by saying that it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// It is ours, and wanted.
    GoOn,
    /// It is ours, and somebody wants it to end.
    Unwanted,
    /// Another has taken it over.
    Lost,
}

/// How a job ends, or one attempt at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It was done, with this outcome.
    Done(String),
    /// It was given up, because of this.
    Failed(String),
    /// It ended because somebody wanted it to.
    Cancelled,
    /// It is tried again after a pause, unless it was begun as often as it may be.
    Again {
        /// What went wrong.
        fault: String,
        /// How long it is left alone.
        pause: Duration,
    },
    /// It is queued as if it had not been begun: whoever did it has to go.
    PutBack,
}

impl Store {
    /// Says that whoever does the job lives, and how far they are.
    pub async fn beat_job(&self, claim: &Claim, progress: &str) -> Result<Beat, Error> {
        const BEAT: &str = "UPDATE job SET beat = beat + 1, progress = $1 \
             WHERE id = $2 AND epoch = $3 AND state = 'running' RETURNING cancel";
        self.say(BEAT, claim, progress).await
    }

    async fn say(&self, text: &'static str, claim: &Claim, progress: &str) -> Result<Beat, Error> {
        let doing = "keeping a job";
        let mut transaction = self.database().begin().await?;
        let statement = sqlx::query(text).bind(progress).bind(&claim.id).bind(claim.epoch);
        let row = transaction.optional(doing, statement).await?;
        let cancel: Option<i64> = row
            .map(|row| row.try_get(0))
            .transpose()
            .map_err(|source| self.database().fault(doing, source))?;
        transaction.commit().await?;
        Ok(match cancel {
            None => Beat::Lost,
            Some(0) => Beat::GoOn,
            Some(_) => Beat::Unwanted,
        })
    }

    /// As [`Store::beat_job`], and lets the next of its lane begin: what must not be done beside
    /// another is done. How often it was begun until here counts no more.
    pub async fn leave_lane(&self, claim: &Claim, progress: &str) -> Result<Beat, Error> {
        const LEAVE: &str = "UPDATE job SET beat = beat + 1, progress = $1, lane = id, \
             most_attempts = most_attempts + attempts WHERE id = $2 AND epoch = $3 AND state = 'running' RETURNING cancel";
        self.say(LEAVE, claim, progress).await
    }

    /// Says how a job ended, or an attempt at it; `false` means that another has taken it over, and
    /// nothing was said.
    pub async fn end_job(&self, claim: &Claim, end: &End, now: Timestamp) -> Result<bool, Error> {
        const OVER: &str = "UPDATE job SET state = $1, outcome = $2, fault = $3, ended = $4, \
             holder = '' WHERE id = $5 AND epoch = $6 AND state = 'running'";
        // One that was begun as often as it may be, or that nobody wants any more, is over.
        const AGAIN: &str = "UPDATE job SET \
             state = CASE WHEN cancel <> 0 THEN 'cancelled' \
                          WHEN attempts >= most_attempts THEN 'failed' ELSE 'queued' END, \
             ended = CASE WHEN cancel <> 0 OR attempts >= most_attempts THEN $1 END, \
             fault = $2, pause_ms = $3, holder = '' \
             WHERE id = $4 AND epoch = $5 AND state = 'running'";
        const BACK: &str = "UPDATE job SET state = 'queued', attempts = attempts - 1, holder = '' \
             WHERE id = $1 AND epoch = $2 AND state = 'running'";
        let over = |state: &'static str, outcome, fault| {
            sqlx::query(OVER)
                .bind(state)
                .bind(outcome)
                .bind(fault)
                .bind(now.as_microsecond())
                .bind(claim.id.as_str())
                .bind(claim.epoch)
        };
        let statement = match end {
            End::Done(outcome) => over("done", Some(outcome.as_str()), None::<&str>),
            End::Failed(fault) => over("failed", None, Some(fault.as_str())),
            End::Cancelled => over("cancelled", None, None),
            End::Again { fault, pause } => sqlx::query(AGAIN)
                .bind(now.as_microsecond())
                .bind(fault.as_str())
                // At least 1: what was tried before stands apart from what was not.
                .bind(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX).max(1))
                .bind(claim.id.as_str())
                .bind(claim.epoch),
            End::PutBack => sqlx::query(BACK).bind(claim.id.as_str()).bind(claim.epoch),
        };
        Ok(self.change("ending a job", statement).await? == 1)
    }
}
