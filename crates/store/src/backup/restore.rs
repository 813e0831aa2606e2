//! Restoring a backup into an empty place, on either engine.

use std::path::Path;
use std::sync::Arc;

use record::checkpoint::Keys;

use super::{BackupStep, Copied, LABEL, LAYOUT, Progress, objects, rows, unusable};
use crate::address::{DatabaseAddress, ObjectsAddress};
use crate::database::{Database, Opening, Transaction};
use crate::guard::Guard;
use crate::log::{self, CHECKPOINT, Identity, Seal};
use crate::objects::{Objects, make_folder, of_file};
use crate::{Access, Address, Error, Options, Store, key};

impl Store {
    /// Restores a backup into a place that holds no record. If it is killed, doing it again finishes
    /// it. The store is not opened.
    pub async fn restore(
        from: &Path,
        to: &Address,
        options: &Options,
        progress: Progress<'_>,
    ) -> Result<Copied, Error> {
        let backup = Backup::open(from, options).await?;
        let guard = match &to.database {
            DatabaseAddress::Postgres(_) => None,
            DatabaseAddress::Folder(folder) => {
                if super::is_backup(folder) {
                    return Err(Error::NotEmpty { place: to.to_string() });
                }
                make_folder(folder)?;
                Some(Arc::new(Guard::take(folder)?))
            }
        };
        let target = Database::open(&to.database, Opening::Write, options.patience).await?;
        let kept = Objects::open(&to.objects, options, guard).await?;
        let done = is_restored(&target, &backup, to).await?;
        progress(BackupStep::Begun);

        let (blobs, damaged) = objects::copy_blobs(&backup.objects, &kept, progress).await?;
        let mut snapshot = backup.database.begin_snapshot().await?;
        let seal = Seal::read_in(&mut snapshot).await?;
        let head = seal.head(&backup.keys)?;
        if !done {
            // All rows or none: until they are committed the place holds no record.
            let mut transaction = target.begin().await?;
            clear(&mut transaction).await?;
            let schema = backup.database.schema().await?;
            rows::copy(&mut snapshot, &mut transaction, (schema, head.size), progress).await?;
            transaction.commit().await?;
            progress(BackupStep::RowsCommitted);
        }
        snapshot.commit().await?;
        objects::make_tiles(&target, &kept, head).await?;
        progress(BackupStep::Tiles);
        // After the rows: a key without its record would begin a second log under the same name.
        let own = key::own_key(from);
        if own.try_exists().map_err(|source| of_file(&own, source))? {
            let place = key::place(to, options)?;
            make_folder(place.parent().unwrap_or(Path::new(".")))?;
            key::copy(&own, &place)?;
            progress(BackupStep::Key);
        }
        kept.put(vec![(CHECKPOINT.to_owned(), seal.note)]).await?;
        progress(BackupStep::Checkpoint);
        let verification = log::verify(&target, &kept, backup.keys.clone(), Vec::new()).await?;
        progress(BackupStep::Verified);
        target.close().await;
        backup.database.close().await;
        progress(BackupStep::Done);
        Ok(Copied { events: head.size, blobs, damaged, verification })
    }
}

/// A backup that is open to be read.
struct Backup {
    database: Database,
    objects: Objects,
    keys: Keys,
}

impl Backup {
    async fn open(folder: &Path, options: &Options) -> Result<Self, Error> {
        let label = folder.join(LABEL);
        let text = std::fs::read_to_string(&label)
            .map_err(|_| unusable(folder, "it is no backup, or one that was not finished"))?;
        if text.lines().next() != Some(LAYOUT) {
            return Err(unusable(folder, "it is a backup of a later version of Wardround"));
        }
        let options = Options { access: Access::Read, ..options.clone() };
        let address = DatabaseAddress::Folder(folder.to_owned());
        let database = Database::open(&address, Opening::ReadEarlier, options.patience).await?;
        let place = ObjectsAddress::Folder(folder.to_owned());
        let objects = Objects::open(&place, &options, None).await?;
        let identity = Identity::read(&database).await?;
        let identity =
            identity.ok_or_else(|| unusable(folder, "it says nothing of its log's key"))?;
        Ok(Self { database, objects, keys: Keys::new(vec![identity.public]) })
    }
}

/// Whether the rows of this very backup are there already; refuses any other record.
async fn is_restored(target: &Database, backup: &Backup, to: &Address) -> Result<bool, Error> {
    let Some(identity) = Identity::read(target).await? else { return Ok(false) };
    let ours = backup.keys.iter().any(|key| *key == identity.public);
    let present = Seal::read(target).await?;
    let wanted = Seal::read(&backup.database).await?;
    if ours && present.size == wanted.size && present.note == wanted.note {
        return Ok(true);
    }
    if ours && present.rows == 0 {
        // Opened once with this key, and never used.
        return Ok(false);
    }
    Err(Error::NotEmpty { place: to.to_string() })
}

/// Takes away what opening an empty store has begun.
async fn clear(transaction: &mut Transaction) -> Result<(), Error> {
    const CLEAR: [&str; 14] = [
        "DELETE FROM setting",
        "DELETE FROM head",
        "DELETE FROM seal",
        "DELETE FROM projection",
        "DELETE FROM projection_space",
        "DELETE FROM account",
        "DELETE FROM credential",
        "DELETE FROM session",
        "DELETE FROM token",
        "DELETE FROM attempt",
        "DELETE FROM passkey",
        "DELETE FROM linked",
        "DELETE FROM ceremony",
        "DELETE FROM request",
    ];
    for text in CLEAR {
        transaction.execute("emptying the place", sqlx::query(text)).await?;
    }
    Ok(())
}
