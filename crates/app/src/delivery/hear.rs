//! What carriers say of messages: when they take one, and later by a call of their own.

use channels::{Receipt, ReceiptState, Reference, Unreadable, kannel, notify, smtp};
use model::event::{EventId, NewEvent};
use response::answer::{Statement as AnswerStatement, Told};
use response::delivery::{Run, Statement};
use response::escalation::{AttemptId, AttemptState, Report};

use super::carriers::Carriers;
use super::record;
use crate::alerts::encode;
use crate::alerts::kept::{Book, Books, When};
use crate::alerts::say::program;
use crate::context::{Caller, Context};
use crate::error::Error;

/// A call of a carrier with what became of messages.
#[derive(Clone, Copy, Debug)]
pub enum Receipts<'c> {
    /// GOV.UK Notify's, with its header of authorization.
    Notify {
        /// The header.
        authorization: &'c str,
        /// The body.
        body: &'c [u8],
    },
    /// The gateway's.
    Kannel {
        /// The query of the address that it called.
        query: &'c str,
    },
    /// A mail that came back, handed on by a relay.
    Bounce {
        /// The header of authorization.
        authorization: &'c str,
        /// The mail.
        mail: &'c [u8],
    },
}

/// Why a call was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It does not prove who called.
    #[error("its token or signature is wrong")]
    Forged,
    /// It is of no message of ours.
    #[error("it names no message of ours")]
    NotOurs,
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// Nobody has set up this carrier.
    #[error("no such carrier is set up here")]
    NotSet,
    /// The record.
    #[error(transparent)]
    App(#[from] Error),
}

impl From<Unreadable> for CallError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Forged => Self::Forged,
            Unreadable::NotOurs => Self::NotOurs,
            Unreadable::Shape { .. } => Self::Unreadable(error.to_string()),
        }
    }
}

/// Takes a call; gives how much of it was news. What is told twice, late or of messages that were never ours is none.
pub async fn hear(
    context: &Context,
    books: &Books,
    carriers: &Carriers,
    call: Receipts<'_>,
) -> Result<usize, CallError> {
    let inlet = &carriers.inlet;
    let (carrier, receipts) = match call {
        Receipts::Notify { authorization, body } => {
            prove(inlet.notify.as_ref(), authorization)?;
            ("notify", vec![notify::receipt(body)?])
        }
        Receipts::Kannel { query } => {
            let kannel: &kannel::Kannel = inlet.kannel.as_ref().ok_or(CallError::NotSet)?;
            ("kannel", vec![kannel.receipt(query)?])
        }
        Receipts::Bounce { authorization, mail } => {
            prove(inlet.bounces.as_ref(), authorization)?;
            ("smtp", smtp::bounce::read(mail)?)
        }
    };
    Ok(take(context, books, carrier, &receipts).await?)
}

/// Refuses who does not know the token.
pub(super) fn prove(
    token: Option<&channels::Secret>,
    authorization: &str,
) -> Result<(), CallError> {
    let token = token.ok_or(CallError::NotSet)?;
    if token.is_bearer(authorization) { Ok(()) } else { Err(CallError::Forged) }
}

/// Records what of receipts is news.
pub(super) async fn take(
    context: &Context,
    books: &Books,
    carrier: &str,
    receipts: &[Receipt],
) -> Result<usize, Error> {
    let mut count = 0;
    for receipt in receipts {
        let Some((run, attempt)) = attempt_of(&receipt.reference) else { continue };
        let events = books
            .with(context, |book| {
                let own = book.run(&run)?;
                let present = own.escalation.attempts().find(|one| one.id == attempt);
                // A carrier that does not say of which try speaks of the last.
                let tries = receipt
                    .tries
                    .map_or_else(|| present.map(|one| one.tries), |n| Some(n.get()))?;
                let report =
                    Report { attempt, tries, state: state(receipt.state), at: context.now };
                Some(heard(book, (&run, report), (carrier, None), context))
            })
            .await?
            .unwrap_or_default();
        if !events.is_empty() {
            count += 1;
            context.store.append(events, context.now).await?;
        }
    }
    Ok(count)
}

/// What is to be recorded of a report: nothing, where it is no news.
pub(super) fn heard(
    book: &Book,
    (run, report): (&EventId, Report),
    (carrier, why): (&str, Option<String>),
    context: &Context,
) -> Vec<NewEvent> {
    let Some((number, code)) = book.whose(run) else { return Vec::new() };
    let Some(own) = book.run(run) else { return Vec::new() };
    let mut after: Run = own.clone();
    if !after.escalation.hear(&report) {
        return Vec::new();
    }
    let program = program();
    let about = (number, code);
    let statement = Statement::Heard { report, carrier: carrier.to_owned(), why };
    let mut events = vec![record::write(context.now, &program, about, Some(run), &statement)];
    let is_asked = own.occasion.wants_acknowledgement();
    if is_asked && report.state == AttemptState::Delivered && !is_watching(own, report.attempt) {
        let when = When::now(context);
        let is_known =
            book.get(number).is_some_and(|kept| kept.answer(code, when).notified.is_some());
        if let (false, Some(route)) = (is_known, route_of(own, report.attempt)) {
            let told = AnswerStatement::Notified(Told { route, step: report.attempt.step });
            events.push(encode::answer(context.now, &program, about, &told, None));
        }
    }
    events
}

/// By which route an attempt goes.
pub(super) fn route_of(run: &Run, attempt: AttemptId) -> Option<response::answer::Route> {
    let place = response::delivery::Place { step: attempt.step, person: attempt.person };
    place.of(run.escalation.ladder())?.routes.get(usize::from(attempt.route)).copied()
}

/// Whether an attempt is to somebody who watches over the organisation: that they were reached tells nothing of it.
pub(super) fn is_watching(run: &Run, attempt: AttemptId) -> bool {
    run.escalation.ladder().is_watching(attempt.step)
}

/// What carriers know an attempt by.
pub(super) fn reference_of(run: &EventId, attempt: AttemptId) -> Option<Reference> {
    format!("{run}.{attempt}").parse().ok()
}

/// Which attempt a carrier speaks of.
fn attempt_of(reference: &Reference) -> Option<(EventId, AttemptId)> {
    let (run, attempt) = reference.as_str().split_once('.')?;
    Some((run.parse().ok()?, attempt.parse().ok()?))
}

const fn state(state: ReceiptState) -> AttemptState {
    match state {
        ReceiptState::Accepted => AttemptState::Accepted,
        ReceiptState::TemporaryFailure => AttemptState::TemporaryFailure,
        ReceiptState::TechnicalFailure => AttemptState::TechnicalFailure,
        ReceiptState::PermanentFailure => AttemptState::PermanentFailure,
        ReceiptState::Delivered => AttemptState::Delivered,
    }
}

/// Somebody who is known by what the register calls them, and who answers with a code.
pub(super) fn person(who: &str, how: &str) -> Caller {
    Caller { authority: Some(format!("code of a message, by {how}")), ..Caller::operator(who) }
}
