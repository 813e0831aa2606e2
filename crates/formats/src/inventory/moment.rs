//! Moments as scanners print them.
//!
//! Where the print says how far it is from UTC, or counts seconds of the Unix epoch, the moment is
//! given in UTC; otherwise as printed, in the local time of whatever printed it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use model::evidence::DateTimeReading;

/// Forms without an offset from UTC: Nessus, Qualys asset report and VMDR, Nexpose.
const LOCAL: [&str; 6] = [
    "%a %b %d %H:%M:%S %Y",
    "%m/%d/%Y %H:%M:%S",
    "%b %d, %Y %I:%M %p",
    "%Y%m%dT%H%M%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
];

/// Forms with an offset.
const OFFSET: [&str; 2] = ["%d %b %Y %I:%M%p GMT%z", "%m/%d/%Y at %H:%M:%S (GMT%z)"];

/// Seconds of the Unix epoch, in UTC.
pub(crate) fn epoch(raw: &str) -> Option<DateTimeReading> {
    let seconds: i64 = raw.trim().parse().ok()?;
    let at = Timestamp::from_second(seconds).ok()?;
    (seconds > 0).then(|| DateTimeReading::exact(raw.trim(), utc(at)))
}

/// A moment in any form that a scanner prints.
pub(crate) fn printed(raw: &str) -> Option<DateTimeReading> {
    let text = raw.trim();
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    let at = text
        .parse::<Timestamp>()
        .ok()
        .map(utc)
        .or_else(|| text.parse::<DateTime>().ok())
        .or_else(|| {
            let parsed = OFFSET.iter().find_map(|form| strtime::parse(form, text).ok())?;
            parsed.to_timestamp().ok().map(utc)
        })
        .or_else(|| {
            // Nexpose appends milliseconds without a mark.
            let text = match text.split_once('T') {
                Some((day, time)) if day.len() == 8 && time.len() > 6 => text.get(..15)?,
                _ => text,
            };
            LOCAL.iter().find_map(|form| DateTime::strptime(form, text).ok())
        })?;
    Some(DateTimeReading::exact(text, at))
}

fn utc(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::UTC).datetime()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_scanners_print() {
        for (raw, expected) in [
            ("2024-03-18T21:29:42Z", "2024-03-18T21:29:42"),
            ("2020-11-22T18:06:58+01:00", "2020-11-22T17:06:58"),
            ("Wed Mar 23 15:07:52 2022", "2022-03-23T15:07:52"),
            ("05/13/2021 07:08:28", "2021-05-13T07:08:28"),
            ("Feb 03, 2026 07:00 AM", "2026-02-03T07:00:00"),
            ("04 Feb 2026 10:00AM GMT-0500", "2026-02-04T15:00:00"),
            ("20210211T162340221", "2021-02-11T16:23:40"),
        ] {
            let read = printed(raw).unwrap_or_else(|| panic!("{raw}"));
            assert_eq!(read.earliest.to_string(), expected, "{raw}");
            assert_eq!(read.raw, raw);
        }
        assert_eq!(epoch("1606065273").unwrap().earliest.to_string(), "2020-11-22T17:14:33");
        for raw in ["", "0", "soon", "99999999999999999999"] {
            assert!(epoch(raw).is_none() && printed(raw).is_none(), "{raw}");
        }
    }
}
