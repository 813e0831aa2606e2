//! Files as readers see them.

use formats::inventory::{Input, Reading, detect};
use sector::EvidenceFile;

/// Reads a file as the program would: the format that recognises it, and what it made of it.
pub(crate) fn read(file: &EvidenceFile) -> (&'static str, Reading) {
    let name = file.path.rsplit('/').next();
    let input = Input { bytes: &file.bytes, file_name: name };
    let format = detect(&input).unwrap_or_else(|| panic!("{}: no format", file.path));
    let reading = (format.read)(&input).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    (format.name, reading)
}
