//! Counts what a reader did, and keeps a bounded list of warnings.

use model::reading::{Place, Warning};

use crate::advisory::Summary;

/// A [`Summary`] in the making.
#[derive(Debug, Default)]
pub(super) struct Tally {
    summary: Summary,
}

impl Tally {
    /// Counts one record that was understood.
    pub(super) fn record(&mut self) {
        self.summary.records += 1;
    }

    /// Counts one record that was lost, and says why.
    pub(super) fn unreadable(&mut self, place: Place, message: impl Into<String>) {
        self.summary.unreadable += 1;
        self.warn(place, message);
    }

    /// Says what could not be used; the record was read.
    pub(super) fn warn(&mut self, place: Place, message: impl Into<String>) {
        if self.summary.warnings.len() < Summary::WARNINGS_KEPT {
            self.summary.warnings.push(Warning::new(place, message));
        } else {
            self.summary.warnings_left_out += 1;
        }
    }

    /// Says how often something happened that is not worth a warning each time; nothing if never.
    pub(super) fn warn_count(&mut self, count: u64, message: &str) {
        if count > 0 {
            // Counts come last and are few: they are kept even when the list is full.
            self.summary.warnings.push(Warning::new(Place::Whole, format!("{count} {message}")));
        }
    }

    /// Gives the summary.
    pub(super) fn finish(self) -> Summary {
        self.summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_beyond_the_bound_are_counted_not_kept() {
        let mut tally = Tally::default();
        for line in 0..1_500 {
            tally.unreadable(Place::Line(line), "bad");
        }
        let summary = tally.finish();
        assert_eq!(summary.warnings.len(), Summary::WARNINGS_KEPT);
        assert_eq!((summary.warnings_left_out, summary.unreadable), (500, 1_500));
    }
}
