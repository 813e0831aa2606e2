//! The knowledge that is shipped: small tables of facts, each row with the address of its source,
//! so that the very first command works without a network and without a download.
//!
//! Each table is a CSV file beside this module, embedded in the program and parsed on request.
//! [`facts`] states them in the terms every other source uses; what has no such term (bulletins,
//! lifecycles, components, horizons) keeps its own type.
//!
//! ```
//! let named = exposure::knowledge::builtin::bulletins().unwrap();
//! assert!(named.iter().any(|b| b.id == "MS17-010" && b.worm));
//! ```

use jiff::Timestamp;

mod bulletin;
mod component;
mod facts;
mod file_version;
mod lifecycle;
mod rollup;
mod table;
mod update;

pub use bulletin::{Bulletin, Exploited, bulletins, exploited};
pub use component::{ComponentRule, Presence, components, presence};
pub use facts::facts;
pub use file_version::{FileVersion, file_versions};
pub use lifecycle::{Lifecycle, LifecycleEdition, Subject, lifecycles};
pub use rollup::{Horizon, Line, Rollup, horizons, lines, rollups};
pub use table::{BuiltinError, ByCve, Fault, ProductLabel, Standing};
pub use update::{Update, UpdateKind, updates};

/// When these tables were last brought up to date: 22 November 2026.
pub const BUILT_AT: Timestamp = Timestamp::constant(1_795_305_600, 0);
