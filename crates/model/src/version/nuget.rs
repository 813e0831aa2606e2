//! NuGet's order: SemVer 2 with a fourth number, labels compared without case.
//!
//! Source: Microsoft's "NuGet package versioning" and the observable rule of `NuGet.Versioning`:
//! a label is numeric when it fits a 32-bit integer, otherwise text; letters compare in upper case.

use super::key::Key;
use super::semver;

const PRE_RELEASE: u8 = 0;
const RELEASE: u8 = 1;
const END: u8 = 0;
const NUMERIC: u8 = 1;
const TEXT: u8 = 2;

pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let names = ["major number", "minor number", "patch number", "revision number"];
    let rest = semver::numbers(version.trim_start_matches(['v', 'V']), &names, key)?;
    let labels = rest.split('+').next().unwrap_or_default();
    let labels = labels.strip_prefix('-').unwrap_or(labels);
    if labels.is_empty() {
        key.token("release (no pre-release)", "");
        key.byte(RELEASE);
        return Ok(());
    }
    key.token("pre-release", labels);
    key.byte(PRE_RELEASE);
    for label in labels.split('.') {
        if let Ok(number) = label.parse::<i32>() {
            key.token("numeric label", label);
            key.byte(NUMERIC);
            for byte in (i64::from(number) - i64::from(i32::MIN)).to_be_bytes() {
                key.byte(byte);
            }
        } else {
            key.token("label (without case, behind numeric ones)", label);
            key.byte(TEXT);
            key.text(&label.to_ascii_uppercase());
        }
    }
    key.token("end of the pre-release", "");
    key.byte(END);
    Ok(())
}
