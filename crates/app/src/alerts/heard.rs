//! What was said by and of organisations under every alert that the caller may see: what their readiness rests on.

use jiff::Timestamp;
use model::organisation::OrganisationCode;
use response::alert::AlertNumber;
use response::readiness::Said;

use super::error::AlertsError;
use super::kept::{Books, When};
use super::say::program;
use super::see::may_see;
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::exposure::desk::Moment;

/// An alert with what was said by and of those whom it asks.
pub(crate) struct Heard {
    pub(crate) number: AlertNumber,
    /// What evidence is held against.
    pub(crate) advisories: Vec<String>,
    /// When it ended, if it has.
    pub(crate) ended: Option<Timestamp>,
    /// What was said, by organisation, in the order of the record.
    pub(crate) answers: Vec<(OrganisationCode, Vec<Said>)>,
}

/// Every alert that was ever in force and is there for the caller, with what was said by and of those organisations
/// whose hosts they see (of one: only of that); and the instant as at which.
pub(crate) async fn heard(
    context: &Context,
    caller: &Caller,
    books: &Books,
    only: Option<&OrganisationCode>,
    moment: Moment,
) -> Result<(Timestamp, Vec<Heard>), AlertsError> {
    let when = When::of_moment(context, moment);
    let program = program().actor;
    let alerts = books
        .with(context, |book| {
            let mut found = Vec::new();
            for (number, kept) in book.alerts() {
                let alert = kept.alert(number, when);
                if !may_see(caller, kept, &alert) {
                    continue;
                }
                let Some(issue) = alert.current() else { continue };
                let own = kept.answers().filter(|(code, _)| {
                    only.is_none_or(|only| only == *code)
                        && caller.can(Permission::SeeHosts, Some(code))
                });
                let answers = own.map(|(code, entries)| {
                    let shown = entries.iter().filter(|kept| when.shows(kept, kept.entry.at));
                    let said = shown.map(|kept| Said {
                        number: kept.number,
                        by_program: kept.entry.actor == program,
                        entry: kept.entry.clone(),
                    });
                    (code.clone(), said.collect())
                });
                found.push(Heard {
                    number,
                    advisories: issue.content.advisories.clone(),
                    ended: alert.end.map(|(_, at)| at),
                    answers: answers.collect(),
                });
            }
            found
        })
        .await?;
    // Now is after everything that was said, also since the clock was read.
    let said = alerts.iter().flat_map(|alert| &alert.answers).flat_map(|(_, said)| said);
    let last = said.map(|said| said.entry.at).max().filter(|_| moment.is_now());
    Ok((last.map_or(when.at, |last| last.max(when.at)), alerts))
}
