//! Which operating system a host runs: by its own word if scripts asked it, else by its
//! fingerprint, and only as far as either names exactly one product.

use model::evidence::{Evidence, OperatingSystem, Platform};
use model::reading::Place;
use model::windows::{WindowsBuild, WindowsProduct};

use super::script::Stated;
use crate::inventory::notes::Notes;
use crate::inventory::platform::{platform, version_of_build};
use crate::inventory::xml::Node;

/// One fingerprint match.
#[derive(Debug)]
pub(super) struct Guess {
    name: String,
    accuracy: u8,
    line: u32,
}

/// The fingerprint matches of an `os` element.
pub(super) fn guesses(os: &Node) -> Vec<Guess> {
    os.all("osmatch")
        .filter_map(|m| {
            Some(Guess {
                name: m.attribute("name")?.to_owned(),
                accuracy: m
                    .attribute("accuracy")
                    .and_then(|a| a.parse().ok())
                    .unwrap_or(0)
                    .min(100),
                line: m.line,
            })
        })
        .collect()
}

/// The host's own word before the fingerprint; a contradiction between them is told.
pub(super) fn decide(
    stated: &Stated,
    guesses: &[Guess],
    found: &Evidence,
    notes: &mut Notes,
) -> Option<OperatingSystem> {
    let guessed = by_fingerprint(guesses);
    let Some(own) = by_own_word(stated) else { return guessed };
    if let Some(guess) = &guessed {
        let windows = |os: &OperatingSystem| os.raw_name.to_lowercase().contains("windows");
        if windows(&own) != windows(guess) {
            let label = found.host.label().unwrap_or("a host").to_owned();
            notes.add(
                guess.place.clone(),
                format!(
                    "{label} calls itself \"{}\" but its fingerprint looks like \"{}\" ({} %): the \
                     host's own word was taken",
                    own.raw_name,
                    guess.raw_name,
                    guess.guess_percent.unwrap_or(0)
                ),
            );
        }
    }
    Some(own)
}

/// The best matches. Several equally good ones that name different products name none.
fn by_fingerprint(guesses: &[Guess]) -> Option<OperatingSystem> {
    let best = guesses.iter().map(|g| g.accuracy).max()?;
    let tied: Vec<&Guess> = guesses.iter().filter(|g| g.accuracy == best).collect();
    let first = tied.first()?;
    let platforms: Vec<Platform> = tied.iter().map(|g| platform(&g.name, None, None)).collect();
    let agreed = platforms.first().filter(|one| platforms.iter().all(|other| other == *one));
    let names: Vec<&str> = tied.iter().map(|g| g.name.as_str()).take(8).collect();
    Some(OperatingSystem {
        raw_name: names.join(" or "),
        raw_version: None,
        platform: agreed.cloned().unwrap_or(Platform::Other),
        guess_percent: Some(best),
        place: Place::Line(first.line),
    })
}

fn by_own_word(stated: &Stated) -> Option<OperatingSystem> {
    let challenge = stated.version.as_ref().map(|(version, _)| version.as_str());
    if let Some((name, line)) = &stated.system {
        let version = challenge
            .map(ToOwned::to_owned)
            .or_else(|| version_behind(name, stated.lan_manager.as_deref()));
        // The script prints the bare kernel version where the host sends no product name.
        let known = match name.as_str() {
            "Windows 5.0" => "Windows 2000",
            "Windows 5.1" => "Windows XP",
            other => other,
        };
        return Some(OperatingSystem {
            platform: platform(known, version.as_deref(), None),
            raw_name: name.clone(),
            raw_version: version,
            guess_percent: None,
            place: Place::Line(*line),
        });
    }
    let (version, line) = stated.version.as_ref()?;
    Some(OperatingSystem {
        raw_name: format!("Windows {version}"),
        raw_version: Some(version.clone()),
        platform: by_version_alone(version).unwrap_or(Platform::Other),
        guess_percent: None,
        place: Place::Line(*line),
    })
}

/// The version in "Windows 7 Professional 7601 Service Pack 1": the build number stands in the
/// name.
fn version_behind(name: &str, lan_manager: Option<&str>) -> Option<String> {
    let build = name
        .split_whitespace()
        .skip(1)
        .filter(|word| word.len() >= 4)
        .filter_map(|word| word.parse::<u32>().ok())
        .find_map(version_of_build);
    // Samba prints its own version as LAN manager; there is no Windows behind.
    if lan_manager.is_some_and(|m| m.starts_with("Samba")) { None } else { build }
}

/// An NTLM challenge gives the kernel version but not whether client or server: only builds that
/// exist as one of both name a product (Microsoft, "Windows 10 release information", "Windows 11
/// release information", "Windows Server release information").
fn by_version_alone(version: &str) -> Option<Platform> {
    let build: WindowsBuild = version.parse().ok()?;
    let name = match build.build {
        10240 | 10586 | 15063 | 19043..=19045 => "Windows 10",
        22000 | 22621 | 22631 | 26200 => "Windows 11",
        20348 => "Windows Server 2022",
        _ => return None,
    };
    let (product, build) = WindowsProduct::from_host(name, Some(version), None)?;
    Some(Platform::Windows { product, build })
}
