//! Where the tests find the sample data that lives beside the repository.

use std::path::PathBuf;

#[expect(clippy::print_stderr, reason = "a skipped test says so aloud")]
/// The path of a sample below `../shared/data`, or `None`, said aloud, where there are no samples.
pub(crate) fn shared_data(relative: &str) -> Option<PathBuf> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
}
