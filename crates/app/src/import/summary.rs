//! What came of an import, counted so that a person can act on it.

use std::collections::BTreeMap;

use formats::inventory::Reading;
use jiff::civil::Date;
use model::reading::ReadError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most warnings kept of one file; the rest are counted.
const MOST_WARNINGS: usize = 20;

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportSummary)]
pub struct Summary {
    /// Files of which evidence was taken.
    pub files: u64,
    /// Files that the record held already: nothing was changed by them.
    pub held: u64,
    /// Files that could not be read.
    pub refused: u64,
    /// Rows and other parts that could not be used or had to be guessed.
    pub warnings: u64,
    /// Pieces of evidence.
    pub pieces: u64,
    /// Hosts that the evidence is of.
    pub hosts: u64,
    /// Of those: not known before.
    pub new_hosts: u64,
    /// Hosts that may be the same as another, and were not merged.
    pub possible_duplicates: u64,
    /// Pieces that do not say when they were collected: the day of the import counts.
    pub undated: u64,
    /// First day on which any of it was collected.
    #[schema(value_type = Option<String>, format = Date)]
    pub collected_first: Option<Date>,
    /// Last day on which any of it was collected.
    #[schema(value_type = Option<String>, format = Date)]
    pub collected_last: Option<Date>,
    /// Files by format.
    pub formats: BTreeMap<String, u64>,
    /// What was refused or had to be guessed, with place and remedy.
    pub problems: Vec<Problem>,
    /// What a person should know of how files were joined.
    pub notes: Vec<String>,
}

/// A file or a part of one that could not be used as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportProblem)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// Whether the file as a whole was refused.
    pub refused: bool,
    /// Place, fault and remedy.
    pub message: String,
}

impl Problem {
    /// A part that could not be used or had to be guessed.
    pub fn warning(file: &str, message: String) -> Self {
        Self { file: file.to_owned(), refused: false, message }
    }
}

impl Summary {
    pub(super) fn take(&mut self, path: &str, reading: &Reading) {
        self.files += 1;
        let format = reading.evidence.first().map_or("no host in it", |e| e.format);
        *self.formats.entry(format.to_owned()).or_default() += 1;
        self.warnings += reading.warnings.len() as u64;
        for warning in reading.warnings.iter().take(MOST_WARNINGS) {
            self.problems.push(Problem::warning(path, warning.to_string()));
        }
        if let Some(more) = reading.warnings.len().checked_sub(MOST_WARNINGS).filter(|n| *n > 0) {
            self.problems
                .push(Problem::warning(path, format!("{more} more warnings of this file")));
        }
    }

    pub(super) fn refuse(&mut self, path: &str, error: &ReadError) {
        self.refused += 1;
        self.problems.push(Problem {
            file: path.to_owned(),
            refused: true,
            message: error.to_string(),
        });
    }

    pub(super) fn collected(&mut self, day: Date, dated: bool) {
        self.undated += u64::from(!dated);
        self.collected_first = Some(self.collected_first.map_or(day, |first| first.min(day)));
        self.collected_last = Some(self.collected_last.map_or(day, |last| last.max(day)));
    }

    /// Adds what another part of the same import counts.
    pub fn absorb(&mut self, other: Self) {
        self.files += other.files;
        self.held += other.held;
        self.refused += other.refused;
        self.warnings += other.warnings;
        self.pieces += other.pieces;
        self.hosts += other.hosts;
        self.new_hosts += other.new_hosts;
        self.possible_duplicates += other.possible_duplicates;
        self.undated += other.undated;
        let both = |a: Option<Date>, b: Option<Date>, pick: fn(Date, Date) -> Date| match (a, b) {
            (Some(a), Some(b)) => Some(pick(a, b)),
            (a, b) => a.or(b),
        };
        self.collected_first = both(self.collected_first, other.collected_first, Date::min);
        self.collected_last = both(self.collected_last, other.collected_last, Date::max);
        for (format, count) in other.formats {
            *self.formats.entry(format).or_default() += count;
        }
        self.problems.extend(other.problems);
        self.notes.extend(other.notes);
    }
}
