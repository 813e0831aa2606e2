//! Microsoft's definitions of the sample data, for the benchmarks that compile them.

use std::fs;
use std::path::{Path, PathBuf};

use exposure::knowledge::Builder;
use formats::inventory::Input;
use formats::{advisory, unpack};

/// The tables of the definitions, by name; `None`, and said, where the sample data is not there.
pub(super) fn tables() -> Option<Vec<(String, Vec<u8>)>> {
    let mut tables = Vec::new();
    for entry in fs::read_dir(shared_data("ms-kb")?).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_none_or(|end| end != "gz") && !name.starts_with("Custom") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        if unpack::is_archive(&bytes) {
            let limits = unpack::Limits::default();
            let members = unpack::unpack(&bytes, Some(&name), &limits).unwrap().members;
            tables.extend(members.into_iter().map(|member| (member.path, member.bytes)));
        } else {
            tables.push((name, bytes));
        }
    }
    tables.sort();
    Some(tables)
}

/// The built-in knowledge and what documents state.
pub(super) fn builder(documents: &[(String, Vec<u8>)]) -> Builder {
    let mut builder = Builder::new().with_builtin().unwrap();
    for (name, bytes) in documents {
        let input = Input { bytes, file_name: Some(name) };
        let format = advisory::detect(&input).unwrap();
        (format.read)(&input, &mut builder).unwrap();
    }
    builder
}

/// A folder of the sample data; `None`, and said, where it is not there.
pub(super) fn shared_data(relative: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
}
