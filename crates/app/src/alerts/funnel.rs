//! How far an alert has got: sent, delivered, acknowledged, acting, claimed, proved.

use response::answer::{Answer, Flag, Proof, Stage, Standing};

/// How many organisations are how far. Each of the first six counts all who got so far or farther.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Asked.
    pub asked: u64,
    /// Of whom a carrier or a person says that somebody was reached.
    pub delivered: u64,
    /// Of whom a person has read it.
    pub acknowledged: u64,
    /// Who works on it, or has.
    pub acting: u64,
    /// Who says that it is done, or does not concern it.
    pub claimed: u64,
    /// Where evidence agrees with that.
    pub proved: u64,
    /// Where evidence contradicts it.
    pub disputed: u64,
    /// Who was closed against evidence by a named person.
    pub overridden: u64,
    /// Of whom nobody has acknowledged.
    pub silent: u64,
    /// Of whom nobody has acknowledged in time.
    pub late: u64,
    /// Whose day is over.
    pub overdue: u64,
    /// Of whom every route was tried.
    pub unreachable: u64,
    /// Who lives with the risk for a time.
    pub accepted: u64,
}

impl Funnel {
    /// Counts one organisation.
    pub fn count(&mut self, answer: &Answer, standing: &Standing) {
        if standing.stage == Stage::NotAsked {
            return;
        }
        let closed = standing.stage == Stage::Closed;
        let over = answer.closing.as_ref().is_some_and(|closing| closing.over.is_some());
        let claimed = answer.declared.is_some() || answer.closing.is_some();
        let acting = claimed || answer.acting.is_some();
        let acknowledged =
            acting || answer.acknowledged.is_some() || answer.applicability.is_some();
        let delivered = acknowledged || answer.notified.is_some();
        let has = |wanted: fn(&Flag) -> bool| standing.flags.iter().any(wanted);
        for (counter, is) in [
            (&mut self.asked, true),
            (&mut self.delivered, delivered),
            (&mut self.acknowledged, acknowledged),
            (&mut self.acting, acting),
            (&mut self.claimed, claimed),
            (&mut self.proved, (closed && !over) || standing.proof == Some(Proof::Agrees)),
            (&mut self.disputed, standing.is_contradicted()),
            (&mut self.overridden, closed && over),
            (&mut self.silent, !acknowledged),
            (
                &mut self.late,
                !acknowledged && has(|flag| matches!(flag, Flag::AcknowledgementOverdue)),
            ),
            (&mut self.overdue, has(|flag| matches!(flag, Flag::Overdue { .. }))),
            (&mut self.unreachable, has(|flag| matches!(flag, Flag::Unreachable))),
            (&mut self.accepted, has(|flag| matches!(flag, Flag::RiskAccepted { .. }))),
        ] {
            *counter += u64::from(is);
        }
    }
}
