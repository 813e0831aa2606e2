//! What may be done with an alert: each gives the statement to record, or says why not.
//!
//! Whether the caller may do it at all is decided in `app`; here stands what holds for everybody.

use super::{Alert, AlertNumber, Content, ContentError, Phase, Statement};

/// Why something cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is over.
    #[error("{0} is over: write a new alert")]
    Over(AlertNumber),
    /// What it says cannot be sent.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// Nothing is proposed.
    #[error("{0} has no draft: write what it is to say first")]
    NoDraft(AlertNumber),
    /// It was not submitted.
    #[error("{0} does not wait for a second person: whoever wrote it must submit it first")]
    NotSubmitted(AlertNumber),
    /// It waits for a second person already.
    #[error("{0} waits for a second person: send it back before you change it")]
    Waiting(AlertNumber),
    /// The second person is the first.
    #[error("you wrote at {0} yourself: somebody else must approve it")]
    SamePerson(AlertNumber),
    /// It was never in force.
    #[error("{0} is not in force")]
    NotIssued(AlertNumber),
    /// It would be its own successor.
    #[error("{0} cannot stand in its own place")]
    Itself(AlertNumber),
    /// No reason was given.
    #[error("say why: it stays in the record")]
    NoReason,
}

/// Writes the first version, or one that is to replace what is in force.
pub fn draft(alert: &Alert, content: Content) -> Result<Statement, Refused> {
    expect_going_on(alert)?;
    if alert.proposal.as_ref().is_some_and(|proposal| proposal.is_submitted) {
        return Err(Refused::Waiting(alert.number));
    }
    Ok(Statement::Drafted { content: Box::new(content.checked()?) })
}

/// As [`draft`], for a version that is there.
pub fn revise(alert: &Alert, content: Content) -> Result<Statement, Refused> {
    if alert.proposal.is_none() && alert.issues.is_empty() {
        return Err(Refused::NoDraft(alert.number));
    }
    draft(alert, content)
}

/// Asks for a second person.
pub fn submit(alert: &Alert) -> Result<Statement, Refused> {
    expect_going_on(alert)?;
    match &alert.proposal {
        None => Err(Refused::NoDraft(alert.number)),
        Some(proposal) if proposal.is_submitted => Err(Refused::Waiting(alert.number)),
        Some(_) => Ok(Statement::Submitted),
    }
}

/// Sends it back to whoever wrote it, with a reason.
pub fn send_back(alert: &Alert, reason: Option<&str>) -> Result<Statement, Refused> {
    expect_waiting(alert)?;
    expect_reason(reason)?;
    Ok(Statement::SentBack)
}

/// Approves it as the second person: it is in force.
pub fn approve(alert: &Alert, who: &str) -> Result<Statement, Refused> {
    let proposal = expect_waiting(alert)?;
    if proposal.authors.contains(who) {
        return Err(Refused::SamePerson(alert.number));
    }
    Ok(Statement::Issued)
}

/// Puts another in its place.
pub fn supersede(alert: &Alert, by: &Alert) -> Result<Statement, Refused> {
    expect_in_force(alert)?;
    if by.number == alert.number {
        return Err(Refused::Itself(alert.number));
    }
    expect_in_force(by)?;
    Ok(Statement::Superseded { by: by.number })
}

/// Takes it back, with a reason; a draft as well.
pub fn withdraw(alert: &Alert, reason: Option<&str>) -> Result<Statement, Refused> {
    expect_going_on(alert)?;
    if alert.proposal.is_none() && alert.issues.is_empty() {
        return Err(Refused::NoDraft(alert.number));
    }
    expect_reason(reason)?;
    Ok(Statement::Withdrawn)
}

/// Ends it, with a reason.
pub fn close(alert: &Alert, reason: Option<&str>) -> Result<Statement, Refused> {
    expect_in_force(alert)?;
    expect_reason(reason)?;
    Ok(Statement::Closed)
}

fn expect_going_on(alert: &Alert) -> Result<(), Refused> {
    match alert.phase() {
        Phase::Ended(_) => Err(Refused::Over(alert.number)),
        _ => Ok(()),
    }
}

fn expect_in_force(alert: &Alert) -> Result<(), Refused> {
    expect_going_on(alert)?;
    match alert.phase() {
        Phase::Issued => Ok(()),
        _ => Err(Refused::NotIssued(alert.number)),
    }
}

fn expect_waiting(alert: &Alert) -> Result<&super::Proposal, Refused> {
    expect_going_on(alert)?;
    let proposal = alert.proposal.as_ref().ok_or(Refused::NoDraft(alert.number))?;
    if proposal.is_submitted { Ok(proposal) } else { Err(Refused::NotSubmitted(alert.number)) }
}

fn expect_reason(reason: Option<&str>) -> Result<(), Refused> {
    let is_said = reason.is_some_and(|reason| !reason.trim().is_empty());
    if is_said { Ok(()) } else { Err(Refused::NoReason) }
}
