//! Who is told next when nobody has answered: up a ladder, in bounded time, whatever carriers lose, repeat,
//! reorder or send late.
//!
//! A step has people, each with routes in the order in which they are tried. An attempt is one message to one
//! person by one route. A carrier's receipt ends an attempt and never an escalation: only an
//! acknowledgement does ([`Progress::Satisfied`]), or the end of the ladder ([`Progress::Exhausted`]), which is an
//! event and an alarm.

mod attempt;
mod ladder;
mod run;

pub use attempt::{Attempt, AttemptId, AttemptState, Report, Retry};
pub use ladder::{Ladder, LadderError, Recipient, Step};
pub use run::{Escalation, Order, Progress};
