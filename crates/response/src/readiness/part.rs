//! One part of readiness, with what it rests on.

use jiff::civil::Date;

use super::Level;
use crate::alert::AlertNumber;

/// Which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Hosts that evidence shows, of those that there are.
    Coverage,
    /// Hosts whose evidence still counts.
    Freshness,
    /// Hosts that are closed to every flaw known to be exploited.
    Exploited,
    /// Alerts whose day is over and under which every host is settled.
    Overdue,
    /// Alerts that somebody answered in time.
    Answering,
    /// Claims with which evidence agreed.
    Veracity,
    /// Who can be reached.
    Contacts,
}

impl Kind {
    /// All, in the order of pages.
    pub const ALL: [Self; 7] = [
        Self::Coverage,
        Self::Freshness,
        Self::Exploited,
        Self::Overdue,
        Self::Answering,
        Self::Veracity,
        Self::Contacts,
    ];

    /// The name in JSON and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Coverage => "coverage",
            Self::Freshness => "freshness",
            Self::Exploited => "exploited",
            Self::Overdue => "overdue",
            Self::Answering => "answering",
            Self::Veracity => "veracity",
            Self::Contacts => "contacts",
        }
    }

    /// The part of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub kind: Kind,
    /// How much of it is shown.
    pub level: Level,
    /// So many are shown.
    pub shown: u64,
    /// Of so many; `None`: nobody knows how many there are.
    pub of: Option<u64>,
    /// The newest day of what it rests on; `None`: it rests on nothing.
    pub as_of: Option<Date>,
    /// Why, in a sentence.
    pub because: String,
    /// What of the record it rests on, the worst first.
    pub rows: Vec<Row>,
}

/// Something of the record that a part rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Under which alert.
    pub alert: AlertNumber,
    /// The number of its event.
    pub event: u64,
    /// Whether it counts as shown.
    pub is_shown: bool,
    /// What it says, in words.
    pub what: String,
}

impl Part {
    /// For a list that begins with the worst: the level, then how much of a million is shown.
    pub fn rank(&self) -> (Level, u32) {
        const MILLION: u64 = 1_000_000;
        let share = match (self.level, self.of) {
            (Level::Gaps, Some(of)) if of > 0 => {
                u128::from(self.shown) * u128::from(MILLION) / u128::from(of)
            }
            (Level::NotShown | Level::Gaps, _) => 0,
            _ => u128::from(MILLION),
        };
        (self.level, u32::try_from(share).unwrap_or(u32::MAX))
    }
}

/// A day as people write it.
pub(super) fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}
