//! What those who write alerts do with them: draft, submit, send back, approve, supersede, withdraw, close.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exposure::deadline::Policy;
use jiff::civil::Date;
use model::event::{Marking, NewEvent};
use model::organisation::OrganisationCode;
use model::organisation::register::Register;
use response::alert::{self as rules, ActBy, Alert, AlertNumber, Content, Phase, Statement};
use response::answer::Answer;

use super::address::{Known, day_of};
use super::encode::{self, alert_subject};
use super::error::{AlertsError, not_allowed};
use super::kept::{Book, Books, Plan, When, fold, record};
use super::say::program;
use super::see::visible;
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
        let marking = Marking::AmberStrict.max(content.marking);
        let event = encode::alert(context.now, caller, (number, marking), &statement, None);
        Ok(Plan { key: key(number, 0), events: vec![event], gives: number })
    })
    .await
}

/// Does something with an alert; gives how many organisations are newly asked by that. `seen` is how often something
/// had been said of it when the caller read it: what was changed since is not approved unread.
pub async fn change(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
    (change, seen): (&Change, Option<usize>),
    reason: Option<&str>,
) -> Result<usize, AlertsError> {
    expect(caller)?;
    if let Change::Revise(content) = change {
        check_policy(content)?;
    }
    // What is known is looked at before anything is recorded: an approval asks all at once.
    let shown = match change {
        Change::Approve => Some(look(context, caller, (books, desk), number).await?),
        _ => None,
    };
    record(context, books, |book| {
        let kept = visible(caller, book, number, When::now(context))?;
        let alert = kept.alert(number, When::now(context));
        if seen.is_some_and(|seen| seen != kept.said()) {
            return Err(AlertsError::Changed(number));
        }
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
        let event = encode::alert(context.now, caller, (number, marking), &statement, reason);
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
    dues: BTreeMap<Date, AlertDue>,
}

async fn look(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
) -> Result<Looked, AlertsError> {
    let (alert, mut days) = books
        .with(context, |book| {
            let kept = visible(caller, book, number, When::now(context))?;
            let asked = kept
                .answers()
                .filter_map(|(_, entries)| fold(entries, When::now(context)).addressed);
            let days: BTreeSet<Date> = asked.map(day_of).collect();
            Ok::<_, AlertsError>((kept.alert(number, When::now(context)), days))
        })
        .await??;
    days.insert(day_of(context.now));
    let proposal = alert.proposal;
    // Nothing is proposed: the rules say so.
    let content = proposal.map(|proposal| proposal.content);
    let advisories = content.as_ref().map_or(Vec::new(), |content| content.advisories.clone());
    let seen = desk.shown(context, caller, advisories, Of::default(), Moment::default()).await?;
    let dues = match &content {
        Some(content) => dues(context, desk, content, days).await?,
        None => BTreeMap::new(),
    };
    Ok(Looked { register: seen.register, shown: seen.answer, dues })
}

/// By which day a content is due for those who were asked on some days.
pub(super) async fn dues(
    context: &Context,
    desk: &Desk,
    content: &Content,
    days: BTreeSet<Date>,
) -> Result<BTreeMap<Date, AlertDue>, AlertsError> {
    let mut dues = BTreeMap::new();
    for day in days {
        dues.insert(day, due(context, desk, content, day).await?);
    }
    Ok(dues)
}

/// By which day a content is due for those who were asked on a day.
async fn due(
    context: &Context,
    desk: &Desk,
    content: &Content,
    issued: Date,
) -> Result<AlertDue, AlertsError> {
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
    let known = Known { register: &looked.register, shown: &looked.shown, dues: &looked.dues };
    let program = program();
    let mut wanted: BTreeSet<OrganisationCode> = known.audience(&content.audience);
    let mut is_asked = false;
    if let Some(kept) = book.get(number) {
        let before = kept.alert(number, When::now(context));
        let before = before.current().map(|issue| &issue.content.advisories);
        let is_more = before.is_some_and(|before| {
            content.advisories.iter().any(|advisory| !before.contains(advisory))
        });
        for (code, entries) in kept.answers() {
            let answer: Answer = fold(entries, When::now(context));
            if answer.addressed.is_none() {
                continue;
            }
            is_asked = true;
            wanted.remove(code);
            if is_more && (answer.declared.is_some() || answer.closing.is_some()) {
                // What was said to be done was less than what is asked now.
                let reason = Some("the alert asks for more now than was said to be done");
                let taken = response::answer::Statement::ClaimWithdrawn;
                events.push(encode::answer(context.now, &program, (number, code), &taken, reason));
            }
            if let Some(statement) = known.change_due(&answer) {
                events.push(encode::answer(context.now, caller, (number, code), &statement, None));
            }
        }
    }
    if wanted.is_empty() && !is_asked {
        return Err(AlertsError::Nobody);
    }
    for code in &wanted {
        let statement = known.address(content, code, context.now);
        events.push(encode::answer(context.now, caller, (number, code), &statement, None));
    }
    Ok(wanted.len())
}

/// Who may read an event of an alert: what is not in force yet is for those who write it.
fn marking(alert: &Alert, statement: &Statement) -> Marking {
    let content = match statement {
        // A draft is for those who write alerts, unless it is for fewer.
        Statement::Drafted { content } => {
            return Marking::AmberStrict.max(content.marking);
        }
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
