//! Where a version lies among those of a statement.

use std::cmp::Ordering;

use super::order::{compare, is_same, ordered, scheme_of};
use super::software::Subject;
use crate::knowledge::schema::{ArchivedRange, ArchivedStatement};

/// Where a version lies among a statement's versions.
pub(super) enum Position {
    Inside,
    /// At or past the end of a range that excludes this version: the one with the fix.
    Past(String),
    /// Outside everything that is named, by ranges or by a list that names everything.
    Outside,
    /// Versions are named one by one, and it is none of them.
    Unnamed,
    /// None of what is understood, and there is more in words.
    InWords,
    /// Not comparable.
    Unclear,
}

pub(super) fn locate(
    statement: &ArchivedStatement,
    subject: &Subject<'_>,
    version: &str,
) -> Position {
    let mut unsure = false;
    for listed in statement.versions.iter() {
        match is_same(statement, subject, version, listed.as_str()) {
            Some(true) => return Position::Inside,
            Some(false) => {}
            None => unsure = true,
        }
    }
    let mut passed: Vec<&ArchivedRange> = Vec::new();
    let mut unclear = false;
    for range in statement.ranges.iter() {
        match within(range, subject, version) {
            Some(Within::Yes) => return Position::Inside,
            Some(Within::Above) => passed.push(range),
            Some(Within::Below) => {}
            None => unclear = true,
        }
    }
    if unclear {
        return Position::Unclear;
    }
    if !statement.free_text.is_empty() {
        return Position::InWords;
    }
    // The end of a range answers for the listed versions before it, not for those behind it.
    let answers = |range: &&&ArchivedRange| {
        statement.versions.iter().all(|listed| {
            compare(statement, subject, listed, range.upper.as_str()) == Some(Ordering::Less)
        })
    };
    match passed.iter().rfind(answers) {
        // An end that belongs to the range is the last affected version, not one with the fix.
        Some(range) if range.upper_kind == 2 => Position::Past(range.upper.as_str().to_owned()),
        None if !statement.versions.is_empty() && statement.unnamed != 1 => Position::Unnamed,
        None if unsure => Position::Unclear,
        _ => Position::Outside,
    }
}

pub(super) enum Within {
    Yes,
    Above,
    Below,
}

pub(super) fn within(
    range: &ArchivedRange,
    subject: &Subject<'_>,
    version: &str,
) -> Option<Within> {
    let scheme = scheme_of(range, subject);
    let against = |bound: &str| ordered(scheme, version, bound);
    match range.lower_kind {
        1 if against(range.lower.as_str())? == Ordering::Less => return Some(Within::Below),
        2 if against(range.lower.as_str())? != Ordering::Greater => return Some(Within::Below),
        _ => {}
    }
    match range.upper_kind {
        1 if against(range.upper.as_str())? == Ordering::Greater => Some(Within::Above),
        2 if against(range.upper.as_str())? != Ordering::Less => Some(Within::Above),
        _ => Some(Within::Yes),
    }
}
