//! Takes `name-[epoch:]version-release.architecture` apart, from the right.
//!
//! Only the name may contain a hyphen (rpm-version(7)), so the last one stands before the release
//! and the one before it before the version.

/// The parts of a package's printed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackageName<'a> {
    pub(super) name: &'a str,
    /// `None`: not shown. `Some("0")` stands for a shown "(none)" too.
    pub(super) epoch: Option<&'a str>,
    pub(super) version: &'a str,
    pub(super) release: &'a str,
    pub(super) architecture: Option<&'a str>,
}

/// Architectures rpm knows (rpm 4.x `rpmrc`, canonical names), `src` kinds and `noarch`.
const ARCHITECTURES: &[&str] = &[
    "noarch",
    "x86_64",
    "x86_64_v2",
    "x86_64_v3",
    "x86_64_v4",
    "amd64",
    "ia32e",
    "i386",
    "i486",
    "i586",
    "i686",
    "athlon",
    "geode",
    "pentium3",
    "pentium4",
    "ia64",
    "aarch64",
    "armv5tel",
    "armv5tejl",
    "armv6l",
    "armv6hl",
    "armv7l",
    "armv7hl",
    "armv7hnl",
    "armv8l",
    "ppc",
    "ppc64",
    "ppc64le",
    "ppc64p7",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "sparcv9",
    "alpha",
    "mips",
    "mipsel",
    "mips64",
    "mips64el",
    "riscv64",
    "loongarch64",
    "m68k",
    "sh4",
    "src",
    "nosrc",
    "(none)",
];

pub(super) fn is_architecture(word: &str) -> bool {
    ARCHITECTURES.contains(&word)
}

/// Whether a text carries the mark of an RPM distribution's release (".el7", ".fc40", …).
pub(in crate::inventory) fn is_release(text: &str) -> bool {
    super::release::mark(text).is_some()
        || ARCHITECTURES.iter().any(|architecture| {
            text.trim_end().strip_suffix(architecture).is_some_and(|rest| rest.ends_with('.'))
        })
}

impl<'a> PackageName<'a> {
    /// `name-[epoch:]version-release[.architecture]`, or dnf's older `epoch:name-version-release`.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_suffix(".rpm").unwrap_or(text);
        let (rest, architecture) = split_architecture(text);
        let (rest, release) = rest.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        let (mut epoch, version) = split_epoch(version);
        let mut name = name;
        if epoch.is_none()
            && let (Some(front), bare) = split_epoch(name)
        {
            epoch = Some(front);
            name = bare;
        }
        let good = |text: &str| !text.is_empty() && text.chars().all(is_version_char);
        let named = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c));
        (named && good(version) && good(release)).then_some(Self {
            name,
            epoch,
            version,
            release,
            architecture,
        })
    }

    /// `[epoch:]version-release[.architecture]` beside a name of its own column.
    pub(super) fn from_columns(name: &'a str, rest: &'a str) -> Option<Self> {
        let (rest, architecture) = split_architecture(rest);
        let (version, release) = rest.rsplit_once('-')?;
        let (epoch, version) = split_epoch(version);
        let good = |text: &str| !text.is_empty() && text.chars().all(is_version_char);
        (good(version) && good(release) && is_name(name)).then_some(Self {
            name,
            epoch,
            version,
            release,
            architecture,
        })
    }

    /// The whole version: with the epoch if it was shown.
    pub(super) fn full_version(&self) -> String {
        match self.epoch {
            Some(epoch) => format!("{epoch}:{}-{}", self.version, self.release),
            None => format!("{}-{}", self.version, self.release),
        }
    }
}

pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c))
}

/// What may stand in a version or release (rpm-version(7)).
pub(super) fn is_version_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._+~^%".contains(c)
}

/// An epoch as printed: digits, or "(none)" for no epoch, which compares as 0.
pub(super) fn epoch(text: &str) -> Option<&str> {
    match text {
        "(none)" => Some("0"),
        digits if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) => Some(digits),
        _ => None,
    }
}

fn split_epoch(text: &str) -> (Option<&str>, &str) {
    match text.split_once(':') {
        Some((front, rest)) if epoch(front).is_some() => (epoch(front), rest),
        _ => (None, text),
    }
}

fn split_architecture(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('.') {
        Some((rest, word)) if is_architecture(word) => {
            (rest, Some(word).filter(|word| *word != "(none)"))
        }
        _ => (text, None),
    }
}
