//! How urgent a line is: exploitation, severity, and the day it is due.

use jiff::civil::Date;
use model::verdict::Verdict;

use super::line::{Line, VulnerabilityRef};
use super::question::Question;
use crate::deadline::{Inputs, Policy, due_day};
use crate::knowledge::build::day_of;
use crate::knowledge::lookup;
use crate::knowledge::schema::{ArchivedVulnerability, NONE};

/// What makes a line more or less urgent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Urgency {
    /// In CISA's Known Exploited Vulnerabilities catalogue at the instant.
    pub kev: bool,
    /// Known use in ransomware campaigns. `false` is "not known", never "no".
    pub ransomware: bool,
    /// Spreads without a user.
    pub worm: bool,
    /// The highest EPSS probability, in millionths; `None` if no score is known.
    pub epss_millionths: Option<u32>,
    /// The gravest severity; `None` if no source states one.
    pub severity: Option<Severity>,
    /// The earliest due day; `None` where nothing is due, or the policy sets no day.
    pub due_by: Option<Date>,
    /// What that day depends on; `None` where nothing is due. [`crate::deadline::due`] makes words
    /// of it.
    pub due_inputs: Option<Inputs>,
}

/// Severity, as far as sources state one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the words of CVSS's qualitative scale")]
pub enum Severity {
    None,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Bands of CVSS 3.1 section 5.
    pub const fn of_score(tenths: u16) -> Self {
        match tenths {
            0 => Self::None,
            1..=39 => Self::Low,
            40..=69 => Self::Medium,
            70..=89 => Self::High,
            _ => Self::Critical,
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        const WORDS: [(&str, Severity); 7] = [
            ("critical", Severity::Critical),
            ("important", Severity::High),
            ("high", Severity::High),
            ("moderate", Severity::Medium),
            ("medium", Severity::Medium),
            ("low", Severity::Low),
            ("none", Severity::None),
        ];
        let word = word.trim();
        WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, is)| *is)
    }
}

/// The urgency of a line. `exposed`: whether the host is reachable from the internet, if shown.
pub fn urgency(
    question: &Question<'_>,
    line: &Line,
    policy: &Policy,
    exposed: Option<bool>,
) -> Urgency {
    let mut result = Urgency { worm: spreads(question, line), ..Urgency::default() };
    let is_open = matches!(line.verdict, Verdict::Affected | Verdict::Unknown);
    let mut earliest: Option<(Option<Date>, Inputs)> = None;
    let mut last = None;
    for vulnerability in &line.vulnerabilities {
        let VulnerabilityRef::Known(position) = vulnerability else { continue };
        let Some(row) = lookup::row(question.knowledge, *position) else { continue };
        let kev_added = kev_at(row, question.as_at_day);
        result.kev |= kev_added.is_some();
        result.ransomware |=
            kev_added.is_some() && row.kev.as_ref().is_some_and(|entry| entry.ransomware);
        let epss = row.epss_millionths.to_native();
        if epss != NONE {
            result.epss_millionths = Some(result.epss_millionths.map_or(epss, |e| e.max(epss)));
        }
        result.severity = result.severity.max(severity_of(question, row));
        // Flaws of one line mostly share their dates: what is equal is due on the same day.
        let stamp = (row.published.to_native(), kev_added, row.automatable, row.technical_impact);
        if is_open && last != Some(stamp) {
            last = Some(stamp);
            let inputs = Inputs {
                published: published_day(question, line, row),
                kev_added,
                exposed,
                automatable: yes_no(row.automatable),
                total: yes_no(row.technical_impact),
            };
            let by = due_day(policy, &inputs);
            let earlier = match (&earliest, by) {
                (None, _) | (Some((None, _)), Some(_)) => true,
                (Some((Some(known), _)), Some(by)) => by < *known,
                (Some(_), None) => false,
            };
            if earlier {
                earliest = Some((by, inputs));
            }
        }
    }
    if let Some((by, inputs)) = earliest {
        result.due_by = by;
        result.due_inputs = Some(inputs);
    }
    result
}

/// Whether a line is about a flaw that spreads without a user.
pub fn spreads(question: &Question<'_>, line: &Line) -> bool {
    line.bulletin.and_then(|b| question.knowledge.bulletins.get(b as usize)).is_some_and(|b| b.worm)
}

/// The named bulletin's day where there is one: the day the fix came out. A feed dates a flaw by
/// its last change now and then.
fn published_day(
    question: &Question<'_>,
    line: &Line,
    row: &ArchivedVulnerability,
) -> Option<Date> {
    line.bulletin
        .and_then(|b| question.knowledge.bulletins.get(b as usize))
        .and_then(|b| day_of(b.published.to_native()))
        .or_else(|| day_of(row.published.to_native()))
}

fn kev_at(row: &ArchivedVulnerability, as_at_day: i32) -> Option<Date> {
    let entry = row.kev.as_ref()?;
    let added = entry.added.to_native();
    (added <= as_at_day).then(|| day_of(added)).flatten()
}

/// Stored decision points: 0 not stated, 1 the lesser value, 2 the greater.
const fn yes_no(stored: u8) -> Option<bool> {
    match stored {
        1 => Some(false),
        2 => Some(true),
        _ => None,
    }
}

fn severity_of(question: &Question<'_>, row: &ArchivedVulnerability) -> Option<Severity> {
    let word = Severity::of_word(lookup::text(question.knowledge, row.severity.to_native()));
    let score = row
        .cvss
        .iter()
        .map(|cvss| cvss.score_tenths.to_native())
        .filter(|tenths| *tenths > 0)
        .max()
        .map(Severity::of_score);
    word.max(score)
}
