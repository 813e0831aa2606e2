//! CPE names and package URLs in documents: their version taken off, because a statement carries
//! its versions beside the product.

use model::cpe::Cpe;
use model::purl::Purl;

/// A package URL taken apart.
pub(super) struct PackageUrl {
    /// Without version, qualifiers and subpath.
    pub(super) package: Option<Purl>,
    /// Its type ("rpm").
    pub(super) kind: String,
    /// The package's name, decoded.
    pub(super) name: String,
    /// The version, decoded; with the epoch of an rpm in front.
    pub(super) version: Option<String>,
}

/// Takes a package URL apart (purl specification, "How to parse a purl string"); `None` if it is none.
pub(super) fn package_url(text: &str) -> Option<PackageUrl> {
    let text = text.trim();
    let (before, _subpath) = text.split_once('#').unwrap_or((text, ""));
    let (before, qualifiers) = before.split_once('?').unwrap_or((before, ""));
    let after_slash = before.rfind('/').map_or(0, |at| at + 1);
    // The version follows the last "@" after the last "/": "pkg:npm/@scope/name" has none.
    let (base, version) = match before.get(after_slash..).and_then(|tail| tail.rfind('@')) {
        Some(at) if at > 0 => before.split_at(after_slash + at),
        _ => (before, ""),
    };
    let path = base.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("pkg:"))?;
    let path = base.get(path.len()..)?.trim_start_matches('/');
    let (kind, rest) = path.split_once('/')?;
    let kind = kind.to_ascii_lowercase();
    let mut version = Some(decoded(version.trim_start_matches('@'))).filter(|v| !v.is_empty());
    let epoch = qualifiers
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, value)| *key == "epoch" && !matches!(*value, "" | "0"))
        .map(|(_, value)| value);
    if kind == "rpm"
        && let (Some(epoch), Some(plain)) = (epoch, &version)
        && !plain.contains(':')
    {
        version = Some(format!("{epoch}:{plain}"));
    }
    Some(PackageUrl {
        package: Purl::parse(base).ok(),
        name: decoded(rest.rsplit('/').next().unwrap_or(rest)),
        kind,
        version,
    })
}

/// A CPE name (2.3 formatted string or 2.2 URI) whose version and update match any.
pub(super) fn cpe_of_any_version(text: &str) -> Option<Cpe> {
    let text = text.trim();
    if !text.starts_with("cpe:2.3:") {
        let head: Vec<&str> = text.splitn(6, ':').take(4).collect();
        return Cpe::parse(&head.join(":")).ok();
    }
    let mut parts = components(text);
    for version_or_update in [5, 6] {
        if let Some(part) = parts.get_mut(version_or_update) {
            *part = "*";
        }
    }
    Cpe::parse(&parts.join(":")).ok()
}

/// The parts between colons that are not escaped.
fn components(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut from = 0;
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        if escaped {
            escaped = false;
        } else if *byte == b'\\' {
            escaped = true;
        } else if *byte == b':' {
            parts.push(text.get(from..at).unwrap_or(""));
            from = at + 1;
        }
    }
    parts.push(text.get(from..).unwrap_or(""));
    parts
}

/// Percent-decoding; what is no UTF-8 afterwards is replaced.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let hex =
        |byte: Option<&u8>| char::from(*byte?).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) =
            (byte, hex(bytes.get(at + 1)), hex(bytes.get(at + 2)))
        {
            out.push(high * 16 + low);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_gives_its_version_and_epoch() {
        let url = package_url("pkg:rpm/redhat/tomcat@9.0.87-1.el8_10.1?arch=src&epoch=1").unwrap();
        assert_eq!((url.kind.as_str(), url.name.as_str()), ("rpm", "tomcat"));
        assert_eq!(url.version.as_deref(), Some("1:9.0.87-1.el8_10.1"));
        assert_eq!(url.package, Purl::parse("pkg:rpm/redhat/tomcat").ok());
        let scoped = package_url("pkg:npm/@scope/name@1.2%2B3#sub").unwrap();
        assert_eq!((scoped.name.as_str(), scoped.version.as_deref()), ("name", Some("1.2+3")));
        assert_eq!(package_url("pkg:npm/@scope/name").unwrap().version, None);
        assert!(package_url("https://example.org/a@1").is_none());
    }

    #[test]
    fn a_cpe_loses_its_version_and_keeps_the_rest() {
        assert_eq!(
            cpe_of_any_version("cpe:2.3:a:v\\:x:p:1.0:sp1:*:*:*:windows:*:*"),
            Cpe::parse("cpe:2.3:a:v\\:x:p:*:*:*:*:*:windows:*:*").ok()
        );
        assert_eq!(cpe_of_any_version("cpe:/a:v:p:1.0:sp1"), Cpe::parse("cpe:/a:v:p").ok());
    }
}
