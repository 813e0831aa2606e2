//! On which day a host's fix was installed: asked only where a scanner contradicts a fix.
//!
//! The updates that fixed a class are told by `judge` itself, once for each class and vulnerability;
//! the days are the host's own.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::view::View;
use crate::judge::{Reason, VulnerabilityRef, judge};
use crate::wire::u16_at;

/// The updates that fixed a vulnerability on a class, as the reasons name them; kept by the view.
#[derive(Debug, Default)]
pub(super) struct Fixes {
    known: Mutex<FxHashMap<(u32, u32), Vec<u32>>>,
}

impl<B: AsRef<[u8]>> View<'_, '_, B> {
    /// The day on which the first update that the reasons name, and that has one, was installed.
    pub(super) fn fixed_on(&self, at: usize, host: u16, vulnerability: u32) -> Option<u16> {
        let segment = self.index.segments.get(at)?;
        let local = u16_at(segment.class_of(), usize::from(host));
        let class = *self.index.class_numbers.get(at)?.get(usize::from(local))?;
        let mut known = self.fixes.known.lock().unwrap_or_else(PoisonError::into_inner);
        let updates = known.entry((class, vulnerability)).or_insert_with(|| {
            let class = self.index.classes.get(class as usize);
            class.map_or(Vec::new(), |class| {
                let host = class.to_host();
                let verdicts = judge(&self.judging.question, &host);
                let wanted = VulnerabilityRef::Known(vulnerability);
                let line = verdicts.lines.iter().find(|l| l.vulnerabilities.contains(&wanted));
                line.map_or(Vec::new(), |line| line.reasons.iter().filter_map(update_of).collect())
            })
        });
        updates.iter().find_map(|kb| segment.installed_on(host, *kb))
    }
}

fn update_of(reason: &Reason) -> Option<u32> {
    match reason {
        Reason::UpdateInstalled { kb, .. }
        | Reason::UpdateContainsFix { installed: kb, .. }
        | Reason::UpdateRaisesBuild { installed: kb, .. }
        | Reason::TitleShowsFix { installed: kb, .. } => Some(kb.number()),
        _ => None,
    }
}
