//! What a database's error means to a person.

use sqlx::Error as Sql;

use crate::Error;
use crate::error::cause;

/// Names the kinds of failure that a person can do something about.
pub(super) fn name(place: &str, doing: &'static str, source: Sql) -> Error {
    let place = place.to_owned();
    match kind(&source) {
        Kind::Full => Error::DiskFull { place, source: cause(source) },
        Kind::ReadOnly => Error::ReadOnly { place, source: cause(source) },
        Kind::Gone => Error::DatabaseGone { place, source: cause(source) },
        Kind::Other => Error::Database { doing, source: cause(source) },
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Full,
    ReadOnly,
    Gone,
    Other,
}

fn kind(error: &Sql) -> Kind {
    match error {
        Sql::Io(cause) => match cause.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Kind::Full,
            std::io::ErrorKind::ReadOnlyFilesystem => Kind::ReadOnly,
            _ => Kind::Gone,
        },
        Sql::PoolTimedOut | Sql::WorkerCrashed => Kind::Gone,
        Sql::Database(cause) => cause.code().map_or(Kind::Other, |code| of_code(&code)),
        _ => Kind::Other,
    }
}

/// SQLite gives numbers (extended result codes), PostgreSQL five characters (SQLSTATE).
fn of_code(code: &str) -> Kind {
    if code.len() == 5 && !code.chars().all(|c| c == '0') {
        return match code {
            // disk_full; configured_limit_exceeded
            "53100" | "53400" => Kind::Full,
            // read_only_sql_transaction: a standby; insufficient_privilege
            "25006" | "42501" => Kind::ReadOnly,
            // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
            "57P01" | "57P02" | "57P03" | "53300" => Kind::Gone,
            _ if code.starts_with("08") => Kind::Gone,
            _ => Kind::Other,
        };
    }
    match code.parse::<u32>().map(|code| (code & 0xff, code)) {
        // SQLITE_FULL; SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE: what a quota or a limit gives.
        Ok((13, _) | (10, 778 | 1034 | 1546 | 4874)) => Kind::Full,
        // SQLITE_PERM, SQLITE_READONLY; SQLITE_CANTOPEN: the folder may not be written, or is gone.
        Ok((3 | 8 | 14, _)) => Kind::ReadOnly,
        // SQLITE_BUSY: somebody else holds the file.
        Ok((5, _)) => Kind::Gone,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_engines_are_told_apart() {
        assert_eq!(of_code("13"), Kind::Full);
        assert_eq!(of_code("53100"), Kind::Full);
        assert_eq!(of_code("1032"), Kind::ReadOnly, "SQLITE_READONLY_DBMOVED");
        assert_eq!(of_code("57P01"), Kind::Gone);
        assert_eq!(of_code("08006"), Kind::Gone);
        assert_eq!(of_code("23505"), Kind::Other, "unique_violation");
        assert_eq!(of_code("2067"), Kind::Other, "SQLITE_CONSTRAINT_UNIQUE");
    }
}
