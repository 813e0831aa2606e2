//! What is said of one vulnerability on one piece of software, for whoever answers for many hosts.

use std::sync::Arc;

use model::evidence::Software;
use model::verdict::Verdict;

use super::evaluate::evaluate;
use super::identity::Distribution;
use super::matching::matching_of;
use super::software::Subject;
use crate::judge::kind::ReasonKind;
use crate::judge::line::RowRef;
use crate::knowledge::schema::ArchivedStatement;

/// What one advisory says of one piece of software, for [`crate::judge::single`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spoken<'k> {
    pub(crate) verdict: Verdict,
    pub(crate) kind: ReasonKind,
    pub(crate) advisory: &'k str,
    pub(crate) source: u32,
}

/// As [`super::software::judge_one`], for one vulnerability, of which the statements under each key are given: those
/// that name it, and all others of the same advisories, which may stand in for them.
pub(crate) fn speak<'k, S: Iterator<Item = (u32, &'k ArchivedStatement)>>(
    software: &Software,
    distribution: Option<&Distribution>,
    keys: &[String],
    as_at_day: i32,
    vulnerability: Option<u32>,
    under: impl Fn(&str) -> S,
) -> Vec<Spoken<'k>> {
    let place = model::reading::Place::Whole;
    let row = Arc::new(RowRef { piece: 0, place, raw: String::new() });
    let subject = Subject { software, distribution, printed: Arc::from(""), row };
    let matching = matching_of(keys, &subject, under);
    let mut spoken: Vec<Spoken<'k>> = Vec::new();
    for said in &matching {
        let statement = said.statement;
        let speaks = match vulnerability {
            Some(v) => statement.vulnerabilities.iter().any(|own| own.to_native() == v),
            None => statement.vulnerabilities.is_empty(),
        };
        if statement.published.to_native() > as_at_day || !speaks {
            continue;
        }
        let Some((verdict, reason)) = evaluate(said, &matching, &subject) else { continue };
        let advisory = statement.advisory.as_str();
        if spoken.iter().all(|known| (known.advisory, known.verdict) != (advisory, verdict)) {
            spoken.push(Spoken {
                verdict,
                kind: reason.kind(),
                advisory,
                source: statement.source.to_native(),
            });
        }
    }
    spoken
}
