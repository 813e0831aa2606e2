//! Replaces the compiled knowledge so that a reader, at any instant, finds a whole file.
//!
//! The new file is built beside the old one, synced, and proved readable by the caller before
//! anything else happens. The old one then gets a second name (`NAME.previous`, a hard link or a
//! copy), and one rename puts the new one in its place. Killed between any two steps, `NAME` is
//! the old file or the new one; what is left lying about is overwritten by the next run.

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::durable;

/// What a callback may fail with.
pub type CallbackError = Box<dyn Error + Send + Sync>;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The new file's size.
    pub bytes: u64,
    /// Where the old file is kept, if there was one.
    pub previous: Option<PathBuf>,
}

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceStep {
    /// Write the new file beside.
    Build,
    /// Make it last.
    Sync,
    /// Have it read.
    Prove,
    /// Give the old file its second name, under a passing name.
    KeepOld,
    /// Make that name `NAME.previous`.
    NamePrevious,
    /// Put the new file in its place.
    Rename,
    /// Make the renames last.
    SyncFolder,
}

impl ReplaceStep {
    /// All steps, in their order.
    pub const ALL: [Self; 7] = [
        Self::Build,
        Self::Sync,
        Self::Prove,
        Self::KeepOld,
        Self::NamePrevious,
        Self::Rename,
        Self::SyncFolder,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Sync => "write out",
            Self::Prove => "read back",
            Self::KeepOld | Self::NamePrevious => "keep the old file of",
            Self::Rename => "put in place",
            Self::SyncFolder => "write out the folder of",
        }
    }
}

/// Why the file was not replaced. The old one is in its place, except after
/// [`ReplaceStep::SyncFolder`], where the new one already is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// A step failed.
    #[error("could not {} {}; {}", .step.words(), .path.display(), remedy(*.step))]
    Step {
        /// Which one.
        step: ReplaceStep,
        /// The file to be replaced.
        path: PathBuf,
        /// Why.
        #[source]
        source: CallbackError,
    },
    /// Someone else replaces it now.
    #[error("another run replaces {} now; wait for it to end", .0.display())]
    Busy(PathBuf),
}

fn remedy(step: ReplaceStep) -> &'static str {
    match step {
        ReplaceStep::Build | ReplaceStep::Prove => "the old file is untouched",
        ReplaceStep::SyncFolder => "the new file is in place, but may be lost if power fails now",
        _ => {
            "check space and rights of the folder, and on Windows that no other wardround has the file open; the old file is untouched"
        }
    }
}

/// Returns where the old file of `target` is kept.
pub fn previous_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".previous");
    target.with_file_name(name)
}

/// Builds a new `target` and puts it in the old one's place once `prove` has read it.
pub fn replace(
    target: &Path,
    build: impl FnOnce(&Path) -> Result<(), CallbackError>,
    prove: impl FnOnce(&Path) -> Result<(), CallbackError>,
) -> Result<Replaced, ReplaceError> {
    replace_watched(target, build, prove, &mut |_| Ok(()))
}

/// Does the same and asks `watch` before each step; an error there fails the step.
pub fn replace_watched(
    target: &Path,
    build: impl FnOnce(&Path) -> Result<(), CallbackError>,
    prove: impl FnOnce(&Path) -> Result<(), CallbackError>,
    watch: &mut dyn FnMut(ReplaceStep) -> io::Result<()>,
) -> Result<Replaced, ReplaceError> {
    let failed = |step| move |source| ReplaceError::Step { step, path: target.to_owned(), source };
    let fresh = durable::beside(target, "new");
    let kept = durable::beside(target, "old");
    let lock = durable::lock(&durable::beside(target, "lock"))
        .map_err(|e| failed(ReplaceStep::Build)(e.into()))?;
    let Some(_lock) = lock else { return Err(ReplaceError::Busy(target.to_owned())) };

    let work = || -> Result<Replaced, ReplaceError> {
        let mut step = |step, act: &mut dyn FnMut() -> Result<(), CallbackError>| {
            watch(step).map_err(CallbackError::from).and_then(|()| act()).map_err(failed(step))
        };
        let (mut build, mut prove) = (Some(build), Some(prove));
        let mut once = |path: &Path| build.take().map_or(Ok(()), |build| build(path));
        step(ReplaceStep::Build, &mut || {
            durable::remove(&fresh)?;
            once(&fresh)
        })?;
        // Windows syncs only through a handle that may write.
        step(ReplaceStep::Sync, &mut || {
            Ok(File::options().write(true).open(&fresh)?.sync_all()?)
        })?;
        step(ReplaceStep::Prove, &mut || prove.take().map_or(Ok(()), |prove| prove(&fresh)))?;
        let previous = previous_of(target);
        let had_one = fs::symlink_metadata(target).is_ok();
        step(ReplaceStep::KeepOld, &mut || if had_one { keep(target, &kept) } else { Ok(()) })?;
        step(ReplaceStep::NamePrevious, &mut || {
            if had_one { Ok(fs::rename(&kept, &previous)?) } else { Ok(()) }
        })?;
        step(ReplaceStep::Rename, &mut || Ok(fs::rename(&fresh, target)?))?;
        step(ReplaceStep::SyncFolder, &mut || Ok(durable::sync_folder_of(target)?))?;
        let bytes = fs::metadata(target)
            .map_err(|error| failed(ReplaceStep::SyncFolder)(error.into()))?
            .len();
        Ok(Replaced { bytes, previous: had_one.then_some(previous) })
    };
    let outcome = work();
    if outcome.is_err() {
        // Tidying up is a courtesy: the next run overwrites both, and the error matters more.
        let _ = durable::remove(&fresh);
        let _ = durable::remove(&kept);
    }
    outcome
}

/// Gives `target` the second name `kept`, or copies it where the file system has no links.
fn keep(target: &Path, kept: &Path) -> Result<(), CallbackError> {
    durable::remove(kept)?;
    if fs::hard_link(target, kept).is_err() {
        fs::copy(target, kept)?;
        File::options().write(true).open(kept)?.sync_all()?;
    }
    Ok(())
}
