//! Operating systems in the words of scanners and registers: "Microsoft Windows 7 SP0 - SP1 or
//! Windows Server 2008", "Windows Server 2016 Datacenter 64 bit Edition Version 1607".
//!
//! Only what names exactly one product becomes that product. A name that leaves the choice between
//! several, or that leaves out a service pack on which the answer depends, stays a printed name:
//! a guess taken for a fact would make an exposed host look safe.

use model::evidence::Platform;
use model::windows::{WindowsFamily, WindowsProduct};

/// The platform behind a printed name, with the version and system type if printed apart.
pub(crate) fn platform(name: &str, version: Option<&str>, system_type: Option<&str>) -> Platform {
    let lower = name.to_lowercase();
    if lower.contains("windows") || lower.contains("hyper-v server") {
        windows(name, &lower, version, system_type).unwrap_or(Platform::Other)
    } else {
        linux(&lower, version).unwrap_or(Platform::Other)
    }
}

/// The version that a bare build number stands for ("7601" is 6.1.7601).
pub(crate) fn version_of_build(build: u32) -> Option<String> {
    let kernel = match build {
        2195 => "5.0",
        2600 => "5.1",
        3790 => "5.2",
        6000..=6003 => "6.0",
        7600 | 7601 => "6.1",
        9200 => "6.2",
        9600 => "6.3",
        10240..=99_999 => "10.0",
        _ => return None,
    };
    Some(format!("{kernel}.{build}"))
}

fn windows(
    name: &str,
    lower: &str,
    version: Option<&str>,
    system_type: Option<&str>,
) -> Option<Platform> {
    if names_several(lower) || [" beta", " rc", "phone", "mobile"].iter().any(|w| lower.contains(w))
    {
        return None;
    }
    let from_name = build_in_name(lower);
    let version = version.or(from_name.as_deref());
    let (mut product, build) = WindowsProduct::from_host(name, version, system_type)?;
    let pack = pack_in(lower).or_else(|| version.and_then(|v| pack_in(&v.to_lowercase())));
    // Without the service pack the product is not known, and a product that is not known must not
    // be compared. The build number gives it away from Vista on.
    let build_tells = build.is_some_and(|b| b.major == 6);
    if has_packs(product.family) && pack.is_none() && !build_tells {
        return None;
    }
    if let Some(pack) = pack
        && product.service_pack == 0
        && has_packs(product.family)
    {
        product.service_pack = pack;
    }
    Some(Platform::Windows { product, build })
}

const fn has_packs(family: WindowsFamily) -> bool {
    use WindowsFamily as F;
    matches!(
        family,
        F::Windows2000
            | F::Xp
            | F::Server2003
            | F::Vista
            | F::Server2008
            | F::Seven
            | F::Server2008R2
    )
}

/// Whether the name leaves a choice between products, service packs or releases.
fn names_several(lower: &str) -> bool {
    let one = lower.replace("server, version", "server version");
    let mut marked = one;
    for mark in [" or ", " - ", ", ", " and ", "/", ";", "|", "\n", "&"] {
        marked = marked.replace(mark, "\u{1}");
    }
    let mut families = Vec::new();
    let mut packs = Vec::new();
    let mut releases = Vec::new();
    for part in marked.split('\u{1}') {
        let part = part.trim();
        let part = match part.strip_prefix("microsoft ") {
            Some(rest) => rest,
            None => part,
        };
        let full =
            if part.contains("windows") { part.to_owned() } else { format!("windows {part}") };
        if let Some((product, _)) = WindowsProduct::from_host(&full, None, None)
            && !families.contains(&product.family)
        {
            families.push(product.family);
        }
        if let Some(pack) = pack_in(part)
            && !packs.contains(&pack)
        {
            packs.push(pack);
        }
        for release in part.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| is_release(w)) {
            if !releases.contains(&release.to_owned()) {
                releases.push(release.to_owned());
            }
        }
    }
    // "Windows 7 SP1 or Windows Phone": the second part is none of ours, but another product.
    let named = marked.split('\u{1}').filter(|part| part.contains("windows")).count();
    families.len() > 1 || packs.len() > 1 || releases.len() > 1 || named > 1
}

/// "1607", "20h2"; years of server products are none.
fn is_release(word: &str) -> bool {
    match word.as_bytes() {
        [b'1' | b'2', tens, month @ b'0'..=b'1', ones] if tens.is_ascii_digit() => {
            let month = u32::from(month - b'0') * 10 + u32::from(ones.wrapping_sub(b'0'));
            (1..=12).contains(&month)
                && ones.is_ascii_digit()
                && !matches!(word, "2003" | "2008" | "2012")
        }
        [b'2', ones, b'h', b'1' | b'2'] => ones.is_ascii_digit(),
        _ => false,
    }
}

/// The service pack that is named, 0 for an explicit "SP0"; `None` if none is named.
fn pack_in(lower: &str) -> Option<u8> {
    if let Some((_, rest)) = lower.split_once("service pack") {
        let rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        return rest.get(..end)?.parse().ok();
    }
    lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find_map(|word| word.strip_prefix("sp")?.parse().ok())
}

/// "Windows 10 Enterprise Build 19042" and "Windows 7 Professional 7601 Service Pack 1".
fn build_in_name(lower: &str) -> Option<String> {
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .filter(|w| !w.is_empty())
        .collect();
    let after_build = words.iter().position(|word| *word == "build").and_then(|at| {
        let word = words.get(at + 1)?;
        let (build, revision) = match word.split_once('.') {
            Some((build, revision)) => (build, revision.parse::<u32>().ok()),
            None => (*word, None),
        };
        let version = version_of_build(build.parse().ok()?)?;
        Some(match revision {
            Some(revision) => format!("{version}.{revision}"),
            None => version,
        })
    });
    after_build.or_else(|| {
        words.iter().filter(|w| w.len() >= 4).find_map(|w| version_of_build(w.parse().ok()?))
    })
}

/// Words by which printed names give a distribution away, with its os-release `ID`. Longer before
/// shorter.
const DISTRIBUTIONS: [(&str, &str); 16] = [
    ("ubuntu", "ubuntu"),
    ("debian", "debian"),
    ("centos", "centos"),
    ("red hat enterprise linux", "rhel"),
    ("red hat enterprise", "rhel"),
    ("rhel", "rhel"),
    ("rocky linux", "rocky"),
    ("almalinux", "almalinux"),
    ("oracle linux", "ol"),
    ("amazon linux", "amzn"),
    ("fedora", "fedora"),
    ("suse linux enterprise", "sles"),
    ("sles", "sles"),
    ("opensuse", "opensuse"),
    ("alpine", "alpine"),
    ("arch linux", "arch"),
];

fn linux(lower: &str, version: Option<&str>) -> Option<Platform> {
    // What stands in brackets is an aside: "Linux 2.6.22 (Fedora Core 6)" is a kernel's
    // fingerprint.
    let plain = lower.split('(').next().unwrap_or("");
    if plain.contains(" or ") || plain.contains('\n') || plain.contains(" - ") {
        return None;
    }
    let (word, id) = DISTRIBUTIONS.iter().find(|(word, _)| plain.contains(word))?;
    let (_, after) = plain.split_once(word)?;
    let stated = version.filter(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    let printed = after
        .split(|c: char| c.is_whitespace() || c == '/')
        .find(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        .map(|part| part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()));
    Some(Platform::Linux {
        distribution: (*id).to_owned(),
        version: stated.or(printed).map(ToOwned::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str) -> String {
        match platform(name, None, None) {
            Platform::Windows { product, build } => match build {
                Some(build) => format!("{product} [{build}]"),
                None => product.to_string(),
            },
            Platform::Linux { distribution, version } => {
                format!("{distribution} {}", version.unwrap_or_default())
            }
            Platform::Other => String::new(),
        }
    }

    #[test]
    fn one_named_product_is_that_product() {
        for (name, expected) in [
            ("Microsoft Windows 7 SP1", "Windows 7 SP1"),
            ("Microsoft Windows XP SP3", "Windows XP SP3"),
            ("Microsoft Windows Server 2012 R2", "Windows Server 2012 R2"),
            (
                "Microsoft Windows Server 2008 R2 Standard Service Pack 1",
                "Windows Server 2008 R2 SP1",
            ),
            ("Microsoft Windows 10 1607", "Windows 10 version 1607"),
            ("Windows Server 2016 Datacenter 64 bit Edition Version 1607", "Windows Server 2016"),
            ("Microsoft Windows 10 Enterprise Build 19042", "Windows 10 version 20H2 [10.0.19042]"),
            ("Windows 7 Professional 7601 Service Pack 1", "Windows 7 SP1 [6.1.7601]"),
            ("Windows Server 2019 Standard 17763", "Windows Server 2019 [10.0.17763]"),
            ("Windows 10", "Windows 10"),
            ("Ubuntu Linux 20.04", "ubuntu 20.04"),
            ("Debian GNU/Linux 11", "debian 11"),
            ("CentOS 8", "centos 8"),
            ("Linux Kernel 4.15.0-112-generic on Ubuntu 18.04", "ubuntu 18.04"),
            ("Red Hat Enterprise Linux Server release 7.9", "rhel 7.9"),
        ] {
            assert_eq!(shown(name), expected, "{name}");
        }
    }

    #[test]
    fn a_choice_is_no_product() {
        for name in [
            "Microsoft Windows 7 SP0 - SP1 or Windows Server 2008",
            "Microsoft Windows Vista SP0 or SP1, Windows Server 2008 SP1, or Windows 7",
            "Microsoft Windows Vista SP0 or SP1, Server 2008 SP1, or Windows 7",
            "Microsoft Windows 7 SP0 - SP1, Windows Server 2008 SP1, Windows Server 2008 R2, \
             Windows 8, or Windows 8.1 Update 1",
            "Microsoft Windows XP SP2 or SP3",
            "Microsoft Windows 10 1709 - 1909",
            "Microsoft Windows Server 2008 or 2008 Beta 3",
            "Microsoft Windows Server 2012 or Server 2012 R2",
            "Microsoft Windows 7 SP1 or Windows Phone 7.5 or 8.0",
            "Microsoft Windows Server 2008 Beta 3",
            "Microsoft Windows Phone 7.5",
            "Microsoft Windows Embedded Standard 7",
            "Microsoft Windows 7 Professional",
            "Windows XP",
            "Windows XP|2003|2008",
            "Linux 2.6.22 (Fedora Core 6)",
            "Linux 4.15 - 5.6",
            "Apple Mac OS X 10.8",
        ] {
            assert_eq!(shown(name), "", "{name}");
        }
    }
}
