//! All feeds, one after the other: what is new is fetched, proved and put in its place.
//!
//! One feed's failure does not stop the others, one document's failure does not stop its feed, and
//! a copy held is only ever replaced by a better one. A collection that loses over 2 % of its
//! records is refused unless named in `accept_shrink`: feeds have lost a third of their rows
//! without a word (cve-bin-tool, 295,000 to 202,000).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::cache::{Held, Places, State, below};
use super::digest::FileDigest;
use super::download::{Got, Order, Session};
use super::error::{Cause, FetchError, Step, UpdateError};
use super::feed::{Feed, FeedKind, Wanted};
use super::http::{self, Client, Proxy};
use super::listing::{self, List, ListForm, Listing};
use super::progress::Progress;
use super::retry::Pause;
use super::settings::Settings;
use crate::durable;

/// A list of documents is not larger than this.
const LARGEST_LIST: u64 = 256 * 1024 * 1024;
/// After so many failures in a row the server is left alone until the next run.
const FAILURES_IN_A_ROW: usize = 5;
/// The state is written after so many new documents, so that a killed run loses little.
const SAVE_EVERY: usize = 64;

/// What an update is to do.
pub struct Update<'a> {
    /// Feeds and network.
    pub settings: &'a Settings,
    /// Folder of everything fetched; made if absent.
    pub cache: &'a Path,
    /// The time.
    pub now: Timestamp,
    /// Names of the feeds to ask, also disabled ones; empty means all that are enabled.
    pub only: &'a [String],
    /// Names of the feeds that may shrink this once.
    pub accept_shrink: &'a [String],
    /// The proxy to go through.
    pub proxy: Proxy,
    /// Counts the records of a document just received (its file has a name of no meaning).
    pub count: &'a dyn Fn(FeedKind, &Path) -> Counted,
}

/// What a reader says of a document just received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// It reads, and holds so many records.
    Records(u64),
    /// There is no reader to ask; sizes are compared instead.
    Unknown,
    /// It does not read; the copy held stays.
    Unreadable(String),
}

/// What became of one feed.
#[derive(Debug)]
pub struct FeedOutcome {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: FeedKind,
    /// The folder of its documents, for the compiler to read; may be empty or absent.
    pub folder: PathBuf,
    /// What happened.
    pub status: FeedStatus,
    /// When the publisher last confirmed everything held; `None` if that never happened.
    pub as_of: Option<Timestamp>,
    /// What was left out and why.
    pub warnings: Vec<String>,
}

/// What happened to a feed.
#[derive(Debug)]
pub enum FeedStatus {
    /// Something is new.
    Updated {
        /// Documents replaced or added.
        changed: usize,
        /// Documents that were current.
        unchanged: usize,
        /// Documents the publisher no longer lists.
        removed: usize,
    },
    /// Everything held is current.
    Unchanged,
    /// Some documents could not be had; their old copies, if any, are kept.
    Partial {
        /// Documents replaced or added.
        changed: usize,
        /// Documents that were current.
        unchanged: usize,
        /// Why the others are not here.
        failed: Vec<FetchError>,
    },
    /// Nothing could be had; the old copy, if any, is kept (see [`FeedOutcome::as_of`]).
    Failed(FetchError),
}

/// Asks every chosen feed and says what became of each.
pub fn update(
    update: &Update<'_>,
    pause: &mut dyn Pause,
    progress: &mut dyn Progress,
) -> Result<Vec<FeedOutcome>, UpdateError> {
    let feeds = chosen(update)?;
    let roots = http::roots(&update.settings.network)?;
    let broken = |path: &Path| {
        let path = path.to_owned();
        move |source| UpdateError::Cache { path, source }
    };
    fs::create_dir_all(update.cache).map_err(broken(update.cache))?;
    let lock_path = update.cache.join("lock");
    let Some(_lock) = durable::lock(&lock_path).map_err(broken(&lock_path))? else {
        return Err(UpdateError::Busy(update.cache.to_owned()));
    };
    let mut outcomes = Vec::with_capacity(feeds.len());
    for feed in feeds {
        progress.feed(&feed.name);
        let session = Session {
            feed,
            client: Client::new(&update.settings.network, roots.clone(), &update.proxy, feed),
            policy: update.settings.network.policy(),
            now: update.now,
            pause: &mut *pause,
            progress: &mut *progress,
            waited: Duration::ZERO,
        };
        outcomes.push(Run::begin(update, session).finish());
        progress.feed_done(&feed.name);
    }
    Ok(outcomes)
}

fn chosen<'a>(update: &Update<'a>) -> Result<Vec<&'a Feed>, UpdateError> {
    let feeds = &update.settings.feeds;
    for name in update.only.iter().chain(update.accept_shrink) {
        if !feeds.iter().any(|feed| feed.name == *name) {
            let known: Vec<_> = feeds.iter().map(|feed| feed.name.as_str()).collect();
            return Err(UpdateError::UnknownFeed { name: name.clone(), known: known.join(", ") });
        }
    }
    let wanted = |feed: &&Feed| {
        if update.only.is_empty() { feed.enabled } else { update.only.contains(&feed.name) }
    };
    Ok(feeds.iter().filter(wanted).collect())
}

/// One feed at work.
struct Run<'a> {
    update: &'a Update<'a>,
    session: Session<'a>,
    places: Places,
    state: State,
    warnings: Vec<String>,
}

impl<'a> Run<'a> {
    fn begin(update: &'a Update<'a>, session: Session<'a>) -> Self {
        let places = Places::new(update.cache, &session.feed.name);
        let (state, warning) = places.load();
        Self { update, session, places, state, warnings: warning.into_iter().collect() }
    }

    fn finish(mut self) -> FeedOutcome {
        let mut status = match self.work() {
            Ok(status) => status,
            Err(error) => FeedStatus::Failed(error),
        };
        if matches!(status, FeedStatus::Updated { .. } | FeedStatus::Unchanged) {
            self.state.as_of = Some(self.update.now.to_string());
        }
        if let Err(source) = self.places.save(&self.state) {
            let path = self.places.lists.with_extension("json");
            status = FeedStatus::Failed(self.error("", Step::Keep, Cause::File { path, source }));
        }
        FeedOutcome {
            name: self.session.feed.name.clone(),
            kind: self.session.feed.kind,
            folder: self.places.documents,
            status,
            as_of: self.state.as_of.as_deref().and_then(|text| text.parse().ok()),
            warnings: self.warnings,
        }
    }

    fn error(&self, url: &str, step: Step, cause: Cause) -> FetchError {
        let feed = self.session.feed;
        let url = if url.is_empty() { &feed.url } else { url };
        FetchError { feed: feed.name.clone(), url: url.to_owned(), step, cause }
    }

    fn file_error(&self, path: &Path, source: io::Error) -> FetchError {
        self.error("", Step::Keep, Cause::File { path: path.to_owned(), source })
    }

    fn work(&mut self) -> Result<FeedStatus, FetchError> {
        self.places.create().map_err(|e| self.file_error(&self.places.documents, e))?;
        let feed = self.session.feed;
        let wanted =
            if feed.has_listing() { self.listed()? } else { feed.fixed_documents(self.update.now) };
        let all = wanted.len();
        let (mut changed, mut unchanged, mut failed, mut in_a_row) = (0, 0, Vec::new(), 0);
        for (index, wanted) in wanted.iter().enumerate() {
            match self.document(wanted, index + 1, all) {
                Ok(Outcome::Changed) => changed += 1,
                Ok(Outcome::Current) => unchanged += 1,
                Ok(Outcome::NotYet) => {}
                Err(error) => {
                    failed.push(error);
                    in_a_row += 1;
                    if in_a_row == FAILURES_IN_A_ROW && index + 1 < all {
                        let left = all - index - 1;
                        self.warnings.push(format!(
                            "{in_a_row} documents failed in a row: {left} more were not asked for"
                        ));
                        break;
                    }
                    continue;
                }
            }
            in_a_row = 0;
            if changed > 0 && changed % SAVE_EVERY == 0 {
                self.places
                    .save(&self.state)
                    .map_err(|e| self.file_error(&self.places.documents, e))?;
            }
        }
        if !failed.is_empty() {
            if changed == 0 && unchanged == 0 {
                return Err(failed.swap_remove(0));
            }
            return Ok(FeedStatus::Partial { changed, unchanged, failed });
        }
        let removed = if feed.since.is_some() { 0 } else { self.remove_unlisted(&wanted)? };
        if feed.has_listing() {
            self.state.listed = Some(all as u64);
        }
        Ok(match (changed, removed) {
            (0, 0) => FeedStatus::Unchanged,
            _ => FeedStatus::Updated { changed, unchanged, removed },
        })
    }

    /// Gets the publisher's lists and reads them.
    fn listed(&mut self) -> Result<Vec<Wanted>, FetchError> {
        let feed = self.session.feed;
        let lists = match (&feed.index, feed.kind) {
            (Some(index), _) => vec![List { form: ListForm::MsrcIndex, url: index.clone() }],
            (None, FeedKind::CsafRolie) => {
                vec![List { form: ListForm::Rolie, url: feed.url.clone() }]
            }
            (None, FeedKind::CsafProviderMetadata) => {
                let text = self.list_text(&feed.url)?;
                listing::provider_lists(&text)
                    .map_err(|why| self.error("", Step::ReadList, Cause::List(why)))?
            }
            (None, _) => vec![listing::directory_list(&feed.url)],
        };
        let mut all = Vec::new();
        for list in &lists {
            let text = self.list_text(&list.url)?;
            let read = listing::read(feed, list, &text)
                .map_err(|why| self.error(&list.url, Step::ReadList, Cause::List(why)))?;
            all.push(read);
        }
        let Listing { documents, warnings } = Listing::merge(all);
        self.warnings.extend(warnings);
        let count = documents.len() as u64;
        let first = lists.first().map_or("", |list| list.url.as_str());
        let refuse = |cause| Err(self.error(first, Step::ReadList, cause));
        if documents.is_empty() {
            return refuse(Cause::List("it names no document".into()));
        }
        if documents.len() > feed.max_documents {
            let limit = feed.max_documents;
            return refuse(Cause::List(format!("it names {count} documents, more than {limit}")));
        }
        if let Some(before) = self.state.listed
            && shrank(before, count, RECORDS_LOST)
            && !self.may_shrink()
        {
            return refuse(Cause::Shrunk { of: "documents", before, now: count });
        }
        Ok(documents)
    }

    /// Gets one list, or the copy held if the publisher says it is current.
    fn list_text(&mut self, url: &str) -> Result<String, FetchError> {
        let name = format!("{}.list", super::digest::sha256(url.as_bytes()).split_at(16).0);
        let file = self.places.lists.join(&name);
        let wanted = Wanted {
            url: url.to_owned(),
            relative: name.clone(),
            stamp: None,
            expected: None,
            may_be_missing: false,
        };
        let held = self.state.lists.get(&name).filter(|held| held.is_intact(&file)).cloned();
        let order = Order {
            wanted: &wanted,
            accept: "application/json, text/csv, text/plain, */*;q=0.5",
            limit: LARGEST_LIST,
            held: held.as_ref(),
            part: self.places.parts.join(&name),
            number: 1,
            of: 1,
        };
        if let Got::New { etag, last_modified, digest } = self.session.get(&order)? {
            let held = self.held(&wanted, etag, last_modified, digest, None);
            self.install(&order.part, &file)?;
            self.state.lists.insert(name, held);
        }
        let mut bytes = Vec::new();
        File::open(&file)
            .and_then(|file| file.take(LARGEST_LIST).read_to_end(&mut bytes))
            .map_err(|source| self.file_error(&file, source))?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.trim_start_matches('\u{feff}').to_owned())
    }

    fn document(
        &mut self,
        wanted: &Wanted,
        number: usize,
        of: usize,
    ) -> Result<Outcome, FetchError> {
        let feed = self.session.feed;
        let file = below(&self.places.documents, &wanted.relative);
        let held = self
            .state
            .documents
            .get(&wanted.relative)
            .filter(|held| held.url == wanted.url && held.is_intact(&file))
            .cloned();
        if let (Some(held), Some(stamp)) = (&held, &wanted.stamp)
            && held.stamp.as_ref() == Some(stamp)
        {
            return Ok(Outcome::Current);
        }
        let order = Order {
            wanted,
            accept: feed.kind.accept(),
            limit: feed.max_bytes,
            held: held.as_ref(),
            part: self.places.parts.join(wanted.relative.replace('/', "+")),
            number,
            of,
        };
        let got = match self.session.get(&order) {
            Err(FetchError { cause: Cause::Status(404), .. }) if wanted.may_be_missing => {
                return Ok(Outcome::NotYet);
            }
            got => got?,
        };
        let Got::New { etag, last_modified, digest } = got else {
            if let Some(held) = self.state.documents.get_mut(&wanted.relative) {
                held.stamp.clone_from(&wanted.stamp);
            }
            return Ok(Outcome::Current);
        };
        let records = match self.accept(held.as_ref(), &file, &order.part, &digest) {
            Ok(records) => records,
            Err(cause) => {
                durable::remove(&order.part).map_err(|e| self.file_error(&order.part, e))?;
                return Err(self.error(&wanted.url, Step::Count, cause));
            }
        };
        let same = held.as_ref().is_some_and(|held| held.sha256 == digest.sha256);
        let now_held = self.held(wanted, etag, last_modified, digest, records);
        self.install(&order.part, &file)?;
        self.state.documents.insert(wanted.relative.clone(), now_held);
        Ok(if same { Outcome::Current } else { Outcome::Changed })
    }

    /// Decides whether a document just received is believed.
    fn accept(
        &self,
        held: Option<&Held>,
        file: &Path,
        part: &Path,
        digest: &FileDigest,
    ) -> Result<Option<u64>, Cause> {
        let kind = self.session.feed.kind;
        let records = match (self.update.count)(kind, part) {
            Counted::Records(records) => Some(records),
            Counted::Unknown => None,
            Counted::Unreadable(why) => {
                return Err(Cause::Unreadable { kind: kind.as_str(), why });
            }
        };
        if !kind.is_a_collection() || self.may_shrink() {
            return Ok(records);
        }
        let counted = held.and_then(|held| held.records).zip(records);
        let (before, now, of, lost) = if let Some((before, now)) = counted {
            (before, now, "records", RECORDS_LOST)
        } else {
            // Without a count on both sides the size must do; also where only the file is left.
            let before = held.map(|held| held.bytes);
            let before = before.or_else(|| fs::metadata(file).ok().map(|meta| meta.len()));
            (before.unwrap_or_default(), digest.bytes, "bytes", BYTES_LOST)
        };
        if shrank(before, now, lost) { Err(Cause::Shrunk { of, before, now }) } else { Ok(records) }
    }

    fn may_shrink(&self) -> bool {
        self.update.accept_shrink.contains(&self.session.feed.name)
    }

    fn held(
        &self,
        wanted: &Wanted,
        etag: Option<String>,
        last_modified: Option<String>,
        digest: FileDigest,
        records: Option<u64>,
    ) -> Held {
        Held {
            url: wanted.url.clone(),
            etag,
            last_modified,
            stamp: wanted.stamp.clone(),
            records,
            bytes: digest.bytes,
            sha256: digest.sha256,
            fetched_at: self.update.now.to_string(),
        }
    }

    fn install(&self, part: &Path, file: &Path) -> Result<(), FetchError> {
        let folder = file.parent().unwrap_or(&self.places.documents);
        fs::create_dir_all(folder)
            .and_then(|()| durable::rename(part, file))
            .map_err(|source| self.file_error(file, source))
    }

    /// Removes what the publisher no longer names; only called when nothing failed.
    fn remove_unlisted(&mut self, wanted: &[Wanted]) -> Result<usize, FetchError> {
        let named: BTreeSet<&str> = wanted.iter().map(|wanted| wanted.relative.as_str()).collect();
        let gone: Vec<String> = self
            .state
            .documents
            .keys()
            .filter(|name| !named.contains(name.as_str()))
            .cloned()
            .collect();
        for name in &gone {
            let file = below(&self.places.documents, name);
            durable::remove(&file).map_err(|source| self.file_error(&file, source))?;
            self.state.documents.remove(name);
        }
        Ok(gone.len())
    }
}

enum Outcome {
    Changed,
    Current,
    NotYet,
}

/// Per cent of records a collection may lose.
const RECORDS_LOST: u64 = 2;
/// Per cent of bytes: packed sizes wander more than counts.
const BYTES_LOST: u64 = 10;

fn shrank(before: u64, now: u64, per_cent: u64) -> bool {
    u128::from(now) * 100 < u128::from(before) * u128::from(100 - per_cent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_per_cent_may_go_and_no_more() {
        assert!(!shrank(0, 0, RECORDS_LOST));
        assert!(!shrank(100, 98, RECORDS_LOST));
        assert!(shrank(100, 97, RECORDS_LOST));
        assert!(shrank(295_000, 202_000, RECORDS_LOST));
        assert!(!shrank(100, 1_000, RECORDS_LOST));
    }
}
