//! The register of organisations: a fold over events, as at any day.
//!
//! [`History`] takes events in the order of the record and accepts or refuses each for ever: what
//! comes later never makes an accepted event wrong (a correction aside, which rewrites its place).
//! [`Register`] is the state as at one day. The functions of [`command`] check what a person wants
//! and give events. Nothing here panics, whatever the order of events; what does not fit becomes
//! a [`Fault`].
//!
//! ```
//! use model::organisation::register::{Register, command};
//! # use model::organisation::register::{Entry, History};
//! # use model::organisation::OrganisationKind;
//! let nothing = History::of(&[]);
//! let day = jiff::civil::date(2017, 10, 1);
//! let new = command::NewOrganisation {
//!     code: "RX1".parse()?, name: "Marsh End Hospital".parse()?, kind: OrganisationKind::Trust,
//!     parent: None, opened: day,
//! };
//! let events = command::register(&nothing, &new)?;
//! # let id = "00000000-0000-7000-8000-000000000001".parse()?;
//! # let record: Vec<Entry> = events.into_iter().map(|event| Entry { id: Clone::clone(&id), event }).collect();
//! assert_eq!(Register::fold(&record, day).open().count(), 1);
//! assert_eq!(Register::fold(&record, day.yesterday()?).open().count(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accept;
mod call;
pub mod command;
mod correction;
mod event;
mod history;
mod life;
mod refusal;
mod state;
mod succession;
mod track;
mod tree;

pub use call::{CallList, CallPolicy, CallStep, Freshness, Hours, Level};
pub use event::{Change, Entry, ExpectedHosts, Opening, RegisterEvent, Statement};
pub use history::History;
pub use life::Life;
pub use refusal::{Fault, Refusal};
pub use state::{Closing, Organisation, Register};
pub use track::{Stretch, Track};
pub use tree::LooseEnd;
