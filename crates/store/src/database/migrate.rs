//! Bringing the schema up to date: one folder of migrations for both databases.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Row as _, SqlSafeStr as _};

use super::Database;
use crate::Error;
use crate::error::cause;

/// Every landed migration. A landed file is never edited: stores remember its checksum.
const MIGRATIONS: [(i64, &str, &str); 5] = [
    (1, "record", include_str!("../../migrations/0001_record.sql")),
    (2, "access", include_str!("../../migrations/0002_access.sql")),
    (3, "jobs", include_str!("../../migrations/0003_jobs.sql")),
    (4, "passkeys", include_str!("../../migrations/0004_passkeys.sql")),
    (5, "idempotency", include_str!("../../migrations/0005_idempotency.sql")),
];

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.into_iter().map(|(version, name, text)| {
        Migration::new(version, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

pub(super) async fn bring_up_to_date(database: &Database) -> Result<(), Error> {
    migrator().run(&database.write).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            Error::LaterSchema { place: database.place.clone() }
        }
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            database.fault("bringing the schema up to date", source)
        }
        other => Error::Database { doing: "bringing the schema up to date", source: cause(other) },
    })
}

/// Says whether the schema is the one this program reads, and changes nothing.
pub(super) async fn expect_up_to_date(database: &Database) -> Result<(), Error> {
    if known_version(database).await? < newest() {
        return Err(Error::EarlierSchema { place: database.place.clone() });
    }
    Ok(())
}

/// The version of the schema, if it is one that this program knows.
pub(super) async fn known_version(database: &Database) -> Result<i64, Error> {
    let statement = "SELECT MAX(version) FROM _sqlx_migrations";
    let place = || database.place.clone();
    let Ok(row) = sqlx::query(statement).fetch_one(database.reader()).await else {
        return Err(Error::NoStore { place: place() });
    };
    let present: Option<i64> =
        row.try_get(0).map_err(|source| database.fault("reading the schema's version", source))?;
    let present = present.unwrap_or(0);
    if present > newest() {
        return Err(Error::LaterSchema { place: place() });
    }
    Ok(present)
}

fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}
