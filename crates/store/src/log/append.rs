//! Appending: what a caller hands in and gets back.

use std::time::Duration;

use jiff::Timestamp;
use model::event::{Event, NewEvent};
use tokio::sync::{mpsc, oneshot};

use crate::{Error, Store, events};

/// What an append has recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The events, with their numbers. All of one append have the same `as_known`, which is later
    /// than that of any event before.
    pub events: Vec<Event>,
    /// Whether this was recorded before, under the same key.
    pub repeated: bool,
    /// How far the clock is behind the newest event, where that is more than a moment: it was set
    /// back. Time goes on from the newest event until the clock has caught up.
    pub clock_behind: Option<Duration>,
}

/// An append on its way to the sequencer.
#[derive(Debug)]
pub(crate) struct Append {
    pub(crate) events: Vec<NewEvent>,
    pub(crate) key: Option<Key>,
    pub(crate) now: Timestamp,
    pub(crate) reply: oneshot::Sender<Result<Appended, Error>>,
}

/// An idempotency key, with what tells its append from another.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) digest: [u8; 32],
}

/// The way to the sequencer.
pub(crate) type Queue = mpsc::Sender<Append>;

impl Store {
    /// Records events, all or none. They are durable, in the log and shown when this returns.
    ///
    /// `now` becomes `as_known`, unless an event was recorded later than that: `as_known` never goes
    /// back. If this fails with [`Error::Uncertain`], only a key tells whether to do it again: see
    /// [`Store::append_once`].
    pub async fn append(&self, events: Vec<NewEvent>, now: Timestamp) -> Result<Appended, Error> {
        self.send(events, None, now).await
    }

    /// Records events under a key of the caller's choice. Doing it again with the same key and the
    /// same events records nothing and gives the first answer.
    pub async fn append_once(
        &self,
        key: &str,
        events: Vec<NewEvent>,
        now: Timestamp,
    ) -> Result<Appended, Error> {
        if key.is_empty() || key.contains('\0') {
            let reason = "its idempotency key is empty or holds a NUL character".to_owned();
            return Err(Error::EventRefused { position: 0, reason });
        }
        self.send(events, Some(key), now).await
    }

    async fn send(
        &self,
        events: Vec<NewEvent>,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Appended, Error> {
        let queue = self.queue()?;
        if events.is_empty() {
            return Ok(Appended { events: Vec::new(), repeated: false, clock_behind: None });
        }
        let events = events::accept(events)?;
        let key = match key {
            None => None,
            Some(text) => Some(Key { text: text.to_owned(), digest: events::digest(&events)? }),
        };
        let (reply, answer) = oneshot::channel();
        let append = Append { events, key, now, reply };
        queue.send(append).await.map_err(|_| Error::Closed)?;
        // The sequencer answers everything it has taken; if it is gone, its fate is not known.
        answer.await.unwrap_or_else(|_| Err(Error::Uncertain { source: Box::new(Error::Closed) }))
    }
}
