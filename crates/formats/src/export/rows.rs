//! Rows one by one into the columns of a table, for who has rows and not columns.
//!
//! A row is given cell by cell, in the table's order; a group is written when enough are held, so
//! that memory does not grow with the table. Must not know what the columns mean.

use std::io::Write;

use super::columns::{ColumnType, TableError, TableWriter, Values};

/// Rows that are held before they are written.
const ROWS_A_GROUP: usize = 1 << 16;

/// A cell; `None` is null.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// Of [`ColumnType::Text`].
    Text(Option<&'a str>),
    /// Of [`ColumnType::Integer`].
    Integer(Option<i64>),
    /// Of [`ColumnType::Day`].
    Day(Option<i32>),
    /// Of [`ColumnType::Boolean`].
    Boolean(Option<bool>),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

/// A table that takes rows.
pub struct RowWriter<W: Write + Send> {
    table: TableWriter<W>,
    columns: Vec<Held>,
    held: usize,
    written: u64,
}

/// A column of the rows that are held.
enum Held {
    /// All texts in one, and of each where it ends; nothing for null.
    Text {
        all: String,
        spans: Vec<Option<(usize, usize)>>,
    },
    Integer(Vec<Option<i64>>),
    Day(Vec<Option<i32>>),
    Boolean(Vec<Option<bool>>),
}

impl<W: Write + Send> RowWriter<W> {
    /// Begins a table.
    pub fn new(
        out: W,
        columns: &[(&str, ColumnType)],
        notes: &[(&str, String)],
    ) -> Result<Self, TableError> {
        let held = |kind: &ColumnType| match kind {
            ColumnType::Text => Held::Text { all: String::new(), spans: Vec::new() },
            ColumnType::Integer => Held::Integer(Vec::new()),
            ColumnType::Day => Held::Day(Vec::new()),
            ColumnType::Boolean => Held::Boolean(Vec::new()),
        };
        Ok(Self {
            table: TableWriter::new(out, columns, notes)?,
            columns: columns.iter().map(|(_, kind)| held(kind)).collect(),
            held: 0,
            written: 0,
        })
    }

    /// Takes a row: as many cells as the table has columns, each of its column's type.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        if cells.len() != self.columns.len() {
            return Err(TableError::Shape);
        }
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, cell) {
                (Held::Text { all, spans }, Cell::Text(text)) => {
                    let from = all.len();
                    all.push_str(text.unwrap_or_default());
                    spans.push(text.map(|_| (from, all.len())));
                }
                (Held::Integer(values), Cell::Integer(value)) => values.push(*value),
                (Held::Day(values), Cell::Day(value)) => values.push(*value),
                (Held::Boolean(values), Cell::Boolean(value)) => values.push(*value),
                _ => return Err(TableError::Shape),
            }
        }
        self.held += 1;
        self.written += 1;
        if self.held >= ROWS_A_GROUP { self.write() } else { Ok(()) }
    }

    /// How many rows were taken.
    pub const fn rows(&self) -> u64 {
        self.written
    }

    /// Ends the table; gives back what was written to.
    pub fn finish(mut self) -> Result<W, TableError> {
        if self.held > 0 {
            self.write()?;
        }
        self.table.finish()
    }

    fn write(&mut self) -> Result<(), TableError> {
        let texts: Vec<Vec<Option<&str>>> = self
            .columns
            .iter()
            .map(|column| match column {
                Held::Text { all, spans } => spans
                    .iter()
                    .map(|span| span.map(|(from, to)| all.get(from..to).unwrap_or_default()))
                    .collect(),
                _ => Vec::new(),
            })
            .collect();
        let values: Vec<Values<'_>> = self
            .columns
            .iter()
            .zip(&texts)
            .map(|(column, texts)| match column {
                Held::Text { .. } => Values::Text(texts),
                Held::Integer(values) => Values::Integer(values),
                Held::Day(values) => Values::Day(values),
                Held::Boolean(values) => Values::Boolean(values),
            })
            .collect();
        self.table.group(&values)?;
        for column in &mut self.columns {
            match column {
                Held::Text { all, spans } => {
                    all.clear();
                    spans.clear();
                }
                Held::Integer(values) => values.clear(),
                Held::Day(values) => values.clear(),
                Held::Boolean(values) => values.clear(),
            }
        }
        self.held = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::*;

    #[test]
    fn rows_come_back_in_their_order_over_more_than_one_group() {
        let columns = [("name", ColumnType::Text), ("number", ColumnType::Integer)];
        let mut table = RowWriter::new(Vec::new(), &columns, &[]).unwrap();
        let rows = i64::try_from(ROWS_A_GROUP).unwrap() + 3;
        for number in 0..rows {
            let name = format!("row {number}");
            let name = (number % 5 > 0).then_some(name.as_str());
            table.row(&[Cell::Text(name), Cell::Integer(Some(number))]).unwrap();
        }
        assert!(table.row(&[Cell::Text(None)]).is_err());
        let bytes = table.finish().unwrap();
        let path = std::env::temp_dir().join(format!("wardround-rows-{}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        assert_eq!(reader.num_row_groups(), 2);
        for (number, row) in reader.get_row_iter(None).unwrap().enumerate() {
            let name = if number % 5 > 0 { format!("\"row {number}\"") } else { "null".to_owned() };
            assert_eq!(row.unwrap().to_string(), format!("{{name: {name}, number: {number}}}"));
        }
        std::fs::remove_file(&path).unwrap();
    }
}
