//! What is asked of organisations and what they answer, as typed states.
//!
//! What lives here: alerts (`alert`), each organisation's answer to one (`answer`), and who was told of it, by which way
//! (`escalation`, `delivery`): statements as the
//! record keeps them, the fold over them, and the commands, which are checked against the state and give
//! the statement to record, or say why not; and what both add up to (`readiness`). What it must not know: how anything is stored or sent, who may do
//! what (`app`), and how a host is judged (`exposure`): what evidence shows comes in as counts.
//!
//! No clock, no randomness, no I/O: instants are arguments.

pub mod alert;
pub mod answer;
pub mod delivery;
pub mod escalation;
pub mod readiness;
pub mod reply;
