//! Where compiled knowledge lies, and how it is opened.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use exposure::knowledge::{self, Builder, KnowledgeError};
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

/// Loads the knowledge a command is to use: the given file, else the one that the environment names,
/// else the one that `knowledge update` keeps, else what is built in. (An empty variable is none, as
/// scripts unset them.)
pub(crate) fn load(given: Option<&Path>) -> Result<Loaded, CliError> {
    let named = std::env::var_os(VARIABLE).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(path) = given.map(Path::to_owned).or(named) {
        return load_file(&path);
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
    let unread = |e: std::io::Error| {
        CliError::usage(format!("the knowledge file {} cannot be read", path.display()))
            .because(e)
            .hint("make one with `wardround knowledge build` or `wardround knowledge update`")
    };
    let mut file = std::fs::File::open(path).map_err(unread)?;
    let length = file.metadata().map_err(unread)?.len();
    let mut header = [0; knowledge::file::HEADER];
    let mut filled = 0;
    // A file shorter than the header is refused by its check.
    while let Some(rest) = header.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest).map_err(unread)? {
            0 => break,
            n => filled += n,
        }
    }
    knowledge::check_header(header.get(..filled).unwrap_or_default(), length)
        .map_err(|error| unusable(Some(path), error))?;
    let size = usize::try_from(length).unwrap_or(0);
    let mut bytes = AlignedVec::with_capacity(size);
    bytes.extend_from_slice(&header);
    bytes.resize(size, 0);
    file.read_exact(bytes.get_mut(header.len()..).unwrap_or_default()).map_err(unread)?;
    Ok(Loaded { bytes, path: Some(path.to_owned()) })
}

/// Opens loaded knowledge.
pub(crate) fn open(loaded: &Loaded) -> Result<knowledge::View<'_>, CliError> {
    knowledge::open(&loaded.bytes).map_err(|error| unusable(loaded.path.as_deref(), error))
}

fn unusable(path: Option<&Path>, error: KnowledgeError) -> CliError {
    let name = path.map_or("the built-in knowledge".to_owned(), |path| {
        format!("the knowledge file {}", path.display())
    });
    let hint = match error {
        KnowledgeError::Version { found } if found > knowledge::schema::VERSION => {
            "a newer wardround wrote it: use that one, or build it again with this one (`wardround \
             knowledge build` or `wardround knowledge update`)"
        }
        _ => "build it again with `wardround knowledge build` or `wardround knowledge update`",
    };
    CliError::usage(format!("{name} cannot be used")).because(error).hint(hint)
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
