//! Tables of fixed-width columns, as `wmic` and PowerShell's `Format-Table` print them.
//!
//! Columns begin where the header's words (or the dashes below them) begin, counted in characters.
//! This module must not know what a column means.

/// The columns of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    starts: Vec<usize>,
}

impl Columns {
    /// From a header of which names are two or more blanks apart.
    pub(crate) fn from_header(header: &str) -> Self {
        let mut columns = Self::default();
        let mut gap = 2;
        let mut open = false;
        for (at, c) in header.chars().enumerate() {
            if c == ' ' || c == '\t' {
                gap += 1;
                if gap >= 2 {
                    open = false;
                }
                continue;
            }
            if !open {
                columns.starts.push(at);
                columns.names.push(String::new());
                open = true;
            } else if gap == 1
                && let Some(name) = columns.names.last_mut()
            {
                name.push(' ');
            }
            gap = 0;
            if let Some(name) = columns.names.last_mut() {
                name.push(c);
            }
        }
        columns
    }

    /// From a header and the dashes below it.
    pub(crate) fn from_ruler(header: &str, ruler: &str) -> Self {
        let mut columns = Self::default();
        let mut before = ' ';
        for (at, c) in ruler.chars().enumerate() {
            if c == '-' && before != '-' {
                columns.starts.push(at);
            }
            before = c;
        }
        columns.names = columns.cells(header).map(ToOwned::to_owned).collect();
        columns
    }

    /// Whether the line consists of dashes below column names.
    pub(crate) fn is_ruler(line: &str) -> bool {
        let line = line.trim();
        line.len() >= 3 && line.starts_with("--") && line.bytes().all(|b| matches!(b, b'-' | b' '))
    }

    /// The place of a column by its name, case aside.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        names
            .iter()
            .find_map(|wanted| self.names.iter().position(|name| name.eq_ignore_ascii_case(wanted)))
    }

    /// The cells of a line, trimmed.
    pub(crate) fn cells<'a>(&'a self, line: &'a str) -> impl Iterator<Item = &'a str> {
        let ends = self.starts.iter().skip(1).copied().map(Some).chain([None]);
        self.starts.iter().zip(ends).map(move |(from, to)| slice(line, *from, to).trim())
    }

    /// One cell of a line, trimmed.
    pub(crate) fn cell<'a>(&self, line: &'a str, index: usize) -> &'a str {
        let from = self.starts.get(index).copied().unwrap_or(usize::MAX);
        slice(line, from, self.starts.get(index + 1).copied()).trim()
    }

    /// The line from a column on.
    pub(crate) fn tail<'a>(&self, line: &'a str, index: usize) -> &'a str {
        slice(line, self.starts.get(index).copied().unwrap_or(usize::MAX), None).trim()
    }
}

/// Characters `from` to `to` of a line.
fn slice(line: &str, from: usize, to: Option<usize>) -> &str {
    if line.is_ascii() {
        let from = from.min(line.len());
        return line.get(from..to.unwrap_or(usize::MAX).clamp(from, line.len())).unwrap_or("");
    }
    let offset = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at);
    let start = offset(from);
    line.get(start..to.map_or(line.len(), offset)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cut_where_the_header_begins_them() {
        let columns = Columns::from_header("Caption  CSName    HotFixID   ");
        let cells: Vec<_> = columns.cells("         WARD-7    KB4012212  ").collect();
        assert_eq!(cells, ["", "WARD-7", "KB4012212"]);
        assert_eq!(columns.find(&["hotfixid"]), Some(2));
        assert_eq!(columns.cell("short", 2), "");
    }

    #[test]
    fn dashes_tell_columns_too() {
        let columns = Columns::from_ruler("Source  Date and time  ID", "------  -------------  --");
        assert_eq!(
            columns.cells("Ä-7     x              KB1").collect::<Vec<_>>(),
            ["Ä-7", "x", "KB1"]
        );
        assert!(Columns::is_ruler("------  ---") && !Columns::is_ruler("a ---"));
    }
}
