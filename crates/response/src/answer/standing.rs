//! Where an organisation stands under an alert: what it declared beside what evidence shows, at an instant.

use jiff::Timestamp;
use jiff::civil::Date;

use super::state::day_of;
use super::{Answer, Applicability, Closing, Declared, Proof, Shown};

/// What an organisation declares, the least far first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// It is not asked.
    NotAsked,
    /// It is asked, and nobody is known to have been reached.
    Pending,
    /// A carrier says that somebody was reached.
    Notified,
    /// A person has read it.
    Acknowledged,
    /// It said whether it concerns it.
    ApplicabilityStated,
    /// It works on it.
    Acting,
    /// It says that it is done, or that it does not concern it.
    Claimed,
    /// It was closed, and evidence has turned against that since.
    Reopened,
    /// It is closed.
    Closed,
}

impl Stage {
    /// All, the least far first.
    pub const ALL: [Self; 9] = [
        Self::NotAsked,
        Self::Pending,
        Self::Notified,
        Self::Acknowledged,
        Self::ApplicabilityStated,
        Self::Acting,
        Self::Claimed,
        Self::Reopened,
        Self::Closed,
    ];

    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAsked => "not-asked",
            Self::Pending => "pending",
            Self::Notified => "notified",
            Self::Acknowledged => "acknowledged",
            Self::ApplicabilityStated => "applicability-stated",
            Self::Acting => "acting",
            Self::Claimed => "claimed",
            Self::Reopened => "reopened",
            Self::Closed => "closed",
        }
    }
}

/// What else is to be said of where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// Every route to everybody was tried.
    Unreachable,
    /// Nobody has acknowledged in time.
    AcknowledgementOverdue,
    /// The day by which it must be done is over.
    Overdue {
        /// The day.
        since: Date,
    },
    /// It waits for more time.
    ExtensionAsked,
    /// A risk is accepted until a day.
    RiskAccepted {
        /// The last day on which it holds.
        until: Date,
    },
    /// The day of an acceptance is over: the risk is nobody's.
    AcceptanceExpired {
        /// When.
        since: Date,
    },
    /// It is put off until a day.
    Deferred {
        /// The last day on which it holds.
        until: Date,
    },
    /// It was closed against evidence, now or once.
    Overridden,
}

/// Where an organisation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it declares.
    pub stage: Stage,
    /// What evidence says to what it declared; `None`: it declared nothing that evidence could speak to.
    pub proof: Option<Proof>,
    /// What else is to be said, each once, in order.
    pub flags: Vec<Flag>,
}

impl Standing {
    /// Where an organisation stands at an instant, with what evidence shows then.
    pub fn of(answer: &Answer, shown: &Shown, now: Timestamp) -> Self {
        let today = day_of(now);
        let proof = answer.declared.map(|declared| proof(declared, shown));
        let stage = stage(answer, shown, proof);
        // What agreed when it was closed was newer than the claim, and what came since is newer still.
        let was_proved = answer.closing.as_ref().is_some_and(|closing| closing.over.is_none());
        let proof = match proof {
            Some(Proof::Older { .. }) if was_proved => Some(Proof::Agrees),
            proof => proof,
        };
        let is_open = stage != Stage::Closed && stage != Stage::NotAsked;
        let mut flags = Vec::new();
        if is_open && answer.unreachable.is_some() {
            flags.push(Flag::Unreachable);
        }
        let is_late = answer.acknowledge_by.is_some_and(|by| by < now);
        if is_open && is_late && answer.acknowledged.is_none() {
            flags.push(Flag::AcknowledgementOverdue);
        }
        let accepted = answer.accepted_on(today);
        let is_proved = proof == Some(Proof::Agrees);
        if let Some(since) = answer.due_by().filter(|by| *by < today)
            && is_open
            && accepted.is_none()
            && !is_proved
        {
            flags.push(Flag::Overdue { since });
        }
        if is_open && answer.extension.as_ref().is_some_and(|one| one.decided.is_none()) {
            flags.push(Flag::ExtensionAsked);
        }
        match (accepted, &answer.acceptance) {
            (Some(held), _) => flags.push(Flag::RiskAccepted { until: held.until }),
            (None, Some(over)) if is_open && !is_proved => {
                flags.push(Flag::AcceptanceExpired { since: over.until });
            }
            _ => {}
        }
        if let Some(deferral) = answer.deferral.as_ref().filter(|_| is_open) {
            flags.push(Flag::Deferred { until: deferral.until });
        }
        if !answer.overrides.is_empty() {
            flags.push(Flag::Overridden);
        }
        Self { stage, proof, flags }
    }

    /// Whether a claim and evidence contradict each other: shown before everything else.
    pub const fn is_disputed(&self) -> bool {
        matches!(self.proof, Some(Proof::Disputed { .. }))
    }

    /// The same of what is still open: what a named person closed against evidence is known to be so.
    pub const fn is_contradicted(&self) -> bool {
        self.is_disputed() && !matches!(self.stage, Stage::Closed)
    }
}

fn stage(answer: &Answer, shown: &Shown, proof: Option<Proof>) -> Stage {
    if let Some(closing) = &answer.closing {
        let is_reopened = is_reopened(answer, closing, shown, proof);
        return if is_reopened { Stage::Reopened } else { Stage::Closed };
    }
    if proof.is_some() {
        Stage::Claimed
    } else if answer.acting.is_some() {
        Stage::Acting
    } else if answer.applicability.is_some() {
        Stage::ApplicabilityStated
    } else if answer.acknowledged.is_some() {
        Stage::Acknowledged
    } else if answer.notified.is_some() {
        Stage::Notified
    } else if answer.addressed.is_some() {
        Stage::Pending
    } else {
        Stage::NotAsked
    }
}

/// An open host opens it again; after an override only one more than it was given for. What was opened again stays so
/// until evidence agrees: that it has grown too old since mends nothing.
fn is_reopened(answer: &Answer, closing: &Closing, shown: &Shown, proof: Option<Proof>) -> bool {
    let affected = shown.hosts.map_or(0, |hosts| hosts.affected);
    let given = match closing.over {
        Some((_, Proof::Disputed { affected: then })) => then,
        _ => 0,
    };
    let was_found = answer.found.is_some_and(|(found, at)| {
        at > closing.at && matches!(found, Proof::Disputed { affected } if affected > given)
    });
    affected > given || (was_found && proof != Some(Proof::Agrees))
}

/// What evidence says to what was declared.
pub(super) fn proof(declared: Declared, shown: &Shown) -> Proof {
    match declared {
        Declared::Done { at } => shown.proof(day_of(at)),
        // That it never concerned anybody is shown by evidence of any age that is not too old to count.
        Declared::DoesNotApply { .. } => shown.proof(Date::MIN),
    }
}

impl Applicability {
    /// Whether it is something that evidence is held against.
    pub const fn is_claim(self) -> bool {
        matches!(self, Self::DoesNot)
    }
}
