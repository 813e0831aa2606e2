//! Words of our own that the model keeps as static texts: names of formats and scanners, and why a
//! list is partial.
//!
//! A pack carries them as texts. Read again, a word is kept once for the life of the program; the
//! number of words is bounded, and what goes beyond reads "other": words never decide anything.

use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashSet;

/// Most words kept. Formats, scanners and explanations come to fewer than a hundred.
const MOST: usize = 1024;

/// Longest word kept, in bytes.
const LONGEST: usize = 400;

/// The static text that is equal to `text`.
pub(crate) fn term(text: &str) -> &'static str {
    static TERMS: OnceLock<Mutex<FxHashSet<&'static str>>> = OnceLock::new();
    if text.is_empty() {
        return "";
    }
    let terms = TERMS.get_or_init(|| Mutex::new(FxHashSet::default()));
    let mut terms = terms.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = terms.get(text) {
        return known;
    }
    if terms.len() >= MOST || text.len() > LONGEST {
        return "other";
    }
    let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
    terms.insert(kept);
    kept
}
