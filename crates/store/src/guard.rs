//! One writer for one folder: a lock file that the operating system lets go when its holder dies.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::Error;
use crate::objects::of_file;

/// Held while a store's folder is written; every piece of work that may outlive the store holds a
/// share of it.
#[derive(Debug)]
pub(crate) struct Guard {
    file: File,
}

/// Let go by name and not only by closing: a child that is being started at this moment holds a copy
/// of the open file, and with it the lock, until it runs its own program.
impl Drop for Guard {
    fn drop(&mut self) {
        // Where it cannot be let go by name, closing does it.
        let _ = self.file.unlock();
    }
}

impl Guard {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("lock");
        let wrong = |source| of_file(&path, source);
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(wrong)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::InUse {
                    place: folder.display().to_string(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(wrong(source)),
        }
        // Who holds it is said for people only; the lock itself is the system's.
        file.set_len(0).and_then(|()| file.rewind()).map_err(wrong)?;
        writeln!(file, "{}", std::process::id()).map_err(wrong)?;
        Ok(Self { file })
    }
}

fn holder(file: &mut File) -> Option<String> {
    let mut text = String::new();
    // Some systems let nobody read a locked file.
    file.take(32).read_to_string(&mut text).ok()?;
    let number: u32 = text.trim().parse().ok()?;
    Some(format!("process {number}"))
}
