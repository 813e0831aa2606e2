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

impl Urgency {
    /// How much a line counts where steps are chosen: a worm more than anything exploited, that more
    /// than anything else.
    pub const fn weight(&self) -> u64 {
        match (self.worm, self.kev) {
            (true, _) => 1_000_000,
            (false, true) => 1_000,
            (false, false) => 1,
        }
    }
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
    line: &Line<'_>,
    policy: &Policy,
    exposed: Option<bool>,
) -> Urgency {
    let own;
    let facts = if let Some(group) = line.group {
        group.facts.get_or_init(|| Facts::of(question, group.bulletin, &group.vulnerabilities))
    } else {
        own = Facts::of(question, line.bulletin, &line.vulnerabilities);
        &own
    };
    let mut result = Urgency {
        kev: facts.kev,
        ransomware: facts.ransomware,
        worm: spreads(question, line),
        epss_millionths: facts.epss_millionths,
        severity: facts.severity,
        due_by: None,
        due_inputs: None,
    };
    if matches!(line.verdict, Verdict::Affected | Verdict::Unknown) {
        for dated in &facts.dated {
            let inputs = Inputs { exposed, ..*dated };
            let by = due_day(policy, &inputs);
            let earlier = match (result.due_inputs, result.due_by, by) {
                (None, ..) | (Some(_), None, Some(_)) => true,
                (Some(_), Some(known), Some(by)) => by < known,
                (Some(_), _, None) => false,
            };
            if earlier {
                result.due_by = by;
                result.due_inputs = Some(inputs);
            }
        }
    }
    result
}

/// What the urgency of some flaws depends on, whatever the host and the policy.
#[derive(Debug, PartialEq)]
pub(crate) struct Facts {
    kev: bool,
    ransomware: bool,
    epss_millionths: Option<u32>,
    severity: Option<Severity>,
    /// What due days depend on, but for the host; runs of flaws that share it count once.
    dated: Vec<Inputs>,
}

impl Facts {
    fn of(
        question: &Question<'_>,
        bulletin: Option<u32>,
        vulnerabilities: &[VulnerabilityRef],
    ) -> Self {
        let mut facts = Self {
            kev: false,
            ransomware: false,
            epss_millionths: None,
            severity: None,
            dated: Vec::new(),
        };
        for vulnerability in vulnerabilities {
            let VulnerabilityRef::Known(position) = vulnerability else { continue };
            let Some(row) = lookup::row(question.knowledge, *position) else { continue };
            let kev_added = kev_at(row, question.as_at_day);
            facts.kev |= kev_added.is_some();
            facts.ransomware |=
                kev_added.is_some() && row.kev.as_ref().is_some_and(|entry| entry.ransomware);
            let epss = row.epss_millionths.to_native();
            if epss != NONE {
                facts.epss_millionths = Some(facts.epss_millionths.map_or(epss, |e| e.max(epss)));
            }
            facts.severity = facts.severity.max(severity_of(question, row));
            let inputs = Inputs {
                published: published_day(question, bulletin, row),
                kev_added,
                exposed: None,
                automatable: yes_no(row.automatable),
                total: yes_no(row.technical_impact),
            };
            if facts.dated.last() != Some(&inputs) {
                facts.dated.push(inputs);
            }
        }
        facts
    }
}

/// Whether a line is about a flaw that spreads without a user.
pub fn spreads(question: &Question<'_>, line: &Line<'_>) -> bool {
    line.bulletin.and_then(|b| question.knowledge.bulletins.get(b as usize)).is_some_and(|b| b.worm)
}

/// The named bulletin's day where there is one: the day the fix came out. A feed dates a flaw by
/// its last change now and then.
fn published_day(
    question: &Question<'_>,
    bulletin: Option<u32>,
    row: &ArchivedVulnerability,
) -> Option<Date> {
    bulletin
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
