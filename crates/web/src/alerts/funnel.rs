//! The funnel as a page shows it: each number opens those whom it counts.

use app::alerts::{Funnel, OrganisationRow};
use response::answer::{Flag, Proof, Stage};

use crate::words::number;

/// Which organisations of an alert are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// All of them.
    All,
    /// Those whose claim evidence contradicts.
    Disputed,
    /// Those of whom a carrier says that somebody was reached, or who have acknowledged.
    Delivered,
    /// Those of whom nobody has acknowledged.
    Silent,
    /// Those who acknowledged.
    Acknowledged,
    /// Those who work on it, or have.
    Acting,
    /// Those who say that it is done.
    Claimed,
    /// Those where evidence agrees.
    Proved,
    /// Those whose day is over.
    Overdue,
    /// Those who wait for somebody to decide.
    Waiting,
}

impl Show {
    pub(super) const EACH: [Self; 10] = [
        Self::All,
        Self::Disputed,
        Self::Delivered,
        Self::Silent,
        Self::Acknowledged,
        Self::Acting,
        Self::Claimed,
        Self::Proved,
        Self::Overdue,
        Self::Waiting,
    ];

    /// The name in addresses.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Disputed => "disputed",
            Self::Delivered => "delivered",
            Self::Silent => "silent",
            Self::Acknowledged => "acknowledged",
            Self::Acting => "acting",
            Self::Claimed => "claimed",
            Self::Proved => "proved",
            Self::Overdue => "overdue",
            Self::Waiting => "waiting",
        }
    }

    /// Who they are, for a heading.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::All => "Everybody who is asked",
            Self::Disputed => "Claims that evidence contradicts",
            Self::Delivered => "Somebody was reached",
            Self::Silent => "Silent",
            Self::Acknowledged => "Acknowledged",
            Self::Acting => "At work, or done",
            Self::Claimed => "Say that it is done",
            Self::Proved => "Proved by evidence",
            Self::Overdue => "Past their day",
            Self::Waiting => "Wait for more time",
        }
    }

    /// Which is meant; what is none is all.
    pub(super) fn of_code(code: &str) -> Self {
        Self::EACH.into_iter().find(|show| show.code() == code).unwrap_or(Self::All)
    }

    /// Whether it counts an organisation: the same rule as [`Funnel::count`], of which a test makes sure.
    pub(super) fn takes(self, row: &OrganisationRow) -> bool {
        let mut one = Funnel::default();
        one.count(&row.answer, &row.standing);
        match self {
            Self::All => one.asked > 0,
            Self::Disputed => one.disputed > 0,
            Self::Delivered => one.delivered > 0,
            Self::Silent => one.silent > 0,
            Self::Acknowledged => one.acknowledged > 0,
            Self::Acting => one.acting > 0,
            Self::Claimed => one.claimed > 0,
            Self::Proved => one.proved > 0,
            Self::Overdue => one.overdue > 0,
            Self::Waiting => row.standing.flags.contains(&Flag::ExtensionAsked),
        }
    }
}

/// A step of the funnel.
pub(super) struct Step {
    pub(super) show: Show,
    pub(super) word: &'static str,
    pub(super) count: String,
    /// How full its bar is, in hundredths of the first.
    pub(super) part: u64,
    pub(super) is_none: bool,
}

/// The funnel, the first step first.
pub(super) fn steps(funnel: &Funnel) -> Vec<Step> {
    let step = |show, word, count: u64| Step {
        show,
        word,
        count: number(count),
        part: (count * 100).checked_div(funnel.asked).unwrap_or(0),
        is_none: count == 0,
    };
    vec![
        step(Show::All, "asked", funnel.asked),
        step(Show::Delivered, "of whom somebody was reached", funnel.delivered),
        step(Show::Acknowledged, "acknowledged", funnel.acknowledged),
        step(Show::Acting, "at work, or done", funnel.acting),
        step(Show::Claimed, "say it is done", funnel.claimed),
        step(Show::Proved, "proved by evidence", funnel.proved),
    ]
}

/// What the order of attention is about, in one sentence.
pub(super) fn status(funnel: &Funnel) -> String {
    let mut parts = Vec::new();
    let says = |count, words: &str| {
        let who = if count == 1 { "organisation says" } else { "organisations say" };
        format!("{} {who} {words}", number(count))
    };
    if funnel.disputed > 0 {
        parts.push(says(funnel.disputed, "it is done and evidence disagrees"));
    }
    if funnel.silent > 0 {
        let is = if funnel.silent == 1 { "is" } else { "are" };
        let late = match funnel.late {
            0 => String::new(),
            late if late == funnel.silent => ", past the time to acknowledge".to_owned(),
            late => format!(", {} of them past the time to acknowledge", number(late)),
        };
        parts.push(format!("{} {is} silent{late}", number(funnel.silent)));
    }
    let proved =
        format!("{} of {} proved by evidence", number(funnel.proved), number(funnel.asked));
    parts.push(proved);
    let mut text = parts.join("; ");
    text.push('.');
    text
}

/// Whether an answer still needs something of its organisation.
pub(super) fn is_open(row: &OrganisationRow) -> bool {
    row.standing.stage != Stage::Closed && row.standing.proof != Some(Proof::Agrees)
}
