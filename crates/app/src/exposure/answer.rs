//! The answer for a sector: each organisation's hosts by verdict and reason, the unseen among them.

use std::collections::BTreeMap;

use super::segments::Machines;
use exposure::index::{Answer, AnswerCode, OrganisationFacts};
use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::register::Register;
use model::organisation::{OrganisationCode, OrganisationKind};
use model::verdict::Verdict;

/// The answer on one advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectorAnswer {
    /// What was asked about, as typed.
    pub advisory: String,
    /// Whether knowledge has nothing of that name.
    pub is_unresolved: bool,
    /// Organisations, in the order of their codes.
    pub organisations: Vec<OrganisationAnswer>,
    /// The same hosts by what they run, where that was asked for; those never seen under `None`.
    pub products: BTreeMap<Option<String>, Counts>,
}

/// The answer of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationAnswer {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name, or its code where no name is known.
    pub name: String,
    /// Its kind, where it is registered.
    pub kind: Option<OrganisationKind>,
    /// Its region, where one is above it.
    pub region: Option<OrganisationCode>,
    /// Its hosts.
    pub counts: Counts,
    /// How old its evidence is.
    pub age: Age,
    /// The newest day of any of its evidence.
    pub latest: Option<Date>,
}

/// Hosts by verdict and reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Hosts that evidence shows, by verdict and reason.
    pub seen: BTreeMap<AnswerCode, u64>,
    /// Hosts that were expected and of which there is no evidence: unknown. At least so many: hosts
    /// that may be one machine count once.
    pub unseen: u64,
    /// Hosts of the record that may be machines that stand in it already.
    pub maybe_twice: u64,
    /// Hosts of the record beyond those expected: machines that are gone and not known to be, that
    /// stand twice, or that nobody counted.
    pub beyond_expected: u64,
    /// Organisations of which it is not known how many hosts they have, and that have shown none.
    pub of_unknown_size: u64,
}

/// How old the evidence of patch state is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Age {
    /// Hosts with such evidence.
    pub hosts: u64,
    /// Of those, too old to count.
    pub too_old: u64,
    /// Days, of the oldest.
    pub oldest_days: Option<u32>,
    /// Days, of the median host.
    pub median_days: Option<u32>,
}

impl Counts {
    /// Hosts of a verdict; the unseen are unknown.
    pub fn of(&self, verdict: Verdict) -> u64 {
        let seen: u64 =
            self.seen.iter().filter(|(code, _)| code.verdict == verdict).map(|(_, n)| n).sum();
        if verdict == Verdict::Unknown { seen + self.unseen } else { seen }
    }

    /// All hosts, the unseen among them.
    pub fn hosts(&self) -> u64 {
        self.seen.values().sum::<u64>() + self.unseen
    }

    /// Hosts that evidence shows.
    pub fn shown(&self) -> u64 {
        self.seen.values().sum()
    }

    /// Adds others.
    pub fn absorb(&mut self, other: &Self) {
        for (code, count) in &other.seen {
            *self.seen.entry(*code).or_default() += count;
        }
        self.unseen += other.unseen;
        self.maybe_twice += other.maybe_twice;
        self.beyond_expected += other.beyond_expected;
        self.of_unknown_size += other.of_unknown_size;
    }
}

/// The answer with its instants and the knowledge it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// As at which day.
    pub as_at: Date,
    /// As known at which instant.
    pub as_known: Timestamp,
    /// When the knowledge was compiled.
    pub knowledge_built_at: Timestamp,
    /// The blob with the knowledge.
    pub knowledge: String,
    /// The policy by which evidence ages.
    pub freshness: String,
    /// The answers, in the order of the questions.
    pub answers: Vec<SectorAnswer>,
}

/// What the evidence says, by organisation.
pub(crate) struct Evidence<'e> {
    pub(crate) facts: &'e [OrganisationFacts],
    pub(crate) machines: &'e Machines,
    pub(crate) answer: &'e Answer,
}

/// Puts an index's answer beside the register: who is there with nothing to show is in it too.
pub(crate) fn assemble(
    advisory: &str,
    is_unresolved: bool,
    register: &Register,
    evidence: &Evidence<'_>,
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> SectorAnswer {
    let mut organisations: BTreeMap<OrganisationCode, OrganisationAnswer> = BTreeMap::new();
    for organisation in register.open().filter(|organisation| wanted(&organisation.code)) {
        let expected = organisation.expected_hosts.as_ref().map(|expected| expected.count);
        // Bodies that state no hosts and show none (regions, commissioners) are no estate.
        let has_estate = expected != Some(0);
        if !has_estate {
            continue;
        }
        let row = blank(register, &organisation.code);
        organisations.insert(organisation.code.clone(), row);
    }
    for (at, fact) in evidence.facts.iter().enumerate().filter(|(_, fact)| wanted(&fact.code)) {
        let row =
            organisations.entry(fact.code.clone()).or_insert_with(|| blank(register, &fact.code));
        for (code, count) in evidence.answer.of(at) {
            *row.counts.seen.entry(code).or_default() += u64::from(count);
        }
        row.age = Age {
            hosts: u64::from(fact.with_patch_state),
            too_old: u64::from(fact.patch_state_too_old),
            oldest_days: fact.oldest_days,
            median_days: fact.median_days,
        };
    }
    for row in organisations.values_mut() {
        let shown = row.counts.shown();
        let of_hosts = evidence.machines.get(&row.code);
        row.latest = of_hosts.and_then(|of_hosts| of_hosts.latest);
        let machines = of_hosts.map_or(shown, |of_hosts| of_hosts.machines).min(shown);
        row.counts.maybe_twice = shown - machines;
        let expected = register.get(&row.code).and_then(|o| o.expected_hosts.as_ref());
        match expected {
            Some(expected) => {
                row.counts.unseen = expected.count.saturating_sub(machines);
                row.counts.beyond_expected = shown.saturating_sub(expected.count);
            }
            None => row.counts.of_unknown_size = u64::from(shown == 0),
        }
    }
    // A region or commissioner of which nobody said that it has hosts is no silent estate.
    organisations.retain(|_, row| {
        row.counts.hosts() > 0
            || evidence.machines.get(&row.code).is_some_and(|of_hosts| of_hosts.machines > 0)
            || !matches!(
                row.kind,
                Some(
                    OrganisationKind::National
                        | OrganisationKind::Region
                        | OrganisationKind::Commissioner
                        | OrganisationKind::Supplier
                )
            )
    });
    SectorAnswer {
        advisory: advisory.to_owned(),
        is_unresolved,
        organisations: organisations.into_values().collect(),
        products: BTreeMap::new(),
    }
}

fn blank(register: &Register, code: &OrganisationCode) -> OrganisationAnswer {
    let known = register.get(code);
    let region = register
        .ancestors(code)
        .into_iter()
        .find(|above| register.get(above).is_some_and(|o| o.kind == OrganisationKind::Region))
        .cloned();
    OrganisationAnswer {
        code: code.clone(),
        name: known.map_or_else(|| code.to_string(), |o| o.label().to_owned()),
        kind: known.map(|o| o.kind),
        region,
        counts: Counts::default(),
        age: Age::default(),
        latest: None,
    }
}
