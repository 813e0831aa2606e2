//! The versions of one product in a CVE record (JSON 5.x): version objects to ranges by status.
//!
//! The record format's own rules (CVE JSON 5 schema, `affected[].versions`): an object without
//! bounds is one version; `lessThan` and `lessThanOrEqual` end a range; "0" begins at the first
//! version and "*" never ends; `changes` turn the status at a version; everything else has
//! `defaultStatus`.

use std::cmp::Ordering;

use model::fact::{Bound, StatementStatus, Unnamed, VersionRange};
use model::version::{Scheme, order};
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
        let otherwise: Vec<&Versions> =
            found.unaffected.iter().chain(found.unknown.iter()).collect();
        let rest = complement(&otherwise);
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

/// Everything but what is listed otherwise, range by range and version by version. Where that cannot
/// be told (words, or versions without an order) it is words too.
fn complement(otherwise: &[&Versions]) -> Versions {
    const REST: &str = "every version except those stated otherwise";
    let mut rest = Versions::default();
    let Some(gaps) = gaps(otherwise) else {
        rest.add_free_text(REST);
        return rest;
    };
    let ranges = || otherwise.iter().flat_map(|versions| &versions.ranges);
    let scheme = ranges().find_map(|range| range.scheme);
    rest.ranges = gaps
        .into_iter()
        .map(|(from, to)| VersionRange {
            scheme,
            lower: from.as_lower(),
            upper: to.as_upper(),
            raw: REST.to_owned(),
        })
        .collect();
    rest
}

/// What some versions leave free; `None` if they cannot be put in order.
fn gaps<'a>(versions: &[&'a Versions]) -> Option<Vec<(Cut<'a>, Cut<'a>)>> {
    if versions.iter().any(|versions| versions.free_text.is_some()) {
        return None;
    }
    let ranges = || versions.iter().flat_map(|versions| &versions.ranges);
    let scheme = ranges().find_map(|range| range.scheme);
    let listed = versions.iter().flat_map(|versions| &versions.listed);
    let mut taken: Vec<(Cut<'a>, Cut<'a>)> = ranges()
        .map(|range| (Cut::of_lower(&range.lower), Cut::of_upper(&range.upper)))
        .chain(listed.map(|version| (Cut::Before(version), Cut::After(version))))
        .collect();
    let mut unclear = false;
    taken.sort_by(|(one, _), (other, _)| {
        one.order(other, scheme).unwrap_or_else(|| {
            unclear = true;
            Ordering::Equal
        })
    });
    if unclear {
        return None;
    }
    let mut free = Vec::new();
    let mut from = Cut::First;
    for (begin, end) in taken {
        if from.order(&begin, scheme)? == Ordering::Less {
            free.push((from, begin));
        }
        if from.order(&end, scheme)? == Ordering::Less {
            from = end;
        }
    }
    if from != Cut::Last {
        free.push((from, Cut::Last));
    }
    Some(free)
}

/// A place between versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut<'a> {
    /// Before all.
    First,
    /// Right before a version.
    Before(&'a str),
    /// Right behind a version.
    After(&'a str),
    /// Behind all.
    Last,
}

impl<'a> Cut<'a> {
    fn of_lower(bound: &'a Bound) -> Self {
        match bound {
            Bound::Open => Self::First,
            Bound::Included(version) => Self::Before(version),
            Bound::Excluded(version) => Self::After(version),
        }
    }

    fn of_upper(bound: &'a Bound) -> Self {
        match bound {
            Bound::Open => Self::Last,
            Bound::Included(version) => Self::After(version),
            Bound::Excluded(version) => Self::Before(version),
        }
    }

    fn as_lower(self) -> Bound {
        match self {
            Self::Before(version) => Bound::Included(version.to_owned()),
            Self::After(version) => Bound::Excluded(version.to_owned()),
            Self::First | Self::Last => Bound::Open,
        }
    }

    fn as_upper(self) -> Bound {
        match self {
            Self::Before(version) => Bound::Excluded(version.to_owned()),
            Self::After(version) => Bound::Included(version.to_owned()),
            Self::First | Self::Last => Bound::Open,
        }
    }

    /// How two places stand; `None` where their versions have no order.
    fn order(&self, other: &Self, scheme: Option<Scheme>) -> Option<Ordering> {
        let parts = |cut: &Self| match *cut {
            Self::First => (0, None),
            Self::Before(version) => (1, Some((version, 0))),
            Self::After(version) => (1, Some((version, 1))),
            Self::Last => (2, None),
        };
        match (parts(self), parts(other)) {
            ((_, Some((a, side_a))), (_, Some((b, side_b)))) => {
                Some(order_of(scheme, a, b)?.then(side_a.cmp(&side_b)))
            }
            ((a, _), (b, _)) => Some(a.cmp(&b)),
        }
    }
}

/// The order of two versions: of their scheme where it is named, else of numbers with dots.
fn order_of(scheme: Option<Scheme>, a: &str, b: &str) -> Option<Ordering> {
    if a == b {
        return Some(Ordering::Equal);
    }
    let by_scheme = scheme.and_then(|scheme| order(scheme, a, b).ok());
    by_scheme.or_else(|| Some(numbers(a)?.cmp(&numbers(b)?)))
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
    fn an_affected_default_leaves_out_single_versions_and_unknown_ones() {
        let single = r#"{"defaultStatus":"affected","versions":[
            {"status":"unaffected","version":"2.0.1"}]}"#;
        assert_eq!(affected_and_not(single), ("..2.0.1 2.0.1..".into(), "=2.0.1".into()));
        let among = r#"{"defaultStatus":"affected","versions":[
            {"status":"unaffected","version":"1.5","lessThan":"1.8"},
            {"status":"unaffected","version":"1.6"},
            {"status":"unaffected","version":"2.0"},
            {"status":"unknown","version":"3.0","lessThan":"4.0"}]}"#;
        assert_eq!(affected_and_not(among).0, "..1.5 [1.8]..2.0 2.0..3.0 [4.0]..");
        let packages = r#"{"defaultStatus":"affected","versions":[
            {"status":"unaffected","version":"0:2.4-9.el8","lessThan":"0:2.5","versionType":"rpm"},
            {"status":"unaffected","version":"0:2.10-1.el8","lessThan":"*","versionType":"rpm"}]}"#;
        assert_eq!(affected_and_not(packages).0, "..0:2.4-9.el8 [0:2.5]..0:2.10-1.el8");
        let without_order = r#"{"defaultStatus":"affected","versions":[
            {"status":"unaffected","version":"red"},{"status":"unaffected","version":"blue"}]}"#;
        assert_eq!(
            affected_and_not(without_order).0,
            "\"every version except those stated otherwise\""
        );
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
