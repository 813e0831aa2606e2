//! The text of a checkpoint: origin, size, root.

use super::{Name, NameError};
use crate::{Hash, HashError};

/// Size and root of a log: all that there is to say about its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A text that is no checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Fewer than three lines.
    #[error("a checkpoint has at least three lines")]
    Lines,
    /// The first line is no name.
    #[error("its first line is no origin")]
    Origin(#[source] NameError),
    /// The second line is no size.
    #[error("its second line, {0:?}, is no number of entries")]
    Size(String),
    /// The third line is no root.
    #[error("its third line is no root")]
    Root(#[source] HashError),
}

pub(super) fn write(origin: &Name, head: Head) -> String {
    format!("{origin}\n{}\n{}\n", head.size, head.root)
}

/// Reads the text; lines after the third are extensions, which are passed over.
pub(super) fn read(text: &str) -> Result<(Name, Head), CheckpointError> {
    let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
    let mut lines = body.split('\n');
    let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
        return Err(CheckpointError::Lines);
    };
    if lines.any(str::is_empty) {
        return Err(CheckpointError::Lines);
    }
    let origin = origin.parse().map_err(CheckpointError::Origin)?;
    let head = Head {
        size: decimal(size)
            .ok_or_else(|| CheckpointError::Size(size.chars().take(40).collect()))?,
        root: root.parse().map_err(CheckpointError::Root)?,
    };
    Ok((origin, head))
}

/// A number in its one decimal spelling.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let spelt_so = text == "0" || !text.starts_with('0');
    if plain && spelt_so { text.parse().ok() } else { None }
}
