//! What is said for an organisation under an alert, and what its evidence says to that at once.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use model::event::EventId;
use model::organisation::OrganisationCode;
use response::alert::{AlertNumber, Phase};
use response::answer::{
    self as rules, Answer, Applicability, Declared, Entry, Proof, Refused, Route, Shown, Standing,
    Statement,
};

use super::encode::{self, answer_subject};
use super::error::{AlertsError, not_allowed};
use super::kept::{Books, Plan, When, record};
use super::see::visible;
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::desk::{Desk, Moment, Of};

/// What can be said for an organisation under an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Say {
    /// A person of it has read the alert.
    Acknowledge(Route),
    /// A person of it says so on the telephone: somebody else writes it down.
    AcknowledgeByPhone {
        /// Who, by name and office.
        by: String,
    },
    /// Whether it concerns it.
    Applicability(Applicability),
    /// It works on it, and says when it will say more.
    Act(Option<Date>),
    /// It is done.
    Claim,
    /// It takes that back.
    WithdrawClaim,
    /// It needs more time, until a day.
    AskExtension(Date),
    /// It lives with the risk.
    AcceptRisk {
        /// Who answers for that, by name and office.
        owner: String,
        /// What stands between the flaw and harm meanwhile.
        control: String,
        /// When that ends.
        until: Option<Date>,
    },
    /// It does not any more.
    EndAcceptance,
    /// It needs machines to stand still.
    AskWindow {
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
        /// What care is touched by it.
        care: String,
    },
    /// The clinical side signs or refuses.
    DecideWindow {
        /// Whether they sign.
        signed: bool,
        /// Who, by name and office.
        by: String,
    },
    /// It is put off.
    Defer {
        /// Who answers for that, by name and office.
        owner: String,
        /// When that ends.
        until: Option<Date>,
    },
    /// More time is given or refused, by somebody who may.
    DecideExtension(bool),
    /// It is closed although evidence does not agree, by a named person who may.
    Override {
        /// Who, by name and office.
        by: String,
    },
}

impl Say {
    /// What whoever says it must be allowed.
    pub const fn needs(&self) -> Permission {
        match self {
            Self::DecideExtension(_) | Self::Override { .. } => Permission::DecideAlerts,
            _ => Permission::AnswerAlerts,
        }
    }

    /// Whether it says that somebody has read the alert, and no more.
    const fn is_reading(&self) -> bool {
        matches!(self, Self::Acknowledge(_) | Self::AcknowledgeByPhone { .. })
    }
}

/// Says something for an organisation. A claim is held against the evidence in the same breath.
pub async fn say(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    (number, code): (AlertNumber, &OrganisationCode),
    what: &Say,
    reason: Option<&str>,
) -> Result<Standing, AlertsError> {
    expect(caller, number, code, what.needs())?;
    let (advisories, is_declared) = books
        .with(context, |book| {
            // Whoever may not read it cannot answer it, and is not told that it is there.
            let kept = visible(caller, book, number, When::now(context))?;
            let alert = kept.alert(number, When::now(context));
            let issue = alert.current().ok_or(AlertsError::NoAlert(number))?;
            let answer = kept.answer(code, When::now(context));
            if answer.addressed.is_none() {
                return Err(AlertsError::NotAsked(number, code.clone()));
            }
            Ok((issue.content.advisories.clone(), answer.declared.is_some()))
        })
        .await??;
    // That somebody has read it says nothing that evidence could speak to.
    let shown = if what.is_reading() && !is_declared {
        Shown::default()
    } else {
        let of = Of { only: Some(code.clone()), aged: [code.clone()].into() };
        let evidence = Caller::operator("evidence");
        let seen = desk.shown(context, &evidence, advisories, of, Moment::default()).await?;
        seen.answer.get(code).map(|row| row.shown).unwrap_or_default()
    };
    record(context, books, |book| {
        let kept = book.get(number).ok_or(AlertsError::NoAlert(number))?;
        let alert = kept.alert(number, When::now(context));
        let entries = kept.answer_entries(code);
        let answer = kept.answer(code, When::now(context));
        if let Phase::Ended(_) = alert.phase() {
            // What was asked is over; that somebody has read it may still be said.
            if !what.is_reading() {
                return Err(response::alert::Refused::Over(number).into());
            }
        }
        let said_now = (caller.actor.as_str(), context.now);
        let statement = statement(&answer, &shown, what, reason, said_now)?;
        let key = format!("{}/{}", answer_subject(number, code), entries.len());
        let Some(statement) = statement else {
            let standing = Standing::of(&answer, &shown, context.now);
            return Ok(Plan { key, events: Vec::new(), gives: standing });
        };
        let about = (number, code);
        let mut events = vec![encode::answer(context.now, caller, about, &statement, reason)];
        let mut said: Vec<Entry> = entries.iter().map(|kept| kept.entry.clone()).collect();
        said.push(entry(context, caller, &statement, reason));
        let program = program();
        for found in follow_up(&Answer::fold(&said, context.now), &shown, context.now) {
            events.push(encode::answer(context.now, &program, about, &found, None));
            said.push(entry(context, &program, &found, None));
        }
        let answer = Answer::fold(&said, context.now);
        Ok(Plan { key, events, gives: Standing::of(&answer, &shown, context.now) })
    })
    .await
}

/// Who says what the program itself finds.
pub(crate) fn program() -> Caller {
    Caller::operator("wardround")
}

/// The statement of what is said; `None`: it was said before, and nothing has changed since.
fn statement(
    answer: &Answer,
    shown: &Shown,
    what: &Say,
    reason: Option<&str>,
    (who, now): (&str, Timestamp),
) -> Result<Option<Statement>, Refused> {
    Ok(Some(match what {
        // The first counts: a second tells nothing new, and is no error.
        Say::Acknowledge(_) | Say::AcknowledgeByPhone { .. } if answer.acknowledged.is_some() => {
            return Ok(None);
        }
        Say::Acknowledge(route) => rules::acknowledge(answer, *route)?,
        Say::AcknowledgeByPhone { by } => rules::acknowledge_by_phone(answer, by, reason)?,
        Say::Applicability(what) => rules::state_applicability(answer, *what, reason)?,
        Say::Act(next) => rules::act(answer, *next, now)?,
        Say::Claim if is_claimed(answer, now) => return Ok(None),
        Say::Claim => rules::claim(answer)?,
        Say::WithdrawClaim => rules::withdraw_claim(answer)?,
        Say::AskExtension(until) => rules::ask_extension(answer, *until, reason)?,
        Say::AcceptRisk { owner, control, until } => {
            rules::accept_risk(answer, (owner, control), *until, reason, now)?
        }
        Say::EndAcceptance => rules::end_acceptance(answer)?,
        Say::AskWindow { from, until, care } => {
            rules::ask_window(answer, (*from, *until), care, now)?
        }
        Say::DecideWindow { signed, by } => rules::decide_window(answer, *signed, by)?,
        Say::Defer { owner, until } => rules::defer(answer, owner, *until, reason, now)?,
        Say::DecideExtension(granted) => rules::decide_extension(answer, *granted, who)?,
        Say::Override { by } => rules::override_close(answer, shown, by, reason)?,
    }))
}

/// Whether it stands claimed, and evidence has not contradicted that; within a moment it is the same click.
fn is_claimed(answer: &Answer, now: Timestamp) -> bool {
    const MOMENT: SignedDuration = SignedDuration::from_secs(60);
    let Some(Declared::Done { at }) = answer.declared else { return false };
    let is_disputed = matches!(answer.found, Some((Proof::Disputed { .. }, _)));
    !is_disputed || now.duration_since(at) < MOMENT
}

/// What the program has to say once an answer stands beside what evidence shows: what evidence says to a claim,
/// where that is news, and that it is closed, where evidence agrees.
pub(super) fn follow_up(answer: &Answer, shown: &Shown, now: Timestamp) -> Vec<Statement> {
    let Some(declared) = answer.declared else { return Vec::new() };
    let standing = Standing::of(answer, shown, now);
    let Some(proof) = standing.proof else { return Vec::new() };
    let (Declared::Done { at } | Declared::DoesNotApply { at }) = declared;
    let was = answer.found.filter(|(_, found)| *found >= at).map(|(proof, _)| proof);
    let is_news =
        was.is_none_or(|was| was != proof && (is_counted(proof) || !is_alike(was, proof)));
    let mut found = Vec::new();
    // Of what is closed only that counts which opens it again, or that evidence agrees after all.
    let was_disputed = matches!(was, Some(Proof::Disputed { .. }));
    let matters =
        answer.closing.is_none() || is_counted(proof) || (was_disputed && proof == Proof::Agrees);
    if is_news && matters {
        found.push(Statement::Found { proof });
    }
    if proof == Proof::Agrees && answer.closing.is_none() {
        found.push(Statement::Closed);
    }
    found
}

/// How many are open is news each time.
const fn is_counted(proof: Proof) -> bool {
    matches!(proof, Proof::Disputed { .. })
}

/// How many are not known is not.
fn is_alike(one: Proof, other: Proof) -> bool {
    one.code() == other.code()
}

fn entry(context: &Context, caller: &Caller, statement: &Statement, reason: Option<&str>) -> Entry {
    /// It has no identity before it is recorded, and nobody asks for one.
    const NONE: &str = "00000000-0000-7000-8000-000000000000";
    let id: Result<EventId, _> = NONE.parse();
    Entry {
        #[expect(clippy::expect_used, reason = "a constant")]
        id: id.expect("it is one"),
        at: context.now,
        actor: caller.actor.clone(),
        on_behalf_of: caller.on_behalf_of.clone(),
        reason: reason.map(ToOwned::to_owned),
        statement: statement.clone(),
    }
}

/// Refuses who may not say something for an organisation; to whom it is nobody's, the alert is not there.
pub(super) fn expect(
    caller: &Caller,
    number: AlertNumber,
    code: &OrganisationCode,
    needs: Permission,
) -> Result<(), AlertsError> {
    if caller.can(needs, Some(code)) {
        return Ok(());
    }
    if caller.can(Permission::SeeHosts, Some(code)) {
        return Err(not_allowed(needs));
    }
    if caller.may(code) {
        Err(AlertsError::NoAlert(number))
    } else {
        Err(Error::NoOrganisation(code.clone()).into())
    }
}
