//! Dates in the formats a mapping names (as `strftime` writes them), else ISO 8601, else with both
//! readings where day and month can be exchanged.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use model::evidence::{DateReading, DateTimeReading};

use crate::inventory::moment;

/// Whether a format can be read with: it is tried on a moment that it itself prints.
pub(super) fn check(format: &str) -> Result<(), String> {
    let sample = DateTime::constant(2019, 11, 23, 14, 5, 6, 0);
    let printed = strtime::format(format, sample).map_err(|error| error.to_string())?;
    strtime::parse(format, &printed)
        .and_then(|parsed| parsed.to_date())
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// A day.
pub(super) fn day(raw: &str, formats: &[String]) -> Option<DateReading> {
    let moment = moment(raw, formats)?;
    Some(DateReading {
        raw: moment.raw,
        earliest: moment.earliest.date(),
        latest: moment.latest.date(),
    })
}

/// A moment; where only the day is printed, the whole day.
pub(super) fn moment(raw: &str, formats: &[String]) -> Option<DateTimeReading> {
    let text = raw.trim();
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    if !formats.is_empty() {
        return formats.iter().find_map(|format| {
            let parsed = strtime::parse(format, text).ok()?;
            let date = parsed.to_date().ok()?;
            match parsed.hour() {
                Some(_) => {
                    Some(DateTimeReading::exact(text, date.to_datetime(parsed.to_time().ok()?)))
                }
                None => Some(DateTimeReading::days(&DateReading::exact(text, date))),
            }
        });
    }
    if let Ok(date) = Date::strptime("%Y-%m-%d", text) {
        return Some(DateTimeReading::days(&DateReading::exact(text, date)));
    }
    // Scanners' form with the month first is not taken for a fact here.
    if !text.contains('/')
        && let Some(read) = moment::printed(text)
    {
        return Some(read);
    }
    either(text)
}

/// "03/04/2019", "3.4.2019 14:05", "2019/04/03".
fn either(text: &str) -> Option<DateTimeReading> {
    let (day_part, time_part) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    let parts: Vec<i16> =
        day_part.split(['/', '.', '-']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [a, b, c] = parts.as_slice() else { return None };
    let date = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let reading = if *a > 1900 {
        DateReading::exact(text, date(*a, *b, *c)?)
    } else if *c < 1900 {
        return None;
    } else {
        // A dot stands between day and month, never between month and day.
        let month_first = if day_part.contains('.') { None } else { date(*c, *a, *b) };
        match (month_first, date(*c, *b, *a)) {
            (Some(one), Some(other)) => DateReading::either(text, one, other),
            (Some(one), None) | (None, Some(one)) => DateReading::exact(text, one),
            (None, None) => return None,
        }
    };
    let Some(time) = time_part else { return Some(DateTimeReading::days(&reading)) };
    let time = ["%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"]
        .iter()
        .find_map(|format| Time::strptime(format, time).ok());
    Some(match time {
        Some(time) => DateTimeReading {
            raw: text.to_owned(),
            earliest: reading.earliest.to_datetime(time),
            latest: reading.latest.to_datetime(time),
        },
        None => DateTimeReading::days(&reading),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_format_decides_and_without_one_both_readings_stay() {
        let british = ["%d/%m/%Y".to_owned(), "%d/%m/%Y %H:%M".to_owned()];
        assert_eq!(day("03/04/2019", &british).unwrap().earliest.to_string(), "2019-04-03");
        let at = moment("03/04/2019 14:05", &british).unwrap();
        assert_eq!(at.earliest.to_string(), "2019-04-03T14:05:00");
        let open = day("03/04/2019", &[]).unwrap();
        assert_eq!((open.earliest.to_string(), open.is_exact()), ("2019-03-04".to_owned(), false));
        assert_eq!(day("23/04/2019", &[]).unwrap().earliest.to_string(), "2019-04-23");
        assert_eq!(day("03.04.2019", &[]).unwrap().earliest.to_string(), "2019-04-03");
        assert_eq!(day("2019-04-03", &[]).unwrap().latest.to_string(), "2019-04-03");
        let whole = moment("2019-04-03", &[]).unwrap();
        assert!(whole.earliest < whole.latest);
        for none in ["", "soon", "31/31/2019", "1/2", "2019-04-03x"] {
            assert!(day(none, &[]).is_none(), "{none}");
        }
        assert!(day("2019-04-03", &british).is_none());
    }
}
