//! Who must be told something that they were not told yet.

use jiff::{SignedDuration, Timestamp};
use model::event::NewEvent;
use model::organisation::OrganisationCode;
use model::organisation::register::Register;
use response::alert::{Alert, AlertNumber, Phase};
use response::answer::{Answer, Proof, Statement as AnswerStatement};
use response::delivery::{Occasion, Run, Statement};

use super::carriers::Ways;
use super::{ladder, record};
use crate::alerts::encode;
use crate::alerts::kept::{Book, KeptAlert, When};
use crate::context::Caller;

/// Who was asked longer ago is not told any more: carriers that are set up late do not wake everybody of years ago.
const LATEST_ASKED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The same of what is news for a day only.
const LATEST_NEWS: SignedDuration = SignedDuration::from_hours(24);

/// What is to be recorded so that everybody is told what they must be.
pub(super) fn begin(
    book: &Book,
    (register, ways): (&Register, &Ways),
    caller: &Caller,
    when: When,
) -> Vec<NewEvent> {
    let mut events = Vec::new();
    for (number, kept) in book.alerts() {
        let alert = kept.alert(number, when);
        if !is_of_interest(&alert, when.at) {
            continue;
        }
        for (code, _) in kept.answers() {
            one((&alert, kept), code, (register, ways), caller, when, &mut events);
        }
    }
    events
}

/// Whether an alert is in force, or ended lately.
fn is_of_interest(alert: &Alert, now: Timestamp) -> bool {
    match alert.phase() {
        Phase::Issued => true,
        Phase::Ended(_) => alert.end.is_some_and(|(_, at)| is_within(at, now, LATEST_NEWS)),
        Phase::Draft | Phase::AwaitingSecondPerson => false,
    }
}

fn one(
    (alert, kept): (&Alert, &KeptAlert),
    code: &OrganisationCode,
    (register, ways): (&Register, &Ways),
    caller: &Caller,
    when: When,
    events: &mut Vec<NewEvent>,
) {
    let now = when.at;
    let answer = kept.answer(code, when);
    let runs = kept.runs(code);
    let about: (AlertNumber, &OrganisationCode) = (alert.number, code);
    let Some(occasion) = occasion(alert, &answer, runs, now) else { return };
    if occasion == Occasion::Withdrawn {
        for run in runs.iter().filter(|run| run.is_running()) {
            let ended = Statement::Superseded;
            events.push(record::write(now, caller, about, Some(&run.id), &ended));
        }
    }
    let Some(issue) = alert.current() else { return };
    let found = ladder::ladder((register, ways), code, issue.content.severity, now);
    let ladder = match (occasion.wants_acknowledgement(), found) {
        (true, found) => found,
        (false, found) => found.as_ref().and_then(ladder::notice),
    };
    if let Some(ladder) = ladder {
        let begun = Statement::Begun { occasion, ladder };
        events.push(record::write(now, caller, about, None, &begun));
    } else if occasion.wants_acknowledgement() && answer.unreachable.is_none() {
        let why = Some("the register names nobody whom a carrier could reach");
        let nobody = AnswerStatement::Unreachable;
        events.push(encode::answer(now, caller, about, &nobody, why));
    }
}

/// What an organisation must be told now, if anything.
fn occasion(alert: &Alert, answer: &Answer, runs: &[Run], now: Timestamp) -> Option<Occasion> {
    let asked = answer.addressed?;
    let last = runs.last();
    if let Some((_, ended)) = alert.end {
        let was_told = runs.iter().any(|run| run.occasion == Occasion::Withdrawn);
        return (last.is_some() && !was_told && is_within(ended, now, LATEST_NEWS))
            .then_some(Occasion::Withdrawn);
    }
    let Some(last) = last else {
        let is_silent = answer.acknowledged.is_none() && answer.closing.is_none();
        return (is_silent && is_within(asked, now, LATEST_ASKED)).then_some(Occasion::Asked);
    };
    if answer.closing.is_some() {
        return None;
    }
    if let Some((Proof::Disputed { .. }, found)) = answer.found {
        let told = runs.iter().rfind(|run| run.occasion == Occasion::Disputed);
        let is_news = told.is_none_or(|run| run.since < found) && last.since < found;
        if is_news && is_within(found, now, LATEST_NEWS) {
            return Some(Occasion::Disputed);
        }
    }
    let version = alert.current().map(|issue| issue.since);
    // The first day stands since it is asked.
    let day = answer.due.last().map(|due| due.since).filter(|since| *since > asked);
    let changed = version.into_iter().chain(day).max()?;
    (changed > last.since && is_within(changed, now, LATEST_NEWS)).then_some(Occasion::Changed)
}

fn is_within(at: Timestamp, now: Timestamp, span: SignedDuration) -> bool {
    now.duration_since(at) <= span
}
