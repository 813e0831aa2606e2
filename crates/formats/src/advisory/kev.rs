//! CISA's catalogue of Known Exploited Vulnerabilities, as JSON or CSV.
//!
//! ```json
//! {"catalogVersion": "2025.04.29", "dateReleased": "2025-04-29T16:56:06Z", "count": 1,
//!  "vulnerabilities": [{"cveID": "CVE-2017-0144", "dateAdded": "2022-02-10",
//!   "dueDate": "2022-08-10", "knownRansomwareCampaignUse": "Known"}]}
//! ```
//!
//! `Unknown` ransomware use is not "no". A due date may precede the day an entry was added; it is
//! kept as printed.

use jiff::civil::Date;
use model::cve::CveId;
use model::fact::{Fact, FactSink, KnownExploited, Source, SourceKind, VulnerabilityFact};
use model::reading::{Place, ReadError};
use serde_json::Value;

use crate::advisory::Summary;
use crate::advisory::day::day;
use crate::advisory::table::Table;
use crate::advisory::tally::Tally;
use crate::advisory::{content, json, prose};
use crate::inventory::Input;

/// Whether the document is the catalogue.
pub fn sniff(input: &Input<'_>) -> bool {
    if let Some(head) = json::peek(input.bytes) {
        return json::has_text_field(&head, "cveID") && json::has_text_field(&head, "dateAdded");
    }
    let text = content::head(input.bytes, 4_096);
    text.lines().next().is_some_and(|line| line.contains("cveID") && line.contains("dateAdded"))
}

/// Reads the catalogue.
pub fn read(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    if json::peek(input.bytes).is_some() { read_json(input, sink) } else { read_csv(input, sink) }
}

fn read_json(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let catalogue = json::document(&content::whole(input.bytes))?;
    let Some(entries) = catalogue.get("vulnerabilities").and_then(Value::as_array) else {
        return Err(ReadError::new(
            Place::Path("/vulnerabilities".to_owned()),
            "the catalogue has no list of vulnerabilities",
            "fetch the catalogue again",
        ));
    };
    let released = json::text(&catalogue, "dateReleased").and_then(day);
    let version = json::text(&catalogue, "catalogVersion");
    let as_of = released.or_else(|| version.and_then(|v| day(&v.replace('.', "-"))));
    sink.source(source(version.map(str::to_owned), as_of));
    let mut tally = Tally::default();
    for (index, entry) in entries.iter().enumerate() {
        let field = |name: &str| json::text(entry, name).unwrap_or("").to_owned();
        let place = Place::Path(format!("/vulnerabilities/{index}"));
        let weaknesses = json::texts(entry, "cwes").map(str::to_owned).collect();
        emit(&field, weaknesses, place, &mut tally, sink);
    }
    let held = entries.len() as u64;
    if let Some(count) = catalogue.get("count").and_then(Value::as_u64)
        && count != held
    {
        tally.warn(
            Place::Path("/count".to_owned()),
            format!("the catalogue says it holds {count} entries and holds {held}"),
        );
    }
    Ok(tally.finish())
}

fn read_csv(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let table = Table::open(input.bytes)?;
    let added = table.column("dateAdded")?;
    table.column("cveID")?;
    // The CSV carries no date of its own: it speaks up to its newest entry.
    let mut newest: Option<Date> = None;
    table.rows(|_, row| {
        if let Ok(row) = row {
            newest = newest.max(day(&row.cell(added)));
        }
    });
    sink.source(source(None, newest));
    let mut tally = Tally::default();
    table.rows(|place, row| match row {
        Err(message) => tally.unreadable(place, message),
        Ok(row) => {
            let field = |name: &str| {
                table.column(name).map(|at| row.cell(at).into_owned()).unwrap_or_default()
            };
            let weaknesses = field("cwes")
                .split([',', ';', ' '])
                .filter(|word| word.starts_with("CWE-"))
                .map(str::to_owned)
                .collect();
            emit(&field, weaknesses, place, &mut tally, sink);
        }
    });
    Ok(tally.finish())
}

fn source(version: Option<String>, as_of: Option<Date>) -> Source {
    Source {
        kind: SourceKind::Kev,
        id: match (version, as_of) {
            (Some(version), _) => format!("KEV {version}"),
            (None, Some(day)) => format!("KEV up to {day}"),
            (None, None) => "KEV".to_owned(),
        },
        title: Some("Known Exploited Vulnerabilities Catalog".to_owned()),
        publisher: Some("CISA".to_owned()),
        url: None,
        published: None,
        as_of,
    }
}

fn emit(
    field: &dyn Fn(&str) -> String,
    weaknesses: Vec<String>,
    place: Place,
    tally: &mut Tally,
    sink: &mut dyn FactSink,
) {
    let id = field("cveID");
    let Ok(cve) = id.parse::<CveId>() else {
        return tally.unreadable(place, format!("`{id}` is not a CVE identifier"));
    };
    let added = field("dateAdded");
    let Some(added) = day(&added) else {
        return tally.unreadable(place, format!("{cve} was added on `{added}`, which is no day"));
    };
    let due = field("dueDate");
    let due_day = day(&due);
    if due_day.is_none() && !due.is_empty() {
        tally.warn(place, format!("{cve} is due on `{due}`, which is no day; read without it"));
    }
    tally.record();
    let name = field("vulnerabilityName");
    sink.fact(Fact::Vulnerability(VulnerabilityFact {
        id: cve.to_string(),
        cves: vec![cve],
        title: Some(name.clone()).filter(|name| !name.is_empty()),
        description: prose::glance(&field("shortDescription")),
        cwes: weaknesses,
        ..VulnerabilityFact::default()
    }));
    sink.fact(Fact::KnownExploited(KnownExploited {
        cve,
        name,
        vendor: field("vendorProject"),
        product: field("product"),
        added,
        due: due_day,
        ransomware: ransomware(&field("knownRansomwareCampaignUse")),
        action: field("requiredAction"),
    }));
}

/// "Known" is yes; "Unknown" and anything else is unknown, never no.
fn ransomware(text: &str) -> Option<bool> {
    text.trim().eq_ignore_ascii_case("known").then_some(true)
}
