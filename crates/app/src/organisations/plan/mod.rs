//! What an import of a register would change, as events, before anything is written.
//!
//! A file shows the state on its day. What it says of an organisation that nobody knew is taken to
//! have been so since the organisation opened, because nothing else is known; a later difference
//! counts from the day of the file that shows it. Each event carries the day of its source, so that
//! an older file imported later fills the past and leaves the present alone. A row that is missing
//! says nothing. What contradicts the register is reported and not taken.

mod draft;
mod needed;
mod reconcile;
mod row;
mod summary;

use jiff::civil::Date;
use model::organisation::Listing;
use model::organisation::register::{History, RegisterEvent};
use model::reading::Place;

pub use summary::{Conflict, Summary};

/// How a file is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    /// The day whose state the file shows.
    pub as_at: Date,
    /// What is done with rows of sites.
    pub sites: Sites,
    /// What the file is called, as the source of numbers ("epraccur.csv").
    pub source: String,
}

/// What is done with rows of sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sites {
    /// They are counted and left out: a site is no organisation.
    LeaveOut,
    /// They are registered below their organisation.
    Take,
}

/// What an import would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The events, in the order in which they must be appended.
    pub events: Vec<Planned>,
    /// What they come to.
    pub summary: Summary,
    /// What was not taken, and why.
    pub conflicts: Vec<Conflict>,
}

/// An event that an import would append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The event.
    pub event: RegisterEvent,
    /// The row that says so.
    pub place: Place,
    /// Why the event has its day, where the file does not print that day.
    pub reason: Option<&'static str>,
}

/// Plans the import of a file's rows into what is known. Every event of the plan fits.
pub fn plan_import(known: &History, rows: &[Listing], options: &ImportOptions) -> Plan {
    let mut draft = draft::Draft::new(known.clone(), options);
    let taken = draft.choose(rows);
    let needed = needed::needed_from(&taken, options.as_at);
    for row in &taken {
        row::plan(&mut draft, row, needed.get(&row.code).copied());
    }
    draft.finish()
}
