//! Passkeys: public keys of authenticators that people have.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::{Error, Store};

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its identity.
    pub id: String,
    /// What the authenticator calls it.
    pub handle: Vec<u8>,
    /// Whose it is.
    pub account: String,
    /// What its owner calls it.
    pub name: String,
    /// Key, counter and flags: a JSON object of the use case.
    pub body: String,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, handle, account, name, body, created, used FROM passkey ", $rest)
    };
}

impl Store {
    /// Adds a passkey; `false` if its authenticator's name for it is taken.
    pub async fn add_passkey(&self, passkey: &Passkey) -> Result<bool, Error> {
        const INSERT: &str = "INSERT INTO passkey (id, handle, account, name, body, created, used) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
        let statement = sqlx::query(INSERT)
            .bind(&passkey.id)
            .bind(passkey.handle.as_slice())
            .bind(&passkey.account)
            .bind(&passkey.name)
            .bind(&passkey.body)
            .bind(passkey.created.as_microsecond())
            .bind(passkey.used.map(Timestamp::as_microsecond));
        Ok(self.change("adding a passkey", statement).await? == 1)
    }

    /// The passkey that an authenticator calls so.
    pub async fn passkey(&self, handle: &[u8]) -> Result<Option<Passkey>, Error> {
        const SELECT: &str = select!("WHERE handle = $1 ORDER BY id");
        let found = self.look("reading a passkey", sqlx::query(SELECT).bind(handle), read).await?;
        Ok(found.into_iter().next())
    }

    /// The passkeys of an account, the oldest first.
    pub async fn passkeys(&self, account: &str) -> Result<Vec<Passkey>, Error> {
        const SELECT: &str = select!("WHERE account = $1 ORDER BY created, id");
        self.look("reading passkeys", sqlx::query(SELECT).bind(account), read).await
    }

    /// Says that a passkey was used and what is kept of it from now on, if nobody has done so since
    /// `seen` was read. Of several who try at once, one is told `true`.
    pub async fn use_passkey(
        &self,
        id: &str,
        (seen, now): (&str, &str),
        used: Timestamp,
    ) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE passkey SET body = $1, used = $2 WHERE id = $3 AND body = $4";
        let statement =
            sqlx::query(UPDATE).bind(now).bind(used.as_microsecond()).bind(id).bind(seen);
        Ok(self.change("using a passkey", statement).await? == 1)
    }

    /// Removes a passkey of an account; `false` if there is none.
    pub async fn remove_passkey(&self, account: &str, id: &str) -> Result<bool, Error> {
        const DELETE: &str = "DELETE FROM passkey WHERE account = $1 AND id = $2";
        let statement = sqlx::query(DELETE).bind(account).bind(id);
        Ok(self.change("removing a passkey", statement).await? == 1)
    }
}

fn read(row: &AnyRow) -> Result<Passkey, sqlx::Error> {
    Ok(Passkey {
        id: row.try_get(0)?,
        handle: row.try_get(1)?,
        account: row.try_get(2)?,
        name: row.try_get(3)?,
        body: row.try_get(4)?,
        created: instant(row.try_get(5)?),
        used: row.try_get::<Option<i64>, _>(6)?.map(instant),
    })
}
