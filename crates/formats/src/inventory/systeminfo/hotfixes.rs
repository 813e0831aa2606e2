//! The list of updates in systeminfo output, and whether it shows all it declares.
//!
//! systeminfo cuts its output: the list ends in the middle of an entry ("[221", "[240]: KB2862")
//! while the line above declares more. Such a list proves what it names and nothing else.

use model::evidence::{Completeness, UpdateList, UpdateListKind};
use model::reading::{Place, Warning};

use super::layout::{Field, Layout};
use crate::inventory::update_entry::{entry, may_be_cut};

/// Reads the list below `field`. `None`, with a warning, where no list is visible.
pub(super) fn read(
    layout: &Layout,
    field: &Field,
    file_ends_here: bool,
    warnings: &mut Vec<Warning>,
) -> Option<UpdateList> {
    let place = Place::Line(field.line);
    let declared = first_number(&field.value);
    let items = layout.items_of(field);
    if items.is_empty() && declared.is_none() {
        warnings.push(Warning::new(
            place,
            format!(
                "no list of updates is visible (`{}` instead of a count); what is installed cannot be told",
                field.value
            ),
        ));
        return None;
    }
    let mut entries = Vec::with_capacity(items.len());
    let mut cut = None;
    for (index, item) in items.iter().enumerate() {
        let last = index + 1 == items.len();
        if item.text.is_empty() {
            cut = Some(item.line);
            continue;
        }
        let mut update = entry(&item.text, Place::Line(item.line));
        let more_declared = declared.is_some_and(|n| as_count(entries.len() + 1) < n);
        if last && (more_declared || (file_ends_here && layout.ends_open)) && may_be_cut(&item.text)
        {
            // What is left of a number would name another update.
            update.kb = None;
            cut = Some(item.line);
        }
        entries.push(update);
    }
    let listed = as_count(entries.len());
    let highest = items.iter().map(|item| item.number).max().unwrap_or(0);
    let expected = declared.or((highest > listed).then_some(highest));
    let short = expected.is_some_and(|expected| expected > listed);
    let completeness = if short || cut.is_some() {
        let place = cut.map_or_else(|| place.clone(), Place::Line);
        let message = match declared {
            Some(declared) => format!(
                "the file declares {declared} updates and lists {listed}; an update that is not listed may be installed"
            ),
            None => format!(
                "the list of updates is cut after {listed}; an update that is not listed may be installed"
            ),
        };
        warnings.push(Warning::new(place, message));
        Completeness::Truncated { declared, listed }
    } else {
        Completeness::Complete
    };
    if declared == Some(0) && listed == 0 {
        warnings.push(Warning::new(place.clone(), "the file says that no update is installed"));
    }
    Some(UpdateList { kind: UpdateListKind::Hotfixes, completeness, entries, place })
}

fn as_count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The first number in a text: the declared count, wherever the language puts it.
fn first_number(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}
