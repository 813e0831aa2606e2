//! Connecting: addresses, pools, and how each database is set up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Executor as _};

use super::{Database, Engine};
use crate::Error;
use crate::address::DatabaseAddress;

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// It is made if it is not there.
    Write,
    /// It must be there, and as this program writes it.
    Read,
    /// It must be there, and may be as an earlier version of this program wrote it.
    ReadEarlier,
}

/// SQLite keeps a write-ahead log, so that readers and the writer do not wait for each other, and
/// syncs at each commit. What is deleted is overwritten: erased must mean erased.
const SQLITE_WRITER: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";
const SQLITE_READER: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA query_only = ON; \
     PRAGMA schema_version";
const POSTGRES: &str = "SET client_min_messages = warning; SET synchronous_commit = on";

/// Writers wait for one another, however much the one before has to write.
const TURNS: u32 = 12;
const READERS: u32 = 4;
const CONNECTIONS: u32 = 8;

/// The database file of a store's folder.
pub(crate) fn record_file(folder: &Path) -> PathBuf {
    folder.join("record.db")
}

pub(super) async fn connect(
    address: &DatabaseAddress,
    opening: Opening,
    patience: Duration,
) -> Result<Database, Error> {
    sqlx::any::install_default_drivers();
    let place = address.to_string();
    let fault = |source| super::fault::name(&place, "connecting", source);
    match address {
        DatabaseAddress::Folder(folder) => {
            let file = record_file(folder);
            let (write, read) = match opening {
                Opening::Write => {
                    let writer = sqlite_url(&file, "rwc")?;
                    let write = pool(1, patience * TURNS, SQLITE_WRITER).connect(&writer).await;
                    let write = write.map_err(fault)?;
                    let reader = sqlite_url(&file, "rw")?;
                    let read = pool(READERS, patience, SQLITE_READER).connect_lazy(&reader);
                    (write, read.map_err(fault))
                }
                Opening::Read | Opening::ReadEarlier => {
                    let read = read_sqlite(&file, patience).await.map_err(fault);
                    (read.clone()?, read)
                }
            };
            Ok(Database { engine: Engine::Sqlite, place, write, read: read? })
        }
        DatabaseAddress::Postgres(url) => {
            let both: AnyPool =
                pool(CONNECTIONS, patience, POSTGRES).connect(url).await.map_err(fault)?;
            Ok(Database { engine: Engine::Postgres, place, write: both.clone(), read: both })
        }
    }
}

/// Opens a database to be read. Even to read, SQLite writes beside it, to tell readers from the writer;
/// where nothing can be written and no writer has left anything, it is taken as it lies there.
async fn read_sqlite(file: &Path, patience: Duration) -> Result<AnyPool, sqlx::Error> {
    let connect = async |mode| {
        let url =
            sqlite_url(file, mode).map_err(|error| sqlx::Error::Configuration(error.into()))?;
        pool(READERS, patience, SQLITE_READER).connect(&url).await
    };
    let mut left = file.as_os_str().to_owned();
    left.push("-wal");
    match connect("rw").await {
        Err(_) if !Path::new(&left).exists() => connect("ro&immutable=true").await,
        opened => opened,
    }
}

fn pool(connections: u32, patience: Duration, setup: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(patience)
        .idle_timeout(None)
        .after_connect(move |connection: &mut AnyConnection, _| {
            Box::pin(async move {
                connection.execute(sqlx::raw_sql(setup)).await?;
                Ok(())
            })
        })
}

/// A file's path as SQLite's driver takes it: anything that a URL would understand is escaped.
fn sqlite_url(file: &Path, mode: &str) -> Result<String, Error> {
    let absolute = std::path::absolute(file)
        .map_err(|source| Error::File { path: file.to_owned(), source: source.into() })?;
    let Some(text) = absolute.to_str() else {
        let reason = "a folder's name must be valid UTF-8";
        return Err(Error::Address { text: file.display().to_string(), reason });
    };
    let mut url = String::from("sqlite://");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                url.push(char::from(byte));
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url.push_str("?mode=");
    url.push_str(mode);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped() {
        let url = sqlite_url(Path::new("/a b/50%?#ü/record.db"), "rw").unwrap();
        assert_eq!(url, "sqlite:///a%20b/50%25%3F%23%C3%BC/record.db?mode=rw");
    }
}
