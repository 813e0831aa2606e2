//! Alerts: what is asked of organisations, what they answer, and whether their evidence agrees.
//!
//! What an alert and an answer *are* is in `response`; here is who may say what, what the record keeps
//! (`encode.rs`, `decode.rs`), and how both meet the evidence: `issue.rs` addresses the organisations
//! of an audience, `say.rs` takes what they answer, `recheck.rs` holds every claim against what evidence shows
//! now, `see.rs` shows it to whoever may see it, and `publish/` makes of it what other tools read.

mod address;
mod content;
mod decode;
pub(crate) mod encode;
mod error;
pub(crate) mod fields;
mod funnel;
mod heard;
mod issue;
pub(crate) mod kept;
pub mod publish;
mod recheck;
#[cfg(test)]
mod round_trip;
pub(crate) mod say;
pub(crate) mod see;

pub use encode::{ALERT_KINDS, ANSWER_KINDS};
pub use error::AlertsError;
pub use funnel::Funnel;
pub(crate) use heard::{Heard, heard};
pub use issue::{Change, change, draft};
pub use kept::{Book, Books, KeptAlert};
pub use recheck::{Rechecked, recheck};
pub use say::{Say, say};
pub use see::{
    AlertLine, AlertView, OrganisationRow, OwnAnswer, Told, What, alert, alerts, own, own_alerts,
};
