//! Beginning anew: whatever an account was entered by ends at once, and something else takes its place.

use jiff::Timestamp;

use super::credential::{Credential, insert};
use crate::{Access, Error, Store};

impl Store {
    /// Ends everything by which an account is entered: its credentials, passkeys, links and
    /// tokens, and its sessions but the one that is kept. These credentials take their place. All of it or nothing.
    pub async fn renew_access(
        &self,
        account: &str,
        instead: &[Credential],
        kept: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<(), Error> {
        const KEPT: [&str; 3] = [
            "DELETE FROM credential WHERE account = $1",
            "DELETE FROM passkey WHERE account = $1",
            "DELETE FROM linked WHERE account = $1",
        ];
        const SESSIONS: &str = "DELETE FROM session WHERE account = $1 AND hash <> $2";
        const TOKENS: &str = "UPDATE token SET revoked = $1 WHERE account = $2 AND revoked IS NULL";
        self.expect_access(Access::Write)?;
        let mut transaction = self.database().begin().await?;
        let doing = "ending what an account is entered by";
        for statement in KEPT {
            transaction.execute(doing, sqlx::query(statement).bind(account)).await?;
        }
        // No session has an empty hash.
        let sessions = sqlx::query(SESSIONS).bind(account).bind(kept.unwrap_or_default());
        transaction.execute(doing, sessions).await?;
        let tokens = sqlx::query(TOKENS).bind(now.as_microsecond()).bind(account);
        transaction.execute(doing, tokens).await?;
        for credential in instead {
            insert(&mut transaction, credential).await?;
        }
        transaction.commit().await
    }
}
