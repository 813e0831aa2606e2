//! What takes two requests: what the second is held against, once and for a few minutes.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::{Error, Store};

/// Most that may be open at once: strangers begin them too, and the oldest go first.
const MOST: i64 = 10_000;

/// What the second of two requests is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// SHA-256 of the secret by which the second request names it.
    pub hash: Vec<u8>,
    /// What it is; the use case knows the kinds.
    pub kind: String,
    /// Whose it is; empty where that is still to be shown.
    pub account: String,
    /// A JSON object of the use case.
    pub body: String,
    /// When it ends.
    pub expires: Timestamp,
}

impl Store {
    /// Begins a ceremony. Those that have ended are removed, and the oldest where there are too many.
    pub async fn begin_ceremony(&self, ceremony: &Ceremony, now: Timestamp) -> Result<(), Error> {
        const INSERT: &str = "INSERT INTO ceremony (hash, kind, account, body, expires) \
             VALUES ($1, $2, $3, $4, $5)";
        const ENDED: &str = "DELETE FROM ceremony WHERE expires <= $1";
        const TOO_MANY: &str = "DELETE FROM ceremony WHERE hash IN \
             (SELECT hash FROM ceremony ORDER BY expires DESC, hash LIMIT 1000 OFFSET $1)";
        self.change("ending ceremonies", sqlx::query(ENDED).bind(now.as_microsecond())).await?;
        self.change("ending ceremonies", sqlx::query(TOO_MANY).bind(MOST)).await?;
        let statement = sqlx::query(INSERT)
            .bind(ceremony.hash.as_slice())
            .bind(&ceremony.kind)
            .bind(&ceremony.account)
            .bind(&ceremony.body)
            .bind(ceremony.expires.as_microsecond());
        self.change("beginning a ceremony", statement).await?;
        Ok(())
    }

    /// Ends a ceremony and gives it, ended by age or not: of several who try at once, one has it.
    pub async fn end_ceremony(&self, hash: &[u8], kind: &str) -> Result<Option<Ceremony>, Error> {
        const SELECT: &str = "SELECT hash, kind, account, body, expires FROM ceremony \
             WHERE hash = $1 AND kind = $2 ORDER BY hash";
        const DELETE: &str = "DELETE FROM ceremony WHERE hash = $1";
        let statement = sqlx::query(SELECT).bind(hash).bind(kind);
        let found = self.look("reading a ceremony", statement, read).await?.into_iter().next();
        let Some(found) = found else { return Ok(None) };
        let ended = self.change("ending a ceremony", sqlx::query(DELETE).bind(hash)).await?;
        Ok(Some(found).filter(|_| ended == 1))
    }
}

fn read(row: &AnyRow) -> Result<Ceremony, sqlx::Error> {
    Ok(Ceremony {
        hash: row.try_get(0)?,
        kind: row.try_get(1)?,
        account: row.try_get(2)?,
        body: row.try_get(3)?,
        expires: instant(row.try_get(4)?),
    })
}
