//! `std::fs` with errors that a person can act on, and with bounds on what is read.
//!
//! The errors leave out the path: who reports them names the file once, in front.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The system refused.
    #[error("cannot be read: {}", reason(.0))]
    Io(io::Error),
    /// It is larger than the limit.
    #[error("is larger than {} ({limit} bytes); {}", size_words(*.limit), .remedy)]
    TooLarge {
        /// The limit.
        limit: u64,
        /// What to do about it.
        remedy: &'static str,
    },
    /// It is neither a file nor a folder.
    #[error("is a pipe, socket or device, not a file; pass `-` and feed it to standard input")]
    Special,
}

/// What to do about evidence that is too large.
pub(crate) const RAISE: &str = "split it, or raise --max-size";

/// A path that could not be read, and why.
pub(crate) type Unread = (PathBuf, FileError);

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = File::open(path).map_err(FileError::Io)?;
    let size = file.metadata().map_err(FileError::Io)?.len();
    if size > limit {
        return Err(FileError::TooLarge { limit, remedy: RAISE });
    }
    read_bounded(file, size, limit)
}

/// Reads standard input, at most `limit` bytes.
pub(crate) fn read_stdin(limit: u64) -> Result<Vec<u8>, FileError> {
    read_bounded(io::stdin().lock(), 0, limit)
}

/// The declared size is a hint only: a device or a pipe has none, and a sparse file may declare
/// more than there is memory, which must be an error and no abort.
fn read_bounded(from: impl io::Read, hint: u64, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let wanted = usize::try_from(hint.min(limit)).unwrap_or(usize::MAX);
    bytes
        .try_reserve_exact(wanted)
        .map_err(|_| FileError::Io(io::Error::from(io::ErrorKind::OutOfMemory)))?;
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(FileError::Io)?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge { limit, remedy: RAISE });
    }
    Ok(bytes)
}

/// Reads a text file of settings, at most a mebibyte.
pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    let bytes = read(path, 1024 * 1024).map_err(|error| match error {
        FileError::TooLarge { limit, .. } => {
            FileError::TooLarge { limit, remedy: "is it the right file?" }
        }
        other => other,
    })?;
    String::from_utf8(bytes)
        .map_err(|_| FileError::Io(io::Error::new(io::ErrorKind::InvalidData, "not UTF-8 text")))
}

/// Every file below `path` (or `path` itself), in the order of their names; hidden files and
/// folders are left out, links to folders are not followed. What cannot be listed costs itself only.
pub(crate) fn below(path: &Path) -> (Vec<PathBuf>, Vec<Unread>) {
    let mut found = Vec::new();
    let mut unread = Vec::new();
    match std::fs::metadata(path) {
        // A single path may be a pipe: `wardround check <(systeminfo)`.
        Ok(metadata) if !metadata.is_dir() => return (vec![path.to_owned()], unread),
        Ok(_) => {}
        Err(error) => return (found, vec![(path.to_owned(), FileError::Io(error))]),
    }
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                unread.push((folder, FileError::Io(error)));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    unread.push((folder.clone(), FileError::Io(error)));
                    break;
                }
            };
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => found.push(path),
                Ok(kind) if kind.is_symlink() => match std::fs::metadata(&path) {
                    Ok(target) if target.is_file() => found.push(path),
                    Ok(target) if target.is_dir() => {}
                    Ok(_) => unread.push((path, FileError::Special)),
                    Err(error) => unread.push((path, FileError::Io(error))),
                },
                // To open a pipe that nobody writes to would wait for ever.
                Ok(_) => unread.push((path, FileError::Special)),
                Err(error) => unread.push((path, FileError::Io(error))),
            }
        }
    }
    found.sort();
    unread.sort_by(|(a, _), (b, _)| a.cmp(b));
    (found, unread)
}

/// What the system said, in words where the system's are a number and a riddle.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; run as someone who may read it, or copy it".to_owned()
        }
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::OutOfMemory => {
            "there is not enough memory for it; split it, or lower --max-size".to_owned()
        }
        _ => error.to_string(),
    }
}

/// A size as a person says it; whole units only, so that it is never rounded.
fn size_words(bytes: u64) -> String {
    let (unit, name) = match bytes {
        b if b >= 1 << 30 && b % (1 << 30) == 0 => (1 << 30, "GiB"),
        b if b >= 1 << 20 && b % (1 << 20) == 0 => (1 << 20, "MiB"),
        b if b >= 1 << 10 && b % (1 << 10) == 0 => (1 << 10, "KiB"),
        _ => (1, "bytes"),
    };
    format!("{} {name}", bytes / unit)
}

/// Reads a size as a person writes it: `4096`, `512M`, `2G`, `2GiB`.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size; write bytes, or 512M, or 2G");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        "T" | "TB" | "TIB" => 40,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    match number.checked_mul(1 << shift) {
        Some(0) => Err("nothing at all could be read; write at least 1".to_owned()),
        Some(size) => Ok(size),
        None => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(parse_size("4096"), Ok(4096));
        assert_eq!(parse_size("512M"), Ok(512 << 20));
        assert_eq!(parse_size("2GiB"), Ok(2 << 30));
        for wrong in ["", "M", "1.5G", "-1", "99999999999999999999", "99999999T", "5x", "0"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_told_without_rounding() {
        assert_eq!(size_words(256 << 20), "256 MiB");
        assert_eq!(size_words(2 << 30), "2 GiB");
        assert_eq!(size_words(1000), "1000 bytes");
    }
}
