//! What an organisation's word was worth: what it claimed, and with how much of that evidence agreed.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use model::words::count;

use super::answering::span;
use super::part::day;
use super::{Asked, Kind, Level, Part, Row};
use crate::alert::AlertNumber;
use crate::answer::{Applicability, Proof, Statement, day_of};

/// A claim is borne out by evidence that agrees within so many days: as long as evidence of patch state counts. What
/// agrees first later speaks of work that was done later.
pub const WORD_HOLDS_DAYS: i32 = 14;

/// The longest series.
const MOST_MONTHS: usize = 36;

/// Something that was claimed, and what evidence said to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Under which alert.
    pub alert: AlertNumber,
    /// The number of its event.
    pub event: u64,
    /// When.
    pub at: Timestamp,
    /// Whether it was that it does not apply, and not that it is done.
    pub is_not_applicable: bool,
    /// The first event that found it contradicted while it stood, when, and by how many open hosts.
    pub contradicted: Option<(u64, Timestamp, u64)>,
    /// The first event that found evidence to agree, and when.
    pub proved: Option<(u64, Timestamp)>,
    /// When it stood no longer.
    pub ended: Option<Timestamp>,
    /// Whether the alert asked for more before evidence could agree: then nobody's word failed.
    pub is_overtaken: bool,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Evidence contradicted it, and has not agreed since.
    Contradicted,
    /// Evidence never spoke for it.
    Unproved,
    /// Evidence agreed, and so late that it speaks of later work.
    Late,
    /// Evidence agreed.
    BorneOut,
    /// The alert asked for more before evidence could agree.
    Overtaken,
}

impl Outcome {
    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contradicted => "contradicted",
            Self::Unproved => "unproved",
            Self::Late => "proved-late",
            Self::BorneOut => "borne-out",
            Self::Overtaken => "overtaken",
        }
    }
}

/// Claims counted by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Claimed, without those that were overtaken.
    pub claimed: u64,
    /// Of these, evidence agreed in time.
    pub borne_out: u64,
    /// Evidence agreed too late.
    pub late: u64,
    /// Evidence contradicted it when it was held against it, whatever came later.
    pub contradicted: u64,
}

impl Sums {
    /// Claimed minus proved.
    pub const fn gap(&self) -> u64 {
        self.claimed.saturating_sub(self.borne_out).saturating_sub(self.late)
    }

    fn of(claims: &[Claim]) -> Self {
        let mut sums = Self::default();
        for claim in claims.iter().filter(|claim| claim.outcome() != Outcome::Overtaken) {
            sums.claimed += 1;
            sums.borne_out += u64::from(claim.outcome() == Outcome::BorneOut);
            sums.late += u64::from(claim.outcome() == Outcome::Late);
            sums.contradicted += u64::from(claim.contradicted.is_some());
        }
        sums
    }
}

/// What was claimed and what was proved by the end of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub month: Date,
    /// Everything so far.
    pub sums: Sums,
}

impl Claim {
    /// What became of it.
    pub fn outcome(&self) -> Outcome {
        let holds = SignedDuration::from_hours(24 * i64::from(WORD_HOLDS_DAYS));
        match self.proved {
            Some((_, proved)) if proved.duration_since(self.at) <= holds => Outcome::BorneOut,
            Some(_) => Outcome::Late,
            None if self.is_overtaken => Outcome::Overtaken,
            None if self.contradicted.is_some() => Outcome::Contradicted,
            None => Outcome::Unproved,
        }
    }

    /// How long it stood without evidence that agrees.
    pub fn stood(&self, at: Timestamp) -> SignedDuration {
        let until = self.proved.map(|(_, proved)| proved).or(self.ended).unwrap_or(at);
        until.duration_since(self.at)
    }

    /// What was claimed and what became of it, in words.
    pub fn words(&self, at: Timestamp) -> String {
        let on = |at: Timestamp| day(day_of(at));
        let what = if self.is_not_applicable { "does not apply" } else { "is done" };
        let mut text = format!("on {} it said that it {what}", on(self.at));
        if let Some((_, then, hosts)) = self.contradicted {
            let hosts = count(usize::try_from(hosts).unwrap_or(usize::MAX), "host", "hosts");
            text.push_str(&format!("; evidence showed {hosts} open on {}", on(then)));
        }
        match self.proved {
            Some((_, proved)) => {
                let late = if self.outcome() == Outcome::Late { ", late" } else { "" };
                text.push_str(&format!("; evidence agreed on {}{late}", on(proved)));
            }
            None if self.is_overtaken => text.push_str("; then the alert asked for more"),
            None => {
                let stood = span(self.stood(at));
                let stands = if self.ended.is_some() { "it stood" } else { "it stands" };
                text.push_str(&format!("; {stands} unproved for {stood}"));
            }
        }
        text
    }
}

/// Everything that was claimed under some alerts until an instant, the first first.
pub fn claims(alerts: &[Asked], at: Timestamp) -> Vec<Claim> {
    let mut found: Vec<Claim> = alerts.iter().flat_map(|asked| claims_of(asked, at)).collect();
    found.sort_by_key(|claim| (claim.at, claim.event));
    found
}

fn claims_of(asked: &Asked, at: Timestamp) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for said in asked.entries.iter().filter(|said| said.entry.at <= at) {
        let now = said.entry.at;
        let standing = claims.last_mut().filter(|claim| claim.ended.is_none());
        let claim = |is_not_applicable| Claim {
            alert: asked.number,
            event: said.number,
            at: now,
            is_not_applicable,
            contradicted: None,
            proved: None,
            ended: None,
            is_overtaken: false,
        };
        match (&said.entry.statement, standing) {
            (Statement::Claimed, standing) => {
                end(standing, now);
                claims.push(claim(false));
            }
            (Statement::ApplicabilityStated(Applicability::DoesNot), standing) => {
                end(standing, now);
                claims.push(claim(true));
            }
            (Statement::ApplicabilityStated(_), standing) => {
                end(standing.filter(|claim| claim.is_not_applicable), now);
            }
            (Statement::ClaimWithdrawn, Some(claim)) => {
                claim.ended = Some(now);
                claim.is_overtaken = said.by_program;
            }
            (Statement::Found { proof: Proof::Disputed { affected } }, Some(claim))
                if claim.proved.is_none() =>
            {
                claim.contradicted.get_or_insert((said.number, now, *affected));
            }
            (Statement::Found { proof: Proof::Agrees } | Statement::Closed, Some(claim)) => {
                claim.proved.get_or_insert((said.number, now));
            }
            _ => {}
        }
    }
    // When an alert is over nothing is held against its claims any more.
    if let Some(over) = asked.ended.filter(|over| *over <= at) {
        end(claims.last_mut().filter(|claim| claim.ended.is_none()), over);
    }
    claims
}

fn end(claim: Option<&mut Claim>, at: Timestamp) {
    if let Some(claim) = claim {
        claim.ended = Some(at);
    }
}

/// What was claimed and what was proved by the end of each month, from the first claim on.
pub fn series(alerts: &[Asked], at: Timestamp) -> Vec<Month> {
    let all = claims(alerts, at);
    let Some(first) = all.first() else { return Vec::new() };
    let mut month = day_of(first.at).first_of_month();
    let mut months = Vec::new();
    while month <= day_of(at) {
        let Some(next) = month.checked_add(1.month()).ok() else { break };
        let end = next.to_zoned(TimeZone::UTC).map_or(at, |next| next.timestamp());
        // What was said on the first instant of the next month is of the next.
        let end = end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(end).min(at);
        months.push(Month { month, sums: Sums::of(&claims(alerts, end)) });
        month = next;
    }
    months.split_off(months.len().saturating_sub(MOST_MONTHS))
}

/// Claims that evidence bore out, of all that were made.
pub(super) fn veracity(claims: &[Claim], at: Timestamp) -> Part {
    let sums = Sums::of(claims);
    let mut because = match sums.claimed {
        0 => "It has claimed nothing so far: what its word is worth is not known.".to_owned(),
        claimed => format!(
            "Of {} evidence bore out {}",
            count(usize_of(claimed), "claim", "claims"),
            model::words::thousands(usize_of(sums.borne_out))
        ),
    };
    if sums.claimed > 0 {
        for (count, words) in [
            (sums.contradicted, "it contradicted"),
            (sums.late, "it agreed too late with"),
            (sums.gap(), "it has not agreed with"),
        ] {
            if count > 0 {
                because
                    .push_str(&format!("; {} {words}", model::words::thousands(usize_of(count))));
            }
        }
        because.push('.');
        let open = claims.iter().filter(|claim| {
            claim.ended.is_none()
                && matches!(claim.outcome(), Outcome::Contradicted | Outcome::Unproved)
        });
        if let Some(longest) = open.map(|claim| claim.stood(at)).max() {
            because.push_str(&format!(" One stands unproved for {}.", span(longest)));
        }
    }
    let mut rows: Vec<(Outcome, Row)> = claims
        .iter()
        .map(|claim| {
            let row = Row {
                alert: claim.alert,
                event: claim.event,
                is_shown: matches!(claim.outcome(), Outcome::BorneOut | Outcome::Overtaken),
                what: claim.words(at),
            };
            (claim.outcome(), row)
        })
        .collect();
    rows.sort_by_key(|(outcome, row)| (*outcome, std::cmp::Reverse(row.event)));
    let spoken = claims.iter().map(|claim| {
        let found = claim.contradicted.map(|(_, then, _)| then);
        day_of(claim.proved.map(|(_, then)| then).max(found).unwrap_or(claim.at))
    });
    Part {
        kind: Kind::Veracity,
        level: Level::of_share(sums.borne_out, sums.claimed),
        shown: sums.borne_out,
        of: Some(sums.claimed),
        as_of: spoken.max(),
        because,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}

fn usize_of(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
