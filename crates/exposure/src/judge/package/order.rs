//! Which order of versions counts, and what cannot be compared.

use std::cmp::Ordering;

use model::evidence::{Ecosystem, Software};
use model::version::{Scheme, order};

use super::identity::packaging;
use super::software::Subject;
use crate::knowledge::build::SCHEMES;
use crate::knowledge::schema::{ArchivedRange, ArchivedStatement};

/// Whether two versions are one; `None` if that cannot be told ("1.0" and "1.0.0" where no scheme
/// is named).
pub(super) fn is_same(
    statement: &ArchivedStatement,
    subject: &Subject<'_>,
    version: &str,
    listed: &str,
) -> Option<bool> {
    if version == listed {
        return Some(true);
    }
    let scheme = scheme_between(statement, subject);
    match ordered(scheme, version, listed) {
        Some(order) => Some(order == Ordering::Equal),
        // What is no version of the scheme is none that compares.
        None => {
            (scheme != Scheme::Dotted && order(scheme, listed, listed).is_err()).then_some(false)
        }
    }
}

/// The order of a range: its own, else the software's, else the cautious one for dotted numbers.
pub(super) fn scheme_of(range: &ArchivedRange, subject: &Subject<'_>) -> Scheme {
    SCHEMES
        .get(usize::from(range.scheme))
        .copied()
        .or_else(|| scheme_of_software(subject.software))
        .unwrap_or(Scheme::Dotted)
}

fn scheme_of_software(software: &Software) -> Option<Scheme> {
    match packaging(software) {
        Some(Ecosystem::Dpkg) => Some(Scheme::Dpkg),
        Some(Ecosystem::Rpm) => Some(Scheme::Rpm),
        Some(Ecosystem::Apk) => Some(Scheme::Apk),
        _ => software.purl.as_ref().and_then(model::purl::Purl::scheme),
    }
}

pub(super) fn compare(
    statement: &ArchivedStatement,
    subject: &Subject<'_>,
    version: &str,
    other: &str,
) -> Option<Ordering> {
    ordered(scheme_between(statement, subject), version, other)
}

/// The order of versions that a statement lists.
fn scheme_between(statement: &ArchivedStatement, subject: &Subject<'_>) -> Scheme {
    statement
        .ranges
        .first()
        .map(|range| scheme_of(range, subject))
        .or_else(|| scheme_of_software(subject.software))
        .unwrap_or(Scheme::Dotted)
}

/// Orders a version of a host against a stated one; `None` if that cannot be told. `rpm -qa` prints
/// no epoch: a version without one is not epoch 0, so it compares only with versions of no epoch.
pub(super) fn ordered(scheme: Scheme, own: &str, stated: &str) -> Option<Ordering> {
    let has_epoch = |version: &str| {
        version.split_once(':').is_some_and(|(epoch, _)| !epoch.trim_start_matches('0').is_empty())
    };
    if scheme == Scheme::Rpm && !own.contains(':') && has_epoch(stated) {
        return None;
    }
    order(scheme, own, stated).ok()
}
