//! Messages and ladders in words.

use app::delivery::{Message, Told};
use response::answer::Route;
use response::delivery::Occasion;
use response::escalation::{AttemptState, Progress};

use crate::words::minute;

/// By which way, as a noun.
pub(super) const fn route(route: Route) -> &'static str {
    match route {
        Route::Mail => "mail",
        Route::Sms => "text message",
        Route::Webhook => "program",
        Route::Matrix => "chat room",
        Route::Page => "page",
        Route::Code => "code",
        Route::Operator => "telephone",
    }
}

/// Where a message is. What a carrier says is never more than that.
pub(super) const fn state(state: AttemptState) -> &'static str {
    match state {
        AttemptState::Queued | AttemptState::Handed => "waits to go out",
        AttemptState::Accepted => "taken by the carrier, nothing heard since",
        AttemptState::TemporaryFailure => "failed for now, tried again",
        AttemptState::TechnicalFailure => "the carrier is at fault",
        AttemptState::PermanentFailure => "cannot be reached so",
        AttemptState::Expired => "nothing was heard in time",
        AttemptState::Superseded => "not needed any more",
        AttemptState::Delivered => "arrived, as its carrier says",
    }
}

pub(super) const fn occasion(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::Asked => "Asked to acknowledge",
        Occasion::Changed => "Told of a change",
        Occasion::Withdrawn => "Told that it is over",
        Occasion::Disputed => "Told that evidence disagrees",
    }
}

/// How far a run is.
pub(super) fn progress(run: &Told) -> String {
    let asks = run.occasion.wants_acknowledgement();
    // It may be taken on after every way was tried in vain.
    if let Some((who, at)) = &run.taken_on {
        return format!("taken on by {who} on {}", minute(*at));
    }
    match run.progress {
        Progress::Running { step } => match run.steps.get(usize::from(step)) {
            Some((label, _)) if asks => format!("waits for an answer of: {label}"),
            _ => "under way".to_owned(),
        },
        Progress::Satisfied { at } => format!("answered on {}", minute(at)),
        Progress::Superseded { at } => format!("not needed any more since {}", minute(at)),
        Progress::Exhausted { at, was_anybody_reached: true } if !asks => {
            format!("told, on {}", minute(at))
        }
        Progress::Exhausted { at, was_anybody_reached: true } => {
            format!("every way was tried, and nobody had answered by {}", minute(at))
        }
        Progress::Exhausted { at, was_anybody_reached: false } => {
            format!("nobody is known to have been reached by {}", minute(at))
        }
    }
}

/// A message in one line.
pub(super) fn message(message: &Message) -> String {
    let again = match message.tries {
        0 | 1 => String::new(),
        tries => format!(", sent {tries} times"),
    };
    format!("{}: {}{again} ({})", route(message.route), state(message.state), minute(message.since))
}
