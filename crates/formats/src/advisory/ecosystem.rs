//! Ecosystems of packages and the version order each uses.

use model::version::Scheme;

/// The version order of an OSV ecosystem ("PyPI", "Debian:11", "Ubuntu:22.04:LTS"), by the list of
/// defined ecosystems in the OSV schema; `None` for one whose order is not known here.
pub(super) fn scheme(ecosystem: &str) -> Option<Scheme> {
    let name = ecosystem.split(':').next().unwrap_or(ecosystem).trim();
    Some(match name.to_ascii_lowercase().as_str() {
        "npm" | "go" | "crates.io" | "pub" | "hex" | "swifturl" | "github actions" | "bitnami"
        | "julia" | "vscode" => Scheme::Semver,
        "pypi" => Scheme::Pep440,
        "maven" => Scheme::Maven,
        "nuget" => Scheme::Nuget,
        "rubygems" => Scheme::Gem,
        "packagist" => Scheme::Composer,
        "debian" | "ubuntu" | "echo" => Scheme::Dpkg,
        "alpine"
        | "wolfi"
        | "chainguard"
        | "minimos"
        | "alpaquita"
        | "bellsoft hardened containers" => Scheme::Apk,
        "red hat" | "rocky linux" | "almalinux" | "suse" | "opensuse" | "mageia" | "photon os"
        | "openeuler" | "azure linux" => Scheme::Rpm,
        "cran" | "bioconductor" | "hackage" | "ghc" | "linux" => Scheme::Dotted,
        _ => return None,
    })
}

/// The version order that a `versionType` of a CVE record or the type of a `vers:` range names.
pub(super) fn scheme_of_type(version_type: &str) -> Option<Scheme> {
    Some(match version_type.trim().to_ascii_lowercase().as_str() {
        "semver" | "npm" | "cargo" | "golang" | "go" | "hex" | "pub" | "swift" => Scheme::Semver,
        "python" | "pypi" | "pep440" => Scheme::Pep440,
        "maven" => Scheme::Maven,
        "nuget" => Scheme::Nuget,
        "gem" | "rubygems" => Scheme::Gem,
        "composer" => Scheme::Composer,
        "deb" | "dpkg" => Scheme::Dpkg,
        "rpm" => Scheme::Rpm,
        "apk" | "alpine" => Scheme::Apk,
        "intdot" => Scheme::Dotted,
        _ => return None,
    })
}

/// The ecosystem whose packages a collection address lists, told by a word in the address.
pub(super) fn of_collection(address: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 9] = [
        ("npmjs", "npm"),
        ("pypi", "PyPI"),
        ("maven", "Maven"),
        ("rubygems", "RubyGems"),
        ("crates.io", "crates.io"),
        ("packagist", "Packagist"),
        ("nuget", "NuGet"),
        ("pkg.go.dev", "Go"),
        ("hex.pm", "Hex"),
    ];
    let address = address.to_ascii_lowercase();
    WORDS.iter().find(|(word, _)| address.contains(word)).map(|(_, ecosystem)| *ecosystem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_of_a_distribution_share_its_order() {
        for name in ["Debian:11", "Debian", "Ubuntu:22.04:LTS", "Ubuntu:Pro:14.04:LTS"] {
            assert_eq!(scheme(name), Some(Scheme::Dpkg), "{name}");
        }
        assert_eq!(scheme("Alpine:v3.18"), Some(Scheme::Apk));
        assert_eq!(scheme("Red Hat:enterprise_linux:8::appstream"), Some(Scheme::Rpm));
        assert_eq!(scheme("An ecosystem of tomorrow"), None);
    }
}
