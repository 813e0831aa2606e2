//! An alert, from its draft to its end.
//!
//! ```text
//! proposed: draft ─▶ awaiting a second person ─▶ issued
//!             ▲               │
//!             └── sent back ──┘
//! issued:   updated (a proposal that a second person approves) ─▶ superseded | withdrawn | closed
//! ```
//!
//! Nothing is in force that one person wrote and approved; what was in force before stays readable.

mod audience;
mod authority;
mod command;
mod content;
mod number;
mod severity;
mod state;
mod statement;

pub use audience::{Audience, Candidate};
pub use authority::{Authority, Basis, Level};
pub use command::{Refused, approve, close, draft, revise, send_back, submit, supersede, withdraw};
pub use content::{ActBy, Clocks, Content, ContentError};
pub use number::{AlertNumber, AlertNumberError};
pub use severity::{Certainty, Severity, Urgency};
pub use state::{Alert, End, Issue, Phase, Proposal};
pub use statement::{Entry, Statement};
