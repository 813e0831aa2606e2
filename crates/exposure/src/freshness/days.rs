//! The days from which a host's evidence is.

use jiff::civil::Date;
use model::evidence::{Evidence, Platform, UpdateListKind};

/// The latest day of each kind of evidence of a host; `None` where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvidenceDays {
    /// Operating system, updates, settings.
    pub patch_state: Option<Date>,
    /// Lists of software.
    pub software: Option<Date>,
    /// Findings of scanners.
    pub findings: Option<Date>,
}

impl EvidenceDays {
    /// The days of pieces of evidence, each with the day on which it was received: a file that does
    /// not say when it was made is no younger than that, and none is from later.
    ///
    /// A file that names the system only does not make the state of its updates younger.
    pub fn of<'e>(pieces: impl Iterator<Item = (&'e Evidence, Date)>) -> Self {
        let mut days = Gathered::default();
        for (evidence, received) in pieces {
            days.take(evidence, !evidence.software.is_empty(), received);
        }
        days.finish()
    }
}

/// Days being gathered from piece after piece.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gathered {
    days: EvidenceDays,
    system_only: Option<Date>,
}

impl Gathered {
    /// Takes a piece; whether it lists software is said apart, for a pack keeps that apart.
    pub(crate) fn take(&mut self, evidence: &Evidence, has_software: bool, received: Date) {
        let day = Some(match &evidence.collected_at {
            Some(at) => at.latest.date().min(received),
            None => received,
        });
        if shows_patch_state(evidence) {
            self.days.patch_state = self.days.patch_state.max(day);
        } else if evidence.os.is_some() || !evidence.controls.is_empty() {
            self.system_only = self.system_only.max(day);
        }
        if has_software || evidence.software_completeness.is_some() {
            self.days.software = self.days.software.max(day);
        }
        if !evidence.findings.is_empty() {
            self.days.findings = self.days.findings.max(day);
        }
    }

    pub(crate) fn finish(mut self) -> EvidenceDays {
        self.days.patch_state = self.days.patch_state.or(self.system_only);
        self.days
    }
}

fn shows_patch_state(evidence: &Evidence) -> bool {
    let has_revision = evidence.os.as_ref().is_some_and(|os| match &os.platform {
        Platform::Windows { build, .. } => build.is_some_and(|b| b.revision.is_some()),
        _ => false,
    });
    has_revision || evidence.updates.iter().any(|list| list.kind != UpdateListKind::Missing)
}
