//! What a line is called.

use crate::judge::line::VulnerabilityRef;
use crate::judge::question::Question;
use crate::knowledge::lookup;

/// The name of a bulletin.
pub(in crate::judge) fn bulletin_name<'q>(
    question: &'q Question<'_>,
    bulletin: Option<u32>,
) -> Option<&'q str> {
    question.knowledge.bulletins.get(bulletin? as usize).map(|b| b.id.as_str())
}

/// What a line is called that no advisory names: after its vulnerabilities.
pub(in crate::judge) fn fallback_name(
    question: &Question<'_>,
    vulnerabilities: &[VulnerabilityRef],
) -> String {
    match vulnerabilities {
        [] => String::new(),
        [one] => name_of(question, *one),
        [first, ..] => {
            format!("{} and {} more", name_of(question, *first), vulnerabilities.len() - 1)
        }
    }
}

/// The identifier of a vulnerability.
pub(in crate::judge) fn name_of(
    question: &Question<'_>,
    vulnerability: VulnerabilityRef,
) -> String {
    match vulnerability {
        VulnerabilityRef::Known(position) => lookup::row(question.knowledge, position)
            .map_or(String::new(), |row| row.id.as_str().to_owned()),
        VulnerabilityRef::Unlisted(cve) => cve.to_string(),
    }
}
