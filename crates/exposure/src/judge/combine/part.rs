//! What one part of knowledge says, and how it becomes a line.

use std::borrow::Cow;
use std::sync::Arc;

use model::verdict::Verdict;

use crate::judge::line::{Line, Remedy, VulnerabilityRef};
use crate::judge::prepared::Group;
use crate::judge::reason::Reason;
use crate::knowledge::schema::NONE;

/// What one part of knowledge says of vulnerabilities that share an answer.
#[derive(Clone, Debug)]
pub(in crate::judge) struct Part<'q> {
    /// Whose word comes first where parts weigh the same: the host's product by number, then the
    /// group; [`NONE`], then the number of parts before, for what is no group of a product.
    pub(in crate::judge) order: (u32, u32),
    pub(in crate::judge) vulnerabilities: Cow<'q, [VulnerabilityRef]>,
    pub(in crate::judge) verdict: Verdict,
    /// The reason, alone; shared by the parts of a host that have the same.
    pub(in crate::judge) reasons: Arc<[Reason]>,
    pub(in crate::judge) remedies: Cow<'q, [Remedy]>,
    pub(in crate::judge) software: Option<Arc<str>>,
    pub(in crate::judge) advisory: Option<Cow<'q, str>>,
    pub(in crate::judge) bulletin: Option<u32>,
    pub(in crate::judge) source: u32,
}

impl Part<'_> {
    /// Takes over what another part with the same answer has.
    pub(in crate::judge) fn absorb(&mut self, other: &Self) {
        for vulnerability in other.vulnerabilities.iter() {
            if !self.vulnerabilities.contains(vulnerability) {
                self.vulnerabilities.to_mut().push(*vulnerability);
            }
        }
        for remedy in other.remedies.iter() {
            if !self.remedies.contains(remedy) {
                self.remedies.to_mut().push(remedy.clone());
            }
        }
    }
}

/// What one group of the host's product comes to.
#[derive(Clone, Debug)]
pub(in crate::judge) struct Answer<'q> {
    /// The host's product by number.
    pub(in crate::judge) turn: u32,
    pub(in crate::judge) group: &'q Group,
    pub(in crate::judge) verdict: Verdict,
    /// As [`Part::reasons`].
    pub(in crate::judge) reasons: Arc<[Reason]>,
    pub(in crate::judge) remedies: Cow<'q, [Remedy]>,
}

impl<'q> Answer<'q> {
    pub(in crate::judge) fn into_part(self) -> Part<'q> {
        Part {
            order: (self.turn, self.group.position),
            vulnerabilities: Cow::Borrowed(&self.group.vulnerabilities),
            verdict: self.verdict,
            reasons: self.reasons,
            remedies: self.remedies,
            software: None,
            advisory: self.group.advisory.as_deref().map(Cow::Borrowed),
            bulletin: self.group.bulletin,
            source: self.group.source,
        }
    }

    /// The line of a whole group that nothing else touches.
    pub(super) fn into_line(self) -> Line<'q> {
        Line {
            advisory: Cow::Borrowed(&self.group.name),
            vulnerabilities: Cow::Borrowed(&self.group.vulnerabilities),
            verdict: self.verdict,
            reasons: self.reasons,
            remedies: self.remedies,
            disagreements: Vec::new(),
            software: None,
            bulletin: self.group.bulletin,
            group: Some(self.group),
        }
    }
}

/// Adds a part that is no group of a product after those that are there.
pub(in crate::judge) fn push<'q>(parts: &mut Vec<Part<'q>>, mut part: Part<'q>) {
    part.order = (NONE, u32::try_from(parts.len()).unwrap_or(NONE));
    parts.push(part);
}
