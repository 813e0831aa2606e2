//! The reasons of a host's lines, for `-v`: worst first, each with its evidence row and what to do.

use formats::export::report::{HostReport, VerdictReport};

use super::words::{count, paragraph};

/// Most CVEs written out.
const MOST_CVES: usize = 3;

/// The reasons of every line that is open, disputed or of a worm.
pub(crate) fn reasons(report: &HostReport) -> String {
    let mut text = format!(
        "\n{}{}\n",
        report.host,
        report.product.as_ref().map_or(String::new(), |p| format!(", {p}"))
    );
    for note in &report.notes {
        text.push_str(&paragraph(&format!("  note: {note}"), "    "));
    }
    for piece in &report.evidence {
        let line = format!("  from {} ({}), joined {}", piece.file, piece.format, piece.joined);
        text.push_str(&paragraph(&line, "    "));
    }
    let mut closed = 0;
    for row in &report.verdicts {
        let is_open = matches!(row.verdict, "affected" | "unknown" | "mitigated");
        if is_open || row.worm || !row.disagreements.is_empty() {
            line(row, is_open, &mut text);
        } else {
            closed += 1;
        }
    }
    if closed > 0 {
        let more = count(closed, "more line is", "more lines are");
        text.push_str(&paragraph(
            &format!("  {more} fixed or not affected (--json has their reasons)"),
            "    ",
        ));
    }
    if !report.unrecognised.is_empty() {
        let what = count(report.unrecognised.len(), "entry", "entries");
        text.push_str(&paragraph(&format!("  not recognised: {what} (--json lists them)"), "    "));
    }
    text
}

fn line(row: &VerdictReport, is_open: bool, text: &mut String) {
    let verdict = row.verdict.replace('_', " ");
    let about = [identifiers(row), row.title.clone(), row.software.clone()];
    let about: Vec<String> = about.into_iter().flatten().collect();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join("; ")) };
    let marks: String =
        [(row.worm, ", worm"), (row.kev, ", exploited"), (row.ransomware, ", ransomware")]
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, word)| *word)
            .collect();
    text.push_str(&paragraph(&format!("  {verdict}: {}{about}{marks}", row.advisory), "      "));
    text.push_str(&paragraph(&format!("      because {}", row.reason), "        "));
    for differs in &row.disagreements {
        text.push_str(&paragraph(
            &format!(
                "      but {} says {}: {}",
                differs.source,
                differs.verdict.replace('_', " "),
                differs.reason
            ),
            "        ",
        ));
    }
    if is_open && let Some(first) = row.remedies.first() {
        let others = match row.remedies.len() {
            1 => String::new(),
            n => format!(" (or {})", count(n - 1, "other remedy", "other remedies")),
        };
        let due = row.due.as_ref().map_or(String::new(), |d| format!("; due {d}"));
        text.push_str(&paragraph(&format!("      do: {}{others}{due}", first.text), "        "));
    }
}

/// CVEs, where the advisory's own name does not say them.
fn identifiers(row: &VerdictReport) -> Option<String> {
    match row.cves.as_slice() {
        [] => None,
        [one] if *one == row.advisory => None,
        few if few.len() <= MOST_CVES => Some(few.join(", ")),
        many => Some(format!("{} CVEs", many.len())),
    }
}
