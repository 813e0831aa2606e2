//! Lists of installed Windows updates, and how far each list can be trusted.

use crate::evidence::DateReading;
use crate::kb::Kb;
use crate::reading::Place;

/// One list of updates in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateList {
    /// What kind of list it is, which decides what absence from it can mean.
    pub kind: UpdateListKind,
    /// Whether the list shows all it should.
    pub completeness: Completeness,
    /// Entries in the order of the file; entries without a KB number are kept.
    pub entries: Vec<InstalledUpdate>,
    /// Where the list begins.
    pub place: Place,
}

/// Kinds of update list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateListKind {
    /// From Win32_QuickFixEngineering: systeminfo, `wmic qfe`, Get-HotFix, osquery `patches`.
    /// Shows updates of the operating system itself; MSI-installed ones are missing by design.
    Hotfixes,
    /// Titles from the Windows Update history: what was installed through it, in part.
    /// Presence proves, absence proves nothing.
    History,
    /// Updates a management or scanning tool names as installed.
    Reported,
    /// Updates that are offered or missing, by a tool's word: presence here is no installation.
    Missing,
}

/// Whether something shows all it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// The file shows no sign that anything is missing.
    Complete,
    /// The file declares more than it shows, or is cut in the middle.
    Truncated {
        /// How many entries the file says there are, if it does.
        declared: Option<u32>,
        /// How many it shows.
        listed: u32,
    },
    /// The kind of source never shows everything; the reason, for a person.
    Partial(&'static str),
}

/// One entry of an update list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledUpdate {
    /// As printed ("KB4012212", "File 1", "Q147222").
    pub raw: String,
    /// The KB number, if one could be read.
    pub kb: Option<Kb>,
    /// The update's title, where the list has titles.
    pub title: Option<String>,
    /// When it was installed, if shown.
    pub installed_on: Option<DateReading>,
    /// Where it stands.
    pub place: Place,
}
