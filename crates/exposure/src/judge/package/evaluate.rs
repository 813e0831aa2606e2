//! What one statement says of one piece of software, and why.

use std::sync::Arc;

use model::verdict::Verdict;

use super::beside::{beside_fixes, fixed, is_settled, named_versions};
use super::matching::Said;
use super::position::{Position, locate};
use super::software::Subject;
use super::stream::Stream;
use crate::judge::reason::Reason;
use crate::knowledge::lookup::versions_words;

/// Verdict and reason of one statement; `None` if it does not speak of this software.
pub(super) fn evaluate(
    said: &Said<'_, '_>,
    matching: &[Said<'_, '_>],
    subject: &Subject<'_>,
) -> Option<(Verdict, Reason)> {
    let Said { statement, stream, version } = *said;
    let row = || Arc::clone(&subject.row);
    if stream == Stream::NotShown {
        let stated = statement.platform.as_str().to_owned();
        return Some((Verdict::Unknown, Reason::OtherStream { stated, row: row() }));
    }
    let range = || versions_words(statement);
    if statement.ranges.is_empty() && statement.versions.is_empty() {
        if !statement.free_text.is_empty() {
            let words = statement.free_text.as_str().to_owned();
            return Some((Verdict::Unknown, Reason::RangeInWords { words, row: row() }));
        }
        return Some(match statement.status {
            0 => (
                Verdict::Affected,
                Reason::VersionAffected {
                    version: version.unwrap_or("not shown").to_owned(),
                    range: range(),
                    row: row(),
                },
            ),
            2 => (Verdict::NotAffected, Reason::PublisherSaysNot { row: row() }),
            3 => (Verdict::Unknown, Reason::UnderInvestigation { row: row() }),
            // "Fixed" without a version says nothing of the version at hand.
            _ => return None,
        });
    }
    let Some(version) = version else {
        return Some((Verdict::Unknown, Reason::VersionNotShown { range: range(), row: row() }));
    };
    let place = locate(statement, subject, version);
    let version = version.to_owned();
    Some(match (statement.status, place) {
        (0, Position::Inside) => {
            (Verdict::Affected, Reason::VersionAffected { version, range: range(), row: row() })
        }
        (0, Position::Past(fixed)) => {
            (Verdict::Fixed, Reason::VersionFixed { version, fixed, row: row() })
        }
        (0, Position::Outside) => {
            (Verdict::NotAffected, Reason::VersionOutside { version, range: range(), row: row() })
        }
        (1, Position::Inside | Position::Past(_)) => (
            Verdict::Fixed,
            Reason::VersionFixed {
                version,
                fixed: fixed(statement).into_iter().next().unwrap_or_default(),
                row: row(),
            },
        ),
        (0, Position::Unnamed) => {
            if is_settled(said, matching, subject) {
                return None;
            }
            let named = named_versions(statement, matching);
            (Verdict::Unknown, Reason::VersionNotNamed { version, named, row: row() })
        }
        (1, Position::Outside | Position::Unnamed) => {
            return beside_fixes(statement, matching, subject, version, range());
        }
        (2, Position::Inside) => (Verdict::NotAffected, Reason::PublisherSaysNot { row: row() }),
        (3, Position::Inside) => (Verdict::Unknown, Reason::UnderInvestigation { row: row() }),
        (2 | 3, _) => return None,
        (_, Position::Unclear) => {
            (Verdict::Unknown, Reason::VersionNotComparable { version, range: range(), row: row() })
        }
        (_, Position::InWords) => {
            let words = statement.free_text.as_str().to_owned();
            (Verdict::Unknown, Reason::RangeInWords { words, row: row() })
        }
        _ => return None,
    })
}
