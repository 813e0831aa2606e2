//! Every claim against what evidence shows now, and every day against what is known now.
//!
//! To be called whenever evidence, knowledge or the day may have changed. It says nothing that was said before, so
//! calling it again does no harm.

use std::collections::BTreeSet;

use model::organisation::OrganisationCode;
use response::alert::{ActBy, AlertNumber, Content, Phase};
use response::answer::change_due;

use super::encode;
use super::error::AlertsError;
use super::issue::due;
use super::kept::{Books, KeptAlert, When, fold};
use super::say::{follow_up, program};
use crate::context::{Caller, Context};
use crate::exposure::desk::{Desk, Moment, Of};

/// What was found to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rechecked {
    /// Alerts in force.
    pub alerts: usize,
    /// Events that were recorded.
    pub events: usize,
}

/// Holds every claim under every alert in force against the evidence, and every due day against its policy.
pub async fn recheck(
    context: &Context,
    (books, desk): (&Books, &Desk),
) -> Result<Rechecked, AlertsError> {
    let in_force = books
        .with(context, |book| {
            let now = When::now(context);
            let alerts = book.alerts().map(|(number, kept)| kept.alert(number, now));
            let running = alerts.filter(|alert| alert.phase() == Phase::Issued);
            let running = running.filter_map(|alert| {
                let (number, since) = (alert.number, alert.issued_at()?);
                Some((number, alert.current()?.content.clone(), since))
            });
            running.collect::<Vec<_>>()
        })
        .await?;
    let mut done = Rechecked { alerts: in_force.len(), events: 0 };
    for (number, content, since) in in_force {
        done.events += one(context, (books, desk), number, (&content, since)).await?;
    }
    Ok(done)
}

async fn one(
    context: &Context,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
    (content, since): (&Content, jiff::Timestamp),
) -> Result<usize, AlertsError> {
    let now = When::now(context);
    let due = match &content.clocks.act {
        ActBy::Policy(_) => Some(due(context, desk, content, since).await?),
        ActBy::Day(_) | ActBy::Open => None,
    };
    let aged: BTreeSet<OrganisationCode> = books
        .with(context, |book| {
            let kept = book.get(number);
            let answers = kept.into_iter().flat_map(KeptAlert::answers);
            let claimed = answers.filter(|(_, entries)| {
                let answer = fold(entries, now);
                answer.declared.is_some() && answer.closing.is_none()
            });
            claimed.map(|(code, _)| code.clone()).collect()
        })
        .await?;
    let program: Caller = program();
    let of = Of { only: None, aged };
    let advisories = content.advisories.clone();
    let seen = desk.shown(context, &program, advisories, of, Moment::default()).await?;
    // From here on nobody claims or takes back what is being judged.
    let _alone = books.alone().await;
    let (events, size) = books
        .with(context, |book| {
            let mut events = Vec::new();
            for (code, entries) in book.get(number).into_iter().flat_map(KeptAlert::answers) {
                let answer = fold(entries, now);
                if answer.addressed.is_none() {
                    continue;
                }
                let moved = due.as_ref().and_then(|due| {
                    change_due(&answer, due.by, &due.because).filter(|_| answer.closing.is_none())
                });
                let shown = seen.answer.get(code).map(|row| row.shown).unwrap_or_default();
                let found = follow_up(&answer, &shown, context.now);
                for statement in moved.iter().chain(&found) {
                    events.push(encode::answer(context, &program, (number, code), statement, None));
                }
            }
            (events, book.size())
        })
        .await?;
    let count = events.len();
    // Of two servers that find the same at once, the first says it.
    match context.store.append_once(&format!("recheck/{number}/{size}"), events, context.now).await
    {
        Ok(_) => Ok(count),
        Err(store::Error::KeyReused { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
