//! The format `uri`: an absolute URI by the grammar of RFC 3986, appendix A.

/// Tells whether a string is a URI with a scheme.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme_fits = scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match hierarchy.strip_prefix("//") {
        None => Some(hierarchy),
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
            is_authority(authority).then_some(path)
        }
    };
    scheme_fits
        && path.is_some_and(|path| consists_of(path, b":@/"))
        && consists_of(query, b":@/?")
        && consists_of(fragment, b":@/?")
}

fn is_authority(text: &str) -> bool {
    let (user, host_and_port) = text.rsplit_once('@').unwrap_or(("", text));
    let (host_fits, port) = if let Some(rest) = host_and_port.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        (is_ip_literal(address), port)
    } else {
        let end = host_and_port.find(':').unwrap_or(host_and_port.len());
        let (host, port) = host_and_port.split_at_checked(end).unwrap_or((host_and_port, ""));
        (consists_of(host, b""), port)
    };
    let port_fits = match port.strip_prefix(':') {
        None => port.is_empty(),
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
    };
    consists_of(user, b":") && host_fits && port_fits
}

fn is_ip_literal(text: &str) -> bool {
    let future = text.strip_prefix(['v', 'V']).and_then(|rest| rest.split_once('.'));
    match future {
        Some((version, address)) => {
            !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !address.is_empty()
                && !address.contains('%')
                && consists_of(address, b":")
        }
        None => text.parse::<std::net::Ipv6Addr>().is_ok(),
    }
}

/// Unreserved characters, sub-delimiters, percent-encoded bytes and the given ones.
fn consists_of(text: &str, also: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                let mut hex = || bytes.next().is_some_and(|it| it.is_ascii_hexdigit());
                hex() && hex()
            }
            _ => {
                byte.is_ascii_alphanumeric()
                    || b"-._~!$&'()*+,;=".contains(&byte)
                    || also.contains(&byte)
            }
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_uris_are_told_from_other_strings() {
        for uri in [
            "https://www.example.org/a/b;c=1?q=%20x&y=/?#part",
            "https://user:secret@[2001:db8::1]:8443/",
            "urn:example:ward:1",
            "mailto:ward@example.org",
            "pkg:oci/ward@sha256%3A00?tag=1",
            "file:///etc/ward",
            "http://[v1.ward:1]/",
        ] {
            assert!(is_uri(uri), "{uri}");
        }
        for text in [
            "",
            "www.example.org",
            "/a/b",
            "1http://example.org",
            "https://example.org/a b",
            "https://example.org/é",
            "https://example.org/%zz",
            "https://example.org/%4",
            "https://example.org:port/",
            "https://[::zz]/",
            "https://example.org/[a]",
            "https://example.org/a#b#c",
            "https://example.org/<ward>",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }
}
