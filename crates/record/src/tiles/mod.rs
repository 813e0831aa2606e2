//! The log as files: tiles of hashes and bundles of entries, as C2SP tlog-tiles lays them out.
//!
//! A tile holds 256 hashes of one level, each over 256 times as much as those of the level below; a
//! bundle holds 256 entries. Full ones never change. The last of each level may be partial and has
//! its width in its path (`tile/0/000.p/7`). [`State`] adds entries and says which files that makes.

mod append;
mod bundle;
mod open;
mod path;
mod read;

pub(crate) use append::root_of_levels;
pub use append::{Appended, State};
pub use bundle::{BundleError, entries};
pub(crate) use bundle::{LARGEST, cut};
pub use open::StateError;
pub use path::{Tile, WIDTH};
pub(crate) use read::find;
pub use read::{TileError, TileNodes, read_bundle, read_tile};

#[cfg(test)]
mod tests;
