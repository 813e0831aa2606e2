//! Package URLs (`pkg:deb/debian/openssl@3.0.11-1`), in the canonical form of their type.
//!
//! Source: the PURL specification (ECMA-427) and its type definitions, as the `packageurl` crate
//! reads them; its types do not leave this module. It must not know packages or advisories.
//!
//! ```
//! use model::purl::Purl;
//! use model::version::Scheme;
//! let purl = Purl::parse("pkg:PyPI/Django_Rest@3.2").unwrap();
//! assert_eq!(purl.to_string(), "pkg:pypi/django-rest@3.2");
//! assert_eq!(purl.scheme(), Some(Scheme::Pep440));
//! ```

use std::fmt;
use std::str::FromStr;

use packageurl::PackageUrl;

use crate::version::Scheme;

/// Longest Package URL that is read; with long qualifiers real ones reach about 1,000 bytes.
const MAX_BYTES: usize = 16 * 1024;

/// A Package URL in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Purl {
    kind: String,
    namespace: Option<String>,
    name: String,
    version: Option<String>,
    qualifiers: Vec<(String, String)>,
    subpath: Option<String>,
    canonical: String,
}

/// Why a text is not a Package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a Package URL: {why}")]
pub struct PurlError {
    text: String,
    why: String,
}

impl Purl {
    /// Reads a Package URL and brings it into canonical form.
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        let text = text.trim();
        let refuse = |why: String| PurlError { text: text.chars().take(200).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(refuse("it is longer than 16384 bytes".to_owned()));
        }
        // URI schemes have no case (RFC 3986); the crate wants small letters.
        let lower = match text.split_at_checked(4) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("pkg:") => format!("pkg:{rest}"),
            _ => text.to_owned(),
        };
        let mut purl = PackageUrl::from_str(&lower).map_err(|error| refuse(error.to_string()))?;
        // A namespace of dots and slashes is none; the crate leaves its slash: `pkg:a//n`.
        if purl.namespace().is_some_and(str::is_empty) {
            purl.without_namespace();
        }
        let owned = |part: Option<&str>| part.filter(|part| !part.is_empty()).map(str::to_owned);
        let mut qualifiers: Vec<(String, String)> = purl
            .qualifiers()
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        qualifiers.sort();
        Ok(Self {
            kind: purl.ty().to_owned(),
            namespace: owned(purl.namespace()),
            name: purl.name().to_owned(),
            version: owned(purl.version()),
            qualifiers,
            subpath: owned(purl.subpath()),
            canonical: purl.to_string(),
        })
    }

    /// The type: `deb`, `npm`, `pypi` ...
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The namespace: a distribution, a group, an owner.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The package's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version, as its ecosystem writes it.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The qualifiers, sorted by key.
    pub fn qualifiers(&self) -> &[(String, String)] {
        &self.qualifiers
    }

    /// The value of one qualifier, such as `arch`, `distro` or `epoch`.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The path within the package.
    pub fn subpath(&self) -> Option<&str> {
        self.subpath.as_deref()
    }

    /// The order of this type's versions, where the type says one.
    pub fn scheme(&self) -> Option<Scheme> {
        match self.kind.as_str() {
            "deb" => Some(Scheme::Dpkg),
            "rpm" => Some(Scheme::Rpm),
            "apk" | "alpine" => Some(Scheme::Apk),
            "npm" | "cargo" | "golang" => Some(Scheme::Semver),
            "pypi" => Some(Scheme::Pep440),
            "maven" => Some(Scheme::Maven),
            "nuget" => Some(Scheme::Nuget),
            "gem" => Some(Scheme::Gem),
            "composer" => Some(Scheme::Composer),
            _ => None,
        }
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.canonical)
    }
}

impl FromStr for Purl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Self, PurlError> {
        Self::parse(text)
    }
}
