//! Brings the world's knowledge here: from publishers (`update`), and over a gap (`bundle`).
//!
//! It moves bytes and proves them; it does not know what an advisory says. Reading and compiling
//! come in as callbacks, the time and the pauses as arguments, and nothing here prints or reads
//! the environment (except [`Proxy::from_environment`], which only the command calls).
//!
//! ```no_run
//! use wardround::fetch::{self, Counted, NoProgress, Proxy, Settings, Sleep, Update};
//! let settings = Settings::built_in()?;
//! let update = Update {
//!     settings: &settings,
//!     cache: "cache".as_ref(),
//!     now: "2026-11-22T08:00:00Z".parse()?,
//!     only: &[],
//!     accept_shrink: &[],
//!     proxy: Proxy::none(),
//!     count: &|_kind, _file| Counted::Unknown,
//! };
//! for outcome in fetch::update(&update, &mut Sleep, &mut NoProgress)? {
//!     assert!(!outcome.name.is_empty());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bundle;
mod cache;
mod digest;
mod download;
mod error;
mod feed;
mod http;
mod inside;
mod keys;
mod listing;
mod progress;
mod replace;
mod retry;
mod settings;
mod update;

pub use bundle::{
    BundleError, KnowledgeSource, Manifest, NewBundle, ReadBundle, RollBack, read_bundle,
    read_manifest, write_bundle,
};
pub use digest::Algorithm;
pub use error::{Cause, FetchError, Step, UpdateError};
pub use feed::{Checksum, Feed, FeedKind};
pub use http::Proxy;
pub use keys::{KeyError, PublicKey, SecretKey, keygen};
pub use progress::{Bars, NoProgress, Progress, progress_on_stderr};
pub use replace::{
    CallbackError, ReplaceError, ReplaceStep, Replaced, previous_of, replace, replace_watched,
};
pub use retry::{Pause, Sleep};
pub use settings::{DEFAULT_SETTINGS, Network, Settings, SettingsError};
pub use update::{Counted, FeedOutcome, FeedStatus, Update, update};
