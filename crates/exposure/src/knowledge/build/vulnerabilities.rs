//! One row per vulnerability, whatever identifiers its sources use.

use model::cve::CveId;
use model::fact::{
    Automatable, CvssScore, EpssScore, Exploitation, KnownExploited, TechnicalImpact,
    VulnerabilityFact,
};
use rustc_hash::FxHashMap;

use super::days::{day_number, earlier, or_none};
use super::texts::Texts;
use crate::knowledge::schema::{Cvss, Kev, Knowledge, NO_DAY, NONE, Vulnerability};

#[derive(Debug, Default)]
pub(super) struct Vulnerabilities {
    by_id: FxHashMap<String, u32>,
    by_cve: FxHashMap<CveId, u32>,
    rows: Vec<Vulnerability>,
    /// Which source described a row: the CVE record's own words win over a republisher's.
    described_by_record: Vec<bool>,
}

impl Vulnerabilities {
    /// The row of an identifier, made if new.
    pub(super) fn of(&mut self, id: &str) -> u32 {
        if let Ok(cve) = id.parse::<CveId>() {
            return self.of_cve(cve);
        }
        if let Some(row) = self.by_id.get(id) {
            return *row;
        }
        let row = self.push(id.to_owned());
        self.by_id.insert(id.to_owned(), row);
        row
    }

    /// The row of a CVE, made if new.
    pub(super) fn of_cve(&mut self, cve: CveId) -> u32 {
        if let Some(row) = self.by_cve.get(&cve) {
            return *row;
        }
        let row = self.push(cve.to_string());
        self.by_cve.insert(cve, row);
        row
    }

    fn push(&mut self, id: String) -> u32 {
        let row = u32::try_from(self.rows.len()).unwrap_or(NONE);
        self.rows.push(Vulnerability {
            id,
            title: NONE,
            description: NONE,
            severity: NONE,
            published: NO_DAY,
            withdrawn: NO_DAY,
            epss_millionths: NONE,
            epss_day: NO_DAY,
            bulletin: NONE,
            ..Vulnerability::default()
        });
        self.described_by_record.push(false);
        row
    }

    pub(super) fn row_mut(&mut self, row: u32) -> Option<&mut Vulnerability> {
        self.rows.get_mut(row as usize)
    }

    pub(super) fn row(&self, row: u32) -> Option<&Vulnerability> {
        self.rows.get(row as usize)
    }

    /// Notes that a source speaks of a row, and since when.
    pub(super) fn seen(&mut self, row: u32, source: u32, published: i32) {
        if let Some(row) = self.rows.get_mut(row as usize) {
            if row.sources.last() != Some(&source) && !row.sources.contains(&source) {
                row.sources.push(source);
            }
            row.published = earlier(row.published, published);
        }
    }

    /// Takes a description. A fact that means exactly one CVE describes that CVE; one that means
    /// several (an advisory) only dates them.
    pub(super) fn describe(&mut self, fact: VulnerabilityFact, source: u32, texts: &mut Texts) {
        let published = or_none(fact.published);
        let row = match fact.cves.as_slice() {
            [] => self.of(&fact.id),
            [cve] => self.of_cve(*cve),
            several => {
                for cve in several {
                    let row = self.of_cve(*cve);
                    self.seen(row, source, published);
                }
                return;
            }
        };
        self.seen(row, source, published);
        let is_record = fact.id.parse::<CveId>().is_ok();
        let index = row as usize;
        let wins = is_record && !self.described_by_record.get(index).copied().unwrap_or(false);
        if is_record && let Some(flag) = self.described_by_record.get_mut(index) {
            *flag = true;
        }
        let Some(row) = self.rows.get_mut(index) else { return };
        if row.id != fact.id && !row.aliases.contains(&fact.id) {
            row.aliases.push(fact.id.clone());
        }
        set_text(&mut row.title, fact.title.as_deref(), wins, texts);
        set_text(&mut row.description, fact.description.as_deref(), wins, texts);
        set_text(&mut row.severity, fact.severity.as_deref(), wins, texts);
        // Only the record itself can reject a CVE; a withdrawn republication says nothing of it.
        if let Some(day) = fact.withdrawn
            && (is_record || fact.cves.is_empty())
        {
            row.withdrawn = earlier(row.withdrawn, day_number(day));
        }
        for score in fact.cvss {
            push_cvss(&mut row.cvss, score, source);
        }
        if let Some(ssvc) = fact.ssvc {
            row.exploitation = match ssvc.exploitation {
                None => row.exploitation,
                Some(Exploitation::None) => 1,
                Some(Exploitation::ProofOfConcept) => 2,
                Some(Exploitation::Active) => 3,
            };
            row.automatable = match ssvc.automatable {
                None => row.automatable,
                Some(Automatable::No) => 1,
                Some(Automatable::Yes) => 2,
            };
            row.technical_impact = match ssvc.technical_impact {
                None => row.technical_impact,
                Some(TechnicalImpact::Partial) => 1,
                Some(TechnicalImpact::Total) => 2,
            };
        }
    }

    pub(super) fn exploited(&mut self, fact: KnownExploited, source: u32) {
        let row = self.of_cve(fact.cve);
        self.seen(row, source, NO_DAY);
        let Some(row) = self.rows.get_mut(row as usize) else { return };
        let entry = Kev {
            added: day_number(fact.added),
            due: or_none(fact.due),
            ransomware: fact.ransomware == Some(true),
            name: fact.name,
            action: fact.action,
            source,
        };
        // Two catalogues of different dates: the first addition stands, ransomware use once known
        // stays known.
        row.kev = Some(match row.kev.take() {
            Some(old) if old.added <= entry.added => {
                Kev { ransomware: old.ransomware || entry.ransomware, ..old }
            }
            Some(old) => Kev { ransomware: old.ransomware || entry.ransomware, ..entry },
            None => entry,
        });
    }

    pub(super) fn score(&mut self, score: &EpssScore, source: u32) {
        let row = self.of_cve(score.cve);
        self.seen(row, source, NO_DAY);
        let day = or_none(score.date);
        let Some(row) = self.rows.get_mut(row as usize) else { return };
        if row.epss_millionths == NONE || day >= row.epss_day {
            row.epss_millionths = millionths(score.probability);
            row.epss_percentile = millionths(score.percentile);
            row.epss_day = day;
        }
    }

    pub(super) fn finish(self) -> Vec<Vulnerability> {
        self.rows
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1e6")]
fn millionths(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 1_000_000.0).round() as u32
}

fn set_text(slot: &mut u32, text: Option<&str>, wins: bool, texts: &mut Texts) {
    if let Some(text) = text.filter(|t| !t.is_empty())
        && (*slot == NONE || wins)
    {
        *slot = texts.keep(text);
    }
}

fn push_cvss(scores: &mut Vec<Cvss>, score: CvssScore, source: u32) {
    let score =
        Cvss { vector: score.vector, score_tenths: score.score_tenths.unwrap_or(0), source };
    if scores.iter().any(|s| s.vector == score.vector && s.score_tenths == score.score_tenths) {
        return;
    }
    scores.push(score);
}

/// Sorts vulnerabilities by identifier (CVEs by year and number) and renumbers every reference.
pub(super) fn sort(knowledge: &mut Knowledge) {
    let mut order: Vec<u32> =
        (0..u32::try_from(knowledge.vulnerabilities.len()).unwrap_or(NONE)).collect();
    order.sort_by_cached_key(|&row| {
        let id = knowledge.vulnerabilities.get(row as usize).map_or("", |v| v.id.as_str());
        sort_key(id)
    });
    let mut new_position = vec![NONE; order.len()];
    for (new, &old) in (0_u32..).zip(&order) {
        if let Some(slot) = new_position.get_mut(old as usize) {
            *slot = new;
        }
    }
    let renumber = |row: &mut u32| {
        *row = new_position.get(*row as usize).copied().unwrap_or(NONE);
    };
    let mut rows: Vec<Option<Vulnerability>> =
        std::mem::take(&mut knowledge.vulnerabilities).into_iter().map(Some).collect();
    knowledge.vulnerabilities =
        order.iter().filter_map(|&old| rows.get_mut(old as usize).and_then(Option::take)).collect();
    for bulletin in &mut knowledge.bulletins {
        bulletin.vulnerabilities.iter_mut().for_each(renumber);
    }
    let groups = knowledge
        .windows
        .iter_mut()
        .map(|w| &mut w.groups)
        .chain(knowledge.microsoft.iter_mut().map(|m| &mut m.groups));
    for group in groups.flatten() {
        group.flaws.iter_mut().for_each(|flaw| renumber(&mut flaw.vulnerability));
        group.flaws.sort_unstable();
    }
    for statement in &mut knowledge.statements {
        statement.vulnerabilities.iter_mut().for_each(renumber);
    }
}

/// CVEs first, by year and number; others after, by text.
pub fn sort_key(id: &str) -> (u8, u16, u32, String) {
    match id.parse::<CveId>() {
        Ok(cve) => (0, cve.year(), cve.number(), String::new()),
        Err(_) => (1, 0, 0, id.to_owned()),
    }
}
