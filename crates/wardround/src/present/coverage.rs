//! What the answer stands on: the day, the knowledge and its age, the evidence, the policy.

use formats::export::report::Frame;
use jiff::civil::Date;

use super::words::{count, paragraph, thousands};

/// Knowledge older than this is said to be old: Microsoft publishes monthly, the others daily.
const OLD_DAYS: i32 = 30;

/// Kinds of source that their publishers renew at least monthly, so that an old day means an old
/// copy. (An advisory of 2019 may well be the newest of its publisher.)
const WITH_A_PULSE: [&str; 4] = ["wes-ng", "msrc-cvrf", "kev", "epss"];

/// How much evidence there was.
pub(super) struct Evidence {
    pub(super) hosts: usize,
    pub(super) files_read: usize,
    pub(super) files_failed: usize,
}

/// The paragraph under the status sentence, and what a person must know of the knowledge.
pub(super) fn coverage(frame: &Frame, evidence: &Evidence) -> String {
    let newest = frame.knowledge.sources.iter().filter_map(|s| s.as_of.as_deref()).max();
    let knowledge = match newest {
        Some(day) => format!("knowledge up to {day}"),
        None => "knowledge of no stated day".to_owned(),
    };
    let failed = match evidence.files_failed {
        0 => String::new(),
        n => format!(" ({} could not be read)", count(n, "more file", "more files")),
    };
    let mut text = paragraph(
        &format!(
            "As at {}, {knowledge}; {} from {}{failed}; due dates by policy {}.",
            frame.as_at,
            count(evidence.hosts, "host", "hosts"),
            count(evidence.files_read, "file", "files"),
            frame.policy
        ),
        "",
    );
    if let Some(note) = age(frame) {
        text.push_str(&paragraph(&format!("Note: {note}"), "  "));
    }
    if !frame.not_in_knowledge.is_empty() {
        text.push_str(&paragraph(
            &format!(
                "Note: this knowledge has nothing named {}. Only what scanners say of it counts; is it \
                 written right?",
                frame.not_in_knowledge.join(", ")
            ),
            "  ",
        ));
    }
    text
}

/// What is to be said against the knowledge, if anything.
fn age(frame: &Frame) -> Option<String> {
    let sources = &frame.knowledge.sources;
    let as_at: Date = frame.as_at.parse().ok()?;
    let newest = |holds: &dyn Fn(&str) -> bool| -> Option<Date> {
        sources
            .iter()
            .filter(|s| holds(&s.kind))
            .filter_map(|s| s.as_of.as_deref()?.parse().ok())
            .max()
    };
    let days = |day: Date| as_at.since(day).map_or(0, |span| span.get_days());
    let aged = |day: Date| {
        let days = days(day);
        (days > OLD_DAYS).then(|| thousands(usize::try_from(days).unwrap_or(0)))
    };
    if sources.iter().all(|s| s.kind == "built-in") {
        let old = newest(&|_| true)
            .and_then(aged)
            .map_or(String::new(), |days| format!(", {days} days older than the day asked about"));
        return Some(format!(
            "this is the built-in knowledge only: the worm-class flaws of Windows{old}. Everything \
             else is not looked for. `wardround knowledge update` brings it."
        ));
    }
    let mut old: Vec<String> = WITH_A_PULSE
        .iter()
        .filter_map(|kind| {
            let day = newest(&|k| k == *kind)?;
            Some(format!("{kind} up to {day}, {} days", aged(day)?))
        })
        .collect();
    let any_pulse = sources.iter().any(|s| WITH_A_PULSE.contains(&s.kind.as_str()));
    if !any_pulse && let Some(day) = newest(&|_| true) {
        old.extend(aged(day).map(|days| format!("up to {day}, {days} days")));
    }
    (!old.is_empty()).then(|| {
        format!(
            "knowledge older than {OLD_DAYS} days ({}): what was published since is not known here. \
             `wardround knowledge update` renews it.",
            old.join("; ")
        )
    })
}

#[cfg(test)]
mod tests {
    use formats::export::report::{KnowledgeInfo, SourceInfo};

    use super::*;

    fn frame(as_at: &str, sources: &[(&str, Option<&str>)]) -> Frame {
        Frame {
            as_at: as_at.to_owned(),
            knowledge: KnowledgeInfo {
                built_at: String::new(),
                sources: sources
                    .iter()
                    .map(|(kind, as_of)| SourceInfo {
                        kind: (*kind).to_owned(),
                        id: String::new(),
                        as_of: as_of.map(ToOwned::to_owned),
                        facts: 1,
                    })
                    .collect(),
            },
            policy: "p".to_owned(),
            only: vec![],
            not_in_knowledge: vec![],
        }
    }

    #[test]
    fn knowledge_that_is_built_in_only_is_said_to_be() {
        let built_in = [("built-in", Some("2026-06-09"))];
        assert!(age(&frame("2026-06-30", &built_in)).unwrap().contains("built-in knowledge only"));
        let later = age(&frame("2026-11-22", &built_in)).unwrap();
        assert!(later.contains("166 days older"), "{later}");
    }

    #[test]
    fn each_feed_with_a_pulse_is_held_against_the_day() {
        let sources = [
            ("built-in", Some("2026-06-09")),
            ("kev", Some("2026-06-01")),
            ("epss", Some("2026-06-30")),
            ("csaf", Some("2018-01-01")),
        ];
        assert_eq!(age(&frame("2026-07-01", &sources)), None);
        let note = age(&frame("2026-07-02", &sources)).unwrap();
        assert!(note.contains("kev up to 2026-06-01, 31 days"), "{note}");
        assert!(!note.contains("epss") && !note.contains("csaf"), "{note}");
    }

    #[test]
    fn knowledge_newer_than_the_day_is_not_old() {
        assert_eq!(age(&frame("2017-05-12", &[("kev", Some("2026-06-01"))])), None);
    }
}
