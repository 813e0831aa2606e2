//! What of access can be set.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;

/// What of access can be set.
#[derive(Clone, Debug, Default)]
pub struct AccessSettings {
    /// A list of passwords that are known to attackers, which nobody may choose: lines of
    /// `SHA-1:COUNT` in the order of the hashes, as Have I Been Pwned publishes them, or of plain
    /// words in any order.
    pub breached: Option<PathBuf>,
    /// Words of this service that no password may be made of, beside our own.
    pub words: Vec<String>,
    /// How many passwords are hashed at once.
    pub hashing: Hashing,
}

/// How many passwords are hashed at once: as many as there are cores, so that a storm of sign-ins
/// takes neither all memory nor all threads.
#[derive(Clone, Debug)]
pub struct Hashing(pub(super) Arc<Semaphore>);

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(cores)))
    }
}
