//! Taking up the log of a store when it is opened: whose it is, whether database and objects belong
//! together, and what a crash has left undone.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use record::checkpoint::{self, Keys, Name, PublicKey, SecretKey};
use record::tiles::State;
use sqlx::Row as _;
use zeroize::Zeroizing;

use super::publish::{CHECKPOINT, Publisher, fetch_edge};
use super::seal::Seal;
use super::sequencer::{LEASE, Sequencer, Turn};
use crate::database::{Database, Engine};
use crate::error::cause;
use crate::guard::Guard;
use crate::lease::{self, Watch};
use crate::objects::Objects;
use crate::{Address, Error, Options, key};

/// Who signs a store's log.
pub(crate) struct Identity {
    pub(crate) public: PublicKey,
    /// What follows from the signing key, where that is at hand: the root of other secrets.
    pub(crate) root: Option<Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("public", &self.public).finish_non_exhaustive()
    }
}

const VERIFIER: &str = "log.verifier_key";

impl Identity {
    /// The key that proves the log of a store, as the store remembers it.
    pub(crate) async fn read(database: &Database) -> Result<Option<Self>, Error> {
        const SELECT: &str = "SELECT value FROM setting WHERE name = $1";
        let row = sqlx::query(SELECT).bind(VERIFIER).fetch_optional(database.reader()).await;
        let text = row.and_then(|row| row.map(|row| row.try_get::<String, _>(0)).transpose());
        let text = text.map_err(|source| database.fault("reading the verifier key", source))?;
        let read = |text: String| {
            let public = text.parse();
            public.map(|public| Self { public, root: None }).map_err(|source| Error::Database {
                doing: "reading the verifier key",
                source: cause(source),
            })
        };
        text.map(read).transpose()
    }

    /// Remembers the key of a new store; of several that do so at once the first counts.
    async fn keep(database: &Database, key: &PublicKey) -> Result<(), Error> {
        const INSERT: &str = "INSERT INTO setting (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO NOTHING";
        let mut transaction = database.begin().await?;
        let statement = sqlx::query(INSERT).bind(VERIFIER).bind(key.to_string());
        transaction.execute("keeping the verifier key", statement).await?;
        transaction.commit().await
    }
}

/// Makes a store's log ready to be continued, and finishes what a crash left undone.
pub(crate) async fn take_up(
    database: Database,
    objects: Objects,
    (address, options): (&Address, &Options),
    (watch, holder, guard): (Watch, String, Option<Arc<Guard>>),
) -> Result<(Sequencer, Identity), Error> {
    Seal::begin(&database).await?;
    let (key, identity) = signing_key(&database, address, options).await?;
    let keys = Keys::new(vec![identity.public.clone()]);
    belong_together(&database, &objects, address, &keys).await?;
    let turn = Turn {
        database: database.clone(),
        options: options.clone(),
        watch,
        holder,
        lease: None,
        asked: None,
    };
    let publisher = Publisher::new(database.clone(), objects, options.clone(), key);
    let mut sequencer =
        Sequencer { database, options: options.clone(), publisher, turn, _guard: guard };
    sequencer.turn.take_first().await?;
    sequencer.seal().await?;
    Ok((sequencer, identity))
}

impl Turn {
    /// In a folder the lock has been taken, so whoever had the lease is dead; elsewhere it is taken
    /// only if it is free.
    async fn take_first(&mut self) -> Result<(), Error> {
        if self.database.engine() == Engine::Postgres {
            return self.try_take().await;
        }
        let mut transaction = self.database.begin().await?;
        let lease = lease::seize(&mut transaction, (LEASE, &self.holder)).await?;
        let lease = lease.ok_or(Error::LeaseLost)?;
        Seal::fence(&mut transaction, lease.epoch()).await?;
        transaction.commit().await?;
        self.lease = Some(lease);
        Ok(())
    }
}

/// The key of this log. A new store makes one, or takes the one that lies where it should.
async fn signing_key(
    database: &Database,
    address: &Address,
    options: &Options,
) -> Result<(SecretKey, Identity), Error> {
    let path = key::place(address, options)?;
    let present = work(&path, key::read).await?;
    let (known, key) = match (Identity::read(database).await?, present) {
        (Some(known), Some(key)) => (known, key),
        (Some(_), None) => {
            let source = cause("it is not there, and this log has been begun with a key");
            return Err(Error::KeyUnreadable { path, source });
        }
        (None, present) => {
            let key = if let Some(key) = present {
                key
            } else {
                let name = name(options)?;
                work(&path, move |path| key::make(path, name)).await?
            };
            Identity::keep(database, &key.public()).await?;
            let known = Identity::read(database).await?;
            (known.unwrap_or(Identity { public: key.public(), root: None }), key)
        }
    };
    if known.public != key.public() {
        return Err(Error::OtherKey { path, expected: known.public.to_string() });
    }
    let root = Some(key.derive("root"));
    Ok((key, Identity { root, ..known }))
}

/// The name of a new log: as asked for, or made up so that no two logs have the same.
fn name(options: &Options) -> Result<Name, Error> {
    let text = if let Some(origin) = &options.origin {
        origin.clone()
    } else {
        let mut bytes = [0; 8];
        key::fill(&mut bytes)?;
        format!("wardround.invalid/{:016x}", u64::from_be_bytes(bytes))
    };
    text.parse()
        .map_err(|source| Error::Database { doing: "naming the log", source: cause(source) })
}

/// Proves that the objects are those of this database, and that neither is older than the other in
/// a way that no crash can bring about.
async fn belong_together(
    database: &Database,
    objects: &Objects,
    address: &Address,
    keys: &Keys,
) -> Result<(), Error> {
    let foreign =
        |reason: String| Error::ForeignObjects { place: address.objects.to_string(), reason };
    // The object first: it never gets ahead of a checkpoint in the database that is read later.
    let shown = objects.get(CHECKPOINT).await?;
    let seal = Seal::read(database).await?;
    if let Some(note) = shown {
        let shown = checkpoint::open(&note, keys).map_err(|error| foreign(error.to_string()))?.head;
        if shown.size > seal.size {
            return Err(Error::RolledBack {
                place: database.place().to_owned(),
                promised: shown.size,
                present: seal.size,
            });
        }
        if shown.size == seal.size && shown != seal.head(keys)? {
            return Err(foreign("their checkpoint has another root".to_owned()));
        }
    }
    if seal.note.is_empty() {
        return Ok(());
    }
    // Another server may go on meanwhile: what the newest checkpoint needs may be full tiles by then,
    // which stand in for the partial ones.
    let head = seal.head(keys)?;
    let edge = fetch_edge(objects, head.size).await?;
    State::open(&edge, head).map(|_| ()).map_err(|error| foreign(error.to_string()))
}

async fn work<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || work(&path)).await.map_err(|_| Error::Closed)?
}
