//! What came of an import, for a person and as JSON.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use app::import::summary::Summary;
use model::organisation::OrganisationCode;

use super::no_input;
use crate::error::CliError;
use crate::present::words::{count, paragraph, thousands};

/// Most problems on the screen; `--json` has all.
const MOST_PROBLEMS: usize = 12;
/// Most files named for one problem.
const MOST_NAMES: usize = 3;

/// The summary for a person: what was taken, what needs doing, what was refused and why.
pub(super) fn human(organisation: &OrganisationCode, summary: &Summary) -> String {
    let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let hosts = |number: u64| count(n(number), "host", "hosts");
    let files = |number: u64| count(n(number), "file", "files");
    let mut text = String::new();
    let mut say = |line: String| text.push_str(&paragraph(&line, "  "));
    if summary.files == 0 {
        say(format!(
            "{organisation}: nothing new. The record holds {} already.",
            if summary.held == 1 {
                "this file".to_owned()
            } else {
                format!("these {}", files(summary.held))
            }
        ));
    } else {
        let known = summary.hosts.saturating_sub(summary.new_hosts);
        say(format!(
            "{organisation}: {} recorded from {}: {} new, {} known before.",
            hosts(summary.hosts),
            files(summary.files),
            thousands(n(summary.new_hosts)),
            thousands(n(known)),
        ));
        if summary.held > 0 {
            say(format!("{} held already, nothing was changed by them.", files(summary.held)));
        }
        let formats: Vec<String> =
            summary.formats.iter().map(|(name, n)| format!("{name} {n}")).collect();
        say(format!("Files by format: {}.", formats.join(", ")));
        if let (Some(first), Some(last)) = (summary.collected_first, summary.collected_last) {
            let span = if first == last {
                format!("on {first}")
            } else {
                format!("from {first} to {last}")
            };
            say(format!("Collected {span}."));
        }
        if summary.undated > 0 {
            say(format!(
                "{} of {} do not say when they were made and count as of the day of the import: \
                 state it with --collected-on if it was another.",
                thousands(n(summary.undated)),
                count(n(summary.pieces), "piece", "pieces"),
            ));
        }
        if summary.possible_duplicates > 0 {
            say(format!(
                "{} may be the same machine as another and stand apart, because that is not sure: \
                 `wardround estate --org {organisation} --duplicates` shows them.",
                hosts(summary.possible_duplicates),
            ));
        }
        for note in summary.notes.iter().take(MOST_PROBLEMS) {
            say(format!("Note: {note}."));
        }
    }
    let refused: Vec<_> = summary.problems.iter().filter(|p| p.refused).collect();
    if !refused.is_empty() {
        say(format!("{} could not be read:", files(summary.refused)));
        // What has one remedy is one line, the most files first.
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for problem in &refused {
            reasons.entry(&problem.message).or_default().push(&problem.file);
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(message, files)| (Reverse(files.len()), *message));
        for (message, names) in reasons.iter().take(MOST_PROBLEMS) {
            let shown = names.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
            let more = names.len().saturating_sub(MOST_NAMES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            say(format!("  {shown}{more}: {message}"));
        }
        let more: usize = reasons.iter().skip(MOST_PROBLEMS).map(|(_, names)| names.len()).sum();
        if more > 0 {
            say(format!("  and {} for other reasons (--json names them)", files(more as u64)));
        }
    }
    if summary.warnings > 0 {
        say(format!(
            "{} about rows that could not be used or had to be guessed (--json names them).",
            count(n(summary.warnings), "warning", "warnings")
        ));
    }
    text
}

/// The summary as one JSON document.
pub(super) fn json(organisation: &OrganisationCode, summary: &Summary) -> Result<String, CliError> {
    let document = serde_json::json!({ "organisation": organisation.as_str(), "summary": summary });
    serde_json::to_string_pretty(&document)
        .map(|text| text + "\n")
        .map_err(|e| CliError::failed("the summary could not be written").because(e))
}

/// Nothing at all could be read.
pub(super) fn nothing_read(summary: &Summary) -> CliError {
    let mut error = no_input("no input could be read");
    for problem in summary.problems.iter().filter(|p| p.refused).take(10) {
        error = error.hint(format!("{}: {}", problem.file, problem.message));
    }
    if summary.refused == 0 {
        error = error
            .hint("there are no files there (those whose names begin with a dot are passed over)");
    }
    error
}
