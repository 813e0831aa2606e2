//! What the installed updates cover, made once for all groups of a product.

use model::evidence::DateReading;
use model::kb::Kb;

use super::product::heads;
use crate::host::{Installed, RestartState, Standing};
use crate::knowledge::build::day_number;
use crate::knowledge::schema::{ArchivedWindowsKnowledge, NO_DAY, NONE};

/// Which updates of a product the installed ones bring with them.
pub(super) struct Coverage<'a> {
    pub(super) starts: Vec<Start<'a>>,
    /// For each update: position in `starts` + 1 of the best that covers it, 0 for none.
    pub(super) by: Vec<u32>,
    /// For each covered update: the update it was reached from.
    pub(super) parent: Vec<u32>,
    /// For each update: the head of the chain it was reached by.
    pub(super) head_of: Vec<u32>,
}

impl<'a> Coverage<'a> {
    pub(super) fn of(standing: &'a Standing<'a>, row: &ArchivedWindowsKnowledge) -> Self {
        let mut starts: Vec<Start<'a>> = standing
            .installed
            .iter()
            .filter_map(|(kb, installed)| {
                let position =
                    row.updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native()).ok()?;
                Some(Start {
                    position: u32::try_from(position).ok()?,
                    installed: *installed,
                    state: standing.restart_state(*installed),
                })
            })
            .collect();
        // The surest first, so that each update is credited to the surest that brings it.
        starts.sort_by_key(|start| (start.state, start.position));
        let mut by = vec![0_u32; row.updates.len()];
        let mut parent = vec![NONE; row.updates.len()];
        let mut queue: Vec<u32> = Vec::new();
        for (number, start) in (1_u32..).zip(&starts) {
            let Some(slot) = by.get_mut(start.position as usize) else { continue };
            // Already brought by a surer one: then everything below it is, too; but the update's
            // own row names it better.
            if *slot != 0 && starts.get(*slot as usize - 1).is_some_and(|s| s.state == start.state)
            {
                *slot = number;
                if let Some(parent) = parent.get_mut(start.position as usize) {
                    *parent = NONE;
                }
                continue;
            }
            if *slot != 0 {
                continue;
            }
            *slot = number;
            queue.push(start.position);
            while let Some(position) = queue.pop() {
                let Some(update) = row.updates.get(position as usize) else { continue };
                for below in update.supersedes.iter().map(|p| p.to_native()) {
                    if let Some(slot) = by.get_mut(below as usize)
                        && *slot == 0
                    {
                        *slot = number;
                        if let Some(parent) = parent.get_mut(below as usize) {
                            *parent = position;
                        }
                        queue.push(below);
                    }
                }
            }
        }
        let head_of = heads(&parent);
        Self { starts, by, parent, head_of }
    }

    /// The installed update at the head of the chain that brings `position`.
    pub(super) fn covering(&self, position: u32) -> Option<Start<'a>> {
        let head = *self.head_of.get(position as usize)?;
        let number = *self.by.get(head as usize)?;
        self.starts.get((number as usize).checked_sub(1)?).copied()
    }

    /// KBs from the installed update down to `position`.
    pub(super) fn chain(&self, position: u32, row: &ArchivedWindowsKnowledge) -> Vec<Kb> {
        let mut chain = Vec::new();
        let mut at = position;
        while let Some(kb) = row.updates.get(at as usize).and_then(|u| Kb::new(u.kb.to_native())) {
            chain.push(kb);
            match self.parent.get(at as usize) {
                Some(&above) if above != NONE && chain.len() <= row.updates.len() => at = above,
                _ => break,
            }
        }
        chain.reverse();
        chain
    }
}

#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) position: u32,
    pub(super) installed: Installed<'a>,
    pub(super) state: RestartState,
}

/// Whether an update is later than what is known of a product: by its number, or, because numbers
/// are given out before they are used, by the day it was installed.
pub(super) fn is_beyond(row: &ArchivedWindowsKnowledge, installed: &Installed<'_>) -> bool {
    let (kb, day) = (row.horizon_kb.to_native(), row.horizon_day.to_native());
    if kb == u32::MAX {
        return false;
    }
    let installed_after = |on: &DateReading| day == NO_DAY || day_number(on.earliest) > day;
    installed.kb.number() > kb || installed.row.installed_on.as_ref().is_some_and(installed_after)
}
