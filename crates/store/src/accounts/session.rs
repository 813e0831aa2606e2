//! Sessions: who is signed in.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::{Error, Store};

/// That somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    /// Who it is.
    pub account: String,
    /// When they signed in.
    pub created: Timestamp,
    /// When they were last seen.
    pub seen: Timestamp,
    /// When it ends, whatever they do.
    pub expires: Timestamp,
    /// By what means they signed in.
    pub means: String,
    /// With what program, in its own words.
    pub agent: String,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT hash, account, created, seen, expires, means, agent FROM session ", $rest)
    };
}

impl Store {
    /// Adds a session.
    pub async fn add_session(&self, session: &Session) -> Result<(), Error> {
        const INSERT: &str = "INSERT INTO session \
             (hash, account, created, seen, expires, means, agent) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let statement = sqlx::query(INSERT)
            .bind(session.hash.as_slice())
            .bind(&session.account)
            .bind(session.created.as_microsecond())
            .bind(session.seen.as_microsecond())
            .bind(session.expires.as_microsecond())
            .bind(&session.means)
            .bind(&session.agent);
        self.change("adding a session", statement).await?;
        Ok(())
    }

    /// The session of a hash, ended or not.
    pub async fn session(&self, hash: &[u8]) -> Result<Option<Session>, Error> {
        const SELECT: &str = select!("WHERE hash = $1 ORDER BY hash");
        let found = self.look("reading a session", sqlx::query(SELECT).bind(hash), read).await?;
        Ok(found.into_iter().next())
    }

    /// The sessions of an account, the oldest first, ended or not.
    pub async fn sessions(&self, account: &str) -> Result<Vec<Session>, Error> {
        const SELECT: &str = select!("WHERE account = $1 ORDER BY created, hash");
        self.look("reading sessions", sqlx::query(SELECT).bind(account), read).await
    }

    /// Says when somebody was last seen.
    pub async fn touch_session(&self, hash: &[u8], seen: Timestamp) -> Result<(), Error> {
        const UPDATE: &str = "UPDATE session SET seen = $1 WHERE hash = $2 AND seen < $1";
        let statement = sqlx::query(UPDATE).bind(seen.as_microsecond()).bind(hash);
        self.change("keeping a session", statement).await?;
        Ok(())
    }

    /// Ends a session of an account; `false` if there is none.
    pub async fn end_session(&self, account: &str, hash: &[u8]) -> Result<bool, Error> {
        const DELETE: &str = "DELETE FROM session WHERE account = $1 AND hash = $2";
        let statement = sqlx::query(DELETE).bind(account).bind(hash);
        Ok(self.change("ending a session", statement).await? == 1)
    }

    /// Ends the sessions of an account, all but the one that is kept; says how many.
    pub async fn end_sessions(&self, account: &str, kept: Option<&[u8]>) -> Result<u64, Error> {
        const ALL: &str = "DELETE FROM session WHERE account = $1";
        const OTHERS: &str = "DELETE FROM session WHERE account = $1 AND hash <> $2";
        let statement = match kept {
            None => sqlx::query(ALL).bind(account),
            Some(kept) => sqlx::query(OTHERS).bind(account).bind(kept),
        };
        self.change("ending sessions", statement).await
    }

    /// Removes the sessions that had ended before an instant, or were last seen before another.
    pub async fn sweep_sessions(&self, ended: Timestamp, seen: Timestamp) -> Result<u64, Error> {
        const DELETE: &str = "DELETE FROM session WHERE expires < $1 OR seen < $2";
        let statement =
            sqlx::query(DELETE).bind(ended.as_microsecond()).bind(seen.as_microsecond());
        self.change("removing ended sessions", statement).await
    }
}

fn read(row: &AnyRow) -> Result<Session, sqlx::Error> {
    Ok(Session {
        hash: row.try_get(0)?,
        account: row.try_get(1)?,
        created: instant(row.try_get(2)?),
        seen: instant(row.try_get(3)?),
        expires: instant(row.try_get(4)?),
        means: row.try_get(5)?,
        agent: row.try_get(6)?,
    })
}
