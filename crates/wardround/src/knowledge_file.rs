//! Where compiled knowledge lies, and how it is opened.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use exposure::knowledge::{self, Builder};
use rkyv::util::AlignedVec;

use crate::error::CliError;

/// Name of the environment variable that names the knowledge file.
pub(crate) const VARIABLE: &str = "WARDROUND_KNOWLEDGE";

/// Bytes of knowledge, and where they came from.
pub(crate) struct Loaded {
    /// The bytes, to be opened by [`exposure::knowledge::open`].
    pub(crate) bytes: AlignedVec,
    /// The file; `None` for the built-in knowledge.
    pub(crate) path: Option<PathBuf>,
}

/// Loads the knowledge a command is to use: the given file, else the one that `knowledge update`
/// keeps, else what is built in.
pub(crate) fn load(given: Option<&Path>) -> Result<Loaded, CliError> {
    if let Some(path) = given {
        return load_file(path);
    }
    let kept = default_path();
    if kept.is_file() {
        return load_file(&kept);
    }
    built_in()
}

/// The knowledge that is part of the program.
pub(crate) fn built_in() -> Result<Loaded, CliError> {
    let failed = |e| CliError::failed("the built-in knowledge does not hold together").because(e);
    let knowledge = Builder::new()
        .with_builtin()
        .and_then(|builder| builder.finish(builtin_instant()))
        .map_err(|e| failed(Box::<dyn std::error::Error + Send + Sync>::from(e)))?;
    let bytes = knowledge::encode(&knowledge).map_err(|e| failed(Box::from(e)))?;
    Ok(Loaded { bytes, path: None })
}

/// The built-in knowledge is as old as its release, not as the moment it is looked at.
fn builtin_instant() -> jiff::Timestamp {
    exposure::knowledge::builtin::BUILT_AT
}

fn load_file(path: &Path) -> Result<Loaded, CliError> {
    let bytes = read_aligned(path).map_err(|e| {
        CliError::usage(format!("the knowledge file {} cannot be read", path.display()))
            .because(e)
            .hint("make one with `wardround knowledge build` or `wardround knowledge update`")
    })?;
    let loaded = Loaded { bytes, path: Some(path.to_owned()) };
    Ok(loaded)
}

fn read_aligned(path: &Path) -> std::io::Result<AlignedVec> {
    let mut file = std::fs::File::open(path)?;
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    let mut bytes = AlignedVec::with_capacity(size);
    bytes.resize(size, 0);
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Opens loaded knowledge.
pub(crate) fn open(loaded: &Loaded) -> Result<knowledge::View<'_>, CliError> {
    knowledge::open(&loaded.bytes).map_err(|error| {
        let name = loaded.path.as_ref().map_or("the built-in knowledge".to_owned(), |p| {
            format!("the knowledge file {}", p.display())
        });
        CliError::usage(format!("{name} cannot be used"))
            .because(error)
            .hint("build it again with `wardround knowledge build` or `wardround knowledge update`")
    })
}

/// Where `knowledge update` keeps what it compiled: the XDG data folder.
pub(crate) fn default_path() -> PathBuf {
    data_folder().join("knowledge.wrk")
}

/// The folder of this program's data.
pub(crate) fn data_folder() -> PathBuf {
    let folder = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    folder("WARDROUND_DATA")
        .or_else(|| folder("XDG_DATA_HOME").map(|d| d.join("wardround")))
        .or_else(|| folder("LOCALAPPDATA").map(|d| d.join("wardround")))
        .or_else(|| folder("HOME").map(|d| d.join(".local/share/wardround")))
        .unwrap_or_else(|| PathBuf::from("wardround-data"))
}
