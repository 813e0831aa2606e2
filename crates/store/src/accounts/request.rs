//! Requests that are to be done once: what was sent with a key, and what was answered.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::database::Engine;
use crate::{Error, Store};

/// Which request it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Who sends it.
    pub account: String,
    /// Where to.
    pub door: String,
    /// The key that the sender chose.
    pub key: String,
}

/// A request that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// SHA-256 of what was sent.
    pub digest: Vec<u8>,
    /// When it was begun.
    pub at: Timestamp,
    /// Who may be at it, as long as there is no answer.
    pub doing: Doing,
    /// Status and body of the answer; `None` while there is none.
    pub answer: Option<(u16, Vec<u8>)>,
    holder: String,
}

/// Who may be at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// This opening of the store.
    Here,
    /// Another, which may be alive.
    Elsewhere,
    /// Nobody: who began it is gone.
    Nobody,
}

impl Store {
    /// Begins a request; `false` if its key was used before.
    pub async fn begin_request(
        &self,
        key: &RequestKey,
        digest: &[u8],
        now: Timestamp,
    ) -> Result<bool, Error> {
        const INSERT: &str = "INSERT INTO request (account, door, request_key, digest, holder, begun) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account, door, request_key) DO NOTHING";
        let statement = sqlx::query(INSERT)
            .bind(&key.account)
            .bind(&key.door)
            .bind(&key.key)
            .bind(digest)
            .bind(self.holder())
            .bind(now.as_microsecond());
        Ok(self.change("beginning a request", statement).await? == 1)
    }

    /// What is known of a request.
    pub async fn request(&self, key: &RequestKey) -> Result<Option<Begun>, Error> {
        const SELECT: &str = "SELECT digest, holder, begun, status, body FROM request \
             WHERE account = $1 AND door = $2 AND request_key = $3 ORDER BY request_key";
        let statement = sqlx::query(SELECT).bind(&key.account).bind(&key.door).bind(&key.key);
        let found = self.look("reading a request", statement, |row| self.begun(row)).await?;
        Ok(found.into_iter().next())
    }

    /// Takes a request over from who left it without an answer; of several who try, one is told `true`.
    pub async fn take_request_over(
        &self,
        key: &RequestKey,
        from: &Begun,
        now: Timestamp,
    ) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE request SET holder = $1, begun = $2 \
             WHERE account = $3 AND door = $4 AND request_key = $5 \
             AND holder = $6 AND begun = $7 AND status IS NULL";
        let statement = sqlx::query(UPDATE)
            .bind(self.holder())
            .bind(now.as_microsecond())
            .bind(&key.account)
            .bind(&key.door)
            .bind(&key.key)
            .bind(&from.holder)
            .bind(from.at.as_microsecond());
        Ok(self.change("taking a request over", statement).await? == 1)
    }

    /// Keeps the answer of a request that was begun here.
    pub async fn answer_request(
        &self,
        key: &RequestKey,
        (status, body): (u16, &[u8]),
    ) -> Result<(), Error> {
        const UPDATE: &str = "UPDATE request SET status = $1, body = $2 \
             WHERE account = $3 AND door = $4 AND request_key = $5 AND holder = $6";
        let statement = sqlx::query(UPDATE)
            .bind(i64::from(status))
            .bind(body)
            .bind(&key.account)
            .bind(&key.door)
            .bind(&key.key)
            .bind(self.holder());
        self.change("answering a request", statement).await?;
        Ok(())
    }

    /// Forgets a request that was begun here and came to nothing: it may be sent again.
    pub async fn forget_request(&self, key: &RequestKey) -> Result<(), Error> {
        const DELETE: &str = "DELETE FROM request WHERE account = $1 AND door = $2 \
             AND request_key = $3 AND holder = $4 AND status IS NULL";
        let statement = sqlx::query(DELETE)
            .bind(&key.account)
            .bind(&key.door)
            .bind(&key.key)
            .bind(self.holder());
        self.change("forgetting a request", statement).await?;
        Ok(())
    }

    /// Forgets all requests that were begun before an instant.
    pub async fn sweep_requests(&self, before: Timestamp) -> Result<u64, Error> {
        const DELETE: &str = "DELETE FROM request WHERE begun < $1";
        let statement = sqlx::query(DELETE).bind(before.as_microsecond());
        self.change("forgetting old requests", statement).await
    }

    fn begun(&self, row: &AnyRow) -> Result<Begun, sqlx::Error> {
        let holder: String = row.try_get(1)?;
        let status: Option<i64> = row.try_get(3)?;
        let body: Option<Vec<u8>> = row.try_get(4)?;
        let status = status.and_then(|status| u16::try_from(status).ok());
        let doing = match self.database().engine() {
            _ if holder == self.holder() => Doing::Here,
            // A record in a folder has one writer: another holder is gone.
            Engine::Sqlite => Doing::Nobody,
            Engine::Postgres => Doing::Elsewhere,
        };
        Ok(Begun {
            digest: row.try_get(0)?,
            at: instant(row.try_get(2)?),
            doing,
            answer: status.zip(body),
            holder,
        })
    }
}
