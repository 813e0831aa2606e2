//! An alert as at an instant: a fold over its statements.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{AlertNumber, Content, Entry, Statement};

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub number: AlertNumber,
    /// What is being written or waits for a second person.
    pub proposal: Option<Proposal>,
    /// Everything that was ever in force, the first first.
    pub issues: Vec<Issue>,
    /// How it ended, if it has.
    pub end: Option<(End, Timestamp)>,
}

/// A version that is not in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What it says.
    pub content: Content,
    /// Everybody who wrote at it: none of them is the second person.
    pub authors: BTreeSet<String>,
    /// Whether it waits for a second person.
    pub is_submitted: bool,
    /// What the second person said who sent it back.
    pub sent_back: Option<String>,
}

/// A version that was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What it says.
    pub content: Content,
    /// Since when.
    pub since: Timestamp,
    /// Who wrote at it.
    pub authors: BTreeSet<String>,
    /// Who approved it.
    pub approved_by: String,
}

/// How an alert ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Another stands in its place.
    Superseded(AlertNumber),
    /// It was wrong to ask.
    Withdrawn,
    /// It is over.
    Closed,
    /// Its time ran out.
    Expired,
}

/// Where an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Being written.
    Draft,
    /// A second person must look at it.
    AwaitingSecondPerson,
    /// In force.
    Issued,
    /// Over.
    Ended(End),
}

impl Alert {
    /// An alert of which nothing has been said.
    pub const fn new(number: AlertNumber) -> Self {
        Self { number, proposal: None, issues: Vec::new(), end: None }
    }

    /// Folds statements, in the order of the record, to the alert as at an instant.
    pub fn fold(number: AlertNumber, entries: &[Entry], at: Timestamp) -> Self {
        let mut alert = Self::new(number);
        for entry in entries.iter().filter(|entry| entry.at <= at) {
            alert.apply(entry);
        }
        let expires = alert.current().and_then(|issue| issue.content.clocks.expires);
        if let Some(expires) = expires.filter(|expires| alert.end.is_none() && *expires <= at) {
            alert.end = Some((End::Expired, expires));
        }
        alert
    }

    /// Adds one statement. What the commands would have refused changes nothing: the record is appended
    /// to by programs that checked it, and a fold must not fail.
    fn apply(&mut self, entry: &Entry) {
        match &entry.statement {
            Statement::Drafted { content } => {
                let mut authors =
                    self.proposal.take().map(|before| before.authors).unwrap_or_default();
                authors.insert(entry.actor.clone());
                self.proposal = Some(Proposal {
                    content: (**content).clone(),
                    authors,
                    is_submitted: false,
                    sent_back: None,
                });
            }
            Statement::Submitted => {
                if let Some(proposal) = &mut self.proposal {
                    proposal.is_submitted = true;
                }
            }
            Statement::SentBack => {
                if let Some(proposal) = &mut self.proposal {
                    proposal.is_submitted = false;
                    proposal.sent_back.clone_from(&entry.reason);
                }
            }
            Statement::Issued => {
                let is_second = |proposal: &Proposal| {
                    proposal.is_submitted && !proposal.authors.contains(&entry.actor)
                };
                if let Some(proposal) = self.proposal.take_if(|proposal| is_second(proposal)) {
                    self.issues.push(Issue {
                        content: proposal.content,
                        since: entry.at,
                        authors: proposal.authors,
                        approved_by: entry.actor.clone(),
                    });
                }
            }
            Statement::Superseded { by } => self.finish(End::Superseded(*by), entry.at),
            Statement::Withdrawn => self.finish(End::Withdrawn, entry.at),
            Statement::Closed => self.finish(End::Closed, entry.at),
        }
    }

    /// The first end counts.
    fn finish(&mut self, end: End, at: Timestamp) {
        self.end.get_or_insert((end, at));
        self.proposal = None;
    }

    /// The version in force, or that was when it ended.
    pub fn current(&self) -> Option<&Issue> {
        self.issues.last()
    }

    /// Where it is: what is in force counts before what is proposed.
    pub fn phase(&self) -> Phase {
        match (&self.end, self.issues.is_empty(), &self.proposal) {
            (Some((end, _)), _, _) => Phase::Ended(*end),
            (None, false, _) => Phase::Issued,
            (None, true, Some(proposal)) if proposal.is_submitted => Phase::AwaitingSecondPerson,
            (None, true, _) => Phase::Draft,
        }
    }

    /// Since when it was first in force.
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.issues.first().map(|issue| issue.since)
    }
}
