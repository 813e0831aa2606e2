//! Tables as Apache Parquet files, for analysts with tools of their own.
//!
//! A table is written in groups of rows; no more than one group is held. What is missing is null,
//! never zero and never an empty text. Must not know what the columns mean.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{
    Compression, ConvertedType, LogicalType, Repetition, Type as Physical, ZstdLevel,
};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// A whole number.
    Integer,
    /// A day, counted from 1970-01-01.
    Day,
    /// Yes or no.
    Boolean,
}

/// The values of one column in one group of rows; `None` is null.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// Of [`ColumnType::Text`].
    Text(&'a [Option<&'a str>]),
    /// Of [`ColumnType::Integer`].
    Integer(&'a [Option<i64>]),
    /// Of [`ColumnType::Day`].
    Day(&'a [Option<i32>]),
    /// Of [`ColumnType::Boolean`].
    Boolean(&'a [Option<bool>]),
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Day(values) => values.len(),
            Self::Boolean(values) => values.len(),
        }
    }

    fn column_type(&self) -> ColumnType {
        match self {
            Self::Text(_) => ColumnType::Text,
            Self::Integer(_) => ColumnType::Integer,
            Self::Day(_) => ColumnType::Day,
            Self::Boolean(_) => ColumnType::Boolean,
        }
    }
}

/// Writes one table.
pub struct TableWriter<W: Write + Send> {
    columns: Vec<ColumnType>,
    file: SerializedFileWriter<W>,
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a table. `columns` names each column and says what it holds; `notes` are kept in the
    /// file beside the rows, as keys and values.
    pub fn new(
        out: W,
        columns: &[(&str, ColumnType)],
        notes: &[(&str, String)],
    ) -> Result<Self, TableError> {
        let fields = columns
            .iter()
            .map(|(name, kind)| field(name, *kind).map(Arc::new))
            .collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("table").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(format!("wardround {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(
                notes
                    .iter()
                    .map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone()))
                    .collect(),
            ))
            .build();
        Ok(Self {
            columns: columns.iter().map(|(_, kind)| *kind).collect(),
            file: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?,
        })
    }

    /// Writes a group of rows: as many columns as the table has, all of one length.
    pub fn group(&mut self, values: &[Values<'_>]) -> Result<(), TableError> {
        let kinds: Vec<ColumnType> = values.iter().map(Values::column_type).collect();
        let rows = values.first().map_or(0, Values::len);
        if kinds != self.columns || values.iter().any(|v| v.len() != rows) {
            return Err(TableError::Shape);
        }
        let mut group = self.file.next_row_group()?;
        for column in values {
            let Some(mut writer) = group.next_column()? else { return Err(TableError::Shape) };
            match (writer.untyped(), column) {
                (ColumnWriter::ByteArrayColumnWriter(to), Values::Text(values)) => {
                    let (levels, present) =
                        split(values, |text| ByteArray::from(text.as_bytes().to_vec()));
                    to.write_batch(&present, Some(&levels), None)?;
                }
                (ColumnWriter::Int64ColumnWriter(to), Values::Integer(values)) => {
                    let (levels, present) = split(values, |number| number);
                    to.write_batch(&present, Some(&levels), None)?;
                }
                (ColumnWriter::Int32ColumnWriter(to), Values::Day(values)) => {
                    let (levels, present) = split(values, |day| day);
                    to.write_batch(&present, Some(&levels), None)?;
                }
                (ColumnWriter::BoolColumnWriter(to), Values::Boolean(values)) => {
                    let (levels, present) = split(values, |yes| yes);
                    to.write_batch(&present, Some(&levels), None)?;
                }
                _ => return Err(TableError::Shape),
            }
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }

    /// Ends the table; without this the file cannot be read. Gives back what was written to.
    pub fn finish(self) -> Result<W, TableError> {
        Ok(self.file.into_inner()?)
    }
}

/// Definition levels (1 present, 0 null) and the values that are present.
fn split<T: Copy, U>(values: &[Option<T>], convert: impl Fn(T) -> U) -> (Vec<i16>, Vec<U>) {
    let levels = values.iter().map(|value| i16::from(value.is_some())).collect();
    let present = values.iter().flatten().map(|value| convert(*value)).collect();
    (levels, present)
}

fn field(name: &str, kind: ColumnType) -> Result<Type, ParquetError> {
    let (physical, logical) = match kind {
        ColumnType::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnType::Integer => (Physical::INT64, None),
        ColumnType::Day => (Physical::INT32, Some(LogicalType::Date)),
        ColumnType::Boolean => (Physical::BOOLEAN, None),
    };
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(ConvertedType::NONE)
        .with_logical_type(logical)
        .build()
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A group of rows does not have the table's columns, or they differ in length.
    #[error("a group of rows does not fit the table's columns")]
    Shape,
    /// The library or what it writes to refused.
    #[error("the table cannot be written")]
    Parquet(#[from] ParquetError),
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;

    use super::*;

    #[test]
    fn what_is_missing_is_null_and_neither_zero_nor_empty() {
        let columns = [
            ("host", ColumnType::Text),
            ("rows", ColumnType::Integer),
            ("seen", ColumnType::Day),
            ("stale", ColumnType::Boolean),
        ];
        let mut table =
            TableWriter::new(Vec::new(), &columns, &[("as_at", "2017-05-12".to_owned())]).unwrap();
        for _ in 0..2 {
            table
                .group(&[
                    Values::Text(&[Some("pc"), None, Some("")]),
                    Values::Integer(&[Some(i64::MAX), None, Some(0)]),
                    Values::Day(&[Some(17_298), None, Some(0)]),
                    Values::Boolean(&[Some(true), None, Some(false)]),
                ])
                .unwrap();
        }
        let bytes = table.finish().unwrap();
        let path = std::env::temp_dir().join(format!("wardround-columns-{}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let notes = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert!(notes.iter().any(|n| n.key == "as_at" && n.value.as_deref() == Some("2017-05-12")));
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[3].get_string(0).unwrap(), "pc");
        assert_eq!(rows[0].get_long(1).unwrap(), i64::MAX);
        assert_eq!(rows[1].to_string(), "{host: null, rows: null, seen: null, stale: null}");
        assert_eq!(rows[2].get_string(0).unwrap(), "");
        assert_eq!(rows[2].get_long(1).unwrap(), 0);
    }

    #[test]
    fn rows_that_do_not_fit_are_refused() {
        let columns = [("host", ColumnType::Text), ("rows", ColumnType::Integer)];
        let mut table =
            TableWriter::new(Vec::new(), &columns, &[("as_at", "2017-05-12".to_owned())]).unwrap();
        assert!(table.group(&[Values::Text(&[None])]).is_err());
        assert!(table.group(&[Values::Integer(&[None]), Values::Text(&[None])]).is_err());
        assert!(table.group(&[Values::Text(&[None]), Values::Integer(&[])]).is_err());
        table.group(&[Values::Text(&[]), Values::Integer(&[])]).unwrap();
        table.finish().unwrap();
    }
}
