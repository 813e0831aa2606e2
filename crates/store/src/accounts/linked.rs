//! Links: who somebody is in another directory.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::{Error, Store};

/// That somebody of another directory is somebody here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The directory.
    pub issuer: String,
    /// What it calls them, for ever.
    pub subject: String,
    /// Whose account it is.
    pub account: String,
    /// Since when.
    pub created: Timestamp,
    /// When they last came in by it.
    pub used: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT issuer, subject, account, created, used FROM linked ", $rest)
    };
}

impl Store {
    /// Adds a link; `false` if that directory's person is somebody here already.
    pub async fn add_link(&self, link: &Link) -> Result<bool, Error> {
        const INSERT: &str = "INSERT INTO linked (issuer, subject, account, created, used) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let statement = sqlx::query(INSERT)
            .bind(&link.issuer)
            .bind(&link.subject)
            .bind(&link.account)
            .bind(link.created.as_microsecond())
            .bind(link.used.map(Timestamp::as_microsecond));
        Ok(self.change("linking an account", statement).await? == 1)
    }

    /// Who a directory's person is here.
    pub async fn link(&self, issuer: &str, subject: &str) -> Result<Option<Link>, Error> {
        const SELECT: &str = select!("WHERE issuer = $1 AND subject = $2 ORDER BY subject");
        let statement = sqlx::query(SELECT).bind(issuer).bind(subject);
        Ok(self.look("reading a link", statement, read).await?.into_iter().next())
    }

    /// The links of an account, the oldest first.
    pub async fn links(&self, account: &str) -> Result<Vec<Link>, Error> {
        const SELECT: &str = select!("WHERE account = $1 ORDER BY created, issuer, subject");
        self.look("reading links", sqlx::query(SELECT).bind(account), read).await
    }

    /// Says when somebody last came in by a link.
    pub async fn touch_link(
        &self,
        issuer: &str,
        subject: &str,
        used: Timestamp,
    ) -> Result<(), Error> {
        const UPDATE: &str = "UPDATE linked SET used = $1 WHERE issuer = $2 AND subject = $3";
        let statement = sqlx::query(UPDATE).bind(used.as_microsecond()).bind(issuer).bind(subject);
        self.change("using a link", statement).await?;
        Ok(())
    }

    /// Removes the links of an account to a directory; says how many.
    pub async fn remove_links(&self, account: &str, issuer: &str) -> Result<u64, Error> {
        const DELETE: &str = "DELETE FROM linked WHERE account = $1 AND issuer = $2";
        let statement = sqlx::query(DELETE).bind(account).bind(issuer);
        self.change("removing a link", statement).await
    }
}

fn read(row: &AnyRow) -> Result<Link, sqlx::Error> {
    Ok(Link {
        issuer: row.try_get(0)?,
        subject: row.try_get(1)?,
        account: row.try_get(2)?,
        created: instant(row.try_get(3)?),
        used: row.try_get::<Option<i64>, _>(4)?.map(instant),
    })
}
