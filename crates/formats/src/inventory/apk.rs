//! Packages of Alpine Linux: the installed database, `apk info -v` and `apk list --installed`.
//!
//! ```text
//! P:libcrypto3            libcrypto3-3.1.0-r4            libcrypto3-3.1.0-r4 x86_64 {openssl} (Apache-2.0) [installed]
//! V:3.1.0-r4              musl-1.2.4-r0                  musl-1.2.4-r0 x86_64 {musl} (MIT) [installed]
//! A:x86_64
//! o:openssl
//! ```

use model::evidence::{Ecosystem, Evidence, OperatingSystem, Software};
use model::reading::{Place, ReadError};

use super::package_list::{Counted, completeness, guess, head, numbered};
use super::{Input, Reading, os_release};
use crate::text::decode;

/// Whether a file is `/lib/apk/db/installed`: stanzas of one-letter fields, `P` and `V` early.
pub fn sniff_installed(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let (mut package, mut version, mut others) = (false, false, 0usize);
    for line in text.content.lines().take(60) {
        if line.trim().is_empty() || os_release::is_assignment(line) {
            continue;
        }
        match field(line) {
            Some(('P', _)) => package = true,
            Some(('V', _)) => version = true,
            Some(_) => {}
            None => others += 1,
        }
    }
    package && version && others == 0
}

/// Reads `/lib/apk/db/installed` (apk-tools, `src/database.c`: P name, V version, A architecture,
/// o origin, m maintainer).
pub fn read_installed(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let mut software = Vec::new();
    let mut notes = Counted::default();
    let mut current: Option<Software> = None;
    let mut finish = |package: Option<Software>| {
        let Some(package) = package else { return };
        if package.version.is_none() {
            notes.add(package.place.clone(), || {
                format!("package `{}` has no `V` line: its version is unknown", package.name)
            });
        }
        software.push(package);
    };
    for (number, line) in numbered(&text.content) {
        if line.trim().is_empty() {
            finish(current.take());
            continue;
        }
        let Some((letter, value)) = field(line) else { continue };
        if letter == 'P' {
            finish(current.take());
            current = (!value.is_empty()).then(|| Software {
                ecosystem: Ecosystem::Apk,
                name: value.to_owned(),
                place: Place::Line(number),
                ..Software::default()
            });
            continue;
        }
        // `C:` comes before `P:` in a stanza; other letters before it belong to no package.
        let Some(package) = &mut current else { continue };
        match letter {
            'V' => package.version = Some(value.to_owned()).filter(|value| !value.is_empty()),
            'A' => package.architecture = Some(value.to_owned()),
            'o' => package.source = Some((value.to_owned(), None)),
            'm' => package.vendor = Some(value.to_owned()),
            _ => {}
        }
    }
    finish(current);
    reading(
        "apk-installed",
        &text.content,
        software,
        notes,
        "give /lib/apk/db/installed as it is on the host",
    )
}

/// Whether a file is `apk info -v` or `apk list` output: nearly every line begins with a package
/// and a version that ends in `-r` and a number.
pub fn sniff_list(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let (mut rows, mut others) = (0usize, 0usize);
    for line in text.content.lines().take(200) {
        if is_noise(line) {
            continue;
        }
        if row(line).is_some() { rows += 1 } else { others += 1 }
    }
    rows > others * 4
}

/// Reads `apk info -v` or `apk list` output.
pub fn read_list(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let mut software = Vec::new();
    let mut notes = Counted::default();
    for (number, line) in numbered(&text.content) {
        if is_noise(line) {
            continue;
        }
        let Some(row) = row(line) else {
            notes.add(Place::Line(number), || {
                "not a package of the form name-version-rN: left aside".to_owned()
            });
            continue;
        };
        // `apk list` without --installed shows what could be installed, too.
        if !row.installed {
            continue;
        }
        software.push(Software {
            ecosystem: Ecosystem::Apk,
            name: row.name.to_owned(),
            version: Some(row.version.to_owned()),
            architecture: row.architecture.map(str::to_owned),
            source: row.origin.map(|origin| (origin.to_owned(), None)),
            place: Place::Line(number),
            ..Software::default()
        });
    }
    reading("apk-list", &text.content, software, notes, "give the output of `apk list --installed`")
}

fn reading(
    format: &'static str,
    text: &str,
    software: Vec<Software>,
    notes: Counted,
    remedy: &str,
) -> Result<Reading, ReadError> {
    if software.is_empty() {
        return Err(ReadError::new(Place::Whole, "no installed package", remedy));
    }
    let mut warnings = Vec::new();
    notes.finish("packages", &mut warnings);
    let os = os_release::within(text).or_else(|| distribution(&software));
    let completeness = completeness(&software, "apk-tools", false);
    let evidence = Evidence {
        format,
        os,
        software,
        software_completeness: Some(completeness),
        ..Evidence::default()
    };
    Ok(Reading { evidence: vec![evidence], warnings })
}

/// `alpine-release` (and before Alpine 3.17 `alpine-base`) is numbered as the release is.
fn distribution(software: &[Software]) -> Option<OperatingSystem> {
    let named = |name: &str| software.iter().find(|package| package.name == name);
    let numbered = named("alpine-release").or_else(|| named("alpine-base"));
    if let Some((package, version)) = numbered.and_then(|p| Some((p, p.version.as_deref()?))) {
        let release = version.split(['-', '_']).next().unwrap_or(version);
        return Some(guess("alpine", Some(release.to_owned()), 90, package));
    }
    named("alpine-baselayout").map(|package| guess("alpine", None, 80, package))
}

fn field(line: &str) -> Option<(char, &str)> {
    let (letter, value) = line.split_once(':')?;
    let mut letters = letter.chars();
    let first = letters.next().filter(char::is_ascii_alphabetic)?;
    letters.next().is_none().then(|| (first, value.trim()))
}

fn is_noise(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("WARNING:") || os_release::is_assignment(line)
}

struct Row<'a> {
    name: &'a str,
    version: &'a str,
    architecture: Option<&'a str>,
    origin: Option<&'a str>,
    installed: bool,
}

fn row(line: &str) -> Option<Row<'_>> {
    let mut words = line.split_whitespace();
    let (name, version) = split(words.next()?)?;
    let mut row = Row { name, version, architecture: None, origin: None, installed: true };
    let Some(second) = words.next() else { return Some(row) };
    // `apk info -vv` adds " - description".
    if second == "-" {
        return Some(row);
    }
    row.architecture = Some(second);
    row.origin = words.next()?.strip_prefix('{')?.strip_suffix('}');
    row.installed = line.contains("[installed");
    row.origin.is_some().then_some(row)
}

/// "libcrypto3-3.1.0-r4": the version begins after the last hyphen but one (apk versions hold no
/// hyphen but the one of `-r`).
fn split(text: &str) -> Option<(&str, &str)> {
    let (rest, revision) = text.rsplit_once("-r")?;
    let (name, version) = rest.rsplit_once('-')?;
    let good = !revision.is_empty()
        && revision.chars().all(|c| c.is_ascii_digit())
        && version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || "._~".contains(c))
        && !name.is_empty();
    good.then(|| (name, text.get(name.len() + 1..).unwrap_or(version)))
}

#[cfg(test)]
mod tests {
    use model::evidence::{Completeness, Platform};

    use super::*;
    use crate::inventory::detect;

    fn input(text: &str) -> Input<'_> {
        Input { bytes: text.as_bytes(), file_name: None }
    }

    const INSTALLED: &str = "\
C:Q1zwvK=
P:libcrypto3
V:3.1.0-r4
A:x86_64
o:openssl
m:Somebody <somebody@example.org>
F:lib
R:libcrypto.so.3

C:Q1abcd=
P:alpine-release
V:3.18.4-r0

P:apk-tools
V:2.14.0-r0
";

    #[test]
    fn installed_database_names_source_and_release() {
        assert_eq!(detect(&input(INSTALLED)).unwrap().name, "apk-installed");
        let reading = read_installed(&input(INSTALLED)).unwrap();
        let evidence = &reading.evidence[0];
        assert_eq!(evidence.software.len(), 3);
        assert_eq!(evidence.software[0].version.as_deref(), Some("3.1.0-r4"));
        assert_eq!(evidence.software[0].source, Some(("openssl".into(), None)));
        assert_eq!(evidence.software[0].place, Place::Line(2));
        assert_eq!(evidence.software_completeness, Some(Completeness::Complete));
        assert_eq!(
            evidence.os.as_ref().unwrap().platform,
            Platform::Linux { distribution: "alpine".into(), version: Some("3.18.4".into()) }
        );
        assert_eq!(evidence.os.as_ref().unwrap().guess_percent, Some(90));
    }

    #[test]
    fn lists_leave_aside_what_is_not_installed() {
        let text = "\
musl-1.2.4-r0 x86_64 {musl} (MIT) [installed]
py3-pip-23.1.2-r0 noarch {py3-pip} (MIT)
libcrypto3-3.1.0-r4 x86_64 {openssl} (Apache-2.0) [installed]
";
        assert_eq!(detect(&input(text)).unwrap().name, "apk-list");
        let reading = read_list(&input(text)).unwrap();
        let names: Vec<&str> =
            reading.evidence[0].software.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["musl", "libcrypto3"]);
        assert_eq!(reading.evidence[0].software[1].source, Some(("openssl".into(), None)));
        assert!(matches!(
            reading.evidence[0].software_completeness,
            Some(Completeness::Partial(_))
        ));
    }

    #[test]
    fn names_and_versions_part_at_the_right_hyphen() {
        assert_eq!(split("libcrypto3-3.1.0-r4"), Some(("libcrypto3", "3.1.0-r4")));
        assert_eq!(split("so-1-lib-1.2_alpha3-r10"), Some(("so-1-lib", "1.2_alpha3-r10")));
        for text in ["musl", "musl-1.2", "musl-r1", "musl-x-r1", "-1-r1", "musl-1.2-rc"] {
            assert_eq!(split(text), None, "{text}");
        }
        let reading = read_list(&input("musl-1.2.4-r0\nbusybox-1.36.0-r9 - tools\n")).unwrap();
        assert_eq!(reading.evidence[0].software.len(), 2);
    }
}
