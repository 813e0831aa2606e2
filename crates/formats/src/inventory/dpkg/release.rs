//! Guesses the distribution from Debian-style versions.

use model::evidence::{OperatingSystem, Software};

use crate::inventory::package_list::{guess, most_frequent};

/// `base-files` of each Ubuntu release carries a version of its own (packages.ubuntu.com,
/// base-files, first upload to each release).
const UBUNTU_BASE_FILES: &[(&str, &str)] = &[
    ("7.2ubuntu", "14.04"),
    ("9.4ubuntu", "16.04"),
    ("10.1ubuntu", "18.04"),
    ("11ubuntu", "20.04"),
    ("12ubuntu", "22.04"),
    ("13ubuntu", "24.04"),
];

/// The distribution behind a list, if the versions tell.
pub(super) fn distribution(software: &[Software]) -> Option<OperatingSystem> {
    let base = software.iter().find(|package| package.name == "base-files");
    if let Some((package, version)) = base.and_then(|p| Some((p, p.version.as_deref()?))) {
        if let Some((_, release)) =
            UBUNTU_BASE_FILES.iter().find(|(prefix, _)| version.starts_with(prefix))
        {
            return Some(guess("ubuntu", Some((*release).to_owned()), 90, package));
        }
        if version.contains("ubuntu") {
            return Some(guess("ubuntu", None, 80, package));
        }
        // Debian numbers base-files by its release since Debian 7 (base-files changelog).
        let major: String = version.chars().take_while(char::is_ascii_digit).collect();
        if major.parse::<u32>().is_ok_and(|major| (7..=30).contains(&major)) {
            return Some(guess("debian", Some(major), 85, package));
        }
    }
    if let Some((release, package)) = most_frequent(software, debian_update) {
        return Some(guess("debian", Some(release), 75, package));
    }
    let ubuntu = |package: &Software| package.version.as_deref()?.contains("ubuntu").then_some(());
    most_frequent(software, ubuntu).map(|((), package)| guess("ubuntu", None, 70, package))
}

/// "12" of "1.2-3+deb12u1" and "78.0-1~deb10u1": Debian's marks of updates to a stable release
/// (Debian Developer's Reference 5.8.5, "deb" + release + "u" + number).
fn debian_update(package: &Software) -> Option<String> {
    let version = package.version.as_deref()?;
    let (_, tail) = version.split_once("+deb").or_else(|| version.split_once("~deb"))?;
    let (release, update) = tail.split_once('u')?;
    let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    (digits(update) && release.chars().all(|c| c.is_ascii_digit()) && !release.is_empty())
        .then(|| release.to_owned())
}
