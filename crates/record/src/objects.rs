//! Where tiles, bundles and the checkpoint are read from: a folder, a bucket, a map in a test.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

/// Named bytes. What stands behind it is the caller's matter; this crate asks for the paths of C2SP
/// tlog-tiles (`checkpoint`, `tile/0/x001/234`, `tile/entries/000.p/7`) and never for another.
pub trait Objects {
    /// The bytes of an object, or `None` where there is no such object.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError>;
}

/// Why an object could not be read, other than that it is not there.
pub type ReadError = Box<dyn std::error::Error + Send + Sync>;

impl<T: Objects + ?Sized> Objects for &T {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        (**self).read(path)
    }
}

impl Objects for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.get(path).cloned())
    }
}

impl<S: BuildHasher> Objects for HashMap<String, Vec<u8>, S> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.get(path).cloned())
    }
}
