//! The files of an import as they came, in one tar archive: many small files make one blob that
//! anybody can open with tools of their own. The store packs and names it by its content.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Writes an archive. The same files in the same order give the same bytes: times, owners and modes
/// are left out, for the record knows when and by whom.
pub fn write<'a>(
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o444);
        header.set_mtime(0);
        archive
            .append_data(&mut header, member_name(path), bytes)
            .map_err(|source| ArchiveError { path: path.to_owned(), source })?;
    }
    archive.into_inner().map_err(|source| ArchiveError { path: String::new(), source })
}

/// The bytes of some files of an archive, by the paths they were given with; those that are not there
/// are left out. Nothing of the others is kept, and the archive is read to its end: only then is it proved.
pub fn members(
    mut archive: impl Read,
    paths: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    let failed = |source| ArchiveError {
        path: paths.first().map_or(String::new(), |path| (*path).to_owned()),
        source,
    };
    let wanted: BTreeMap<String, &str> =
        paths.iter().map(|path| (member_name(path), *path)).collect();
    let mut found = BTreeMap::new();
    let mut open = tar::Archive::new(&mut archive);
    for entry in open.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        // Of two with one name the first is meant, as ever.
        if let Some(path) = wanted.get(&name).filter(|path| !found.contains_key(**path)) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(failed)?;
            found.insert((*path).to_owned(), bytes);
        }
        if found.len() == wanted.len() {
            break;
        }
    }
    std::io::copy(&mut archive, &mut std::io::sink()).map_err(failed)?;
    Ok(found)
}

/// The bytes of one file of an archive; `None` if it is not there.
#[cfg(test)]
pub fn member(archive: &[u8], path: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
    Ok(members(archive, &BTreeSet::from([path]))?.remove(path))
}

/// A path that stays below the folder into which somebody may unpack the archive.
fn member_name(path: &str) -> String {
    let parts: Vec<&str> = path
        .split(['/', '\\'])
        .filter(|part| !part.is_empty() && *part != "." && *part != "..")
        .collect();
    if parts.is_empty() { "file".to_owned() } else { parts.join("/") }
}

/// Why an archive could not be written or read.
#[derive(Debug, thiserror::Error)]
#[error("the archive of an import cannot be used at `{path}`")]
pub struct ArchiveError {
    path: String,
    #[source]
    source: std::io::Error,
}
