//! What bills of material of both kinds say of a component beyond its name: identifiers, the
//! source package and the distribution in its package URL, dates.
//!
//! It must not know how a bill of material is laid out.

use jiff::civil::DateTime;
use model::cpe::Cpe;
use model::evidence::{DateTimeReading, Ecosystem, OperatingSystem, Platform, Software};
use model::purl::Purl;
use model::reading::{Place, Warning};

use super::package_list::{Counted, guess, most_frequent};
use super::rpm;

/// Puts a package URL into a component: ecosystem, architecture, source package, and the version
/// where the component itself has none.
pub(super) fn add_purl(software: &mut Software, text: &str, notes: &mut Counted) {
    let text = text.trim();
    let parsed = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("pkg:"));
    match parsed.and_then(|_| Purl::parse(text).ok()) {
        Some(purl) if software.purl.is_none() => {
            software.purl = Some(purl);
            software.ecosystem = Ecosystem::Purl;
        }
        Some(_) => return,
        None => {
            notes.add(software.place.clone(), || {
                format!("`{}` is no package URL: left aside", shortened(text))
            });
            return;
        }
    }
    let of_distribution = ["pkg:deb/", "pkg:rpm/", "pkg:apk/"]
        .iter()
        .any(|kind| text.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind)));
    if software.architecture.is_none() {
        software.architecture = qualifier(text, "arch");
    }
    if software.source.is_none() && of_distribution {
        software.source = qualifier(text, "upstream").and_then(|upstream| source(&upstream));
    }
    if software.version.is_none() {
        software.version = version(text);
    }
}

/// Adds a CPE name, in either form.
pub(super) fn add_cpe(software: &mut Software, text: &str, notes: &mut Counted) {
    let text = text.trim();
    let begins = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("cpe:"));
    match Cpe::parse(text) {
        Ok(cpe) if begins => software.cpes.push(cpe),
        _ => notes.add(software.place.clone(), || {
            format!("`{}` is no CPE name: left aside", shortened(text))
        }),
    }
}

/// The source package an `upstream` qualifier names: "openssl", "openssl@1.1.1-3" or the file name
/// of a source RPM.
fn source(upstream: &str) -> Option<(String, Option<String>)> {
    if let Some((name, version)) = rpm::source_package(upstream) {
        return Some((name, Some(version)));
    }
    let (name, version) = match upstream.split_once('@') {
        Some((name, version)) => (name, Some(version.to_owned())),
        None => (upstream, None),
    };
    (!name.is_empty()).then(|| (name.to_owned(), version))
}

/// The distribution that the `distro` qualifiers of package URLs agree on most ("debian-12").
pub(super) fn distribution<'s>(
    software: &'s [Software],
    purl: impl Fn(&Software) -> Option<&'s str>,
) -> Option<OperatingSystem> {
    let (distro, package) = most_frequent(software, |package| qualifier(purl(package)?, "distro"))?;
    let (name, version) = match distro.rsplit_once('-') {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            (name, Some(version.to_owned()))
        }
        _ => (distro.as_str(), None),
    };
    Some(guess(&name.to_ascii_lowercase(), version, 80, package))
}

/// An operating system that a bill of material names as a component.
pub(super) fn operating_system(name: &str, version: Option<&str>, place: Place) -> OperatingSystem {
    // os-release ids of distributions; anything else keeps its printed name only.
    const LINUX: &[&str] = &[
        "debian",
        "ubuntu",
        "alpine",
        "rhel",
        "centos",
        "fedora",
        "rocky",
        "almalinux",
        "ol",
        "amzn",
        "sles",
        "opensuse-leap",
        "opensuse-tumbleweed",
        "arch",
        "wolfi",
        "chainguard",
        "azurelinux",
        "mariner",
        "photon",
        "kali",
        "raspbian",
        "linuxmint",
        "gentoo",
        "void",
    ];
    let id = name.trim().to_ascii_lowercase();
    let platform = if LINUX.contains(&id.as_str()) {
        Platform::Linux { distribution: id, version: version.map(str::to_owned) }
    } else {
        Platform::Other
    };
    OperatingSystem {
        raw_name: name.to_owned(),
        raw_version: version.map(str::to_owned),
        platform,
        guess_percent: None,
        place,
    }
}

/// A moment as RFC 3339 or XML Schema writes it, in the zone it is written in.
pub(super) fn moment(text: &str) -> Option<DateTimeReading> {
    let text = text.trim();
    let time = text.find(['T', 't'])?;
    let zone = text.get(time..)?.find(['Z', 'z', '+', '-']).map_or(text.len(), |at| at + time);
    let at: DateTime = text.get(..zone)?.parse().ok()?;
    Some(DateTimeReading::exact(text, at))
}

/// A text cut to what a person reads at a glance, on one line.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 120;
    let mut short: String =
        text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// Sums up notes that are no faults of the document.
pub(super) fn finish(notes: Counted, warnings: &mut Vec<Warning>) {
    notes.finish("components", warnings);
}

/// The version in a package URL: after the last `@` of the path.
fn version(purl: &str) -> Option<String> {
    let path = purl.split(['?', '#']).next()?;
    let (before, version) = path.rsplit_once('@')?;
    // An `@` before the last slash belongs to a namespace ("pkg:npm/@angular/core").
    (!version.contains('/') && !before.ends_with('/') && !version.is_empty())
        .then(|| percent_decoded(version))
}

/// A qualifier of a package URL, decoded.
pub(super) fn qualifier(purl: &str, name: &str) -> Option<String> {
    let (_, rest) = purl.split_once('?')?;
    let qualifiers = rest.split('#').next()?;
    let value = qualifiers
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?
        .1;
    (!value.is_empty()).then(|| percent_decoded(value))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let ahead = rest.as_slice_of_two();
        match (byte, ahead.and_then(hex_pair)) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest.next();
                rest.next();
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The next two bytes without taking them.
trait Ahead {
    fn as_slice_of_two(&self) -> Option<(u8, u8)>;
}

impl Ahead for std::str::Bytes<'_> {
    fn as_slice_of_two(&self) -> Option<(u8, u8)> {
        let mut ahead = self.clone();
        Some((ahead.next()?, ahead.next()?))
    }
}

fn hex_pair((high, low): (u8, u8)) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_urls_tell_source_and_distribution() {
        let purl = "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&upstream=openssl%403.0.11&distro=debian-12";
        assert_eq!(qualifier(purl, "distro").as_deref(), Some("debian-12"));
        let mut software = Software::default();
        let mut notes = Counted::default();
        add_purl(&mut software, purl, &mut notes);
        assert_eq!(software.version.as_deref(), Some("3.0.11-1~deb12u2"));
        assert_eq!(software.architecture.as_deref(), Some("amd64"));
        assert_eq!(software.source, Some(("openssl".into(), Some("3.0.11".into()))));
        assert_eq!(software.ecosystem, Ecosystem::Purl);
    }

    #[test]
    fn source_rpms_are_taken_apart() {
        let file = source("openssl-3.0.7-18.el9_2.src.rpm");
        assert_eq!(file, Some(("openssl".into(), Some("3.0.7-18.el9_2".into()))));
        assert_eq!(source("zlib"), Some(("zlib".into(), None)));
    }

    #[test]
    fn versions_are_not_mistaken_for_scopes() {
        assert_eq!(version("pkg:npm/%40angular/core@12.0.1"), Some("12.0.1".into()));
        assert_eq!(version("pkg:npm/@angular/core"), None);
        assert_eq!(version("pkg:deb/debian/curl@7.50%2Bb1?arch=x"), Some("7.50+b1".into()));
        assert_eq!(version("pkg:pypi/x"), None);
    }

    #[test]
    fn odd_percent_signs_survive() {
        for text in ["%", "%4", "%zz", "a%", "%C3%A9"] {
            let _ = percent_decoded(text);
        }
        assert_eq!(percent_decoded("%C3%A9%4"), "é%4");
    }

    #[test]
    fn moments_keep_their_own_zone() {
        let reading = moment("2024-12-17T05:38:26.655298+02:00").unwrap();
        assert_eq!(reading.earliest.to_string(), "2024-12-17T05:38:26.655298");
        assert_eq!(moment("2020-04-13"), None);
    }
}
