//! Reads one embedded table. An error names the table and the line, because the tables are
//! written by hand.

use std::str::FromStr;

use jiff::civil::Date;
use model::cve::CveId;
use model::windows::{Label, WindowsProduct, parse_label};

/// What is wrong with a built-in table.
#[derive(Debug, thiserror::Error)]
#[error("built-in table {table}, line {line}")]
pub struct BuiltinError {
    /// The file's name.
    pub table: &'static str,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong there.
    #[source]
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not a CSV record of the table's width.
    #[error("not a record of this table")]
    Record(#[from] csv::Error),
    /// The header is not the one the parser knows.
    #[error("the columns are not {expected}")]
    Header {
        /// The columns the parser knows.
        expected: String,
    },
    /// A cell that must be filled is empty.
    #[error("column {column} is empty")]
    Empty {
        /// The column's name.
        column: &'static str,
    },
    /// A cell holds something else than its column asks for.
    #[error("column {column}: `{text}` is not {expected}")]
    Value {
        /// The column's name.
        column: &'static str,
        /// What stands there.
        text: String,
        /// What should.
        expected: &'static str,
    },
}

/// How well a row is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Read in the publisher's own data or page.
    Verified,
    /// From another's report of it, or from memory: good enough to say "cannot tell", never
    /// enough to say "fixed".
    SecondHand,
}

/// One record with the names of its columns.
pub(super) struct Row<'a> {
    columns: &'static [&'static str],
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    /// The cell, empty if it is.
    pub(super) fn cell(&self, column: &'static str) -> &str {
        self.columns
            .iter()
            .position(|name| *name == column)
            .and_then(|at| self.record.get(at))
            .unwrap_or("")
    }

    /// The cell, which must be filled.
    pub(super) fn text(&self, column: &'static str) -> Result<String, Fault> {
        match self.cell(column) {
            "" => Err(Fault::Empty { column }),
            text => Ok(text.to_owned()),
        }
    }

    /// The cell as a value of its own kind; `None` if it is empty.
    pub(super) fn optional<T: FromStr>(
        &self,
        column: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, Fault> {
        match self.cell(column) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.wrong(column, text, expected)),
        }
    }

    /// The cell as a value of its own kind, which must be there.
    pub(super) fn value<T: FromStr>(
        &self,
        column: &'static str,
        expected: &'static str,
    ) -> Result<T, Fault> {
        self.optional(column, expected)?.ok_or(Fault::Empty { column })
    }

    /// A day.
    pub(super) fn date(&self, column: &'static str) -> Result<Date, Fault> {
        self.value(column, "a day (YYYY-MM-DD)")
    }

    /// A day, or none.
    pub(super) fn optional_date(&self, column: &'static str) -> Result<Option<Date>, Fault> {
        self.optional(column, "a day (YYYY-MM-DD)")
    }

    /// The parts of a list.
    pub(super) fn list(&self, column: &'static str) -> Vec<String> {
        self.cell(column).split(';').filter(|p| !p.is_empty()).map(ToOwned::to_owned).collect()
    }

    /// The parts of a list, each a value of its own kind.
    pub(super) fn values<T: FromStr>(
        &self,
        column: &'static str,
        expected: &'static str,
    ) -> Result<Vec<T>, Fault> {
        self.cell(column)
            .split(';')
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(|_| self.wrong(column, part, expected)))
            .collect()
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &self,
        column: &'static str,
        words: &[(&str, T)],
        expected: &'static str,
    ) -> Result<T, Fault> {
        let text = self.cell(column);
        words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value)
            .ok_or_else(|| self.wrong(column, text, expected))
    }

    /// Windows product labels with what they name.
    pub(super) fn products(&self, column: &'static str) -> Result<Vec<ProductLabel>, Fault> {
        let labels: Vec<_> = self
            .cell(column)
            .split(';')
            .filter(|label| !label.is_empty())
            .map(|label| self.product(column, label))
            .collect::<Result<_, _>>()?;
        if labels.is_empty() { Err(Fault::Empty { column }) } else { Ok(labels) }
    }

    /// One Windows product label with what it names.
    pub(super) fn product(&self, column: &'static str, label: &str) -> Result<ProductLabel, Fault> {
        match parse_label(label) {
            Label::Windows(product) => Ok((label.to_owned(), product)),
            _ => Err(self.wrong(column, label, "the label of a Windows product")),
        }
    }

    /// The row's standing.
    pub(super) fn standing(&self) -> Result<Standing, Fault> {
        const WORDS: [(&str, Standing); 2] =
            [("verified", Standing::Verified), ("second-hand", Standing::SecondHand)];
        self.word("status", &WORDS, "verified or second-hand")
    }

    /// A value that may differ for some CVEs: "Critical;CVE-2017-0147=Important".
    pub(super) fn by_cve(&self, column: &'static str) -> Result<ByCve, Fault> {
        let mut value = ByCve::default();
        for part in self.cell(column).split(';').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                None => part.clone_into(&mut value.most),
                Some((cve, other)) => {
                    let cve = cve.parse().map_err(|_| self.wrong(column, part, "CVE=value"))?;
                    value.others.push((cve, other.to_owned()));
                }
            }
        }
        if value.most.is_empty() { Err(Fault::Empty { column }) } else { Ok(value) }
    }

    #[expect(clippy::unused_self, reason = "reads as a method of the row beside its siblings")]
    fn wrong(&self, column: &'static str, text: &str, expected: &'static str) -> Fault {
        Fault::Value { column, text: text.to_owned(), expected }
    }
}

/// A product's label, and the product it names.
pub type ProductLabel = (String, WindowsProduct);

/// A word that holds for a bulletin's CVEs, except for some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByCve {
    most: String,
    others: Vec<(CveId, String)>,
}

impl ByCve {
    /// The word for one CVE.
    pub fn get(&self, cve: CveId) -> &str {
        self.others.iter().find(|(c, _)| *c == cve).map_or(self.most.as_str(), |(_, word)| word)
    }
}

/// Parses a whole table.
pub(super) fn read<T>(
    table: &'static str,
    text: &'static str,
    columns: &'static [&'static str],
    parse: impl Fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, BuiltinError> {
    let error = |line, fault| BuiltinError { table, line, fault };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| error(1, e.into()))?;
    if header.iter().ne(columns.iter().copied()) {
        return Err(error(1, Fault::Header { expected: columns.join(",") }));
    }
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Err(e) => return Err(error(line, e.into())),
            Ok(false) => return Ok(rows),
            Ok(true) => {
                let row = Row { columns, record: &record };
                rows.push(parse(&row).map_err(|fault| error(line, fault))?);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[&str] = &["a", "b"];

    #[test]
    fn an_error_names_table_line_and_column() {
        let failed = read("t.csv", "a,b\n1,2017-03-14\n2,yesterday\n", COLUMNS, |r| r.date("b"));
        let error = failed.unwrap_err();
        assert_eq!(error.to_string(), "built-in table t.csv, line 3");
        assert_eq!(error.fault.to_string(), "column b: `yesterday` is not a day (YYYY-MM-DD)");
    }

    #[test]
    fn a_changed_header_is_refused() {
        let failed = read("t.csv", "b,a\n", COLUMNS, |_| Ok(()));
        assert_eq!(failed.unwrap_err().fault.to_string(), "the columns are not a,b");
    }
}
