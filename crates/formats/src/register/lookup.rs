//! Lookups of commissioners to care boards (or partnerships) to regions, as the Office for National
//! Statistics publishes them each April. The year is in the names of the columns.
//!
//! ```text
//! CCG21CD,CCG21CDH,CCG21NM,STP21CD,STP21CDH,STP21NM,NHSER21CD,NHSER21CDH,NHSER21NM
//! E38000236,18Z,NHS Marshes CCG,E54000019,QZZ,Marshes and Fens,E40000008,Y60,Midlands
//! ```
//! Of each level the code of the health service (`CDH`) and the name are read; the statistical
//! code (`CD`) is left aside.

use std::collections::BTreeMap;

use model::organisation::{Listing, ListingClass, OrganisationCode, OrganisationKind};
use model::reading::{Place, ReadError};

use super::Reading;
use crate::inventory::Input;
use crate::inventory::notes::Notes;
use crate::inventory::table::{self, Header, Row};
use crate::text;

/// The name `--format` takes.
pub(crate) const NAME: &str = "ods-lookup";

/// What the columns of a level may begin with, from the lowest level up.
const LEVELS: [(&[&str], OrganisationKind); 3] = [
    (&["ccg", "sicbl", "loc"], OrganisationKind::Commissioner),
    (&["stp", "icb"], OrganisationKind::Commissioner),
    (&["nhser", "nhsr"], OrganisationKind::Region),
];

/// Whether a header names codes of all three levels.
pub fn sniff(input: &Input<'_>) -> bool {
    table::has_header(input.bytes, |header| levels(header).is_some())
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let content = text::decode(input.bytes).content;
    let header = table::find(&content, None, |header| levels(header).is_some());
    let Some((header, levels)) = header.and_then(|it| levels(&it).map(|levels| (it, levels)))
    else {
        return Err(ReadError::new(
            Place::Whole,
            "no header names commissioner, care board and region codes (like CCG21CDH)",
            "download the lookup again as CSV",
        ));
    };
    let mut notes = Notes::default();
    let mut listings: Vec<Listing> = Vec::new();
    let mut known: BTreeMap<OrganisationCode, usize> = BTreeMap::new();
    table::rows(&content, &header, &mut notes, |row, notes| match codes(row, &levels) {
        Err(message) => notes.add(row.place(), format!("{message}; the row was left out")),
        Ok(codes) => {
            for (at, (code, level)) in codes.iter().zip(&levels).enumerate() {
                let parent = codes.get(at + 1).filter(|parent| *parent != code).cloned();
                let name = row.get(&level.name).and_then(|name| name.parse().ok());
                let listing = Listing {
                    name,
                    kind: Some(level.kind),
                    parent,
                    ..Listing::new(code.clone(), ListingClass::Listed, row.place())
                };
                match known.get(code).and_then(|at| listings.get(*at)) {
                    None => {
                        known.insert(code.clone(), listings.len());
                        listings.push(listing);
                    }
                    Some(first)
                        if (&first.name, &first.parent) != (&listing.name, &listing.parent) =>
                    {
                        notes.add(
                            row.place(),
                            format!(
                                "{code} has another name or another parent on {}; the first was kept",
                                first.place
                            ),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    });
    if listings.is_empty() {
        return Err(ReadError::new(
            Place::Line(header.line),
            "no row below the header could be read",
            "download the lookup again as CSV",
        ));
    }
    Ok(Reading { listings, warnings: notes.finish() })
}

/// The columns of one level.
struct Level {
    code: String,
    name: String,
    kind: OrganisationKind,
}

/// The columns of all levels, from the lowest up.
fn levels(header: &Header) -> Option<Vec<Level>> {
    LEVELS
        .iter()
        .map(|(starts, kind)| {
            let code = header.names.iter().find(|name| is_code(name, starts))?;
            let name = format!("{}nm", code.strip_suffix("cdh")?);
            Some(Level { code: code.clone(), name, kind: *kind })
        })
        .collect()
}

/// "ccg21cdh": a beginning, a year, `cdh`.
fn is_code(name: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| {
        let year = name.strip_prefix(start).and_then(|rest| rest.strip_suffix("cdh"));
        year.is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn codes(row: &Row<'_>, levels: &[Level]) -> Result<Vec<OrganisationCode>, String> {
    let code = |level: &Level| {
        let text = row.get(&level.code).unwrap_or("");
        text.parse().map_err(|error: model::organisation::OrganisationCodeError| error.to_string())
    };
    levels.iter().map(code).collect()
}
