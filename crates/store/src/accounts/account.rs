//! Accounts: one for each person who may sign in.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::{Error, Store};

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its identity, as the record names who did something.
    pub id: String,
    /// What they type to sign in, in small letters.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Since when it is there.
    pub created: Timestamp,
    /// Since when it is closed.
    pub disabled: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, login, name, created, disabled FROM account ", $rest)
    };
}

impl Store {
    /// Adds an account; `false` if its login or its identity is taken.
    pub async fn add_account(&self, account: &Account) -> Result<bool, Error> {
        const INSERT: &str = "INSERT INTO account (id, login, name, created, disabled) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let statement = sqlx::query(INSERT)
            .bind(&account.id)
            .bind(&account.login)
            .bind(&account.name)
            .bind(account.created.as_microsecond())
            .bind(account.disabled.map(Timestamp::as_microsecond));
        Ok(self.change("adding an account", statement).await? == 1)
    }

    /// The account of an identity.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, Error> {
        const SELECT: &str = select!("WHERE id = $1 ORDER BY id");
        let found = self.look("reading an account", sqlx::query(SELECT).bind(id), read).await?;
        Ok(found.into_iter().next())
    }

    /// The account of a login in small letters.
    pub async fn account_of_login(&self, login: &str) -> Result<Option<Account>, Error> {
        const SELECT: &str = select!("WHERE login = $1 ORDER BY id");
        let found = self.look("reading an account", sqlx::query(SELECT).bind(login), read).await?;
        Ok(found.into_iter().next())
    }

    /// All accounts, the oldest first.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        const SELECT: &str = select!("ORDER BY created, id");
        self.look("reading accounts", sqlx::query(SELECT), read).await
    }

    /// Closes an account, or opens it again; `false` if there is none. Its sessions stay as they are.
    pub async fn set_disabled(&self, id: &str, since: Option<Timestamp>) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE account SET disabled = $1 WHERE id = $2";
        let statement = sqlx::query(UPDATE).bind(since.map(Timestamp::as_microsecond)).bind(id);
        Ok(self.change("closing an account", statement).await? == 1)
    }
}

fn read(row: &AnyRow) -> Result<Account, sqlx::Error> {
    Ok(Account {
        id: row.try_get(0)?,
        login: row.try_get(1)?,
        name: row.try_get(2)?,
        created: instant(row.try_get(3)?),
        disabled: row.try_get::<Option<i64>, _>(4)?.map(instant),
    })
}
