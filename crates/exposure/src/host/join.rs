//! Which files speak of one host.
//!
//! In this order: `--host NAME` puts everything into one host; files that print the same host name
//! belong together unless their operating systems contradict each other; a file without a name
//! joins the host whose file shares its name's stem ("web1_qfe.txt" and "web1_systeminfo.txt").

use model::evidence::{Evidence, Platform};
use rustc_hash::FxHashMap;

/// What a reader made of one file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as the person gave it, with the member's name for archives ("all.zip/web1.txt").
    pub path: String,
    /// The evidence in it.
    pub evidence: Vec<Evidence>,
}

/// A host and everything known of it.
#[derive(Clone, Debug)]
pub struct Host {
    /// What to call it.
    pub label: String,
    /// The pieces of evidence in the order the files were given.
    pub pieces: Vec<Piece>,
    /// What a person should know of the joining.
    pub notes: Vec<String>,
}

/// One piece of evidence of a host.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The file it is from.
    pub path: String,
    /// How it came to this host.
    pub joined_by: JoinRule,
    /// What it shows.
    pub evidence: Evidence,
}

/// How a piece of evidence came to its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinRule {
    /// By the host's name in it.
    Name,
    /// By the stem of its file name.
    FileStem,
    /// By the person's word (`--host`).
    Given,
}

impl JoinRule {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Name => "by the host name in it",
            Self::FileStem => "by its file name",
            Self::Given => "by --host",
        }
    }
}

/// Puts the evidence of each host together. The order of hosts is that of first appearance.
pub fn join(files: Vec<SourceFile>, given: Option<&str>) -> Vec<Host> {
    if let Some(name) = given {
        let pieces: Vec<Piece> = files
            .into_iter()
            .flat_map(|file| {
                let path = file.path;
                file.evidence.into_iter().map(move |evidence| Piece {
                    path: path.clone(),
                    joined_by: JoinRule::Given,
                    evidence,
                })
            })
            .collect();
        if pieces.is_empty() {
            return Vec::new();
        }
        return vec![Host { label: name.to_owned(), pieces, notes: Vec::new() }];
    }

    let mut hosts: Vec<Host> = Vec::new();
    let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let mut stems: Vec<Vec<String>> = Vec::new();
    let mut nameless: Vec<(String, Evidence)> = Vec::new();
    for file in files {
        let stem = stem(&file.path);
        for evidence in file.evidence {
            let Some(key) = name_key(&evidence) else {
                nameless.push((file.path.clone(), evidence));
                continue;
            };
            let known = by_name.entry(key).or_default();
            let fit = known
                .iter()
                .copied()
                .find(|&at| hosts.get(at).is_some_and(|host| agrees(host, &evidence)));
            let at = fit.unwrap_or_else(|| {
                let label = evidence.host.label().unwrap_or("host").to_owned();
                let (label, notes) = match known.first() {
                    None => (label, Vec::new()),
                    Some(_) => (
                        format!("{label} ({stem})"),
                        vec![format!(
                            "another host of the name {label} runs a different operating system: \
                             kept apart"
                        )],
                    ),
                };
                hosts.push(Host { label, pieces: Vec::new(), notes });
                stems.push(Vec::new());
                known.push(hosts.len() - 1);
                hosts.len() - 1
            });
            if let (Some(host), Some(stems)) = (hosts.get_mut(at), stems.get_mut(at)) {
                if !stems.contains(&stem) {
                    stems.push(stem.clone());
                }
                host.pieces.push(Piece {
                    path: file.path.clone(),
                    joined_by: JoinRule::Name,
                    evidence,
                });
            }
        }
    }

    let mut by_stem: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, stems) in stems.iter().enumerate() {
        for stem in stems {
            by_stem.entry(stem.clone()).or_default().push(at);
        }
    }
    for (path, evidence) in nameless {
        let stem = stem(&path);
        let known = by_stem.entry(stem.clone()).or_default();
        let fits: Vec<usize> = known
            .iter()
            .copied()
            .filter(|&at| hosts.get(at).is_some_and(|host| agrees(host, &evidence)))
            .collect();
        let piece = Piece { path: path.clone(), joined_by: JoinRule::FileStem, evidence };
        if let [only] = fits.as_slice() {
            if let Some(host) = hosts.get_mut(*only) {
                host.pieces.push(piece);
            }
            continue;
        }
        let notes = if fits.is_empty() {
            Vec::new()
        } else {
            vec![format!(
                "{path} names no host and its file name fits {} hosts: kept apart; \
                 --host NAME joins it by hand",
                fits.len()
            )]
        };
        known.push(hosts.len());
        hosts.push(Host { label: stem, pieces: vec![piece], notes });
    }
    hosts
}

/// The name two pieces must share: lower case, without domain; an address as it is.
fn name_key(evidence: &Evidence) -> Option<String> {
    let name = evidence.host.names.first().or(evidence.host.addresses.first())?;
    let lower = name.trim().to_lowercase();
    let is_address = lower.parse::<std::net::IpAddr>().is_ok();
    let key = if is_address { lower.as_str() } else { lower.split('.').next().unwrap_or("") };
    (!key.is_empty()).then(|| key.to_owned())
}

/// Whether a piece can be of a host: their operating systems, where both state one, do not
/// contradict each other. What a tool leaves out (release, build) contradicts nothing.
fn agrees(host: &Host, evidence: &Evidence) -> bool {
    let system = |e: &'_ Evidence| match e.os.as_ref() {
        Some(os) if os.guess_percent.is_none() => match &os.platform {
            Platform::Windows { product, build } => Some(Some((product.clone(), *build))),
            Platform::Linux { .. } => Some(None),
            Platform::Other => None,
        },
        _ => None,
    };
    let Some(ours) = system(evidence) else { return true };
    host.pieces.iter().filter_map(|p| system(&p.evidence)).all(|theirs| match (&ours, theirs) {
        (None, None) => true,
        (Some((ours, our_build)), Some((theirs, their_build))) => {
            let differ = |one: &Option<String>, other: &Option<String>| {
                one.is_some() && other.is_some() && one != other
            };
            // No service pack is printed as nothing at all: it counts beside a build only.
            let both_built = our_build.is_some() && their_build.is_some();
            let packs = (ours.service_pack, theirs.service_pack);
            ours.family == theirs.family
                && !differ(&ours.release, &theirs.release)
                && (packs.0 == packs.1 || (!both_built && (packs.0 == 0 || packs.1 == 0)))
        }
        _ => false,
    })
}

/// A file name without folder, endings and the word that says what made it.
///
/// "ward3/web1_qfe.txt" and "ward3/web1.systeminfo.txt" are both "web1".
fn stem(path: &str) -> String {
    const MAKERS: [&str; 24] = [
        "systeminfo",
        "sysinfo",
        "qfe",
        "hotfix",
        "hotfixes",
        "hotfixlist",
        "updates",
        "update",
        "updatelist",
        "history",
        "patches",
        "packages",
        "programs",
        "software",
        "dpkg",
        "rpm",
        "apk",
        "osquery",
        "nmap",
        "nessus",
        "sbom",
        "os-release",
        "ver",
        "services",
    ];
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let mut stem = name;
    for ending in
        [".gz", ".txt", ".csv", ".json", ".jsonl", ".xml", ".log", ".out", ".list", ".tsv"]
    {
        if stem.len() > ending.len() && stem.to_ascii_lowercase().ends_with(ending) {
            stem = stem.get(..stem.len() - ending.len()).unwrap_or(stem);
        }
    }
    let plain = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let lower = plain.to_ascii_lowercase();
    let maker = MAKERS.iter().find(|maker| {
        lower
            .strip_suffix(**maker)
            .is_some_and(|front| front.len() > 1 && front.ends_with(['_', '-', '.', ' ']))
    });
    if let Some(maker) = maker {
        stem = plain.get(..plain.len() - maker.len() - 1).unwrap_or(stem);
    }
    stem.to_owned()
}

#[cfg(test)]
mod tests {
    use model::evidence::{HostIdentity, OperatingSystem};
    use model::reading::Place;
    use model::windows::{WindowsFamily, WindowsProduct};

    use super::*;

    fn named(name: &str, os: Option<WindowsFamily>) -> Evidence {
        Evidence {
            host: HostIdentity::named(name),
            os: os.map(|family| OperatingSystem {
                raw_name: family.name().to_owned(),
                raw_version: None,
                platform: Platform::Windows { product: WindowsProduct::of(family), build: None },
                guess_percent: None,
                place: Place::Whole,
            }),
            ..Evidence::default()
        }
    }

    fn file(path: &str, evidence: Evidence) -> SourceFile {
        SourceFile { path: path.to_owned(), evidence: vec![evidence] }
    }

    fn shape(hosts: &[Host]) -> Vec<(&str, usize)> {
        hosts.iter().map(|h| (h.label.as_str(), h.pieces.len())).collect()
    }

    #[test]
    fn one_name_is_one_host_whatever_the_domain() {
        let hosts = join(
            vec![
                file("a.txt", named("WEB1", None)),
                file("b.txt", named("web1.hospital.example", None)),
            ],
            None,
        );
        assert_eq!(shape(&hosts), [("WEB1", 2)]);
    }

    #[test]
    fn a_list_without_a_name_joins_by_its_file_name() {
        let hosts = join(
            vec![
                file("in/web1_qfe.txt", Evidence::default()),
                file("in/web1_systeminfo2.txt", named("SRV-9", None)),
                file("in/web2_updates.txt", Evidence::default()),
                file("in/web2_os-release", Evidence::default()),
            ],
            None,
        );
        assert_eq!(shape(&hosts), [("SRV-9", 2), ("web2", 2)]);
        assert_eq!(hosts[0].pieces[1].joined_by, JoinRule::FileStem);
    }

    #[test]
    fn one_name_with_two_operating_systems_stays_two_hosts() {
        let hosts = join(
            vec![
                file("a.txt", named("PC", Some(WindowsFamily::Seven))),
                file("b.txt", named("PC", Some(WindowsFamily::Xp))),
            ],
            None,
        );
        assert_eq!(shape(&hosts), [("PC", 1), ("PC (b)", 1)]);
        assert_eq!(hosts[1].notes.len(), 1);
    }

    #[test]
    fn the_person_decides_with_host() {
        let hosts = join(
            vec![file("a.txt", named("A", None)), file("b.txt", named("B", None))],
            Some("ward3"),
        );
        assert_eq!(shape(&hosts), [("ward3", 2)]);
    }
}
