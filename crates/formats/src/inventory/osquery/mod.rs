//! osquery: what `osqueryi --json` prints, and the result log in its three shapes.
//!
//! ```text
//! [{"csname": "WARD-7", "hotfix_id": "KB4012212", "installed_on": "3/20/2017"}]
//! ```
//! ```text
//! {"name": "patches", "hostIdentifier": "WARD-7", "unixTime": 1490000000, "action": "added",
//!  "columns": {"hotfix_id": "KB4012212"}}
//! ```
//!
//! Tables are known by their columns (`tables`), because log entries carry the query's name only.
//! A log of changes is a whole list only if it holds the query's first run (counter 0).

mod host;
mod tables;

use model::reading::{Place, ReadError, Warning};
use serde_json::{Map, Value};

use self::host::{Hosts, Source};
use self::tables::Table;
use super::json_rows::{for_each_row, object, objects, text_of};
use crate::inventory::{Input, Reading};
use crate::text::{decode, holds, outline};

/// The name of this format.
pub const NAME: &str = "osquery";

const SNIFFED: usize = 16 * 1024;

/// Whether a file is osquery output.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    if head.trim_ascii_start().first().is_none_or(|b| !matches!(b, b'{' | b'[')) {
        return false;
    }
    let logged = holds(&head, b"\"unixtime\"")
        && (holds(&head, b"\"columns\"")
            || holds(&head, b"\"snapshot\"")
            || holds(&head, b"\"diffresults\""));
    if logged {
        return true;
    }
    let head = String::from_utf8_lossy(&head);
    let mut known = None;
    for_each_row(&head, &Table::NAMES, &mut |row| {
        if known.is_none() {
            known = Some(Table::recognise(&row.fields).is_some());
        }
    });
    known == Some(true)
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes).content;
    let mut hosts = Hosts::default();
    let mut rows = 0usize;
    let mut warnings = for_each_row(&text, &Table::NAMES, &mut |row| {
        rows += 1;
        document(&mut hosts, row.fields, &row.place);
    });
    if rows == 0 {
        return Err(ReadError::new(
            Place::Whole,
            "no row of osquery output was found",
            "run: osqueryi --json \"select * from patches\" > HOST_patches.json",
        ));
    }
    warnings.extend(hosts.unused().map(|(query, count)| {
        Warning::new(
            Place::Whole,
            format!("{count} rows of `{query}` tell nothing about exposure and were left out"),
        )
    }));
    Ok(Reading { evidence: hosts.into_evidence(), warnings })
}

/// One object: a log entry, the answer to a distributed query, or a bare row.
fn document(hosts: &mut Hosts, mut fields: Map<String, Value>, place: &Place) {
    let action = text_of(&fields, &["action"]).map(std::borrow::Cow::into_owned);
    let logged = fields.contains_key("columns")
        || fields.contains_key("diffResults")
        || fields.contains_key("snapshot")
        || fields.contains_key("rows");
    if !logged {
        hosts.bare(fields, place);
        return;
    }
    let source = source_of(&fields, place);
    let at = hosts.entry(&source);
    if let Some(Value::Object(columns)) = fields.remove("columns") {
        match action.as_deref() {
            Some("removed") => hosts.remove(at, &source, &columns),
            Some("snapshot") => hosts.add(at, &source, columns, true),
            _ => hosts.add(at, &source, columns, false),
        }
    }
    if let Some(changes) = fields.get("diffResults").and_then(Value::as_object) {
        for columns in objects(changes, "removed") {
            hosts.remove(at, &source, columns);
        }
        for columns in objects(changes, "added") {
            hosts.add(at, &source, columns.clone(), false);
        }
    }
    for key in ["snapshot", "rows"] {
        if let Some(Value::Array(all)) = fields.remove(key) {
            hosts.replace(at, &source);
            for row in all {
                if let Value::Object(columns) = row {
                    hosts.add(at, &source, columns, true);
                }
            }
        }
    }
}

fn source_of(fields: &Map<String, Value>, place: &Place) -> Source {
    let decorations = object(fields, "decorations");
    let host = object(fields, "host");
    let from = |map: Option<&Map<String, Value>>, names: &[&str]| {
        map.and_then(|map| text_of(map, names)).map(std::borrow::Cow::into_owned)
    };
    let named =
        text_of(fields, &["hostIdentifier", "hostname", "host_hostname", "host_identifier"])
            .map(std::borrow::Cow::into_owned);
    let decorated = from(decorations, &["hostname", "computer_name"])
        .or_else(|| from(host, &["hostname", "computer_name", "display_name"]));
    let number = |name: &str| text_of(fields, &[name]).and_then(|text| text.parse::<i64>().ok());
    Source {
        query: text_of(fields, &["name", "query_name"])
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default(),
        identifier: named,
        name: decorated,
        unix_time: number("unixTime").or_else(|| number("unix_time")),
        first_run: number("counter") == Some(0),
        place: place.clone(),
    }
}

#[cfg(test)]
mod tests;
