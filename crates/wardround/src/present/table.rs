//! The hosts as a table, worst first, to be read in 100 columns without colour.

use std::cmp::Reverse;

use comfy_table::{ContentArrangement, Table, presets};
use model::verdict::Verdict;

use super::summary::{HostLine, Tally};
use super::words::count;
use crate::terminal;

/// Most hosts in the table unless every host is asked for.
const MOST_HOSTS: usize = 40;
/// From this width on there is room for what is closed.
const ROOMY: u16 = 110;
/// Longest system; a scanner's guess can be a paragraph.
const LONGEST_SYSTEM: usize = 32;

/// What the table is to show.
pub(super) struct View<'a> {
    /// The day as at which was judged.
    pub(super) as_at: &'a str,
    /// Whether something was asked for by name.
    pub(super) selected: bool,
    /// Whether all hosts are shown, however many.
    pub(super) every_host: bool,
}

/// The table, with a line that explains its marks; empty without hosts.
pub(super) fn table(tally: &Tally, view: &View<'_>) -> String {
    if tally.hosts.is_empty() {
        return String::new();
    }
    let mut hosts: Vec<&HostLine> = tally.hosts.iter().collect();
    hosts.sort_by_cached_key(|h| {
        (
            (!h.worm_exploited, !h.worm, h.kev == 0, h.count(Verdict::Affected) == 0),
            !h.cannot_be_told(),
            (Reverse(h.kev), Reverse(h.count(Verdict::Affected))),
            h.host.clone(),
        )
    });
    let roomy = terminal::width() >= ROOMY;
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(terminal::width())
        .set_header(header(view, roomy));
    let shown = if view.every_host { hosts.len() } else { MOST_HOSTS };
    for host in hosts.iter().take(shown) {
        table.add_row(row(host, view, roomy));
    }
    let mut text: String =
        table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect();
    match hosts.len().saturating_sub(shown) {
        0 => {}
        more => text.push_str(&format!(
            " … and {} (-v shows all)\n",
            count(more, "more host", "more hosts")
        )),
    }
    if hosts.iter().take(shown).any(|h| overdue(h, view.as_at)) {
        text.push_str(&format!(" ! overdue on {}\n", view.as_at));
    }
    text
}

fn header(view: &View<'_>, roomy: bool) -> Vec<&'static str> {
    if view.selected {
        return vec!["Host", "System", "Verdict", "Due"];
    }
    let mut header = vec!["Host", "System", "Open", "Exploited", "Unknown"];
    if roomy {
        header.push("Closed");
    }
    header.extend(["Due", "Most urgent"]);
    header
}

fn row(host: &HostLine, view: &View<'_>, roomy: bool) -> Vec<String> {
    let due = match &host.due {
        Some(due) if overdue(host, view.as_at) => format!("{due} !"),
        Some(due) => due.clone(),
        None => "-".to_owned(),
    };
    let mut row = vec![host.host.clone(), system(host)];
    if view.selected {
        row.extend([host.worst().map_or("unknown".to_owned(), |v| v.to_string()), due]);
        return row;
    }
    row.extend([
        host.count(Verdict::Affected).to_string(),
        host.kev.to_string(),
        if host.is_silent() { "all".to_owned() } else { host.count(Verdict::Unknown).to_string() },
    ]);
    if roomy {
        row.push(host.closed().to_string());
    }
    row.extend([due, most_urgent(host)]);
    row
}

/// Without what goes without saying: "Windows Server 2012 R2" is "Server 2012 R2".
fn system(host: &HostLine) -> String {
    let Some(product) = &host.product else { return "not shown".to_owned() };
    let short = match product.strip_prefix("Windows ") {
        Some(rest) if rest.starts_with("Server") => rest.to_owned(),
        _ => product.replacen(" version ", " ", 1),
    };
    if short.chars().count() <= LONGEST_SYSTEM {
        return short;
    }
    let mut cut: String = short.chars().take(LONGEST_SYSTEM - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

fn most_urgent(host: &HostLine) -> String {
    match &host.first {
        None => "not judged".to_owned(),
        Some((Verdict::Affected, name)) => name.clone(),
        Some((Verdict::Unknown, name)) => format!("unknown: {name}"),
        Some(_) => "nothing open".to_owned(),
    }
}

/// Days are written so that their order is that of their letters.
fn overdue(host: &HostLine, as_at: &str) -> bool {
    host.due.as_deref().is_some_and(|due| due < as_at)
}
