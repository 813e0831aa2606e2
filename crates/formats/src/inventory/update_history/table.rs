//! Tables of PSWindowsUpdate: `Get-WUHistory`, and `Get-WindowsUpdate` of what is offered.

use std::collections::HashMap;

use model::evidence::{DateReading, Evidence, InstalledUpdate, UpdateListKind};
use model::kb::Kb;
use model::reading::Place;

use super::{NAME, list, named};
use crate::inventory::columns::Columns;
use crate::inventory::lines::lines;
use crate::inventory::local_date::{DayOrder, read_date};

/// Whether the dashes below a header make a table of updates: a title, and what became of it.
pub(super) fn is_header(header: &str, ruler: &str) -> bool {
    let columns = Columns::from_ruler(header, ruler);
    columns.find(&["Title"]).is_some()
        && columns.find(&["Result", "ResultCode", "Status", "KB", "KBArticleID", "Date"]).is_some()
}

/// What one row says.
struct Row {
    host: Option<String>,
    kind: UpdateListKind,
    raw: String,
    title: String,
    date: String,
    line: u32,
    /// Whether it says that the update was taken away.
    gone: bool,
}

pub(super) fn read(text: &str) -> Vec<Evidence> {
    let mut columns: Option<Columns> = None;
    let mut before = "";
    let mut rows: Vec<Row> = Vec::new();
    for (number, line) in lines(text) {
        if Columns::is_ruler(line) {
            columns = is_header(before, line).then(|| Columns::from_ruler(before, line));
            // The header was taken for a row of the table before it.
            continue;
        }
        before = line;
        if line.trim().is_empty() {
            continue;
        }
        if let Some(columns) = &columns {
            rows.extend(row(columns, line, number));
        }
    }
    by_host(rows)
}

fn row(columns: &Columns, line: &str, number: u32) -> Option<Row> {
    let cell = |names: &[&str]| columns.find(names).map_or("", |at| columns.cell(line, at));
    let title = cell(&["Title"]);
    let raw = match cell(&["KB", "KBArticleID", "HotFixID"]) {
        "" => Kb::find(title).map(|kb| kb.to_string()).unwrap_or_default(),
        kb if kb.starts_with(|c: char| c.is_ascii_digit()) => format!("KB{kb}"),
        kb => kb.to_owned(),
    };
    if title.is_empty() && raw.is_empty() {
        return None;
    }
    let result = cell(&["Result", "ResultCode"]).to_lowercase();
    let operation = cell(&["Operationname", "Operation"]).to_lowercase();
    let status = cell(&["Status"]);
    let mut gone = false;
    let kind = if !result.is_empty() {
        // OperationResultCode: 2 succeeded, 3 succeeded with errors (Microsoft, Windows Update
        // Agent API). What failed or was taken away says nothing of what is installed now.
        let done = matches!(
            result.as_str(),
            "succeeded" | "2" | "succeededwitherrors" | "3" | "installed"
        );
        let removed = operation.starts_with("uninstall") || operation == "2";
        if !done {
            return None;
        }
        gone = removed;
        UpdateListKind::History
    } else if columns.find(&["Status"]).is_some() {
        // Flags such as "-D-----"; I stands for installed (PSWindowsUpdate, Get-WindowsUpdate).
        if status.contains('I') { UpdateListKind::History } else { UpdateListKind::Missing }
    } else {
        UpdateListKind::History
    };
    let host = Some(cell(&["ComputerName", "PSComputerName"])).filter(|name| !name.is_empty());
    Some(Row {
        host: host.map(ToOwned::to_owned),
        kind,
        raw,
        title: title.to_owned(),
        date: cell(&["Date", "LastDeploymentChangeTime"]).to_owned(),
        line: number,
        gone,
    })
}

fn by_host(rows: Vec<Row>) -> Vec<Evidence> {
    let order = DayOrder::shown_by(rows.iter().map(|row| row.date.as_str()));
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut known: HashMap<Option<String>, usize> = HashMap::new();
    let mut removed: Vec<(usize, String, Option<DateReading>)> = Vec::new();
    for row in rows {
        let at = *known.entry(row.host.clone()).or_insert_with(|| {
            evidence.push(Evidence {
                format: NAME,
                host: named(row.host.as_deref()),
                ..Evidence::default()
            });
            evidence.len() - 1
        });
        let Some(host) = evidence.get_mut(at) else { continue };
        if row.gone {
            removed.push((at, row.raw, read_date(&row.date, order)));
            continue;
        }
        let entry = InstalledUpdate {
            kb: row.raw.parse().ok(),
            raw: if row.raw.is_empty() { row.title.clone() } else { row.raw },
            installed_on: if row.kind == UpdateListKind::Missing {
                None
            } else {
                read_date(&row.date, order)
            },
            title: (!row.title.is_empty()).then_some(row.title),
            place: Place::Line(row.line),
        };
        match host.updates.iter_mut().find(|list| list.kind == row.kind) {
            Some(list) => list.entries.push(entry),
            None => host.updates.push(list(row.kind, vec![entry], Place::Line(row.line))),
        }
    }
    for (at, raw, when) in removed {
        let lists = evidence.get_mut(at).into_iter().flat_map(|host| &mut host.updates);
        for list in lists {
            list.entries.retain(|entry| {
                entry.raw != raw || later(entry.installed_on.as_ref(), when.as_ref())
            });
        }
    }
    evidence
}

/// Whether an update was surely installed again after it was taken away.
fn later(installed: Option<&DateReading>, removed: Option<&DateReading>) -> bool {
    matches!((installed, removed), (Some(installed), Some(removed)) if installed.earliest > removed.latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_succeeded_is_history() {
        let text = "\nComputerName Operationname Result    Date                 Title\n\
                    ------------ ------------- ------    ----                 -----\n\
                    WARD-7       Installation  Succeeded 3/20/2019 3:00:00 AM Rollup (KB4489880)\n\
                    WARD-7       Installation  Failed    3/21/2019 3:00:00 AM Preview (KB4489893)\n\
                    WARD-7       Uninstallat   Succeeded 3/21/2019 3:00:00 AM Other (KB4489894)\n\
                    WARD-7       Installation  Succeeded 3/20/2019 3:00:00 AM Other (KB4489894)\n";
        let evidence = read(text);
        assert_eq!(evidence.len(), 1);
        let entries = &evidence[0].updates[0].entries;
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].raw, "KB4489880");
        assert_eq!(entries[0].installed_on.as_ref().unwrap().earliest.to_string(), "2019-03-20");
    }

    #[test]
    fn what_is_offered_is_missing() {
        let text = "\nComputerName Status     KB          Size Title\n------------ ------     --          ---- -----\nWARD-7       -------    KB4489893  214MB Preview (KB4489893)\n";
        assert_eq!(read(text)[0].updates[0].kind, UpdateListKind::Missing);
    }
}
