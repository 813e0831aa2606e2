//! The spool: what is being sent, on its way to a job that reads it.
//!
//! Bytes are written as they come, to a file that has no name yet, and hashed on the way; named and
//! durable when [`Store::keep_spooled`] returns. Whoever took them removes them.

use std::fs::File;
use std::io::Write as _;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::objects::of_file;
use crate::{Access, BlobId, Error, Store, key};

/// The folder of the spool among the objects.
const FOLDER: &str = "spool/";
/// Bytes that are gathered before they are written.
const AT_ONCE: usize = 1 << 18;

/// A file of the spool that is being written; dropped, it is gone.
#[derive(Debug)]
pub struct SpoolFile {
    open: Option<Box<Open>>,
    gathered: Vec<u8>,
    length: u64,
}

#[derive(Debug)]
struct Open {
    file: NamedTempFile,
    hash: Sha256,
}

/// A file in the spool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spooled {
    /// Its name in the spool.
    pub name: String,
    /// The hash of its content, as blobs are named.
    pub content: BlobId,
    /// Its length in bytes.
    pub length: u64,
}

impl SpoolFile {
    /// Adds bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.length += bytes.len() as u64;
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() < AT_ONCE {
            return Ok(());
        }
        let (gathered, open) = (std::mem::take(&mut self.gathered), self.open.take());
        let mut open = open.ok_or(Error::Closed)?;
        let written = work(move || {
            open.add(&gathered)?;
            Ok((open, gathered))
        });
        let (open, mut gathered) = written.await?;
        gathered.clear();
        (self.open, self.gathered) = (Some(open), gathered);
        Ok(())
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        self.length
    }
}

impl Open {
    fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hash.update(bytes);
        self.file.write_all(bytes).map_err(|source| of_file(self.file.path(), source))
    }
}

impl Store {
    /// Begins a file of the spool.
    pub async fn spool(&self) -> Result<SpoolFile, Error> {
        self.expect_access(Access::Write)?;
        let file = self.objects().new_file().await?;
        let open = Some(Box::new(Open { file, hash: Sha256::new() }));
        Ok(SpoolFile { open, gathered: Vec::new(), length: 0 })
    }

    /// Gives files their names. All are durable when this returns.
    pub async fn keep_spooled(&self, files: Vec<SpoolFile>) -> Result<Vec<Spooled>, Error> {
        let ended = work(move || {
            let mut ended = Vec::with_capacity(files.len());
            for mut file in files {
                let mut open = file.open.take().ok_or(Error::Closed)?;
                open.add(&file.gathered)?;
                let mut random = [0; 16];
                key::fill(&mut random)?;
                let name = format!("{FOLDER}{:032x}", u128::from_be_bytes(random));
                let content = BlobId::new(open.hash.finalize().into());
                ended.push((Spooled { name, content, length: file.length }, open.file));
            }
            Ok(ended)
        });
        let (named, files): (Vec<Spooled>, Vec<NamedTempFile>) = ended.await?.into_iter().unzip();
        let names: Vec<String> = named.iter().map(|file| file.name.clone()).collect();
        self.objects().place_files(names.into_iter().zip(files).collect()).await?;
        Ok(named)
    }

    /// A file of the spool to read from; `None` if it is not there any more.
    pub async fn spooled(&self, name: &str) -> Result<Option<File>, Error> {
        if !name.starts_with(FOLDER) {
            return Ok(None);
        }
        self.objects().get_file(name).await
    }

    /// Removes a file from the spool; its absence is fine.
    pub async fn unspool(&self, name: &str) -> Result<(), Error> {
        if name.starts_with(FOLDER) { self.objects().remove(name).await } else { Ok(()) }
    }

    /// The names of all files in the spool.
    pub async fn spool_names(&self) -> Result<Vec<String>, Error> {
        self.objects().list(FOLDER).await
    }
}

async fn work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Closed)?
}
