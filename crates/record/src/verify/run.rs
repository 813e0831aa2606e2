//! Verification of a whole log.

use super::authority::{self, EdgeStanding};
use super::{Fault, Remembered, Report, entries, remembered};
use crate::Objects;
use crate::checkpoint::{Head, Keys, Name, OpenError, open};

/// Verifies a log: its checkpoint with the keys that are trusted, every tile and every entry, and that
/// it continues each checkpoint that somebody kept.
///
/// Goes on where it can, so that one fault does not hide another. Needs about 25 bytes of memory an
/// entry, and never more than the entries that are really there demand.
pub fn verify(objects: &dyn Objects, keys: &Keys, kept: &[Remembered]) -> Report {
    let mut report = Report::default();
    let Some((origin, head)) = checkpoint(objects, keys, &mut report) else { return report };
    report.head = Some(head);
    let bottom = entries::read(objects, head, kept, &mut report);
    let mut unchanged = 0;
    for (kept, found) in kept.iter().zip(bottom.remembered) {
        let proved = remembered::compare(kept, &origin, head.size, found, &mut report);
        unchanged = unchanged.max(proved);
    }
    if head.size == 0 {
        if let Some(found) = bottom.root.filter(|found| *found != head.root) {
            report.add(Fault::Root { size: 0, expected: head.root, found, unchanged });
        }
        return report;
    }
    let standing = authority::check(objects, head, &bottom.levels, &mut report);
    if let (EdgeStanding::Unproved, Some(found)) = (standing, bottom.root) {
        report.add(Fault::Root { size: head.size, expected: head.root, found, unchanged });
    }
    report
}

/// The checkpoint; what an unbelieved one says is still worth comparing.
fn checkpoint(objects: &dyn Objects, keys: &Keys, report: &mut Report) -> Option<(Name, Head)> {
    const PATH: &str = "checkpoint";
    let note = match objects.read(PATH) {
        Ok(Some(note)) => note,
        Ok(None) => {
            report.add(Fault::NoCheckpoint);
            return None;
        }
        Err(error) => {
            report.add(Fault::Unreadable { path: PATH.to_owned(), why: error.to_string() });
            return None;
        }
    };
    match open(&note, keys) {
        Ok(opened) => {
            let stated = (opened.origin.clone(), opened.head);
            report.checkpoint = Some(opened);
            Some(stated)
        }
        Err(OpenError::UnknownKey { origin, head, found }) => {
            report.add(Fault::SwappedKey { origin: origin.clone(), found });
            Some((origin, head))
        }
        Err(error) => {
            let stated = match &error {
                OpenError::Forged { origin, head, .. } => Some((origin.clone(), *head)),
                _ => None,
            };
            report.add(Fault::Checkpoint(error));
            stated
        }
    }
}
