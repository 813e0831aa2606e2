//! One organisation's answer to one alert: what it says, what its evidence shows, and whether they agree.
//!
//! ```text
//! pending ─▶ notified ─▶ acknowledged ─▶ applicability stated ─▶ acting ─▶ claimed done ─▶ closed
//!                                                                 ▲            │              │
//!                                                                 └─ disputed ─┴── reopened ──┘
//! ```
//!
//! Two columns, never one: what is **declared** ([`Stage`]) and what is **proved** ([`Proof`]). A claim with an
//! affected host in the evidence is disputed at once; evidence older than the claim, or none, leaves it
//! unproved; only what agrees closes it, or a named person's override, which is shown for ever.

mod command;
mod shown;
mod standing;
mod state;
mod statement;

pub use command::{
    Refused, accept_risk, acknowledge, acknowledge_by_phone, act, ask_extension, ask_window,
    change_due, claim, close, decide_extension, decide_window, defer, end_acceptance,
    override_close, state_applicability, withdraw_claim,
};
pub use shown::{Hosts, Proof, Shown};
pub use standing::{Flag, Stage, Standing};
pub(crate) use state::day_of;
pub use state::{Acceptance, Answer, Closing, Deferral, Due, Extension, Window};
pub use statement::{Applicability, Declared, Entry, Route, Statement, Told};
