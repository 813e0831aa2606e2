//! What a host's lists of software show when nothing in them is named: "it is not installed" where a
//! list of its distribution's packages is complete, else "the software is not shown".
//!
//! Asked only for what a person asks for by name, and only where no part of knowledge speaks of the
//! host. A distribution's list answers for the distribution's own packages; what a language's own
//! registry holds (PyPI, npm, Maven …) is installed beside the package manager, and no list of
//! packages shows that it is not there.

use model::evidence::{Completeness, Ecosystem, Platform};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::host::{Host, Standing};
use crate::knowledge::View;
use crate::knowledge::schema::ArchivedStatement;

/// Which lists of packages a host shows completely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Shown {
    pub(crate) dpkg: bool,
    pub(crate) rpm: bool,
    pub(crate) apk: bool,
}

/// Of which package managers a host's evidence lists every package: "dpkg", "rpm", "apk".
pub fn complete_lists(host: &Host) -> Vec<&'static str> {
    let shown = Shown::of(host);
    [(shown.dpkg, "dpkg"), (shown.rpm, "rpm"), (shown.apk, "apk")]
        .into_iter()
        .filter_map(|(is_complete, name)| is_complete.then_some(name))
        .collect()
}

impl Shown {
    /// Takes one file's list of software into account.
    pub(crate) fn take<'e>(
        &mut self,
        completeness: Option<&Completeness>,
        mut ecosystems: impl Iterator<Item = &'e Ecosystem>,
    ) {
        if completeness != Some(&Completeness::Complete) {
            return;
        }
        // A list of packages is of one ecosystem; a mixed one is complete for none for certain.
        let Some(first) = ecosystems.next() else { return };
        if !ecosystems.all(|other| other == first) {
            return;
        }
        match first {
            Ecosystem::Dpkg => self.dpkg = true,
            Ecosystem::Rpm => self.rpm = true,
            Ecosystem::Apk => self.apk = true,
            _ => {}
        }
    }

    pub(crate) fn of(host: &Host) -> Self {
        let mut shown = Self::default();
        for piece in &host.pieces {
            let evidence = &piece.evidence;
            shown.take(
                evidence.software_completeness.as_ref(),
                evidence.software.iter().map(|row| &row.ecosystem),
            );
        }
        shown
    }

    pub(crate) const fn code(self) -> u8 {
        self.dpkg as u8 | (self.rpm as u8) << 1 | (self.apk as u8) << 2
    }

    pub(crate) const fn of_code(code: u8) -> Self {
        Self { dpkg: code & 1 != 0, rpm: code & 2 != 0, apk: code & 4 != 0 }
    }
}

/// What the lists of software say of a flaw that nothing in them is named for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// It is no matter of software.
    NoMatter,
    /// The software that it concerns is not installed.
    NotInstalled,
    /// The lists do not show whether the software is there.
    NotShown,
    /// No statement is for this distribution and release.
    NotCovered,
}

/// What is said of software on a vulnerability: positions of its statements, each with those of the
/// keys it stands under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matter {
    pub(crate) statements: Vec<(u32, Vec<u32>)>,
}

impl Matter {
    /// The statements on each vulnerability that were out on a day.
    pub(crate) fn of_vulnerabilities(
        knowledge: View<'_>,
        as_at_day: i32,
        vulnerabilities: impl Iterator<Item = u32>,
    ) -> FxHashMap<u32, Self> {
        let mut matters: FxHashMap<u32, Self> =
            vulnerabilities.map(|v| (v, Self::default())).collect();
        let mut keys: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (position, statement) in (0_u32..).zip(knowledge.statements.iter()) {
            if statement.published.to_native() <= as_at_day
                && statement.vulnerabilities.iter().any(|v| matters.contains_key(&v.to_native()))
            {
                keys.insert(position, Vec::new());
            }
        }
        if keys.is_empty() {
            return matters;
        }
        for (key, row) in (0_u32..).zip(knowledge.package_index.iter()) {
            for position in row.statements.iter() {
                if let Some(keys) = keys.get_mut(&position.to_native()) {
                    keys.push(key);
                }
            }
        }
        let mut positions: Vec<u32> = keys.keys().copied().collect();
        positions.sort_unstable();
        for position in positions {
            let Some(statement) = knowledge.statements.get(position as usize) else { continue };
            for vulnerability in statement.vulnerabilities.iter() {
                if let Some(matter) = matters.get_mut(&vulnerability.to_native())
                    && matter.statements.last().is_none_or(|(last, _)| *last != position)
                {
                    let keys = keys.get(&position).cloned().unwrap_or_default();
                    matter.statements.push((position, keys));
                }
            }
        }
        matters
    }

    /// The product that it is about, for a person.
    pub(crate) fn product(&self, knowledge: View<'_>) -> String {
        let first = self.statements.first().map(|(position, _)| *position as usize);
        first
            .and_then(|position| knowledge.statements.get(position))
            .map_or(String::new(), |statement| statement.product.as_str().to_owned())
    }

    /// Whether a statement is on packages of the distribution.
    pub(crate) fn is_of(&self, knowledge: View<'_>, platform: Option<&Platform>) -> bool {
        let own = platform.and_then(|platform| own_packages(platform, Shown::default()));
        own.is_some_and(|(prefix, ..)| self.keys(knowledge).any(|key| key.starts_with(prefix)))
    }

    /// Every key that a statement stands under.
    fn keys<'a>(&'a self, knowledge: View<'a>) -> impl Iterator<Item = &'a str> {
        self.statements.iter().flat_map(move |(_, keys)| keys_in(knowledge, keys))
    }
}

fn keys_in<'a>(knowledge: View<'a>, keys: &'a [u32]) -> impl Iterator<Item = &'a str> {
    keys.iter().filter_map(|key| Some(knowledge.package_index.get(*key as usize)?.key.as_str()))
}

/// What the lists say, given whether the host has any software under one of the keys.
pub(crate) fn silence(
    knowledge: View<'_>,
    matter: &Matter,
    platform: Option<&Platform>,
    shown: Shown,
    is_named: bool,
) -> Silence {
    if matter.statements.is_empty() {
        return Silence::NoMatter;
    }
    let Some((prefix, is_complete, release)) = platform.and_then(|p| own_packages(p, shown)) else {
        return Silence::NotShown;
    };
    if !is_complete {
        return Silence::NotShown;
    }
    if is_named {
        return Silence::NotCovered;
    }
    if matter.keys(knowledge).any(is_of_language) {
        return Silence::NotShown;
    }
    let speaks_here = matter.statements.iter().any(|(position, keys)| {
        keys_in(knowledge, keys).any(|key| key.starts_with(prefix))
            && knowledge
                .statements
                .get(*position as usize)
                .is_some_and(|statement| is_for_release(statement, prefix, release))
    });
    if speaks_here { Silence::NotInstalled } else { Silence::NotCovered }
}

/// The keys under which a distribution's own packages stand, whether their list is complete, and the
/// release. `None` for what is no distribution whose advisories we know how to read.
fn own_packages(platform: &Platform, shown: Shown) -> Option<(&'static str, bool, Option<&str>)> {
    let Platform::Linux { distribution, version } = platform else { return None };
    let (prefix, is_complete) = match distribution.as_str() {
        "debian" => ("deb/debian/", shown.dpkg),
        "ubuntu" => ("deb/ubuntu/", shown.dpkg),
        "almalinux" => ("rpm/almalinux/", shown.rpm),
        "rocky" => ("rpm/rocky-linux/", shown.rpm),
        "sles" | "suse" => ("rpm/suse/", shown.rpm),
        "opensuse" | "opensuse-leap" => ("rpm/opensuse/", shown.rpm),
        "rhel" | "redhat" | "centos" => ("rpm/redhat/", shown.rpm),
        "alpine" => ("apk/alpine/", shown.apk),
        _ => return None,
    };
    Some((prefix, is_complete, version.as_deref()))
}

/// Whether a key is of a registry beside the distribution's package manager.
fn is_of_language(key: &str) -> bool {
    const BESIDE: [&str; 4] = ["deb/", "rpm/", "apk/", "cpe/"];
    !key.starts_with("name/") && !BESIDE.iter().any(|prefix| key.starts_with(prefix))
}

/// Whether a statement is for a release of the distribution, or for none in particular. A release
/// that the evidence does not show fits none.
fn is_for_release(statement: &ArchivedStatement, prefix: &str, release: Option<&str>) -> bool {
    let Some(release) = release else { return false };
    if prefix.starts_with("rpm/") {
        let major = release.split('.').next().unwrap_or(release);
        return super::package::rpm_stream_of(statement)
            .is_none_or(|tag| tag.trim_start_matches(|c: char| !c.is_ascii_digit()) == major);
    }
    let stated = statement.platform.as_str();
    stated.is_empty() || super::package::release_fits(stated, release)
}

/// Whether a host has any software under one of the keys.
pub(crate) fn names_any(
    knowledge: View<'_>,
    host: &Host,
    standing: &Standing<'_>,
    matter: &Matter,
) -> bool {
    let wanted: FxHashSet<&str> = matter.keys(knowledge).collect();
    let distribution = super::package::distribution(standing);
    !wanted.is_empty()
        && host.pieces.iter().flat_map(|piece| &piece.evidence.software).any(|software| {
            super::package::keys_of(software, distribution.as_ref())
                .iter()
                .any(|k| wanted.contains(k.as_str()))
        })
}
