//! The answer in a sentence, the same on every face.

use std::collections::BTreeMap;

use exposure::judge::ReasonKind;
use model::verdict::Verdict;
use model::words::{count, thousands};

use super::answer::{Counts, SectorAnswer};

fn n(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// "214 of 1,520 hosts in 12 of 83 organisations are open to MS17-010; of 640 nobody can tell."
pub fn status(answer: &SectorAnswer, all: &Counts) -> String {
    if answer.organisations.is_empty() {
        return format!(
            "Nobody can tell who is open to {}: no organisation is registered and no evidence \
             recorded.",
            answer.advisory
        );
    }
    let open = answer.organisations.iter().filter(|r| r.counts.of(Verdict::Affected) > 0).count();
    let affected = all.of(Verdict::Affected);
    let unknown = all.of(Verdict::Unknown);
    let mut text = format!(
        "{} of {} in {} of {} {} open to {}",
        thousands(n(affected)),
        count(n(all.hosts()), "host", "hosts"),
        thousands(open),
        count(answer.organisations.len(), "organisation", "organisations"),
        if affected == 1 { "is" } else { "are" },
        answer.advisory,
    );
    if unknown > 0 {
        text.push_str(&format!("; of {} nobody can tell", thousands(n(unknown))));
    }
    text.push('.');
    if all.of_unknown_size > 0 {
        text.push_str(&format!(
            " {} shown nothing, and how many hosts they have is not known.",
            count(n(all.of_unknown_size), "organisation has", "organisations have")
        ));
    }
    text
}

/// Why it is not known, the most hosts first.
pub fn unknowns(all: &Counts) -> Vec<(String, u64)> {
    let mut why: BTreeMap<String, u64> = BTreeMap::new();
    for (code, hosts) in all.seen.iter().filter(|(code, _)| code.verdict == Verdict::Unknown) {
        let words = match (code.reason, code.last_known) {
            (ReasonKind::Stale, Some(last)) => format!("evidence too old, last known {last}"),
            (reason, _) => reason.words().to_owned(),
        };
        *why.entry(words).or_default() += hosts;
    }
    if all.unseen > 0 {
        why.insert("expected and never seen".to_owned(), all.unseen);
    }
    let mut why: Vec<(String, u64)> = why.into_iter().collect();
    why.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    why
}
