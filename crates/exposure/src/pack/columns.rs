//! The columns of a pack: values of one kind stand together, so that they compress.
//!
//! Texts stand once in a table; everything refers to them by number. It must not know evidence.

use rustc_hash::FxHashMap;

use crate::wire::{Reader, WireError, Writer};

/// Columns in the making.
#[derive(Debug, Default)]
pub(super) struct Columns {
    texts: Vec<String>,
    known: FxHashMap<String, u32>,
    /// States, kinds, counts.
    pub(super) shape: Writer,
    /// Positions of texts.
    names: Writer,
    /// KB numbers, CVEs.
    pub(super) numbers: Writer,
    /// Days and times.
    pub(super) days: Writer,
    /// Positions of software rows.
    pub(super) rows: Writer,
}

impl Columns {
    /// Writes a text.
    pub(super) fn text(&mut self, text: &str) {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let position = self.known.get(text).copied().unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.known.insert(text.to_owned(), next);
            next
        });
        self.names.number(u64::from(position) + 1);
    }

    /// Writes a text or none.
    pub(super) fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.names.number(0),
        }
    }

    /// Writes texts and their number.
    pub(super) fn list(&mut self, texts: &[String]) {
        self.shape.count(texts.len());
        for text in texts {
            self.text(text);
        }
    }

    /// All columns, one after the other. The number of pieces begins the column of shapes.
    pub(super) fn finish(self, pieces: usize) -> Vec<u8> {
        let mut shape = Writer::default();
        shape.count(pieces);
        shape.bytes.extend_from_slice(&self.shape.bytes);
        let mut table = Writer::default();
        for text in &self.texts {
            table.text(text);
        }
        let mut all = Writer::default();
        all.count(self.texts.len());
        for part in [table, shape, self.names, self.numbers, self.days, self.rows] {
            all.count(part.bytes.len());
            all.bytes.extend_from_slice(&part.bytes);
        }
        all.bytes
    }
}

/// Columns being read.
#[derive(Clone, Debug)]
pub(super) struct Source<'b> {
    texts: Vec<&'b str>,
    pub(super) shape: Reader<'b>,
    names: Reader<'b>,
    pub(super) numbers: Reader<'b>,
    pub(super) days: Reader<'b>,
    pub(super) rows: Reader<'b>,
    /// Whether what only a person looks at is left out: printed forms of numbers and days.
    pub(super) is_lean: bool,
    /// Whether rows are passed over: the piece is not wanted.
    pub(super) is_passing: bool,
}

impl<'b> Source<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, WireError> {
        let mut all = Reader::new(bytes);
        let count = all.count(1)?;
        let mut part = || -> Result<Reader<'b>, WireError> {
            let len = all.count(1)?;
            Ok(Reader::new(all.take(len)?))
        };
        let mut table = part()?;
        let (shape, names, numbers, days, rows) = (part()?, part()?, part()?, part()?, part()?);
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            texts.push(table.text()?);
        }
        if table.is_done() && all.is_done() {
            Ok(Self { texts, shape, names, numbers, days, rows, is_lean: false, is_passing: false })
        } else {
            Err(all.error())
        }
    }

    pub(super) fn maybe(&mut self) -> Result<Option<&'b str>, WireError> {
        let number = self.names.u32()?;
        match number.checked_sub(1) {
            None => Ok(None),
            Some(position) => {
                let text = self.texts.get(position as usize).copied();
                text.map(Some).ok_or_else(|| self.names.error())
            }
        }
    }

    pub(super) fn text(&mut self) -> Result<&'b str, WireError> {
        self.maybe()?.ok_or_else(|| self.names.error())
    }

    /// A number of things, each with at least one byte in some column that follows.
    pub(super) fn count(&mut self) -> Result<usize, WireError> {
        let count = usize::try_from(self.shape.number()?).map_err(|_| self.shape.error())?;
        let left = self.shape.left()
            + self.names.left()
            + self.numbers.left()
            + self.days.left()
            + self.rows.left();
        if count > left { Err(self.shape.error()) } else { Ok(count) }
    }

    pub(super) fn list(&mut self) -> Result<Vec<String>, WireError> {
        let count = self.count()?;
        (0..count).map(|_| self.text().map(ToOwned::to_owned)).collect()
    }

    pub(super) fn is_done(&self) -> bool {
        [&self.shape, &self.names, &self.numbers, &self.days, &self.rows]
            .iter()
            .all(|r| r.is_done())
    }
}
