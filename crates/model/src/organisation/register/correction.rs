//! What each entry of the record says once corrections are heard.
//!
//! A correction takes the place of what it corrects; a correction may be corrected in turn, and of
//! several the last one counts. A correction stands after what it corrects, so going through the
//! record from its end settles all of them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::event::{Change, Entry, Statement};
use super::refusal::Refusal;
use crate::event::EventId;

/// What one entry says.
pub(super) enum Standing<'r> {
    /// It says this, of its own or by a correction.
    Says { as_at: Date, stated_on: Option<Date>, change: &'r Change },
    /// It was taken back, or is a correction that speaks at the place of another.
    Silent,
    /// It is a correction of nothing.
    Faulty(Refusal),
}

/// What counts at the place of an entry.
#[derive(Clone, Copy)]
struct Content<'r> {
    as_at: Date,
    stated_on: Option<Date>,
    change: Option<&'r Change>,
}

/// What each entry says, in the order of the entries.
pub(super) fn standing(entries: &[Entry]) -> Vec<Standing<'_>> {
    let mut places: BTreeMap<&EventId, usize> = BTreeMap::new();
    let targets: Vec<Result<Option<usize>, Refusal>> = entries
        .iter()
        .enumerate()
        .map(|(place, entry)| {
            let target = target(entries, &places, entry);
            // Of two entries with one identity, which the store prevents, the first keeps it.
            places.entry(&entry.id).or_insert(place);
            target
        })
        .collect();
    // The last correction in force, by the place of what it corrects.
    let mut corrected: BTreeMap<usize, Content<'_>> = BTreeMap::new();
    let mut standing: Vec<Standing<'_>> = Vec::with_capacity(entries.len());
    for (place, (entry, target)) in entries.iter().zip(targets).enumerate().rev() {
        let own = match &entry.event.statement {
            Statement::Change(change) => Some(change),
            Statement::Corrected { instead, .. } => instead.as_ref(),
        };
        let (as_at, stated_on) = (entry.event.as_at, entry.event.stated_on);
        let by = corrected.get(&place).copied();
        let content = by.unwrap_or(Content { as_at, stated_on, change: own });
        standing.push(match target {
            Err(refusal) => Standing::Faulty(refusal),
            Ok(None) => match content.change {
                Some(change) => {
                    Standing::Says { as_at: content.as_at, stated_on: content.stated_on, change }
                }
                None => Standing::Silent,
            },
            Ok(Some(target)) => {
                let is_taken_back = by.is_some_and(|content| content.change.is_none());
                if !is_taken_back {
                    // Later corrections of the same target were met before and win.
                    corrected.entry(target).or_insert(content);
                }
                Standing::Silent
            }
        });
    }
    standing.reverse();
    standing
}

/// The place of what an entry corrects, if it is a correction.
fn target(
    entries: &[Entry],
    before: &BTreeMap<&EventId, usize>,
    entry: &Entry,
) -> Result<Option<usize>, Refusal> {
    let Statement::Corrected { corrects, .. } = &entry.event.statement else { return Ok(None) };
    let place = before.get(corrects).copied();
    let Some((place, target)) = place.and_then(|at| Some((at, entries.get(at)?))) else {
        return Err(Refusal::NothingToCorrect(corrects.clone()));
    };
    let other = &target.event.organisation;
    if *other != entry.event.organisation {
        let (corrects, other) = (corrects.clone(), other.clone());
        return Err(Refusal::CorrectsOther { corrects, other });
    }
    Ok(Some(place))
}
