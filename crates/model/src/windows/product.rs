//! A Windows product: family, release, service pack, architecture.

use std::fmt;

use crate::windows::WindowsBuild;

/// A Windows product line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the products' own names")]
pub enum WindowsFamily {
    Windows2000,
    Xp,
    Server2003,
    Vista,
    Server2008,
    Seven,
    Server2008R2,
    Eight,
    Rt,
    Server2012,
    EightOne,
    Rt81,
    Server2012R2,
    Ten,
    Server2016,
    Server2019,
    Server2022,
    Server2025,
    /// The semi-annual and annual channel of Windows Server ("Windows Server, version 1709",
    /// "Windows Server 2022, 23H2 Edition").
    ServerChannel,
    Eleven,
}

impl WindowsFamily {
    /// The family's name as Microsoft writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows2000 => "Windows 2000",
            Self::Xp => "Windows XP",
            Self::Server2003 => "Windows Server 2003",
            Self::Vista => "Windows Vista",
            Self::Server2008 => "Windows Server 2008",
            Self::Seven => "Windows 7",
            Self::Server2008R2 => "Windows Server 2008 R2",
            Self::Eight => "Windows 8",
            Self::Rt => "Windows RT",
            Self::Server2012 => "Windows Server 2012",
            Self::EightOne => "Windows 8.1",
            Self::Rt81 => "Windows RT 8.1",
            Self::Server2012R2 => "Windows Server 2012 R2",
            Self::Ten => "Windows 10",
            Self::Server2016 => "Windows Server 2016",
            Self::Server2019 => "Windows Server 2019",
            Self::Server2022 => "Windows Server 2022",
            Self::Server2025 => "Windows Server 2025",
            Self::ServerChannel => "Windows Server",
            Self::Eleven => "Windows 11",
        }
    }

    /// Every family, oldest first.
    pub const ALL: [Self; 20] = [
        Self::Windows2000,
        Self::Xp,
        Self::Server2003,
        Self::Vista,
        Self::Server2008,
        Self::Seven,
        Self::Server2008R2,
        Self::Eight,
        Self::Rt,
        Self::Server2012,
        Self::EightOne,
        Self::Rt81,
        Self::Server2012R2,
        Self::Ten,
        Self::Server2016,
        Self::Server2019,
        Self::Server2022,
        Self::Server2025,
        Self::ServerChannel,
        Self::Eleven,
    ];

    /// Whether updates of this family are cumulative: one monthly update holds all before it.
    /// Older families had, until October 2016, one update per flaw (Microsoft, "Simplified
    /// servicing for Windows 7 and Windows 8.1: the latest improvements").
    pub const fn is_cumulative(self) -> bool {
        matches!(
            self,
            Self::Ten
                | Self::Server2016
                | Self::Server2019
                | Self::Server2022
                | Self::Server2025
                | Self::ServerChannel
                | Self::Eleven
        )
    }

    /// Whether the family has service packs, and updates per service pack.
    pub const fn has_service_packs(self) -> bool {
        matches!(
            self,
            Self::Windows2000
                | Self::Xp
                | Self::Server2003
                | Self::Vista
                | Self::Server2008
                | Self::Seven
                | Self::Server2008R2
        )
    }

    /// Whether the family has named releases ("1607", "21H2").
    pub const fn has_releases(self) -> bool {
        matches!(self, Self::Ten | Self::Eleven | Self::ServerChannel)
    }
}

/// A processor architecture Windows runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Architecture {
    /// 32-bit x86.
    X86,
    /// 64-bit x86.
    X64,
    /// Itanium.
    Ia64,
    /// 32-bit ARM (Windows RT).
    Arm,
    /// 64-bit ARM.
    Arm64,
}

impl Architecture {
    /// Reads "x64-based PC", "X86-based PC", "64-bit", "amd64", "ARM64"; `None` if it says nothing.
    pub fn find(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
        if has(&["itanium", "ia64"]) {
            Some(Self::Ia64)
        } else if has(&["arm64", "aarch64", "arm 64"]) {
            Some(Self::Arm64)
        } else if has(&["x64", "amd64", "x86_64", "x86-64", "64-bit", "64 bit", "64bit"]) {
            Some(Self::X64)
        } else if has(&["x86", "32-bit", "32 bit", "32bit", "i386", "i686"]) {
            Some(Self::X86)
        } else if has(&["arm"]) {
            Some(Self::Arm)
        } else {
            None
        }
    }
}

/// The servicing class of an edition, which decides how long it is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Edition {
    /// Not shown.
    #[default]
    NotShown,
    /// Home, Pro, Pro for Workstations and like.
    HomePro,
    /// Enterprise and Education.
    Enterprise,
    /// Long-term servicing (LTSB, LTSC, IoT LTSC).
    LongTerm,
    /// Embedded editions.
    Embedded,
    /// A server edition.
    Server,
}

/// A Windows product as far as the evidence or a label shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WindowsProduct {
    /// Product line.
    pub family: WindowsFamily,
    /// Release within the line, upper case ("1607", "21H2"), where it has releases.
    pub release: Option<String>,
    /// Service pack, 0 for none. Always 0 from Windows 8 on.
    pub service_pack: u8,
    /// Architecture, if shown or implied.
    pub architecture: Option<Architecture>,
    /// Whether it is a Server Core installation, as far as shown.
    pub core: bool,
    /// Servicing class of the edition, if shown.
    pub edition: Edition,
}

impl WindowsProduct {
    /// A product of a family with nothing else known.
    pub fn of(family: WindowsFamily) -> Self {
        Self {
            family,
            release: None,
            service_pack: 0,
            architecture: implied_architecture(family),
            core: false,
            edition: Edition::default(),
        }
    }

    /// Understands what a host prints of itself: the name of the operating system, its version
    /// ("6.1.7601 Service Pack 1 Build 7601", "10.0.17763 N/D Compilación 17763") and the system
    /// type ("x64-based PC"), in any language: only numbers, "Server", "Service Pack" and product
    /// names are looked at, which no translation changes.
    pub fn from_host(
        name: &str,
        version: Option<&str>,
        system_type: Option<&str>,
    ) -> Option<(Self, Option<WindowsBuild>)> {
        let build = version.and_then(find_build);
        let lower = name.to_lowercase();
        if !lower.contains("windows") && !lower.contains("hyper-v server") {
            return None;
        }
        let family = family_in_name(&lower).or_else(|| family_of_build(build?, &lower))?;
        // A guess by name must not contradict the kernel version; the kernel decides.
        let family = match build {
            Some(b) if !kernel_fits(family, b) => family_of_build(b, &lower)?,
            _ => family,
        };
        let release = if family.has_releases() {
            build.and_then(|b| release_of_build(family, b.build)).or_else(|| release_in_name(name))
        } else {
            None
        };
        let architecture = system_type
            .and_then(Architecture::find)
            .or_else(|| Architecture::find(name))
            .or_else(|| implied_architecture(family));
        let stated = version.and_then(service_pack_in).or_else(|| service_pack_in(name));
        let product = Self {
            family,
            release,
            service_pack: stated.or_else(|| build.and_then(implied_service_pack)).unwrap_or(0),
            architecture,
            core: lower.contains("server core") || lower.contains("core installation"),
            edition: edition_in_name(&lower),
        };
        Some((product.normalised(), build))
    }

    /// Brings names that mean one product to one form: Windows Server 2008 was released at
    /// service pack level 1 (Microsoft, Windows Server 2008 lifecycle page).
    pub(crate) fn normalised(mut self) -> Self {
        if self.family == WindowsFamily::Server2008 && self.service_pack == 0 {
            self.service_pack = 1;
        }
        if !self.family.has_service_packs() {
            self.service_pack = 0;
        }
        self
    }

    /// Whether an advisory that names `self` speaks of `host`. Edition and Server Core are left
    /// aside; an architecture that either side does not show fits any.
    pub fn covers(&self, host: &Self) -> bool {
        self.family == host.family
            && self.release == host.release
            && self.service_pack == host.service_pack
            && match (self.architecture, host.architecture) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            }
    }
}

impl fmt::Display for WindowsProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.family.name())?;
        if let Some(release) = &self.release {
            write!(f, " version {release}")?;
        }
        match self.architecture {
            Some(Architecture::X86) => f.write_str(" 32-bit")?,
            Some(Architecture::X64) if implied_architecture(self.family).is_none() => {
                f.write_str(" x64")?;
            }
            Some(Architecture::Ia64) => f.write_str(" Itanium")?,
            Some(Architecture::Arm64) => f.write_str(" ARM64")?,
            _ => {}
        }
        if self.service_pack > 0 {
            write!(f, " SP{}", self.service_pack)?;
        }
        if self.core {
            f.write_str(" (Server Core)")?;
        }
        Ok(())
    }
}

/// The only architecture a family exists for in advisories, if there is one.
pub(crate) const fn implied_architecture(family: WindowsFamily) -> Option<Architecture> {
    match family {
        WindowsFamily::Server2012
        | WindowsFamily::Server2012R2
        | WindowsFamily::Server2016
        | WindowsFamily::Server2019
        | WindowsFamily::Server2022
        | WindowsFamily::Server2025
        | WindowsFamily::ServerChannel => Some(Architecture::X64),
        WindowsFamily::Rt | WindowsFamily::Rt81 => Some(Architecture::Arm),
        _ => None,
    }
}

/// The first dotted version number in a printed version.
fn find_build(text: &str) -> Option<WindowsBuild> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .filter(|word| word.bytes().filter(|b| *b == b'.').count() >= 2)
        .find_map(|word| word.trim_matches('.').parse().ok())
}

/// The family that a product name names. Order matters: longer names first.
pub(crate) fn family_in_name(lower: &str) -> Option<WindowsFamily> {
    use WindowsFamily as F;
    let server = lower.contains("server");
    let r2 = lower.contains(" r2");
    if server {
        if lower.contains("23h2 edition") || lower.contains("server, version") {
            return Some(F::ServerChannel);
        }
        return [
            ("2025", F::Server2025),
            ("2022", F::Server2022),
            ("2019", F::Server2019),
            ("2016", F::Server2016),
            ("2012", if r2 { F::Server2012R2 } else { F::Server2012 }),
            ("2008", if r2 { F::Server2008R2 } else { F::Server2008 }),
            // Server 2003 R2 is Server 2003 with additions: one service pack line, one set of updates.
            ("2003", F::Server2003),
            ("2000", F::Windows2000),
        ]
        .into_iter()
        .find(|(year, _)| lower.contains(year))
        .map(|(_, family)| family);
    }
    [
        ("windows 11", F::Eleven),
        ("windows 10", F::Ten),
        ("windows rt 8.1", F::Rt81),
        ("windows rt", F::Rt),
        ("windows 8.1", F::EightOne),
        ("windows embedded 8.1", F::EightOne),
        ("windows 8", F::Eight),
        ("windows embedded 8", F::Eight),
        ("windows 7", F::Seven),
        ("windows embedded standard 7", F::Seven),
        ("windows vista", F::Vista),
        ("windows xp", F::Xp),
        ("windows embedded posready 2009", F::Xp),
        ("windows 2000", F::Windows2000),
    ]
    .into_iter()
    .find(|(name, _)| lower.contains(name))
    .map(|(_, family)| family)
}

/// The family of a kernel version; the name only has to tell client from server.
fn family_of_build(build: WindowsBuild, lower_name: &str) -> Option<WindowsFamily> {
    use WindowsFamily as F;
    let server = lower_name.contains("server");
    Some(match (build.major, build.minor, server) {
        (5, 0, _) => F::Windows2000,
        (5, 1, _) | (5, 2, false) => F::Xp,
        (5, 2, true) => F::Server2003,
        (6, 0, true) => F::Server2008,
        (6, 0, false) => F::Vista,
        (6, 1, true) => F::Server2008R2,
        (6, 1, false) => F::Seven,
        (6, 2, true) => F::Server2012,
        (6, 2, false) => F::Eight,
        (6, 3, true) => F::Server2012R2,
        (6, 3, false) => F::EightOne,
        (10, 0, true) => match build.build {
            14393 => F::Server2016,
            17763 => F::Server2019,
            20348 => F::Server2022,
            26100 => F::Server2025,
            _ => F::ServerChannel,
        },
        (10, 0, false) if build.build >= 22000 => F::Eleven,
        (10, 0, false) => F::Ten,
        _ => return None,
    })
}

/// Whether a family and a kernel version belong together.
fn kernel_fits(family: WindowsFamily, build: WindowsBuild) -> bool {
    use WindowsFamily as F;
    let kernel = (build.major, build.minor);
    match family {
        F::Windows2000 => kernel == (5, 0),
        F::Xp => kernel == (5, 1) || kernel == (5, 2),
        F::Server2003 => kernel == (5, 2),
        F::Vista | F::Server2008 => kernel == (6, 0),
        F::Seven | F::Server2008R2 => kernel == (6, 1),
        F::Eight | F::Rt | F::Server2012 => kernel == (6, 2),
        F::EightOne | F::Rt81 | F::Server2012R2 => kernel == (6, 3),
        // Tools print "Windows 10" for Windows 11: the build decides.
        F::Ten => kernel == (10, 0) && build.build < 22000,
        F::Eleven => kernel == (10, 0) && build.build >= 22000,
        F::Server2016 => kernel == (10, 0) && build.build == 14393,
        F::Server2019 => kernel == (10, 0) && build.build == 17763,
        F::Server2022 => kernel == (10, 0) && build.build == 20348,
        F::Server2025 => kernel == (10, 0) && build.build == 26100,
        F::ServerChannel => kernel == (10, 0),
    }
}

/// Build numbers of the named releases (Microsoft, "Windows 10 release information",
/// "Windows 11 release information", "Windows Server release information").
pub(crate) const RELEASES: [(u32, &str); 23] = [
    (10240, "1507"),
    (10586, "1511"),
    (14393, "1607"),
    (15063, "1703"),
    (16299, "1709"),
    (17134, "1803"),
    (17763, "1809"),
    (18362, "1903"),
    (18363, "1909"),
    (19041, "2004"),
    (19042, "20H2"),
    (19043, "21H1"),
    (19044, "21H2"),
    (19045, "22H2"),
    (22000, "21H2"),
    (22621, "22H2"),
    (22631, "23H2"),
    (25398, "23H2"),
    (26100, "24H2"),
    (26200, "25H2"),
    (20348, "21H2"),
    (28000, "26H1"),
    (20349, "21H2"),
];

fn release_of_build(_family: WindowsFamily, build: u32) -> Option<String> {
    RELEASES.iter().find(|(number, _)| *number == build).map(|(_, name)| (*name).to_owned())
}

/// A release named after "version", in upper case.
pub(crate) fn release_in_name(name: &str) -> Option<String> {
    let upper = name.to_uppercase();
    upper
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| RELEASES.iter().any(|(_, release)| release == word))
        .map(ToOwned::to_owned)
}

/// The number after "Service Pack" or in "SP2".
pub(crate) fn service_pack_in(text: &str) -> Option<u8> {
    let upper = text.to_uppercase();
    let after = upper.split_once("SERVICE PACK").map(|(_, rest)| rest.trim_start().to_owned());
    let digits = match after {
        Some(rest) => rest,
        None => upper
            .split(|c: char| !c.is_ascii_alphanumeric())
            .find_map(|word| word.strip_prefix("SP").filter(|rest| rest.parse::<u8>().is_ok()))
            .map(ToOwned::to_owned)?,
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// Build numbers that imply a service pack where none is printed.
fn implied_service_pack(build: WindowsBuild) -> Option<u8> {
    match (build.major, build.minor, build.build) {
        (6, 0, 6001) | (6, 1, 7601) => Some(1),
        (6, 0, 6002 | 6003) => Some(2),
        _ => None,
    }
}

fn edition_in_name(lower: &str) -> Edition {
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["ltsc", "ltsb"]) {
        Edition::LongTerm
    } else if lower.contains("server") {
        Edition::Server
    } else if has(&["embedded", "posready"]) {
        Edition::Embedded
    } else if has(&["enterprise", "entreprise", "education", "éducation", "корпоративная", "企业"])
    {
        Edition::Enterprise
    } else if has(&["pro", "home", "famil", "famille"]) {
        Edition::HomePro
    } else {
        Edition::NotShown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, version: &str, system: &str) -> String {
        WindowsProduct::from_host(name, Some(version), Some(system)).unwrap().0.to_string()
    }

    #[test]
    fn understands_hosts_of_every_age_and_language() {
        let cases = [
            (
                "Microsoft Windows 7 Enterprise ",
                "6.1.7601 Service Pack 1 Build 7601",
                "X86-based PC",
                "Windows 7 32-bit SP1",
            ),
            (
                "Microsoft Windows XP Professional",
                "5.1.2600 Service Pack 3 Build 2600",
                "X86-based PC",
                "Windows XP 32-bit SP3",
            ),
            (
                "Microsoft Windows XP Professional x64 Edition",
                "5.2.3790 Service Pack 2 Build 3790",
                "x64-based PC",
                "Windows XP x64 SP2",
            ),
            (
                "Microsoft(R) Windows(R) Server 2003, Standard Edition",
                "5.2.3790 Build 3790",
                "X86-based PC",
                "Windows Server 2003 32-bit",
            ),
            (
                "Microsoft® Windows Server® 2008 Standard ",
                "6.0.6001 Service Pack 1 Build 6001",
                "x64-based PC",
                "Windows Server 2008 x64 SP1",
            ),
            (
                "Microsoft Windows 10 Education",
                "10.0.17763 N/D Compilación 17763",
                "x64-based PC",
                "Windows 10 version 1809 x64",
            ),
            (
                "Майкрософт Windows Server 2012 R2 Standard",
                "6.3.9600 Н/Д построение 9600",
                "x64-based PC",
                "Windows Server 2012 R2",
            ),
            (
                "Microsoft Windows 10 Pro",
                "10.0.22631 N/A Build 22631",
                "x64-based PC",
                "Windows 11 version 23H2 x64",
            ),
            (
                "Microsoft Windows Server 2022 Datacenter",
                "10.0.20348 N/A Build 20348",
                "x64-based PC",
                "Windows Server 2022",
            ),
            (
                "Microsoft Windows Server Standard",
                "10.0.17134 N/A Build 17134",
                "x64-based PC",
                "Windows Server version 1803",
            ),
            (
                "Microsoft Windows 8.1 Enterprise",
                "6.3.9600 N/A Build 9600",
                "x64-based PC",
                "Windows 8.1 x64",
            ),
        ];
        for (name, version, system, expected) in cases {
            assert_eq!(host(name, version, system), expected, "{name}");
        }
    }

    #[test]
    fn what_is_not_windows_is_not_guessed() {
        assert!(WindowsProduct::from_host("Ubuntu 18.04", Some("4.15.0"), None).is_none());
        assert!(WindowsProduct::from_host("Microsoft Windows", None, None).is_none());
    }
}
