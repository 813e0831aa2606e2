//! FIRST's daily EPSS scores: how probable exploitation of a CVE is in the next 30 days.
//!
//! ```csv
//! #model_version:v2025.03.14,score_date:2025-12-26T12:55:00Z
//! cve,epss,percentile
//! CVE-2017-0144,0.94316,0.99953
//! ```
//!
//! The first line may be missing; then the scores have no day.

use jiff::civil::Date;
use model::cve::CveId;
use model::fact::{EpssScore, Fact, FactSink, Source, SourceKind};
use model::reading::{Place, ReadError};

use crate::advisory::Summary;
use crate::advisory::content;
use crate::advisory::day::day;
use crate::advisory::table::Table;
use crate::advisory::tally::Tally;
use crate::inventory::Input;

/// Whether the header is that of EPSS scores.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = content::head(input.bytes, 4_096);
    text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty()).is_some_and(
        |line| {
            let line = line.replace(['"', ' '], "").to_ascii_lowercase();
            line.starts_with("cve,epss")
        },
    )
}

/// Reads the scores.
pub fn read(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let table = Table::open(input.bytes)?;
    let (cve, epss, percentile) =
        (table.column("cve")?, table.column("epss")?, table.column("percentile")?);
    let mut tally = Tally::default();
    let (version, date) = stamp(input);
    if date.is_none() {
        tally.warn(Place::Line(1), "no score_date: the day of these scores is unknown");
    }
    sink.source(Source {
        kind: SourceKind::Epss,
        id: match date {
            Some(date) => format!("EPSS {date}"),
            None => "EPSS".to_owned(),
        },
        title: version.map(|version| format!("EPSS model {version}")),
        publisher: Some("FIRST".to_owned()),
        url: None,
        published: date,
        as_of: date,
    });
    table.rows(|place, row| {
        let row = match row {
            Ok(row) => row,
            Err(message) => return tally.unreadable(place, message),
        };
        let Ok(id) = row.cell(cve).parse::<CveId>() else {
            let cell = row.cell(cve);
            return tally.unreadable(place, format!("`{cell}` is not a CVE identifier"));
        };
        let (Some(probability), Some(rank)) =
            (share(&row.cell(epss)), share(&row.cell(percentile)))
        else {
            return tally.unreadable(place, format!("the scores of {id} are not between 0 and 1"));
        };
        tally.record();
        sink.fact(Fact::Epss(EpssScore { cve: id, probability, percentile: rank, date }));
    });
    Ok(tally.finish())
}

fn share(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|share| (0.0..=1.0).contains(share))
}

/// Model version and day in the comment before the header.
fn stamp(input: &Input<'_>) -> (Option<String>, Option<Date>) {
    let text = content::head(input.bytes, 1_024);
    let mut version = None;
    let mut date = None;
    for line in text.lines().map_while(|line| line.trim().strip_prefix('#')) {
        for part in line.split(',') {
            match part.trim().split_once(':') {
                Some(("model_version", value)) => version = Some(value.trim().to_owned()),
                Some(("score_date", value)) => date = day(value),
                _ => {}
            }
        }
    }
    (version, date)
}
