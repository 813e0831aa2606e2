//! How far telling people is, for whoever may see it. Names and numbers of people are not in it: who somebody is the
//! register says to those who may read it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::organisation::OrganisationCode;
use response::alert::{AlertNumber, Phase};
use response::answer::Route;
use response::delivery::{Occasion, Place, Run};
use response::escalation::{AttemptState, Progress};

use super::hear::route_of;
use crate::access::Permission;
use crate::alerts::AlertsError;
use crate::alerts::kept::{Books, KeptAlert, When};
use crate::alerts::see::visible;
use crate::context::{Caller, Context};
use crate::exposure::desk::{Desk, Moment};

/// How far an alert's messages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// What it says in one line.
    pub headline: String,
    /// Whether it is in force.
    pub is_in_force: bool,
    /// Sums over those whom the caller may see.
    pub counts: Counts,
    /// Each of them whose people were told something: who needs somebody first.
    pub rows: Vec<Contacted>,
}

/// Sums: organisations, and messages by route and state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Asked by the alert.
    pub asked: u64,
    /// Of these, who acknowledged, in whatever way.
    pub acknowledged: u64,
    /// Of whom a carrier says that somebody was reached, or who acknowledged.
    pub reached: u64,
    /// Whose people are being told.
    pub running: u64,
    /// Whom somebody has taken on who watches over them.
    pub taken_on: u64,
    /// Whose ladder is at its end without an answer.
    pub exhausted: u64,
    /// Whom no carrier could reach, or who is not in the register with anybody to tell.
    pub unreachable: u64,
    /// Of whom nothing was sent, and who has not acknowledged.
    pub not_told: u64,
    /// Messages by the way they go and where they are.
    pub messages: BTreeMap<(Route, AttemptState), u64>,
}

/// One organisation's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contacted {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name.
    pub name: String,
    /// Whether somebody of it acknowledged.
    pub is_acknowledged: bool,
    /// How telling them went, the last first.
    pub runs: Vec<Told>,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Why.
    pub occasion: Occasion,
    /// Since when.
    pub since: Timestamp,
    /// How far.
    pub progress: Progress,
    /// Its steps by what they are, and of each its messages.
    pub steps: Vec<(String, Vec<Message>)>,
    /// Which steps somebody is on who wants to be rung.
    pub calls: Vec<String>,
    /// Which step somebody is on who has taken it on, and since when.
    pub taken_on: Option<(String, Timestamp)>,
}

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// By which way.
    pub route: Route,
    /// Where it is.
    pub state: AttemptState,
    /// How often it was sent.
    pub tries: u8,
    /// Since when.
    pub since: Timestamp,
}

/// How far an alert's messages are.
pub async fn delivery(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
) -> Result<Delivered, AlertsError> {
    let when = When::now(context);
    let register = desk.register(context, Moment::default()).await?;
    books
        .with(context, |book| {
            let kept = visible(caller, book, number, when)?;
            let alert = kept.alert(number, when);
            let issue = alert.current().ok_or(AlertsError::NoAlert(number))?;
            let mut counts = Counts::default();
            let mut rows = Vec::new();
            let own =
                kept.answers().filter(|(code, _)| caller.can(Permission::SeeHosts, Some(code)));
            for (code, _) in own {
                let Some(row) = row(kept, code, when, &mut counts) else { continue };
                let name = register
                    .get(code)
                    .map_or_else(|| code.to_string(), |own| own.label().to_owned());
                rows.push(Contacted { name, ..row });
            }
            rows.sort_by_cached_key(|row| (urgency(row), row.code.clone()));
            Ok(Delivered {
                headline: issue.content.headline.clone(),
                is_in_force: alert.phase() == Phase::Issued,
                counts,
                rows,
            })
        })
        .await?
}

/// How one organisation's people were told of an alert.
pub async fn organisation(
    context: &Context,
    caller: &Caller,
    books: &Books,
    (number, code): (AlertNumber, &OrganisationCode),
) -> Result<Vec<Told>, AlertsError> {
    let when = When::now(context);
    books
        .with(context, |book| {
            let kept = visible(caller, book, number, when)?;
            if !caller.can(Permission::SeeHosts, Some(code)) {
                return Err(AlertsError::NoAlert(number));
            }
            Ok(kept.runs(code).iter().rev().map(told).collect())
        })
        .await?
}

/// One organisation, which is counted; `None`: it is not asked, or nobody was told anything.
fn row(
    kept: &KeptAlert,
    code: &OrganisationCode,
    when: When,
    counts: &mut Counts,
) -> Option<Contacted> {
    let answer = kept.answer(code, when);
    answer.addressed?;
    let runs = kept.runs(code);
    let is_acknowledged = answer.acknowledged.is_some();
    let asking = runs.iter().rfind(|run| run.occasion.wants_acknowledgement());
    let has = |is: fn(&Progress) -> bool| asking.is_some_and(|run| is(&run.escalation.progress()));
    let is_taken_on = asking.is_some_and(|run| run.taken_on.is_some());
    for (counter, is) in [
        (&mut counts.asked, true),
        (&mut counts.acknowledged, is_acknowledged),
        (&mut counts.reached, is_acknowledged || answer.notified.is_some()),
        (&mut counts.running, has(|one| matches!(one, Progress::Running { .. }))),
        (&mut counts.taken_on, !is_acknowledged && is_taken_on),
        (
            &mut counts.exhausted,
            !is_acknowledged
                && !is_taken_on
                && has(|one| matches!(one, Progress::Exhausted { .. })),
        ),
        (&mut counts.unreachable, !is_acknowledged && answer.unreachable.is_some()),
        (
            &mut counts.not_told,
            !is_acknowledged && asking.is_none() && answer.unreachable.is_none(),
        ),
    ] {
        *counter += u64::from(is);
    }
    for run in runs {
        for attempt in run.escalation.attempts() {
            if let Some(route) = route_of(run, attempt.id) {
                *counts.messages.entry((route, attempt.state)).or_default() += 1;
            }
        }
    }
    let runs: Vec<Told> = runs.iter().rev().map(told).collect();
    (!runs.is_empty()).then(|| Contacted {
        code: code.clone(),
        name: String::new(),
        is_acknowledged,
        runs,
    })
}

fn told(run: &Run) -> Told {
    let steps = run.escalation.ladder().steps();
    let label = |place: Place| {
        steps.get(usize::from(place.step)).map_or_else(String::new, |step| step.label.clone())
    };
    let each = (0..=u8::MAX).zip(steps).filter_map(|(step, own)| {
        let messages = run.escalation.attempts().filter(|one| one.id.step == step);
        let messages: Vec<Message> = messages
            .filter_map(|one| {
                let route = route_of(run, one.id)?;
                Some(Message { route, state: one.state, tries: one.tries, since: one.since })
            })
            .collect();
        (!messages.is_empty()).then(|| (own.label.clone(), messages))
    });
    Told {
        occasion: run.occasion,
        since: run.since,
        progress: run.escalation.progress(),
        steps: each.collect(),
        calls: run.calls.iter().copied().map(label).collect(),
        taken_on: run.taken_on.map(|(place, at)| (label(place), at)),
    }
}

/// Who needs somebody first: who wants to be rung, whose ladder is at its end, who is still being told, the others.
fn urgency(row: &Contacted) -> u8 {
    let asking = row.runs.iter().find(|run| run.occasion.wants_acknowledgement());
    let wants_call = row.runs.iter().any(|run| !run.calls.is_empty());
    let is_taken_on = asking.is_some_and(|run| run.taken_on.is_some());
    match (wants_call, row.is_acknowledged, asking.map(|run| run.progress)) {
        (true, _, _) => 0,
        (false, false, Some(Progress::Exhausted { .. })) if !is_taken_on => 1,
        (false, false, Some(Progress::Running { .. })) => 2,
        (false, false, _) => 3,
        (false, true, _) => 4,
    }
}
