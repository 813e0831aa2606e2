//! What the record says of telling an organisation's people about an alert: a run up a ladder of people for each
//! occasion, and what came of each message.

mod run;
mod statement;

pub use run::{Place, Run};
pub use statement::{Entry, Occasion, Statement};
