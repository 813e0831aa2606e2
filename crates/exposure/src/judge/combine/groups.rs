//! The lines of what only the groups of a host's products speak of. What others speak of, too, the
//! groups hand over as parts.

use std::borrow::Cow;
use std::iter;

use model::verdict::Verdict;

use super::lines::line_alone;
use super::mitigation::mitigation;
use super::part::{Answer, Part};
use super::touched::Touched;
use super::voice::Voice;
use super::worst::line_of;
use crate::host::{Host, Standing};
use crate::judge::chorus::{Alone, Chorus, Speaks};
use crate::judge::line::{Line, VulnerabilityRef};
use crate::judge::question::Question;

/// What makes lines of answers.
pub(super) struct Groups<'a, 'q, 'k> {
    pub(super) question: &'q Question<'k>,
    pub(super) host: &'a Host,
    pub(super) standing: &'a Standing<'a>,
    pub(super) chorus: &'a Chorus,
    pub(super) touched: &'a Touched,
}

impl<'q> Groups<'_, 'q, '_> {
    /// Adds a line for all that the same groups speak of, and parts for what others do, too.
    pub(super) fn shared(
        &self,
        answers: &[Answer<'q>],
        parts: &mut Vec<Part<'q>>,
        lines: &mut Vec<Line<'q>>,
    ) {
        for (at, cluster) in (0_u32..).zip(&self.chorus.clusters) {
            let speakers = cluster.speakers.iter().filter_map(|at| answers.get(*at as usize));
            let voices: Vec<Cow<'_, Answer<'q>>> =
                speakers.clone().map(|answer| self.settled(answer, &speakers)).collect();
            let place = Speaks::Cluster(at);
            let vulnerabilities = if self.touched.is(place) {
                let (touched, own) = self.touched.split(place, &cluster.vulnerabilities);
                parts.extend(voices.iter().map(|answer| part_of(Answer::clone(answer), &touched)));
                own
            } else {
                cluster.vulnerabilities.clone()
            };
            if !vulnerabilities.is_empty() {
                let voices = voices.into_iter().map(Voice::Answer).collect();
                lines.push(line_of(self.question, voices, vulnerabilities));
            }
        }
    }

    /// Adds lines for what one group alone speaks of, and parts for what others do, too. The groups
    /// of the first product that nothing else touches are given back as they are, in their order:
    /// nearly all.
    pub(super) fn alone(
        &self,
        answers: Vec<Answer<'q>>,
        parts: &mut Vec<Part<'q>>,
        lines: &mut Vec<Line<'q>>,
    ) -> Vec<Answer<'q>> {
        let mut whole = Vec::with_capacity(answers.len());
        for ((at, answer), own) in (0_u32..).zip(answers).zip(&self.chorus.alone) {
            let place = Speaks::Group(at);
            if *own == Alone::Whole && !self.touched.is(place) {
                let Some(settled) = self.chorus.architectures.settle(&answer, &iter::once(&answer))
                else {
                    let answer = self.closed(&answer).unwrap_or(answer);
                    if answer.turn == 0 {
                        whole.push(answer);
                    } else {
                        lines.push(answer.into_line());
                    }
                    continue;
                };
                let all = settled.group.vulnerabilities.clone();
                lines.push(line_alone(self.question, part_of(settled, &all)));
                continue;
            }
            let own = match own {
                Alone::Whole => &answer.group.vulnerabilities,
                Alone::Some(own) => own,
            };
            if own.is_empty() {
                continue;
            }
            let (touched, rest) = self.touched.split(place, own);
            let answer = self.settled(&answer, &iter::once(&answer)).into_owned();
            if !touched.is_empty() {
                parts.push(part_of(answer.clone(), &touched));
            }
            if !rest.is_empty() {
                lines.push(line_alone(self.question, part_of(answer, &rest)));
            }
        }
        whole
    }

    /// What an answer comes to beside `all` that speak of the same, it among them.
    fn settled<'s>(
        &self,
        answer: &'s Answer<'q>,
        all: &(impl Iterator<Item = &'s Answer<'q>> + Clone),
    ) -> Cow<'s, Answer<'q>> {
        let settled = self.chorus.architectures.settle(answer, all);
        settled.or_else(|| self.closed(answer)).map_or(Cow::Borrowed(answer), Cow::Owned)
    }

    /// What it comes to where a setting closes the way in.
    fn closed(&self, answer: &Answer<'q>) -> Option<Answer<'q>> {
        let bulletin = answer.group.bulletin;
        let reasons =
            mitigation(self.question, self.host, self.standing, answer.verdict, bulletin)?;
        Some(Answer { verdict: Verdict::Mitigated, reasons, ..answer.clone() })
    }
}

/// An answer of these vulnerabilities only.
fn part_of<'q>(answer: Answer<'q>, vulnerabilities: &[VulnerabilityRef]) -> Part<'q> {
    let vulnerabilities = Cow::Owned(vulnerabilities.to_vec());
    Part { vulnerabilities, ..answer.into_part() }
}
