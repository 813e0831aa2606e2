//! From committed rows to an acknowledged checkpoint.

use std::collections::BTreeMap;

use record::checkpoint::{self, Keys, SecretKey};
use record::leaf::Leaf;
use record::tiles::State;

use super::Seal;
use crate::database::Database;
use crate::error::cause;
use crate::objects::Objects;
use crate::{Error, Options, Step, events};

/// The object that holds the newest checkpoint.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// Rows that become tiles at once; bounds what a long catching-up keeps in memory.
const ROWS_AT_ONCE: u32 = 4096;

/// Writes tiles and checkpoints. One of them at a time may do so.
#[derive(Debug)]
pub(crate) struct Publisher {
    database: Database,
    objects: Objects,
    options: Options,
    key: SecretKey,
    keys: Keys,
    /// The log as it was after the last checkpoint; read anew from its tiles where it is not known.
    state: Option<State>,
    /// The size whose checkpoint is known to be the object's.
    shown: Option<u64>,
    /// Where partial tiles lie that have become full.
    superseded: Vec<String>,
}

/// Asked between pieces of long work whether to go on.
pub(crate) trait Permission {
    /// Refuses when the log is another's by now.
    async fn ask(&mut self) -> Result<(), Error>;
}

impl Publisher {
    pub(crate) fn new(
        database: Database,
        objects: Objects,
        options: Options,
        key: SecretKey,
    ) -> Self {
        let keys = Keys::new(vec![key.public()]);
        Self {
            database,
            objects,
            options,
            key,
            keys,
            state: None,
            shown: None,
            superseded: Vec::new(),
        }
    }

    /// Forgets what it knows of the log: something failed, or another went on with it.
    pub(crate) fn forget(&mut self) {
        self.state = None;
        self.shown = None;
    }

    /// Makes all committed rows part of the log. Returns the size that is durable everywhere.
    pub(crate) async fn publish(
        &mut self,
        epoch: i64,
        permission: &mut impl Permission,
    ) -> Result<u64, Error> {
        let done = self.try_publish(epoch, permission).await;
        if done.is_err() {
            self.forget();
        }
        done
    }

    async fn try_publish(
        &mut self,
        epoch: i64,
        permission: &mut impl Permission,
    ) -> Result<u64, Error> {
        let seal = Seal::read(&self.database).await?;
        let begun = !seal.note.is_empty();
        if begun && seal.rows == seal.size && self.shown == Some(seal.size) {
            return Ok(seal.size);
        }
        let before = self.state(&seal).await?;
        if begun && seal.rows == seal.size {
            self.show(seal.size, seal.note).await?;
            self.state = Some(before);
            return Ok(seal.size);
        }
        let (state, superseded) = self.write_tiles(before, seal.rows, permission).await?;
        self.options.step(Step::TilesWritten);
        let note = checkpoint::sign(state.head(), &self.key).into_bytes();
        self.options.step(Step::CheckpointSigned);
        permission.ask().await?;
        seal.replace(&self.database, (state.size(), &note), epoch).await?;
        self.options.step(Step::CheckpointInDatabase);
        self.show(state.size(), note).await?;
        self.options.step(Step::CheckpointInObjects);
        let size = state.size();
        self.state = Some(state);
        self.superseded.extend(superseded);
        Ok(size)
    }

    /// The log as the seal says, from memory or proved from its tiles.
    async fn state(&mut self, seal: &Seal) -> Result<State, Error> {
        if let Some(state) = self.state.take().filter(|state| state.size() == seal.size) {
            return Ok(state);
        }
        if seal.note.is_empty() {
            return Ok(State::default());
        }
        let head = seal.head(&self.keys)?;
        let edge = fetch_edge(&self.objects, head.size).await?;
        State::open(&edge, head)
            .map_err(|source| Error::Log { number: head.size, source: cause(source) })
    }

    async fn write_tiles(
        &self,
        mut state: State,
        rows: u64,
        permission: &mut impl Permission,
    ) -> Result<(State, Vec<String>), Error> {
        let mut superseded = Vec::new();
        while state.size() < rows {
            permission.ask().await?;
            let from = state.size();
            let page = events::unsealed(&self.database, (from, rows), ROWS_AT_ONCE).await?;
            let (next, objects, old) = work(move || extend(&state, from, &page)).await??;
            self.objects.put(objects).await?;
            superseded.extend(old);
            state = next;
        }
        Ok((state, superseded))
    }

    async fn show(&mut self, size: u64, note: Vec<u8>) -> Result<(), Error> {
        self.objects.put(vec![(CHECKPOINT.to_owned(), note)]).await?;
        self.shown = Some(size);
        Ok(())
    }

    /// Removes partial tiles that have become full, as C2SP allows once the checkpoint is durable.
    /// What cannot be removed now is tried again with the next.
    pub(crate) async fn tidy(&mut self) -> Result<(), Error> {
        while let Some(prefix) = self.superseded.last() {
            for name in self.objects.list(prefix).await? {
                self.objects.remove(&name).await?;
            }
            self.superseded.pop();
        }
        Ok(())
    }
}

type Extended = (State, Vec<(String, Vec<u8>)>, Vec<String>);

fn extend(state: &State, from: u64, page: &[events::Stored]) -> Result<Extended, Error> {
    let mut leaves: Vec<Leaf> = Vec::with_capacity(page.len());
    for (number, stored) in (from..).zip(page) {
        if stored.event.number != number {
            return Err(Error::EditedRow { number });
        }
        leaves.push(stored.leaf()?);
    }
    if leaves.is_empty() {
        return Err(Error::EditedRow { number: from });
    }
    let appended = state.append(&leaves);
    Ok((appended.state, appended.objects, appended.superseded))
}

/// The objects at the right edge of a log of `size` entries.
pub(crate) async fn fetch_edge(
    objects: &Objects,
    size: u64,
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let mut found = BTreeMap::new();
    for path in State::edge_paths(size) {
        let whole = path.split_once(".p/").map(|(whole, _)| whole.to_owned());
        for path in std::iter::once(path).chain(whole) {
            if let Some(bytes) = objects.get(&path).await? {
                found.insert(path, bytes);
                break;
            }
        }
    }
    Ok(found)
}

async fn work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Closed)
}
