//! Parts and verdicts in words.

use response::readiness::{Kind, Level, Part, Readiness, Row};

use crate::alerts::Mark;
use crate::words::number;

/// A part's name.
pub(super) const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Coverage => "Hosts that are seen",
        Kind::Freshness => "Evidence that still counts",
        Kind::Exploited => "Hosts closed to what is exploited",
        Kind::Overdue => "Alerts past their day",
        Kind::Answering => "Answers in time",
        Kind::Veracity => "What its word is worth",
        Kind::Contacts => "Who can be reached",
    }
}

/// How much of a part is shown.
pub(super) fn mark(level: Level) -> Mark {
    let (class, shape, word) = match level {
        Level::NotShown => ("unknown", "?", "Not shown"),
        Level::Gaps => ("open", "▲", "Gaps"),
        Level::Untested => ("clear", "○", "Untested"),
        Level::Shown => ("fixed", "●", "Shown"),
    };
    Mark { word: word.to_owned(), shape, class }
}

/// The verdict on a whole organisation.
pub(super) fn verdict(level: Level) -> Mark {
    let own = mark(level);
    match level {
        Level::Shown => Mark { word: "Ready".to_owned(), ..own },
        _ => own,
    }
}

/// Whether a row counts.
pub(super) fn row(row: &Row) -> Mark {
    if row.is_shown {
        return mark(Level::Shown);
    }
    Mark { word: "Not shown".to_owned(), ..mark(Level::Gaps) }
}

/// So many of so many.
pub(super) fn share(part: &Part) -> String {
    match part.of {
        None => format!("{} of nobody knows how many", number(part.shown)),
        Some(0) => "nothing to count".to_owned(),
        Some(of) => format!("{} of {}", number(part.shown), number(of)),
    }
}

/// The sentence that a page begins with.
pub(super) fn status(name: &str, readiness: &Readiness) -> String {
    let all = readiness.parts.len();
    let level = readiness.verdict();
    let count = readiness.count(level);
    let parts = format!("{count} of {all} parts");
    match level {
        Level::NotShown => {
            format!("{name} has not shown that it is ready: in {parts} nothing is shown.")
        }
        Level::Gaps => format!("{name} is not ready: {parts} have gaps."),
        Level::Untested => {
            format!("{name} shows all that can be shown; nothing has put {parts} to the test.")
        }
        Level::Shown => format!("{name} has shown that it is ready, in all {all} parts."),
    }
}
