//! The worst of several parts decides; the others stand beside it where they differ.

use std::borrow::Cow;
use std::sync::Arc;

use model::verdict::Verdict;

use super::name::{bulletin_name, fallback_name};
use super::voice::Voice;
use crate::judge::line::{Disagreement, Line, Remedy, VulnerabilityRef};
use crate::judge::question::Question;
use crate::judge::reason::Reason;

/// The worst of the voices decides; the others stand beside it where they differ. Voices that weigh
/// the same keep their order.
pub(super) fn line_of<'q>(
    question: &'q Question<'_>,
    mut voices: Vec<Voice<'_, 'q>>,
    vulnerabilities: Vec<VulnerabilityRef>,
) -> Line<'q> {
    voices.sort_by(|a, b| {
        (a.verdict(), a.software(), a.advisory(), a.kind()).cmp(&(
            b.verdict(),
            b.software(),
            b.advisory(),
            b.kind(),
        ))
    });
    let Some(first) = voices.first() else {
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
    let verdict = first.verdict();
    let (worst, better) = voices.split_at(voices.partition_point(|v| v.verdict() == verdict));
    let mut reasons = Reasons::of(first);
    for voice in worst {
        reasons.add(voice);
    }
    let mut disagreements: Vec<Disagreement> = Vec::new();
    let mut heard: Vec<(u32, Option<&str>, Option<&str>)> = Vec::new();
    for voice in better {
        if !contradicts(voice, worst) {
            reasons.add(voice);
            continue;
        }
        // One source that says several things of one piece of software (its versions one by one)
        // says the worst of them: that stands already, or comes first.
        let authority = authority(voice);
        if heard.contains(&authority) || worst.iter().any(|w| self::authority(w) == authority) {
            continue;
        }
        heard.push(authority);
        disagreements.extend(voice.reasons().iter().map(|reason| Disagreement {
            source: source_words(question, voice),
            verdict: voice.verdict(),
            reason: reason.clone(),
        }));
    }
    let bulletin = voices.iter().find_map(Voice::bulletin);
    Line {
        advisory: bulletin_name(question, bulletin)
            .map(Cow::Borrowed)
            .or_else(|| first.name())
            .unwrap_or_else(|| Cow::Owned(fallback_name(question, &vulnerabilities))),
        vulnerabilities: Cow::Owned(vulnerabilities),
        verdict,
        reasons: reasons.all(),
        remedies: remedies_of(worst),
        disagreements,
        software: subjects(worst),
        bulletin,
        group: None,
    }
}

/// The reasons of several voices, each once. Those of the first are shared, not copied, as long as
/// no other voice adds one.
struct Reasons<'v> {
    first: &'v Arc<[Reason]>,
    more: Vec<&'v Reason>,
}

impl<'v> Reasons<'v> {
    fn of(first: &'v Voice<'_, '_>) -> Self {
        Self { first: first.reasons(), more: Vec::new() }
    }

    fn add(&mut self, voice: &'v Voice<'_, '_>) {
        if Arc::ptr_eq(self.first, voice.reasons()) {
            return;
        }
        for reason in voice.reasons().iter() {
            if !self.first.contains(reason) && !self.more.contains(&reason) {
                self.more.push(reason);
            }
        }
    }

    fn all(self) -> Arc<[Reason]> {
        if self.more.is_empty() {
            return Arc::clone(self.first);
        }
        self.first.iter().chain(self.more).cloned().collect()
    }
}

/// What any of the worst offers, each once.
fn remedies_of<'q>(worst: &[Voice<'_, 'q>]) -> Cow<'q, [Remedy]> {
    let Some((first, others)) = worst.split_first() else { return Cow::Borrowed(&[]) };
    let mut remedies = first.remedies().clone();
    for remedy in others.iter().flat_map(|voice| voice.remedies().iter()) {
        if !remedies.contains(remedy) {
            remedies.to_mut().push(remedy.clone());
        }
    }
    remedies
}

/// Whether a voice of another verdict speaks of the same thing as one of the worst. Parts of one
/// system, and different pieces of software, differ without contradicting each other.
fn contradicts(voice: &Voice<'_, '_>, worst: &[Voice<'_, '_>]) -> bool {
    voice.software().is_some() && worst.iter().any(|w| w.software() == voice.software())
}

/// Who speaks of what.
fn authority<'v>(voice: &'v Voice<'_, '_>) -> (u32, Option<&'v str>, Option<&'v str>) {
    (voice.source(), voice.advisory(), voice.software().map(|software| &**software))
}

/// The software that a line is about: every piece to which the verdict applies.
fn subjects(worst: &[Voice<'_, '_>]) -> Option<Arc<str>> {
    let mut names: Vec<&Arc<str>> = worst.iter().filter_map(Voice::software).collect();
    names.dedup();
    match names.as_slice() {
        [] => None,
        [one] => Some(Arc::clone(one)),
        many => {
            let many: Vec<&str> = many.iter().map(|name| &***name).collect();
            Some(Arc::from(many.join(", ")))
        }
    }
}

fn source_words(question: &Question<'_>, voice: &Voice<'_, '_>) -> String {
    let source = question.knowledge.sources.get(voice.source() as usize);
    match (source, voice.advisory()) {
        (Some(source), Some(advisory)) => format!("{} ({advisory})", source.kind),
        (Some(source), None) => source.kind.as_str().to_owned(),
        (None, Some(advisory)) => advisory.to_owned(),
        (None, None) => "knowledge".to_owned(),
    }
}
