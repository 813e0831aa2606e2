//! Signed checkpoints: how large the log is and what its root is, vouched for by a key.
//!
//! C2SP tlog-checkpoint in a C2SP signed note, with Ed25519. Lines of other signers (witnesses, keys
//! to come) stay as they are; signatures of unknown keys are ignored by rule. **Whoever signs must
//! never sign two checkpoints of which one does not continue the other.**
//!
//! ```text
//! record.mdh.example
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — record.mdh.example Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

mod head;
mod key;
mod name;
mod note;
mod sign;

pub use head::{CheckpointError, Head};
pub use key::{KeyError, Keys, PublicKey, SecretKey};
pub use name::{Name, NameError};
pub use note::NoteError;
pub use sign::{OpenError, Opened, add_signature, open, sign};

#[cfg(test)]
mod tests;
