//! One document, from a server to a proven file: conditional, resumed, retried, bounded.
//!
//! The body is streamed to a part file. Beside it stands a note with the validator (strong ETag or
//! Last-Modified) of the answer it came from; only with it a later attempt, of this run or the
//! next, asks for the rest (`Range` with `If-Range`, RFC 9110 sections 13.1.5 and 14.2). A rest
//! that does not fit exactly is thrown away. What this returns is complete, within the limit and
//! has the publisher's checksum; whether it is believed is decided in `update`.

use std::fs::{self, File};
use std::io::{Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::cache::Held;
use super::digest::FileDigest;
use super::error::{Cause, FetchError, Step};
use super::feed::{Expected, Feed, Wanted};
use super::http::{Answer, Client, Question, read_cause};
use super::progress::Progress;
use super::retry::{Pause, Policy, retry_after};
use crate::durable;

/// A file with one checksum in it is not larger.
const LARGEST_CHECKSUM: u64 = 4 * 1024;

/// Whom to ask and how, for the documents of one feed.
pub(super) struct Session<'a> {
    pub(super) feed: &'a Feed,
    pub(super) client: Client,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
    pub(super) pause: &'a mut dyn Pause,
    pub(super) progress: &'a mut dyn Progress,
    pub(super) waited: Duration,
}

/// One document to be had now.
pub(super) struct Order<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) accept: &'a str,
    pub(super) limit: u64,
    /// What is held of it, if its file is intact.
    pub(super) held: Option<&'a Held>,
    pub(super) part: PathBuf,
    pub(super) number: usize,
    pub(super) of: usize,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Got {
    /// The copy held is current.
    NotModified,
    /// A new copy stands at the order's `part`.
    New { etag: Option<String>, last_modified: Option<String>, digest: FileDigest },
}

/// A failed attempt and whether another may help.
struct Failure {
    step: Step,
    cause: Cause,
    again: Again,
}

enum Again {
    No,
    Backoff,
    After(Duration),
}

impl Failure {
    fn last(step: Step, cause: Cause) -> Self {
        Self { step, cause, again: Again::No }
    }

    fn again(step: Step, cause: Cause) -> Self {
        Self { step, cause, again: Again::Backoff }
    }

    /// A failure of the network: another attempt helps unless the answer would be the same.
    fn network(step: Step, cause: Cause) -> Self {
        match cause {
            Cause::Timeout(_) | Cause::Connection(_) | Cause::Truncated { .. } => {
                Self::again(step, cause)
            }
            _ => Self::last(step, cause),
        }
    }

    fn file(path: &Path, source: std::io::Error) -> Self {
        Self::last(Step::Keep, Cause::File { path: path.to_owned(), source })
    }
}

/// The validator of the answer that a part file came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Note {
    fn of(url: &str, answer: &Answer) -> Option<Self> {
        // A weak tag promises the same meaning, not the same bytes (RFC 9110 section 8.8.3).
        let etag = answer.etag.clone().filter(|tag| !tag.starts_with("W/"));
        let last_modified = answer.last_modified.clone();
        let usable = !answer.encoded && (etag.is_some() || last_modified.is_some());
        usable.then(|| Self { url: url.to_owned(), etag, last_modified })
    }

    fn validator(&self) -> Option<&String> {
        self.etag.as_ref().or(self.last_modified.as_ref())
    }

    /// Tells whether a partial answer continues what this note describes.
    fn fits(&self, answer: &Answer) -> bool {
        match (&self.etag, &answer.etag) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => match (&self.last_modified, &answer.last_modified) {
                (Some(ours), Some(theirs)) => ours == theirs,
                // The server honoured If-Range and repeats no validator: allowed, and the
                // Content-Range must still fit.
                _ => true,
            },
        }
    }
}

impl Session<'_> {
    /// Gets one document.
    pub(super) fn get(&mut self, order: &Order<'_>) -> Result<Got, FetchError> {
        let url = &order.wanted.url;
        self.retrying(url, |session| session.attempt(order))
    }

    fn retrying<T>(
        &mut self,
        url: &str,
        mut attempt: impl FnMut(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, FetchError> {
        let mut number = 1;
        loop {
            let failure = match attempt(self) {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let error = |cause| FetchError {
                feed: self.feed.name.clone(),
                url: url.to_owned(),
                step: failure.step,
                cause,
            };
            let wait = match failure.again {
                Again::No => return Err(error(failure.cause)),
                _ if number >= self.policy.attempts => return Err(error(failure.cause)),
                Again::Backoff => self.policy.backoff(number),
                Again::After(wait) if wait > self.policy.retry_after_cap => {
                    return Err(error(Cause::RetryAfter(wait)));
                }
                Again::After(wait) => wait,
            };
            self.progress.waiting(wait, &failure.cause.to_string());
            self.pause.pause(wait);
            self.waited = self.waited.saturating_add(wait);
            number += 1;
        }
    }

    fn attempt(&mut self, order: &Order<'_>) -> Result<Got, Failure> {
        let url = order.wanted.url.as_str();
        let note_path = durable::beside(&order.part, "note");
        let begun = begun(&order.part, &note_path, url, order.limit);
        let mut headers = Vec::new();
        if let Some((note, have)) = &begun {
            headers.push(("Accept-Encoding", "identity".to_owned()));
            headers.push(("Range", format!("bytes={have}-")));
            if let Some(validator) = note.validator() {
                headers.push(("If-Range", validator.clone()));
            }
        } else {
            // What is compressed already gains nothing, and unencoded it can be resumed.
            let packed = [".gz", ".zip", ".xz", ".bz2"].iter().any(|end| url.ends_with(end));
            headers.push(("Accept-Encoding", if packed { "identity" } else { "gzip" }.to_owned()));
            if let Some(held) = order.held {
                headers.extend(held.etag.clone().map(|tag| ("If-None-Match", tag)));
                headers.extend(held.last_modified.clone().map(|date| ("If-Modified-Since", date)));
            }
        }
        let conditional =
            headers.iter().any(|(name, _)| name.starts_with("If-") && *name != "If-Range");
        let question = Question { url, accept: order.accept, headers };
        let answer =
            self.client.ask(&question).map_err(|cause| Failure::network(Step::Ask, cause))?;

        let discard = || {
            durable::remove(&order.part)
                .and_then(|()| durable::remove(&note_path))
                .map_err(|source| Failure::file(&order.part, source))
        };
        let offset = match (answer.status, &begun) {
            (304, None) if conditional => return Ok(Got::NotModified),
            (200, _) => {
                discard()?;
                0
            }
            (206, Some((note, have))) => {
                if answer.encoded || !note.fits(&answer) || !continues(&answer, *have) {
                    discard()?;
                    let why = "the rest it sent is not the rest of what was begun".to_owned();
                    return Err(Failure::again(Step::Receive, Cause::Protocol(why)));
                }
                *have
            }
            (416, Some(_)) => {
                // Nothing lies behind what we have, or the document changed: begin anew.
                discard()?;
                return Err(Failure::again(Step::Receive, Cause::Status(416)));
            }
            (status, _) => return Err(self.refused(Step::Ask, status, &answer)),
        };
        let (etag, last_modified) = (answer.etag.clone(), answer.last_modified.clone());
        self.receive(order, answer, offset, &note_path)?;

        let digest = FileDigest::of(&order.part).map_err(|e| Failure::file(&order.part, e))?;
        if let Err(failure) = self.verify(order.wanted, &digest) {
            discard()?;
            return Err(failure);
        }
        durable::remove(&note_path).map_err(|source| Failure::file(&note_path, source))?;
        Ok(Got::New { etag, last_modified, digest })
    }

    /// Turns a status into a failure: another attempt helps with the server's troubles only.
    fn refused(&self, step: Step, status: u16, answer: &Answer) -> Failure {
        let cause = Cause::Status(status);
        match status {
            429 | 503 => {
                let now = SignedDuration::try_from(self.waited)
                    .ok()
                    .and_then(|waited| self.now.checked_add(waited).ok())
                    .unwrap_or(self.now);
                let wish = answer.retry_after.as_deref().and_then(|text| retry_after(text, now));
                Failure { step, cause, again: wish.map_or(Again::Backoff, Again::After) }
            }
            408 | 425 | 500 | 502 | 504 => Failure::again(step, cause),
            _ => Failure::last(step, cause),
        }
    }

    fn receive(
        &mut self,
        order: &Order<'_>,
        mut answer: Answer,
        offset: u64,
        note_path: &Path,
    ) -> Result<(), Failure> {
        let too_large = || Failure::last(Step::Receive, Cause::TooLarge { limit: order.limit });
        let announced = answer.length.filter(|_| !answer.encoded).map(|n| n.saturating_add(offset));
        if announced.is_some_and(|bytes| bytes > order.limit) {
            durable::remove(&order.part).map_err(|e| Failure::file(&order.part, e))?;
            return Err(too_large());
        }
        self.progress.document(&order.wanted.url, order.number, order.of, announced);
        let note = Note::of(&order.wanted.url, &answer);
        let failed = |source| Failure::file(&order.part, source);
        if offset == 0
            && let Some(note) = &note
        {
            let text = serde_json::to_vec(note).map_err(|e| failed(e.into()))?;
            durable::write_whole(note_path, &text).map_err(failed)?;
        }
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&order.part)
            .map_err(failed)?;
        file.set_len(offset).map_err(failed)?;
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;

        let mut have = offset;
        let mut buffer = vec![0; 64 * 1024];
        let outcome = loop {
            let read = match answer.body.read(&mut buffer) {
                Ok(read) => read,
                Err(error) => break Err(broken(error, answer.encoded, have, announced)),
            };
            let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else {
                break Ok(());
            };
            have += piece.len() as u64;
            if have > order.limit {
                break Err(too_large());
            }
            file.write_all(piece).map_err(failed)?;
            self.progress.received(have);
        };
        let outcome = outcome.and_then(|()| match announced {
            Some(expected) if expected != have => {
                let cause = Cause::Truncated { received: have, expected };
                Err(Failure::again(Step::Receive, cause))
            }
            _ => Ok(()),
        });
        let resumable = note.is_some() || offset > 0;
        match outcome {
            Ok(()) => file.sync_all().map_err(failed),
            Err(failure) => {
                drop(file);
                if !resumable || matches!(failure.cause, Cause::TooLarge { .. }) {
                    durable::remove(&order.part).map_err(failed)?;
                    durable::remove(note_path).map_err(failed)?;
                }
                Err(failure)
            }
        }
    }

    fn verify(&mut self, wanted: &Wanted, digest: &FileDigest) -> Result<(), Failure> {
        let (algorithm, expected) = match &wanted.expected {
            None => return Ok(()),
            Some(Expected::Is { algorithm, hex }) => (*algorithm, hex.clone()),
            Some(Expected::At { algorithm, url }) => {
                let fetched = self.retrying(url, |session| session.small_text(url));
                // Its own attempts are spent; asking for the whole document again would not help.
                let text = fetched.map_err(|error| {
                    let cause = match error.cause {
                        Cause::Status(404 | 410) => Cause::NoChecksum(*algorithm),
                        other => other,
                    };
                    Failure::last(Step::Verify, cause)
                })?;
                let first = text.split_whitespace().next().unwrap_or_default();
                let value = algorithm
                    .hex(first)
                    .ok_or_else(|| Failure::last(Step::Verify, Cause::NoChecksum(*algorithm)))?;
                (*algorithm, value)
            }
        };
        let found = digest.value(algorithm).to_owned();
        if found == expected {
            return Ok(());
        }
        // Document and checksum may have been caught in the middle of a change.
        Err(Failure::again(Step::Verify, Cause::Checksum { algorithm, expected, found }))
    }

    fn small_text(&self, url: &str) -> Result<String, Failure> {
        let headers = vec![("Accept-Encoding", "identity".to_owned())];
        let question = Question { url, accept: "*/*", headers };
        let answer =
            self.client.ask(&question).map_err(|cause| Failure::network(Step::Verify, cause))?;
        if answer.status != 200 {
            return Err(self.refused(Step::Verify, answer.status, &answer));
        }
        let mut bytes = Vec::new();
        answer
            .body
            .take(LARGEST_CHECKSUM)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::network(Step::Verify, read_cause(error)))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Says why a body broke off; a broken transfer compression is a broken transfer.
fn broken(error: std::io::Error, encoded: bool, have: u64, announced: Option<u64>) -> Failure {
    let cause = match read_cause(error) {
        Cause::Connection(_) if announced.is_some() => {
            Cause::Truncated { received: have, expected: announced.unwrap_or_default() }
        }
        Cause::Protocol(why) | Cause::Tls(why) if encoded => Cause::Connection(why),
        other => other,
    };
    Failure::network(Step::Receive, cause)
}

/// Returns the note and size of a part file that may be continued.
fn begun(part: &Path, note_path: &Path, url: &str, limit: u64) -> Option<(Note, u64)> {
    let have = fs::metadata(part).ok()?.len();
    let mut text = String::new();
    File::open(note_path).ok()?.take(64 * 1024).read_to_string(&mut text).ok()?;
    let note: Note = serde_json::from_str(&text).ok()?;
    (have > 0 && have < limit && note.url == url).then_some((note, have))
}

/// Tells whether a 206 begins where we ended and runs to the document's end.
fn continues(answer: &Answer, have: u64) -> bool {
    let range = answer.content_range.as_deref().and_then(|text| text.strip_prefix("bytes "));
    let Some((span, total)) = range.and_then(|text| text.split_once('/')) else { return false };
    let Some((from, to)) = span.split_once('-') else { return false };
    let (Ok(from), Ok(to)) = (from.trim().parse::<u64>(), to.trim().parse::<u64>()) else {
        return false;
    };
    let whole = total.trim() == "*" || total.trim().parse() == Ok(to.saturating_add(1));
    from == have && to >= from && whole
}
