//! What is held of each feed, and where.
//!
//! ```text
//! CACHE/feeds/NAME/...        the documents, for the compiler to read
//! CACHE/state/NAME.json       validators, sizes, counts and dates of them
//! CACHE/state/NAME/...        the publisher's lists
//! CACHE/parts/NAME/...        what has begun to arrive
//! ```
//! The state is written after the documents it describes: a crash between costs one needless
//! request, never a belief in a file that is not there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::durable;

/// No state file is larger; it holds about 400 bytes a document.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Where one feed's files are.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) documents: PathBuf,
    pub(super) lists: PathBuf,
    pub(super) parts: PathBuf,
    state: PathBuf,
}

impl Places {
    pub(super) fn new(cache: &Path, feed: &str) -> Self {
        Self {
            documents: cache.join("feeds").join(feed),
            lists: cache.join("state").join(feed),
            parts: cache.join("parts").join(feed),
            state: cache.join("state").join(format!("{feed}.json")),
        }
    }

    pub(super) fn create(&self) -> io::Result<()> {
        [&self.documents, &self.lists, &self.parts].into_iter().try_for_each(fs::create_dir_all)
    }

    /// Reads the state; what does not read is as good as nothing, and said.
    pub(super) fn load(&self) -> (State, Option<String>) {
        let read = || -> Result<State, String> {
            let mut text = String::new();
            match File::open(&self.state) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(State::default());
                }
                Err(error) => return Err(error.to_string()),
                Ok(file) => {
                    file.take(LARGEST).read_to_string(&mut text).map_err(|e| e.to_string())?;
                }
            }
            let state: State = serde_json::from_str(&text).map_err(|e| e.to_string())?;
            if state.version == VERSION {
                Ok(state)
            } else {
                Err(format!("it has version {}, not {VERSION}", state.version))
            }
        };
        match read() {
            Ok(state) => (state, None),
            Err(why) => {
                let path = self.state.display();
                let warning = format!("{path} does not read ({why}): everything is asked for anew");
                (State::default(), Some(warning))
            }
        }
    }

    pub(super) fn save(&self, state: &State) -> io::Result<()> {
        let text = serde_json::to_vec(state).map_err(io::Error::other)?;
        durable::write_whole(&self.state, &text)
    }
}

const VERSION: u32 = 1;

/// What is held of one feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    version: u32,
    /// When the publisher last confirmed everything held.
    #[serde(default)]
    pub(super) as_of: Option<String>,
    /// Number of documents in the list last accepted.
    #[serde(default)]
    pub(super) listed: Option<u64>,
    /// By local name.
    #[serde(default)]
    pub(super) documents: BTreeMap<String, Held>,
    /// By local name.
    #[serde(default)]
    pub(super) lists: BTreeMap<String, Held>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            version: VERSION,
            as_of: None,
            listed: None,
            documents: BTreeMap::new(),
            lists: BTreeMap::new(),
        }
    }
}

/// What is held of one document.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_modified: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stamp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) records: Option<u64>,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) fetched_at: String,
}

impl Held {
    /// Tells whether the file is there with the size it should have.
    pub(super) fn is_intact(&self, file: &Path) -> bool {
        fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.len() == self.bytes)
    }
}

/// Joins a local name with `/` between its parts to a folder.
pub(super) fn below(folder: &Path, relative: &str) -> PathBuf {
    relative.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}
