//! What was claimed and what was proved, month by month: a picture, and the same numbers as a table.

use response::readiness::{Month, Sums};

use crate::words::{counted, number};

/// Units of the picture; it is scaled to the page.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 150.0;
/// Room for the line's own breadth.
const EDGE: f64 = 6.0;

/// Two lines, and a row for each month.
pub(super) struct Chart {
    /// Claimed and proved, from left to right.
    pub(super) lines: Vec<Line>,
    /// What the picture says, in a sentence.
    pub(super) words: String,
    /// The newest month first.
    pub(super) rows: Vec<Row>,
    pub(super) first: String,
    pub(super) last: String,
}

pub(super) struct Line {
    pub(super) class: &'static str,
    pub(super) shape: &'static str,
    pub(super) word: &'static str,
    pub(super) points: String,
    /// Where it ends: of a single month that is all of it.
    pub(super) end: (String, String),
}

pub(super) struct Row {
    pub(super) month: String,
    pub(super) claimed: String,
    pub(super) proved: String,
    pub(super) late: String,
    pub(super) contradicted: String,
    pub(super) gap: String,
}

/// The picture of a series; `None` where nothing was claimed.
pub(super) fn chart(series: &[Month]) -> Option<Chart> {
    let (first, last) = (series.first()?, series.last()?);
    let most = last.sums.claimed.max(1);
    let line = |(class, shape, word), of: fn(&Sums) -> u64| {
        let points: Vec<(String, String)> = series
            .iter()
            .enumerate()
            .map(|(at, month)| place(at, series.len(), of(&month.sums), most))
            .collect();
        let end = points.last().cloned().unwrap_or_default();
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        Line { class, shape, word, points: points.join(" "), end }
    };
    let proved = |sums: &Sums| sums.borne_out + sums.late;
    Some(Chart {
        lines: vec![
            line(("unknown-line", "┅", "claimed"), |sums| sums.claimed),
            line(("fixed-line", "━", "proved"), proved),
        ],
        words: format!(
            "By the end of {}: {}, {} proved.",
            month(last),
            counted(last.sums.claimed, "claim", "claims"),
            number(proved(&last.sums))
        ),
        rows: series.iter().rev().map(row).collect(),
        first: month(first),
        last: month(last),
    })
}

fn row(own: &Month) -> Row {
    let sums = &own.sums;
    Row {
        month: month(own),
        claimed: number(sums.claimed),
        proved: number(sums.borne_out + sums.late),
        late: number(sums.late),
        contradicted: number(sums.contradicted),
        gap: number(sums.gap()),
    }
}

fn month(own: &Month) -> String {
    own.month.strftime("%B %Y").to_string()
}

#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
fn place(at: usize, of: usize, value: u64, most: u64) -> (String, String) {
    let step = (WIDTH - 2.0 * EDGE) / (of.saturating_sub(1).max(1)) as f64;
    let height = HEIGHT - 2.0 * EDGE;
    let y = HEIGHT - EDGE - height * (value as f64 / most as f64);
    (format!("{:.1}", EDGE + step * at as f64), format!("{y:.1}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_meet_where_everything_is_proved_and_nowhere_else() {
        let month = |month: &str, claimed, borne_out| Month {
            month: month.parse().unwrap(),
            sums: Sums { claimed, borne_out, ..Sums::default() },
        };
        let series =
            [month("2017-03-01", 1, 0), month("2017-04-01", 3, 1), month("2017-05-01", 4, 4)];
        let chart = chart(&series).unwrap();
        let [claimed, proved] = &chart.lines[..] else { panic!("two lines") };
        assert_eq!(claimed.end, proved.end);
        assert_ne!(claimed.points, proved.points);
        assert_eq!(chart.words, "By the end of May 2017: 4 claims, 4 proved.");
        assert_eq!(chart.rows[1].gap, "2");
        assert!(super::chart(&[]).is_none());
    }
}
