//! Dates and times as Windows prints them in the user's own format.
//!
//! Which number is the month is told by the separator, by a number above twelve in any date of
//! the same file ([`DayOrder::shown_by`]), or by what the caller knows of the host. Where nothing
//! tells, both readings are kept. This module must not know any file format.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use model::evidence::{DateReading, DateTimeReading};

/// Which of two numbers before the year is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOrder {
    /// 22/08/2014.
    DayFirst,
    /// 8/22/2014.
    MonthFirst,
}

impl DayOrder {
    /// The order that the impossible months in several dates show. `None` if they show nothing or
    /// contradict one another.
    pub(crate) fn shown_by<'a>(dates: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let (mut day_first, mut month_first) = (false, false);
        for raw in dates {
            let Some(parts) = Parts::read(raw) else { continue };
            if let Form::YearLast { first, second, .. } = parts.form {
                day_first |= first > 12 && second <= 12;
                month_first |= second > 12 && first <= 12;
            }
        }
        match (day_first, month_first) {
            (true, false) => Some(Self::DayFirst),
            (false, true) => Some(Self::MonthFirst),
            _ => None,
        }
    }
}

/// Reads a date; a time behind it is left aside.
pub(crate) fn read_date(raw: &str, order: Option<DayOrder>) -> Option<DateReading> {
    let raw = raw.trim();
    if let Some(instant) = filetime(raw).or_else(|| json_instant(raw)) {
        let reading = instant_reading(raw, instant);
        return Some(DateReading {
            raw: raw.to_owned(),
            earliest: reading.earliest.date(),
            latest: reading.latest.date(),
        });
    }
    let (one, other) = Parts::read(raw)?.dates(order)?;
    Some(DateReading::either(raw, one, other))
}

/// Reads a date with a time. Without a time the whole day is meant.
pub(crate) fn read_date_time(raw: &str, order: Option<DayOrder>) -> Option<DateTimeReading> {
    let raw = raw.trim();
    if let Some(instant) = filetime(raw).or_else(|| json_instant(raw)).or_else(|| utc_instant(raw))
    {
        return Some(instant_reading(raw, instant));
    }
    let parts = Parts::read(raw)?;
    let (one, other) = parts.dates(order)?;
    let (from, to) = parts.time.unwrap_or((Time::midnight(), Time::MAX));
    let (first, last) = (one.min(other), one.max(other));
    Some(DateTimeReading {
        raw: raw.to_owned(),
        earliest: first.to_datetime(from),
        latest: last.to_datetime(to),
    })
}

/// An instant as a host in an unknown time zone would have printed it: offsets in use run from
/// -12:00 to +14:00 (IANA time zone database).
pub(crate) fn instant_reading(raw: impl Into<String>, instant: Timestamp) -> DateTimeReading {
    let local = |hours: i64| -> DateTime {
        let moved = instant.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(instant);
        Offset::UTC.to_datetime(moved)
    };
    DateTimeReading { raw: raw.into(), earliest: local(-12), latest: local(14) }
}

/// A Windows FILETIME in 16 hexadecimal digits: 100 ns steps since 1601 (Microsoft, "FILETIME
/// structure"). Vista's `wmic qfe` prints these.
fn filetime(raw: &str) -> Option<Timestamp> {
    if raw.len() != 16 || !raw.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let ticks = i64::from_str_radix(raw, 16).ok()?;
    // Seconds from 1601-01-01 to 1970-01-01.
    let seconds = ticks / 10_000_000 - 11_644_473_600;
    // A date of Windows' own age: other 16-digit texts are not dates.
    if !(631_152_000..7_258_118_400).contains(&seconds) {
        return None;
    }
    Timestamp::from_second(seconds).ok()
}

/// `/Date(1551481200000)/`, as PowerShell's `ConvertTo-Json` prints dates.
fn json_instant(raw: &str) -> Option<Timestamp> {
    let inner = raw.strip_prefix("/Date(").or_else(|| raw.strip_prefix("\\/Date("))?;
    let end = inner.find(|c: char| !(c.is_ascii_digit() || c == '-'))?;
    Timestamp::from_millisecond(inner.get(..end)?.parse().ok()?).ok()
}

/// RFC 3339 with an offset or "Z".
fn utc_instant(raw: &str) -> Option<Timestamp> {
    if raw.len() < 17 || !raw.is_ascii() {
        return None;
    }
    raw.parse::<Timestamp>().ok()
}

/// How the three numbers of a date stand.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// Year, month, day.
    YearFirst { year: i16, month: i8, day: i8 },
    /// Two numbers and the year; whether the separator alone says that the day comes first.
    YearLast { first: i8, second: i8, year: i16, day_first: bool },
}

/// The pieces of a printed date.
#[derive(Clone, Copy, Debug)]
struct Parts {
    form: Form,
    /// Earliest and latest time it may mean.
    time: Option<(Time, Time)>,
}

#[derive(Clone, Copy)]
struct Number {
    value: u64,
    digits: u8,
    /// The character before it.
    before: char,
}

impl Parts {
    fn read(raw: &str) -> Option<Self> {
        if raw.len() > 100 {
            return None;
        }
        let numbers = numbers(raw);
        let first = *numbers.first()?;
        if first.digits >= 8 {
            return Self::compact(raw);
        }
        let (form, used) = match english_month(raw) {
            Some(month) => (named_month(&numbers, month)?, 2),
            None => (numeric(&numbers)?, 3),
        };
        let time = time_of(raw, numbers.get(used..).unwrap_or(&[]));
        Some(Self { form, time })
    }

    /// "20190321" and CIM's "20190320215825.500000+060" (DMTF, datetime type).
    fn compact(raw: &str) -> Option<Self> {
        let end = raw.find(|c: char| !c.is_ascii_digit()).unwrap_or(raw.len());
        let digits = raw.get(..end)?;
        let part = |from: usize, to: usize| digits.get(from..to).and_then(|d| d.parse::<i8>().ok());
        if digits.len() != 8 && digits.len() != 14 {
            return None;
        }
        let form = Form::YearFirst {
            year: digits.get(..4)?.parse().ok()?,
            month: part(4, 6)?,
            day: part(6, 8)?,
        };
        let time = match (part(8, 10), part(10, 12), part(12, 14)) {
            (Some(h), Some(m), Some(s)) => Time::new(h, m, s, 0).ok().map(|t| (t, t)),
            _ => None,
        };
        Some(Self { form, time })
    }

    fn dates(&self, order: Option<DayOrder>) -> Option<(Date, Date)> {
        match self.form {
            Form::YearFirst { year, month, day } => {
                let date = Date::new(gregorian(year)?, month, day).ok()?;
                Some((date, date))
            }
            Form::YearLast { first, second, year, day_first } => {
                let year = gregorian(year)?;
                let by_day = Date::new(year, second, first).ok();
                let by_month = Date::new(year, first, second).ok();
                match (by_day, by_month) {
                    (Some(day), Some(month)) => {
                        let order = if day_first { Some(DayOrder::DayFirst) } else { order };
                        Some(match order {
                            Some(DayOrder::DayFirst) => (day, day),
                            Some(DayOrder::MonthFirst) => (month, month),
                            None => (day, month),
                        })
                    }
                    (Some(only), None) | (None, Some(only)) => Some((only, only)),
                    (None, None) => None,
                }
            }
        }
    }
}

/// Thai systems count years from 543 BC; other calendars are not read.
fn gregorian(year: i16) -> Option<i16> {
    match year {
        1980..=2199 => Some(year),
        2523..=2742 => Some(year - 543),
        _ => None,
    }
}

fn numeric(numbers: &[Number]) -> Option<Form> {
    let [a, b, c, ..] = numbers else { return None };
    if a.digits == 4 {
        return Some(Form::YearFirst {
            year: i16::try_from(a.value).ok()?,
            month: i8::try_from(b.value).ok()?,
            day: i8::try_from(c.value).ok()?,
        });
    }
    // A build, an address and a time of day are not dates.
    if !matches!(b.before, '/' | '.' | '-' | ' ' | '\u{a0}' | '\u{202f}') || b.before == ':' {
        return None;
    }
    let year = match c.digits {
        4 => i16::try_from(c.value).ok()?,
        2 => i16::try_from(c.value).ok()? + if c.value < 80 { 2000 } else { 1900 },
        _ => return None,
    };
    Some(Form::YearLast {
        first: i8::try_from(a.value).ok()?,
        second: i8::try_from(b.value).ok()?,
        year,
        // Only "/" is used both ways (Unicode CLDR, short date formats): with "." and "-" and the
        // year last, the day comes first.
        day_first: b.before != '/',
    })
}

fn named_month(numbers: &[Number], month: i8) -> Option<Form> {
    let [a, b, ..] = numbers else { return None };
    let (day, year) = if a.digits == 4 { (b, a) } else { (a, b) };
    Some(Form::YearFirst {
        year: i16::try_from(year.value).ok()?,
        month,
        day: i8::try_from(day.value).ok()?,
    })
}

fn numbers(raw: &str) -> Vec<Number> {
    let mut out: Vec<Number> = Vec::with_capacity(8);
    let mut before = ' ';
    let mut open = false;
    for c in raw.chars() {
        // Marks of writing direction, which Windows puts between the parts.
        if matches!(c, '\u{200e}' | '\u{200f}') {
            continue;
        }
        if let Some(digit) = digit(c) {
            if open && let Some(last) = out.last_mut() {
                last.value = last.value.saturating_mul(10).saturating_add(u64::from(digit));
                last.digits = last.digits.saturating_add(1);
            } else {
                // "04. 03. 2019" and "2019. 3. 5." have blanks behind the mark that separates.
                out.push(Number { value: u64::from(digit), digits: 1, before });
                open = true;
            }
        } else {
            open = false;
            if !(c.is_whitespace() && matches!(before, '.' | '/' | '-')) {
                before = c;
            }
            continue;
        }
        before = ' ';
    }
    out
}

/// ASCII, Arabic-Indic and Persian digits.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(u32::from(c) - 0x30),
        '\u{660}'..='\u{669}' => Some(u32::from(c) - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(u32::from(c) - 0x6f0),
        _ => None,
    }
}

fn english_month(raw: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    raw.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 3).find_map(|word| {
        let head = word.get(..3)?;
        let at = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(head))?;
        i8::try_from(at + 1).ok()
    })
}

/// Half of the day, in the words of the languages that print it.
const MORNING: [&str; 10] = ["am", "a.m", "a. m", "上午", "오전", "午前", "πμ", "π.μ", "de.", "ص"];
const EVENING: [&str; 10] = ["pm", "p.m", "p. m", "下午", "오후", "午後", "μμ", "μ.μ", "du.", "م"];

fn time_of(raw: &str, numbers: &[Number]) -> Option<(Time, Time)> {
    let [hour, minute, rest @ ..] = numbers else { return None };
    if !matches!(minute.before, ':' | '.') {
        return None;
    }
    let second = rest.first().filter(|n| matches!(n.before, ':' | '.')).map_or(0, |n| n.value);
    let hour = i8::try_from(hour.value).ok()?;
    let make = |hour: i8| {
        Time::new(hour, i8::try_from(minute.value).ok()?, i8::try_from(second).ok()?, 0).ok()
    };
    let lower = raw.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let (morning, evening) = (has(&MORNING), has(&EVENING));
    let hour = match (morning, evening, hour) {
        (true, false, 12) => 0,
        (false, true, 1..=11) => hour + 12,
        _ => hour,
    };
    let unknown_half =
        !morning && !evening && hour <= 11 && raw.chars().any(char::is_alphabetic) && {
            // A word that is no month and no known half of the day: it may be either half.
            english_month(raw).is_none() && !raw.contains('T') && !raw.ends_with('Z')
        };
    let early = make(hour)?;
    let late = if unknown_half { make(hour + 12)? } else { early };
    Some((early, late))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(raw: &str, order: Option<DayOrder>) -> String {
        read_date_time(raw, order).map_or("none".into(), |r| {
            if r.earliest == r.latest {
                r.earliest.to_string()
            } else {
                format!("{}..{}", r.earliest, r.latest)
            }
        })
    }

    #[test]
    fn reads_the_forms_of_many_locales() {
        let cases = [
            ("8/22/2014, 6:01:39 PM", "2014-08-22T18:01:39"),
            ("8/22/2014, 12:01:39 AM", "2014-08-22T00:01:39"),
            ("8/22/2014, 6:01:39\u{202f}PM", "2014-08-22T18:01:39"),
            ("15.06.2016, 18:34:33", "2016-06-15T18:34:33"),
            ("05.06.2016, 18:34:33", "2016-06-05T18:34:33"),
            ("2019-03-05, 10:11:12", "2019-03-05T10:11:12"),
            ("2019/3/5, 10:11:12", "2019-03-05T10:11:12"),
            ("22/08/2014, 18:01:39", "2014-08-22T18:01:39"),
            ("5-3-2019, 9:08:07", "2019-03-05T09:08:07"),
            ("2019. 03. 05., 10:11:12", "2019-03-05T10:11:12"),
            ("2019-03-05, 오후 9:01:02", "2019-03-05T21:01:02"),
            ("5.3.2019, 18.34.33", "2019-03-05T18:34:33"),
            ("22/8/2562, 18:01:39", "2019-08-22T18:01:39"),
            ("20190320215825.500000+060", "2019-03-20T21:58:25"),
            ("Saturday, March 2, 2019 12:00:00 AM", "2019-03-02T00:00:00"),
            ("22.08.2014", "2014-08-22T00:00:00..2014-08-22T23:59:59.999999999"),
            ("03/05/2018, 09:31:28", "2018-03-05T09:31:28..2018-05-03T09:31:28"),
        ];
        for (raw, expected) in cases {
            assert_eq!(moment(raw, None), expected, "{raw}");
        }
        assert_eq!(moment("03/05/2018, 09:31:28", Some(DayOrder::DayFirst)), "2018-05-03T09:31:28");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for raw in [
            "",
            "N/A",
            "...",
            "10.0.17763",
            "0 Days, 0 Hours, 1 Minutes, 38 Seconds",
            "99/99/2019",
            "1:2:2019",
        ] {
            assert_eq!(moment(raw, None), "none", "{raw}");
        }
    }

    #[test]
    fn a_number_above_twelve_in_any_date_shows_the_order_of_all() {
        assert_eq!(DayOrder::shown_by(["03/05/2018", "21/08/2018"]), Some(DayOrder::DayFirst));
        assert_eq!(DayOrder::shown_by(["03/05/2018", "4/13/2018"]), Some(DayOrder::MonthFirst));
        assert_eq!(DayOrder::shown_by(["03/05/2018"]), None);
        assert_eq!(DayOrder::shown_by(["13/05/2018", "05/13/2018"]), None);
    }

    #[test]
    fn an_instant_spans_every_time_zone() {
        let reading = read_date("01d4dfd0fb4eb361", None).unwrap();
        assert_eq!(
            (reading.earliest.to_string(), reading.latest.to_string()),
            ("2019-03-20".into(), "2019-03-22".into())
        );
        assert!(read_date("/Date(1551481200000)/", None).is_some());
    }
}
