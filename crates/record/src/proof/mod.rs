//! One entry, provable offline: its bytes, the path to the root, and the signed checkpoint, in one file.
//!
//! The lower part of the file is a C2SP tlog-proof, which any tool can check; above it stands the
//! entry itself, one line of JSON that a person can read:
//!
//! ```text
//! wardround-proof@v1
//! {"actor":"...","as_at":1494583200000000,...}
//!
//! c2sp.org/tlog-proof@v1
//! index 73894
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
//!
//! record.mdh.example
//! 109482
//! sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
//!
//! — record.mdh.example hI2DJw...
//! ```
//!
//! What it proves: a log with this name held this entry at this place when its key signed. What it
//! does not: that what the entry says is true, or that everybody was shown the same log; for that,
//! compare checkpoints.

mod file;
mod make;
mod tlog;

pub use file::{Proved, VerifyProofError, verify_proof};
pub use make::{ProveError, prove};
pub use tlog::{TlogProof, TlogProofError};

#[cfg(test)]
mod tests;
