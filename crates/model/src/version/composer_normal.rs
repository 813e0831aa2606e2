//! How Composer writes a version before it compares it.
//!
//! Source: the documented behaviour of composer/semver's `VersionParser::normalize`:
//! `v1.2-beta.3` is `1.2.0.0-beta3`, `1.x-dev` is `1.9999999.9999999.9999999-dev`.

use super::key::{is_number, split_digits, split_run};

/// Stabilities and what Composer writes for them; longer spellings before their beginnings.
const STABILITIES: [(&str, &str); 9] = [
    ("stable", "stable"),
    ("beta", "beta"),
    ("b", "beta"),
    ("rc", "RC"),
    ("alpha", "alpha"),
    ("a", "alpha"),
    ("patch", "patch"),
    ("pl", "patch"),
    ("p", "patch"),
];
/// Composer's stand-in for "whatever this branch holds".
const ANY: &str = "9999999";

/// The normal form, or `None` where Composer refuses the version.
pub(super) fn normalise(version: &str) -> Option<String> {
    let lower = version.trim().to_ascii_lowercase();
    let mut text = lower.split(" as ").next()?.trim();
    for flag in ["@stable", "@rc", "@beta", "@alpha", "@dev"] {
        text = text.strip_suffix(flag).unwrap_or(text);
    }
    if matches!(text, "master" | "trunk" | "default") {
        return Some(format!("dev-{text}"));
    }
    if text.starts_with("dev-") {
        return Some(text.to_owned());
    }
    if let Some((before, metadata)) = text.split_once('+')
        && !before.is_empty()
        && !metadata.is_empty()
    {
        text = before;
    }
    let number = text.strip_prefix('v').unwrap_or(text);
    classical(number).or_else(|| date(number)).or_else(|| branch(text))
}

/// `1.2.3.4` with one to four numbers, the first of at most five digits.
fn classical(text: &str) -> Option<String> {
    let (first, mut rest) = split_digits(text);
    if first.is_empty() || first.len() > 5 {
        return None;
    }
    let mut normal = first.to_owned();
    for _ in 0..3 {
        let (digits, after) = split_digits(rest.strip_prefix('.').unwrap_or_default());
        normal.push('.');
        if digits.is_empty() {
            normal.push('0');
        } else {
            normal.push_str(digits);
            rest = after;
        }
    }
    with_modifier(normal, rest)
}

/// `2010-01-02`, `20100102.1`, `2010.01`: a year and groups of digits.
fn date(text: &str) -> Option<String> {
    let (body, rest) = split_run(text, |c| c.is_ascii_digit() || matches!(c, '.' | ':' | '-'));
    let rest_at = body.trim_end_matches(['.', ':', '-']).len();
    let (body, separator) = body.split_at(rest_at);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let (year, _) = split_digits(body);
    let groups: Vec<&str> = body.split(['.', ':', '-']).skip(1).collect();
    // The month has two digits, joined to the year or behind a separator.
    let has_month = match year.len() {
        4 => groups.first().is_some_and(|month| month.len() >= 2),
        length => length >= 6,
    };
    if !has_month || !(6..=22).contains(&digits) || groups.iter().any(|group| group.is_empty()) {
        return None;
    }
    let normal = body.replace([':', '-'], ".");
    with_modifier(normal, &format!("{separator}{rest}"))
}

/// Reads `[._-]?(STABILITY NUMBERS?)?([.-]?dev)?` to the end and writes it as Composer does.
fn with_modifier(mut normal: String, rest: &str) -> Option<String> {
    let mut rest = rest;
    let text = rest.strip_prefix(['.', '_', '-']).unwrap_or(rest);
    let found = STABILITIES.iter().find_map(|(name, full)| Some((text.strip_prefix(name)?, full)));
    if let Some((after, full)) = found {
        let (numbers, after) = split_modifier_numbers(after);
        rest = after;
        if *full == "stable" {
            return is_dev_or_end(rest).then_some(normal);
        }
        normal.push('-');
        normal.push_str(full);
        normal.push_str(numbers.trim_start_matches(['.', '-']));
    }
    if rest.is_empty() || (found.is_none() && text.is_empty()) {
        return Some(normal);
    }
    (is_dev_or_end(rest) || is_dev_or_end(text)).then(|| format!("{normal}-dev"))
}

/// `(?:[.-]?\d+)*` off the front.
fn split_modifier_numbers(text: &str) -> (&str, &str) {
    let mut rest = text;
    loop {
        let (digits, after) = split_digits(rest.strip_prefix(['.', '-']).unwrap_or(rest));
        if digits.is_empty() {
            let taken = text.len() - rest.len();
            return text.split_at(taken);
        }
        rest = after;
    }
}

fn is_dev_or_end(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix(['.', '-']).unwrap_or(rest) == "dev"
}

/// `1.x-dev`, `2.0.*-dev`: a numeric branch.
fn branch(text: &str) -> Option<String> {
    let name = text.strip_suffix("dev")?;
    let name = name.strip_suffix(['.', '-']).unwrap_or(name);
    let parts: Vec<&str> = name.strip_prefix('v').unwrap_or(name).split('.').collect();
    if parts.len() > 4 || !parts.first().is_some_and(|first| is_number(first)) {
        return None;
    }
    let mut normal = Vec::with_capacity(4);
    for part in parts {
        match part {
            "x" | "*" => normal.push(ANY),
            _ if is_number(part) => normal.push(part),
            _ => return None,
        }
    }
    normal.resize(4, ANY);
    Some(format!("{}-dev", normal.join(".")))
}
