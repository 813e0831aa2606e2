//! Paths and texts as parts of a URI (RFC 3986, RFC 8089 for files).

/// The URI reference of a file: `file:` for an absolute path, else relative.
pub(super) fn file_uri(path: &str) -> String {
    let drive = |path: &str| {
        let mut bytes = path.bytes();
        bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
            && bytes.next() == Some(b':')
            && matches!(bytes.next(), Some(b'/' | b'\\'))
    };
    // A backslash is an ordinary character of a name, except where only Windows writes such paths.
    if drive(path) || path.starts_with("\\\\") || !path.contains('/') && path.contains('\\') {
        let slashes = path.replace('\\', "/");
        return match slashes.split_at_checked(2) {
            Some((letter, rest)) if drive(path) => format!("file:///{letter}{}", encoded(rest)),
            Some(("//", share)) => format!("file://{}", encoded(share)),
            _ => encoded(&slashes),
        };
    }
    if path.starts_with('/') { format!("file://{}", encoded(path)) } else { encoded(path) }
}

/// The text with everything percent-encoded but the unreserved characters and slashes.
pub(super) fn encoded(text: &str) -> String {
    let mut uri = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                uri.push(digit.to_ascii_uppercase());
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_both_worlds_become_uris() {
        for (path, uri) in [
            ("hosts/ward 3.txt", "hosts/ward%203.txt"),
            ("/srv/évidence.csv", "file:///srv/%C3%A9vidence.csv"),
            ("C:\\evidence\\a#1.txt", "file:///C:/evidence/a%231.txt"),
            ("\\\\server\\share\\a.txt", "file://server/share/a.txt"),
            ("evidence\\a.txt", "evidence/a.txt"),
            ("a:b.txt", "a%3Ab.txt"),
            ("12:30.txt", "12%3A30.txt"),
        ] {
            assert_eq!(file_uri(path), uri, "{path}");
        }
    }
}
