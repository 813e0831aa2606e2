//! Bulk evidence: kept as it came, under the hash of its content.
//!
//! The same bytes are kept once, compressed (zstd). What is read is proved against its name, so a
//! rotten or exchanged file is an error and never an answer.

mod content;
mod id;
mod read;

pub use content::BlobReader;
pub use id::{BlobId, BlobIdError};

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::objects::{Objects, of_file};
use crate::{Access, Error, Store};

impl Store {
    /// Keeps bytes; they are durable when this returns. The same bytes twice change nothing.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<BlobId, Error> {
        let ids = self.put_all(vec![bytes]).await?;
        Ok(ids.into_iter().next().unwrap_or(BlobId::EMPTY))
    }

    /// Keeps many; cheaper than one by one, because folders are synced once.
    pub async fn put_all(&self, contents: Vec<Vec<u8>>) -> Result<Vec<BlobId>, Error> {
        self.expect_access(Access::Write)?;
        let named = work(move || {
            contents.into_iter().map(|bytes| (BlobId::of(&bytes), bytes)).collect::<Vec<_>>()
        })
        .await?;
        let ids = named.iter().map(|(id, _)| *id).collect();
        let mut new = Vec::new();
        for (id, bytes) in named {
            if !self.objects().settle(&id.object()).await? {
                new.push((id, bytes));
            }
        }
        let packed = work(move || {
            let pack = |(id, bytes): (BlobId, Vec<u8>)| Ok((id.object(), content::pack(&bytes)?));
            new.into_iter().map(pack).collect::<Result<Vec<_>, Error>>()
        })
        .await??;
        self.objects().put(packed).await?;
        Ok(ids)
    }

    /// Keeps what a reader gives, however large.
    pub async fn put_reader(&self, from: impl Read + Send + 'static) -> Result<BlobId, Error> {
        self.expect_access(Access::Write)?;
        let (id, file) = work(move || content::pack_stream(from)).await??;
        if !self.objects().settle(&id.object()).await? {
            self.objects().put_file(&id.object(), file).await?;
        }
        Ok(id)
    }

    /// Keeps a file, however large.
    pub async fn put_path(&self, path: &Path) -> Result<BlobId, Error> {
        let path = PathBuf::from(path);
        let file = work(move || File::open(&path).map_err(|source| of_file(&path, source)));
        self.put_reader(file.await??).await
    }

    /// The bytes of a blob, proved.
    pub async fn get(&self, id: BlobId) -> Result<Vec<u8>, Error> {
        read::get(self.objects(), id).await
    }

    /// A blob to read from, however large. It is proved when it has been read to its end: a damaged
    /// one ends in an error instead.
    pub async fn reader(&self, id: BlobId) -> Result<BlobReader, Error> {
        read::reader(self.objects(), id).await
    }

    /// Whether a blob is there.
    pub async fn exists(&self, id: BlobId) -> Result<bool, Error> {
        self.objects().exists(&id.object()).await
    }

    /// The blobs whose names begin with `byte`: in 256 calls all of them, in order.
    pub async fn blobs(&self, byte: u8) -> Result<Vec<BlobId>, Error> {
        list(self.objects(), byte).await
    }
}

pub(crate) async fn list(objects: &Objects, byte: u8) -> Result<Vec<BlobId>, Error> {
    let names = objects.list(&format!("blob/{byte:02x}/")).await?;
    Ok(names.iter().filter_map(|name| BlobId::of_object(name)).collect())
}

/// Whether a blob is there and its content has its hash.
pub(crate) async fn is_sound(objects: &Objects, id: BlobId) -> Result<bool, Error> {
    let mut reader = match read::reader(objects, id).await {
        Ok(reader) => reader,
        Err(Error::BlobMissing(_) | Error::BlobDamaged(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    work(move || Ok(std::io::copy(&mut reader, &mut std::io::sink()).is_ok())).await?
}

/// Runs what takes the processor where others do not wait for it.
async fn work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Closed)
}
