//! Answers of the whole sector that were asked for last, for as long as an estate is open: a page of the
//! nation and one of each organisation in it ask the same.

use std::sync::{Arc, Mutex, PoisonError};

use crate::exposure::answer::SectorAnswer;

/// So many advisories are kept; an answer of a nation takes a few megabytes.
const MOST: usize = 8;

/// Answers of every organisation, the one asked for last first.
#[derive(Debug, Default)]
pub(super) struct National(Mutex<Vec<Arc<SectorAnswer>>>);

impl National {
    /// The answer on an advisory, if it was kept.
    pub(super) fn known(&self, advisory: &str) -> Option<Arc<SectorAnswer>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|own| own.advisory == advisory)?;
        kept.get_mut(..=at)?.rotate_right(1);
        kept.first().map(Arc::clone)
    }

    /// Keeps an answer of every organisation.
    pub(super) fn keep(&self, answer: Arc<SectorAnswer>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|own| own.advisory != answer.advisory);
        kept.insert(0, answer);
        kept.truncate(MOST);
    }
}
