//! Evidence as judgement needs it, in few bytes.
//!
//! A pack holds the pieces of evidence of one import: identity, system, updates, software, settings,
//! findings, days. Decoded, `judge` treats them as the original: the same verdicts and kinds of
//! reason. What only a person wants to see (the row as printed, its place) is read again from the
//! file itself: path and piece number are kept.
//!
//! What it must not know: knowledge, verdicts, files. See `docs/index-format.md`.
//!
//! ```
//! use exposure::pack::{Pack, encode};
//! use model::evidence::{Evidence, HostIdentity};
//! let evidence = Evidence { host: HostIdentity::named("PC1"), ..Evidence::default() };
//! let bytes = encode(&[("pc1.txt", &evidence)]);
//! let pack = Pack::open(&bytes).unwrap();
//! assert_eq!(pack.pieces()[0].identity().label(), Some("PC1"));
//! ```

mod columns;
mod decode;
mod encode;
mod file;
mod software;
mod terms;

pub use decode::{Pack, PackedPiece};
pub use encode::{PackBuilder, encode};
pub use file::PackError;
pub(crate) use file::{Blocks, pack_up, unpack};
pub(crate) use software::{read_software, row_ecosystem};
pub(crate) use terms::term;
