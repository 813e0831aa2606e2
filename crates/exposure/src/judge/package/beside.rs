//! What the other statements of the same advisory say beside one: fixes of several branches,
//! versions that are named one by one.

use std::cmp::Ordering;
use std::sync::Arc;

use model::verdict::Verdict;
use rkyv::string::ArchivedString;

use super::matching::Said;
use super::order::compare;
use super::position::{Position, locate};
use super::software::Subject;
use super::stream::Stream;
use crate::judge::reason::Reason;
use crate::knowledge::schema::ArchivedStatement;

/// The statements of the same advisory on a flaw that a statement is about.
fn same_advisory<'a, 'k, 's>(
    statement: &'a ArchivedStatement,
    matching: &'a [Said<'k, 's>],
) -> impl Iterator<Item = &'a Said<'k, 's>> + Clone {
    let on_same_flaw = |other: &ArchivedStatement| {
        (statement.vulnerabilities.is_empty() && other.vulnerabilities.is_empty())
            || other.vulnerabilities.iter().any(|flaw| statement.vulnerabilities.contains(flaw))
    };
    matching.iter().filter(move |other| {
        other.statement.source == statement.source
            && other.statement.advisory == statement.advisory
            && on_same_flaw(other.statement)
    })
}

/// Whether the same advisory answers elsewhere for a version that a list of affected ones leaves
/// out: it names this very version under another status, or a fix at or below it and past every
/// version of the list.
pub(super) fn is_settled(
    said: &Said<'_, '_>,
    matching: &[Said<'_, '_>],
    subject: &Subject<'_>,
) -> bool {
    let listed = &said.statement.versions;
    same_advisory(said.statement, matching).any(|other| {
        let Some(version) = other.version.filter(|_| other.stream == Stream::Own) else {
            return false;
        };
        let fixes = match (other.statement.status, locate(other.statement, subject, version)) {
            (0 | 1, Position::Past(fix)) => vec![fix],
            (1, Position::Inside | Position::Outside | Position::Unnamed) => fixed(other.statement),
            (2 | 3, Position::Inside) => return true,
            _ => return false,
        };
        fixes.iter().any(|fix| {
            let order = |version: &str| compare(said.statement, subject, version, fix);
            matches!(order(version), Some(Ordering::Greater | Ordering::Equal))
                && listed.iter().all(|listed| order(listed) == Some(Ordering::Less))
        })
    })
}

/// Every version that an advisory calls affected one by one, in words.
pub(super) fn named_versions(statement: &ArchivedStatement, matching: &[Said<'_, '_>]) -> String {
    let mut named: Vec<&str> = same_advisory(statement, matching)
        .filter(|other| other.statement.status == 0)
        .flat_map(|other| other.statement.versions.iter().map(ArchivedString::as_str))
        .collect();
    named.sort_unstable();
    named.dedup();
    match named.len() {
        0..=4 => named.join(", "),
        count => format!("{count} listed versions"),
    }
}

/// A version that is none of the fixed ones: below all of them it is affected, above all of them
/// fixed. Between those of two branches it can be either. Nothing is concluded where the same
/// advisory states the affected ranges itself.
pub(super) fn beside_fixes(
    statement: &ArchivedStatement,
    matching: &[Said<'_, '_>],
    subject: &Subject<'_>,
    version: String,
    range: String,
) -> Option<(Verdict, Reason)> {
    let advisory = || same_advisory(statement, matching).map(|said| said.statement);
    if advisory().any(|other| other.status == 0 && !other.ranges.is_empty()) {
        return None;
    }
    let fixes: Vec<String> = advisory().filter(|other| other.status == 1).flat_map(fixed).collect();
    let row = Arc::clone(&subject.row);
    let mut above: Option<String> = None;
    let mut at_or_below: Option<String> = None;
    for fix in fixes {
        match compare(statement, subject, &version, &fix) {
            Some(Ordering::Less) => {
                let nearer = above.as_ref().is_none_or(|known| {
                    compare(statement, subject, &fix, known) == Some(Ordering::Less)
                });
                if nearer {
                    above = Some(fix);
                }
            }
            Some(_) => at_or_below = Some(fix),
            None => {
                let reason = Reason::VersionNotComparable { version, range, row };
                return Some((Verdict::Unknown, reason));
            }
        }
    }
    Some(match (at_or_below, above) {
        (None, Some(fixed)) => (Verdict::Affected, Reason::VersionBelowFix { version, fixed, row }),
        (Some(fixed), None) => (Verdict::Fixed, Reason::VersionFixed { version, fixed, row }),
        (Some(one), Some(other)) => {
            let range = format!("the versions with the fix: {one}, {other}");
            (Verdict::Unknown, Reason::VersionNotComparable { version, range, row })
        }
        (None, None) => (Verdict::Unknown, Reason::VersionNotComparable { version, range, row }),
    })
}

/// The versions that a statement calls fixed.
pub(super) fn fixed(statement: &ArchivedStatement) -> Vec<String> {
    let versions = statement.versions.iter().map(|v| v.as_str().to_owned());
    let lower =
        statement.ranges.iter().filter(|r| r.lower_kind == 1).map(|r| r.lower.as_str().to_owned());
    versions.chain(lower).collect()
}
