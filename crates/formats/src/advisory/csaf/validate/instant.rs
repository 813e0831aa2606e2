//! Date-times as RFC 3339 writes them, compared as instants.
//!
//! Not a time library: a reader that accepts exactly the grammar of RFC 3339 section 5.6, keeps
//! every digit of the fraction (the standard's own samples differ in the fifth) and takes the
//! 60th second of a leap second, which most libraries refuse.

use jiff::civil::Date;

/// An instant, ordered in time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Instant {
    /// Minutes since 1970 in UTC.
    minute: i64,
    /// 0 to 60: a leap second sorts after the 59th and before the next minute.
    second: u8,
    /// Digits after the point without trailing zeros; such strings sort as the fractions do.
    fraction: String,
}

impl Instant {
    /// Reads an RFC 3339 `date-time`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut digits = Reader(text.as_bytes());
        let (year, month, day) =
            (digits.number(4)?, digits.after(b"-")?.number(2)?, digits.after(b"-")?.number(2)?);
        let (hour, minute, second) = (
            digits.after(b"Tt")?.number(2)?,
            digits.after(b":")?.number(2)?,
            digits.after(b":")?.number(2)?,
        );
        let fraction = if digits.after(b".").is_some() { digits.run()? } else { String::new() };
        let offset = digits.offset()?;
        if hour > 23 || minute > 59 || second > 60 || !digits.0.is_empty() {
            return None;
        }
        let date = Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()?;
        let days = i64::from(Date::constant(1970, 1, 1).until(date).ok()?.get_days());
        let minute = days * 1440 + i64::from(hour) * 60 + i64::from(minute) - offset;
        // A leap second ends a day of UTC, never any other minute.
        if second == 60 && minute.rem_euclid(1440) != 1439 {
            return None;
        }
        Some(Self { minute, second: u8::try_from(second).ok()?, fraction })
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    /// Takes one byte of the given ones.
    fn after(&mut self, allowed: &[u8]) -> Option<&mut Self> {
        let (first, rest) = self.0.split_first()?;
        allowed.contains(first).then(|| self.0 = rest)?;
        Some(self)
    }

    /// Takes exactly `width` digits.
    fn number(&mut self, width: usize) -> Option<u32> {
        let (head, rest) = self.0.split_at_checked(width)?;
        let mut value = 0;
        for byte in head {
            value = value * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        }
        self.0 = rest;
        Some(value)
    }

    /// Takes one digit or more, without the zeros at the end.
    fn run(&mut self) -> Option<String> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        let digits = str::from_utf8(head).ok().filter(|digits| !digits.is_empty())?;
        Some(digits.trim_end_matches('0').to_owned())
    }

    /// Takes `Z` or a numeric offset, in minutes.
    fn offset(&mut self) -> Option<i64> {
        if self.after(b"Zz").is_some() {
            return Some(0);
        }
        let sign = match self.0.first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.after(b"+-")?.number(2).filter(|hours| *hours < 24)?;
        let minutes = self.after(b":")?.number(2).filter(|minutes| *minutes < 60)?;
        Some(sign * i64::from(hours * 60 + minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn instants_compare_across_offsets_and_to_the_last_digit() {
        assert_eq!(at("2026-03-01T10:00:00Z"), at("2026-03-01t12:00:00.000+02:00"));
        assert_eq!(at("2026-01-01T00:30:00+01:00"), at("2025-12-31T23:30:00-00:00"));
        assert!(at("2026-03-01T10:00:00Z") < at("2026-03-01T10:00:00.00010Z"));
        assert!(at("2026-03-01T10:00:00.09Z") < at("2026-03-01T10:00:00.1Z"));
        assert!(at("1969-12-31T23:59:59Z") < at("1970-01-01T00:00:00Z"));
    }

    #[test]
    fn a_leap_second_lies_between_its_neighbours() {
        assert!(at("2016-12-31T23:59:59.9Z") < at("2016-12-31T23:59:60Z"));
        assert!(at("2016-12-31T23:59:60Z") < at("2017-01-01T00:00:00Z"));
        assert_eq!(at("2016-12-31T23:59:60Z"), at("2017-01-01T00:59:60+01:00"));
        assert_eq!(Instant::parse("2016-12-31T12:59:60Z"), None);
    }

    #[test]
    fn what_rfc_3339_does_not_write_is_no_date_time() {
        for text in [
            "",
            "2026-03-01",
            "2026-03-01 10:00:00Z",
            "2026-03-01T10:00:00",
            "2026-02-29T10:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T10:00Z",
            "2026-03-01T10:00:00.Z",
            "2026-03-01T10:00:00+0200",
            "2026-03-01T10:00:00+24:00",
            "2026-03-01T10:00:00Z ",
            "26-03-01T10:00:00Z",
            "٢٠٢٦-03-01T10:00:00Z",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
