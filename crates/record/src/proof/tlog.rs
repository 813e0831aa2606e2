//! C2SP tlog-proof: the index of an entry, its path to the root, and a checkpoint.

use crate::Hash;
use crate::checkpoint::decimal;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Between a leaf and the root of a tree of 2^64 leaves lie no more.
const LONGEST: usize = 64;

/// A tlog-proof of which nothing is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof<'a> {
    /// Which entry.
    pub number: u64,
    /// The siblings on the way to the root, from the leaf upwards.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: &'a str,
}

/// A text that is no tlog-proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlogProofError {
    /// It does not begin as one.
    #[error("it does not begin with `{HEADER}`")]
    Header,
    /// No index.
    #[error("it has no line `index` with the number of an entry")]
    Index,
    /// A line of the path is no hash, or there are too many.
    #[error("line {0} of its path is no hash")]
    Path(usize),
    /// No checkpoint.
    #[error("it has no checkpoint after an empty line")]
    Checkpoint,
}

impl<'a> TlogProof<'a> {
    /// Reads a proof. An `extra` line is passed over: nothing vouches for it.
    pub fn parse(text: &'a str) -> Result<Self, TlogProofError> {
        let rest = text.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix('\n'));
        let mut rest = rest.ok_or(TlogProofError::Header)?;
        if let Some(extra) = rest.strip_prefix("extra ") {
            rest = extra.split_once('\n').ok_or(TlogProofError::Index)?.1;
        }
        let (index, mut rest) = rest.split_once('\n').ok_or(TlogProofError::Index)?;
        let number = index.strip_prefix("index ").and_then(decimal).ok_or(TlogProofError::Index)?;
        let mut path = Vec::new();
        loop {
            let (line, after) = rest.split_once('\n').ok_or(TlogProofError::Checkpoint)?;
            rest = after;
            if line.is_empty() {
                return Ok(Self { number, path, checkpoint: rest });
            }
            let wrong = TlogProofError::Path(path.len() + 1);
            if path.len() == LONGEST {
                return Err(wrong);
            }
            path.push(line.parse().map_err(|_| wrong)?);
        }
    }

    /// The text of the proof.
    pub fn write(&self) -> String {
        let mut text = format!("{HEADER}\nindex {}\n", self.number);
        for hash in &self.path {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        text.push_str(self.checkpoint);
        text
    }
}
