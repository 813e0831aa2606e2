//! All lines of a host, in their order.

use std::borrow::Cow;
use std::cmp::Ordering;

use model::verdict::Verdict;

use super::mitigation::mitigation;
use super::name::{bulletin_name, fallback_name};
use super::part::{Answer, Part};
use super::shared::{Shared, shared_lines};
use super::unanswered::unanswered;
use crate::host::{Host, Standing};
use crate::judge::line::Line;
use crate::judge::question::Question;
use crate::judge::scanner::ScannerClaim;

/// Makes the lines of a host. `answers` come in the order of [`Prepared::groups`], product by
/// product.
///
/// [`Prepared::groups`]: crate::judge::prepared::Prepared::groups
pub(in crate::judge) fn lines<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    mut answers: Vec<Answer<'q>>,
    mut parts: Vec<Part<'q>>,
    claims: &[ScannerClaim<'_>],
) -> Vec<Line<'q>> {
    let mitigation = |verdict, bulletin| mitigation(question, host, standing, verdict, bulletin);
    for answer in &mut answers {
        if let Some(reasons) = mitigation(answer.verdict, answer.group.bulletin) {
            (answer.verdict, answer.reasons) = (Verdict::Mitigated, reasons);
        }
    }
    for part in &mut parts {
        if let Some(reasons) = mitigation(part.verdict, part.bulletin) {
            (part.verdict, part.reasons) = (Verdict::Mitigated, reasons);
        }
    }
    // Nearly everything is spoken of by one group alone and becomes a line as it is, in the order
    // of its groups, verdict by verdict. The others are sorted in.
    parts.extend(answers.extract_if(.., |answer| answer.turn > 0).map(Answer::into_part));
    let shared = Shared::of(question, &answers, &parts, claims);
    parts.extend(
        answers.extract_if(.., |answer| shared.touches(answer.group)).map(Answer::into_part),
    );
    let mut others = shared_lines(question, standing, &parts, claims, &shared);
    for mut part in parts {
        let spoke = !part.vulnerabilities.is_empty();
        let is_whole = !part.vulnerabilities.iter().any(|v| shared.is(*v));
        if !is_whole {
            part.vulnerabilities.to_mut().retain(|v| !shared.is(*v));
        }
        if part.vulnerabilities.is_empty() && spoke {
            continue;
        }
        if part.group.is_none() {
            part.vulnerabilities.to_mut().sort_unstable();
        }
        let group = part.group.filter(|_| is_whole);
        others.push(Line { group, ..line_alone(question, part) });
    }
    unanswered(question, host, standing, &answers, &mut others);
    others.sort_by(order);
    merge(answers, others)
}

/// The order of a host's lines.
pub(super) fn order(a: &Line<'_>, b: &Line<'_>) -> Ordering {
    (a.verdict, a.bulletin.is_none(), &a.advisory, &a.software, &a.vulnerabilities).cmp(&(
        b.verdict,
        b.bulletin.is_none(),
        &b.advisory,
        &b.software,
        &b.vulnerabilities,
    ))
}

/// The line of a part, of what nothing else touches of it.
fn line_alone<'q>(question: &'q Question<'_>, part: Part<'q>) -> Line<'q> {
    let advisory = bulletin_name(question, part.bulletin)
        .map(Cow::Borrowed)
        .or(part.advisory)
        .unwrap_or_else(|| Cow::Owned(fallback_name(question, &part.vulnerabilities)));
    Line {
        advisory,
        vulnerabilities: part.vulnerabilities,
        verdict: part.verdict,
        reasons: part.reasons,
        remedies: part.remedies,
        disagreements: Vec::new(),
        software: part.software,
        bulletin: part.bulletin,
        group: None,
    }
}

/// Makes one sorted list of answers, which are sorted within each verdict, and sorted lines.
fn merge<'q>(mut answers: Vec<Answer<'q>>, others: Vec<Line<'q>>) -> Vec<Line<'q>> {
    if answers.is_empty() {
        return others;
    }
    answers.sort_by_key(|answer| answer.verdict);
    let mut others = others.into_iter().peekable();
    let mut result = Vec::with_capacity(answers.len() + others.len());
    for line in answers.into_iter().map(Answer::into_line) {
        while let Some(other) = others.next_if(|other| order(other, &line).is_lt()) {
            result.push(other);
        }
        result.push(line);
    }
    result.extend(others);
    result
}
