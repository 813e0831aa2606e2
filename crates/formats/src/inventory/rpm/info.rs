//! `rpm -qai`: a record of labelled lines per package.
//!
//! ```text
//! Name        : make
//! Epoch       : 1
//! Version     : 3.82
//! Release     : 24.el7
//! Architecture: x86_64
//! Source RPM  : make-3.82-24.el7.src.rpm
//! Vendor      : CentOS
//! ```
//!
//! Old versions print two labels a line (`Name : make    Relocations: (not relocatable)`).

use model::evidence::{Ecosystem, Evidence, Software};
use model::reading::{Place, ReadError};

use super::name::{PackageName, epoch};
use super::release;
use crate::inventory::package_list::{Counted, completeness, head, numbered};
use crate::inventory::{Input, Reading, os_release};
use crate::text::decode;

/// Whether a file is `rpm -qai` output: a `Name` line, then `Version` and `Release`.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let mut lines = text
        .content
        .lines()
        .filter(|line| !line.trim().is_empty() && !os_release::is_assignment(line));
    let begins = lines.next().is_some_and(|line| label(line, "Name").is_some());
    let labels: Vec<&str> = lines.take(12).collect();
    begins
        && labels.iter().any(|line| label(line, "Version").is_some())
        && labels.iter().any(|line| label(line, "Release").is_some())
}

/// Reads `rpm -qai` output.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let mut software = Vec::new();
    let mut notes = Counted::default();
    let mut keys = 0usize;
    for record in records(&text.content) {
        if record.name == "gpg-pubkey" {
            keys += 1;
            continue;
        }
        software.push(record.into_software(&mut notes));
    }
    if software.is_empty() && keys == 0 {
        return Err(ReadError::new(
            Place::Whole,
            "no record that begins with a `Name` line",
            "give the output of `LC_ALL=C rpm -qai` as it was printed",
        ));
    }
    let mut warnings = Vec::new();
    notes.finish("records", &mut warnings);
    let os = os_release::within(&text.content).or_else(|| release::distribution(&software));
    let completeness = completeness(&software, "rpm", false);
    let evidence = Evidence {
        format: "rpm-info",
        os,
        software,
        software_completeness: Some(completeness),
        ..Evidence::default()
    };
    Ok(Reading { evidence: vec![evidence], warnings })
}

#[derive(Default)]
struct Record<'a> {
    line: u32,
    name: &'a str,
    epoch: Option<&'a str>,
    version: Option<&'a str>,
    release: Option<&'a str>,
    architecture: Option<&'a str>,
    source: Option<&'a str>,
    vendor: Option<&'a str>,
}

fn records(text: &str) -> Vec<Record<'_>> {
    let mut all: Vec<Record<'_>> = Vec::new();
    let mut described = true;
    for (number, line) in numbered(text) {
        if let Some(name) = label(line, "Name").filter(|name| !name.is_empty()) {
            all.push(Record { line: number, name, ..Record::default() });
            described = false;
            continue;
        }
        let Some(record) = all.last_mut() else { continue };
        // The description runs on until the next record and may hold anything.
        described |= label(line, "Description").is_some();
        if described {
            continue;
        }
        let fields: [(&str, &mut Option<&str>); 6] = [
            ("Epoch", &mut record.epoch),
            ("Version", &mut record.version),
            ("Release", &mut record.release),
            ("Architecture", &mut record.architecture),
            ("Source RPM", &mut record.source),
            ("Vendor", &mut record.vendor),
        ];
        for (name, field) in fields {
            if let Some(value) = label(line, name).or_else(|| second_label(line, name)) {
                *field = Some(value).filter(|value| !value.is_empty() && *value != "(none)");
            }
        }
    }
    all
}

/// The value of a line `Label   : value`; of two labels on a line, the first.
fn label<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let value = line.strip_prefix(label)?.trim_start_matches(' ').strip_prefix(':')?;
    let value = value.trim();
    // The second column of old versions begins after at least two blanks with a label.
    let end = SECOND_LABELS
        .iter()
        .filter_map(|second| {
            let at = value.find(&format!("{second}:"))?;
            value.get(..at)?.ends_with("  ").then_some(at)
        })
        .min();
    Some(end.and_then(|end| value.get(..end)).unwrap_or(value).trim())
}

/// Labels of the second column in old versions of rpm (4.4 and before).
const SECOND_LABELS: &[&str] =
    &["Relocations", "Vendor", "Build Date", "Build Host", "Source RPM", "License"];

fn second_label<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let at = line.find(&format!("  {label}:"))?;
    line.get(at + 3 + label.len()..).map(str::trim)
}

impl Record<'_> {
    fn into_software(self, notes: &mut Counted) -> Software {
        let place = Place::Line(self.line);
        let shown = self.epoch.and_then(epoch);
        if let (Some(raw), None) = (self.epoch, shown) {
            notes.add(place.clone(), || {
                format!("epoch `{raw}` of `{}` is no number: its version is unknown", self.name)
            });
        }
        let readable = self.epoch.is_none() || shown.is_some();
        let version = match (self.version, self.release) {
            // A record prints the epoch if there is one: none printed is epoch 0.
            (Some(version), Some(release)) if readable => {
                Some(format!("{}:{version}-{release}", shown.unwrap_or("0")))
            }
            (Some(_), Some(_)) => None,
            _ => {
                notes.add(place.clone(), || {
                    format!(
                        "record of `{}` has no `Version` or no `Release`: its version is unknown",
                        self.name
                    )
                });
                None
            }
        };
        let source = self.source.and_then(|file| {
            let source = PackageName::parse(file)?;
            Some((source.name.to_owned(), Some(source.full_version())))
        });
        Software {
            ecosystem: Ecosystem::Rpm,
            name: self.name.to_owned(),
            version,
            vendor: self.vendor.map(str::to_owned),
            architecture: self.architecture.map(str::to_owned),
            source,
            place,
            ..Software::default()
        }
    }
}
