//! Where shared sample data lies, if it is there.

use std::path::{Path, PathBuf};

/// The shared data at a path, or a word on standard error that the test is skipped.
pub(crate) fn shared_data(relative: &str) -> Option<PathBuf> {
    let path = Path::new("../../../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
}
