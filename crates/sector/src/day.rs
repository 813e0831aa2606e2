//! Days as numbers: the estate is asked for every day of months, and a number costs nothing.
//!
//! Conversion by Howard Hinnant's "chrono-compatible low-level date algorithms".

use jiff::civil::Date;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(pub(crate) i32);

impl Day {
    /// A day of the calendar.
    pub(crate) const fn of(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = (month + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month, day.
    pub(crate) const fn parts(self) -> (i32, i32, i32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }

    pub(crate) const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Days from `other` to this one.
    pub(crate) const fn since(self, other: Self) -> i32 {
        self.0 - other.0
    }

    /// Seconds from 1970 to a minute of this day.
    pub(crate) fn seconds(self, minute: u32) -> i64 {
        i64::from(self.0) * 86_400 + i64::from(minute) * 60
    }

    /// The day as a question for [`crate::keyed::mix`].
    pub(crate) fn question(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self::of(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        let (year, month, day) = day.parts();
        let part = |n: i32| i8::try_from(n).unwrap_or(1);
        // Every day of the generator lies within a few decades.
        Self::new(i16::try_from(year).unwrap_or(1970), part(month), part(day)).unwrap_or(Self::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_over_decades() {
        let mut date = jiff::civil::date(1996, 2, 27);
        let mut day = Day::from(date);
        assert_eq!(Day::of(1970, 1, 1), Day(0));
        for _ in 0..12_000 {
            assert_eq!(Date::from(day), date);
            assert_eq!(Day::from(date), day);
            date = date.tomorrow().unwrap();
            day = day.plus(1);
        }
    }
}
