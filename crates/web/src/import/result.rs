//! What came of a sending, for people.

use app::jobs::{ImportOutcome, VerdictSums};

use crate::words::{counted, number};

/// What came of a sending.
pub(crate) struct ResultView {
    pub(crate) status: String,
    pub(crate) changed: Vec<(&'static str, String, String)>,
    pub(crate) facts: Vec<String>,
    pub(crate) problems: Vec<(String, String)>,
    pub(crate) more_problems: usize,
}

impl ResultView {
    /// What came of a sending of an organisation.
    pub(crate) fn of(done: &ImportOutcome, code: &str) -> Self {
        /// Most problems on the page.
        const MOST: usize = 50;
        let summary = &done.summary;
        let mut status = if summary.files + summary.held == 0 {
            format!("Nothing of what was sent could be read, and nothing is recorded for {code}.")
        } else {
            format!(
                "Recorded for {code}: {} from {}.",
                counted(summary.hosts, "host", "hosts"),
                counted(summary.files, "file", "files"),
            )
        };
        if summary.held > 0 {
            status.push_str(&format!(
                " {} in the record already.",
                counted(summary.held, "file was", "files were")
            ));
        }
        let facts = [
            (summary.new_hosts, "host was not known before", "hosts were not known before"),
            (
                summary.possible_duplicates,
                "host may be one that is known by another name",
                "hosts may be ones that are known by another name",
            ),
            (
                summary.undated,
                "piece of evidence does not say when it was made: today counts",
                "pieces of evidence do not say when they were made: today counts",
            ),
            (summary.refused, "file could not be read", "files could not be read"),
            (
                summary.warnings,
                "row could not be used or had to be guessed",
                "rows could not be used or had to be guessed",
            ),
        ];
        let problems: Vec<(String, String)> = summary
            .problems
            .iter()
            .take(MOST)
            .map(|problem| (problem.file.clone(), problem.message.clone()))
            .collect();
        Self {
            status,
            changed: changed(done.before, done.after),
            facts: facts
                .iter()
                .filter(|(count, _, _)| *count > 0)
                .map(|(count, one, many)| format!("{}.", counted(*count, one, many)))
                .collect(),
            more_problems: summary.problems.len().saturating_sub(problems.len()),
            problems,
        }
    }
}

fn changed(
    before: Option<VerdictSums>,
    after: Option<VerdictSums>,
) -> Vec<(&'static str, String, String)> {
    let Some(after) = after else { return Vec::new() };
    let before = before.map(rows);
    let of = |at: usize| before.and_then(|rows| rows.get(at).map(|(_, hosts)| number(*hosts)));
    let rows = rows(after).into_iter().enumerate();
    rows.map(|(at, (name, hosts))| (name, of(at).unwrap_or("none".to_owned()), number(hosts)))
        .collect()
}

/// Each sum with its name.
const fn rows(sums: VerdictSums) -> [(&'static str, u64); 6] {
    [
        ("All", sums.hosts),
        ("Open", sums.affected),
        ("Unknown", sums.unknown),
        ("Mitigated", sums.mitigated),
        ("Fixed", sums.fixed),
        ("Not affected", sums.not_affected),
    ]
}
