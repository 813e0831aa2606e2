//! Named bytes outside the database: blobs, tiles, the checkpoint. A folder or S3.
//!
//! Whatever is put is durable when the call returns. Names are ours: lower-case paths with `/`,
//! never from a person. Nothing here knows what the bytes mean.

mod fault;
mod folder;
mod names;
mod s3;

use std::fs::File;
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::address::ObjectsAddress;
use crate::guard::Guard;
use crate::{Error, Options};

pub(crate) use fault::of_file;
use folder::Folder;
pub(crate) use folder::{make_folder, sync_folder};
use s3::S3;

/// An object store.
#[derive(Clone, Debug)]
pub(crate) enum Objects {
    Folder(Folder),
    S3(S3),
}

impl Objects {
    /// `guard` is held as long as anything is still being written, also when nobody waits for it.
    pub(crate) async fn open(
        address: &ObjectsAddress,
        options: &Options,
        guard: Option<Arc<Guard>>,
    ) -> Result<Self, Error> {
        match address {
            ObjectsAddress::Folder(folder) => {
                let folder = Folder::open(folder.join("objects"), options.access, guard);
                folder.await.map(Self::Folder)
            }
            ObjectsAddress::S3(s3) => S3::open(s3, options).map(Self::S3),
        }
    }

    /// Puts objects. All are durable when this returns; until then any of them may be there.
    pub(crate) async fn put(&self, objects: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.put(objects).await,
            Self::S3(s3) => s3.put(objects).await,
        }
    }

    /// Puts an object from a file, however large. The file is read from its beginning.
    pub(crate) async fn put_file(&self, name: &str, file: File) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.put_files(vec![(name.to_owned(), file)]).await,
            Self::S3(s3) => s3.put_file(name, file).await,
        }
    }

    /// Puts objects from files, as [`Objects::put`] does.
    pub(crate) async fn put_files(&self, files: Vec<(String, File)>) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.put_files(files).await,
            Self::S3(s3) => {
                for (name, file) in files {
                    s3.put_file(&name, file).await?;
                }
                Ok(())
            }
        }
    }

    /// A file without a name, to be written and then [placed](Objects::place_files). It is where the
    /// objects are, if they are in a folder.
    pub(crate) async fn new_file(&self) -> Result<NamedTempFile, Error> {
        match self {
            Self::Folder(folder) => folder.new_file().await,
            Self::S3(_) => NamedTempFile::new()
                .map_err(|source| of_file(std::path::Path::new("a temporary file"), source)),
        }
    }

    /// Makes objects of files. All are durable when this returns.
    pub(crate) async fn place_files(
        &self,
        files: Vec<(String, NamedTempFile)>,
    ) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.place_files(files).await,
            Self::S3(s3) => {
                for (name, file) in files {
                    s3.put_file(&name, file.into_file()).await?;
                }
                Ok(())
            }
        }
    }

    /// Makes sure that an object which is there stays there, or says that it is not.
    pub(crate) async fn settle(&self, name: &str) -> Result<bool, Error> {
        match self {
            Self::Folder(folder) => folder.settle(name).await,
            Self::S3(s3) => s3.exists(name).await,
        }
    }

    pub(crate) async fn exists(&self, name: &str) -> Result<bool, Error> {
        match self {
            Self::Folder(folder) => folder.exists(name).await,
            Self::S3(s3) => s3.exists(name).await,
        }
    }

    pub(crate) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Folder(folder) => folder.get(name).await,
            Self::S3(s3) => s3.get(name).await,
        }
    }

    /// An object as a file to read from, however large.
    pub(crate) async fn get_file(&self, name: &str) -> Result<Option<File>, Error> {
        match self {
            Self::Folder(folder) => folder.get_file(name).await,
            Self::S3(s3) => s3.get_file(name).await,
        }
    }

    /// The names below a prefix that ends with `/`, in order.
    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<String>, Error> {
        match self {
            Self::Folder(folder) => folder.list(prefix).await,
            Self::S3(s3) => s3.list(prefix).await,
        }
    }

    /// Removes an object; its absence is fine.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.remove(name).await,
            Self::S3(s3) => s3.remove(name).await,
        }
    }
}
