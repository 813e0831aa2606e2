//! What an organisation, and whoever may decide for it, can say: each gives the statement to record, or says
//! why not. Whether the caller may is decided in `app`.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::standing::proof;
use super::state::day_of;
use super::{Answer, Applicability, Proof, Route, Shown, Stage, Standing, Statement};

/// Most days for which a risk is accepted or something is put off: then somebody must say it again.
const MOST_DAYS: i64 = 366;
/// Most days until one says more.
const MOST_SILENCE: i64 = 31;
/// Most characters of a name, a control, a description of care.
const MOST_TEXT: usize = 1_000;

/// Why something cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nobody asked.
    #[error("this organisation is not asked by the alert")]
    NotAsked,
    /// It is closed.
    #[error("this is closed; it opens again by itself if evidence shows an open host")]
    Closed,
    /// Something is missing.
    #[error("{0}")]
    Missing(&'static str),
    /// A text is too long.
    #[error("a text has more than {MOST_TEXT} characters")]
    Long,
    /// A day that does not do.
    #[error("{0}")]
    Day(&'static str),
    /// There is nothing to take back or decide.
    #[error("{0}")]
    Nothing(&'static str),
    /// Evidence does not agree.
    #[error("evidence does not agree, so it is not closed: {0}")]
    NotProved(&'static str),
    /// Evidence agrees, so nobody need override it.
    #[error("evidence agrees: close it without an override")]
    Proved,
}

/// A person of the organisation has read it.
pub fn acknowledge(answer: &Answer, route: Route) -> Result<Statement, Refused> {
    expect_asked(answer)?;
    Ok(Statement::Acknowledged { route, caller: None })
}

/// A person of the organisation says on the telephone that they have read it: an operator writes down who it was, and
/// how they made sure.
pub fn acknowledge_by_phone(
    answer: &Answer,
    caller: &str,
    how: Option<&str>,
) -> Result<Statement, Refused> {
    expect_asked(answer)?;
    let caller = text(caller, "name the person who rang or was rung, with their office")?;
    expect_said(
        how,
        "say how you made sure who it was: rang back on the number of the register, for example",
    )?;
    Ok(Statement::Acknowledged { route: Route::Operator, caller: Some(caller) })
}

/// Whether it concerns the organisation. That it does not must be said with a reason.
pub fn state_applicability(
    answer: &Answer,
    what: Applicability,
    reason: Option<&str>,
) -> Result<Statement, Refused> {
    expect_open(answer)?;
    if what.is_claim() {
        expect_said(reason, "say why it does not concern you")?;
    }
    Ok(Statement::ApplicabilityStated(what))
}

/// The organisation works on it, and says when it will say more.
pub fn act(
    answer: &Answer,
    next_update: Option<Date>,
    now: Timestamp,
) -> Result<Statement, Refused> {
    expect_open(answer)?;
    if let Some(day) = next_update {
        let fits = within(day, now, MOST_SILENCE);
        fits.then_some(()).ok_or(Refused::Day("say more within 31 days, and not in the past"))?;
    }
    Ok(Statement::Acting { next_update })
}

/// The organisation says that it is done. Evidence decides what that is worth.
pub fn claim(answer: &Answer) -> Result<Statement, Refused> {
    expect_open(answer)?;
    Ok(Statement::Claimed)
}

/// It takes back what it said that evidence is held against.
pub fn withdraw_claim(answer: &Answer) -> Result<Statement, Refused> {
    expect_open(answer)?;
    if answer.declared.is_none() {
        return Err(Refused::Nothing("there is no claim to take back"));
    }
    Ok(Statement::ClaimWithdrawn)
}

/// The day by which it must be done is another; `None`: it stays as it is.
pub fn change_due(answer: &Answer, act_by: Option<Date>, because: &str) -> Option<Statement> {
    let stands = answer.due.last()?;
    let is_same = stands.by == act_by;
    (!is_same).then(|| Statement::DueChanged { act_by, because: because.to_owned() })
}

/// It asks for more time, with a reason.
pub fn ask_extension(
    answer: &Answer,
    until: Date,
    reason: Option<&str>,
) -> Result<Statement, Refused> {
    expect_open(answer)?;
    expect_said(reason, "say why you need more time")?;
    if answer.due_by().is_none_or(|by| until <= by) {
        return Err(Refused::Day("more time ends after the day that is set"));
    }
    Ok(Statement::ExtensionAsked { until })
}

/// Somebody who may decides on it, and who did not ask for it themselves.
pub fn decide_extension(answer: &Answer, granted: bool, who: &str) -> Result<Statement, Refused> {
    expect_open(answer)?;
    match &answer.extension {
        Some(extension) if extension.decided.is_none() && extension.asked_by == who => {
            Err(Refused::Nothing("you asked for it yourself: somebody else must decide"))
        }
        Some(extension) if extension.decided.is_none() => {
            Ok(Statement::ExtensionDecided { granted })
        }
        _ => Err(Refused::Nothing("nobody waits for more time")),
    }
}

/// Somebody lives with the risk: with a name, a reason, what stands between, and an end.
pub fn accept_risk(
    answer: &Answer,
    (owner, control): (&str, &str),
    until: Option<Date>,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Statement, Refused> {
    expect_open(answer)?;
    let owner = text(owner, "name the person who answers for the risk, with their office")?;
    let control = text(control, "say what stands between the flaw and harm meanwhile")?;
    expect_said(reason, "say why the risk is accepted")?;
    let until = end(until, now)?;
    Ok(Statement::RiskAccepted { owner, control, until })
}

/// An acceptance ends before its day.
pub fn end_acceptance(answer: &Answer) -> Result<Statement, Refused> {
    expect_asked(answer)?;
    if answer.acceptance.is_none() {
        return Err(Refused::Nothing("no risk is accepted"));
    }
    Ok(Statement::RiskAcceptanceEnded)
}

/// The organisation needs machines to stand still for the work.
pub fn ask_window(
    answer: &Answer,
    (from, until): (Timestamp, Timestamp),
    care: &str,
    now: Timestamp,
) -> Result<Statement, Refused> {
    expect_open(answer)?;
    if until <= from || until <= now {
        return Err(Refused::Day("the window ends after it begins, and not in the past"));
    }
    let care = text(care, "say what care the window touches")?;
    Ok(Statement::WindowAsked { from, until, care })
}

/// The clinical side signs or refuses, by name.
pub fn decide_window(answer: &Answer, signed: bool, by: &str) -> Result<Statement, Refused> {
    expect_open(answer)?;
    if answer.window.as_ref().is_none_or(|window| window.decided.is_some()) {
        return Err(Refused::Nothing("no window waits for a signature"));
    }
    let by = text(by, "name the person who decides for the clinical side, with their office")?;
    Ok(Statement::WindowDecided { signed, by })
}

/// It is put off: never without somebody who answers for it and a day on which that ends.
pub fn defer(
    answer: &Answer,
    owner: &str,
    until: Option<Date>,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Statement, Refused> {
    expect_open(answer)?;
    let owner = text(owner, "name the person who answers for the deferral, with their office")?;
    expect_said(reason, "say why it is put off")?;
    Ok(Statement::Deferred { owner, until: end(until, now)? })
}

/// Closes it, where evidence agrees with what was declared.
pub fn close(answer: &Answer, shown: &Shown) -> Result<Statement, Refused> {
    expect_open(answer)?;
    let declared = answer.declared.ok_or(Refused::Nothing("nobody has said that it is done"))?;
    match proof(declared, shown) {
        Proof::Agrees => Ok(Statement::Closed),
        Proof::Disputed { .. } => Err(Refused::NotProved("hosts are open")),
        Proof::Unproved { .. } => Err(Refused::NotProved("of some hosts it is not known")),
        Proof::Older { .. } => Err(Refused::NotProved("it was made before the claim")),
    }
}

/// A named person closes it although evidence does not agree.
pub fn override_close(
    answer: &Answer,
    shown: &Shown,
    by: &str,
    reason: Option<&str>,
) -> Result<Statement, Refused> {
    expect_open(answer)?;
    let declared = answer.declared.ok_or(Refused::Nothing("nobody has said that it is done"))?;
    let by = text(by, "name the person who closes it, with their office")?;
    expect_said(reason, "say why it is closed although evidence does not agree")?;
    match proof(declared, shown) {
        Proof::Agrees => Err(Refused::Proved),
        against => Ok(Statement::Overridden { by, against }),
    }
}

fn expect_asked(answer: &Answer) -> Result<(), Refused> {
    if answer.addressed.is_some() { Ok(()) } else { Err(Refused::NotAsked) }
}

/// Whether something may still be said: what was closed by evidence that has turned since is open.
fn expect_open(answer: &Answer) -> Result<(), Refused> {
    expect_asked(answer)?;
    let is_closed = answer.closing.as_ref().is_some_and(|closing| {
        let has_turned = |(found, at): (Proof, Timestamp)| {
            at > closing.at && matches!(found, Proof::Disputed { .. })
        };
        !answer.found.is_some_and(has_turned)
    });
    if is_closed { Err(Refused::Closed) } else { Ok(()) }
}

fn expect_said(reason: Option<&str>, ask: &'static str) -> Result<(), Refused> {
    text(reason.unwrap_or_default(), ask).map(drop)
}

fn text(given: &str, ask: &'static str) -> Result<String, Refused> {
    let given = given.trim();
    if given.is_empty() {
        Err(Refused::Missing(ask))
    } else if given.chars().count() > MOST_TEXT {
        Err(Refused::Long)
    } else {
        Ok(given.to_owned())
    }
}

fn end(until: Option<Date>, now: Timestamp) -> Result<Date, Refused> {
    let until = until.ok_or(Refused::Missing("say on which day it ends"))?;
    let fits = within(until, now, MOST_DAYS);
    fits.then_some(until).ok_or(Refused::Day("it ends within a year, and not in the past"))
}

fn within(day: Date, now: Timestamp, most: i64) -> bool {
    let today = day_of(now);
    let last = today.checked_add(most.days()).unwrap_or(Date::MAX);
    today <= day && day <= last
}

impl Standing {
    /// Whether anything can still be said.
    pub fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Closed | Stage::NotAsked)
    }
}
