//! What a piece of software is called: the keys of knowledge, and what makes two rows one.

use std::rc::Rc;

use model::evidence::{Ecosystem, Platform, Software};

use crate::host::Standing;
use crate::knowledge::build::{fold, key_of_cpe, key_of_ecosystem, key_of_purl};

/// What makes two rows of one or several files one piece of software.
#[derive(PartialEq, Eq, Hash)]
pub(in crate::judge) struct Identity<'a> {
    pub(super) keys: Rc<[String]>,
    pub(in crate::judge) version: Option<&'a str>,
    pub(in crate::judge) vendor: Option<String>,
    pub(in crate::judge) source_version: Option<&'a str>,
}

impl<'a> Identity<'a> {
    pub(in crate::judge) fn of(software: &'a Software, keys: &Rc<[String]>) -> Self {
        Self {
            keys: Rc::clone(keys),
            version: software.version.as_deref(),
            vendor: software.vendor.as_deref().map(fold),
            source_version: software.source.as_ref().and_then(|(_, version)| version.as_deref()),
        }
    }
}

/// The Linux distribution of a host, which decides what the names of its packages mean.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Distribution {
    pub(crate) id: String,
    pub(crate) version: Option<String>,
}

/// The distribution that the packages of a host are of.
pub(crate) fn distribution(standing: &Standing<'_>) -> Option<Distribution> {
    match &standing.os?.1.platform {
        Platform::Linux { distribution, version } => {
            Some(Distribution { id: distribution.clone(), version: version.clone() })
        }
        _ => None,
    }
}

/// Every key under which knowledge may speak of this software.
pub(crate) fn keys_of(software: &Software, distribution: Option<&Distribution>) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(purl) = &software.purl {
        keys.push(key_of_purl(purl));
        // Distributions speak of source packages.
        if packaging(software).is_some()
            && let Some((source, _)) = &software.source
        {
            let namespace = purl.namespace().unwrap_or_default();
            keys.push(format!("{}/{namespace}/{source}", purl.kind()).to_lowercase());
        }
    }
    let ecosystems: &[&str] = match software.ecosystem {
        Ecosystem::Dpkg => match distribution.map(|d| d.id.as_str()) {
            Some("ubuntu") => &["Ubuntu"],
            Some("debian") => &["Debian"],
            _ => &["Debian", "Ubuntu"],
        },
        Ecosystem::Rpm => match distribution.map(|d| d.id.as_str()) {
            Some("almalinux") => &["AlmaLinux"],
            Some("rocky") => &["Rocky Linux"],
            Some("sles" | "suse") => &["SUSE"],
            Some("opensuse" | "opensuse-leap") => &["openSUSE"],
            _ => &["Red Hat"],
        },
        Ecosystem::Apk => &["Alpine"],
        _ => &[],
    };
    let names = std::iter::once(software.name.as_str())
        .chain(software.source.iter().map(|(name, _)| name.as_str()));
    for name in names {
        keys.extend(ecosystems.iter().filter_map(|e| key_of_ecosystem(e, name)));
    }
    let packaged = packaging(software).is_some();
    if !packaged {
        keys.extend(software.cpes.iter().filter_map(key_of_cpe));
        if software.purl.is_none() {
            keys.push(format!("name/{}", fold(&software.name)));
        }
    }
    keys.dedup();
    keys
}

/// The package manager of a distribution that installed a piece of software, also where a bill of
/// material names it by a package URL.
pub(super) fn packaging(software: &Software) -> Option<Ecosystem> {
    match &software.ecosystem {
        own @ (Ecosystem::Dpkg | Ecosystem::Rpm | Ecosystem::Apk) => Some(own.clone()),
        _ => match software.purl.as_ref()?.kind() {
            "deb" => Some(Ecosystem::Dpkg),
            "rpm" => Some(Ecosystem::Rpm),
            "apk" => Some(Ecosystem::Apk),
            _ => None,
        },
    }
}

/// As a person reads it; software of a host is taken in the order of this.
pub(crate) fn printed(software: &Software) -> String {
    match &software.version {
        Some(version) => [software.name.as_str(), " ", version].concat(),
        None => software.name.clone(),
    }
}
