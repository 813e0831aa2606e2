//! Who must be told something that they were not told yet.

use jiff::{SignedDuration, Timestamp};
use model::event::NewEvent;
use model::organisation::OrganisationCode;
use model::organisation::register::Register;
use response::alert::{Alert, AlertNumber, Phase, Statement as AlertStatement};
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
        for (code, _) in kept.answers() {
            end(&alert, kept, code, caller, when, &mut events);
            if is_of_interest(&alert, when.at) {
                one((&alert, kept), code, (register, ways), caller, when, &mut events);
            }
        }
    }
    events
}

/// Ends what is not needed any more: whatever an alert that is over asked for, however long ago that was.
fn end(
    alert: &Alert,
    kept: &KeptAlert,
    code: &OrganisationCode,
    caller: &Caller,
    when: When,
    events: &mut Vec<NewEvent>,
) {
    if matches!(alert.phase(), Phase::Issued) {
        return;
    }
    let asks = |run: &&Run| run.is_running() && run.occasion != Occasion::Withdrawn;
    for run in kept.runs(code).iter().filter(asks) {
        let (about, ended) = ((alert.number, code), Statement::Superseded);
        events.push(record::write(when.at, caller, about, Some(&run.id), &ended));
    }
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
    let last = Last::of(kept, code);
    let Some(occasion) = occasion(alert, (&answer, &last), runs, now) else { return };
    let Some(issue) = alert.current() else { return };
    let found = ladder::ladder((register, ways), code, issue.content.severity, now);
    let ladder = if occasion.wants_acknowledgement() {
        found
    } else {
        found.as_ref().and_then(ladder::notice)
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

/// What was said last: by the numbers of events, for clocks differ.
struct Last {
    /// Somebody of the organisation has answered, or it is closed.
    is_answered: bool,
    /// A version came into force, or the day changed.
    changed: Option<u64>,
    /// Something was declared.
    declared: Option<u64>,
}

impl Last {
    fn of(kept: &KeptAlert, code: &OrganisationCode) -> Self {
        let issued = kept
            .entries()
            .iter()
            .rev()
            .find(|kept| matches!(kept.entry.statement, AlertStatement::Issued));
        let answers = kept.answer_entries(code).iter().rev();
        let find = |is: fn(&AnswerStatement) -> bool| {
            answers.clone().find(|kept| is(&kept.entry.statement)).map(|kept| kept.number)
        };
        let moved = find(|one| matches!(one, AnswerStatement::DueChanged { .. }));
        Self {
            is_answered: kept.answered(code).is_some(),
            changed: issued.map(|kept| kept.number).max(moved),
            declared: find(|one| {
                matches!(one, AnswerStatement::Claimed | AnswerStatement::ApplicabilityStated(_))
            }),
        }
    }
}

/// What an organisation must be told now, if anything.
fn occasion(
    alert: &Alert,
    (answer, said): (&Answer, &Last),
    runs: &[Run],
    now: Timestamp,
) -> Option<Occasion> {
    let asked = answer.addressed?;
    let last = runs.last();
    if let Some((_, ended)) = alert.end {
        let was_told = runs.iter().any(|run| run.occasion == Occasion::Withdrawn);
        return (last.is_some() && !was_told && is_within(ended, now, LATEST_NEWS))
            .then_some(Occasion::Withdrawn);
    }
    let Some(last) = last else {
        let is_asked = !said.is_answered && is_within(asked, now, LATEST_ASKED);
        return is_asked.then_some(Occasion::Asked);
    };
    if answer.closing.is_some() {
        return None;
    }
    if let Some((Proof::Disputed { .. }, found)) = answer.found {
        // Once for each claim: whoever mends one machine after the other is not told of each.
        let told = runs.iter().rfind(|run| run.occasion == Occasion::Disputed);
        let is_news = told.is_none_or(|run| said.declared.is_some_and(|one| one > run.number));
        if is_news && is_within(found, now, LATEST_NEWS) {
            return Some(Occasion::Disputed);
        }
    }
    let version = alert.current().map(|issue| issue.since);
    let day = answer.due.last().map(|due| due.since);
    let changed = version.into_iter().chain(day).max()?;
    let is_news = said.changed.is_some_and(|one| one > last.number);
    (is_news && is_within(changed, now, LATEST_NEWS)).then_some(Occasion::Changed)
}

fn is_within(at: Timestamp, now: Timestamp, span: SignedDuration) -> bool {
    now.duration_since(at) <= span
}
