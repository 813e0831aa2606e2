//! What closes the exposure of a piece of software.

use model::verdict::Verdict;

use super::position::{Within, within};
use super::software::Subject;
use crate::judge::line::Remedy;
use crate::judge::reason::Reason;
use crate::knowledge::schema::ArchivedStatement;

pub(super) fn remedies(
    statement: &ArchivedStatement,
    verdict: Verdict,
    reason: &Reason,
    subject: &Subject<'_>,
) -> Vec<Remedy> {
    if !matches!(verdict, Verdict::Affected | Verdict::Unknown) {
        return Vec::new();
    }
    let mut remedies = Vec::new();
    let product = subject.software.name.clone();
    match reason {
        Reason::VersionBelowFix { fixed, .. } => {
            remedies.push(Remedy::UpdateTo { product, version: fixed.clone() });
        }
        Reason::VersionAffected { version, .. } => {
            let next = match statement.ranges.as_slice() {
                // It is affected, and nothing else says so.
                [range] if statement.versions.is_empty() => Some(range),
                ranges => ranges
                    .iter()
                    .filter(|r| r.upper_kind == 2)
                    .find(|r| matches!(within(r, subject, version), Some(Within::Yes))),
            }
            .filter(|r| r.upper_kind == 2);
            if let Some(range) = next {
                remedies
                    .push(Remedy::UpdateTo { product, version: range.upper.as_str().to_owned() });
            }
        }
        _ => {}
    }
    for stated in statement.remediations.iter() {
        match stated.category {
            0 if remedies.iter().any(|r| matches!(r, Remedy::UpdateTo { .. })) => {}
            3 | 4 => remedies.push(Remedy::NoneAvailable),
            _ => remedies.push(Remedy::Publisher(stated.details.as_str().to_owned())),
        }
    }
    remedies
}
