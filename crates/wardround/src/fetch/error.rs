//! What can go wrong with a feed, said so that someone can act on it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::digest::Algorithm;

/// Why one document of one feed is not here. `Display` names feed, step and address; the cause is
/// the error's source; [`FetchError::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
#[error("feed {feed}: could not {step} {url}")]
pub struct FetchError {
    /// Name of the feed in the settings.
    pub feed: String,
    /// The address in question.
    pub url: String,
    /// What was being done.
    pub step: Step,
    /// What happened.
    #[source]
    pub cause: Cause,
}

/// What was being done with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Connecting, asking, reading the answer's head.
    Ask,
    /// Reading the body.
    Receive,
    /// Comparing with the publisher's checksum.
    Verify,
    /// Reading the list of documents.
    ReadList,
    /// Counting records, comparing with the copy held.
    Count,
    /// Putting the file in its place.
    Keep,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ask => "ask for",
            Self::Receive => "receive",
            Self::Verify => "verify the checksum of",
            Self::ReadList => "read the list of documents",
            Self::Count => "accept",
            Self::Keep => "keep",
        })
    }
}

/// What happened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// An HTTP status that is no success.
    #[error("the server answered {0}")]
    Status(u16),
    /// The server wants a longer pause than the settings allow.
    #[error("the server asks to wait {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// A time-out, and which.
    #[error("nothing came in time ({0})")]
    Timeout(String),
    /// No connection, or it broke.
    #[error("the connection failed: {0}")]
    Connection(String),
    /// TLS: an unknown issuer, a wrong name, an old protocol.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// A secure address led to an insecure one.
    #[error("a secure address leads to the insecure {0}")]
    Insecure(String),
    /// A publisher led to a machine inside the operator's network.
    #[error("it leads to {0}, which is inside this network")]
    Inside(String),
    /// More redirects than allowed.
    #[error("too many redirects")]
    Redirects,
    /// The server's answer is not HTTP as we know it.
    #[error("the answer is not understood: {0}")]
    Protocol(String),
    /// The body ended early.
    #[error("the answer ended after {received} of {expected} bytes")]
    Truncated {
        /// Bytes that came.
        received: u64,
        /// Bytes announced.
        expected: u64,
    },
    /// The body is larger than the settings allow.
    #[error("the document is larger than {limit} bytes")]
    TooLarge {
        /// The feed's `max_bytes`.
        limit: u64,
    },
    /// The checksum differs.
    #[error("its {algorithm} is {found}, the publisher says {expected}")]
    Checksum {
        /// Which one.
        algorithm: Algorithm,
        /// The publisher's.
        expected: String,
        /// Ours.
        found: String,
    },
    /// The file beside holds no checksum.
    #[error("no {0} stands at the address of the checksum")]
    NoChecksum(Algorithm),
    /// The feed lost more than it may.
    #[error("it shrank from {before} to {now} {of}")]
    Shrunk {
        /// What was counted.
        of: &'static str,
        /// In the copy held.
        before: u64,
        /// In the new one.
        now: u64,
    },
    /// The reader of this kind cannot read it.
    #[error("it does not read as {kind}: {why}")]
    Unreadable {
        /// The feed's kind.
        kind: &'static str,
        /// What the reader says.
        why: String,
    },
    /// The list of documents makes no sense.
    #[error("{0}")]
    List(String),
    /// A file of ours.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl FetchError {
    /// Says what to do about it.
    pub fn remedy(&self) -> String {
        match &self.cause {
            Cause::Status(401 | 403 | 407) => {
                "check whether a proxy or the publisher refuses this machine".into()
            }
            Cause::Status(404 | 410) => format!(
                "the publisher may have moved it: correct the address of feed {} in the settings file",
                self.feed
            ),
            Cause::Status(_) | Cause::RetryAfter(_) => "run the update again later".into(),
            Cause::Timeout(_) => format!(
                "run the update again (a part received is kept where the server allows), or raise timeout_secs of feed {}",
                self.feed
            ),
            Cause::Connection(_) | Cause::Truncated { .. } => {
                "check the network and the proxy (HTTPS_PROXY), then run the update again".into()
            }
            Cause::Tls(_) => {
                "if a proxy here opens TLS, name its certificate as ca_file in the settings file"
                    .into()
            }
            Cause::Insecure(_) | Cause::Redirects | Cause::Protocol(_) => {
                format!("check the address of feed {} in the settings file", self.feed)
            }
            Cause::Inside(_) => format!(
                "ask the publisher why; if it is a copy of your own, name its address itself as that of feed {}",
                self.feed
            ),
            Cause::TooLarge { .. } => format!(
                "look at the document; if it is right, raise max_bytes of feed {}",
                self.feed
            ),
            Cause::Checksum { .. } => {
                "run the update again later; if it stays so, tell the publisher".into()
            }
            Cause::NoChecksum(_) => {
                format!("correct `checksum` of feed {} in the settings file", self.feed)
            }
            Cause::Shrunk { .. } => format!(
                "find out why; if the publisher really removed them, run with --accept-shrink {}",
                self.feed
            ),
            Cause::Unreadable { .. } | Cause::List(_) => format!(
                "look at what stands at the address; if the format changed, disable feed {} until wardround reads it",
                self.feed
            ),
            Cause::File { .. } => "check space and rights of the cache folder".into(),
        }
    }
}

/// Why no feed could be asked at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The cache folder cannot be used.
    #[error("cannot use the cache folder {}: {source}; check space and rights", .path.display())]
    Cache {
        /// Which folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another update is at work.
    #[error("another update works on {}; wait for it to end", .0.display())]
    Busy(PathBuf),
    /// A name that no feed has.
    #[error("no feed is called `{name}`; the feeds are {known}")]
    UnknownFeed {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The extra certificates cannot be read.
    #[error("cannot read certificates from {}: {why}", .path.display())]
    Certificates {
        /// The `ca_file`.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}
