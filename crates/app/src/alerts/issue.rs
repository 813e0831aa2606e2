//! What those who write alerts do with them: draft, submit, send back, approve, supersede, withdraw, close.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exposure::deadline::Policy;
use jiff::tz::TimeZone;
use model::event::{Marking, NewEvent};
use model::organisation::OrganisationCode;
use model::organisation::register::Register;
use response::alert::{self as rules, ActBy, Alert, AlertNumber, Content, Phase, Statement};
use response::answer::Answer;

use super::address::Known;
use super::encode::{self, alert_subject};
use super::error::{AlertsError, not_allowed};
use super::kept::{Book, Books, Plan, When, fold, record};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::exposure::desk::{AlertDue, Desk, Moment, Of, ShownRow};

/// What is done with an alert that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Writes a version that is to replace what is there.
    Revise(Box<Content>),
    /// Asks for a second person.
    Submit,
    /// Sends it back to whoever wrote it.
    SendBack,
    /// Approves it as the second person: it is in force, and its audience is asked.
    Approve,
    /// Puts another that is in force in its place.
    Supersede(AlertNumber),
    /// Takes it back.
    Withdraw,
    /// Ends it.
    Close,
}

/// Writes the first version of an alert; gives its number. Nobody is asked anything by that.
pub async fn draft(
    context: &Context,
    caller: &Caller,
    books: &Books,
    content: Content,
) -> Result<AlertNumber, AlertsError> {
    expect(caller)?;
    check_policy(&content)?;
    record(context, books, |book| {
        let number = book.next().ok_or(AlertsError::Full)?;
        let statement = rules::draft(&Alert::new(number), content.clone())?;
        let event =
            encode::alert(context, caller, (number, Marking::AmberStrict), &statement, None);
        Ok(Plan { key: key(number, 0), events: vec![event], gives: number })
    })
    .await
}

/// Does something with an alert; gives how many organisations are newly asked by that.
pub async fn change(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
    change: &Change,
    reason: Option<&str>,
) -> Result<usize, AlertsError> {
    expect(caller)?;
    if let Change::Revise(content) = change {
        check_policy(content)?;
    }
    // What is known is looked at before anything is recorded: an approval asks all at once.
    let shown = match change {
        Change::Approve => Some(known(context, caller, (books, desk), number).await?),
        _ => None,
    };
    record(context, books, |book| {
        let kept = book.get(number).ok_or(AlertsError::NoAlert(number))?;
        let alert = kept.alert(number, When::now(context));
        let statement = match change {
            Change::Revise(content) => rules::revise(&alert, content.as_ref().clone())?,
            Change::Submit => rules::submit(&alert)?,
            Change::SendBack => rules::send_back(&alert, reason)?,
            Change::Approve => rules::approve(&alert, &caller.actor)?,
            Change::Supersede(by) => {
                let other = book.get(*by).ok_or(AlertsError::NoAlert(*by))?;
                rules::supersede(&alert, &other.alert(*by, When::now(context)))?
            }
            Change::Withdraw => rules::withdraw(&alert, reason)?,
            Change::Close => rules::close(&alert, reason)?,
        };
        let marking = marking(&alert, &statement);
        let event = encode::alert(context, caller, (number, marking), &statement, reason);
        let mut plan = Plan { key: key(number, kept.said()), events: vec![event], gives: 0 };
        if let (Statement::Issued, Some(shown), Some(proposal)) =
            (&statement, &shown, &alert.proposal)
        {
            plan.gives =
                ask(context, caller, (book, number), &proposal.content, shown, &mut plan.events)?;
        }
        Ok(plan)
    })
    .await
}

/// What is known when an alert is to be issued, of its proposal.
struct Looked {
    register: Arc<Register>,
    shown: BTreeMap<OrganisationCode, ShownRow>,
    due: AlertDue,
}

async fn known(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
) -> Result<Looked, AlertsError> {
    let proposal = books
        .with(context, |book| book.get(number).map(|kept| kept.alert(number, When::now(context))))
        .await?
        .ok_or(AlertsError::NoAlert(number))?
        .proposal;
    // Nothing is proposed: the rules say so.
    let content = proposal.map(|proposal| proposal.content);
    let advisories = content.as_ref().map_or(Vec::new(), |content| content.advisories.clone());
    let seen = desk.shown(context, caller, advisories, Of::default(), Moment::default()).await?;
    let due = match &content {
        Some(content) => due(context, desk, content, context.now).await?,
        None => AlertDue { by: None, because: String::new() },
    };
    Ok(Looked { register: seen.register, shown: seen.answer, due })
}

/// By which day a content is due that is, or was first, in force from an instant.
pub(super) async fn due(
    context: &Context,
    desk: &Desk,
    content: &Content,
    issued: jiff::Timestamp,
) -> Result<AlertDue, AlertsError> {
    let issued = issued.to_zoned(TimeZone::UTC).date();
    Ok(match &content.clocks.act {
        ActBy::Day(day) => {
            AlertDue { by: Some(*day), because: "the alert names this day".to_owned() }
        }
        ActBy::Open => AlertDue { by: None, because: "no day is set".to_owned() },
        ActBy::Policy(policy) => desk
            .alert_due(context, (policy, content.advisories.clone()), issued)
            .await?
            .ok_or_else(|| AlertsError::NoPolicy(policy.clone()))?,
    })
}

/// Asks everybody of the audience who is not asked yet; whoever is asked already may have another day now.
fn ask(
    context: &Context,
    caller: &Caller,
    (book, number): (&Book, AlertNumber),
    content: &Content,
    looked: &Looked,
    events: &mut Vec<NewEvent>,
) -> Result<usize, AlertsError> {
    let known = Known { register: &looked.register, shown: &looked.shown, due: &looked.due };
    let mut wanted: BTreeSet<OrganisationCode> = known.audience(&content.audience);
    let mut is_asked = false;
    if let Some(kept) = book.get(number) {
        for (code, entries) in kept.answers() {
            let answer: Answer = fold(entries, When::now(context));
            if answer.addressed.is_none() {
                continue;
            }
            is_asked = true;
            wanted.remove(code);
            if let Some(statement) = known.change_due(&answer) {
                events.push(encode::answer(context, caller, (number, code), &statement, None));
            }
        }
    }
    if wanted.is_empty() && !is_asked {
        return Err(AlertsError::Nobody);
    }
    for code in &wanted {
        let statement = known.address(content, code, context.now);
        events.push(encode::answer(context, caller, (number, code), &statement, None));
    }
    Ok(wanted.len())
}

/// Who may read an event of an alert: what is not in force yet is for those who write it.
fn marking(alert: &Alert, statement: &Statement) -> Marking {
    let content = match statement {
        Statement::Issued => alert.proposal.as_ref().map(|proposal| &proposal.content),
        Statement::Superseded { .. } | Statement::Withdrawn | Statement::Closed
            if alert.phase() == Phase::Issued =>
        {
            alert.current().map(|issue| &issue.content)
        }
        _ => None,
    };
    content.map_or(Marking::AmberStrict, |content| content.marking)
}

fn expect(caller: &Caller) -> Result<(), AlertsError> {
    if caller.can_everywhere(Permission::IssueAlerts) {
        return Ok(());
    }
    Err(not_allowed(Permission::IssueAlerts))
}

fn check_policy(content: &Content) -> Result<(), AlertsError> {
    match &content.clocks.act {
        ActBy::Policy(name) if Policy::built_in(name).is_err() => {
            Err(AlertsError::NoPolicy(name.clone()))
        }
        _ => Ok(()),
    }
}

fn key(number: AlertNumber, said: usize) -> String {
    format!("{}/{said}", alert_subject(number))
}
