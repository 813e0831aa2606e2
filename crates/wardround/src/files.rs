//! `std::fs` with errors that carry the path, and with bounds on what is read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The system refused.
    #[error("{} cannot be read", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is larger than the limit.
    #[error("{} is larger than {limit} bytes; split it, or raise --max-size", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
}

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let io = |source| FileError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    if size > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    read_bounded(file, path, size, limit)
}

/// Reads standard input, at most `limit` bytes.
pub(crate) fn read_stdin(limit: u64) -> Result<Vec<u8>, FileError> {
    read_bounded(io::stdin().lock(), Path::new("-"), 0, limit)
}

/// The declared size is a hint only: a device or a pipe has none.
fn read_bounded(
    from: impl io::Read,
    path: &Path,
    hint: u64,
    limit: u64,
) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::with_capacity(usize::try_from(hint.min(limit)).unwrap_or(0));
    from.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|source| FileError::Io { path: path.to_owned(), source })?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Reads a text file of settings, at most a mebibyte.
pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    let bytes = read(path, 1024 * 1024)?;
    String::from_utf8(bytes).map_err(|_| FileError::Io {
        path: path.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"),
    })
}

/// Every file below `path` (or `path` itself), in the order of their names; hidden files and
/// folders are left out, links to folders are not followed.
pub(crate) fn below(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    let io = |source| FileError::Io { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(io)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|source| FileError::Io { path: folder.clone(), source })?;
        for entry in entries {
            let entry = entry.map_err(|source| FileError::Io { path: folder.clone(), source })?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) => found.push(entry.path()),
                Err(source) => return Err(FileError::Io { path: entry.path(), source }),
            }
        }
    }
    found.sort();
    Ok(found)
}
