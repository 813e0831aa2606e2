//! What can be wrong with a log, each in words.

use jiff::Timestamp;
use model::event::EventId;

use crate::Hash;
use crate::checkpoint::{Name, OpenError};
use crate::leaf::LeafError;
use crate::tiles::BundleError;

/// Something that is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is no checkpoint.
    #[error("there is no checkpoint; restore the file `checkpoint` from a backup")]
    NoCheckpoint,
    /// The checkpoint was signed by an unknown key.
    #[error(
        "the checkpoint of {origin} is signed by {}, not by a known key of {origin}; ask its operator \
         by another way whether the key was changed", found.join(", ")
    )]
    SwappedKey {
        /// What the checkpoint calls itself.
        origin: Name,
        /// Who signed it, by name and id.
        found: Vec<String>,
    },
    /// The checkpoint was changed after it was signed, or is none.
    #[error("the checkpoint is not to be believed: {0}")]
    Checkpoint(#[source] OpenError),
    /// A checkpoint of another log.
    #[error("the checkpoint kept by {from} is of {expected}, this log is {found}")]
    OtherLog {
        /// Who kept it.
        from: String,
        /// Its log.
        expected: Name,
        /// This log.
        found: Name,
    },
    /// Less than there was.
    #[error(
        "the log was rolled back: it has {found} entries, the checkpoint kept by {from} has \
         {expected}; entries {found} to {} are lost", expected.saturating_sub(1)
    )]
    RolledBack {
        /// Who kept the checkpoint.
        from: String,
        /// How many entries it covers.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// Another history than was shown before.
    #[error(
        "the log is not the one that {from} was shown: its first {size} entries had the root \
         {expected}, now {found}; entries were changed, or two logs are shown"
    )]
    Forked {
        /// Who kept the checkpoint.
        from: String,
        /// How many entries it covers.
        size: u64,
        /// The root that was shown.
        expected: Hash,
        /// The root that these entries have.
        found: Hash,
    },
    /// A kept checkpoint that nothing can be said about.
    #[error(
        "the checkpoint kept by {from} cannot be compared: not all of its {size} entries are there"
    )]
    Unchecked {
        /// Who kept it.
        from: String,
        /// How many entries it covers.
        size: u64,
    },
    /// A tile or bundle is not there.
    #[error("{0} is missing; restore it from a backup")]
    Missing(String),
    /// A tile or bundle cannot be read.
    #[error("{path} cannot be read: {why}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the store says.
        why: String,
    },
    /// Too much is missing to go on.
    #[error("from entry {0} on nothing was found for long; nothing after it was checked")]
    Ends(u64),
    /// A tile of the wrong length.
    #[error("{path} was changed: it has {found} bytes, not {expected}")]
    TileLength {
        /// Which file.
        path: String,
        /// What its width demands.
        expected: usize,
        /// What it has.
        found: usize,
    },
    /// A bundle that cannot be cut into entries.
    #[error("{path} was changed from entry {number} on: {source}")]
    DamagedBundle {
        /// Which file.
        path: String,
        /// The first entry that cannot be read.
        number: u64,
        /// Why.
        source: BundleError,
    },
    /// A hash in a tile is wrong, the entries below it are right.
    #[error(
        "{path} was changed: its hash {position} over entries {first} to {last} is {found}, not {expected}"
    )]
    EditedTile {
        /// Which file.
        path: String,
        /// Which of its hashes, counted from 0.
        position: usize,
        /// The first entry below it.
        first: u64,
        /// The last.
        last: u64,
        /// What it must be.
        expected: Hash,
        /// What it is.
        found: Hash,
    },
    /// An entry is another than the one that was signed.
    #[error("entry {number} was changed (in {path}): its hash is {found}, not {expected}")]
    EditedEntry {
        /// Which entry.
        number: u64,
        /// In which file.
        path: String,
        /// The hash that was signed.
        expected: Hash,
        /// The hash that it has.
        found: Hash,
    },
    /// Entries and the tile over them were both changed.
    #[error(
        "entries {first} to {last} and the tiles over them ({path}) were changed; one by one it \
         cannot be told which: their root is {found}, not {expected}"
    )]
    Rewritten {
        /// The tile over them.
        path: String,
        /// The first of them.
        first: u64,
        /// The last.
        last: u64,
        /// The root that was signed.
        expected: Hash,
        /// The root that they have.
        found: Hash,
    },
    /// A tile and what is below it differ, and nothing says which is right.
    #[error(
        "{path} and entries {first} to {last} do not fit: the tile has {tile}, the entries give {entries}; \
         which was changed cannot be told"
    )]
    Disagreement {
        /// Which tile.
        path: String,
        /// The first entry below the hash.
        first: u64,
        /// The last.
        last: u64,
        /// The hash in the tile.
        tile: Hash,
        /// The hash of what is below it.
        entries: Hash,
    },
    /// Neither entries nor tiles have the root that was signed.
    #[error(
        "the log is not the one of its checkpoint: {size} entries have the root {found}, the checkpoint \
         says {expected}; entries up to {unchanged} are proved by other checkpoints, something after \
         them was changed, added or left out"
    )]
    Root {
        /// How many entries.
        size: u64,
        /// What was signed.
        expected: Hash,
        /// What the entries give.
        found: Hash,
        /// How many entries a kept checkpoint proves.
        unchanged: u64,
    },
    /// An entry that is no event.
    #[error("entry {number} is no event: {source}")]
    NoEvent {
        /// Which entry.
        number: u64,
        /// Why not.
        source: LeafError,
    },
    /// An entry that says that it stands elsewhere.
    #[error(
        "entry {number} says that it is number {stated}: entries were put in, left out or moved"
    )]
    Moved {
        /// Where it stands.
        number: u64,
        /// Where it says to stand.
        stated: u64,
    },
    /// An entry that says to be known before the one before it.
    #[error(
        "entry {number} is back-dated: it says it was known at {found}, the one before it at {before}"
    )]
    BackDated {
        /// Which entry.
        number: u64,
        /// What it says.
        found: Timestamp,
        /// What the one before it says.
        before: Timestamp,
    },
    /// The same event again.
    #[error("entry {number} is event {id} again, which is entry {first} already")]
    Replayed {
        /// Which entry.
        number: u64,
        /// The first of that event.
        first: u64,
        /// The event.
        id: EventId,
    },
}
