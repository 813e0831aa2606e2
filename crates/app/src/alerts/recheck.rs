//! Every claim against what evidence shows now, and every day against what is known now.
//!
//! To be called whenever evidence, knowledge or the day may have changed. It says nothing that was said before, so
//! calling it again does no harm.

use std::collections::BTreeSet;

use response::alert::{ActBy, AlertNumber, Content, Phase};

use super::address::{Known, day_of};
use super::encode;
use super::error::AlertsError;
use super::issue::dues;
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
            let running =
                running.filter_map(|alert| Some((alert.number, alert.current()?.content.clone())));
            running.collect::<Vec<_>>()
        })
        .await?;
    let mut done = Rechecked { alerts: in_force.len(), events: 0 };
    let mut fault = None;
    for (number, content) in in_force {
        match one(context, (books, desk), number, &content).await {
            Ok(events) => done.events += events,
            // The others are held against their evidence all the same.
            Err(error) => fault = Some(error),
        }
    }
    fault.map_or(Ok(done), Err)
}

async fn one(
    context: &Context,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
    content: &Content,
) -> Result<usize, AlertsError> {
    let now = When::now(context);
    let (aged, mut days) = books
        .with(context, |book| {
            let (mut aged, mut days) = (BTreeSet::new(), BTreeSet::new());
            for (code, entries) in book.get(number).into_iter().flat_map(KeptAlert::answers) {
                let answer = fold(entries, now);
                days.extend(answer.addressed.map(day_of));
                if answer.declared.is_some() && answer.closing.is_none() {
                    aged.insert(code.clone());
                }
            }
            (aged, days)
        })
        .await?;
    days.insert(day_of(context.now));
    let dues = dues(context, desk, content, days).await?;
    let is_by_policy = matches!(content.clocks.act, ActBy::Policy(_));
    let program: Caller = program();
    let of = Of { only: None, aged };
    let advisories = content.advisories.clone();
    let seen = desk.shown(context, &program, advisories, of, Moment::default()).await?;
    let known = Known { register: &seen.register, shown: &seen.answer, dues: &dues };
    let mut wanted = known.audience(&content.audience);
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
                wanted.remove(code);
                let moves = is_by_policy && answer.closing.is_none();
                let moved = moves.then(|| known.change_due(&answer)).flatten();
                let shown = seen.answer.get(code).map(|row| row.shown).unwrap_or_default();
                let found = follow_up(&answer, &shown, context.now);
                for statement in moved.iter().chain(&found) {
                    events.push(encode::answer(
                        context.now,
                        &program,
                        (number, code),
                        statement,
                        None,
                    ));
                }
            }
            // Who is in the audience only now is asked now.
            for code in &wanted {
                let statement = known.address(content, code, context.now);
                events.push(encode::answer(
                    context.now,
                    &program,
                    (number, code),
                    &statement,
                    None,
                ));
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
