//! The screen: the status sentence, what to do first, then the hosts, worst first.

use comfy_table::{ContentArrangement, Table, presets};
use formats::export::report::{ErrorReport, Frame, HostReport};
use model::verdict::Verdict;

use super::summary::{HostLine, StepTally, Tally};
use crate::terminal;

/// Most hosts in the table unless `-v`.
const MOST_HOSTS: usize = 40;
/// Most steps.
const MOST_STEPS: usize = 6;
/// Most host names after a step.
const MOST_NAMES: usize = 4;

/// What the person asked to see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HumanOptions {
    /// Show the reasons of every line that is not closed.
    pub(crate) reasons: bool,
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
        let mut text = self.paint(&self.status(), "1");
        text.push('\n');
        text.push_str(&self.coverage());
        text.push('\n');
        let steps = self.steps();
        if !steps.is_empty() {
            text.push_str("\nDo first\n");
            text.push_str(&steps);
        }
        if !self.tally.hosts.is_empty() {
            text.push('\n');
            text.push_str(&self.table());
            text.push('\n');
        }
        text.push_str(&self.footnotes());
        text
    }

    /// The status sentence.
    fn status(&self) -> String {
        let all = self.tally.hosts.len();
        let hosts = |n: usize| if n == 1 { "host is".to_owned() } else { "hosts are".to_owned() };
        let unknown = self.tally.count(HostLine::cannot_be_told);
        let cannot = match unknown {
            0 => "every other host can be told".to_owned(),
            n => format!("{n} cannot be told"),
        };
        if !self.frame.only.is_empty() {
            return self.status_of_selection();
        }
        let exploited = self.tally.count(|h| h.worm_exploited);
        let worm = self.tally.count(|h| h.worm);
        let kev = self.tally.count(|h| h.kev > 0);
        let affected = self.tally.count(|h| h.count(Verdict::Affected) > 0);
        let head = if exploited > 0 {
            format!(
                "{exploited} of {all} {} open to a worm that is being exploited",
                hosts(exploited)
            )
        } else if worm > 0 {
            format!("{worm} of {all} {} open to a flaw that a worm can use", hosts(worm))
        } else if kev > 0 {
            format!("{kev} of {all} {} open to a flaw that is being exploited", hosts(kev))
        } else if affected > 0 {
            format!("{affected} of {all} {} open to known flaws", hosts(affected))
        } else if unknown == all {
            return format!("None of the {all} hosts can be judged from this evidence.");
        } else {
            let judged = all - unknown;
            return format!(
                "No exposure is shown on {judged} of {all} hosts, as far as this knowledge \
                 reaches; {cannot}."
            );
        };
        let more =
            affected.saturating_sub(exploited.max(worm).max(if worm == 0 { kev } else { 0 }));
        let more = if more > 0 && (exploited > 0 || worm > 0 || kev > 0) {
            format!("; {more} more {} open to other known flaws", hosts(more))
        } else {
            String::new()
        };
        format!("{head}{more}; {cannot}.")
    }

    fn status_of_selection(&self) -> String {
        let all = self.tally.hosts.len();
        let names = self.frame.only.join(", ");
        let of = |verdict: Verdict| self.tally.count(|h| h.worst() == Some(verdict));
        let affected = of(Verdict::Affected);
        let unknown = of(Verdict::Unknown) + self.tally.count(HostLine::is_silent);
        let mut parts = vec![format!(
            "{affected} of {all} {} affected by {names}",
            if affected == 1 { "host is" } else { "hosts are" }
        )];
        parts.push(format!("{unknown} cannot be told"));
        for (verdict, words) in [
            (Verdict::Mitigated, "mitigated"),
            (Verdict::Fixed, "fixed"),
            (Verdict::NotAffected, "not affected"),
        ] {
            let count = of(verdict);
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        }
        format!("{}.", parts.join("; "))
    }

    fn coverage(&self) -> String {
        let newest = self.frame.knowledge.sources.iter().filter_map(|s| s.as_of.as_deref()).max();
        let knowledge = match newest {
            Some(day) => format!("knowledge up to {day}"),
            None => "knowledge of no stated day".to_owned(),
        };
        let only_builtin = self.frame.knowledge.sources.iter().all(|s| s.kind == "built-in");
        let scope = if only_builtin {
            " (built in: the worm-class flaws of Windows only; `wardround knowledge update` brings the rest)"
        } else {
            ""
        };
        let files = match self.files_read {
            1 => "1 file".to_owned(),
            n => format!("{n} files"),
        };
        let failed = match self.files_failed {
            0 => String::new(),
            1 => ", 1 file could not be read".to_owned(),
            n => format!(", {n} files could not be read"),
        };
        let hosts = self.tally.hosts.len();
        let hosts = if hosts == 1 { "1 host".to_owned() } else { format!("{hosts} hosts") };
        wrap(
            &format!(
                "As at {}, {knowledge}{scope}; {hosts} from {files}{failed}; policy {}.",
                self.frame.as_at, self.frame.policy
            ),
            "",
        )
    }

    fn steps(&self) -> String {
        let mut steps: Vec<_> = self.tally.steps.iter().collect();
        steps.sort_by(|(a, x), (b, y)| {
            (y.worm, y.kev, y.lines, y.hosts.len(), &a.text).cmp(&(
                x.worm,
                x.kev,
                x.lines,
                x.hosts.len(),
                &b.text,
            ))
        });
        let mut text = String::new();
        for (number, (remedy, tally)) in (1..).zip(steps.iter().take(MOST_STEPS)) {
            text.push_str(&wrap(&step_words(number, &remedy.text, tally), "     "));
            text.push('\n');
        }
        if steps.len() > MOST_STEPS {
            text.push_str(&format_more(steps.len() - MOST_STEPS));
        }
        text
    }

    fn table(&self) -> String {
        let mut hosts: Vec<&HostLine> = self.tally.hosts.iter().collect();
        hosts.sort_by_key(|h| {
            (
                !h.worm,
                h.kev == 0,
                h.count(Verdict::Affected) == 0,
                !h.cannot_be_told(),
                std::cmp::Reverse(h.count(Verdict::Affected)),
                h.host.clone(),
            )
        });
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(terminal::width())
            .set_header([
                "Host",
                "System",
                "Open",
                "Exploited",
                "Unknown",
                "Closed",
                "Due",
                "First",
            ]);
        let shown = if self.options.reasons { hosts.len() } else { MOST_HOSTS };
        for host in hosts.iter().take(shown) {
            let closed = host.count(Verdict::Fixed)
                + host.count(Verdict::Mitigated)
                + host.count(Verdict::NotAffected);
            let first = match &host.first {
                Some((verdict, advisory, _)) => format!("{advisory} {verdict}"),
                None => "nothing could be judged".to_owned(),
            };
            table.add_row([
                host.host.clone(),
                host.product.clone().unwrap_or_else(|| "not shown".to_owned()),
                host.count(Verdict::Affected).to_string(),
                host.kev.to_string(),
                if host.is_silent() {
                    "all".to_owned()
                } else {
                    host.count(Verdict::Unknown).to_string()
                },
                closed.to_string(),
                host.due.clone().unwrap_or_else(|| "-".to_owned()),
                first,
            ]);
        }
        let mut text: String =
            table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect();
        if hosts.len() > shown {
            text.push_str(&format!("… and {} more hosts (-v shows all)\n", hosts.len() - shown));
        }
        text
    }

    fn footnotes(&self) -> String {
        let mut text = String::new();
        let unrecognised = match (self.tally.unrecognised_software, self.tally.unrecognised_updates)
        {
            (0, 0) => None,
            (software, 0) => Some(format!("{software} pieces of software")),
            (0, updates) => Some(format!("{updates} installed updates")),
            (software, updates) => {
                Some(format!("{software} pieces of software and {updates} installed updates"))
            }
        };
        if let Some(what) = unrecognised {
            text.push_str(&wrap(
                &format!(
                    "Not recognised: {what}. They are not counted as safe; --json lists them."
                ),
                "",
            ));
            text.push('\n');
        }
        let differ: usize = self.tally.hosts.iter().map(|h| h.disagreements).sum();
        if differ > 0 {
            text.push_str(&format!(
                "Sources disagree in {differ} {} (-v shows where).\n",
                if differ == 1 { "line" } else { "lines" }
            ));
        }
        let serious: Vec<&ErrorReport> =
            self.errors.iter().filter(|e| e.level == "error").collect();
        for error in serious.iter().take(10) {
            text.push_str(&wrap(&format!("Not read: {}: {}", error.file, error.message), "  "));
            text.push('\n');
        }
        if serious.len() > 10 {
            text.push_str(&format!(
                "… and {} more files that could not be read\n",
                serious.len() - 10
            ));
        }
        let warnings = self.errors.len() - serious.len();
        if warnings > 0 {
            text.push_str(&format!(
                "{warnings} {} about the files (--json lists {}).\n",
                if warnings == 1 { "warning" } else { "warnings" },
                if warnings == 1 { "it" } else { "them" }
            ));
        }
        text
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.options.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// The reasons of a host's open lines, for `-v`.
pub(crate) fn reasons(report: &HostReport) -> String {
    let mut text = format!(
        "\n{}{}\n",
        report.host,
        report.product.as_ref().map_or(String::new(), |p| format!(", {p}"))
    );
    for note in &report.notes {
        text.push_str(&wrap(&format!("  note: {note}"), "    "));
        text.push('\n');
    }
    for piece in &report.evidence {
        text.push_str(&format!(
            "  from {} ({}), joined {}\n",
            piece.file, piece.format, piece.joined
        ));
    }
    for row in &report.verdicts {
        let is_open = matches!(row.verdict, "affected" | "unknown" | "mitigated");
        if !is_open && row.disagreements.is_empty() && !row.worm {
            continue;
        }
        let ids = match row.cves.len() {
            0 => String::new(),
            1..=3 => format!(" ({})", row.cves.join(", ")),
            n => format!(" ({n} CVEs)"),
        };
        let marks: String =
            [(row.worm, ", worm"), (row.kev, ", exploited"), (row.ransomware, ", ransomware")]
                .iter()
                .filter(|(is, _)| *is)
                .map(|(_, word)| *word)
                .collect();
        let verdict = row.verdict.replace('_', " ");
        text.push_str(&wrap(
            &format!("  {verdict}: {}{ids}{marks}: {}", row.advisory, row.reason),
            "      ",
        ));
        text.push('\n');
        for differs in &row.disagreements {
            text.push_str(&wrap(
                &format!(
                    "      but {} says {}: {}",
                    differs.source, differs.verdict, differs.reason
                ),
                "        ",
            ));
            text.push('\n');
        }
        if is_open && let Some(first) = row.remedies.first() {
            let others = match row.remedies.len() {
                1 => String::new(),
                n => format!(" (or one of {} others)", n - 1),
            };
            let due = row.due.as_ref().map_or(String::new(), |d| format!("; due {d}"));
            text.push_str(&wrap(&format!("      do: {}{others}{due}", first.text), "        "));
            text.push('\n');
        }
    }
    text
}

fn step_words(number: usize, remedy: &str, tally: &StepTally) -> String {
    let hosts = match tally.hosts.len() {
        1 => "on 1 host".to_owned(),
        n => format!("on {n} hosts"),
    };
    let flaws = match tally.lines {
        1 => "closes 1 flaw".to_owned(),
        n => format!("closes {n} flaws"),
    };
    let verb = if remedy.starts_with("no fix") { "leaves" } else { "" };
    let flaws = if verb.is_empty() { flaws } else { flaws.replace("closes", "they stay open to") };
    let among = if tally.names.is_empty() {
        String::new()
    } else {
        format!(", among them {}", tally.names.join(", "))
    };
    let names =
        tally.hosts.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match tally.hosts.len() {
        n if n > MOST_NAMES => format!(" and {} more", n - MOST_NAMES),
        _ => String::new(),
    };
    format!("  {number}. {} {hosts}: {flaws}{among}. ({names}{more})", capital(remedy))
}

fn format_more(count: usize) -> String {
    format!("     … and {count} more steps (--json has every remedy)\n")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Breaks lines at blanks to the width of the terminal; following lines get an indent.
fn wrap(text: &str, indent: &str) -> String {
    let width = usize::from(terminal::width());
    let lead: String = text.chars().take_while(|c| *c == ' ').collect();
    let mut result = lead.clone();
    let mut column = lead.chars().count();
    let mut first = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !first && column + 1 + length > width {
            result.push('\n');
            result.push_str(indent);
            column = indent.chars().count();
        } else if !first {
            result.push(' ');
            column += 1;
        }
        result.push_str(word);
        column += length;
        first = false;
    }
    result
}
