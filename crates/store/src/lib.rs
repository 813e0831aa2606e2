//! The record at rest: events in SQLite or PostgreSQL, blobs and the transparency log in an object
//! store (a folder or S3). What an event means is not known here.
//!
//! ```
//! use jiff::Timestamp;
//! use store::{Address, Filter, Options, Store};
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path().join("store");
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let store = Store::open(&Address::folder(folder), Options::default()).await?;
//! let evidence = store.put(b"OS Version: 6.1.7601 Service Pack 1 Build 7601".to_vec()).await?;
//! let event = model::event::NewEvent {
//!     kind: "import.finished".into(),
//!     subject: "import/1".into(),
//!     organisation: Some("RX1".parse()?),
//!     actor: "a.sample".into(),
//!     on_behalf_of: None,
//!     authority: None,
//!     reason: None,
//!     as_at: "2017-05-12T08:00:00Z".parse()?,
//!     caused_by: None,
//!     corrects: None,
//!     marking: model::event::Marking::Amber,
//!     body: format!(r#"{{"evidence":"{evidence}"}}"#),
//!     personal: None,
//! };
//! // Durable, in the log and shown when this returns.
//! let appended = store.append(vec![event], "2017-05-12T08:05:00Z".parse()?).await?;
//! assert_eq!(store.events(&Filter::default(), 10).await?, appended.events);
//! store.close().await
//! # .map_err(|error| Box::new(error) as Box<dyn std::error::Error>)
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accounts;
mod address;
mod backup;
mod blobs;
mod database;
mod error;
mod events;
mod guard;
mod jobs;
mod key;
mod lease;
mod log;
mod memory;
mod number;
mod objects;
mod options;
mod projection;
mod spool;
mod store;

pub use accounts::{
    Account, Begun, Ceremony, Credential, Doing, Failures, Link, Passkey, RequestKey, Session,
    Token,
};
pub use address::Address;
pub use backup::{BackupStep, Copied, Progress};
pub use blobs::{BlobId, BlobIdError, BlobReader};
pub use error::{Cause, Error};
pub use events::Filter;
pub use jobs::{Beat, Claim, End, Job, JobFilter, JobState, NewJob, Turn};
pub use lease::Lease;
pub use log::{Appended, LogReader, Verification};
pub use options::{Access, Options, S3Credentials, Step, StepHook};
pub use projection::{Change, ProjectionRow};
pub use spool::{SpoolFile, Spooled};
pub use store::Store;
