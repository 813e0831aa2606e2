//! Organisations as the situation shows them.

use std::collections::BTreeMap;

use app::exposure::answer::{Counts, OrganisationAnswer};
use model::verdict::Verdict;

use super::MOST_LISTED;
use crate::words::{self, Sign, counted, number, sign};

/// One organisation.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) code: String,
    pub(crate) name: String,
    /// The code of its region; empty where none is above it.
    pub(crate) region: String,
    pub(crate) verdict: Verdict,
    pub(crate) kind: String,
    pub(crate) sign: Sign,
    pub(crate) hosts: u64,
    pub(crate) affected: u64,
    pub(crate) unknown: u64,
    pub(crate) shown: Numbers,
    pub(crate) evidence: String,
    /// How many of its hosts, behind the word.
    pub(crate) share: String,
}

/// Organisations that belong together, with their sums.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The region's code; empty where none is above them.
    pub(crate) region: String,
    pub(crate) name: String,
    pub(crate) organisations: usize,
    pub(crate) shown: Numbers,
    pub(crate) sign: Sign,
}

/// Numbers of hosts as they are shown.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    pub(crate) hosts: String,
    pub(crate) affected: String,
    pub(crate) unknown: String,
}

impl Numbers {
    fn of(hosts: u64, affected: u64, unknown: u64) -> Self {
        Self { hosts: number(hosts), affected: number(affected), unknown: number(unknown) }
    }
}

/// The sum of all.
pub(crate) fn total(organisations: &[OrganisationAnswer]) -> Counts {
    let mut all = Counts::default();
    for row in organisations {
        all.absorb(&row.counts);
    }
    all
}

/// The worst first: most open, then most unknown, then by name.
pub(super) fn rows(organisations: &[OrganisationAnswer]) -> Vec<Row> {
    let mut rows: Vec<Row> = organisations.iter().map(row).collect();
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.affected > 0, row.affected, row.unknown);
        key(b).cmp(&key(a)).then_with(|| a.name.cmp(&b.name))
    });
    rows
}

/// Those with the most open hosts.
pub(crate) fn worst(organisations: &[OrganisationAnswer]) -> Vec<Row> {
    let open = |own: &&OrganisationAnswer| own.counts.of(Verdict::Affected) > 0;
    let mut rows: Vec<Row> = organisations.iter().filter(open).map(row).collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.affected), row.code.clone()));
    rows.truncate(MOST_LISTED);
    rows
}

/// Sums by region, the worst first.
pub(super) fn groups(
    organisations: &[OrganisationAnswer],
    names: &dyn Fn(&str) -> String,
) -> Vec<Group> {
    let mut regions: BTreeMap<String, (usize, Counts)> = BTreeMap::new();
    for row in organisations {
        let region = row.region.as_ref().map_or(String::new(), ToString::to_string);
        let (count, sum) = regions.entry(region).or_default();
        *count += 1;
        sum.absorb(&row.counts);
    }
    let mut sums: Vec<(String, usize, Counts)> =
        regions.into_iter().map(|(region, (many, counts))| (region, many, counts)).collect();
    sums.sort_by_key(|(region, _, counts)| {
        let key = (counts.of(Verdict::Affected), counts.of(Verdict::Unknown));
        (std::cmp::Reverse(key), region.clone())
    });
    sums.into_iter()
        .map(|(region, organisations, counts)| Group {
            name: names(&region),
            region,
            organisations,
            shown: of_region(&counts),
            sign: sign(words::worst(&counts)),
        })
        .collect()
}

/// A region's numbers; organisations of which nobody knows how many hosts they have stand beside them.
fn of_region(counts: &Counts) -> Numbers {
    let (affected, unknown) = (counts.of(Verdict::Affected), counts.of(Verdict::Unknown));
    let mut shown = Numbers::of(counts.hosts(), affected, unknown);
    if counts.of_unknown_size > 0 {
        let silent = counted(counts.of_unknown_size, "organisation", "organisations");
        shown.unknown.push_str(&format!(" and all of {silent}"));
    }
    shown
}

fn row(answer: &OrganisationAnswer) -> Row {
    let counts = &answer.counts;
    let verdict = words::worst(counts);
    let (affected, unknown) = (counts.of(Verdict::Affected), counts.of(Verdict::Unknown));
    let hosts = counts.hosts();
    let share = match (affected, unknown) {
        _ if hosts == 0 => ", has shown nothing".to_owned(),
        (0, 0) => String::new(),
        (0, unknown) => format!(" {} of {}", number(unknown), number(hosts)),
        (affected, _) => format!(" {} of {}", number(affected), number(hosts)),
    };
    Row {
        code: answer.code.to_string(),
        name: answer.name.clone(),
        region: answer.region.as_ref().map_or(String::new(), ToString::to_string),
        kind: answer.kind.map_or("not registered".to_owned(), |kind| kind.to_string()),
        sign: sign(verdict),
        verdict,
        hosts,
        affected,
        unknown,
        shown: Numbers::of(hosts, affected, unknown),
        evidence: evidence_words(answer),
        share,
    }
}

/// How old the evidence of an organisation is, in words.
pub(crate) fn evidence_words(answer: &OrganisationAnswer) -> String {
    match (answer.age.median_days, answer.counts.shown()) {
        (_, 0) => "none".to_owned(),
        (None, _) => "no patch state".to_owned(),
        (Some(0), _) => "today".to_owned(),
        (Some(days), _) => crate::words::counted(u64::from(days), "day old", "days old"),
    }
}
