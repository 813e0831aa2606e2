//! Tokens: secrets for programs.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::{Error, Store};

/// A secret for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its identity.
    pub id: String,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    /// Whose it is.
    pub account: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do: a JSON object of the use case.
    pub body: String,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, hash, account, name, body, created, expires, used, revoked FROM token ",
            $rest
        )
    };
}

impl Store {
    /// Adds a token.
    pub async fn add_token(&self, token: &Token) -> Result<(), Error> {
        const INSERT: &str = "INSERT INTO token \
             (id, hash, account, name, body, created, expires, used, revoked) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let statement = sqlx::query(INSERT)
            .bind(&token.id)
            .bind(token.hash.as_slice())
            .bind(&token.account)
            .bind(&token.name)
            .bind(&token.body)
            .bind(token.created.as_microsecond())
            .bind(token.expires.as_microsecond())
            .bind(token.used.map(Timestamp::as_microsecond))
            .bind(token.revoked.map(Timestamp::as_microsecond));
        self.change("adding a token", statement).await?;
        Ok(())
    }

    /// The token of a hash, ended or not.
    pub async fn token(&self, hash: &[u8]) -> Result<Option<Token>, Error> {
        const SELECT: &str = select!("WHERE hash = $1 ORDER BY id");
        let found = self.look("reading a token", sqlx::query(SELECT).bind(hash), read).await?;
        Ok(found.into_iter().next())
    }

    /// The tokens of an account, the oldest first, ended or not.
    pub async fn tokens(&self, account: &str) -> Result<Vec<Token>, Error> {
        const SELECT: &str = select!("WHERE account = $1 ORDER BY created, id");
        self.look("reading tokens", sqlx::query(SELECT).bind(account), read).await
    }

    /// Says when a token was last used.
    pub async fn touch_token(&self, id: &str, used: Timestamp) -> Result<(), Error> {
        const UPDATE: &str = "UPDATE token SET used = $1 WHERE id = $2";
        let statement = sqlx::query(UPDATE).bind(used.as_microsecond()).bind(id);
        self.change("using a token", statement).await?;
        Ok(())
    }

    /// Revokes a token of an account; `false` if there is none that was not revoked before.
    pub async fn revoke_token(
        &self,
        account: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        const UPDATE: &str =
            "UPDATE token SET revoked = $1 WHERE account = $2 AND id = $3 AND revoked IS NULL";
        let statement = sqlx::query(UPDATE).bind(now.as_microsecond()).bind(account).bind(id);
        Ok(self.change("revoking a token", statement).await? == 1)
    }
}

fn read(row: &AnyRow) -> Result<Token, sqlx::Error> {
    Ok(Token {
        id: row.try_get(0)?,
        hash: row.try_get(1)?,
        account: row.try_get(2)?,
        name: row.try_get(3)?,
        body: row.try_get(4)?,
        created: instant(row.try_get(5)?),
        expires: instant(row.try_get(6)?),
        used: row.try_get::<Option<i64>, _>(7)?.map(instant),
        revoked: row.try_get::<Option<i64>, _>(8)?.map(instant),
    })
}
