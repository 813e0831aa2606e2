//! Every piece of software of a host, and one of them: its statements to parts.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use model::evidence::Software;
use model::verdict::Verdict;
use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::evaluate;
use super::identity::{Distribution, Identity, distribution, keys_of, printed};
use super::matching::matching;
use super::remedies::remedies;
use crate::host::{Host, Standing};
use crate::judge::combine::{Part, push};
use crate::judge::line::{RowRef, Unrecognised, UnrecognisedKind, VulnerabilityRef};
use crate::judge::question::Question;
use crate::knowledge::schema::NONE;

/// Judges every piece of software of a host.
pub(in crate::judge) fn judge<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    parts: &mut Vec<Part<'q>>,
    unrecognised: &mut Vec<Unrecognised>,
) {
    let distribution = distribution(standing);
    let mut seen: FxHashSet<Identity<'_>> = FxHashSet::default();
    for piece in &host.pieces {
        for software in &piece.evidence.software {
            let keys: Rc<[String]> = Rc::from(keys_of(software, distribution.as_ref()));
            if !seen.insert(Identity::of(software, &keys)) {
                continue;
            }
            let printed: Arc<str> = Arc::from(printed(software));
            let row = RowRef::new(host, piece, &software.place, &printed);
            let subject = Subject { software, distribution: distribution.as_ref(), printed, row };
            if !judge_one(question, &subject, &keys, parts) {
                unrecognised.push(Unrecognised {
                    kind: UnrecognisedKind::Software,
                    name: software.name.clone(),
                    version: software.version.clone(),
                    row: subject.row,
                });
            }
        }
    }
}

pub(super) struct Subject<'a> {
    pub(super) software: &'a Software,
    pub(super) distribution: Option<&'a Distribution>,
    pub(super) printed: Arc<str>,
    pub(super) row: Arc<RowRef>,
}

/// Judges one piece of software; `false` if no statement names it.
fn judge_one<'q>(
    question: &'q Question<'_>,
    subject: &Subject<'_>,
    keys: &[String],
    parts: &mut Vec<Part<'q>>,
) -> bool {
    let matching = matching(question, subject, keys);
    // Several statements on one vulnerability, by whatever source, are brought together by
    // `combine`; here each statement is one part.
    let mut by_advisory: FxHashMap<(&str, Verdict), usize> = FxHashMap::default();
    for said in &matching {
        let statement = said.statement;
        if statement.published.to_native() > question.as_at_day {
            continue;
        }
        let vulnerabilities: Vec<VulnerabilityRef> = statement
            .vulnerabilities
            .iter()
            .map(|v| v.to_native())
            .filter(|v| question.asks(*v))
            .map(VulnerabilityRef::Known)
            .collect();
        let advisory = statement.advisory.as_str();
        if vulnerabilities.is_empty() && !question.asks_advisory(advisory) {
            continue;
        }
        let Some((verdict, reason)) = evaluate(said, &matching, subject) else {
            continue;
        };
        let part = Part {
            order: (NONE, 0),
            vulnerabilities: Cow::Owned(vulnerabilities),
            verdict,
            remedies: Cow::Owned(remedies(statement, verdict, &reason, subject)),
            reasons: Arc::from([reason]),
            software: Some(Arc::clone(&subject.printed)),
            advisory: Some(Cow::Borrowed(advisory)),
            bulletin: None,
            source: statement.source.to_native(),
        };
        // One advisory with one verdict is one line for this software.
        let known = by_advisory.get(&(advisory, verdict)).and_then(|at| parts.get_mut(*at));
        if let Some(known) = known {
            known.absorb(&part);
        } else {
            by_advisory.insert((advisory, verdict), parts.len());
            push(parts, part);
        }
    }
    !matching.is_empty()
}
