//! The hosts as a table, worst first, to be read in 100 columns without colour.

use std::cmp::Reverse;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use model::verdict::Verdict;

use super::summary::{HostLine, Tally};
use super::words::count;
use crate::terminal;

/// Most hosts in the table unless every host is asked for.
const MOST_HOSTS: usize = 40;
/// From this width on there is room for what is closed.
const ROOMY: u16 = 110;
/// Below this width there is no room for the system.
const CRAMPED: u16 = 80;
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
    let columns: Vec<Column> = Column::ALL.into_iter().filter(|c| c.is_shown(view)).collect();
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(terminal::width())
        .set_header(columns.iter().map(|c| c.header()));
    let shown = if view.every_host { hosts.len() } else { MOST_HOSTS };
    for host in hosts.iter().take(shown) {
        table.add_row(columns.iter().map(|c| c.cell(host, view.as_at)));
    }
    for (at, column) in columns.iter().enumerate() {
        // Numbers and days are not to be broken; names are where they must.
        if let Some(drawn) = table.column_mut(at)
            && !matches!(column, Column::Host | Column::System | Column::MostUrgent)
        {
            drawn.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut text = String::new();
    for line in table.to_string().lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
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

/// A column of the table.
#[derive(Clone, Copy)]
enum Column {
    Host,
    System,
    Verdict,
    Open,
    Exploited,
    Unknown,
    Closed,
    Due,
    MostUrgent,
}

impl Column {
    const ALL: [Self; 9] = [
        Self::Host,
        Self::System,
        Self::Verdict,
        Self::Open,
        Self::Exploited,
        Self::Unknown,
        Self::Closed,
        Self::Due,
        Self::MostUrgent,
    ];

    /// Where one thing is asked about, its verdict says more than counts.
    fn is_shown(self, view: &View<'_>) -> bool {
        match self {
            Self::Host | Self::Due => true,
            Self::System => terminal::width() >= CRAMPED,
            Self::Verdict => view.selected,
            Self::Closed => !view.selected && terminal::width() >= ROOMY,
            Self::Open | Self::Exploited | Self::Unknown | Self::MostUrgent => !view.selected,
        }
    }

    const fn header(self) -> &'static str {
        match self {
            Self::Host => "Host",
            Self::System => "System",
            Self::Verdict => "Verdict",
            Self::Open => "Open",
            Self::Exploited => "Exploited",
            Self::Unknown => "Unknown",
            Self::Closed => "Closed",
            Self::Due => "Due",
            Self::MostUrgent => "Most urgent",
        }
    }

    fn cell(self, host: &HostLine, as_at: &str) -> String {
        match self {
            Self::Host => host.host.clone(),
            Self::System => system(host),
            Self::Verdict => host.worst().map_or("unknown".to_owned(), |v| v.to_string()),
            Self::Open => host.count(Verdict::Affected).to_string(),
            Self::Exploited => host.kev.to_string(),
            Self::Unknown if host.is_silent() => "all".to_owned(),
            Self::Unknown => host.count(Verdict::Unknown).to_string(),
            Self::Closed => host.closed().to_string(),
            Self::Due => match &host.due {
                Some(due) if overdue(host, as_at) => format!("{due} !"),
                Some(due) => due.to_string(),
                None => "-".to_owned(),
            },
            Self::MostUrgent => most_urgent(host),
        }
    }
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
        Some((Verdict::NotAffected, _)) => "nothing open".to_owned(),
        // A closed way in is not a fix, and both are worth reading.
        Some((verdict, name)) => format!("{verdict}: {name}"),
    }
}

/// Days are written so that their order is that of their letters.
fn overdue(host: &HostLine, as_at: &str) -> bool {
    host.due.is_some_and(|due| due.to_string().as_str() < as_at)
}
