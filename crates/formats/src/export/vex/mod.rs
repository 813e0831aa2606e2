//! The report as a CSAF 2.0 VEX document (OASIS Standard, profile 5 "VEX"): each host is a product.
//!
//! CSAF tells by vulnerability what we tell by host, so the document is written at the end; until
//! then each host is kept as one number a statement.
//!
//! | verdict | product status | statement |
//! |---|---|---|
//! | affected | `known_affected` | remediation: what to do |
//! | mitigated | `known_affected` | remediation `mitigation`: the control that holds |
//! | unknown | `under_investigation` | a note says why |
//! | fixed | `fixed` | |
//! | not_affected | `known_not_affected` | threat `impact`: why |
//!
//! A risk that somebody lives with ([`RISK_ACCEPTED`]) is a remediation `no_fix_planned` beside the status, which it never
//! changes.
//!
//! A product has one status for one vulnerability (test 6.1.6): the first of this table's that any
//! line of the host gives.

mod document;
mod header;
mod statement;
mod vulnerability;

pub use document::Vex;
pub use header::{VexError, VexHeader};
pub use statement::RISK_ACCEPTED;
