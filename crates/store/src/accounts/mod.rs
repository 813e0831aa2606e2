//! Who may sign in and with what, as rows: accounts, credentials, passkeys, links to other directories,
//! sessions, tokens, failed attempts, sign-ins that are under way, and requests that are to be done once.
//!
//! Rows only. What a kind of credential is, when a session has ended and who may do what is decided
//! in `app`; secrets come here as hashes.

mod account;
mod attempt;
mod ceremony;
mod credential;
mod linked;
mod passkey;
mod renew;
mod request;
mod session;
mod token;

pub use account::Account;
pub use attempt::Failures;
pub use ceremony::Ceremony;
pub use credential::Credential;
pub use linked::Link;
pub use passkey::Passkey;
pub use request::{Begun, Doing, RequestKey};
pub use session::Session;
pub use token::Token;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{Any, query::Query};

use crate::{Access, Error, Store};

pub(crate) type Statement<'q> = Query<'q, Any, <Any as sqlx::Database>::Arguments>;

impl Store {
    /// Runs one statement that changes rows of one table, durably; says how many.
    pub(crate) async fn change(
        &self,
        doing: &'static str,
        statement: Statement<'_>,
    ) -> Result<u64, Error> {
        self.expect_access(Access::Write)?;
        let mut transaction = self.database().begin().await?;
        let changed = transaction.execute(doing, statement).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Reads rows.
    pub(crate) async fn look<T>(
        &self,
        doing: &'static str,
        statement: Statement<'_>,
        read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, Error> {
        let fault = |source| self.database().fault(doing, source);
        let rows = statement.fetch_all(self.database().reader()).await.map_err(fault)?;
        rows.iter().map(|row| read(row).map_err(fault)).collect()
    }
}

/// An instant of a row. One that no calendar has was written by hand and is as old as can be.
fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}
