//! The answer for a person: the sentence first, then whom to ask, then the table.

use std::collections::BTreeMap;

use app::exposure::answer::{Asked, Counts, OrganisationAnswer, SectorAnswer};
use app::exposure::sentence;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use model::verdict::Verdict;

use super::By;
use crate::present::words::{capital, count, paragraph, thousands};
use crate::terminal;

/// Most rows of a table unless all are asked for.
const MOST: usize = 25;

/// All answers.
pub(super) fn screen(asked: &Asked, by: Option<By>, everyone: bool) -> String {
    let mut text = String::new();
    for answer in &asked.answers {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&one(answer, by, everyone));
    }
    let line = format!(
        "As at {}, as known at {}; knowledge of {}; evidence counts by the policy {}.",
        asked.as_at,
        minute(asked.as_known),
        asked.knowledge_built_at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        asked.freshness,
    );
    text.push('\n');
    text.push_str(&paragraph(&line, "  "));
    text
}

fn minute(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn one(answer: &SectorAnswer, by: Option<By>, everyone: bool) -> String {
    let mut all = Counts::default();
    for row in &answer.organisations {
        all.absorb(&row.counts);
    }
    let mut text = paragraph(&sentence::status(answer, &all), "");
    if answer.is_unresolved {
        text.push_str(&paragraph(
            &format!(
                "Note: the knowledge of the record has nothing of the name {}: that tells nothing \
                 of any host.",
                answer.advisory
            ),
            "  ",
        ));
    }
    text.push_str(&unknowns(&all));
    text.push_str(&surplus(&all));
    text.push('\n');
    text.push_str(&match by {
        None => organisations(answer, everyone),
        Some(By::Kind) => sums(answer, "Kind", |row| {
            row.kind.map_or("not registered".to_owned(), |kind| kind.to_string())
        }),
        Some(By::Region) => sums(answer, "Region", |row| {
            row.region.as_ref().map_or("none".to_owned(), ToString::to_string)
        }),
        Some(By::Product) => products(answer),
    });
    text
}

fn n(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Why it is not known, the most hosts first.
fn unknowns(all: &Counts) -> String {
    let why = sentence::unknowns(all);
    if why.is_empty() {
        return String::new();
    }
    let parts: Vec<String> =
        why.iter().map(|(words, hosts)| format!("{} {words}", thousands(n(*hosts)))).collect();
    paragraph(&format!("Unknown because: {}.", parts.join("; ")), "  ")
}

/// Hosts of the record that may not be machines of their own, and those beyond what was expected.
fn surplus(all: &Counts) -> String {
    let mut parts = Vec::new();
    if all.maybe_twice > 0 {
        parts.push(format!(
            "{} may be machines that stand in the record twice (`wardround estate --duplicates`)",
            count(n(all.maybe_twice), "host", "hosts")
        ));
    }
    if all.beyond_expected > 0 {
        parts.push(format!(
            "{} beyond the number expected: gone, renamed, or never counted",
            count(n(all.beyond_expected), "host is", "hosts are")
        ));
    }
    if parts.is_empty() {
        return String::new();
    }
    paragraph(&format!("Of these {}.", parts.join("; ")), "  ")
}

/// Organisations, the most open first, then those of whom least is known.
fn organisations(answer: &SectorAnswer, everyone: bool) -> String {
    let mut rows: Vec<&OrganisationAnswer> = answer.organisations.iter().collect();
    rows.sort_by(|a, b| {
        let key = |r: &OrganisationAnswer| {
            (r.counts.of(Verdict::Affected), r.counts.of(Verdict::Unknown))
        };
        key(b).cmp(&key(a)).then_with(|| a.code.cmp(&b.code))
    });
    let shown = if everyone { rows.len() } else { MOST.min(rows.len()) };
    let mut table = begin(&["Code", "Name", "Kind"]);
    // Codes and kinds are single words: only names are broken.
    for at in [0, 2] {
        if let Some(column) = table.column_mut(at) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    for row in rows.iter().take(shown) {
        let mut cells = vec![
            row.code.to_string(),
            row.name.clone(),
            row.kind.map_or("not registered".to_owned(), |kind| kind.to_string()),
        ];
        cells.extend(numbers(&row.counts));
        cells.push(evidence(row));
        table.add_row(cells);
    }
    let mut text = finish(&mut table, 3);
    if let Some(more) = rows.len().checked_sub(shown).filter(|more| *more > 0) {
        text.push_str(&format!(
            " … and {} (-v shows all)\n",
            count(more, "more organisation", "more organisations")
        ));
    }
    text
}

fn evidence(row: &OrganisationAnswer) -> String {
    match (row.age.median_days, row.counts.shown()) {
        (_, 0) => "none".to_owned(),
        (None, _) => "no patch state".to_owned(),
        (Some(days), _) => format!("{days} d"),
    }
}

fn sums(answer: &SectorAnswer, title: &str, of: impl Fn(&OrganisationAnswer) -> String) -> String {
    let mut sums: BTreeMap<String, (usize, Counts)> = BTreeMap::new();
    for row in &answer.organisations {
        let sum = sums.entry(of(row)).or_default();
        sum.0 += 1;
        sum.1.absorb(&row.counts);
    }
    let mut table = begin(&[title, "Organisations"]);
    for (name, (organisations, counts)) in &sums {
        let mut cells = vec![capital(name), thousands(*organisations)];
        cells.extend(numbers(counts));
        cells.push(String::new());
        table.add_row(cells);
    }
    finish(&mut table, 1)
}

/// What hosts run, the most open first.
fn products(answer: &SectorAnswer) -> String {
    let mut rows: Vec<(&Option<String>, &Counts)> = answer.products.iter().collect();
    rows.sort_by_key(|(name, counts)| {
        let (open, unknown) = (counts.of(Verdict::Affected), counts.of(Verdict::Unknown));
        (std::cmp::Reverse((open, unknown)), *name)
    });
    let mut table = begin(&["Product"]);
    for (name, counts) in rows {
        let mut cells = vec![name.as_deref().map_or("Never seen".to_owned(), capital)];
        cells.extend(numbers(counts));
        cells.push(String::new());
        table.add_row(cells);
    }
    finish(&mut table, 1)
}

fn begin(first: &[&str]) -> Table {
    let mut table = Table::new();
    let mut header: Vec<&str> = first.to_vec();
    header.extend(["Hosts", "Open", "Unknown", "Mitigated", "Fixed", "Not affected", "Evidence"]);
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(terminal::width())
        .set_header(header);
    table
}

fn numbers(counts: &Counts) -> Vec<String> {
    let hosts = if counts.of_unknown_size > 0 && counts.hosts() == 0 {
        "?".to_owned()
    } else {
        thousands(n(counts.hosts()))
    };
    let mut cells = vec![hosts];
    cells.extend(Verdict::ALL.iter().map(|verdict| match counts.of(*verdict) {
        0 if counts.hosts() == 0 => "?".to_owned(),
        number => thousands(n(number)),
    }));
    cells
}

/// The drawn table without blanks at the ends of lines; numbers are not broken.
fn finish(table: &mut Table, texts: usize) -> String {
    let columns = table.column_count();
    for at in texts..columns {
        if let Some(column) = table.column_mut(at) {
            column.set_constraint(ColumnConstraint::ContentWidth);
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    table.to_string().lines().fold(String::new(), |mut text, line| {
        text.push_str(line.trim_end());
        text.push('\n');
        text
    })
}
