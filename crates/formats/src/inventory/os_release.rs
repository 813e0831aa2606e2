//! `/etc/os-release`: which Linux distribution a host runs, in the host's own words.
//!
//! A file of its own (`os-release`), or pasted above a package list: the package readers look for
//! the same lines ([`within`]). It must not know packages.
//!
//! ```text
//! NAME="Debian GNU/Linux"
//! VERSION_ID="12"
//! ID=debian
//! ```

use model::evidence::{Evidence, HostIdentity, OperatingSystem, Platform};
use model::reading::{Place, ReadError};

use super::{Input, Reading};
use crate::text::decode;

/// Whether a file is an os-release file: nothing but assignments, `ID` among them.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = input.bytes.get(..input.bytes.len().min(8192)).unwrap_or_default();
    let text = decode(head);
    let mut named = false;
    for line in text.content.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, _)) = assignment(line) else { return false };
        named |= key == "ID";
    }
    named
}

/// Reads an os-release file.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let Some(os) = within(&text.content) else {
        return Err(ReadError::new(
            Place::Whole,
            "no line `ID=…`, so no distribution is named",
            "give the output of `cat /etc/os-release`",
        ));
    };
    let evidence = Evidence {
        format: "os-release",
        host: HostIdentity::default(),
        os: Some(os),
        ..Evidence::default()
    };
    Ok(Reading { evidence: vec![evidence], warnings: Vec::new() })
}

/// The operating system named by os-release lines anywhere in a text (freedesktop.org,
/// os-release(5): `ID` names the distribution, `VERSION_ID` its version).
pub(super) fn within(text: &str) -> Option<OperatingSystem> {
    // Nearly every list has none: then its lines need no looking at.
    let at_line_start = |at: usize| {
        let before = text.get(..at).unwrap_or("");
        before.trim_end_matches(|c: char| c != '\n' && c.is_whitespace()).ends_with('\n')
            || before.trim_start().is_empty()
    };
    if !memchr::memmem::find_iter(text.as_bytes(), "ID=").any(at_line_start) {
        return None;
    }
    let (mut id, mut version, mut pretty, mut name) = (None, None, None, None);
    for (line, number) in text.lines().zip(1u32..) {
        let Some((key, value)) = assignment(line.trim()) else { continue };
        match key {
            "ID" if id.is_none() => id = Some((value, number)),
            "VERSION_ID" if version.is_none() => version = Some(value),
            "PRETTY_NAME" if pretty.is_none() => pretty = Some(value),
            "NAME" if name.is_none() => name = Some(value),
            _ => {}
        }
    }
    let (id, line) = id.filter(|(id, _)| !id.is_empty())?;
    let version = version.filter(|version| !version.is_empty());
    Some(OperatingSystem {
        raw_name: pretty.or(name).unwrap_or_else(|| id.clone()),
        raw_version: version.clone(),
        platform: Platform::Linux { distribution: id.to_ascii_lowercase(), version },
        guess_percent: None,
        place: Place::Line(line),
    })
}

/// Whether a line is one an os-release file may hold.
pub(super) fn is_assignment(line: &str) -> bool {
    assignment(line.trim()).is_some()
}

fn assignment(line: &str) -> Option<(&str, String)> {
    let (key, value) = line.split_once('=')?;
    let named = key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    named.then(|| (key, unquote(value)))
}

/// Takes shell quotes and backslashes off a value, as os-release(5) asks.
fn unquote(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value);
    let mut out = String::with_capacity(inner.len());
    let mut escaped = false;
    for c in inner.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(c);
            escaped = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(text: &str) -> Input<'_> {
        Input { bytes: text.as_bytes(), file_name: None }
    }

    #[test]
    fn names_the_distribution_and_its_version() {
        let text =
            "PRETTY_NAME=\"Ubuntu 22.04.4 LTS\"\nNAME='Ubuntu'\nVERSION_ID=\"22.04\"\nID=ubuntu\n";
        assert!(sniff(&input(text)));
        let reading = read(&input(text)).unwrap();
        let os = reading.evidence[0].os.clone().unwrap();
        assert_eq!(os.raw_name, "Ubuntu 22.04.4 LTS");
        assert_eq!(
            os.platform,
            Platform::Linux { distribution: "ubuntu".into(), version: Some("22.04".into()) }
        );
        assert_eq!(os.guess_percent, None);
        assert_eq!(os.place, Place::Line(4));
    }

    #[test]
    fn says_what_is_missing() {
        let error = read(&input("NAME=x\n")).unwrap_err();
        assert!(error.message.contains("ID="), "{error}");
        assert!(!sniff(&input("ID=debian\nii  acl 1.0\n")));
    }

    #[test]
    fn takes_quotes_and_backslashes_off() {
        assert_eq!(unquote(r#""a \"b\" \\ c""#), r#"a "b" \ c"#);
        assert_eq!(unquote("plain"), "plain");
        assert_eq!(unquote("\""), "\"");
    }
}
