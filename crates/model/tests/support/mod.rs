//! Where the tests find the sample data that lives beside the repository.

use std::path::PathBuf;

#[expect(clippy::print_stderr, reason = "a skipped test says so aloud")]
/// The path of a sample below `../shared/data`, or `None`, said aloud, where there are no samples.
pub(crate) fn shared_data(relative: &str) -> Option<PathBuf> {
    // Relative to the package, in which tests run: a path that is compiled in outlives its checkout.
    let path = PathBuf::from("../../../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
}
