//! Alerts and answers, for whoever may see them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::event::Marking;
use model::organisation::{OrganisationCode, OrganisationKind};
use response::alert::{Alert, AlertNumber, Content, Phase};
use response::answer::{Answer, Hosts, Shown, Stage, Standing};

use super::error::AlertsError;
use super::funnel::Funnel;
use super::kept::{Book, Books, KeptAlert, When};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::desk::{Desk, Moment, Of, Seen, ShownRow};

/// An alert in a list.
#[derive(Clone, Debug)]
pub struct AlertLine {
    /// The alert.
    pub alert: Alert,
    /// How far those have got whom the caller may see.
    pub funnel: Funnel,
}

/// An alert with everybody who is asked by it and whom the caller may see.
#[derive(Clone, Debug)]
pub struct AlertView {
    /// The alert.
    pub alert: Alert,
    /// How far those have got whom the caller may see.
    pub funnel: Funnel,
    /// Each of them: first whose claim evidence contradicts, then those who have been silent the longest, weighed by
    /// how many of their machines are open or unknown.
    pub rows: Vec<OrganisationRow>,
    /// What was said of the alert, the first first: number of the event, when, by whom, what, why.
    pub history: Vec<Told>,
    /// How often something was said of it, drafts too.
    pub said: usize,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The number of its event.
    pub number: u64,
    /// When it was so.
    pub at: Timestamp,
    /// Who said it.
    pub actor: String,
    /// For whom, where for another.
    pub on_behalf_of: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What.
    pub what: What,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Of the alert.
    Alert(response::alert::Statement),
    /// Of an answer.
    Answer(response::answer::Statement),
}

/// An organisation under an alert.
#[derive(Clone, Debug)]
pub struct OrganisationRow {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name, or its code where no name is known.
    pub name: String,
    /// Its kind, where it is registered.
    pub kind: Option<OrganisationKind>,
    /// Its region, where one is above it.
    pub region: Option<OrganisationCode>,
    /// What it was asked and answered.
    pub answer: Answer,
    /// What its evidence shows.
    pub shown: Shown,
    /// Where it stands.
    pub standing: Standing,
}

/// One organisation's own view of an alert.
#[derive(Clone, Debug)]
pub struct OwnAnswer {
    /// The alert.
    pub number: AlertNumber,
    /// What it says, as it is in force or was last.
    pub content: Content,
    /// Where the alert is.
    pub phase: Phase,
    /// Since when it is in force.
    pub since: Timestamp,
    /// The organisation under it.
    pub row: OrganisationRow,
    /// What was said by and of it, the first first.
    pub history: Vec<Told>,
}

/// The alerts that the caller may see, the newest first; drafts only for those who write alerts.
pub async fn alerts(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    moment: Moment,
) -> Result<Seen<Vec<AlertLine>>, AlertsError> {
    let when = When::of_moment(context, moment);
    let found: Vec<(Alert, Vec<(OrganisationCode, Answer)>)> = books
        .with(context, |book| {
            let visible = book.alerts().filter_map(|(number, kept)| {
                let alert = kept.alert(number, when);
                let alert = for_readers(caller, alert);
                may_see(caller, kept, &alert).then(|| (alert, answers(caller, kept, when)))
            });
            visible.collect()
        })
        .await?;
    let register = desk.register(context, moment).await?;
    let mut lines = Vec::new();
    let mut last = None;
    for (alert, answers) in found {
        let seen = shown(context, caller, desk, (&alert, &answers), moment).await?;
        let mut funnel = Funnel::default();
        for (code, answer) in &answers {
            let shown = seen.answer.get(code).map(|row| row.shown).unwrap_or_default();
            funnel.count(answer, &Standing::of(answer, &shown, when.at));
        }
        last = Some(seen.map(drop));
        lines.push(AlertLine { alert, funnel });
    }
    let seen = match last {
        Some(seen) => seen,
        None => desk.knowledge(context, moment, |_, _| ()).await.or_else(|error| match error {
            // A record that has no knowledge yet has alerts all the same.
            Error::NoKnowledge => Ok(Seen {
                as_at: moment.day(context.now),
                as_known: moment.as_known.unwrap_or(context.now),
                knowledge: String::new(),
                knowledge_built_at: context.now,
                register,
                answer: (),
            }),
            other => Err(other),
        })?,
    };
    Ok(seen.map(|()| lines))
}

/// One alert with everybody under it whom the caller may see.
pub async fn alert(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    number: AlertNumber,
    moment: Moment,
) -> Result<Seen<AlertView>, AlertsError> {
    let when = When::of_moment(context, moment);
    let (alert, answers, history, said) = books
        .with(context, |book| {
            let kept = visible(caller, book, number, when)?;
            let writes = caller.can_everywhere(Permission::IssueAlerts);
            let shown = kept.entries().iter().filter(|kept| when.shows(kept, kept.entry.at));
            let shown = shown.filter(|kept| writes || is_for_all(&kept.entry.statement));
            let told = shown.map(|kept| Told {
                number: kept.number,
                at: kept.entry.at,
                actor: kept.entry.actor.clone(),
                on_behalf_of: None,
                reason: kept.entry.reason.clone(),
                what: What::Alert(kept.entry.statement.clone()),
            });
            let told = told.collect::<Vec<_>>();
            let alert = for_readers(caller, kept.alert(number, when));
            Ok::<_, AlertsError>((alert, answers(caller, kept, when), told, kept.said()))
        })
        .await??;
    let seen = shown(context, caller, desk, (&alert, &answers), moment).await?;
    let mut funnel = Funnel::default();
    let mut rows = Vec::new();
    for (code, answer) in answers {
        let row = row(&seen, code, answer, when.at);
        funnel.count(&row.answer, &row.standing);
        rows.push(row);
    }
    rows.sort_by_cached_key(|row| urgency(row, when.at));
    Ok(seen.map(|_| AlertView { alert, funnel, rows, history, said }))
}

/// One organisation under an alert, as its own people see it.
pub async fn own(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    (number, code): (AlertNumber, &OrganisationCode),
    moment: Moment,
) -> Result<Seen<OwnAnswer>, AlertsError> {
    let when = When::of_moment(context, moment);
    desk.expected(context, caller, code, moment).await?;
    let (alert, answer, history) = books
        .with(context, |book| {
            let kept = visible(caller, book, number, when)?;
            let entries = kept.answer_entries(code);
            let answer = kept.answer(code, when);
            if answer.addressed.is_none() {
                return Err(AlertsError::NotAsked(number, code.clone()));
            }
            let shown = entries.iter().filter(|kept| when.shows(kept, kept.entry.at));
            let told = shown.map(|kept| Told {
                number: kept.number,
                at: kept.entry.at,
                actor: kept.entry.actor.clone(),
                on_behalf_of: kept.entry.on_behalf_of.clone(),
                reason: kept.entry.reason.clone(),
                what: What::Answer(kept.entry.statement.clone()),
            });
            Ok((kept.alert(number, when), answer, told.collect::<Vec<_>>()))
        })
        .await??;
    let issue = alert.current().ok_or(AlertsError::NoAlert(number))?;
    let of = Of { only: Some(code.clone()), aged: [code.clone()].into() };
    let advisories = issue.content.advisories.clone();
    let seen = desk.shown(context, caller, advisories, of, moment).await?;
    let own = OwnAnswer {
        number,
        content: issue.content.clone(),
        phase: alert.phase(),
        since: issue.since,
        row: row(&seen, code.clone(), answer, when.at),
        history,
    };
    Ok(seen.map(|_| own))
}

/// The alerts under which an organisation is asked: what is open first, then the newest.
pub async fn own_alerts(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    code: &OrganisationCode,
    moment: Moment,
) -> Result<Vec<OwnAnswer>, AlertsError> {
    let when = When::of_moment(context, moment);
    desk.expected(context, caller, code, moment).await?;
    let numbers: Vec<AlertNumber> = books
        .with(context, |book| {
            let own = book.alerts().filter(|(number, kept)| {
                may_see(caller, kept, &kept.alert(*number, when))
                    && kept.answer(code, when).addressed.is_some()
            });
            own.map(|(number, _)| number).collect()
        })
        .await?;
    let mut found = Vec::new();
    for number in numbers {
        let seen = own(context, caller, (books, desk), (number, code), moment).await?;
        found.push(seen.answer);
    }
    let is_over =
        |own: &OwnAnswer| own.phase != Phase::Issued || own.row.standing.stage == Stage::Closed;
    found.sort_by_key(|own| (is_over(own), std::cmp::Reverse(own.number)));
    Ok(found)
}

fn row(
    seen: &Seen<BTreeMap<OrganisationCode, ShownRow>>,
    code: OrganisationCode,
    answer: Answer,
    at: Timestamp,
) -> OrganisationRow {
    let known = seen.answer.get(&code);
    let shown = known.map(|row| row.shown).unwrap_or_default();
    OrganisationRow {
        name: known.map_or_else(|| code.to_string(), |row| row.name.clone()),
        kind: known.and_then(|row| row.kind),
        region: known.and_then(|row| row.region.clone()),
        standing: Standing::of(&answer, &shown, at),
        answer,
        shown,
        code,
    }
}

/// What evidence shows of those who answered; of who claims without being closed, its age too.
async fn shown(
    context: &Context,
    caller: &Caller,
    desk: &Desk,
    (alert, answers): (&Alert, &[(OrganisationCode, Answer)]),
    moment: Moment,
) -> Result<Seen<BTreeMap<OrganisationCode, ShownRow>>, Error> {
    let advisories = alert.current().map_or(Vec::new(), |issue| issue.content.advisories.clone());
    let claimed = answers
        .iter()
        .filter(|(_, answer)| answer.declared.is_some() && answer.closing.is_none())
        .map(|(code, _)| code.clone());
    let of = Of { only: None, aged: claimed.collect::<BTreeSet<_>>() };
    desk.shown(context, caller, advisories, of, moment).await
}

/// Everybody who is asked and whom the caller may see, with their answers.
fn answers(caller: &Caller, kept: &KeptAlert, when: When) -> Vec<(OrganisationCode, Answer)> {
    let own = kept.answers().filter(|(code, _)| caller.can(Permission::SeeHosts, Some(code)));
    let answers = own.map(|(code, _)| (code.clone(), kept.answer(code, when)));
    answers.filter(|(_, answer)| answer.addressed.is_some()).collect()
}

/// What is proposed is for those who write alerts.
fn for_readers(caller: &Caller, alert: Alert) -> Alert {
    if caller.can_everywhere(Permission::IssueAlerts) {
        return alert;
    }
    Alert { proposal: None, ..alert }
}

/// Whether it is for everybody who sees the alert: drafts are for those who write them.
const fn is_for_all(statement: &response::alert::Statement) -> bool {
    use response::alert::Statement::{Closed, Issued, Superseded, Withdrawn};
    matches!(statement, Issued | Superseded { .. } | Withdrawn | Closed)
}

/// An alert that is there for the caller.
pub(crate) fn visible<'b>(
    caller: &Caller,
    book: &'b Book,
    number: AlertNumber,
    when: When,
) -> Result<&'b KeptAlert, AlertsError> {
    let kept = book.get(number).ok_or(AlertsError::NoAlert(number))?;
    if may_see(caller, kept, &kept.alert(number, when)) {
        Ok(kept)
    } else {
        Err(AlertsError::NoAlert(number))
    }
}

/// Whether an alert is there for the caller: whoever sees the sector sees all that was ever in force, those who
/// write alerts drafts too; anybody else those by which one of their organisations is asked. What is
/// marked above what they may read of it is not there.
pub(super) fn may_see(caller: &Caller, kept: &KeptAlert, alert: &Alert) -> bool {
    let Some(issue) = alert.current() else {
        let is_begun = alert.proposal.is_some() || alert.end.is_some();
        return is_begun && caller.can_everywhere(Permission::IssueAlerts);
    };
    let marking: Marking = issue.content.marking;
    let is_own = issue.approved_by == caller.actor || issue.authors.contains(&caller.actor);
    let reads = |own: Option<&OrganisationCode>| marking <= caller.highest_marking(own) || is_own;
    if caller.can_everywhere(Permission::SeeHosts) {
        return reads(None);
    }
    kept.answers()
        .any(|(code, _)| caller.can(Permission::SeeHosts, Some(code)) && reads(Some(code)))
}

/// The order of attention, the most urgent first.
fn urgency(
    row: &OrganisationRow,
    now: Timestamp,
) -> (u8, std::cmp::Reverse<u128>, OrganisationCode) {
    let in_question = row.shown.hosts.map_or(1, Hosts::in_question);
    let silent_minutes =
        row.answer.addressed.map_or(0, |since| now.duration_since(since).as_secs().max(0) / 60);
    let silent = u128::from(silent_minutes.unsigned_abs()) + 1;
    let (class, weight) = if row.standing.is_contradicted() {
        (0, u128::from(row.shown.hosts.map_or(0, |hosts| hosts.affected)))
    } else if row.answer.acknowledged.is_none() && row.standing.is_open() {
        (1, silent * (u128::from(in_question) + 1))
    } else if row.standing.is_open() {
        (2, u128::from(in_question))
    } else {
        (3, u128::from(in_question))
    };
    (class, std::cmp::Reverse(weight), row.code.clone())
}
