//! Copying objects: blobs as they are, tiles made anew from rows.

use record::checkpoint::Head;
use record::tiles::State;

use super::{BackupStep, Progress};
use crate::database::Database;
use crate::objects::Objects;
use crate::{BlobId, Error, blobs, events};

/// Blobs that share the syncing of their folders.
const BLOBS_AT_ONCE: usize = 64;
const ROWS_AT_ONCE: u32 = 4096;

/// Copies every blob that is not there yet; says how many there are and which are damaged.
pub(super) async fn copy_blobs(
    from: &Objects,
    to: &Objects,
    progress: Progress<'_>,
) -> Result<(u64, Vec<BlobId>), Error> {
    let (mut count, mut damaged) = (0, Vec::new());
    for byte in 0..=u8::MAX {
        for ids in blobs::list(from, byte).await?.chunks(BLOBS_AT_ONCE) {
            let mut files = Vec::new();
            for id in ids {
                count += 1;
                if !blobs::is_sound(from, *id).await? {
                    damaged.push(*id);
                }
                let name = id.object();
                if to.settle(&name).await? {
                    continue;
                }
                if let Some(file) = from.get_file(&name).await? {
                    files.push((name, file));
                }
            }
            to.put_files(files).await?;
            progress(BackupStep::Blobs(count));
        }
    }
    Ok((count, damaged))
}

/// Makes the log of the rows of a database; it must be the one that was signed.
pub(super) async fn make_tiles(database: &Database, to: &Objects, head: Head) -> Result<(), Error> {
    let mut state = State::default();
    while state.size() < head.size {
        let range = (state.size(), head.size);
        let page = events::unsealed(database, range, ROWS_AT_ONCE).await?;
        let mut leaves = Vec::new();
        for (number, stored) in (state.size()..).zip(&page) {
            if stored.event.number != number {
                return Err(Error::EditedRow { number });
            }
            leaves.push(stored.leaf()?);
        }
        if leaves.is_empty() {
            return Err(Error::EditedRow { number: state.size() });
        }
        let appended = state.append(&leaves);
        // Those of a page's end that the next page makes full are not needed.
        let last = appended.state.size() == head.size;
        let wanted = |path: &str| last || !path.contains(".p/");
        let tiles = appended.objects.into_iter().filter(|(path, _)| wanted(path)).collect();
        to.put(tiles).await?;
        state = appended.state;
    }
    if state.head().root != head.root {
        return Err(Error::ForeignObjects {
            place: database.place().to_owned(),
            reason: "the rows do not have the root that was signed".to_owned(),
        });
    }
    Ok(())
}
