//! Asking GOV.UK Notify for what it may have called with in vain: it calls six times in twenty-five minutes, and this
//! service may have been away for longer.

use jiff::SignedDuration;
use response::answer::Route;
use response::escalation::AttemptState;

use super::carriers::Carriers;
use super::hear::{reference_of, route_of, take};
use super::replies::{self, Heard};
use crate::alerts::kept::Books;
use crate::context::Context;
use crate::error::Error;
use crate::exposure::desk::Desk;

/// So long a receipt may take to be called with.
const QUIET: SignedDuration = SignedDuration::from_mins(5);
/// Most messages that are asked about at once.
const MOST: usize = 200;
/// Most pages of texts that are read at once.
const MOST_PAGES: usize = 8;

/// Asks; gives how much of it was news.
///
/// Each request is signed for the instant at which it is made: Notify refuses tokens of another half minute.
pub(super) async fn poll(
    now: &(dyn Fn() -> Context + Send + Sync),
    (books, desk, carriers): (&Books, &Desk, &Carriers),
) -> Result<usize, Error> {
    let Some(notify) = carriers.notify() else { return Ok(0) };
    let context = &now();
    let silent = books
        .change(context, |book| {
            let mut silent = Vec::new();
            for (_, _, run) in book.running() {
                for attempt in run.escalation.attempts() {
                    // What nothing was heard of in time may have arrived all the same.
                    let is_silent = attempt.state == AttemptState::Expired
                        || (attempt.state == AttemptState::Accepted
                            && context.now.duration_since(attempt.since) >= QUIET);
                    if is_silent && route_of(run, attempt.id) == Some(Route::Sms) {
                        let reference = reference_of(&run.id, attempt.id);
                        silent.extend(reference.map(|own| format!("{own}.{}", attempt.tries)));
                    }
                }
            }
            silent
        })
        .await?;
    let mut news = 0;
    // Another part of them each time.
    let turn = usize::try_from(context.now.as_second() / QUIET.as_secs()).unwrap_or(0);
    let skipped = turn.wrapping_mul(MOST).checked_rem(silent.len()).unwrap_or(0);
    for handle in silent.iter().cycle().skip(skipped).take(MOST.min(silent.len())) {
        let context = &now();
        match notify.find(handle, context.now).await {
            Ok(page) => news += take(context, books, "notify", &page.items).await?,
            Err(error) => {
                tracing::warn!(%error, "Notify could not be asked for receipts");
                break;
            }
        }
    }
    let mut older_than = None;
    for _ in 0..MOST_PAGES {
        let context = &now();
        match notify.received(older_than.as_deref(), context.now).await {
            Ok(page) => {
                for inbound in &page.items {
                    let known = (books, desk);
                    replies::take(context, known, carriers, (inbound, Heard::Again)).await?;
                }
                older_than = page.older_than;
            }
            Err(error) => {
                tracing::warn!(%error, "Notify could not be asked for texts");
                break;
            }
        }
        if older_than.is_none() {
            break;
        }
    }
    Ok(news)
}
