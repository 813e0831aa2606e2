//! Advisories: the list of those that have a name, and what each is.

mod fixes;

use std::sync::Arc;

use app::access::{Permission, SignedIn};
use app::exposure::desk::{AdvisoryFacts, AdvisoryLine, Deadline, FlawFacts};
use app::exposure::history::Sums;
use app::exposure::sentence;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use model::organisation::OrganisationCode;

use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::situation::{Row, asked, total, worst};
use crate::trend::{Place, Trend, TrendQuery, trend};
use crate::when::{Asking, When};
use crate::words::{Sign, counted, day, number, percent, sums};

use fixes::{Fix, fix};

#[derive(askama::Template)]
#[template(path = "advisories.html")]
struct ListPage {
    frame: Frame,
    status: String,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    title: String,
    published: String,
    worm: bool,
    exploited: bool,
    /// Whether it came after the day of the page.
    is_later: bool,
}

impl Line {
    fn of(line: AdvisoryLine, as_at: Date) -> Self {
        Self {
            is_later: line.published.is_some_and(|on| on > as_at),
            published: line.published.map_or("not stated".to_owned(), day),
            id: line.id,
            name: line.name,
            title: line.title,
            worm: line.worm,
            exploited: line.exploited,
        }
    }
}

pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    asking: Asking,
) -> Result<Response, PageError> {
    let seen = site.desk.bulletins(&site.context(), asking.when.moment()).await?;
    let as_at = seen.as_at;
    let mut lines: Vec<Line> = seen.answer.into_iter().map(|line| Line::of(line, as_at)).collect();
    lines.sort_by_key(|line| line.is_later);
    let worms = lines.iter().filter(|line| line.worm).count();
    Ok(frame::html(&ListPage {
        frame: Frame::of(&site, &visitor, "Advisories", "/advisories").at(asking),
        status: format!(
            "The knowledge names {}; {} by themselves. Any CVE or KB can be asked about besides.",
            model::words::count(lines.len(), "advisory", "advisories"),
            model::words::count(worms, "spreads", "spread"),
        ),
        lines,
    }))
}

#[derive(askama::Template)]
#[template(path = "advisory.html")]
struct AdvisoryPage {
    frame: Frame,
    facts: AdvisoryFacts,
    published: String,
    status: String,
    as_of: String,
    counts: Vec<(Sign, String)>,
    worst: Vec<Row>,
    flaws: Vec<Flaw>,
    exploited: String,
    deadline: String,
    fixes: Vec<Fix>,
    trend: Trend,
    /// Words and address of each place that it comes from.
    sources: Vec<(String, String)>,
}

struct Flaw {
    id: String,
    title: String,
    exploited: String,
    chance: String,
    severity: String,
}

/// A KB, or what only a publisher's statements name, has no page of its own: who is open to it is told on that of
/// the situation. What nobody knows is nowhere.
async fn elsewhere(
    site: &Site,
    visitor: &SignedIn,
    advisory: String,
    when: When,
) -> Result<Response, PageError> {
    let asked = asked(site, &visitor.caller, vec![advisory.clone()], when).await?;
    if asked.answers.iter().all(|answer| answer.is_unresolved) {
        return Err(unknown(&advisory).into());
    }
    let and = when.query('&');
    let place = format!("/situation?advisory={}{and}", percent(&advisory));
    Ok(Redirect::to(&place).into_response())
}

/// That nobody knows an advisory of that name, for pages and for programs.
pub(crate) fn unknown(advisory: &str) -> Refusal {
    Refusal::NotFound(format!(
        "The knowledge has nothing of the name {advisory}. That tells nothing of any host: a newer \
         knowledge may know it."
    ))
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(advisory): Path<String>,
    Query(days): Query<TrendQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let (context, when) = (site.context(), asking.when);
    let seen = site.desk.advisory(&context, advisory.clone(), when.moment()).await?;
    let Some(facts) = seen.answer else {
        return elsewhere(&site, &visitor, advisory, when).await;
    };
    let asked = asked(&site, &visitor.caller, vec![facts.id.clone()], when).await?;
    let (as_at, as_of) =
        (asked.as_at, when.as_of(asked.as_at, asked.as_known, asked.knowledge_built_at));
    let answer = asked
        .answers
        .into_iter()
        .next()
        .ok_or_else(|| Refusal::NotFound("Nothing was asked.".to_owned()))?;
    let all = total(&answer.organisations);
    site.desk.history().watch(&facts.id);
    let mut now = Sums::default();
    for row in &answer.organisations {
        now.absorb(&Sums::of_answer(row));
    }
    let place = Place { path: &asking.path, others: &asking.others };
    let wanted = |code: &OrganisationCode| visitor.caller.can(Permission::SeeHosts, Some(code));
    let trend = trend(&site.desk, &facts.id, (as_at, now), days.days(), &place, &wanted);
    Ok(frame::html(&AdvisoryPage {
        frame: Frame::of(&site, &visitor, facts.id.clone(), "/advisories").at(asking),
        published: facts.published.map_or("on a day that is not stated".to_owned(), day),
        status: sentence::status(&answer, &all),
        as_of,
        counts: sums(&all),
        worst: worst(&answer.organisations),
        flaws: facts.flaws.iter().map(|own| flaw(own, as_at)).collect(),
        exploited: exploited(&facts.flaws, as_at),
        deadline: deadline(&facts.deadline, as_at),
        fixes: facts.fixes.iter().map(|own| fix(own, as_at)).collect(),
        sources: sources(&facts.sources),
        facts,
        trend,
    }))
}

/// Each address once, with how many facts are from there.
fn sources(all: &[(String, String)]) -> Vec<(String, String)> {
    let mut found: Vec<(&str, &str, u64)> = Vec::new();
    for (words, url) in all {
        match found.iter_mut().find(|(_, own, _)| own == url && url.starts_with("https://")) {
            Some((_, _, more)) => *more += 1,
            None => found.push((words, url, 0)),
        }
    }
    let words = |(words, url, more): (&str, &str, u64)| match more {
        0 => (words.to_owned(), url.to_owned()),
        more => (format!("{words}, and {} more", number(more)), url.to_owned()),
    };
    found.into_iter().map(words).collect()
}

/// A setting in plain words; one of which we have none, as it is written.
fn setting(name: &str) -> &str {
    match name {
        "smb1-server" => "the server of SMB version 1",
        "inbound-tcp-445" => "what comes in on port 445 (TCP)",
        other => other,
    }
}

/// Whether it is exploited, as was known on a day.
fn exploited(flaws: &[FlawFacts], as_at: Date) -> String {
    let listed = flaws.iter().filter_map(|flaw| Some((flaw.exploited_since?, flaw)));
    let (now, later): (Vec<_>, Vec<_>) = listed.partition(|(since, _)| *since <= as_at);
    let first = |listed: &[(Date, &FlawFacts)]| listed.iter().map(|(since, _)| *since).min();
    let mut text = match (first(&now), first(&later)) {
        (Some(since), _) => format!(
            "CISA has listed {} of its {} as exploited, the first on {}: exploited then or before.",
            number(now.len() as u64),
            counted(flaws.len() as u64, "flaw", "flaws"),
            day(since)
        ),
        (None, Some(since)) => format!(
            "By the day of this page CISA had listed none of it as exploited; it did on {}. It may              have been exploited long before it was listed.",
            day(since)
        ),
        (None, None) => {
            "No source here says that it is exploited. That is no proof that it is not.".to_owned()
        }
    };
    let due = now.iter().filter_map(|(_, flaw)| flaw.exploited_due).min();
    if let Some(due) = due {
        text.push_str(&format!(" CISA asked its agencies to close it by {}.", day(due)));
    }
    if now.iter().chain(&later).any(|(_, flaw)| flaw.ransomware) {
        text.push_str(" Ransomware is known to use it.");
    }
    text
}

/// When it is due.
fn deadline(deadline: &Deadline, as_at: Date) -> String {
    let mut text = format!("{}. ", deadline.policy);
    match deadline.by {
        Some(by) => {
            let days = u64::try_from((as_at - by).get_days().abs()).unwrap_or(0);
            let days = counted(days, "day", "days");
            text.push_str(&match by.cmp(&as_at) {
                std::cmp::Ordering::Less => format!("It was due by {}: {days} ago.", day(by)),
                std::cmp::Ordering::Equal => "It is due today.".to_owned(),
                std::cmp::Ordering::Greater => format!("It is due by {}: in {days}.", day(by)),
            });
        }
        None => text.push_str("No day is set, or the day of publication is not known."),
    }
    if !deadline.because.is_empty() {
        text.push_str(&format!(" Why: {}.", deadline.because));
    }
    text
}

fn flaw(facts: &FlawFacts, as_at: Date) -> Flaw {
    Flaw {
        id: facts.id.clone(),
        title: facts.title.clone(),
        exploited: match (facts.exploited_since, facts.ransomware) {
            (Some(since), _) if since > as_at => format!("listed later, on {}", day(since)),
            (Some(since), true) => format!("since {} or before, by ransomware too", day(since)),
            (Some(since), false) => format!("since {} or before", day(since)),
            (None, _) => "not known to be".to_owned(),
        },
        chance: facts.epss_millionths.map_or("not known".to_owned(), |millionths| {
            format!("{:.1} %", f64::from(millionths) / 10_000.0)
        }),
        severity: match (facts.severity(), facts.score_tenths) {
            (Some(severity), Some(tenths)) => {
                format!("{} ({:.1})", severity.code(), f64::from(tenths) / 10.0)
            }
            _ => "not stated".to_owned(),
        },
    }
}
