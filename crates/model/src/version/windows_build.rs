//! Windows builds and file versions: `major.minor.build.revision`.
//!
//! Source: Microsoft's VERSIONINFO resource (four 16-bit numbers; larger ones are read). A version
//! that states fewer numbers leaves the rest unsaid: it is ordered where what it says decides, and
//! not comparable where it does not (`10.0.19045` may be any revision of that build).

use super::key::{Key, is_number};

const UNSAID: &str = "one of them does not state the number that would decide";

pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let numbers: Vec<&str> = numbers(version).collect();
    if numbers.len() > 4 || !numbers.iter().all(|number| is_number(number)) {
        return Err("it is not one to four numbers with dots between");
    }
    for (number, name) in
        numbers.iter().zip(["major number", "minor number", "build number", "revision number"])
    {
        key.token(name, number);
        key.number(number);
    }
    Ok(())
}

/// Files often carry words behind the numbers: `10.0.17763.1 (WinBuild.160101.0800)`.
fn numbers(version: &str) -> impl Iterator<Item = &str> {
    version.split_whitespace().next().unwrap_or_default().split('.')
}

/// Whether fewer than four numbers are stated.
pub(super) fn is_partial(version: &str) -> bool {
    numbers(version).count() < 4
}

/// Why the order of two versions that can be read cannot be told.
pub(super) fn ambiguity(a: &str, b: &str) -> Option<&'static str> {
    let said = |version| numbers(version).map(|number| number.trim_start_matches('0').to_owned());
    let (a, b): (Vec<_>, Vec<_>) = (said(a).collect(), said(b).collect());
    let differs = a.iter().zip(&b).any(|(x, y)| x != y);
    (!differs && a.len() != b.len()).then_some(UNSAID)
}
