//! The alerts that may be read, as documents are made of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use formats::export::alert::IssuedAlert;
use jiff::Timestamp;
use model::cve::CveId;
use response::alert::{Alert, AlertNumber};

use super::super::error::AlertsError;
use super::super::kept::{Book, Books, When};
use super::super::see::visible;
use super::issued::{is_public, issued, marking};
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::desk::{Desk, Moment};

/// The CVEs of each version, as the knowledge had them when it came into force: a document that is told apart by its version
/// does not change with what is learnt later. Never forgotten, for it cannot change.
#[derive(Debug, Default)]
pub struct Shelf {
    cves: Mutex<BTreeMap<(AlertNumber, Timestamp), Vec<String>>>,
}

/// An alert of which the CVEs are still to be found.
struct Open {
    number: AlertNumber,
    since: Timestamp,
    issued: IssuedAlert,
}

/// What everybody may read, the newest number first.
pub async fn published(
    context: &Context,
    (books, desk): (&Books, &Desk),
    shelf: &Shelf,
) -> Result<Vec<IssuedAlert>, AlertsError> {
    let when = When::now(context);
    let open: Vec<Open> = books
        .with(context, |book| {
            let alerts = book.alerts().map(|(number, kept)| kept.alert(number, when));
            alerts.filter(is_public).filter_map(|alert| open(book, &alert, when)).collect()
        })
        .await?;
    let mut published = Vec::new();
    for open in open {
        published.push(shelf.complete(context, desk, open).await?);
    }
    Ok(published)
}

/// An alert that is or was in force and that the caller may read.
pub async fn readable(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    shelf: &Shelf,
    number: AlertNumber,
) -> Result<IssuedAlert, AlertsError> {
    let when = When::now(context);
    let open = books
        .with(context, |book| {
            let alert = visible(caller, book, number, when)?.alert(number, when);
            open(book, &alert, when).ok_or(AlertsError::NoAlert(number))
        })
        .await??;
    Ok(shelf.complete(context, desk, open).await?)
}

fn open(book: &Book, alert: &Alert, when: When) -> Option<Open> {
    let own = marking(alert)?;
    // Another is named to those who may read that one too.
    let may_be_named = |number: AlertNumber| {
        let other = book.get(number).map(|kept| kept.alert(number, when));
        other.as_ref().and_then(marking).is_some_and(|other| other <= own)
    };
    let since = alert.current()?.since;
    Some(Open { number: alert.number, since, issued: issued(alert, may_be_named)? })
}

impl Shelf {
    /// The alert with its CVEs.
    async fn complete(
        &self,
        context: &Context,
        desk: &Desk,
        open: Open,
    ) -> Result<IssuedAlert, Error> {
        let key = (open.number, open.since);
        let known = self.cves.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(cves) = known {
            return Ok(IssuedAlert { cves, ..open.issued });
        }
        let then = Moment { as_at: None, as_known: Some(open.since) };
        let cves = cves(context, desk, open.issued.advisories.clone(), then).await?;
        let mut kept = self.cves.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, cves.clone());
        Ok(IssuedAlert { cves, ..open.issued })
    }
}

/// The CVEs of advisories at a moment; without knowledge of them, those that are one themselves.
async fn cves(
    context: &Context,
    desk: &Desk,
    advisories: Vec<String>,
    moment: Moment,
) -> Result<Vec<String>, Error> {
    let facts = match desk.advisories(context, advisories.clone(), moment).await {
        Ok(seen) => seen.answer,
        Err(Error::NoKnowledge) => Vec::new(),
        Err(error) => return Err(error),
    };
    let flaws = facts.into_iter().flatten().flat_map(|facts| facts.flaws);
    let names = flaws.map(|flaw| flaw.id).chain(advisories);
    let mut found: Vec<String> =
        names.filter_map(|name| name.parse::<CveId>().ok()).map(|cve| cve.to_string()).collect();
    found.sort();
    found.dedup();
    Ok(found)
}
