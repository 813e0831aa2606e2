//! Asking for a job.

use jiff::Timestamp;
use model::organisation::OrganisationCode;

use super::job::{Job, read, select};
use crate::{Access, Error, Store, key};

/// A job that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// What kind of work it is.
    pub kind: String,
    /// Whose facts it is about, where it is about somebody's.
    pub organisation: Option<OrganisationCode>,
    /// Who asks for it.
    pub actor: String,
    /// What is to be done.
    pub input: String,
    /// A name: asked for twice under one name, it is one job.
    pub once: Option<String>,
    /// Jobs of one lane run one after the other; without one it runs beside any other.
    pub lane: Option<String>,
    /// Not before this instant; without one, at once.
    pub due: Option<Timestamp>,
    /// How often it is begun before it is given up.
    pub most_attempts: u32,
}

impl Store {
    /// Keeps a job; it will be done when this returns, whatever becomes of this process. Under a
    /// name that was used before, the job of that name is given and nothing is kept.
    pub async fn add_job(&self, new: &NewJob, now: Timestamp) -> Result<Job, Error> {
        const INSERT: &str = "INSERT INTO job (id, kind, organisation, actor, input, once, lane, \
             state, attempts, most_attempts, created, due, pause_ms, cancel, holder, epoch, beat, \
             progress) VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 0, $8, $9, $10, 0, 0, '', 0, \
             0, '') ON CONFLICT DO NOTHING";
        const BY_ID: &str = select!("WHERE id = $1 ORDER BY id");
        const BY_NAME: &str = select!("WHERE once = $1 ORDER BY id");
        self.expect_access(Access::Write)?;
        let id = identity(now)?;
        let due = new.due.unwrap_or(Timestamp::MIN);
        let mut transaction = self.database().begin().await?;
        let statement = sqlx::query(INSERT)
            .bind(&id)
            .bind(&new.kind)
            .bind(new.organisation.as_ref().map(OrganisationCode::as_str))
            .bind(&new.actor)
            .bind(&new.input)
            .bind(new.once.as_deref())
            .bind(new.lane.as_deref().unwrap_or(&id))
            .bind(i64::from(new.most_attempts.max(1)))
            .bind(now.as_microsecond())
            .bind(due.as_microsecond());
        let is_new = transaction.execute("keeping a job", statement).await? == 1;
        let statement = match (&new.once, is_new) {
            (Some(name), false) => sqlx::query(BY_NAME).bind(name),
            _ => sqlx::query(BY_ID).bind(&id),
        };
        let row = transaction.one("keeping a job", statement).await?;
        let job = read(&row).map_err(|source| self.database().fault("keeping a job", source))?;
        transaction.commit().await?;
        Ok(job)
    }
}

/// A new identity: those of one server are in the order of its clock.
fn identity(now: Timestamp) -> Result<String, Error> {
    let mut random = [0; 10];
    key::fill(&mut random)?;
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    Ok(uuid.hyphenated().to_string())
}
