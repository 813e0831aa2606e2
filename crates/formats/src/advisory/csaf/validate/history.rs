//! Tests on the revision history, the document version and the status: 6.1.14, 6.1.16 to 6.1.22
//! and 6.1.30.

use std::collections::HashMap;

use serde_json::Value;

use super::findings::Validation;
use super::instant::Instant;
use super::json::{items, text, tracking};
use super::number::Number;

const HISTORY: &str = "/document/tracking/revision_history";
const VERSION: &str = "/document/tracking/version";

/// One item of the revision history whose number can be read.
struct Revision<'a> {
    at: usize,
    written: &'a str,
    number: Number<'a>,
}

impl Revision<'_> {
    fn path(&self) -> String {
        format!("{HISTORY}/{}/number", self.at)
    }
}

fn revisions(document: &Value) -> impl Iterator<Item = Revision<'_>> {
    items(tracking(document), "revision_history").iter().enumerate().filter_map(|(at, item)| {
        let written = text(item, "number")?;
        Some(Revision { at, written, number: Number::parse(written)? })
    })
}

/// The history sorted ascending by date; within one date by number.
///
/// None where a date or number is unreadable: then there is no order to test, and the schema
/// check has said so.
fn by_date(document: &Value) -> Option<Vec<Revision<'_>>> {
    let mut dated = Vec::new();
    for (at, item) in items(tracking(document), "revision_history").iter().enumerate() {
        let written = text(item, "number")?;
        let revision = Revision { at, written, number: Number::parse(written)? };
        dated.push((Instant::parse(text(item, "date")?)?, revision));
    }
    dated.sort_by(|(one, left), (other, right)| {
        one.cmp(other).then_with(|| left.number.cmp(&right.number))
    });
    Some(dated.into_iter().map(|(_, revision)| revision).collect())
}

fn status(document: &Value) -> Option<&str> {
    text(tracking(document), "status")
}

fn is_released(document: &Value) -> bool {
    matches!(status(document), Some("final" | "interim"))
}

fn version(document: &Value) -> Option<(&str, Number<'_>)> {
    let written = text(tracking(document), "version")?;
    Some((written, Number::parse(written)?))
}

/// Sorted Revision History.
pub(super) fn test_6_1_14(document: &Value, validation: &mut Validation) {
    let Some(history) = by_date(document) else { return };
    for (earlier, later) in history.iter().zip(history.iter().skip(1)) {
        if later.number < earlier.number {
            validation.fail(
                "6.1.14",
                later.path(),
                format!("version {} is dated after version {}", later.written, earlier.written),
            );
        }
    }
}

/// Latest Document Version.
pub(super) fn test_6_1_16(document: &Value, validation: &mut Validation) {
    let (Some((written, version)), Some(history)) = (version(document), by_date(document)) else {
        return;
    };
    let Some(last) = history.last() else { return };
    let same = if status(document) == Some("draft") {
        version.released() == last.number.released()
    } else {
        version == last.number
    };
    if !same {
        validation.fail(
            "6.1.16",
            VERSION,
            format!("version {written}, but the latest revision is {}", last.written),
        );
    }
}

/// Document Status Draft.
pub(super) fn test_6_1_17(document: &Value, validation: &mut Validation) {
    if let Some((written, version)) = version(document)
        && (version.major == 0 || version.pre_release.is_some())
        && status(document) != Some("draft")
    {
        validation.fail(
            "6.1.17",
            "/document/tracking/status",
            format!("version {written} is a draft, the status does not say so"),
        );
    }
}

/// Released Revision History.
pub(super) fn test_6_1_18(document: &Value, validation: &mut Validation) {
    if is_released(document) {
        for revision in revisions(document).filter(|revision| revision.number.major == 0) {
            validation.fail(
                "6.1.18",
                revision.path(),
                format!("a released document lists the draft version {}", revision.written),
            );
        }
    }
}

/// Revision History Entries for Pre-release Versions.
pub(super) fn test_6_1_19(document: &Value, validation: &mut Validation) {
    for revision in revisions(document).filter(|item| item.number.pre_release.is_some()) {
        validation.fail(
            "6.1.19",
            revision.path(),
            format!("the history lists the pre-release version {}", revision.written),
        );
    }
}

/// Non-draft Document Version.
pub(super) fn test_6_1_20(document: &Value, validation: &mut Validation) {
    if let Some((written, version)) = version(document)
        && version.pre_release.is_some()
        && is_released(document)
    {
        validation.fail(
            "6.1.20",
            VERSION,
            format!("a released document has the pre-release version {written}"),
        );
    }
}

/// Missing Item in Revision History.
pub(super) fn test_6_1_21(document: &Value, validation: &mut Validation) {
    let Some(history) = by_date(document) else { return };
    if let Some(first) = history.first().filter(|first| first.number.major > 1) {
        validation.fail(
            "6.1.21",
            first.path(),
            format!("the earliest revision is {}, not 0 or 1", first.written),
        );
    }
    for (earlier, later) in history.iter().zip(history.iter().skip(1)) {
        if later.number.major > earlier.number.major.saturating_add(1) {
            validation.fail(
                "6.1.21",
                later.path(),
                format!("nothing between versions {} and {}", earlier.written, later.written),
            );
        }
    }
}

/// Multiple Definition in Revision History.
pub(super) fn test_6_1_22(document: &Value, validation: &mut Validation) {
    let mut seen = HashMap::new();
    for revision in revisions(document) {
        let first = *seen.entry(revision.written).or_insert(revision.at);
        if first != revision.at {
            validation.fail(
                "6.1.22",
                revision.path(),
                format!("version {} is already item {first} of the history", revision.written),
            );
        }
    }
}

/// Mixed Integer and Semantic Versioning.
pub(super) fn test_6_1_30(document: &Value, validation: &mut Validation) {
    let Some((written, version)) = version(document) else { return };
    for revision in revisions(document) {
        if revision.number.semantic != version.semantic {
            validation.fail(
                "6.1.30",
                revision.path(),
                format!("{} and the document version {written} mix schemes", revision.written),
            );
        }
    }
}
