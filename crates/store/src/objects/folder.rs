//! Objects in a folder: written beside, synced, renamed, the folder synced.
//!
//! `object_store` has a backend for folders, but it does not sync: what it acknowledged can be gone
//! after a power cut. So this one is ours.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::NamedTempFile;

use super::fault::of_file;
use super::names;
use crate::guard::Guard;
use crate::{Access, Error};

/// A folder of objects. Clones are the same folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    root: Arc<Root>,
}

#[derive(Debug)]
struct Root {
    path: PathBuf,
    /// Held by whatever is being written, also after the store has been dropped.
    _guard: Option<Arc<Guard>>,
}

/// Where files are written before they get their name.
const BESIDE: &str = ".new";

impl Folder {
    pub(super) async fn open(
        path: PathBuf,
        access: Access,
        guard: Option<Arc<Guard>>,
    ) -> Result<Self, Error> {
        let folder = Self { root: Arc::new(Root { path, _guard: guard }) };
        if access == Access::Write {
            folder.run(|root| make_folder(&root.join(BESIDE))).await?;
        }
        Ok(folder)
    }

    pub(super) async fn put(&self, objects: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        self.run(move |root| {
            let mut folders = BTreeSet::new();
            for (name, bytes) in &objects {
                let mut file = new_file(root)?;
                file.write_all(bytes).map_err(|source| of_file(file.path(), source))?;
                place(root, file, name, &mut folders)?;
            }
            sync(&folders)
        })
        .await
    }

    pub(super) async fn put_files(&self, files: Vec<(String, File)>) -> Result<(), Error> {
        self.run(move |root| {
            let mut folders = BTreeSet::new();
            for (name, mut from) in files {
                let mut file = new_file(root)?;
                io::Seek::rewind(&mut from)
                    .and_then(|()| io::copy(&mut from, &mut file))
                    .map_err(|source| of_file(file.path(), source))?;
                place(root, file, &name, &mut folders)?;
            }
            sync(&folders)
        })
        .await
    }

    pub(super) async fn new_file(&self) -> Result<NamedTempFile, Error> {
        self.run(new_file).await
    }

    pub(super) async fn place_files(
        &self,
        files: Vec<(String, NamedTempFile)>,
    ) -> Result<(), Error> {
        self.run(move |root| {
            let mut folders = BTreeSet::new();
            for (name, file) in files {
                place(root, file, &name, &mut folders)?;
            }
            sync(&folders)
        })
        .await
    }

    /// Whoever renamed it may not have synced its folder yet.
    pub(super) async fn settle(&self, name: &str) -> Result<bool, Error> {
        let name = name.to_owned();
        self.run(move |root| {
            let path = path(root, &name)?;
            if !path.try_exists().map_err(|source| of_file(&path, source))? {
                return Ok(false);
            }
            let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
            sync(&folders.map(Path::to_owned).collect())?;
            Ok(true)
        })
        .await
    }

    pub(super) async fn exists(&self, name: &str) -> Result<bool, Error> {
        let name = name.to_owned();
        self.run(move |root| {
            let path = path(root, &name)?;
            path.try_exists().map_err(|source| of_file(&path, source))
        })
        .await
    }

    pub(super) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let name = name.to_owned();
        self.run(move |root| {
            let path = path(root, &name)?;
            present(fs::read(&path)).map_err(|source| of_file(&path, source))
        })
        .await
    }

    pub(super) async fn get_file(&self, name: &str) -> Result<Option<File>, Error> {
        let name = name.to_owned();
        self.run(move |root| {
            let path = path(root, &name)?;
            present(File::open(&path)).map_err(|source| of_file(&path, source))
        })
        .await
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let prefix = prefix.trim_end_matches('/').to_owned();
        self.run(move |root| {
            let mut found = Vec::new();
            let mut open = vec![(path(root, &prefix)?, prefix)];
            while let Some((folder, name)) = open.pop() {
                let Some(entries) =
                    present(fs::read_dir(&folder)).map_err(|source| of_file(&folder, source))?
                else {
                    continue;
                };
                for entry in entries {
                    let entry = entry.map_err(|source| of_file(&folder, source))?;
                    let kind = entry.file_type().map_err(|source| of_file(&folder, source))?;
                    let Ok(part) = entry.file_name().into_string() else { continue };
                    let name = format!("{name}/{part}");
                    if kind.is_dir() {
                        open.push((entry.path(), name));
                    } else {
                        found.push(name);
                    }
                }
            }
            found.sort_unstable();
            Ok(found)
        })
        .await
    }

    pub(super) async fn remove(&self, name: &str) -> Result<(), Error> {
        let name = name.to_owned();
        self.run(move |root| {
            let path = path(root, &name)?;
            present(fs::remove_file(&path)).map_err(|source| of_file(&path, source))?;
            // A folder that is empty now goes too; one that is not stays, and that is fine.
            if let Some(folder) = path.parent().filter(|folder| *folder != root) {
                drop(fs::remove_dir(folder));
            }
            Ok(())
        })
        .await
    }

    /// Removes what a process that died left half written. Only while nobody else writes here.
    pub(crate) async fn sweep(&self) -> Result<(), Error> {
        self.run(|root| {
            let beside = root.join(BESIDE);
            let wrong = |source| of_file(&beside, source);
            for entry in fs::read_dir(&beside).map_err(wrong)? {
                fs::remove_file(entry.map_err(wrong)?.path()).map_err(wrong)?;
            }
            Ok(())
        })
        .await
    }

    /// Runs what waits for the disk where waiting is allowed.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let root = Arc::clone(&self.root);
        let done = tokio::task::spawn_blocking(move || work(&root.path)).await;
        let path = self.root.path.clone();
        done.map_err(|source| Error::File { path, source: io::Error::other(source).into() })?
    }
}

/// Makes a folder, for this user's eyes only, and makes it and those above it last.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        // Another process was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
        other => other.map_err(|source| of_file(folder, source))?,
    }
    sync_folder(folder.parent().unwrap_or(folder))
}

/// Makes what was created, renamed or removed in a folder last, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    // Only Unix lets a folder be opened as a file; elsewhere the file system's journal does it.
    if cfg!(unix) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|source| of_file(folder, source))?;
    }
    Ok(())
}

fn new_file(root: &Path) -> Result<NamedTempFile, Error> {
    let beside = root.join(BESIDE);
    NamedTempFile::new_in(&beside).map_err(|source| of_file(&beside, source))
}

/// Gives a file its name. The folders to sync are gathered, so that many files share a sync.
fn place(
    root: &Path,
    file: NamedTempFile,
    name: &str,
    folders: &mut BTreeSet<PathBuf>,
) -> Result<(), Error> {
    let path = path(root, name)?;
    file.as_file().sync_all().map_err(|source| of_file(&path, source))?;
    let folder = path.parent().unwrap_or(root);
    make_folder(folder)?;
    file.persist(&path).map_err(|error| of_file(&path, error.error))?;
    folders.insert(folder.to_owned());
    Ok(())
}

fn sync(folders: &BTreeSet<PathBuf>) -> Result<(), Error> {
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

fn path(root: &Path, name: &str) -> Result<PathBuf, Error> {
    names::check(name)?;
    Ok(root.join(name))
}

/// `None` where there is no such file.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}
