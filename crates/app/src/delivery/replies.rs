//! Answers by text message. A number may stand for several people and organisations: the code in the text decides, and
//! where it does not say which, nobody is taken to have acknowledged.

use channels::{Inbound, Party, kannel, notify};
use jiff::Timestamp;
use model::organisation::OrganisationCode;
use response::alert::Phase;
use response::answer::Route;
use response::delivery::Place;
use response::reply::{self, Open, Reply};

use super::acknowledge::{Answered, Choice, answer};
use super::carriers::Carriers;
use super::hear::{CallError, prove};
use super::{Receipts, Target};
use crate::alerts::AlertsError;
use crate::alerts::kept::{Book, Books, When};
use crate::context::Context;
use crate::error::Error;
use crate::exposure::desk::{Desk, Moment};

/// Takes a text that a carrier calls with; gives what to send back, where anything is: what was understood, and what
/// remains. Of what is not understood at all nothing is said, so that two machines do not write to each other for ever.
pub async fn reply(
    context: &Context,
    (books, desk): (&Books, &Desk),
    carriers: &Carriers,
    call: Receipts<'_>,
) -> Result<Option<String>, CallError> {
    let inlet = &carriers.inlet;
    let inbound = match call {
        Receipts::Notify { authorization, body } => {
            prove(inlet.notify.as_ref(), authorization)?;
            notify::inbound(body)?
        }
        Receipts::Kannel { query } => {
            let kannel: &kannel::Kannel = inlet.kannel.as_ref().ok_or(CallError::NotSet)?;
            kannel.inbound(query)?
        }
        Receipts::Bounce { .. } => return Err(CallError::NotSet),
    };
    let text = (&inbound, Heard::Now);
    take(context, (books, desk), carriers, text).await.map_err(CallError::App)
}

/// How a text came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Its carrier called with it.
    Now,
    /// It lies there, and may have been heard before: only what names its code says what was meant then.
    Again,
}

/// Takes a text.
pub(super) async fn take(
    context: &Context,
    (books, desk): (&Books, &Desk),
    carriers: &Carriers,
    (inbound, heard): (&Inbound, Heard),
) -> Result<Option<String>, Error> {
    let register = desk.register(context, Moment::default()).await?;
    let open = books
        .with(context, |book| {
            let theirs = match &inbound.from {
                Party::Phone(number) => carriers.whose(&register, number),
                // A short code or a name is nobody's telephone; what is written in rooms is not listened to.
                Party::Other(_) | Party::User(_) | Party::Room(_) => Vec::new(),
            };
            open_of(book, &theirs, inbound.received.unwrap_or(context.now), context)
        })
        .await?;
    let list: Vec<Open> = open.iter().map(|(open, _)| open.clone()).collect();
    let (chosen, choice) = match reply::read(&inbound.text, &list) {
        Reply::Acknowledged(chosen) => (chosen, Choice::Acknowledge),
        Reply::CannotLead(chosen) => (chosen, Choice::CannotLead),
        Reply::CallMe(chosen) => (chosen, Choice::CallMe),
        Reply::Which(_) => {
            return Ok(Some(
                "More than one message waits for you. Reply ACK and the code at the end of the one \
                 that you mean."
                    .to_owned(),
            ));
        }
        Reply::NothingOpen | Reply::NotUnderstood => return Ok(None),
    };
    let names_it = || {
        let plain = inbound.text.chars().filter(char::is_ascii_alphanumeric);
        plain.collect::<String>().to_ascii_uppercase().ends_with(&chosen.code)
    };
    if heard == Heard::Again && !names_it() {
        return Ok(None);
    }
    let Some((_, target)) = open.iter().find(|(own, _)| *own == chosen) else { return Ok(None) };
    let number = chosen.alert;
    let answered = match answer(context, (books, desk), (target, Route::Sms), choice).await {
        Ok(answered) => answered,
        Err(AlertsError::App(error)) => return Err(error),
        Err(_) => Answered::Over,
    };
    let code = &target.organisation;
    Ok(Some(match answered {
        Answered::Acknowledged => {
            format!(
                "{number} is acknowledged for {code}. It is not done yet: sign in and say how far you are."
            )
        }
        Answered::Already => format!("{number} was acknowledged for {code} before. Thank you."),
        Answered::TakenOn => format!("You have taken on {number} for {code}."),
        Answered::Passed => format!("{number}: the next person of {code} is told now."),
        Answered::NobodyNext => {
            format!("{number}: there is nobody after you at {code}. Reply CALL to be rung.")
        }
        Answered::WillRing => format!("{number}: you will be rung about {code}."),
        Answered::Over => format!("{number} is over: there is nothing more to do."),
    }))
}

/// What waits for an answer of people: everything that they were told and asked to acknowledge, of alerts in force.
/// What they were told after they wrote is not what they meant: texts can be days late.
fn open_of(
    book: &Book,
    theirs: &[(OrganisationCode, String)],
    written: Timestamp,
    context: &Context,
) -> Vec<(Open, Target)> {
    let when = When::now(context);
    let mut found = Vec::new();
    for (alert, kept) in book.alerts() {
        if kept.alert(alert, when).phase() != Phase::Issued {
            continue;
        }
        for (organisation, person) in theirs {
            let asks = kept.runs(organisation).iter();
            for run in asks.filter(|run| run.occasion.wants_acknowledgement()) {
                for (place, who) in Place::all(run.escalation.ladder()) {
                    let began = run.escalation.began(place.step);
                    let was_told = began.is_some_and(|began| began <= written);
                    if who.person != *person || !was_told || !run.has_told(place) {
                        continue;
                    }
                    let Some((_, code)) = book.codes().of(&run.id, place) else { continue };
                    let (organisation, run) = (organisation.clone(), run.id.clone());
                    let open = Open { alert, organisation: organisation.clone(), code };
                    found.push((open, Target { alert, organisation, run, place }));
                }
            }
        }
    }
    found
}
