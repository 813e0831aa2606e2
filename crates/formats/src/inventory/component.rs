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
    if software.purl.is_some() {
        return;
    }
    let purl = match Purl::parse(text) {
        Ok(purl) => purl,
        Err(error) => {
            notes.add(software.place.clone(), || format!("{error}: left aside"));
            return;
        }
    };
    let shown = |key: &str| purl.qualifier(key).filter(|value| !value.is_empty());
    if software.architecture.is_none() {
        software.architecture = shown("arch").map(str::to_owned);
    }
    if software.source.is_none() && matches!(purl.kind(), "deb" | "rpm" | "apk") {
        software.source = shown("upstream").and_then(source);
    }
    if software.version.is_none() {
        software.version = purl.version().map(str::to_owned);
    }
    software.ecosystem = Ecosystem::Purl;
    software.purl = Some(purl);
}

/// Adds a CPE name, in either form.
pub(super) fn add_cpe(software: &mut Software, text: &str, notes: &mut Counted) {
    let text = text.trim();
    match Cpe::parse(text) {
        Ok(cpe) => software.cpes.push(cpe),
        Err(_) => notes.add(software.place.clone(), || {
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
pub(super) fn distribution(software: &[Software]) -> Option<OperatingSystem> {
    let (distro, package) =
        most_frequent(software, |package| package.purl.as_ref()?.qualifier("distro"))?;
    let (name, version) = match distro.rsplit_once('-') {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            (name, Some(version.to_owned()))
        }
        _ => (distro, None),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_urls_tell_source_and_distribution() {
        let purl = "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&upstream=openssl%403.0.11&distro=debian-12";
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
    fn moments_keep_their_own_zone() {
        let reading = moment("2024-12-17T05:38:26.655298+02:00").unwrap();
        assert_eq!(reading.earliest.to_string(), "2024-12-17T05:38:26.655298");
        assert_eq!(moment("2020-04-13"), None);
    }
}
