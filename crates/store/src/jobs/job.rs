//! A job as it is kept, and reading them.

use jiff::Timestamp;
use model::organisation::OrganisationCode;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::number::unsigned;
use crate::{Error, Store};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JobState {
    /// It waits for its turn, for its instant, or after a fault.
    Queued,
    /// Somebody does it.
    Running,
    /// It was done.
    Done,
    /// It was given up.
    Failed,
    /// Somebody did not want it any more.
    Cancelled,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its identity.
    pub id: String,
    /// What kind of work it is.
    pub kind: String,
    /// Whose facts it is about, where it is about somebody's.
    pub organisation: Option<String>,
    /// Who asked for it.
    pub actor: String,
    /// What is to be done.
    pub input: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// How often it is begun before it is given up.
    pub most_attempts: u32,
    /// When it was asked for.
    pub created: Timestamp,
    /// Not before this instant.
    pub due: Timestamp,
    /// When it was begun last.
    pub begun: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Whether somebody wants it to end.
    pub is_unwanted: bool,
    /// What whoever does it said last.
    pub progress: String,
    /// What came of it.
    pub outcome: Option<String>,
    /// What went wrong last.
    pub fault: Option<String>,
}

/// Which jobs. The default is all of them, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Of this organisation.
    pub organisation: Option<OrganisationCode>,
    /// In this state.
    pub state: Option<JobState>,
    /// Older than this one.
    pub before: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, organisation, actor, input, state, attempts, most_attempts, created, \
             due, begun, ended, cancel, progress, outcome, fault FROM job ",
            $rest
        )
    };
}
pub(super) use select;

impl JobState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The name in rows and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing more comes of it by itself.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl Store {
    /// A job by its identity.
    pub async fn job(&self, id: &str) -> Result<Option<Job>, Error> {
        const SELECT: &str = select!("WHERE id = $1 ORDER BY id");
        let found = self.look("reading a job", sqlx::query(SELECT).bind(id), read).await?;
        Ok(found.into_iter().next())
    }

    /// Jobs, the newest first, at most `limit`. To go on, ask for those before the last.
    pub async fn jobs(&self, filter: &JobFilter, limit: usize) -> Result<Vec<Job>, Error> {
        // An empty text stands for no condition; no identity, state or organisation is empty.
        const SELECT: &str = select!(
            "WHERE ($1 = '' OR organisation = $1) AND ($2 = '' OR state = $2) \
             AND ($3 = '' OR id < $3) ORDER BY id DESC LIMIT $4"
        );
        let statement = sqlx::query(SELECT)
            .bind(filter.organisation.as_ref().map_or("", OrganisationCode::as_str))
            .bind(filter.state.map_or("", JobState::code))
            .bind(filter.before.as_deref().unwrap_or(""))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.look("reading jobs", statement, read).await
    }
}

pub(super) fn read(row: &AnyRow) -> Result<Job, sqlx::Error> {
    let state: String = row.try_get(5)?;
    let count = |at: usize| -> Result<u32, sqlx::Error> {
        Ok(u32::try_from(unsigned(row.try_get(at)?)).unwrap_or(u32::MAX))
    };
    let ended = |at: usize| -> Result<Option<Timestamp>, sqlx::Error> {
        Ok(row.try_get::<Option<i64>, _>(at)?.map(instant))
    };
    Ok(Job {
        id: row.try_get(0)?,
        kind: row.try_get(1)?,
        organisation: row.try_get(2)?,
        actor: row.try_get(3)?,
        input: row.try_get(4)?,
        // A state that nobody has was written by hand: nothing is done with such a job.
        state: JobState::of_code(&state).unwrap_or(JobState::Failed),
        attempts: count(6)?,
        most_attempts: count(7)?,
        created: instant(row.try_get(8)?),
        due: instant(row.try_get(9)?),
        begun: ended(10)?,
        ended: ended(11)?,
        is_unwanted: row.try_get::<i64, _>(12)? != 0,
        progress: row.try_get(13)?,
        outcome: row.try_get(14)?,
        fault: row.try_get(15)?,
    })
}

/// An instant of a row. One that no calendar has was written by hand and is as old as can be.
fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}
