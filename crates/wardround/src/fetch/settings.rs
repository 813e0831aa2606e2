//! The settings file of `knowledge update`: feeds and network.
//!
//! The built-in settings are the same file as `--print-settings` prints, so what a person edits is
//! what the program reads. An unknown key is an error: a mistyped limit must not be silently none.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::feed::{Checksum, Feed, FeedKind, month};
use super::retry::Policy;

/// The built-in settings, as an editable file.
pub const DEFAULT_SETTINGS: &str = include_str!("default_settings.toml");

/// No settings file is larger than this.
const LARGEST: u64 = 1024 * 1024;

/// Everything an update needs to be told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How to ask.
    #[serde(default)]
    pub network: Network,
    /// Whom to ask for what.
    #[serde(default, rename = "feed")]
    pub feeds: Vec<Feed>,
}

/// How to ask.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Longest time to reach a server, TLS included.
    pub connect_timeout_secs: u64,
    /// Longest silence of a server.
    pub idle_timeout_secs: u64,
    /// Attempts at one document.
    pub attempts: u32,
    /// Pause after the first failed attempt; it doubles.
    pub backoff_first_secs: u64,
    /// Longest pause of our own.
    pub backoff_cap_secs: u64,
    /// Longest `Retry-After` that is waited for.
    pub retry_after_cap_secs: u64,
    /// Redirects followed.
    pub max_redirects: u32,
    /// PEM file of the certificate authorities to trust instead of the built-in ones.
    pub ca_file: Option<PathBuf>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            connect_timeout_secs: 30,
            idle_timeout_secs: 60,
            attempts: 5,
            backoff_first_secs: 1,
            backoff_cap_secs: 60,
            retry_after_cap_secs: 300,
            max_redirects: 5,
            ca_file: None,
        }
    }
}

impl Network {
    pub(super) fn policy(&self) -> Policy {
        Policy {
            attempts: self.attempts.max(1),
            first: Duration::from_secs(self.backoff_first_secs),
            cap: Duration::from_secs(self.backoff_cap_secs),
            retry_after_cap: Duration::from_secs(self.retry_after_cap_secs),
        }
    }
}

/// Why settings are refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the settings file {}", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is far too large.
    #[error("{} is larger than a settings file may be ({LARGEST} bytes)", .0.display())]
    TooLarge(PathBuf),
    /// The text is no settings file; the source names line and column.
    #[error(
        "these settings do not read; `wardround knowledge update --print-settings` shows the form"
    )]
    Parse(#[source] Box<toml::de::Error>),
    /// A value that cannot be.
    #[error("feed {feed}: {why}")]
    Feed {
        /// Which feed.
        feed: String,
        /// What is wrong and what would be right.
        why: String,
    },
}

impl Settings {
    /// Returns the built-in settings.
    pub fn built_in() -> Result<Self, SettingsError> {
        Self::parse(DEFAULT_SETTINGS)
    }

    /// Reads a settings file. A relative `ca_file` is relative to the settings file.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let read = |source| SettingsError::Read { path: path.to_owned(), source };
        let mut text = String::new();
        let file = File::open(path).map_err(read)?;
        file.take(LARGEST + 1).read_to_string(&mut text).map_err(read)?;
        if text.len() as u64 > LARGEST {
            return Err(SettingsError::TooLarge(path.to_owned()));
        }
        let mut settings = Self::parse(&text)?;
        if let Some(ca) = &mut settings.network.ca_file
            && let Some(folder) = path.parent()
        {
            *ca = folder.join(&*ca);
        }
        Ok(settings)
    }

    /// Reads settings from their text.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let settings: Self =
            toml::from_str(text).map_err(|error| SettingsError::Parse(Box::new(error)))?;
        let mut names = BTreeSet::new();
        for feed in &settings.feeds {
            let problem = if names.insert(feed.name.as_str()) {
                problem(feed)
            } else {
                Some("two feeds have this name; give each its own".into())
            };
            if let Some(why) = problem {
                return Err(SettingsError::Feed { feed: feed.name.clone(), why });
            }
        }
        Ok(settings)
    }
}

fn problem(feed: &Feed) -> Option<String> {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if feed.name.is_empty() || feed.name.len() > 64 || !feed.name.bytes().all(letters) {
        return Some("a name is up to 64 lower-case letters, digits and `-`".into());
    }
    for url in [Some(&feed.url), feed.index.as_ref(), feed.base.as_ref()].into_iter().flatten() {
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
            return Some(format!("`{url}` is no address; write https://..."));
        }
        if url.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Some(format!("`{url}` holds a blank; write %20"));
        }
    }
    if let Some(name) = unknown_placeholder(&feed.url) {
        return Some(format!(
            "`{{{name}}}` is not known; known are {{id}}, {{ecosystem}}, {{year}}, {{month}}, {{mon}}, {{day}}"
        ));
    }
    if feed.max_bytes == 0 || feed.timeout_secs == 0 || feed.max_documents == 0 {
        return Some("max_bytes, timeout_secs and max_documents must be above zero".into());
    }
    let has = |name: &str| feed.url.contains(name);
    if has("{id}") != feed.index.is_some() {
        return Some("`{id}` in the address and `index` belong together".into());
    }
    if feed.index.is_some() && feed.kind != FeedKind::MsrcCvrf {
        return Some("`index` is known for kind msrc-cvrf only".into());
    }
    if has("{ecosystem}") == feed.ecosystems.is_empty() {
        return Some("`{ecosystem}` in the address and `ecosystems` belong together".into());
    }
    if let Some(since) = &feed.since {
        if month(since).is_none() {
            return Some(format!("`{since}` is no month; write 2016-04"));
        }
        if !has("{month}") && !has("{mon}") {
            return Some("`since` needs {month} or {mon} in the address".into());
        }
    }
    if feed.base.is_some() && feed.kind != FeedKind::CsafDirectory {
        return Some("`base` is known for kind csaf-directory only".into());
    }
    if matches!(feed.checksum, Checksum::Fixed(..)) && (feed.has_listing() || feed.since.is_some())
    {
        return Some("a fixed checksum fits a feed of one document only".into());
    }
    None
}

fn unknown_placeholder(url: &str) -> Option<&str> {
    const KNOWN: [&str; 6] = ["id", "ecosystem", "year", "month", "mon", "day"];
    let mut rest = url;
    while let Some((_, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if !KNOWN.contains(&name) {
            return Some(name);
        }
        rest = after;
    }
    None
}
