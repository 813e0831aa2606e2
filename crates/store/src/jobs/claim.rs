//! Taking jobs: those whose turn it is, and those whose holder has died.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::job::{Job, read, select};
use crate::database::Engine;
use crate::{Access, Error, Store};

/// That a job is ours to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub(super) id: String,
    pub(super) epoch: i64,
}

/// How jobs are taken.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// At most so many.
    pub most: usize,
    /// A holder that has said nothing for so long is dead.
    pub patience: Duration,
}

impl Claim {
    /// The job's identity.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// A row that may be taken, and what it must still be then.
struct Candidate {
    id: String,
    state: String,
    epoch: i64,
    beat: i64,
    holder: String,
    pause: Duration,
    is_spent: bool,
}

macro_rules! candidates {
    ($condition:literal) => {
        concat!(
            "SELECT id, state, epoch, beat, holder, pause_ms, \
             CASE WHEN attempts >= most_attempts THEN 1 ELSE 0 END FROM job WHERE ",
            $condition
        )
    };
}

/// The oldest of each lane in which nothing runs.
const FRESH: &str = candidates!(
    "id IN (SELECT MIN(id) FROM job WHERE state = 'queued' AND pause_ms = 0 AND due <= $1 \
     AND lane NOT IN (SELECT lane FROM job WHERE state = 'running') \
     GROUP BY lane ORDER BY MIN(id) LIMIT $2) ORDER BY id"
);
/// Those that a fault put back; they do not stand before those that were not tried yet.
const AGAIN: &str = candidates!(
    "state = 'queued' AND pause_ms > 0 AND due <= $1 \
     AND lane NOT IN (SELECT lane FROM job WHERE state = 'running') ORDER BY id LIMIT $2"
);
const RUNNING: &str = candidates!("state = 'running' ORDER BY id LIMIT $1");

/// Rows that are looked at in one go.
const LOOKED_AT: i64 = 1_000;

impl Store {
    /// Takes jobs whose turn it is, and running ones whose holder has died: each is then ours, and
    /// nobody else's. One that was begun as often as it may be is given up instead.
    pub async fn claim_jobs(&self, now: Timestamp, turn: Turn) -> Result<Vec<(Claim, Job)>, Error> {
        self.expect_access(Access::Write)?;
        let mut claimed = Vec::new();
        for candidate in self.abandoned(turn.patience).await? {
            if candidate.is_spent {
                self.give_up(&candidate, now).await?;
            } else if claimed.len() < turn.most
                && let Some(taken) = self.take(&candidate, now).await?
            {
                claimed.push(taken);
            }
        }
        for candidate in self.waiting(now, turn.most.saturating_sub(claimed.len())).await? {
            if claimed.len() < turn.most
                && let Some(taken) = self.take(&candidate, now).await?
            {
                claimed.push(taken);
            }
        }
        Ok(claimed)
    }

    /// Running jobs whose holder has died.
    async fn abandoned(&self, patience: Duration) -> Result<Vec<Candidate>, Error> {
        let statement = sqlx::query(RUNNING).bind(LOOKED_AT);
        let mut found = self.look("looking for jobs", statement, candidate).await?;
        // A record in a folder has one writer: whoever else held a job is gone.
        let alone = self.database().engine() == Engine::Sqlite;
        found.retain(|job| {
            job.holder != self.holder()
                && (alone
                    || self.watch().stands_still(&name(&job.id), (job.epoch, job.beat), patience))
        });
        Ok(found)
    }

    /// Queued jobs whose turn it is.
    async fn waiting(&self, now: Timestamp, most: usize) -> Result<Vec<Candidate>, Error> {
        if most == 0 {
            return Ok(Vec::new());
        }
        let (doing, now) = ("looking for jobs", now.as_microsecond());
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut found =
            self.look(doing, sqlx::query(FRESH).bind(now).bind(most), candidate).await?;
        let mut again =
            self.look(doing, sqlx::query(AGAIN).bind(now).bind(LOOKED_AT), candidate).await?;
        again.retain(|job| {
            self.watch().stands_still(&name(&job.id), (job.epoch, job.beat), job.pause)
        });
        found.extend(again);
        Ok(found)
    }

    /// Takes a job that still is as it was seen.
    async fn take(&self, seen: &Candidate, now: Timestamp) -> Result<Option<(Claim, Job)>, Error> {
        const TAKE: &str = "UPDATE job SET state = 'running', epoch = epoch + 1, beat = 0, \
             attempts = attempts + 1, pause_ms = 0, holder = $1, begun = $2 \
             WHERE id = $3 AND state = $4 AND epoch = $5 AND beat = $6 \
             AND (state = 'running' OR NOT EXISTS (SELECT 1 FROM job AS other \
                  WHERE other.lane = job.lane AND other.state = 'running'))";
        const SELECT: &str = select!("WHERE id = $1 ORDER BY id");
        let doing = "taking a job";
        let mut transaction = self.database().begin().await?;
        let statement = sqlx::query(TAKE)
            .bind(self.holder())
            .bind(now.as_microsecond())
            .bind(&seen.id)
            .bind(&seen.state)
            .bind(seen.epoch)
            .bind(seen.beat);
        if transaction.execute(doing, statement).await? != 1 {
            transaction.roll_back().await?;
            return Ok(None);
        }
        let row = transaction.one(doing, sqlx::query(SELECT).bind(&seen.id)).await?;
        let job = read(&row).map_err(|source| self.database().fault(doing, source))?;
        transaction.commit().await?;
        self.watch().forget(&name(&seen.id));
        Ok(Some((Claim { id: seen.id.clone(), epoch: seen.epoch + 1 }, job)))
    }

    /// Gives up a job whose holders have all died: it may be what they died of.
    async fn give_up(&self, seen: &Candidate, now: Timestamp) -> Result<(), Error> {
        const FAIL: &str = "UPDATE job SET state = 'failed', epoch = epoch + 1, ended = $1, \
             fault = $2 WHERE id = $3 AND state = 'running' AND epoch = $4 AND beat = $5";
        let fault = "the server ended each time while it was done; it is not tried again by itself";
        let statement = sqlx::query(FAIL)
            .bind(now.as_microsecond())
            .bind(fault)
            .bind(&seen.id)
            .bind(seen.epoch)
            .bind(seen.beat);
        self.change("giving up a job", statement).await?;
        self.watch().forget(&name(&seen.id));
        Ok(())
    }
}

/// Under which name a job is watched.
fn name(id: &str) -> String {
    format!("job/{id}")
}

fn candidate(row: &AnyRow) -> Result<Candidate, sqlx::Error> {
    let pause: i64 = row.try_get(5)?;
    Ok(Candidate {
        id: row.try_get(0)?,
        state: row.try_get(1)?,
        epoch: row.try_get(2)?,
        beat: row.try_get(3)?,
        holder: row.try_get(4)?,
        pause: Duration::from_millis(crate::number::unsigned(pause)),
        is_spent: row.try_get::<i64, _>(6)? != 0,
    })
}
