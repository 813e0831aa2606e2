//! Whoever speaks of the vulnerabilities of a line: a part, or a group's answer.

use std::borrow::Cow;
use std::sync::Arc;

use model::verdict::Verdict;

use super::part::{Answer, Part};
use crate::judge::kind::ReasonKind;
use crate::judge::line::Remedy;
use crate::judge::reason::Reason;

/// One that speaks.
pub(super) enum Voice<'p, 'q> {
    Part(&'p Part<'q>),
    Answer(Cow<'p, Answer<'q>>),
}

impl<'q> Voice<'_, 'q> {
    pub(super) fn verdict(&self) -> Verdict {
        match self {
            Self::Part(part) => part.verdict,
            Self::Answer(answer) => answer.verdict,
        }
    }

    pub(super) fn reasons(&self) -> &Arc<[Reason]> {
        match self {
            Self::Part(part) => &part.reasons,
            Self::Answer(answer) => &answer.reasons,
        }
    }

    /// The kind of its reason.
    pub(super) fn kind(&self) -> Option<ReasonKind> {
        self.reasons().first().map(Reason::kind)
    }

    pub(super) fn remedies(&self) -> &Cow<'q, [Remedy]> {
        match self {
            Self::Part(part) => &part.remedies,
            Self::Answer(answer) => &answer.remedies,
        }
    }

    pub(super) fn software(&self) -> Option<&Arc<str>> {
        match self {
            Self::Part(part) => part.software.as_ref(),
            Self::Answer(_) => None,
        }
    }

    pub(super) fn advisory(&self) -> Option<&str> {
        match self {
            Self::Part(part) => part.advisory.as_deref(),
            Self::Answer(answer) => answer.group.advisory.as_deref(),
        }
    }

    /// The advisory, as a line keeps it.
    pub(super) fn name(&self) -> Option<Cow<'q, str>> {
        match self {
            Self::Part(part) => part.advisory.clone(),
            Self::Answer(answer) => answer.group.advisory.as_deref().map(Cow::Borrowed),
        }
    }

    pub(super) fn bulletin(&self) -> Option<u32> {
        match self {
            Self::Part(part) => part.bulletin,
            Self::Answer(answer) => answer.group.bulletin,
        }
    }

    pub(super) fn source(&self) -> u32 {
        match self {
            Self::Part(part) => part.source,
            Self::Answer(answer) => answer.group.source,
        }
    }
}
