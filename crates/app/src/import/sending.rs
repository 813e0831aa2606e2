//! Files that were sent to a server: what came, and recording it from the spool.
//!
//! A file is opened whole, an archive's members come one by one; so many bytes of them as fit into
//! memory are recorded together. What all of a sending may cost is one budget, however it is packed.

use std::io::Read as _;
use std::sync::Arc;

use model::reading::{Place, ReadError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::Store;
use tokio::sync::mpsc;

use super::read::{ReadFile, ReadOptions, budget, read_within};
use super::run::{Request, import};
use super::summary::Summary;
use crate::context::{Caller, Context};
use crate::error::Error;

/// Most bytes of files that are held at once; so much is recorded at a time.
const PART_BYTES: usize = 64 << 20;
/// Most bytes of one file or member, packed or unpacked; all that is unpacked of a sending may be
/// four times that.
const MAX_FILE: u64 = 256 << 20;

/// What a server takes in one sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file as it comes.
    pub file_bytes: u64,
    /// Bytes of all files as they come.
    pub bytes: u64,
    /// Files.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: MAX_FILE, bytes: 1 << 30, files: 1_000 }
    }
}

/// A file that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// Its name, without the folders it lay in.
    pub name: String,
    /// Its name in the spool.
    pub spooled: String,
    /// SHA-256 of its bytes in hexadecimal digits.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// How far the recording of a sending is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Files and members that were read.
    pub files_read: u64,
    /// What is recorded of them.
    pub recorded: Summary,
}

/// Told how far it is; says whether to go on.
pub type Watch<'a> = &'a (dyn Fn(&Done) -> Result<(), Error> + Send + Sync);

/// Records what was sent. What was recorded of it before, by whoever did this and died, is found to
/// be held.
pub async fn record(
    context: &Context,
    caller: &Caller,
    (request, files): (&Request, &[SentFile]),
    watch: Watch<'_>,
) -> Result<Done, Error> {
    let (parts, mut taken) = mpsc::channel::<Part>(1);
    let (store, sent) = (Store::clone(&context.store), files.to_vec());
    let runtime = tokio::runtime::Handle::current();
    let reader = tokio::task::spawn_blocking(move || read_all(&store, &runtime, &sent, &parts));
    let mut done = Done::default();
    while let Some(part) = taken.recv().await {
        match part {
            Part::Read => done.files_read += 1,
            Part::Whole(files) => {
                // Asked before anything is recorded: afterwards it is there.
                watch(&done)?;
                done.recorded.absorb(import(context, caller, request, files).await?);
            }
        }
        watch(&done)?;
    }
    drop(taken);
    let faulty = |source| Error::damaged("files", "what was sent", source);
    reader.await.map_err(faulty)??;
    Ok(done)
}

/// What the reader hands over.
enum Part {
    /// One more was read.
    Read,
    /// So many that they are recorded.
    Whole(Vec<ReadFile>),
}

/// Reads all files, and hands over parts as they become full.
fn read_all(
    store: &Store,
    runtime: &tokio::runtime::Handle,
    sent: &[SentFile],
    parts: &mpsc::Sender<Part>,
) -> Result<(), Error> {
    let options = ReadOptions { max_size: MAX_FILE, ..ReadOptions::default() };
    let mut budget = budget(&options);
    let mut gathered: Vec<ReadFile> = Vec::new();
    let mut bytes = 0;
    for file in sent {
        let content = fetch(store, runtime, file)?;
        let mut each = |read: ReadFile| {
            // Files of one host stay together: their names share a stem.
            let is_other = gathered.last().is_none_or(|last| stem(&last.path) != stem(&read.path));
            if bytes >= PART_BYTES && is_other {
                bytes = 0;
                drop(parts.blocking_send(Part::Whole(std::mem::take(&mut gathered))));
            }
            bytes += read.bytes.len();
            gathered.push(read);
            drop(parts.blocking_send(Part::Read));
        };
        match content {
            Ok(content) => read_within(&file.name, content, (&options, &mut budget), &mut each),
            Err(error) => each(ReadFile {
                path: file.name.clone(),
                bytes: Vec::new(),
                sha256: Sha256::digest(&file.sha256).into(),
                reading: Err(error),
            }),
        }
        // Nobody takes parts any more: whoever asked for it has given up.
        if parts.is_closed() {
            return Ok(());
        }
    }
    drop(parts.blocking_send(Part::Whole(gathered)));
    Ok(())
}

/// The bytes of a file that was sent, or what is wrong with it alone.
fn fetch(
    store: &Store,
    runtime: &tokio::runtime::Handle,
    sent: &SentFile,
) -> Result<Result<Vec<u8>, ReadError>, Error> {
    let gone = || {
        ReadError::new(Place::Whole, "what was sent is not there any more", "send the file again")
    };
    let Some(mut file) = runtime.block_on(store.spooled(&sent.spooled))? else {
        return Ok(Err(gone()));
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|source| Error::damaged("file", "what was sent", source))?;
    let hash = crate::hex(&Sha256::digest(&bytes));
    Ok(if hash == sent.sha256 { Ok(bytes) } else { Err(gone()) })
}

/// What files of one host may share: the folders and the name up to the first `_` or `.`.
fn stem(path: &str) -> (&str, &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, name.split(['_', '.']).next().unwrap_or(""))
}

/// Removes what was sent from the spool.
pub async fn forget(store: &Arc<Store>, files: &[SentFile]) -> Result<(), Error> {
    for file in files {
        store.unspool(&file.spooled).await?;
    }
    Ok(())
}
