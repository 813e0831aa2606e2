//! Acknowledging by the code of a message, without signing in. A code opens one thing: that one person says of one alert
//! for one organisation that they have read it, cannot lead, or want to be rung.

use jiff::Timestamp;
use jiff::civil::Date;
use model::event::Marking;
use response::alert::{AlertNumber, Phase, Severity};
use response::answer::Route;
use response::delivery::{Run, Statement};
use response::escalation::Progress;

use super::hear::person;
use super::record;
use super::{Code, Target};
use crate::alerts::kept::{Book, Books, When};
use crate::alerts::{AlertsError, Say, say};
use crate::context::Context;
use crate::exposure::desk::Desk;

/// What a code is about. What is marked above TLP:GREEN is told only to who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The alert.
    pub alert: AlertNumber,
    /// How much is at stake.
    pub severity: Severity,
    /// Who may read it.
    pub marking: Marking,
    /// What it says in one line, where that may be told to who has a code.
    pub headline: Option<String>,
    /// The organisation's code and name.
    pub organisation: (String, String),
    /// What whoever has the code is: "security lead".
    pub role: String,
    /// Whether they watch over the organisation and do not answer for it.
    pub is_watching: bool,
    /// By which day it must be done.
    pub due: Option<Date>,
    /// When somebody acknowledged, or took it on.
    pub answered: Option<Timestamp>,
    /// Whether the alert is over.
    pub is_over: bool,
}

/// What can be said with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// They have read it.
    Acknowledge,
    /// They cannot lead: the next is told.
    CannotLead,
    /// They want to be rung.
    CallMe,
}

impl Choice {
    /// All, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Acknowledge, Self::CannotLead, Self::CallMe];

    /// The name in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::CannotLead => "cannot-lead",
            Self::CallMe => "call-me",
        }
    }

    /// The choice of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is acknowledged.
    Acknowledged,
    /// It was before.
    Already,
    /// Somebody who watches over the organisation has taken it on.
    TakenOn,
    /// The next is told.
    Passed,
    /// There is nobody after them: nothing was passed on.
    NobodyNext,
    /// Somebody will ring.
    WillRing,
    /// The alert is over: there is nothing to say.
    Over,
}

/// What a code is about; `None`: it is nobody's.
pub async fn asked(
    context: &Context,
    (books, desk): (&Books, &Desk),
    code: &Code,
) -> Result<Option<Asked>, AlertsError> {
    let found = books
        .with(context, |book| {
            let target = book.codes().find(code)?.clone();
            Some((about(book, &target, context)?, target))
        })
        .await?;
    let Some((mut asked, target)) = found else { return Ok(None) };
    if let Some(name) = desk.name(context, &target.organisation).await? {
        asked.organisation.1 = name;
    }
    Ok(Some(asked))
}

fn about(book: &Book, target: &Target, context: &Context) -> Option<Asked> {
    let when = When::now(context);
    let kept = book.get(target.alert)?;
    let alert = kept.alert(target.alert, when);
    let content = &alert.current()?.content;
    let answer = kept.answer(&target.organisation, when);
    let run = book.run(&target.run)?;
    let step = run.escalation.ladder().steps().get(usize::from(target.place.step))?;
    let taken_on = run.taken_on.map(|(_, at)| at);
    let acknowledged = answer.acknowledged.as_ref().map(|(_, at, _)| *at);
    Some(Asked {
        alert: target.alert,
        severity: content.severity,
        marking: content.marking,
        headline: (content.marking <= Marking::Green).then(|| content.headline.clone()),
        organisation: (target.organisation.to_string(), target.organisation.to_string()),
        role: step.label.clone(),
        is_watching: step.is_watching,
        due: answer.due_by(),
        answered: acknowledged.or(taken_on.filter(|_| step.is_watching)),
        is_over: alert.phase() != Phase::Issued,
    })
}

/// Says something with a code; `None`: it is nobody's.
pub async fn acknowledge(
    context: &Context,
    (books, desk): (&Books, &Desk),
    (code, route): (&Code, Route),
    choice: Choice,
) -> Result<Option<Answered>, AlertsError> {
    let target = books.with(context, |book| book.codes().find(code).cloned()).await?;
    match target {
        Some(target) => answer(context, (books, desk), (&target, route), choice).await.map(Some),
        None => Ok(None),
    }
}

/// Says something as somebody of a run.
pub(super) async fn answer(
    context: &Context,
    (books, desk): (&Books, &Desk),
    (target, route): (&Target, Route),
    choice: Choice,
) -> Result<Answered, AlertsError> {
    let found = books
        .with(context, |book| {
            let asked = about(book, target, context)?;
            Some((asked, book.run(&target.run)?.clone()))
        })
        .await?;
    let Some((asked, run)) = found else { return Ok(Answered::Over) };
    if asked.is_over {
        return Ok(Answered::Over);
    }
    let who = target.place.of(run.escalation.ladder()).map_or("", |who| who.person.as_str());
    let caller = person(who, route.code());
    let place = target.place;
    let statement = match choice {
        Choice::CallMe if run.calls.contains(&place) => return Ok(Answered::WillRing),
        Choice::CallMe => Statement::CallAsked { step: place.step, person: place.person },
        _ if asked.answered.is_some() => return Ok(Answered::Already),
        Choice::CannotLead if !has_next(&run, place.step) => return Ok(Answered::NobodyNext),
        // Of a step that is over it tells nothing new.
        Choice::CannotLead if !is_on(&run, place.step) => return Ok(Answered::Passed),
        Choice::CannotLead => Statement::Passed { step: place.step, person: place.person },
        Choice::Acknowledge if asked.is_watching => {
            Statement::TakenOn { step: place.step, person: place.person }
        }
        Choice::Acknowledge => {
            let about = (target.alert, &target.organisation);
            let what = Say::Acknowledge(route);
            say(context, &caller, (books, desk), about, &what, None).await?;
            return Ok(Answered::Acknowledged);
        }
    };
    let about = (target.alert, &target.organisation);
    let event = record::write(context.now, &caller, about, Some(&target.run), &statement);
    context.store.append(vec![event], context.now).await?;
    Ok(match statement {
        Statement::CallAsked { .. } => Answered::WillRing,
        Statement::TakenOn { .. } => Answered::TakenOn,
        _ => Answered::Passed,
    })
}

/// Whether a step is the present one.
fn is_on(run: &Run, step: u8) -> bool {
    run.escalation.progress() == Progress::Running { step }
}

/// Whether there is somebody after a step.
fn has_next(run: &Run, step: u8) -> bool {
    usize::from(step) + 1 < run.escalation.ladder().steps().len()
}
