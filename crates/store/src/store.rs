//! A store that is open.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use record::checkpoint::PublicKey;
use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;

use crate::address::DatabaseAddress;
use crate::database::{Database, Opening, record_file};
use crate::guard::Guard;
use crate::lease::Watch;
use crate::log::{self, Identity, Queue, Seal};
use crate::memory::Memory;
use crate::objects::{Objects, make_folder};
use crate::{Access, Address, Error, Options, backup, key};

/// A store that is open. Clones are the same store; it must be used within the tokio runtime that it
/// was opened in.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    objects: Objects,
    access: Access,
    identity: Identity,
    watch: Watch,
    holder: String,
    memory: Memory,
    /// The way to the sequencer and its task, until the store is closed.
    sequencer: Mutex<Option<(Queue, JoinHandle<()>)>>,
    place: String,
    /// The key's file, where the store keeps it itself.
    own_key: Option<PathBuf>,
}

impl Store {
    /// Opens a store. To write, it is made if it is not there, brought up to date, and whatever a
    /// crash left undone is finished.
    pub async fn open(address: &Address, options: Options) -> Result<Self, Error> {
        match options.access {
            Access::Write => Self::open_to_write(address, options).await,
            Access::Read => Self::open_to_read(address, options).await,
        }
    }

    async fn open_to_write(address: &Address, options: Options) -> Result<Self, Error> {
        let guard = match &address.database {
            DatabaseAddress::Postgres(_) => None,
            DatabaseAddress::Folder(folder) => {
                if backup::is_backup(folder) {
                    let reason = "it is a backup, which is restored and never continued".to_owned();
                    return Err(Error::Backup { path: folder.clone(), reason });
                }
                make_folder(folder)?;
                Some(Arc::new(Guard::take(folder)?))
            }
        };
        let alone = guard.is_some();
        let objects = Objects::open(&address.objects, &options, guard.clone()).await?;
        let database = Database::open(&address.database, Opening::Write, options.patience).await?;
        if let (Objects::Folder(folder), true) = (&objects, alone) {
            folder.sweep().await?;
        }
        let (watch, holder) = (Watch::default(), holder()?);
        let (sequencer, identity) = log::take_up(
            database.clone(),
            objects.clone(),
            (address, &options),
            (watch.clone(), holder.clone(), guard),
        )
        .await?;
        let inner = Inner {
            database,
            objects,
            access: Access::Write,
            identity,
            watch,
            holder,
            memory: Memory::default(),
            sequencer: Mutex::new(Some(log::start(sequencer))),
            place: address.to_string(),
            own_key: own_key(address, &options),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    async fn open_to_read(address: &Address, options: Options) -> Result<Self, Error> {
        let place = address.to_string();
        if let DatabaseAddress::Folder(folder) = &address.database
            && !record_file(folder).is_file()
        {
            return Err(Error::NoStore { place });
        }
        let database = Database::open(&address.database, Opening::Read, options.patience).await?;
        let objects = Objects::open(&address.objects, &options, None).await?;
        let identity = Identity::read(&database).await?;
        let identity = identity.ok_or_else(|| Error::NoStore { place: place.clone() })?;
        let inner = Inner {
            database,
            objects,
            access: Access::Read,
            identity,
            watch: Watch::default(),
            holder: holder()?,
            memory: Memory::default(),
            sequencer: Mutex::new(None),
            place,
            own_key: own_key(address, &options),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Ends in good order: appends that were taken are finished, leases are given back.
    pub async fn close(self) -> Result<(), Error> {
        // The lock must not be held while waiting.
        let sequencer = self.lock_sequencer().take();
        if let Some((queue, task)) = sequencer {
            drop(queue);
            task.await.map_err(|_| Error::Closed)?;
        }
        self.inner.database.close().await;
        Ok(())
    }

    /// The key that proves the log's checkpoints, to be given to anyone.
    pub fn verifier_key(&self) -> &PublicKey {
        &self.inner.identity.public
    }

    /// A secret of this record for a purpose that is named, the same for every process that writes to it and after
    /// every restart; `None` where it was opened to be read only.
    pub fn secret(&self, purpose: &str) -> Option<[u8; 32]> {
        let root = self.inner.identity.root.as_ref()?;
        let hash = Sha256::new().chain_update(**root).chain_update(purpose).finalize();
        Some(hash.into())
    }

    /// The newest signed checkpoint, as C2SP spells it.
    pub async fn checkpoint(&self) -> Result<String, Error> {
        let seal = Seal::read(&self.inner.database).await?;
        Ok(String::from_utf8_lossy(&seal.note).into_owned())
    }

    /// Where the store is, without passwords.
    pub fn place(&self) -> &str {
        &self.inner.place
    }

    pub(crate) fn database(&self) -> &Database {
        &self.inner.database
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    pub(crate) fn own_key(&self) -> Option<&Path> {
        self.inner.own_key.as_deref()
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.inner.watch
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.inner.memory
    }

    pub(crate) fn holder(&self) -> &str {
        &self.inner.holder
    }

    /// The way to the sequencer.
    pub(crate) fn queue(&self) -> Result<Queue, Error> {
        self.expect_access(Access::Write)?;
        let sequencer = self.lock_sequencer();
        sequencer.as_ref().map(|(queue, _)| queue.clone()).ok_or(Error::Closed)
    }

    /// Whether it was opened to be written to.
    pub fn may_write(&self) -> bool {
        self.inner.access == Access::Write
    }

    pub(crate) fn expect_access(&self, wanted: Access) -> Result<(), Error> {
        if wanted == Access::Write && !self.may_write() {
            return Err(Error::OpenedToRead);
        }
        Ok(())
    }

    fn lock_sequencer(&self) -> std::sync::MutexGuard<'_, Option<(Queue, JoinHandle<()>)>> {
        // Only ever replaced as a whole: a panic cannot leave it half done.
        self.inner.sequencer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn own_key(address: &Address, options: &Options) -> Option<PathBuf> {
    if options.key_file.is_some() {
        return None;
    }
    address.own_folder().map(key::own_key)
}

/// A name for this opening of the store, for leases.
fn holder() -> Result<String, Error> {
    let mut bytes = [0; 4];
    key::fill(&mut bytes)?;
    Ok(format!("{}-{:08x}", std::process::id(), u32::from_be_bytes(bytes)))
}
