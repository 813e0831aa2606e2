//! The worst of several parts decides; the others stand beside it where they differ.

use std::borrow::Cow;
use std::sync::Arc;

use model::verdict::Verdict;

use super::name::{bulletin_name, fallback_name};
use super::part::Part;
use crate::judge::line::{Disagreement, Line, Remedy, VulnerabilityRef};
use crate::judge::question::Question;
use crate::judge::reason::Reason;

/// The worst of the parts decides; the others stand beside it where they differ.
pub(super) fn line_of<'q>(
    question: &'q Question<'_>,
    mut parts: Vec<&Part<'q>>,
    vulnerabilities: Vec<VulnerabilityRef>,
) -> Line<'q> {
    parts.sort_by(|a, b| {
        (a.verdict, &a.software, &a.advisory, a.kind()).cmp(&(
            b.verdict,
            &b.software,
            &b.advisory,
            b.kind(),
        ))
    });
    let Some(first) = parts.first() else {
        return Line {
            advisory: Cow::Owned(fallback_name(question, &vulnerabilities)),
            vulnerabilities: Cow::Owned(vulnerabilities),
            verdict: Verdict::Unknown,
            reasons: Arc::from([]),
            remedies: Cow::Borrowed(&[]),
            disagreements: Vec::new(),
            software: None,
            bulletin: None,
            group: None,
        };
    };
    let worst: Vec<&Part<'q>> =
        parts.iter().filter(|p| p.verdict == first.verdict).copied().collect();
    let mut remedies: Vec<Remedy> = Vec::new();
    for remedy in worst.iter().flat_map(|part| part.remedies.iter()) {
        if !remedies.contains(remedy) {
            remedies.push(remedy.clone());
        }
    }
    let mut reasons: Vec<Reason> = Vec::new();
    let mut disagreements: Vec<Disagreement> = Vec::new();
    let mut heard: Vec<(u32, Option<&str>, Option<&str>)> = Vec::new();
    for part in &parts {
        let is_worst = part.verdict == first.verdict;
        if is_worst || !contradicts(part, &worst) {
            for reason in part.reasons.iter() {
                if !reasons.contains(reason) {
                    reasons.push(reason.clone());
                }
            }
            continue;
        }
        // One source that says several things of one piece of software (its versions one by one)
        // says the worst of them: that stands already, or comes first.
        let authority = authority(part);
        if heard.contains(&authority) || worst.iter().any(|w| self::authority(w) == authority) {
            continue;
        }
        heard.push(authority);
        disagreements.extend(part.reasons.iter().map(|reason| Disagreement {
            source: source_words(question, part),
            verdict: part.verdict,
            reason: reason.clone(),
        }));
    }
    let bulletin = parts.iter().find_map(|p| p.bulletin);
    Line {
        advisory: bulletin_name(question, bulletin)
            .map(Cow::Borrowed)
            .or_else(|| first.advisory.clone())
            .unwrap_or_else(|| Cow::Owned(fallback_name(question, &vulnerabilities))),
        vulnerabilities: Cow::Owned(vulnerabilities),
        verdict: first.verdict,
        reasons: Arc::from(reasons),
        remedies: Cow::Owned(remedies),
        disagreements,
        software: subjects(&worst),
        bulletin,
        group: None,
    }
}

/// Whether a part of another verdict speaks of the same thing as one of the worst. Parts of one
/// system, and different pieces of software, differ without contradicting each other.
fn contradicts(part: &Part<'_>, worst: &[&Part<'_>]) -> bool {
    part.software.is_some() && worst.iter().any(|w| w.software == part.software)
}

/// Who speaks of what.
fn authority<'p>(part: &'p Part<'_>) -> (u32, Option<&'p str>, Option<&'p str>) {
    (part.source, part.advisory.as_deref(), part.software.as_deref())
}

/// The software that a line is about: every piece to which the verdict applies.
fn subjects(worst: &[&Part<'_>]) -> Option<Arc<str>> {
    let mut names: Vec<&str> = worst.iter().filter_map(|p| p.software.as_deref()).collect();
    names.dedup();
    match names.as_slice() {
        [] => None,
        [_] => worst.iter().find_map(|p| p.software.clone()),
        many => Some(Arc::from(many.join(", "))),
    }
}

fn source_words(question: &Question<'_>, part: &Part<'_>) -> String {
    let source = question.knowledge.sources.get(part.source as usize);
    match (source, &part.advisory) {
        (Some(source), Some(advisory)) => format!("{} ({advisory})", source.kind),
        (Some(source), None) => source.kind.as_str().to_owned(),
        (None, Some(advisory)) => advisory.clone().into_owned(),
        (None, None) => "knowledge".to_owned(),
    }
}
