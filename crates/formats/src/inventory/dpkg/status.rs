//! `/var/lib/dpkg/status`: stanzas of `Field: value`, one per package.
//!
//! ```text
//! Package: libssl3
//! Status: install ok installed
//! Architecture: amd64
//! Source: openssl (3.0.11-1~deb12u2)
//! Version: 3.0.11-1~deb12u2+b1
//! ```

use model::evidence::{Ecosystem, Evidence, Software};
use model::reading::{Place, ReadError, Warning};

use super::{State, release};
use crate::inventory::package_list::{Counted, completeness, head};
use crate::inventory::{Input, Reading, os_release};
use crate::text::decode;

/// Whether a file is a status file: it begins with a stanza that has `Package` and `Status`, or
/// (the `status.d` of images without dpkg) `Package` and `Version` but nothing of an archive index.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let mut first = true;
    let (mut status, mut version, mut archive) = (false, false, false);
    for line in text.content.lines() {
        if line.trim().is_empty() || os_release::is_assignment(line) {
            continue;
        }
        if first && !line.starts_with("Package: ") {
            return false;
        }
        first = false;
        status |= line.starts_with("Status: ");
        version |= line.starts_with("Version: ");
        archive |= line.starts_with("Filename: ") || line.starts_with("SHA256: ");
    }
    !first && (status || version) && !archive
}

/// Reads a status file.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let stanzas = stanzas(&text.content);
    if stanzas.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no stanza with a `Package` field",
            "give /var/lib/dpkg/status as it is on the host",
        ));
    }
    let mut warnings = Vec::new();
    let without_states = stanzas.iter().all(|stanza| stanza.status.is_none());
    if without_states {
        warnings.push(Warning::new(
            Place::Whole,
            "no package has a `Status`: read as the status.d of an image without dpkg, all installed",
        ));
    }
    let mut software = Vec::with_capacity(stanzas.len());
    let mut notes = Counted::default();
    for stanza in stanzas {
        if let Some(package) = stanza.into_software(without_states, &mut notes) {
            software.push(package);
        }
    }
    notes.finish("packages", &mut warnings);
    let os = os_release::within(&text.content).or_else(|| release::distribution(&software));
    let completeness = completeness(&software, "dpkg", false);
    let evidence = Evidence {
        format: "dpkg-status",
        os,
        software,
        software_completeness: Some(completeness),
        ..Evidence::default()
    };
    Ok(Reading { evidence: vec![evidence], warnings })
}

#[derive(Default)]
struct Stanza<'a> {
    line: u32,
    package: &'a str,
    status: Option<&'a str>,
    version: Option<&'a str>,
    architecture: Option<&'a str>,
    source: Option<&'a str>,
    maintainer: Option<&'a str>,
}

fn stanzas(text: &str) -> Vec<Stanza<'_>> {
    let mut all = Vec::new();
    let mut current: Option<Stanza<'_>> = None;
    let mut rest = text;
    for number in 1_u32.. {
        if rest.is_empty() {
            break;
        }
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or(rest);
        rest = rest.get(end + 1..).unwrap_or("");
        // Most lines go on with a description or a list, or are of fields that say nothing here.
        match line.as_bytes().first() {
            Some(b' ' | b'\t') if !line.trim_start().is_empty() => continue,
            Some(first)
                if first.is_ascii_graphic()
                    && !matches!(first.to_ascii_lowercase(), b'p' | b's' | b'v' | b'm' | b'a') =>
            {
                continue;
            }
            _ if line.trim_start().is_empty() => {
                all.extend(current.take());
                continue;
            }
            _ => {}
        }
        let Some((field, value)) = line.split_once(':') else { continue };
        let is = |name: &str| field.eq_ignore_ascii_case(name);
        if is("Package") {
            all.extend(current.take());
            current = Some(Stanza { line: number, package: value.trim(), ..Stanza::default() });
            continue;
        }
        let Some(stanza) = &mut current else { continue };
        let place = match field.len() {
            6 if is("Status") => &mut stanza.status,
            6 if is("Source") => &mut stanza.source,
            7 if is("Version") => &mut stanza.version,
            10 if is("Maintainer") => &mut stanza.maintainer,
            12 if is("Architecture") => &mut stanza.architecture,
            _ => continue,
        };
        *place = Some(value.trim()).filter(|value| !value.is_empty());
    }
    all.extend(current);
    all.retain(|stanza| !stanza.package.is_empty());
    all
}

impl Stanza<'_> {
    fn into_software(self, without_states: bool, notes: &mut Counted) -> Option<Software> {
        let place = Place::Line(self.line);
        let name = self.package;
        let state = match self.status {
            Some(status) => status.split_whitespace().nth(2).and_then(State::from_word),
            None if without_states => Some(State::Installed),
            None => {
                notes.add(place, || format!("package `{name}` has no `Status`: left aside"));
                return None;
            }
        };
        let mut version = self.version;
        match state {
            Some(State::Installed) => {}
            Some(State::Absent) => return None,
            Some(State::Unpacked) => notes.add(place.clone(), || {
                format!("package `{name}` is unpacked but not configured: taken as installed")
            }),
            Some(State::Broken) => {
                notes.add(place.clone(), || {
                    format!("package `{name}` is half installed: its version is taken as unknown")
                });
                version = None;
            }
            None => {
                let status = self.status.unwrap_or_default();
                notes.add(place.clone(), || {
                    format!(
                        "package `{name}` has the unknown status `{status}`: its version is taken as unknown"
                    )
                });
                version = None;
            }
        }
        if self.version.is_none() {
            notes.add(place.clone(), || {
                format!(
                    "package `{name}` is installed but has no `Version`: nothing can be said of it"
                )
            });
        }
        Some(Software {
            ecosystem: Ecosystem::Dpkg,
            name: name.to_owned(),
            version: version.map(str::to_owned),
            vendor: self.maintainer.map(str::to_owned),
            architecture: self.architecture.map(str::to_owned),
            source: self.source.map(source_package),
            place,
            ..Software::default()
        })
    }
}

/// "openssl (3.0.11-1)" is a source package with a version of its own; "openssl" has the binary's.
fn source_package(text: &str) -> (String, Option<String>) {
    match text.split_once('(') {
        Some((name, rest)) => {
            let version = rest.trim_end().trim_end_matches(')').trim();
            (name.trim().to_owned(), (!version.is_empty()).then(|| version.to_owned()))
        }
        None => (text.trim().to_owned(), None),
    }
}
