//! What the tests of readers share.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![expect(clippy::print_stderr, reason = "a skipped test must say so")]

use std::path::{Path, PathBuf};

/// A file or folder of the shared sample data, which is not part of the repository. Where it is
/// absent, the test says so aloud and is passed over.
pub(crate) fn shared_data(relative: &str) -> Option<PathBuf> {
    let path = Path::new("../../../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
}
