//! Days in feeds: `2017-03-14`, the day of a time stamp, or `20170314`.

use jiff::civil::Date;

/// The day a text begins with.
///
/// The offset of a time stamp is left aside: publishers mean their own day.
pub(super) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i16> {
        let digits = bytes.get(from..to)?;
        digits.iter().all(u8::is_ascii_digit).then_some(())?;
        Some(digits.iter().fold(0, |n, d| n * 10 + i16::from(d - b'0')))
    };
    let (month_at, day_at, end) = match bytes.get(4) {
        Some(b'-') if bytes.get(7) == Some(&b'-') => (5, 8, 10),
        Some(_) => (4, 6, 8),
        None => return None,
    };
    if bytes.get(end).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let month = i8::try_from(number(month_at, month_at + 2)?).ok()?;
    let day = i8::try_from(number(day_at, day_at + 2)?).ok()?;
    Date::new(number(0, 4)?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_days_feeds_print() {
        let expected = jiff::civil::date(2017, 3, 14);
        for text in
            ["2017-03-14", "20170314", "2017-03-14T07:00:00Z", " 2017-03-14 ", "2017-03-14 x"]
        {
            assert_eq!(day(text), Some(expected), "{text}");
        }
        for text in ["", "2017", "2017-3-14", "20171314", "201703145", "2017-02-30", "14.03.2017"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
