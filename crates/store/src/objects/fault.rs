//! What a failure of files or of an object store means to a person.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::Error;
use crate::error::cause;

/// Names a failure of the file system.
pub(crate) fn of_file(path: &Path, source: io::Error) -> Error {
    let place = path.display().to_string();
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Error::DiskFull { place, source: cause(source) }
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::ReadOnly { place, source: cause(source) }
        }
        _ => Error::File { path: path.to_owned(), source: source.into() },
    }
}

/// Names a failure of an object store.
pub(super) fn of_object(name: &str, source: object_store::Error) -> Error {
    let path = name.to_owned();
    match &source {
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => {
            Error::ReadOnly { place: path, source: cause(source) }
        }
        _ if says_full(&source) => Error::DiskFull { place: path, source: cause(source) },
        _ => Error::Object { path, source: cause(source) },
    }
}

/// S3 has no code for "full"; servers that have a disk say so in their own words.
fn says_full(error: &dyn StdError) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let words = error.to_string();
        if ["XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "507 "]
            .iter()
            .any(|code| words.contains(code))
        {
            return true;
        }
        cause = error.source();
    }
    false
}
