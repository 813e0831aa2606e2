//! What changed since yesterday: in short on the situation page, and the list behind each number.

use std::sync::Arc;

use app::exposure::answer::SectorAnswer;
use app::exposure::desk::Desk;
use app::exposure::history::{Change, Changes, DayState};
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use serde::Deserialize;

use super::{FIRST, asked};
use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{Sign, counted, day, instant, number, percent, sign};

/// Most rows of a list on one page.
const MOST: usize = 500;

/// What changed, in short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Short {
    /// Since when, in words; without anything to compare with, why not.
    pub(crate) since: String,
    pub(crate) rows: Vec<ShortRow>,
    /// Organisations with evidence of today or yesterday.
    pub(crate) newest: String,
}

/// One line of it: what it is, how much, and where the list is.
#[derive(Clone, Debug)]
pub(crate) struct ShortRow {
    pub(crate) sign: Option<Sign>,
    pub(crate) text: String,
    pub(crate) href: String,
}

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Hosts(Verdict),
    Silent,
}

impl What {
    const fn code(self) -> &'static str {
        match self {
            Self::Hosts(verdict) => verdict.code(),
            Self::Silent => "silent",
        }
    }

    fn of(text: &str) -> Option<Self> {
        if text == Self::Silent.code() {
            return Some(Self::Silent);
        }
        Verdict::ALL.into_iter().find(|verdict| verdict.code() == text).map(Self::Hosts)
    }
}

/// What an answer is compared with: what was known at the end of the day before.
enum Before {
    Changes(Changes),
    Nothing(String),
}

fn before(
    desk: &Desk,
    answer: &SectorAnswer,
    as_at: Date,
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Before {
    let Ok(yesterday) = as_at.yesterday() else {
        return Before::Nothing("There is no day before.".to_owned());
    };
    match desk.history().day(&answer.advisory, yesterday) {
        DayState::Ready(point) => Before::Changes(Changes::between(&point, answer, wanted)),
        DayState::Working => Before::Nothing(format!(
            "What was known at the end of {} is not worked out yet: look again in a while.",
            day(yesterday)
        )),
        DayState::NoKnowledge => Before::Nothing(format!(
            "The record had no knowledge of flaws on {}: there is nothing to compare with.",
            day(yesterday)
        )),
        DayState::Failed => Before::Nothing(format!(
            "What was known at the end of {} could not be worked out. Whoever runs this service \
             finds the cause in its log.",
            day(yesterday)
        )),
    }
}

pub(super) fn short(
    desk: &Desk,
    answer: &SectorAnswer,
    (as_at, region): (Date, &str),
    and: &str,
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Short {
    let newest = newest(answer, as_at);
    let changes = match before(desk, answer, as_at, wanted) {
        Before::Changes(changes) => changes,
        Before::Nothing(since) => return Short { since, rows: Vec::new(), newest },
    };
    let href = |what: What| {
        let region =
            if region.is_empty() { String::new() } else { format!("&region={}", percent(region)) };
        let advisory = percent(&answer.advisory);
        format!("/situation/changes?advisory={advisory}&what={}{region}{and}", what.code())
    };
    let mut rows: Vec<ShortRow> = Verdict::ALL
        .into_iter()
        .filter_map(|verdict| {
            let text = moved(changes.of(verdict).map(|(_, before, after)| (before, after)))?;
            let what = What::Hosts(verdict);
            Some(ShortRow { sign: Some(sign(verdict)), text, href: href(what) })
        })
        .collect();
    let silent = changes.silent().count() as u64;
    if silent > 0 {
        let text = format!("{} went silent", counted(silent, "organisation", "organisations"));
        rows.push(ShortRow { sign: None, text, href: href(What::Silent) });
    }
    let since = if rows.is_empty() {
        format!("Nothing moved since the end of {}.", day(changes.since))
    } else {
        format!("Since the end of {}:", day(changes.since))
    };
    Short { since, rows, newest }
}

/// "41 hosts more in 12 organisations, 17 fewer in 5"; nothing where nothing moved.
fn moved(numbers: impl Iterator<Item = (u64, u64)>) -> Option<String> {
    let (mut more, mut fewer) = ((0, 0), (0, 0));
    for (before, after) in numbers {
        let side = if after > before { &mut more } else { &mut fewer };
        side.0 += after.abs_diff(before);
        side.1 += 1;
    }
    let part = |(hosts, organisations): (u64, u64), word: &str| {
        (organisations > 0).then(|| {
            let organisations = counted(organisations, "organisation", "organisations");
            format!("{} {word} in {organisations}", counted(hosts, "host", "hosts"))
        })
    };
    let parts: Vec<String> =
        [part(more, "more"), part(fewer, "fewer")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Who sent something last.
fn newest(answer: &SectorAnswer, as_at: Date) -> String {
    let Some(latest) = answer.organisations.iter().filter_map(|row| row.latest).max() else {
        return "No evidence was ever sent.".to_owned();
    };
    let of = answer.organisations.iter().filter(|row| row.latest == Some(latest)).count() as u64;
    let when = match (as_at - latest).get_days() {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ => format!("on {}", day(latest)),
    };
    format!(
        "The newest evidence was collected {when}, by {}.",
        counted(of, "organisation", "organisations")
    )
}

/// Which list is wanted.
#[derive(Deserialize)]
pub(crate) struct ChangesQuery {
    #[serde(default)]
    advisory: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    what: String,
}

#[derive(askama::Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    frame: Frame,
    status: String,
    as_of: String,
    advisory: String,
    region: String,
    word: String,
    rows: Vec<ChangeRow>,
    more: usize,
}

struct ChangeRow {
    code: String,
    name: String,
    before: String,
    after: String,
    moved: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<ChangesQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let what = match query.what.trim() {
        // Who asks for nothing in particular is shown what is open.
        "" => Some(What::Hosts(Verdict::Affected)),
        given => What::of(given),
    };
    let what = what.ok_or_else(|| {
        Refusal::Wrong(
            "Say what of it: affected, unknown, mitigated, fixed, not_affected or \
                        silent. The situation page leads here."
                .to_owned(),
        )
    })?;
    let advisory = match query.advisory.trim() {
        "" => FIRST.to_owned(),
        given => given.to_owned(),
    };
    let asked = asked(&site, &visitor.caller, vec![advisory.clone()], asking.when).await?;
    let mut as_of = asking.when.as_of(asked.as_at, asked.as_known, asked.knowledge_built_at);
    let answer = asked.answers.into_iter().next().ok_or_else(super::nothing)?;
    let region = query.region.trim().to_owned();
    let scope = super::Shown::of(&visitor.caller, &answer, &region);
    let (status, mut rows) =
        match before(&site.desk, &answer, asked.as_at, &|code| scope.holds(code)) {
            Before::Changes(changes) => {
                as_of.push_str(&format!(" Compared with {}.", instant(changes.as_known)));
                listed(what, &changes, &advisory)
            }
            Before::Nothing(why) => (why, Vec::new()),
        };
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    Ok(frame::html(&ChangesPage {
        frame: Frame::of(&site, &visitor, "What changed", "/situation").at(asking),
        status,
        as_of,
        word: match what {
            What::Hosts(verdict) => sign(verdict).word.to_owned(),
            What::Silent => "Hosts with fresh evidence".to_owned(),
        },
        advisory,
        region,
        rows,
        more,
    }))
}

/// The list behind a number, what moved most first.
fn listed(what: What, changes: &Changes, advisory: &str) -> (String, Vec<ChangeRow>) {
    let since = day(changes.since);
    let mut found: Vec<(&Change, u64, u64)> = match what {
        What::Hosts(verdict) => changes.of(verdict).collect(),
        What::Silent => changes
            .silent()
            .map(|change| (change, change.before.map_or(0, |sums| sums.fresh), 0))
            .collect(),
    };
    found.sort_by(|(a, b0, b1), (c, d0, d1)| {
        d0.abs_diff(*d1).cmp(&b0.abs_diff(*b1)).then_with(|| a.code.cmp(&c.code))
    });
    let status = match what {
        What::Hosts(verdict) => {
            let numbers = found.iter().map(|(_, before, after)| (*before, *after));
            match moved(numbers) {
                Some(text) => {
                    format!(
                        "{} to {advisory}: {text} than at the end of {since}.",
                        sign(verdict).word
                    )
                }
                None => {
                    format!("{} to {advisory}: nothing moved since {since}.", sign(verdict).word)
                }
            }
        }
        What::Silent => format!(
            "{} had evidence that counted at the end of {since}, and have none now.",
            counted(found.len() as u64, "organisation", "organisations")
        ),
    };
    let rows = found.into_iter().map(|(change, before, after)| ChangeRow {
        code: change.code.to_string(),
        name: change.name.clone(),
        before: if change.before.is_some() { number(before) } else { "not there".to_owned() },
        after: if change.after.is_some() { number(after) } else { "not there".to_owned() },
        moved: format!(
            "{}{}",
            if after > before { "+" } else { "−" },
            number(after.abs_diff(before))
        ),
    });
    (status, rows.collect())
}
