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
//! What the tests share.


/// A file or folder of the shared sample data, which is not part of the repository. Where it is
/// absent, the test says so aloud and is passed over.
pub fn shared_data(relative: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
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
