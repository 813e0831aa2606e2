//! Taking files as they are sent: to the spool, within limits, never held whole.

use std::sync::Arc;

use store::{SpoolFile, Store};

use super::sending::{Limits, SentFile};
use crate::context::Context;
use crate::error::Error;

/// Files that are being sent. Dropped, what has come of them is gone.
pub struct Intake {
    store: Arc<Store>,
    limits: Limits,
    names: Vec<String>,
    files: Vec<SpoolFile>,
    /// Bytes that may still come.
    left: u64,
}

/// Why what is sent is not taken.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// More files than are taken at once.
    #[error("more than {0} files at once")]
    TooMany(usize),
    /// A file with more bytes than are taken of one.
    #[error("a file has more than {0} bytes")]
    FileTooLarge(u64),
    /// More bytes than are taken at once.
    #[error("what was sent has more than {0} bytes")]
    TooLarge(u64),
    /// It could not be written.
    #[error(transparent)]
    App(#[from] Error),
}

impl Intake {
    /// Begins to take files.
    pub fn begin(context: &Context, limits: Limits) -> Self {
        let store = Arc::clone(&context.store);
        Self { store, limits, names: Vec::new(), files: Vec::new(), left: limits.bytes }
    }

    /// Begins the next file. Of its name only the last part is kept.
    pub async fn file(&mut self, name: &str) -> Result<(), IntakeError> {
        if self.files.len() >= self.limits.files {
            return Err(IntakeError::TooMany(self.limits.files));
        }
        self.files.push(self.store.spool().await.map_err(Error::from)?);
        self.names.push(plain_name(name));
        Ok(())
    }

    /// Adds bytes to the file that was begun last.
    pub async fn bytes(&mut self, bytes: &[u8]) -> Result<(), IntakeError> {
        let Some(file) = self.files.last_mut() else { return Ok(()) };
        let length = bytes.len() as u64;
        if file.length() + length > self.limits.file_bytes {
            return Err(IntakeError::FileTooLarge(self.limits.file_bytes));
        }
        let Some(left) = self.left.checked_sub(length) else {
            return Err(IntakeError::TooLarge(self.limits.bytes));
        };
        self.left = left;
        Ok(file.write(bytes).await.map_err(Error::from)?)
    }

    /// All has come: the files are durable when this returns, and wait for the job that reads them.
    pub async fn end(self) -> Result<Vec<SentFile>, IntakeError> {
        let kept = self.store.keep_spooled(self.files).await.map_err(Error::from)?;
        let sent = self.names.into_iter().zip(kept).map(|(name, kept)| SentFile {
            name,
            spooled: kept.name,
            sha256: kept.content.to_string(),
            bytes: kept.length,
        });
        Ok(sent.collect())
    }
}

/// The last part of a file's name: where it lay on the sender's machine is not ours to know.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.trim_matches('.').is_empty() { "file".to_owned() } else { clean }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_sent_files_name_holds_no_path() {
        assert_eq!(plain_name("C:\\Users\\jo\\ward 7.txt"), "ward 7.txt");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name(".."), "file");
        assert_eq!(plain_name("a\r\nb"), "ab");
    }
}
