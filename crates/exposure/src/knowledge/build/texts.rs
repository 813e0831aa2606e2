//! Texts used many times are kept once.

use rustc_hash::FxHashMap;

use crate::knowledge::schema::NONE;

#[derive(Debug, Default)]
pub(super) struct Texts {
    positions: FxHashMap<String, u32>,
    all: Vec<String>,
}

impl Texts {
    /// Position of a text; [`NONE`] for an empty one.
    pub(super) fn keep(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return NONE;
        }
        if let Some(position) = self.positions.get(text) {
            return *position;
        }
        let position = u32::try_from(self.all.len()).unwrap_or(NONE);
        self.all.push(text.to_owned());
        self.positions.insert(text.to_owned(), position);
        position
    }

    pub(super) fn finish(self) -> Vec<String> {
        self.all
    }
}
