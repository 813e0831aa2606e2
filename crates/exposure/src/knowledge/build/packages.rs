//! Statements on packages and products, indexed by the keys under which an inventory may name them.
//!
//! A key is `type/namespace/name` of a package URL ("deb/debian/openssl", "maven/org.apache.logging.log4j/log4j-core"),
//! `cpe/vendor/product`, or `name/folded product name`. A statement stands under every key its
//! target allows; that all present fields fit is checked when a host is judged.

use model::fact::{
    Bound, PackageStatement, ProductTarget, RemediationCategory, StatementStatus, Unnamed,
    VersionRange,
};
use model::purl::Purl;
use model::version::Scheme;
use rustc_hash::FxHashMap;

use super::days::or_none;
use super::vulnerabilities::Vulnerabilities;
use crate::knowledge::schema::{Knowledge, PackageKey, Range, Remediation, Statement};

/// Order of schemes in the compiled form; append only.
pub const SCHEMES: [Scheme; 11] = [
    Scheme::Dpkg,
    Scheme::Rpm,
    Scheme::Apk,
    Scheme::Semver,
    Scheme::Pep440,
    Scheme::Maven,
    Scheme::Nuget,
    Scheme::Gem,
    Scheme::Composer,
    Scheme::WindowsBuild,
    Scheme::Dotted,
];

/// Position of a scheme in [`SCHEMES`]; 255 for none.
pub fn scheme_position(scheme: Option<Scheme>) -> u8 {
    scheme
        .and_then(|s| SCHEMES.iter().position(|known| *known == s))
        .and_then(|p| u8::try_from(p).ok())
        .unwrap_or(u8::MAX)
}

/// Statements while they arrive.
#[derive(Debug, Default)]
pub(super) struct Packages {
    statements: Vec<Statement>,
    keys: FxHashMap<String, Vec<u32>>,
}

impl Packages {
    pub(super) fn take(
        &mut self,
        statement: PackageStatement,
        source: u32,
        vulnerabilities: &mut Vulnerabilities,
    ) {
        let published = or_none(statement.published);
        let rows: Vec<u32> = statement
            .vulnerabilities
            .iter()
            .map(|id| {
                let row = vulnerabilities.of(id);
                vulnerabilities.seen(row, source, published);
                row
            })
            .collect();
        let Ok(position) = u32::try_from(self.statements.len()) else { return };
        let target = &statement.product.target;
        for key in keys_of_target(target) {
            self.keys.entry(key).or_default().push(position);
        }
        let (_, ecosystem_platform) = split_ecosystem(target.ecosystem.as_deref().unwrap_or(""));
        self.statements.push(Statement {
            advisory: statement.advisory,
            vulnerabilities: rows,
            status: match statement.status {
                StatementStatus::Affected => 0,
                StatementStatus::Fixed => 1,
                StatementStatus::NotAffected => 2,
                StatementStatus::UnderInvestigation => 3,
            },
            product: product_label(target),
            vendor: target.vendor.as_deref().map(fold).unwrap_or_default(),
            cpe: target.cpe.as_ref().map(ToString::to_string).unwrap_or_default(),
            platform: target.platform.clone().unwrap_or_else(|| ecosystem_platform.to_owned()),
            ranges: statement.product.ranges.into_iter().map(range).collect(),
            versions: statement.product.versions,
            free_text: statement.product.free_text.unwrap_or_default(),
            unnamed: match statement.product.unnamed {
                Unnamed::NotStated => 0,
                Unnamed::NotAffected => 1,
            },
            remediations: statement
                .remediations
                .into_iter()
                .map(|r| Remediation {
                    category: match r.category {
                        RemediationCategory::VendorFix => 0,
                        RemediationCategory::Mitigation => 1,
                        RemediationCategory::Workaround => 2,
                        RemediationCategory::NoFixPlanned => 3,
                        RemediationCategory::NoneAvailable => 4,
                    },
                    details: r.details,
                    url: r.url.unwrap_or_default(),
                })
                .collect(),
            published,
            source,
        });
    }

    pub(super) fn finish(self, knowledge: &mut Knowledge) {
        knowledge.statements = self.statements;
        knowledge.package_index = self
            .keys
            .into_iter()
            .map(|(key, mut statements)| {
                statements.dedup();
                PackageKey { key, statements }
            })
            .collect();
        knowledge.package_index.sort_by(|a, b| a.key.cmp(&b.key));
    }
}

fn range(range: VersionRange) -> Range {
    let end = |bound: Bound| match bound {
        Bound::Open => (0, String::new()),
        Bound::Included(version) => (1, version),
        Bound::Excluded(version) => (2, version),
    };
    let (lower_kind, lower) = end(range.lower);
    let (upper_kind, upper) = end(range.upper);
    Range { scheme: scheme_position(range.scheme), lower_kind, lower, upper_kind, upper }
}

/// Every key under which an inventory may name this target.
pub fn keys_of_target(target: &ProductTarget) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(purl) = &target.purl {
        keys.push(key_of_purl(purl));
    } else if let (Some(ecosystem), Some(name)) = (&target.ecosystem, &target.name)
        && let Some(key) = key_of_ecosystem(ecosystem, name)
    {
        keys.push(key);
    }
    if let Some(cpe) = &target.cpe
        && let Some(key) = key_of_cpe(cpe)
    {
        keys.push(key);
    }
    // A package of an ecosystem is named by that ecosystem only: "name/openssl" must not catch
    // every distribution's build.
    if keys.iter().all(|k| k.starts_with("cpe/"))
        && let Some(name) = &target.name
    {
        keys.push(format!("name/{}", fold(name)));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Key of a package URL.
pub fn key_of_purl(purl: &Purl) -> String {
    format!("{}/{}/{}", purl.kind(), purl.namespace().unwrap_or_default(), purl.name())
        .to_lowercase()
}

/// Key of a CPE name that has a vendor and a product.
pub fn key_of_cpe(cpe: &model::cpe::Cpe) -> Option<String> {
    Some(format!("cpe/{}/{}", cpe.vendor().literal()?, cpe.product().literal()?).to_lowercase())
}

/// Key of a package in an OSV ecosystem (OSV schema, "Defined ecosystems").
pub fn key_of_ecosystem(ecosystem: &str, name: &str) -> Option<String> {
    let (base, _) = split_ecosystem(ecosystem);
    let prefix = match base {
        "Debian" => "deb/debian",
        "Ubuntu" => "deb/ubuntu",
        "Alpine" => "apk/alpine",
        "Red Hat" => "rpm/redhat",
        "AlmaLinux" => "rpm/almalinux",
        "Rocky Linux" => "rpm/rocky-linux",
        "SUSE" => "rpm/suse",
        "openSUSE" => "rpm/opensuse",
        "PyPI" => "pypi/",
        "npm" => "npm/",
        "crates.io" => "cargo/",
        "NuGet" => "nuget/",
        "RubyGems" => "gem/",
        "Go" => "golang/",
        "Packagist" => "composer/",
        "Hex" => "hex/",
        "Pub" => "pub/",
        "Maven" => "maven/",
        _ => return None,
    };
    let key = match base {
        "Maven" => format!("maven/{}", name.replacen(':', "/", 1)),
        "npm" | "Packagist" | "Go" => match name.rsplit_once('/') {
            Some((namespace, name)) => format!("{prefix}{namespace}/{name}"),
            None => format!("{prefix}/{name}"),
        },
        "PyPI" => format!("{prefix}/{}", name.replace(['_', '.'], "-")),
        _ => [prefix, "/", name].concat(),
    };
    Some(lowercase(key))
}

/// The text in lower case; ASCII, as nearly every name is, without another text.
fn lowercase(mut text: String) -> String {
    if text.is_ascii() {
        text.make_ascii_lowercase();
        return text;
    }
    text.to_lowercase()
}

/// "Debian:11" is the ecosystem "Debian" and its release "11"; "Alpine:v3.18" likewise.
pub fn split_ecosystem(ecosystem: &str) -> (&str, &str) {
    match ecosystem.split_once(':') {
        Some((base, release)) => (base, release),
        None => (ecosystem, ""),
    }
}

/// Lower case, signs and runs of blanks made one blank: how names are compared.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            folded.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() || matches!(c, '.' | '+' | '#') {
            if c.is_ascii() {
                folded.push(c.to_ascii_lowercase());
            } else {
                folded.extend(c.to_lowercase());
            }
        } else if !folded.ends_with(' ') && !folded.is_empty() {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn product_label(target: &ProductTarget) -> String {
    let name = match (&target.name, &target.purl, &target.cpe) {
        (Some(name), ..) => name.clone(),
        (None, Some(purl), _) => purl.to_string(),
        (None, None, Some(cpe)) => cpe.to_string(),
        (None, None, None) => String::new(),
    };
    match &target.vendor {
        Some(vendor) if !fold(&name).contains(&fold(vendor)) => format!("{vendor} {name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecosystems_and_package_urls_share_keys() {
        let pairs = [
            ("Debian:11", "openssl", "pkg:deb/debian/openssl@1.1.1"),
            ("PyPI", "Django_rest.framework", "pkg:pypi/django-rest-framework@3"),
            (
                "Maven",
                "org.apache.logging.log4j:log4j-core",
                "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            ),
            ("npm", "@angular/core", "pkg:npm/%40angular/core@1"),
            ("npm", "lodash", "pkg:npm/lodash@4"),
            ("Go", "github.com/gin-gonic/gin", "pkg:golang/github.com/gin-gonic/gin@1"),
            ("crates.io", "smallvec", "pkg:cargo/smallvec@1"),
        ];
        for (ecosystem, name, purl) in pairs {
            let purl = Purl::parse(purl).unwrap();
            assert_eq!(key_of_ecosystem(ecosystem, name), Some(key_of_purl(&purl)), "{name}");
        }
    }

    #[test]
    fn names_fold_to_what_people_mean() {
        assert_eq!(fold("  Brilliance iX (R) "), "brilliance ix r");
        assert_eq!(fold("IntelliSpace_Portal,  8.0"), "intellispace portal 8.0");
    }
}
