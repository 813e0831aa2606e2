//! Taking a backup while the store is used.

use std::path::{Path, PathBuf};
use std::{fs, io};

use record::checkpoint::Keys;

use super::{BackupStep, Copied, LABEL, LAYOUT, Progress, objects, rows, unusable};
use crate::address::{DatabaseAddress, ObjectsAddress};
use crate::database::{Database, Opening, record_file};
use crate::log::{self, CHECKPOINT, Seal};
use crate::objects::{Objects, make_folder, of_file, sync_folder};
use crate::{Error, Options, Store, key};

impl Store {
    /// Takes a backup into a folder that does not exist yet, while the store is used. The key goes
    /// with it if the store keeps its key itself; a key that was given by its path is yours to keep.
    pub async fn backup(&self, to: &Path, progress: Progress<'_>) -> Result<Copied, Error> {
        if to.try_exists().map_err(|source| of_file(to, source))? {
            return Err(unusable(to, "it exists already"));
        }
        let partial = partial(to)?;
        clear(&partial)?;
        make_folder(&partial)?;
        fs::write(partial.join(UNFINISHED), LAYOUT).map_err(|source| of_file(&partial, source))?;
        progress(BackupStep::Begun);
        let copied = self.copy_into(&partial, progress).await?;
        progress(BackupStep::Verified);
        let label = format!("{LAYOUT}\n{} events, {} blobs\n", copied.events, copied.blobs);
        let seal = partial.join(LABEL);
        write_synced(&seal, label.as_bytes()).map_err(|source| of_file(&seal, source))?;
        let unfinished = partial.join(UNFINISHED);
        fs::remove_file(&unfinished).map_err(|source| of_file(&unfinished, source))?;
        sync_folder(&partial)?;
        fs::rename(&partial, to).map_err(|source| of_file(to, source))?;
        sync_folder(to.parent().unwrap_or(Path::new(".")))?;
        progress(BackupStep::Done);
        Ok(copied)
    }

    async fn copy_into(&self, folder: &Path, progress: Progress<'_>) -> Result<Copied, Error> {
        let options = Options::default();
        let address = DatabaseAddress::Folder(folder.to_owned());
        let target = Database::open(&address, Opening::Write, options.patience).await?;
        let place = ObjectsAddress::Folder(folder.to_owned());
        let kept = Objects::open(&place, &options, None).await?;
        let keys = Keys::new(vec![self.verifier_key().clone()]);

        let mut snapshot = self.database().begin_snapshot().await?;
        let seal = Seal::read_in(&mut snapshot).await?;
        let head = seal.head(&keys)?;
        let mut transaction = target.begin().await?;
        let schema = self.database().schema().await?;
        rows::copy(&mut snapshot, &mut transaction, (schema, head.size), progress).await?;
        transaction.commit().await?;
        // Ended, so that the database need not keep old rows for us any longer.
        snapshot.commit().await?;
        progress(BackupStep::RowsCommitted);
        // Blobs are put before events name them: those of the snapshot are all there by now.
        let (blobs, damaged) = objects::copy_blobs(self.objects(), &kept, progress).await?;
        objects::make_tiles(&target, &kept, head).await?;
        progress(BackupStep::Tiles);
        if let Some(own) = self.own_key().filter(|own| own.is_file()) {
            key::copy(own, &key::own_key(folder))?;
            progress(BackupStep::Key);
        }
        kept.put(vec![(CHECKPOINT.to_owned(), seal.note)]).await?;
        progress(BackupStep::Checkpoint);
        let verification = log::verify(&target, &kept, keys, Vec::new()).await?;
        // One plain file: a backup can then be read from where nothing can be written.
        target.make_plain().await?;
        target.close().await;
        let file = record_file(folder);
        fs::File::open(&file)
            .and_then(|file| file.sync_all())
            .map_err(|source| of_file(&file, source))?;
        Ok(Copied { events: head.size, blobs, damaged, verification })
    }
}

/// The file in a folder that says that a backup in it is not finished.
const UNFINISHED: &str = "UNFINISHED";

/// Where a backup is made before it gets its name.
fn partial(to: &Path) -> Result<PathBuf, Error> {
    let Some(name) = to.file_name() else { return Err(unusable(to, "it is no name of a folder")) };
    let mut name = name.to_owned();
    name.push(".unfinished");
    Ok(to.with_file_name(name))
}

/// Removes what an earlier backup that was killed has left, and nothing else.
fn clear(partial: &Path) -> Result<(), Error> {
    let wrong = |source| of_file(partial, source);
    if !partial.try_exists().map_err(wrong)? {
        return Ok(());
    }
    let ours = partial.join(UNFINISHED).exists();
    let empty = fs::read_dir(partial).map_err(wrong)?.next().is_none();
    if !ours && !empty {
        return Err(unusable(partial, "it is in the way and was not left by a backup"));
    }
    fs::remove_dir_all(partial).map_err(wrong)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()
}
