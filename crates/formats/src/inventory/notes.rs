//! Warnings with a bound: a file of a million bad rows must not become a million messages.

use model::reading::{Place, Warning};

/// How many warnings of one file are listed one by one.
const LISTED: usize = 100;

/// Collects warnings; after the first hundred only counts them.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    listed: Vec<Warning>,
    more: usize,
}

impl Notes {
    /// Adds a warning.
    pub(crate) fn add(&mut self, place: Place, message: impl Into<String>) {
        if self.listed.len() < LISTED {
            self.listed.push(Warning::new(place, message));
        } else {
            self.more += 1;
        }
    }

    /// Adds a warning about the whole file, even when the list is full.
    pub(crate) fn add_summary(&mut self, message: impl Into<String>) {
        self.listed.push(Warning::new(Place::Whole, message));
    }

    /// Adds the warnings of another reader.
    pub(crate) fn extend(&mut self, other: Self) {
        for warning in other.listed {
            self.add(warning.place, warning.message);
        }
        self.more += other.more;
    }

    /// The warnings, with a last one that counts what is not listed.
    pub(crate) fn finish(mut self) -> Vec<Warning> {
        if self.more > 0 {
            self.listed.push(Warning::new(
                Place::Whole,
                format!("{} more warnings of this file are not listed", self.more),
            ));
        }
        self.listed
    }
}
