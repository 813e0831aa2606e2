//! What the tests of readers share.

use std::path::PathBuf;

/// A file or folder of the shared sample data, or `None`, said aloud, where it is absent.
pub fn shared_data(relative: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(relative);
    if path.exists() {
        Some(path)
    } else {
        eprintln!("SKIPPED: {relative} needs ../shared/data");
        None
    }
}
