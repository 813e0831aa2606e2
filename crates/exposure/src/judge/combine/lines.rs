//! All lines of a host, in their order.

use std::borrow::Cow;

use model::verdict::Verdict;

use super::groups::Groups;
use super::mitigation::mitigation;
use super::name::{bulletin_name, fallback_name};
use super::part::{Answer, Part};
use super::shared::{Shared, shared_lines};
use super::touched::Touched;
use super::unanswered::unanswered;
use crate::host::{Host, Standing};
use crate::judge::line::{Line, VulnerabilityRef};
use crate::judge::question::Question;
use crate::judge::scanner::ScannerClaim;

/// Makes the lines of a host. `answers` are those of the groups of its `products`, in the order of
/// their [`Chorus`].
///
/// [`Chorus`]: crate::judge::chorus::Chorus
pub(in crate::judge) fn lines<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    products: &[u32],
    answers: Vec<Answer<'q>>,
    mut parts: Vec<Part<'q>>,
    claims: &[ScannerClaim<'_>],
) -> Vec<Line<'q>> {
    for part in &mut parts {
        if let Some(reasons) = mitigation(question, host, standing, part.verdict, part.bulletin) {
            (part.verdict, part.reasons) = (Verdict::Mitigated, reasons);
        }
    }
    // Nearly everything is spoken of by groups alone, and becomes a line as it is.
    let chorus = question.chorus(products);
    let touched = Touched::of(&chorus, &parts, claims);
    let groups = Groups { question, host, standing, chorus: &chorus, touched: &touched };
    let mut others = Vec::with_capacity(chorus.clusters.len() + parts.len());
    groups.shared(&answers, &mut parts, &mut others);
    let whole = groups.alone(answers, &mut parts, &mut others);

    let shared = Shared::of(question, &parts, claims);
    others.extend(shared_lines(question, standing, &parts, claims, &shared));
    for mut part in parts {
        let spoke = !part.vulnerabilities.is_empty();
        if part.vulnerabilities.iter().any(|v| shared.is(*v)) {
            part.vulnerabilities.to_mut().retain(|v| !shared.is(*v));
        }
        if part.vulnerabilities.is_empty() && spoke {
            continue;
        }
        part.vulnerabilities.to_mut().sort_unstable();
        others.push(line_alone(question, part));
    }
    unanswered(question, host, standing, &chorus, &mut others);
    in_order(whole, others)
}

/// Where a line stands, as far as it can be told without its words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    verdict: Verdict,
    is_unnamed: bool,
    /// The first bytes of the advisory's name, the first of them the highest.
    begins: u128,
}

impl Rank {
    fn of(verdict: Verdict, bulletin: Option<u32>, name: &str) -> Self {
        let mut begins = [0; size_of::<u128>()];
        for (slot, byte) in begins.iter_mut().zip(name.bytes()) {
            *slot = byte;
        }
        let begins = u128::from_be_bytes(begins);
        Self { verdict, is_unnamed: bulletin.is_none(), begins }
    }
}

/// Makes one list: by verdict, bulletins first, then by name. The answers come in this order but for
/// the verdict, so that only the others need be sorted.
fn in_order<'q>(mut answers: Vec<Answer<'q>>, others: Vec<Line<'q>>) -> Vec<Line<'q>> {
    answers.sort_by_key(|answer| answer.verdict);
    let mut ranked: Vec<(Rank, usize)> =
        others.iter().map(|l| Rank::of(l.verdict, l.bulletin, &l.advisory)).zip(0..).collect();
    ranked.sort_by(|(one, at), (other, beside)| {
        let words = |at: &usize| others.get(*at).map(words_of);
        one.cmp(other).then_with(|| words(at).cmp(&words(beside)))
    });
    let mut others: Vec<Option<Line<'q>>> = others.into_iter().map(Some).collect();
    let mut lines = Vec::with_capacity(answers.len() + others.len());
    let mut sorted = ranked
        .into_iter()
        .filter_map(|(rank, at)| Some((rank, others.get_mut(at)?.take()?)))
        .peekable();
    for answer in answers {
        let own = Rank::of(answer.verdict, answer.group.bulletin, &answer.group.name);
        let line = answer.into_line();
        let comes_first = |(rank, other): &(Rank, Line<'q>)| {
            rank.cmp(&own).then_with(|| words_of(other).cmp(&words_of(&line))).is_lt()
        };
        while let Some((_, other)) = sorted.next_if(comes_first) {
            lines.push(other);
        }
        lines.push(line);
    }
    lines.extend(sorted.map(|(_, line)| line));
    lines
}

/// What decides between lines of the same rank.
fn words_of<'l>(line: &'l Line<'_>) -> (&'l str, Option<&'l str>, &'l [VulnerabilityRef]) {
    (&line.advisory, line.software.as_deref(), &line.vulnerabilities)
}

/// The line of a part, of what nothing else touches of it.
pub(super) fn line_alone<'q>(question: &'q Question<'_>, part: Part<'q>) -> Line<'q> {
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
