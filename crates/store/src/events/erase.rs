//! Erasing what is personal: text and salt go, the log keeps a hash that says nothing any more.

use model::event::EventId;

use crate::database::Engine;
use crate::{Access, Error, Store};

impl Store {
    /// Erases what is personal in an event; says whether there was something. The event itself, and
    /// that it had something personal, stay. Backups made before hold it until they are gone.
    pub async fn erase_personal(&self, event: &EventId) -> Result<bool, Error> {
        const DELETE: &str = "DELETE FROM personal WHERE number = \
             (SELECT number FROM event WHERE id = $1)";
        self.expect_access(Access::Write)?;
        let database = self.database();
        let mut transaction = database.begin().await?;
        let statement = sqlx::query(DELETE).bind(event.as_str());
        let erased = transaction.execute("erasing personal data", statement).await?;
        transaction.commit().await?;
        // Gone from the database's own leftovers too, not only from what a query shows.
        let tidy = match database.engine() {
            Engine::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
            Engine::Postgres => "VACUUM personal",
        };
        database.run_apart("removing what was erased", tidy).await?;
        Ok(erased > 0)
    }
}
