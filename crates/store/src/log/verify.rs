//! Verifying: what `record::verify` needs, read from where it is.

use record::{Objects as LogObjects, ReadError};
use tokio::runtime::Handle;

use crate::Store;
use crate::objects::Objects;

/// The log's objects, for functions that wait for each read. To be used on a thread where waiting is
/// allowed (`tokio::task::spawn_blocking`), while the store's runtime runs.
#[derive(Clone, Debug)]
pub struct LogReader {
    objects: Objects,
    runtime: Handle,
}

impl Store {
    /// The log's objects, for `record::verify` and for proofs.
    pub fn log_reader(&self) -> LogReader {
        LogReader { objects: self.objects().clone(), runtime: Handle::current() }
    }
}

impl LogObjects for LogReader {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        self.runtime.block_on(self.objects.get(path)).map_err(Into::into)
    }
}
