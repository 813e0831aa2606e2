//! How the numbers moved: a picture made here, and the same numbers as a table.
//!
//! A day that is not worked out is a gap, and the page says how many there are.

use app::exposure::desk::Desk;
use app::exposure::history::{DayState, Sums, TrendDay, end_of};
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use serde::Deserialize;

use crate::words::{Sign, counted, day, number, percent, sign};

/// Units of the picture; it is scaled to the page.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 150.0;
/// Room for the line's own breadth.
const EDGE: f64 = 6.0;

/// How many days are wanted: 30, or 90.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct TrendQuery {
    #[serde(default)]
    days: Option<i32>,
}

impl TrendQuery {
    pub(crate) fn days(self) -> i32 {
        if self.days == Some(90) { 90 } else { 30 }
    }
}

/// The numbers of some days.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trend {
    pub(crate) lines: Vec<Line>,
    pub(crate) rows: Vec<Row>,
    /// What is missing, in words; empty if nothing is.
    pub(crate) missing: String,
    pub(crate) days: i32,
    /// The same page with the other number of days.
    pub(crate) other: (i32, String),
}

/// One number as a line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) sign: Sign,
    /// What the picture says, in a sentence.
    pub(crate) words: String,
    /// Unbroken parts of the line.
    pub(crate) parts: Vec<String>,
    /// Days that stand alone.
    pub(crate) dots: Vec<(String, String)>,
    pub(crate) most: String,
    pub(crate) first: String,
    pub(crate) last: String,
}

/// One day in the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) day: String,
    /// The question that it answers; empty for the page's own.
    pub(crate) href: String,
    /// Hosts by verdict; empty where the day is not there.
    pub(crate) numbers: Vec<(&'static str, String)>,
    /// Why the day is not there.
    pub(crate) why: &'static str,
}

/// Where the page is, for the links of its days.
pub(crate) struct Place<'p> {
    pub(crate) path: &'p str,
    pub(crate) others: &'p [(String, String)],
}

impl Place<'_> {
    fn with(&self, more: &str) -> String {
        let others = self.others.iter().filter(|(name, _)| name != "days");
        let mut query: Vec<String> =
            others.map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        query.push(more.to_owned());
        format!("{}?{}", self.path, query.join("&"))
    }
}

/// The days before `today` of an advisory, and today's own numbers at their end.
pub(crate) fn trend(
    desk: &Desk,
    advisory: &str,
    (today, now): (Date, Sums),
    days: i32,
    place: &Place<'_>,
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Trend {
    let before = desk.history().trend(advisory, (today, days), wanted);
    made(&before, (today, now), days, place)
}

fn made(before: &[TrendDay], (today, now): (Date, Sums), days: i32, place: &Place<'_>) -> Trend {
    let mut values: Vec<(Date, Option<Sums>)> =
        before.iter().map(|day| (day.day, day.sums)).collect();
    values.push((today, Some(now)));
    let lines = [Verdict::Affected, Verdict::Unknown];
    let mut rows: Vec<Row> = before.iter().map(|own| row(own, place)).collect();
    rows.push(Row { day: day(today), href: String::new(), numbers: numbers(&now), why: "" });
    rows.reverse();
    let other = if days == 90 { 30 } else { 90 };
    Trend {
        lines: lines.into_iter().map(|verdict| line(verdict, &values)).collect(),
        rows,
        missing: missing(before),
        days,
        other: (other, place.with(&format!("days={other}"))),
    }
}

fn row(own: &TrendDay, place: &Place<'_>) -> Row {
    let known = end_of(own.day);
    Row {
        day: day(own.day),
        href: place.with(&format!("as_at={}&as_known={known}", own.day)),
        numbers: own.sums.as_ref().map(numbers).unwrap_or_default(),
        why: match own.state {
            DayState::Working => "not worked out yet",
            DayState::NoKnowledge => "there was no knowledge of flaws",
            DayState::Failed => "could not be worked out",
            DayState::Ready(_) => "",
        },
    }
}

fn numbers(sums: &Sums) -> Vec<(&'static str, String)> {
    let shown = |verdict| (sign(verdict).word, number(sums.hosts(verdict)));
    Verdict::ALL.into_iter().map(shown).collect()
}

fn missing(days: &[TrendDay]) -> String {
    let count = |is: fn(&DayState) -> bool| days.iter().filter(|day| is(&day.state)).count() as u64;
    let working = count(|state| *state == DayState::Working);
    let none = count(|state| *state == DayState::NoKnowledge);
    let failed = count(|state| *state == DayState::Failed);
    let mut words = Vec::new();
    if working > 0 {
        let days = counted(working, "day is", "days are");
        words.push(format!("{days} not worked out yet: look again in a while."));
    }
    if none > 0 {
        let days = counted(none, "day", "days");
        words.push(format!("Of {days} nothing can be told: the record had no knowledge then."));
    }
    if failed > 0 {
        words.push(format!("{} could not be worked out.", counted(failed, "day", "days")));
    }
    words.join(" ")
}

fn line(verdict: Verdict, values: &[(Date, Option<Sums>)]) -> Line {
    let hosts: Vec<Option<u64>> =
        values.iter().map(|(_, sums)| sums.map(|sums| sums.hosts(verdict))).collect();
    let most = hosts.iter().flatten().copied().max().unwrap_or(0);
    let (mut parts, mut dots) = (Vec::new(), Vec::new());
    for part in unbroken(&hosts) {
        let points: Vec<(f64, f64)> =
            part.iter().map(|(at, value)| place_of(*at, hosts.len(), *value, most)).collect();
        match points.as_slice() {
            [(x, y)] => dots.push((format!("{x:.1}"), format!("{y:.1}"))),
            several => {
                let points = several.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
                parts.push(points.collect::<Vec<_>>().join(" "));
            }
        }
    }
    let known: Vec<(Date, u64)> = values
        .iter()
        .filter_map(|(day, sums)| Some((*day, sums.as_ref()?.hosts(verdict))))
        .collect();
    let (first, last) = (known.first().copied(), known.last().copied());
    let words = match (first, last) {
        (Some((from, before)), Some((to, now))) if from != to => format!(
            "{}: {} on {}, {} on {}.",
            sign(verdict).word,
            counted(before, "host", "hosts"),
            day(from),
            number(now),
            day(to)
        ),
        (_, Some((to, now))) => {
            format!("{}: {} on {}.", sign(verdict).word, counted(now, "host", "hosts"), day(to))
        }
        _ => format!("{}: no day is there yet.", sign(verdict).word),
    };
    let end =
        |value: Option<&(Date, Option<Sums>)>| value.map_or(String::new(), |(on, _)| day(*on));
    Line {
        sign: sign(verdict),
        words,
        parts,
        dots,
        most: number(most),
        first: end(values.first()),
        last: end(values.last()),
    }
}

/// Days one after the other that are there, each with its place.
fn unbroken(hosts: &[Option<u64>]) -> Vec<Vec<(usize, u64)>> {
    let mut parts: Vec<Vec<(usize, u64)>> = Vec::new();
    let mut is_open = false;
    for (at, value) in hosts.iter().enumerate() {
        match value {
            Some(value) if is_open => {
                if let Some(part) = parts.last_mut() {
                    part.push((at, *value));
                }
            }
            Some(value) => parts.push(vec![(at, *value)]),
            None => {}
        }
        is_open = value.is_some();
    }
    parts
}

#[expect(clippy::cast_precision_loss, reason = "a picture has no more than some hundred units")]
fn place_of(at: usize, count: usize, value: u64, most: u64) -> (f64, f64) {
    let across = at as f64 / count.saturating_sub(1).max(1) as f64;
    let up = value as f64 / most.max(1) as f64;
    (EDGE + across * (WIDTH - 2.0 * EDGE), HEIGHT - EDGE - up * (HEIGHT - 2.0 * EDGE))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use app::exposure::history::Point;

    use super::*;

    fn on(text: &str, open: Option<u64>) -> TrendDay {
        let day: Date = text.parse().unwrap();
        let sums = open.map(|open| Sums { of: [open, 7, 0, 0, 0], ..Sums::default() });
        let point = |sums| Point {
            as_at: day,
            as_known: end_of(day),
            knowledge: String::new(),
            codes: Arc::from(Vec::new()),
            rows: vec![sums],
        };
        let state = sums.map_or(DayState::Working, |sums| DayState::Ready(Arc::new(point(sums))));
        TrendDay { day, sums, state }
    }

    #[test]
    fn a_day_that_is_not_there_is_a_gap_and_is_said() {
        let before = [on("2017-05-08", Some(4)), on("2017-05-09", None), on("2017-05-10", Some(8))];
        let now = Sums { of: [2, 0, 0, 0, 0], ..Sums::default() };
        let others = [("advisory".to_owned(), "MS17-010".to_owned()), ("days".into(), "90".into())];
        let place = Place { path: "/situation", others: &others };
        let trend = made(&before, ("2017-05-11".parse().unwrap(), now), 30, &place);
        let open = &trend.lines[0];
        assert_eq!(open.parts, ["398.0,6.0 594.0,109.5"]);
        assert_eq!(open.dots, [("6.0".to_owned(), "75.0".to_owned())]);
        assert_eq!(open.words, "Open: 4 hosts on 8 May 2017, 2 on 11 May 2017.");
        assert_eq!(trend.missing, "1 day is not worked out yet: look again in a while.");
        let missing = trend.rows.iter().find(|row| row.day == "9 May 2017").unwrap();
        assert!(missing.numbers.is_empty() && missing.why == "not worked out yet");
        assert_eq!(
            trend.rows[3].href,
            "/situation?advisory=MS17-010&as_at=2017-05-08&as_known=2017-05-08T23:59:59Z"
        );
        assert_eq!(trend.other.1, "/situation?advisory=MS17-010&days=90");
    }
}
