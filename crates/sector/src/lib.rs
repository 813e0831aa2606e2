//! An invented health service with its estate and its history, from a seed.
//!
//! Shaped like England in 2017: trusts, practices and the units that run their IT, with the systems,
//! patch habits, gaps and contradictions of the time. The same settings give the same bytes; any
//! report of any organisation can be made alone, in any order, on any thread.
//!
//! ```
//! use sector::{Scale, Sector, Settings};
//!
//! let sector = Sector::new(Settings::new(1, Scale::new(0.001)?));
//! let organisation = &sector.organisations()[20];
//! for day in sector.reports(organisation) {
//!     let files = sector.report(organisation, day, sector.detail(organisation, day));
//!     assert!(!files.is_empty());
//! }
//! # Ok::<(), sector::ScaleError>(())
//! ```
//! It must not know who reads its files, nor what is concluded from them: tests hold both together.

mod catalogue;
mod conduct;
mod day;
mod estate;
mod facts;
mod keyed;
mod names;
mod organisation;
mod report;
mod sector;
mod settings;
mod updates;

pub use estate::{System, Truth};
pub use facts::{HostFact, Sent};
pub use keyed::GENERATION;
pub use names::Contact;
pub use organisation::Organisation;
pub use report::{EvidenceFile, Shown};
pub use sector::Sector;
pub use settings::{Cadence, Detail, Scale, ScaleError, Settings};
