//! The life of a host: when it came, when it went, when it fell silent, was renamed or made anew.

use crate::day::Day;
use crate::keyed::Stream;

/// The life of a host within a history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    /// The first day it is there.
    pub(crate) from: Day,
    /// The first day it is not there any more.
    pub(crate) until: Option<Day>,
    /// From this day on its agent is silent, though the host is there.
    pub(crate) silent: Option<Day>,
    /// From this day on it has another name.
    pub(crate) renamed: Option<Day>,
    /// On this day it was made anew from the first image.
    pub(crate) anew: Option<Day>,
}

/// Draws a life. Every life draws the same count of numbers, so that no trait moves another.
pub(crate) fn life(first: Day, last: Day, stream: &mut Stream) -> Life {
    let span = u32::try_from(last.since(first)).unwrap_or(0).max(1);
    let mut maybe = |permille: u32| {
        let (drawn, day) = (stream.below(1000), stream.below(span));
        (drawn < permille).then(|| first.plus(i32::try_from(day).unwrap_or(0)))
    };
    let from = maybe(110).unwrap_or(first.plus(-40));
    let until = maybe(75).filter(|day| *day > from);
    let silent = maybe(30);
    let renamed = maybe(12);
    let anew = maybe(35).filter(|day| *day > from);
    Life { from, until, silent, renamed, anew }
}

impl Life {
    /// Whether the host is there on a day.
    pub(crate) fn covers(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// Whether something has happened by a day.
pub(crate) fn by(event: Option<Day>, day: Day) -> bool {
    event.is_some_and(|event| event <= day)
}
