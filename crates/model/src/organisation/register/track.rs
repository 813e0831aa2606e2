//! A value over time.

use jiff::civil::Date;

/// A value over time: each stretch holds from its day until the next begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track<T> {
    stretches: Vec<Stretch<T>>,
}

/// A value from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch<T> {
    /// The first day.
    pub from: Date,
    /// The day of the source that said so: never before `from`.
    pub stated_on: Date,
    /// The value.
    pub value: T,
}

impl<T> Default for Track<T> {
    fn default() -> Self {
        Self { stretches: Vec::new() }
    }
}

impl<T> Track<T> {
    /// Sets the value from a day until the next stretch begins. What was said before for the same
    /// day gives way.
    pub(super) fn set(&mut self, from: Date, stated_on: Date, value: T) {
        let at = self.stretches.partition_point(|stretch| stretch.from < from);
        let new = Stretch { from, stated_on: stated_on.max(from), value };
        match self.stretches.get_mut(at) {
            Some(old) if old.from == from => *old = new,
            _ => self.stretches.insert(at, new),
        }
    }

    /// The stretch that a day falls into.
    pub fn at(&self, day: Date) -> Option<&Stretch<T>> {
        let after = self.stretches.partition_point(|stretch| stretch.from <= day);
        self.stretches.get(after.checked_sub(1)?)
    }

    /// The stretch that a day falls into, or the first.
    pub fn at_or_first(&self, day: Date) -> Option<&Stretch<T>> {
        self.at(day).or_else(|| self.stretches.first())
    }

    /// The first day after `day` on which another stretch begins.
    pub(super) fn next_after(&self, day: Date) -> Option<Date> {
        let after = self.stretches.partition_point(|stretch| stretch.from <= day);
        self.stretches.get(after).map(|stretch| stretch.from)
    }

    /// The stretches that share a day with the span from `from` to the day before `until`, each cut
    /// to that span.
    pub(super) fn within(
        &self,
        from: Date,
        until: Option<Date>,
    ) -> impl Iterator<Item = (Date, Option<Date>, &T)> {
        let first = self.stretches.partition_point(|stretch| stretch.from <= from);
        let inside = self.stretches.get(first.saturating_sub(1)..).unwrap_or(&[]);
        inside.iter().enumerate().filter_map(move |(at, stretch)| {
            let next = inside.get(at + 1).map(|next| next.from);
            let begin = stretch.from.max(from);
            let end = match (next, until) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (one, other) => one.or(other),
            };
            end.is_none_or(|end| begin < end).then_some((begin, end, &stretch.value))
        })
    }

    /// All stretches, the earliest first.
    pub fn stretches(&self) -> &[Stretch<T>] {
        &self.stretches
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_has_the_value_last_said_for_it() {
        let mut track = Track::default();
        let day = |d| date(2017, 1, d);
        track.set(day(10), day(10), "b");
        track.set(day(5), day(7), "a");
        track.set(day(10), day(10), "c");
        assert_eq!(track.at(day(4)), None);
        assert_eq!(track.at(day(9)).map(|s| s.value), Some("a"));
        assert_eq!(track.at(day(10)).map(|s| s.value), Some("c"));
        assert_eq!(track.next_after(day(5)), Some(day(10)));
        let cut: Vec<_> = track.within(day(7), Some(day(12))).map(|(a, b, v)| (a, b, *v)).collect();
        assert_eq!(cut, [(day(7), Some(day(10)), "a"), (day(10), Some(day(12)), "c")]);
        let early: Vec<_> = track.within(day(1), Some(day(5))).collect();
        assert!(early.is_empty());
    }
}
