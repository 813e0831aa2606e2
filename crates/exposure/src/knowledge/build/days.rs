//! Days as numbers.

use jiff::civil::{Date, date};

use crate::knowledge::schema::NO_DAY;

const EPOCH: Date = date(1970, 1, 1);

/// Days since 1970-01-01.
pub fn day_number(day: Date) -> i32 {
    (day - EPOCH).get_days()
}

/// The day of a number; `None` for [`NO_DAY`].
pub fn day_of(number: i32) -> Option<Date> {
    if number == NO_DAY {
        return None;
    }
    EPOCH.checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}

pub(super) fn or_none(day: Option<Date>) -> i32 {
    day.map_or(NO_DAY, day_number)
}

/// The earlier of two days of which either may be unknown.
pub(super) fn earlier(one: i32, other: i32) -> i32 {
    match (one, other) {
        (NO_DAY, day) | (day, NO_DAY) => day,
        (one, other) => one.min(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_back() {
        for day in [date(1969, 12, 31), date(1970, 1, 1), date(2017, 5, 12), date(2026, 2, 28)] {
            assert_eq!(day_of(day_number(day)), Some(day));
        }
        assert_eq!(day_of(NO_DAY), None);
        assert_eq!(earlier(NO_DAY, 3), 3);
        assert_eq!(earlier(5, 3), 3);
    }
}
