//! How the value in a file meets what is known over time.

use jiff::civil::Date;
use model::organisation::register::{Life, Track};

/// A value to be set: from when, on which day its source said so, and what.
pub(super) struct Setting<T> {
    pub(super) as_at: Date,
    pub(super) stated_on: Date,
    pub(super) value: T,
}

/// A value as a file gives it.
pub(super) struct Given<T> {
    /// The day of the file.
    pub(super) day: Date,
    /// Since when it is so, where the file prints that.
    pub(super) since: Option<Date>,
    /// Since when it counts where nothing was known.
    pub(super) first: Date,
    /// The value.
    pub(super) value: T,
}

/// What must be set so that the value holds on the day of the file, and what newer files said keeps
/// holding on theirs. Nothing where that is so already.
pub(super) fn reconcile<T: Clone>(
    life: &Life,
    track: Option<&Track<T>>,
    given: Given<T>,
    is_same: impl Fn(&T, &T) -> bool,
    is_unknown: impl Fn(&T) -> bool,
) -> Vec<Setting<T>> {
    let day = life.nearest(given.day);
    let since = given.since.map(|since| life.nearest(since));
    let probe = since.map_or(day, |since| since.max(day));
    let one = |as_at, value| vec![Setting { as_at, stated_on: given.day, value }];
    let Some(known) = track.and_then(|track| track.at(probe)) else {
        return one(since.unwrap_or(life.nearest(given.first)), given.value);
    };
    if is_same(&known.value, &given.value) {
        return Vec::new();
    }
    if is_unknown(&known.value) {
        return one(life.nearest(known.from), given.value);
    }
    if known.stated_on <= given.day {
        let since = since.filter(|since| known.from < *since);
        return one(since.unwrap_or(day), given.value);
    }
    // A newer file said it and only assumed that it had always been so.
    let newer = life.nearest(known.stated_on);
    if newer <= probe {
        return Vec::new();
    }
    let mut settings = one(life.nearest(known.from), given.value);
    settings.push(Setting { as_at: newer, stated_on: known.stated_on, value: known.value.clone() });
    settings
}
