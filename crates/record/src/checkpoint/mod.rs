//! Signed checkpoints: how large the log is and what its root is, vouched for by a key.
//!
//! C2SP tlog-checkpoint in a C2SP signed note, with Ed25519. Lines of other signers (witnesses, keys
//! to come) stay as they are; signatures of unknown keys are ignored by rule. **Whoever signs must
//! never sign two checkpoints of which one does not continue the other.**
//!
//! ```text
//! record.mdh.example
//! 20852163
//! 6OSuxgnE9idQUO2uwK/6nY+zyVJmc5ROiYTUrtMjgtE=
//!
//! — record.mdh.example uoMI1is9vIWE0H+5woliQ9l0FlYqdHnC5wkzghzCcbBum7dVd5xWEIGsWq7Z/alAUJlgxy8/OTO/wBzz14x2W7G+FQQ=
//! ```

mod head;
mod key;
mod name;
mod note;
mod sign;

pub(crate) use head::decimal;
pub use head::{CheckpointError, Head};
pub use key::{KeyError, Keys, PublicKey, SecretKey};
pub use name::{Name, NameError};
pub use note::NoteError;
pub use sign::{OpenError, Opened, add_signature, open, sign};

#[cfg(test)]
mod tests;
