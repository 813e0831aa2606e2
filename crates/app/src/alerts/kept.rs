//! All alerts with their answers, read from the record and kept beside it.
//!
//! What is kept are the statements, in the order of the record: states are folded from them whenever somebody
//! looks, so that nothing is true here that the record does not say. It is brought up to date before each use
//! by reading the events that came since.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::event::{Event, NewEvent};
use model::organisation::OrganisationCode;
use response::alert::{Alert, AlertNumber, Entry as AlertEntry};
use response::answer::{Answer, Entry};
use store::Filter;

use super::decode::{Read, decode};
use super::encode::{ALERT_KINDS, ANSWER_KINDS};
use super::error::AlertsError;
use crate::context::Context;
use crate::error::Error;
use crate::exposure::desk::Moment;

/// How many events are read at once.
const PAGE: usize = 8_192;
/// So often something is tried again that others changed at the same moment.
const TRIES: usize = 8;

/// All alerts, as far as they were read.
#[derive(Debug, Default)]
pub struct Book {
    alerts: BTreeMap<AlertNumber, KeptAlert>,
    /// So many events of the record are in it.
    size: u64,
}

/// One alert.
#[derive(Debug, Default)]
pub struct KeptAlert {
    /// What was said of it, each with the number of its event and when it was known.
    entries: Vec<Kept<AlertEntry>>,
    /// What was said by and of each organisation that was asked.
    answers: BTreeMap<OrganisationCode, Vec<Kept<Entry>>>,
}

/// A statement with its place in the record.
#[derive(Debug)]
pub(super) struct Kept<T> {
    pub(super) number: u64,
    pub(super) known: Timestamp,
    pub(super) entry: T,
}

/// All alerts, shared by everybody in a process.
#[derive(Debug, Default)]
pub struct Books {
    book: RwLock<Book>,
    /// Who brings it up to date at the moment.
    reading: tokio::sync::Mutex<()>,
    /// Whoever says something; nobody while all claims are held against the evidence.
    saying: tokio::sync::RwLock<()>,
}

impl Books {
    /// Does something with all alerts, as the record has them now.
    pub(super) async fn with<T>(
        &self,
        context: &Context,
        look: impl FnOnce(&Book) -> T,
    ) -> Result<T, Error> {
        self.keep_up(context).await?;
        Ok(look(&self.book.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Waits until nobody says anything, and lets nobody say anything until it is dropped.
    pub(super) async fn alone(&self) -> impl Sized + '_ {
        self.saying.write().await
    }

    /// So many events of the record are in it.
    pub(super) fn size(&self) -> u64 {
        self.book.read().unwrap_or_else(PoisonError::into_inner).size
    }

    /// Reads what came since.
    async fn keep_up(&self, context: &Context) -> Result<(), Error> {
        let wanted = context.store.size().await?;
        if self.size() >= wanted {
            return Ok(());
        }
        let _alone = self.reading.lock().await;
        let own = self.size();
        if own >= wanted {
            return Ok(());
        }
        let kinds = ALERT_KINDS.iter().chain(&ANSWER_KINDS).map(|kind| (*kind).to_owned());
        let mut filter = Filter { kinds: kinds.collect(), from_number: own, ..Filter::default() };
        loop {
            let events = context.store.events(&filter, PAGE).await?;
            let read = events.iter().map(|event| {
                Ok((
                    event,
                    decode(event).map_err(|source| {
                        // One that cannot be read may take something back: nobody goes on without it.
                        Error::damaged("event of an alert", event.event.subject.clone(), source)
                    })?,
                ))
            });
            let read: Vec<(&Event, Read)> = read.collect::<Result<_, Error>>()?;
            let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
            for (event, read) in read {
                book.take(event, read);
            }
            let Some(last) = events.last() else {
                book.size = book.size.max(wanted);
                return Ok(());
            };
            filter.from_number = last.number + 1;
        }
    }
}

impl Book {
    fn take(&mut self, event: &Event, read: Read) {
        // Read a second time, where a page ended in an error.
        if event.number < self.size {
            return;
        }
        self.size = event.number + 1;
        let (number, known) = (event.number, event.as_known);
        match read {
            Read::Alert(alert, entry) => {
                let kept = self.alerts.entry(alert).or_default();
                kept.entries.push(Kept { number, known, entry });
            }
            Read::Answer(alert, organisation, entry) => {
                let answers = &mut self.alerts.entry(alert).or_default().answers;
                answers.entry(organisation).or_default().push(Kept { number, known, entry });
            }
        }
    }

    /// All alerts, the newest first.
    pub(super) fn alerts(&self) -> impl Iterator<Item = (AlertNumber, &KeptAlert)> {
        self.alerts.iter().rev().map(|(number, kept)| (*number, kept))
    }

    /// One of them.
    pub(super) fn get(&self, number: AlertNumber) -> Option<&KeptAlert> {
        self.alerts.get(&number)
    }

    /// So many events of the record are in it.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// The next number that nobody has.
    pub(super) fn next(&self) -> Option<AlertNumber> {
        let last = self.alerts.keys().next_back().map_or(0, |number| number.place());
        AlertNumber::new(last + 1)
    }
}

impl KeptAlert {
    /// The alert as it is, or was.
    pub(super) fn alert(&self, number: AlertNumber, when: When) -> Alert {
        Alert::fold(number, &when.of(&self.entries), when.until(&self.entries, |entry| entry.at))
    }

    /// How often something was said of it.
    pub(super) fn said(&self) -> usize {
        self.entries.len()
    }

    /// What was said of it.
    pub(super) fn entries(&self) -> &[Kept<AlertEntry>] {
        &self.entries
    }

    /// Who was asked, with what was said.
    pub(super) fn answers(&self) -> impl Iterator<Item = (&OrganisationCode, &[Kept<Entry>])> {
        self.answers.iter().map(|(code, entries)| (code, entries.as_slice()))
    }

    /// What was said by and of an organisation.
    pub(super) fn answer_entries(&self, code: &OrganisationCode) -> &[Kept<Entry>] {
        self.answers.get(code).map_or(&[], Vec::as_slice)
    }

    /// An organisation's answer as it is, or was.
    pub(super) fn answer(&self, code: &OrganisationCode, when: When) -> Answer {
        fold(self.answer_entries(code), when)
    }
}

/// The answer that statements make, as it is, or was.
pub(super) fn fold(entries: &[Kept<Entry>], when: When) -> Answer {
    Answer::fold(&when.of(entries), when.until(entries, |entry| entry.at))
}

/// As at which instant, as known at which.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    /// As at which instant.
    pub(super) at: Timestamp,
    /// As known when; `None`: as known now.
    known: Option<Timestamp>,
    /// Whether it is now: then whatever the record has counts, also what was said since the clock was read.
    is_now: bool,
}

impl When {
    /// Now.
    pub(super) const fn now(context: &Context) -> Self {
        Self { at: context.now, known: None, is_now: true }
    }

    /// At a moment: of a day its end.
    pub(super) fn of_moment(context: &Context, moment: Moment) -> Self {
        let end = |day: Date| {
            let next = day.tomorrow().and_then(|day| day.to_zoned(TimeZone::UTC)).ok();
            next.map_or(context.now, |next| next.timestamp().min(context.now))
        };
        let known = moment.as_known;
        let at = moment.as_at.map_or(known.unwrap_or(context.now), end);
        Self { at, known, is_now: moment.is_now() }
    }

    /// The instant to fold to.
    fn until<T>(self, entries: &[Kept<T>], at: impl Fn(&T) -> Timestamp) -> Timestamp {
        let last = entries.iter().map(|kept| at(&kept.entry)).max();
        last.filter(|_| self.is_now).map_or(self.at, |last| last.max(self.at))
    }

    /// Whether something had been said then.
    pub(super) fn shows<T>(self, kept: &Kept<T>, at: Timestamp) -> bool {
        self.is_now || (at <= self.at && self.known.is_none_or(|known| kept.known <= known))
    }

    /// What was known then.
    fn of<T: Clone>(self, entries: &[Kept<T>]) -> Vec<T> {
        let known =
            entries.iter().filter(|kept| self.known.is_none_or(|known| kept.known <= known));
        known.map(|kept| kept.entry.clone()).collect()
    }
}

/// What is to be recorded under which key, and what the caller is given for it.
pub(super) struct Plan<T> {
    /// The key: what it changes, and how often that had been said something of when it was looked at.
    pub(super) key: String,
    /// The events; none: there is nothing to say.
    pub(super) events: Vec<NewEvent>,
    /// For the caller.
    pub(super) gives: T,
}

/// Looks, and records what follows, unless somebody else changed the same in between: then it looks again. Of
/// two who say something at once, the second is held against what the first said.
pub(super) async fn record<T>(
    context: &Context,
    books: &Books,
    plan: impl Fn(&Book) -> Result<Plan<T>, AlertsError>,
) -> Result<T, AlertsError> {
    let _among_others = books.saying.read().await;
    for _ in 0..TRIES {
        let Plan { key, events, gives } = books.with(context, &plan).await??;
        if events.is_empty() {
            return Ok(gives);
        }
        match context.store.append_once(&key, events, context.now).await {
            Ok(_) => return Ok(gives),
            Err(store::Error::KeyReused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(AlertsError::Crowded)
}
