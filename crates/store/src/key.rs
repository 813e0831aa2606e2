//! The key that signs the log: made once, kept in a file that only its owner may read.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use record::checkpoint::{Name, SecretKey};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::error::cause;
use crate::objects::{make_folder, of_file, sync_folder};
use crate::{Address, Error, Options};

/// The key's file: where the options say, else in the store's own folder.
pub(crate) fn place(address: &Address, options: &Options) -> Result<PathBuf, Error> {
    if let Some(file) = &options.key_file {
        return Ok(file.clone());
    }
    match address.own_folder() {
        Some(folder) => Ok(own_key(folder)),
        None => Err(Error::KeyPlace { place: address.to_string() }),
    }
}

/// The key that a store keeps itself.
pub(crate) fn own_key(folder: &Path) -> PathBuf {
    folder.join("signing.key")
}

/// Reads the key; `None` where there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<SecretKey>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(of_file(path, source)),
    };
    let key = SecretKey::parse(&text);
    key.map(Some)
        .map_err(|source| Error::KeyUnreadable { path: path.to_owned(), source: cause(source) })
}

/// Makes a key for a log. Where another process has just made one, that one counts.
pub(crate) fn make(path: &Path, name: Name) -> Result<SecretKey, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    fill(&mut *seed)?;
    let key = SecretKey::new(name, *seed);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    make_folder(folder)?;
    // Written beside and then named, so that a key is whole or not there. Mode 0600 from the start.
    let mut file = NamedTempFile::new_in(folder).map_err(|source| of_file(folder, source))?;
    let text = key.to_text();
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.as_file().sync_all());
    written.map_err(|source| of_file(path, source))?;
    match file.persist_noclobber(path) {
        Ok(_) => sync_folder(folder)?,
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            if let Some(key) = read(path)? {
                return Ok(key);
            }
        }
        Err(error) => return Err(of_file(path, error.error)),
    }
    Ok(key)
}

/// Copies a key file, with its rights. An existing file stays as it is.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let folder = to.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(|source| of_file(folder, source))?;
    let mut original = File::open(from).map_err(|source| of_file(from, source))?;
    std::io::copy(&mut original, &mut file)
        .and_then(|_| file.as_file().sync_all())
        .map_err(|source| of_file(to, source))?;
    match file.persist_noclobber(to) {
        Ok(_) => sync_folder(folder),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(of_file(to, error.error)),
    }
}

/// Randomness of the operating system.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Error::File {
        path: PathBuf::from("the system's random numbers"),
        source: std::io::Error::other(error).into(),
    })
}
