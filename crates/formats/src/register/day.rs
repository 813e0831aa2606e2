//! Days in registers: `20170930`, `2017-09-30`, and `30/09/2017` where only one reading is a day.

use jiff::civil::Date;

/// The day that a cell prints, or what is wrong with it.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let text = text.trim();
    let no_day = || format!("`{text}` is no day; write it as 2017-09-30");
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Date::strptime("%Y%m%d", text).map_err(|_| no_day());
    }
    if let Ok(day) = Date::strptime("%Y-%m-%d", text) {
        return Ok(day);
    }
    let parts: Option<Vec<i16>> = text.split(['/', '.']).map(|part| part.parse().ok()).collect();
    let Some([first, second, year]) = parts.as_deref() else { return Err(no_day()) };
    let date = |month: i16, day: i16| {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(*year, month, day).ok().filter(|_| *year > 1000)
    };
    match (date(*second, *first), date(*first, *second)) {
        (Some(one), Some(other)) if one != other => {
            Err(format!("`{text}` may be {one} or {other}; write it as one of these"))
        }
        (Some(one), _) | (None, Some(one)) => Ok(one),
        (None, None) => Err(no_day()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_with_two_readings_is_not_guessed() {
        let expected = jiff::civil::date(2017, 9, 30);
        for text in ["20170930", " 2017-09-30", "30/09/2017", "9/30/2017", "30.9.2017"] {
            assert_eq!(day(text), Ok(expected), "{text}");
        }
        assert_eq!(day("05/05/2017"), Ok(jiff::civil::date(2017, 5, 5)));
        let both = day("01/04/2017").unwrap_err();
        assert_eq!(both, "`01/04/2017` may be 2017-04-01 or 2017-01-04; write it as one of these");
        for text in ["", "2017", "20171301", "201709301", "soon", "1/2/17", "2017-09-31", "1/2/3/4"]
        {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
