//! `rpm -qa`, one package a line; and the common `--qf` forms, `--last` included.
//!
//! ```text
//! make-3.82-24.el7.x86_64
//! openssl-libs-1:1.1.1k-9.el8_7.x86_64
//! ```
//!
//! Plain `rpm -qa` shows no epochs; that is said in a warning. Keys (`gpg-pubkey`) are no software.

use model::evidence::{Ecosystem, Evidence, Software};
use model::reading::{Place, ReadError, Warning};

use super::name::{PackageName, epoch, is_architecture, is_name, is_version_char};
use super::release;
use crate::inventory::package_list::{Counted, completeness, head, numbered};
use crate::inventory::{Input, Reading, os_release};
use crate::text::decode;

/// Whether a file is a list of RPM packages: nearly every line is one, and most carry an
/// architecture of RPM's or a distribution's mark.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let (mut sure, mut rows, mut others) = (0usize, 0usize, 0usize);
    for line in text.content.lines().take(200).map(str::trim) {
        if line.is_empty() || os_release::is_assignment(line) {
            continue;
        }
        match row(line) {
            Some(package) => {
                rows += 1;
                let marked = package.architecture.is_some_and(|a| a != "amd64")
                    || release::mark(package.release).is_some();
                sure += usize::from(marked);
            }
            None => others += 1,
        }
    }
    rows > others * 4 && sure * 2 > rows
}

/// Reads a list of RPM packages.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let mut software = Vec::new();
    let mut notes = Counted::default();
    let mut without_epoch = 0usize;
    for (number, line) in numbered(&text.content) {
        let line = line.trim();
        if line.is_empty() || os_release::is_assignment(line) {
            continue;
        }
        let place = Place::Line(number);
        let Some(package) = row(line) else {
            notes.add(place, || {
                "not a package of the form name-version-release.architecture: left aside".to_owned()
            });
            continue;
        };
        if package.name == "gpg-pubkey" {
            continue;
        }
        without_epoch += usize::from(package.epoch.is_none());
        software.push(Software {
            ecosystem: Ecosystem::Rpm,
            name: package.name.to_owned(),
            version: Some(package.full_version()),
            architecture: package.architecture.map(str::to_owned),
            place,
            ..Software::default()
        });
    }
    if software.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no line is a package of the form name-version-release.architecture",
            "give the output of `rpm -qa` as it was printed",
        ));
    }
    let mut warnings = Vec::new();
    if without_epoch > 0 {
        warnings.push(Warning::new(
            Place::Whole,
            format!(
                "{without_epoch} packages show no epoch, as plain `rpm -qa` does: where an advisory names one, they may not be comparable; `rpm -qa --qf '%{{NAME}}-%{{EPOCH}}:%{{VERSION}}-%{{RELEASE}}.%{{ARCH}}\\n'` shows it"
            ),
        ));
    }
    notes.finish("lines", &mut warnings);
    let os = os_release::within(&text.content).or_else(|| release::distribution(&software));
    let completeness = completeness(&software, "rpm", false);
    let evidence = Evidence {
        format: "rpm-list",
        os,
        software,
        software_completeness: Some(completeness),
        ..Evidence::default()
    };
    Ok(Reading { evidence: vec![evidence], warnings })
}

/// A line in any of the forms we know. Columns are parted by blanks, tabs, commas, bars or
/// semicolons.
fn row(line: &str) -> Option<PackageName<'_>> {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | ';'))
        .map(|word| word.trim_matches(['"', '\'']))
        .filter(|word| !word.is_empty())
        .collect();
    match *words.as_slice() {
        [all] => PackageName::parse(all),
        [name, rest] => PackageName::from_columns(name, rest),
        [name, rest, architecture] if is_architecture(architecture) && rest.contains('-') => {
            let package = PackageName::from_columns(name, rest)?;
            Some(PackageName { architecture: shown(architecture), ..package })
        }
        [name, version, release] => columns(name, None, version, release, None),
        [name, version, release, architecture] if is_architecture(architecture) => {
            columns(name, None, version, release, shown(architecture))
        }
        [name, number, version, release] => {
            columns(name, Some(epoch(number)?), version, release, None)
        }
        [name, number, version, release, architecture] if is_architecture(architecture) => {
            columns(name, Some(epoch(number)?), version, release, shown(architecture))
        }
        // `rpm -qa --last`: a package, then the day it was installed.
        [all, day, ..] if is_weekday(day) => PackageName::parse(all),
        _ => None,
    }
}

fn columns<'a>(
    name: &'a str,
    epoch: Option<&'a str>,
    version: &'a str,
    release: &'a str,
    architecture: Option<&'a str>,
) -> Option<PackageName<'a>> {
    let (version, epoch) = match version.split_once(':') {
        Some((front, rest)) if epoch.is_none() => (rest, Some(self::epoch(front)?)),
        _ => (version, epoch),
    };
    let starts = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    (is_name(name)
        && starts(version)
        && version.chars().all(is_version_char)
        && release.chars().all(is_version_char))
    .then_some(PackageName { name, epoch, version, release, architecture })
}

fn shown(architecture: &str) -> Option<&str> {
    Some(architecture).filter(|word| *word != "(none)")
}

fn is_weekday(word: &str) -> bool {
    matches!(word, "Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun")
}
