//! Guesses the distribution from the mark in a package's release.

use model::evidence::{OperatingSystem, Software};

use crate::inventory::package_list::{guess, most_frequent};

/// The distribution and version a release names: "61.el7" is of the Red Hat family, version 7.
///
/// The marks are each distribution's `%dist` macro: Fedora packaging guidelines ("DistTag"),
/// Amazon Linux, Azure Linux, Mageia, openSUSE Leap.
pub(super) fn mark(release: &str) -> Option<(&'static str, String)> {
    const MARKS: &[(&str, &str)] = &[
        (".el", "rhel"),
        (".fc", "fedora"),
        (".amzn", "amzn"),
        (".azl", "azurelinux"),
        (".cm", "mariner"),
        (".mga", "mageia"),
        (".ol", "ol"),
    ];
    for (before, distribution) in MARKS {
        for (at, _) in release.match_indices(before) {
            let tail = release.get(at + before.len()..).unwrap_or_default();
            let digits: String = tail.chars().take_while(char::is_ascii_digit).collect();
            let ends = tail
                .get(digits.len()..)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()));
            if !digits.is_empty() && ends {
                return Some((distribution, digits));
            }
        }
    }
    // openSUSE Leap: "lp155.3.1" is 15.5.
    let leap = release.strip_prefix("lp").or_else(|| release.split_once("-lp").map(|(_, r)| r))?;
    let digits: String = leap.chars().take_while(char::is_ascii_digit).collect();
    let (major, minor) = digits.split_at_checked(2)?;
    (!minor.is_empty()).then(|| ("opensuse-leap", format!("{major}.{minor}")))
}

/// Vendors whose packages are their own distribution's, by the name in `Vendor` and the id of
/// their os-release. All but the last share Red Hat's `.el` mark.
const VENDORS: &[(&str, &str)] = &[
    ("CentOS", "centos"),
    ("Red Hat", "rhel"),
    ("Rocky", "rocky"),
    ("AlmaLinux", "almalinux"),
    ("Oracle", "ol"),
    ("Scientific Linux", "scientific"),
    ("Fedora Project", "fedora"),
    ("Amazon", "amzn"),
    ("SUSE", "sles"),
    ("openSUSE", "opensuse"),
];

/// The distribution behind a list, if releases and vendors tell.
pub(super) fn distribution(software: &[Software]) -> Option<OperatingSystem> {
    let release = |package: &Software| {
        let (_, release) = package.version.as_deref()?.rsplit_once('-')?;
        mark(release)
    };
    let ((family, version), package) = most_frequent(software, release)?;
    let vendor = most_frequent(software, |package| {
        let vendor = package.vendor.as_deref()?;
        VENDORS.iter().find(|(name, _)| vendor.contains(name)).map(|(_, id)| *id)
    });
    match vendor {
        Some((id, _)) if family == "rhel" || family == id => {
            Some(guess(id, Some(version), 90, package))
        }
        // `.el` alone: Red Hat or one of those that rebuild it.
        _ if family == "rhel" => Some(guess(family, Some(version), 60, package)),
        _ => Some(guess(family, Some(version), 85, package)),
    }
}
