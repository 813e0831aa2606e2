//! The versions of one product in a CVE record (JSON 5.x): version objects to ranges by status.
//!
//! The record format's own rules (CVE JSON 5 schema, `affected[].versions`): an object without
//! bounds is one version; `lessThan` and `lessThanOrEqual` end a range; "0" begins at the first
//! version and "*" never ends; `changes` turn the status at a version; everything else has
//! `defaultStatus`.

use model::fact::{Bound, StatementStatus, Unnamed, VersionRange};
use model::version::Scheme;
use serde_json::Value;

use super::ecosystem::scheme_of_type;
use super::json;
use super::version_range::{Versions, every_version, means_no_lower_bound, read_version};

/// What the record says of one product, by status.
#[derive(Debug, Default)]
pub(super) struct ByStatus {
    pub(super) affected: Option<Versions>,
    pub(super) unaffected: Option<Versions>,
    pub(super) unknown: Option<Versions>,
    /// Ranges of commits, which no inventory shows.
    pub(super) commit_ranges: u64,
    /// Whether nothing but commits is named.
    pub(super) is_only_commits: bool,
    /// What `defaultStatus` says of versions that are not named.
    pub(super) unnamed: Unnamed,
}

impl ByStatus {
    /// The statements in the model's words.
    pub(super) fn statements(self) -> impl Iterator<Item = (StatementStatus, Versions)> {
        [
            (StatementStatus::Affected, self.affected),
            (StatementStatus::NotAffected, self.unaffected),
            (StatementStatus::UnderInvestigation, self.unknown),
        ]
        .into_iter()
        .filter_map(|(status, versions)| versions.map(|versions| (status, versions)))
    }

    fn of(&mut self, status: &str) -> &mut Versions {
        match status {
            "affected" => &mut self.affected,
            "unaffected" => &mut self.unaffected,
            _ => &mut self.unknown,
        }
        .get_or_insert_default()
    }
}

/// Reads the versions of one element of `affected`.
pub(super) fn read(product: &Value) -> ByStatus {
    let mut found = ByStatus::default();
    let default = json::text(product, "defaultStatus").unwrap_or("unknown");
    let entries = json::list(product, "versions");
    for entry in entries {
        add(entry, &mut found);
    }
    // "The default status for versions that are not otherwise listed" is "unknown" unless stated
    // (CVE record format 5, `defaultStatus`).
    if default == "unaffected" {
        found.unnamed = Unnamed::NotAffected;
    }
    let only_commits = found.commit_ranges > 0
        && found.affected.is_none()
        && found.unaffected.is_none()
        && found.unknown.is_none();
    if only_commits {
        found.is_only_commits = true;
        found.of("affected").add_free_text("ranges of commits only");
    } else if entries.is_empty() {
        if matches!(default, "affected" | "unaffected") {
            found.of(default).ranges.push(every_version("every version"));
        }
    } else if default == "affected" {
        // The rest is affected: everything except what is listed otherwise.
        let except = found.unaffected.clone().unwrap_or_default();
        let rest = complement(&except);
        found.of("affected").add(rest);
    }
    found
}

fn add(entry: &Value, found: &mut ByStatus) {
    let status = json::text(entry, "status").unwrap_or("unknown");
    let kind = json::text(entry, "versionType").unwrap_or("");
    if matches!(kind, "git" | "original_commit_for_fix") && !is_dotted(entry) {
        found.commit_ranges += 1;
        return;
    }
    let scheme = scheme_of_type(kind);
    let version = json::text(entry, "version").unwrap_or("");
    let end = json::text(entry, "lessThan")
        .map(|end| (end, false))
        .or_else(|| json::text(entry, "lessThanOrEqual").map(|end| (end, true)));
    let Some((end, is_included)) = end else {
        found.of(status).add(single(version, scheme));
        return;
    };
    let raw = format!("{version} {} {end}", if is_included { "<=" } else { "<" });
    let (Some(lower), Some(upper)) = (lower(version), upper(end, is_included)) else {
        found.of(status).add_free_text(&raw);
        return;
    };
    let whole = VersionRange { scheme, lower, upper, raw };
    for (status, range) in turned(whole, status, json::list(entry, "changes")) {
        found.of(status).ranges.push(range);
    }
}

/// Whether an entry that calls itself a commit names dotted versions all the same.
fn is_dotted(entry: &Value) -> bool {
    json::text(entry, "version").is_some_and(|version| {
        version.contains('.')
            || (version == "0"
                && json::text(entry, "lessThan").is_some_and(|end| end.contains('.')))
    })
}

/// One version, or what people write in its place.
fn single(version: &str, scheme: Option<Scheme>) -> Versions {
    if matches!(version.to_ascii_lowercase().as_str(), "" | "n/a" | "unspecified" | "unknown" | "-")
    {
        let mut none = Versions::default();
        none.add_free_text(if version.is_empty() { "no version given" } else { version });
        return none;
    }
    // Cisco's records escape brackets as CPE names do.
    read_version(&version.replace('\\', ""), scheme)
}

fn lower(version: &str) -> Option<Bound> {
    if means_no_lower_bound(version) {
        return Some(Bound::Open);
    }
    let start = version.strip_suffix(".*").or_else(|| version.strip_suffix(".x"));
    plain(start.unwrap_or(version)).map(Bound::Included)
}

fn upper(version: &str, is_included: bool) -> Option<Bound> {
    if version == "*" {
        return Some(Bound::Open);
    }
    if let Some(prefix) = version.strip_suffix(".*").or_else(|| version.strip_suffix(".x")) {
        // "<= 5.4.*" is everything of 5.4, so less than 5.5; "< 2.426.*" (Jenkins writes this for
        // its long-term line) means the same: the range begins within that line.
        return after(prefix).map(Bound::Excluded);
    }
    let version = plain(version)?;
    Some(if is_included { Bound::Included(version) } else { Bound::Excluded(version) })
}

/// The version after all that begin with a dotted prefix: "5.4" gives "5.5".
fn after(prefix: &str) -> Option<String> {
    let (head, last) = match prefix.rsplit_once('.') {
        Some((head, last)) => (Some(head), last),
        None => (None, prefix),
    };
    let next = last.parse::<u32>().ok()?.checked_add(1)?;
    Some(match head {
        Some(head) => format!("{head}.{next}"),
        None => next.to_string(),
    })
}

/// A text that names one version; ranges inside bounds ("< 2.0", "1.0 and earlier") are none.
fn plain(version: &str) -> Option<String> {
    let read = read_version(&version.replace('\\', ""), None);
    match read.listed.as_slice() {
        [one] if read.ranges.is_empty() && read.free_text.is_none() => Some(one.clone()),
        _ => None,
    }
}

/// A range cut where `changes` turn its status.
fn turned<'a>(
    whole: VersionRange,
    status: &'a str,
    changes: &'a [Value],
) -> Vec<(&'a str, VersionRange)> {
    let mut pieces = Vec::new();
    let mut status = status;
    let mut rest = whole;
    for change in changes {
        let (Some(at), Some(turns_to)) =
            (json::text(change, "at").and_then(plain), json::text(change, "status"))
        else {
            continue;
        };
        if rest.upper == Bound::Excluded(at.clone()) {
            // The range ends where the status turns: the change is about what follows it.
            continue;
        }
        let mut head = rest.clone();
        head.upper = Bound::Excluded(at.clone());
        pieces.push((status, head));
        rest.lower = Bound::Included(at);
        status = turns_to;
        // What lies past the end of the range keeps the default.
        if is_past_end(&rest) {
            return pieces;
        }
    }
    pieces.push((status, rest));
    pieces
}

/// "changes at 1.1.2" in a range that ends with 1.1.1: nothing of the range is left.
fn is_past_end(range: &VersionRange) -> bool {
    let (Bound::Included(lower), Bound::Included(upper) | Bound::Excluded(upper)) =
        (&range.lower, &range.upper)
    else {
        return false;
    };
    matches!((numbers(lower), numbers(upper)), (Some(lower), Some(upper)) if lower > upper)
}

/// Everything but some ranges. Versions listed one by one are not cut out: the statement that
/// lists them stands beside this one.
fn complement(except: &Versions) -> Versions {
    let unclear = || {
        let mut text = Versions::default();
        text.add_free_text("every version except those stated otherwise");
        text
    };
    if except.free_text.is_some() {
        return unclear();
    }
    let mut holes = except.ranges.clone();
    if holes.len() > 1 {
        if holes.iter().any(|hole| start(hole).is_none()) {
            return unclear();
        }
        holes.sort_by_key(start);
    }
    let mut rest = Versions::default();
    let mut lower = Some(Bound::Open);
    for hole in &holes {
        let Some(from) = lower.take() else { break };
        if overlaps(&from, hole) {
            return unclear();
        }
        let upper = match &hole.lower {
            Bound::Open => None,
            Bound::Included(version) => Some(Bound::Excluded(version.clone())),
            Bound::Excluded(version) => Some(Bound::Included(version.clone())),
        };
        if let Some(upper) = upper.filter(|upper| !meets(&from, upper)) {
            let range = VersionRange {
                scheme: hole.scheme,
                lower: from,
                upper,
                raw: "every version except those stated otherwise".to_owned(),
            };
            rest.ranges.push(range);
        }
        lower = match &hole.upper {
            Bound::Open => None,
            Bound::Included(version) => Some(Bound::Excluded(version.clone())),
            Bound::Excluded(version) => Some(Bound::Included(version.clone())),
        };
    }
    if let Some(lower) = lower {
        let mut range = every_version("every version except those stated otherwise");
        range.lower = lower;
        range.scheme = holes.last().and_then(|hole| hole.scheme);
        rest.ranges.push(range);
    }
    rest
}

/// Whether two bounds leave nothing between them: "from 5.17" and "below 5.17".
fn meets(from: &Bound, to: &Bound) -> bool {
    matches!((from, to), (Bound::Included(from), Bound::Excluded(to)) if from == to)
}

/// Whether a range begins before a bound that should lie before it.
fn overlaps(from: &Bound, hole: &VersionRange) -> bool {
    match (from, start(hole)) {
        (Bound::Included(version) | Bound::Excluded(version), Some(start)) => {
            numbers(version).is_none_or(|from| start < from)
        }
        _ => false,
    }
}

/// Where a range begins, if that is numbers with dots.
fn start(range: &VersionRange) -> Option<Vec<u64>> {
    match &range.lower {
        Bound::Open => Some(Vec::new()),
        Bound::Included(version) | Bound::Excluded(version) => numbers(version),
    }
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(versions: Option<&Versions>) -> String {
        let Some(versions) = versions else { return "-".to_owned() };
        let bound = |bound: &Bound| match bound {
            Bound::Open => String::new(),
            Bound::Included(version) => format!("[{version}]"),
            Bound::Excluded(version) => version.clone(),
        };
        let mut parts: Vec<String> = versions
            .ranges
            .iter()
            .map(|range| format!("{}..{}", bound(&range.lower), bound(&range.upper)))
            .collect();
        parts.extend(versions.listed.iter().map(|version| format!("={version}")));
        parts.extend(versions.free_text.iter().map(|text| format!("\"{text}\"")));
        parts.join(" ")
    }

    fn affected_and_not(product: &str) -> (String, String) {
        let found = read(&serde_json::from_str(product).unwrap());
        (shown(found.affected.as_ref()), shown(found.unaffected.as_ref()))
    }

    #[test]
    fn bounds_follow_the_record_format() {
        let entry = |body: &str| {
            affected_and_not(&format!(r#"{{"versions":[{{"status":"affected",{body}}}]}}"#)).0
        };
        assert_eq!(entry(r#""version":"1.2""#), "=1.2");
        assert_eq!(entry(r#""version":"0","lessThan":"2.0","versionType":"semver""#), "..2.0");
        assert_eq!(entry(r#""version":"1.0","lessThanOrEqual":"*""#), "[1.0]..");
        assert_eq!(entry(r#""version":"5.4.1","lessThanOrEqual":"5.4.*""#), "[5.4.1]..5.5");
        assert_eq!(entry(r#""version":"n/a","lessThanOrEqual":"1.1.1""#), "..[1.1.1]");
        assert_eq!(entry(r#""version":"8.1.*","lessThan":"8.1.29""#), "[8.1]..8.1.29");
        assert_eq!(entry(r#""version":"unspecified""#), "\"unspecified\"");
        assert_eq!(entry(r#""version":"8.14","lessThan":"unspecified""#), "\"8.14 < unspecified\"");
        assert_eq!(entry(r#""version":"< 3.1""#), "..3.1");
        assert_eq!(entry(r#""version":"The server in Windows 7""#), "\"The server in Windows 7\"");
        assert_eq!(entry(r#""version":"6.2\\(33\\)""#), "=6.2(33)");
    }

    #[test]
    fn a_change_turns_the_status() {
        let product = r#"{"versions":[{"status":"affected","version":"1.0","lessThan":"3.0",
            "changes":[{"at":"2.0","status":"unaffected"}]}]}"#;
        assert_eq!(affected_and_not(product), ("[1.0]..2.0".into(), "[2.0]..3.0".into()));
        let at_the_end = r#"{"versions":[{"status":"affected","version":"1.0","lessThan":"3.0",
            "changes":[{"at":"3.0","status":"unaffected"}]}]}"#;
        assert_eq!(affected_and_not(at_the_end), ("[1.0]..3.0".into(), "-".into()));
        let past_the_end = r#"{"versions":[{"status":"affected","version":"n/a",
            "lessThanOrEqual":"1.1.1","changes":[{"at":"1.1.2","status":"unaffected"}]}]}"#;
        assert_eq!(affected_and_not(past_the_end).1, "-");
    }

    #[test]
    fn an_affected_default_is_everything_but_the_exceptions() {
        let product = r#"{"defaultStatus":"affected","versions":[
            {"status":"unaffected","version":"0","lessThan":"4.8"},
            {"status":"unaffected","version":"5.10.9","lessThanOrEqual":"5.10.*"},
            {"status":"unaffected","version":"4.9.3","lessThanOrEqual":"4.9.*"},
            {"status":"unaffected","version":"5.17","lessThanOrEqual":"*"}]}"#;
        assert_eq!(affected_and_not(product).0, "[4.8]..4.9.3 [4.10]..5.10.9 [5.11]..5.17");
        let maven = r#"{"defaultStatus":"affected","versions":[
            {"status":"unaffected","version":"953.v0432a_802e4d2","lessThan":"*"}]}"#;
        assert_eq!(affected_and_not(maven).0, "..953.v0432a_802e4d2");
        assert_eq!(affected_and_not(r#"{"defaultStatus":"affected"}"#).0, "..");
    }

    #[test]
    fn the_default_says_what_the_rest_is() {
        let unnamed = |default: &str| {
            read(
                &serde_json::from_str(&format!(
                    r#"{{{default}"versions":[{{"status":"affected","version":"1.0"}}]}}"#
                ))
                .unwrap(),
            )
            .unnamed
        };
        assert_eq!(unnamed(r#""defaultStatus":"unaffected","#), Unnamed::NotAffected);
        assert_eq!(unnamed(r#""defaultStatus":"unknown","#), Unnamed::NotStated);
        assert_eq!(unnamed(""), Unnamed::NotStated);
    }

    #[test]
    fn commits_alone_say_nothing_of_versions() {
        let product = r#"{"defaultStatus":"unaffected","versions":[
            {"status":"affected","version":"1da177e4c3f4","lessThan":"7bb1a2822aa2","versionType":"git"}]}"#;
        assert_eq!(affected_and_not(product).0, "\"ranges of commits only\"");
    }
}
