//! Where the shared sample data lies, for tests that read it.

use std::path::{Path, PathBuf};

#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
/// A file or folder of the shared sample data; says so aloud and gives none where it is absent.
pub(crate) fn shared_data(rel: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(rel);
    if !path.exists() {
        eprintln!("SKIPPED: {rel} needs ../shared/data");
        return None;
    }
    Some(path)
}
