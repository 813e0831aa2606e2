//! What the package lists of all distributions have in common: lines with numbers, the
//! distribution guessed from versions, and whether a list looks whole.
//!
//! It must not know how any one list is laid out.

use std::collections::BTreeMap;

use model::evidence::{Completeness, OperatingSystem, Platform, Software};
use model::reading::{Place, Warning};

/// How many warnings of one kind are listed one by one before they are summed up.
pub(super) const LISTED_WARNINGS: usize = 20;

/// The first bytes of a file: enough to recognise its format.
pub(super) fn head(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len().min(16 * 1024)).unwrap_or_default()
}

/// Lines with their numbers, counted from 1.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.lines())
}

/// Warnings of one kind: the first ones in full, the rest as a count.
#[derive(Debug, Default)]
pub(super) struct Counted {
    listed: Vec<Warning>,
    more: usize,
}

impl Counted {
    pub(super) fn add(&mut self, place: Place, message: impl FnOnce() -> String) {
        if self.listed.len() < LISTED_WARNINGS {
            self.listed.push(Warning::new(place, message()));
        } else {
            self.more += 1;
        }
    }

    pub(super) fn finish(self, kind: &str, into: &mut Vec<Warning>) {
        into.extend(self.listed);
        if self.more > 0 {
            into.push(Warning::new(Place::Whole, format!("{kind}: {} more like these", self.more)));
        }
    }
}

/// Whether a list shows everything: a whole list names the package manager itself, because the
/// manager is a package too. Extracts and images without a manager prove nothing by absence.
pub(super) fn completeness(software: &[Software], manager: &str, cut_names: bool) -> Completeness {
    if cut_names {
        Completeness::Partial("names are cut by the width of the printed table")
    } else if software.iter().any(|package| package.name == manager) {
        Completeness::Complete
    } else {
        Completeness::Partial(
            "the list does not name the package manager itself: it may be an extract",
        )
    }
}

/// A guess at the distribution, said to be one.
pub(super) fn guess(
    distribution: &str,
    version: Option<String>,
    percent: u8,
    from: &Software,
) -> OperatingSystem {
    let shown = from.version.as_deref().unwrap_or("");
    OperatingSystem {
        raw_name: format!("{distribution}, guessed from package {} {shown}", from.name),
        raw_version: version.clone(),
        platform: Platform::Linux { distribution: distribution.to_owned(), version },
        guess_percent: Some(percent),
        place: from.place.clone(),
    }
}

/// The most frequent answer of `classify` over a list, with the first package that gave it.
pub(super) fn most_frequent<'s, T: Ord>(
    software: &'s [Software],
    classify: impl Fn(&'s Software) -> Option<T>,
) -> Option<(T, &'s Software)> {
    let mut votes: BTreeMap<T, (usize, &Software)> = BTreeMap::new();
    for package in software {
        if let Some(answer) = classify(package) {
            votes.entry(answer).or_insert((0, package)).0 += 1;
        }
    }
    votes
        .into_iter()
        .max_by_key(|(_, (count, _))| *count)
        .map(|(answer, (_, package))| (answer, package))
}
