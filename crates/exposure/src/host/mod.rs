//! The evidence of one host, from however many files.
//!
//! [`join`] decides which files speak of one host and says how it decided; [`Standing`] is what all
//! of them together show: product, build, updates with dates, last start. Both are pure and keep
//! every raw row within reach.

mod join;
mod standing;

pub use join::{Host, JoinRule, Piece, SourceFile, join};
pub use standing::{Installed, Listing, RestartState, Standing};
