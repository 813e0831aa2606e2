//! Credentials: what somebody proves with who they are.

use std::fmt;

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::instant;
use crate::database::Transaction;
use crate::{Access, Error, Store};

/// What somebody proves with who they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its identity.
    pub id: String,
    /// Whose it is.
    pub account: String,
    /// What it is; the use case knows the kinds.
    pub kind: String,
    /// What is kept of it: a hash.
    pub data: Vec<u8>,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was used: last, or for good if it can be used once.
    pub used: Option<Timestamp>,
}

/// What is kept of a credential is of use to who guesses, and is not shown.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("id", &self.id)
            .field("account", &self.account)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Adds a credential.
    pub async fn add_credential(&self, credential: &Credential) -> Result<(), Error> {
        self.expect_access(Access::Write)?;
        let mut transaction = self.database().begin().await?;
        insert(&mut transaction, credential).await?;
        transaction.commit().await
    }

    /// Puts these in the place of all credentials of a kind that an account has.
    pub async fn replace_credentials(
        &self,
        account: &str,
        kind: &str,
        instead: &[Credential],
    ) -> Result<(), Error> {
        const DELETE: &str = "DELETE FROM credential WHERE account = $1 AND kind = $2";
        self.expect_access(Access::Write)?;
        let mut transaction = self.database().begin().await?;
        let delete = sqlx::query(DELETE).bind(account).bind(kind);
        transaction.execute("replacing credentials", delete).await?;
        for credential in instead {
            insert(&mut transaction, credential).await?;
        }
        transaction.commit().await
    }

    /// The credentials of a kind that an account has, the oldest first.
    pub async fn credentials(&self, account: &str, kind: &str) -> Result<Vec<Credential>, Error> {
        const SELECT: &str = "SELECT id, account, kind, data, created, used FROM credential \
             WHERE account = $1 AND kind = $2 ORDER BY created, id";
        let statement = sqlx::query(SELECT).bind(account).bind(kind);
        self.look("reading credentials", statement, read).await
    }

    /// Uses a credential up: of several who try at once, one is told `true`. It must be one of this
    /// account and kind with this data, made at `since` or later, and unused.
    pub async fn use_up_credential(
        &self,
        (account, kind, data): (&str, &str, &[u8]),
        since: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE credential SET used = $1 \
             WHERE account = $2 AND kind = $3 AND data = $4 AND created >= $5 AND used IS NULL";
        let statement = sqlx::query(UPDATE)
            .bind(now.as_microsecond())
            .bind(account)
            .bind(kind)
            .bind(data)
            .bind(since.as_microsecond());
        Ok(self.change("using a credential up", statement).await? > 0)
    }

    /// Changes what is kept of a credential and says that it was used; `false` if there is none.
    pub async fn update_credential(
        &self,
        id: &str,
        data: &[u8],
        used: Timestamp,
    ) -> Result<bool, Error> {
        const UPDATE: &str = "UPDATE credential SET data = $1, used = $2 WHERE id = $3";
        let statement = sqlx::query(UPDATE).bind(data).bind(used.as_microsecond()).bind(id);
        Ok(self.change("changing a credential", statement).await? == 1)
    }

    /// Removes a credential of an account; `false` if there is none.
    pub async fn remove_credential(&self, account: &str, id: &str) -> Result<bool, Error> {
        const DELETE: &str = "DELETE FROM credential WHERE account = $1 AND id = $2";
        let statement = sqlx::query(DELETE).bind(account).bind(id);
        Ok(self.change("removing a credential", statement).await? == 1)
    }
}

pub(super) async fn insert(
    transaction: &mut Transaction,
    credential: &Credential,
) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO credential (id, account, kind, data, created, used) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    let statement = sqlx::query(INSERT)
        .bind(&credential.id)
        .bind(&credential.account)
        .bind(&credential.kind)
        .bind(credential.data.as_slice())
        .bind(credential.created.as_microsecond())
        .bind(credential.used.map(Timestamp::as_microsecond));
    transaction.execute("adding a credential", statement).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Credential, sqlx::Error> {
    Ok(Credential {
        id: row.try_get(0)?,
        account: row.try_get(1)?,
        kind: row.try_get(2)?,
        data: row.try_get(3)?,
        created: instant(row.try_get(4)?),
        used: row.try_get::<Option<i64>, _>(5)?.map(instant),
    })
}
