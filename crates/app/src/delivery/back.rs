//! What came of handing a message over, as a state of its attempt; and when a carrier that refuses everybody is at fault
//! itself.

use channels::{Accepted, Failure};
use jiff::Timestamp;
use response::answer::Route;
use response::escalation::AttemptState;

use super::carriers::Way;
use super::queue::Item;

/// So many addresses are refused for good one after the other, and none is taken, before it is the carrier or its settings
/// that are at fault, and not people's addresses: a relay that lets us in no more refuses like a mailbox that is gone.
/// Ours.
const MOST_REFUSED: u32 = 10;

/// What came of a message.
pub(super) struct Back {
    pub(super) route: Route,
    pub(super) item: Item,
    pub(super) result: Result<Accepted, Failure>,
    pub(super) at: Timestamp,
    /// Whether it left the queue.
    pub(super) has_left: bool,
}

/// The same as a record keeps it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) state: AttemptState,
    pub(super) why: Option<String>,
    /// Until when its carrier asks for patience.
    pub(super) rests_until: Option<Timestamp>,
}

impl Back {
    /// Of one that its carrier cannot take, or not for long.
    pub(super) fn kept(route: Route, item: Item, why: &str, at: Timestamp) -> Self {
        let result = Err(Failure::Technical { why: why.to_owned() });
        Self { route, item, result, at, has_left: false }
    }
}

/// Judges what came of a message, and notes how its carrier fares; `way`: where there is one.
pub(super) fn judge(
    way: Option<&Way>,
    route: Route,
    result: Result<Accepted, Failure>,
    at: Timestamp,
) -> Outcome {
    let is_believed = way.is_some_and(Way::is_believed);
    let (mut state, mut why, mut rests_until) = match result {
        Ok(_) if is_believed => (AttemptState::Delivered, None, None),
        Ok(_) => (AttemptState::Accepted, None, None),
        Err(Failure::Temporary { why, wait }) => {
            let until = wait.and_then(|wait| at.checked_add(wait).ok());
            (AttemptState::TemporaryFailure, Some(why), until)
        }
        Err(Failure::Permanent { why }) => (AttemptState::PermanentFailure, Some(why), None),
        Err(Failure::Technical { why }) => (AttemptState::TechnicalFailure, Some(why), None),
    };
    // What one organisation's program or room says is no word of a carrier of all.
    let is_of_all = matches!(route, Route::Mail | Route::Sms);
    if !is_of_all {
        rests_until = None;
    }
    let Some(way) = way else { return Outcome { state, why, rests_until } };
    way.note(|health| match state {
        AttemptState::Accepted | AttemptState::Delivered => {
            health.taken += 1;
            health.refused = 0;
            health.fault = None;
        }
        AttemptState::PermanentFailure if is_of_all => {
            health.refused += 1;
            if health.refused >= MOST_REFUSED {
                let count = health.refused;
                let last = why.take().unwrap_or_default();
                let fault = format!("{count} addresses one after the other are refused: {last}");
                health.fault = Some((at, fault.clone()));
                (state, why) = (AttemptState::TechnicalFailure, Some(fault));
            }
        }
        AttemptState::TechnicalFailure => {
            health.fault = why.clone().map(|why| (at, why));
        }
        _ => {}
    });
    Outcome { state, why, rests_until }
}

#[cfg(test)]
mod tests {
    use channels::Carrier;
    use channels::outbox::Outbox;

    use super::*;

    fn refused() -> Result<Accepted, Failure> {
        Err(Failure::Permanent { why: "550 no such user".to_owned() })
    }

    #[test]
    fn who_refuses_everybody_is_at_fault_until_one_is_taken() {
        let at = Timestamp::UNIX_EPOCH;
        let way = Way::new(Carrier::Outbox(Outbox::new("/nowhere")), None);
        let one = |result| judge(Some(&way), Route::Mail, result, at).state;
        for _ in 1..MOST_REFUSED {
            assert_eq!(one(refused()), AttemptState::PermanentFailure);
        }
        assert_eq!(way.health().fault, None);
        assert_eq!(one(refused()), AttemptState::TechnicalFailure);
        assert_eq!(one(refused()), AttemptState::TechnicalFailure);
        let (_, why) = way.health().fault.unwrap();
        assert!(why.contains("11 addresses") && why.ends_with("550 no such user"), "{why}");
        let taken = Accepted { carrier_id: None };
        assert_eq!(one(Ok(taken)), AttemptState::Accepted);
        assert_eq!(way.health().fault, None);
        assert_eq!(one(refused()), AttemptState::PermanentFailure);
        // Programs are each an organisation's own.
        let program = |_| judge(Some(&way), Route::Webhook, refused(), at).state;
        assert!((0..20).map(program).all(|state| state == AttemptState::PermanentFailure));
    }

    #[test]
    fn what_no_carrier_takes_is_told_as_such() {
        let item = Item {
            run: "0197a3f0-0000-7000-8000-000000000001".parse().unwrap(),
            attempt: "0.0.0".parse().unwrap(),
            tries: 1,
        };
        let back = Back::kept(Route::Sms, item, "nobody goes there", Timestamp::UNIX_EPOCH);
        let outcome = judge(None, back.route, back.result, back.at);
        assert_eq!(outcome.state, AttemptState::TechnicalFailure);
        assert_eq!(outcome.why.as_deref(), Some("nobody goes there"));
    }
}
