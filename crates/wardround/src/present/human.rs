//! The screen: the status sentence, what to do first, then the hosts, worst first.

use formats::export::report::{ErrorReport, Frame};

use super::coverage::{Evidence, coverage};
use super::status::status;
use super::steps::steps;
use super::summary::Tally;
use super::table::{View, table};
use super::words::{count, paragraph};
use crate::input::problem_words;

/// Most files named that could not be read, and most warnings with `-v`.
const MOST_PROBLEMS: usize = 10;

/// What the person asked to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HumanOptions {
    /// Show every host and every warning.
    pub(crate) everything: bool,
    /// Colours.
    pub(crate) colour: bool,
}

/// A screen in the making.
pub(crate) struct Screen<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) tally: &'a Tally,
    pub(crate) errors: &'a [ErrorReport],
    pub(crate) files_read: usize,
    pub(crate) files_failed: usize,
    pub(crate) options: HumanOptions,
}

impl Screen<'_> {
    /// The whole screen.
    pub(crate) fn text(&self) -> String {
        let sentence = paragraph(&status(self.frame, self.tally), "");
        let mut text = self.bold(sentence.trim_end());
        text.push('\n');
        let evidence = Evidence {
            hosts: self.tally.hosts.len(),
            files_read: self.files_read,
            files_failed: self.files_failed,
        };
        text.push_str(&self.disagreements());
        text.push_str(&coverage(self.frame, &evidence));
        let view = View {
            as_at: &self.frame.as_at,
            selected: !self.frame.only.is_empty(),
            every_host: self.options.everything,
        };
        let steps = steps(self.tally);
        if !steps.is_empty() {
            text.push_str(&format!("\n{}\n{steps}", self.bold("Do first")));
        }
        for part in [table(self.tally, &view), self.footnotes()] {
            if !part.is_empty() {
                text.push('\n');
                text.push_str(&part);
            }
        }
        text
    }

    /// Where sources disagree is said before anything is advised.
    fn disagreements(&self) -> String {
        let mut text = String::new();
        let differ: usize = self.tally.hosts.iter().map(|h| h.disagreements).sum();
        if differ > 0 {
            text.push_str(&paragraph(
                &format!(
                    "Sources disagree on {} (-v shows where).",
                    count(differ, "line", "lines")
                ),
                "  ",
            ));
        }
        text
    }

    fn footnotes(&self) -> String {
        let mut text = String::new();
        let software = self.tally.unrecognised_software;
        let updates = self.tally.unrecognised_updates;
        let what: Vec<String> = [
            (software > 0).then(|| count(software, "piece of software", "pieces of software")),
            (updates > 0).then(|| count(updates, "installed update", "installed updates")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !what.is_empty() {
            let (verb, them) =
                if software + updates == 1 { ("It is", "it") } else { ("They are", "them") };
            text.push_str(&paragraph(
                &format!(
                    "Not recognised: {}. {verb} not counted as safe; --json lists {them}.",
                    what.join(" and ")
                ),
                "  ",
            ));
        }
        let (serious, warnings): (Vec<&ErrorReport>, Vec<&ErrorReport>) =
            self.errors.iter().partition(|e| e.level == "error");
        Self::problems("Not read", &serious, "not read", &mut text);
        if self.options.everything {
            Self::problems("Warning", &warnings, "warnings", &mut text);
        } else if !warnings.is_empty() {
            let about = count(warnings.len(), "warning", "warnings");
            text.push_str(&format!("{about} about the files (-v shows them).\n"));
        }
        text
    }

    fn problems(word: &str, problems: &[&ErrorReport], rest: &str, text: &mut String) {
        for problem in problems.iter().take(MOST_PROBLEMS) {
            text.push_str(&paragraph(&format!("{word}: {}", problem_words(problem)), "  "));
        }
        match problems.len().saturating_sub(MOST_PROBLEMS) {
            0 => {}
            more => text.push_str(&format!("… and {more} more {rest} (--json lists them)\n")),
        }
    }

    fn bold(&self, text: &str) -> String {
        if self.options.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
