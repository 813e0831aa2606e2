//! All alerts with their answers, read from the record and kept beside it.
//!
//! What is kept are the statements, in the order of the record: states are folded from them whenever somebody
//! looks, so that nothing is true here that the record does not say. It is brought up to date before each use
//! by reading the events that came since.

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::event::{Event, EventId, NewEvent};
use model::organisation::OrganisationCode;
use response::alert::{Alert, AlertNumber, Entry as AlertEntry};
use response::answer::{Answer, Entry, Statement};
use response::delivery::{Place, Run, Statement as DeliveryStatement};
use store::Filter;

use super::decode::{Read, decode};
use super::encode::{ALERT_KINDS, ANSWER_KINDS};
use super::error::AlertsError;
use crate::context::Context;
use crate::delivery::{CodeKey, Codes, DELIVERY_KINDS, Target};
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
    /// Of which alert and organisation each run is.
    runs: HashMap<EventId, (AlertNumber, OrganisationCode)>,
    codes: Codes,
    /// So many statements of alerts and answers are in it.
    said: u64,
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
    /// How its people were told.
    runs: BTreeMap<OrganisationCode, Vec<Run>>,
}

/// A statement with its place in the record.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    pub(crate) number: u64,
    pub(crate) known: Timestamp,
    pub(crate) entry: T,
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
    /// With the key of the codes by which people acknowledge.
    pub fn with_codes(key: Option<[u8; 32]>) -> Self {
        let codes = Codes::new(key.map(CodeKey::new));
        Self { book: RwLock::new(Book { codes, ..Book::default() }), ..Self::default() }
    }

    /// Does something with all alerts that changes how far their messages are.
    pub(crate) async fn change<T>(
        &self,
        context: &Context,
        change: impl FnOnce(&mut Book) -> T,
    ) -> Result<T, Error> {
        self.keep_up(context).await?;
        Ok(change(&mut self.book.write().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Reads everything again: what was made of it may not be in the record. Until it is read, what is there stays.
    pub(crate) async fn reread(&self, context: &Context) -> Result<(), Error> {
        let _alone = self.reading.lock().await;
        let wanted = context.store.size().await?;
        let key = self.book.read().unwrap_or_else(PoisonError::into_inner).codes.key();
        let mut fresh = Book { codes: Codes::new(key), ..Book::default() };
        Self::read(context, 0, |events| {
            for (event, read) in events {
                fresh.take(&event, read);
            }
        })
        .await?;
        fresh.size = fresh.size.max(wanted);
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Does something with all alerts, as the record has them now.
    pub(crate) async fn with<T>(
        &self,
        context: &Context,
        look: impl FnOnce(&Book) -> T,
    ) -> Result<T, Error> {
        self.keep_up(context).await?;
        Ok(look(&self.book.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Waits until nobody says anything, and lets nobody say anything until it is dropped.
    pub(crate) async fn alone(&self) -> impl Sized + '_ {
        self.saying.write().await
    }

    /// So many events of the record are in it.
    pub(crate) fn size(&self) -> u64 {
        self.book.read().unwrap_or_else(PoisonError::into_inner).size
    }

    /// Reads what came since; whoever uses them does it first.
    pub async fn keep_up(&self, context: &Context) -> Result<(), Error> {
        let wanted = context.store.size().await?;
        if self.size() >= wanted {
            return Ok(());
        }
        let _alone = self.reading.lock().await;
        let own = self.size();
        if own >= wanted {
            return Ok(());
        }
        Self::read(context, own, |events| {
            let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
            for (event, read) in events {
                book.take(&event, read);
            }
        })
        .await?;
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        book.size = book.size.max(wanted);
        Ok(())
    }

    /// Every event of alerts, from a number on.
    fn filter(from_number: u64) -> Filter {
        let kinds = ALERT_KINDS.iter().chain(&ANSWER_KINDS).chain(&DELIVERY_KINDS);
        let kinds = kinds.map(|kind| (*kind).to_owned());
        Filter { kinds: kinds.collect(), from_number, ..Filter::default() }
    }

    /// Reads every event of alerts from a number on, many at a time; the next are fetched while those are read.
    async fn read(
        context: &Context,
        from_number: u64,
        mut take: impl FnMut(Vec<(Event, Read)>),
    ) -> Result<(), Error> {
        let mut filter = Self::filter(from_number);
        let mut events = context.store.events(&filter, PAGE).await?;
        while events.len() >= PAGE
            && let Some(last) = events.last()
        {
            filter.from_number = last.number + 1;
            let reading = tokio::task::spawn_blocking(move || decoded(events));
            let next = context.store.events(&filter, PAGE).await;
            let read = reading.await.map_err(|source| {
                Error::damaged("events of alerts", "reading them".to_owned(), source)
            })?;
            take(read?);
            events = next?;
        }
        take(decoded(events)?);
        Ok(())
    }
}

fn decoded(events: Vec<Event>) -> Result<Vec<(Event, Read)>, Error> {
    let read = events.into_iter().map(|event| {
        let read = decode(&event).map_err(|source| {
            // One that cannot be read may take something back: nobody goes on without it.
            Error::damaged("event of an alert", event.event.subject.clone(), source)
        })?;
        Ok((event, read))
    });
    read.collect()
}

/// Whether nobody of the organisation need be told any more: somebody has answered, or it is closed.
const fn ends_telling(statement: &Statement) -> bool {
    statement.is_answer() || matches!(statement, Statement::Closed | Statement::Overridden { .. })
}

impl Book {
    fn take(&mut self, event: &Event, read: Read) {
        // Read a second time, where a page ended in an error.
        if event.number < self.size {
            return;
        }
        self.size = event.number + 1;
        if !matches!(read, Read::Delivery(..)) {
            self.said += 1;
        }
        let (number, known) = (event.number, event.as_known);
        match read {
            Read::Alert(alert, entry) => {
                let kept = self.alerts.entry(alert).or_default();
                kept.entries.push(Kept { number, known, entry });
            }
            Read::Answer(alert, organisation, entry) => {
                let kept = self.alerts.entry(alert).or_default();
                if ends_telling(&entry.statement) {
                    // Whoever of it answers ends its ladders, and nobody else's.
                    for run in kept.runs.entry(organisation.clone()).or_default() {
                        if run.occasion.wants_acknowledgement() {
                            run.escalation.acknowledge(entry.at);
                        }
                    }
                }
                let answers = kept.answers.entry(organisation).or_default();
                answers.push(Kept { number, known, entry });
            }
            Read::Delivery(alert, organisation, entry) => {
                let kept = self.alerts.entry(alert).or_default();
                let answered = kept.answered(&organisation);
                let runs = kept.runs.entry(organisation.clone()).or_default();
                if let DeliveryStatement::Begun { occasion, ladder } = entry.statement {
                    for (place, _) in Place::all(&ladder) {
                        self.codes.add(Target {
                            alert,
                            organisation: organisation.clone(),
                            run: entry.run.clone(),
                            place,
                        });
                    }
                    self.runs.insert(entry.run.clone(), (alert, organisation));
                    let mut run = Run::new(entry.run, (occasion, ladder), (number, entry.at));
                    if let (Some(at), true) = (answered, occasion.wants_acknowledgement()) {
                        // They answered while it was begun.
                        run.escalation.acknowledge(at);
                    }
                    runs.push(run);
                } else if let Some(run) = runs.iter_mut().find(|run| run.id == entry.run) {
                    run.take(&entry.statement, entry.at);
                }
            }
        }
    }

    /// All alerts, the newest first.
    pub(crate) fn alerts(&self) -> impl Iterator<Item = (AlertNumber, &KeptAlert)> {
        self.alerts.iter().rev().map(|(number, kept)| (*number, kept))
    }

    /// So many statements of alerts and answers are in it.
    pub(crate) const fn said(&self) -> u64 {
        self.said
    }

    /// The codes by which people acknowledge.
    pub(crate) const fn codes(&self) -> &Codes {
        &self.codes
    }

    /// Of which alert and organisation a run is.
    pub(crate) fn whose(&self, run: &EventId) -> Option<(AlertNumber, &OrganisationCode)> {
        self.runs.get(run).map(|(alert, organisation)| (*alert, organisation))
    }

    /// Every run that still goes on.
    pub(crate) fn running(
        &mut self,
    ) -> impl Iterator<Item = (AlertNumber, &OrganisationCode, &mut Run)> {
        self.alerts.iter_mut().flat_map(|(number, kept)| {
            kept.runs.iter_mut().flat_map(move |(organisation, runs)| {
                let running = runs.iter_mut().filter(|run| run.is_running());
                running.map(move |run| (*number, organisation, run))
            })
        })
    }

    /// A run.
    pub(crate) fn run(&self, run: &EventId) -> Option<&Run> {
        let (alert, organisation) = self.runs.get(run)?;
        let runs = self.alerts.get(alert)?.runs.get(organisation)?;
        runs.iter().find(|own| own.id == *run)
    }

    /// A run, to be changed.
    pub(crate) fn run_mut(&mut self, run: &EventId) -> Option<&mut Run> {
        let (alert, organisation) = self.runs.get(run)?;
        let runs = self.alerts.get_mut(alert)?.runs.get_mut(organisation)?;
        runs.iter_mut().find(|own| own.id == *run)
    }

    /// One of them.
    pub(crate) fn get(&self, number: AlertNumber) -> Option<&KeptAlert> {
        self.alerts.get(&number)
    }

    /// So many events of the record are in it.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// The next number that nobody has.
    pub(crate) fn next(&self) -> Option<AlertNumber> {
        let last = self.alerts.keys().next_back().map_or(0, |number| number.place());
        AlertNumber::new(last + 1)
    }
}

impl KeptAlert {
    /// The alert as it is, or was.
    pub(crate) fn alert(&self, number: AlertNumber, when: When) -> Alert {
        Alert::fold(number, &when.of(&self.entries), when.until(&self.entries, |entry| entry.at))
    }

    /// How often something was said of it.
    pub(crate) fn said(&self) -> usize {
        self.entries.len()
    }

    /// What was said of it.
    pub(crate) fn entries(&self) -> &[Kept<AlertEntry>] {
        &self.entries
    }

    /// Who was asked, with what was said.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&OrganisationCode, &[Kept<Entry>])> {
        self.answers.iter().map(|(code, entries)| (code, entries.as_slice()))
    }

    /// What was said by and of an organisation.
    pub(crate) fn answer_entries(&self, code: &OrganisationCode) -> &[Kept<Entry>] {
        self.answers.get(code).map_or(&[], Vec::as_slice)
    }

    /// Since when nobody of an organisation need be told any more: somebody has answered, or it is closed.
    pub(crate) fn answered(&self, code: &OrganisationCode) -> Option<Timestamp> {
        let mut said = self.answer_entries(code).iter();
        said.find(|kept| ends_telling(&kept.entry.statement)).map(|kept| kept.entry.at)
    }

    /// How an organisation's people were told, the first first.
    pub(crate) fn runs(&self, code: &OrganisationCode) -> &[Run] {
        self.runs.get(code).map_or(&[], Vec::as_slice)
    }

    /// An organisation's answer as it is, or was.
    pub(crate) fn answer(&self, code: &OrganisationCode, when: When) -> Answer {
        fold(self.answer_entries(code), when)
    }
}

/// The answer that statements make, as it is, or was.
pub(crate) fn fold(entries: &[Kept<Entry>], when: When) -> Answer {
    Answer::fold(&when.of(entries), when.until(entries, |entry| entry.at))
}

/// As at which instant, as known at which.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    /// As at which instant.
    pub(crate) at: Timestamp,
    /// As known when; `None`: as known now.
    known: Option<Timestamp>,
    /// Whether it is now: then whatever the record has counts, also what was said since the clock was read.
    is_now: bool,
}

impl When {
    /// Now.
    pub(crate) const fn now(context: &Context) -> Self {
        Self { at: context.now, known: None, is_now: true }
    }

    /// At a moment: of a day its end.
    pub(crate) fn of_moment(context: &Context, moment: Moment) -> Self {
        let end = |day: Date| {
            // Its last instant, and not the first of the next: what is due on the day is not overdue on it.
            let next = day.tomorrow().and_then(|day| day.to_zoned(TimeZone::UTC));
            let last = next.map(|next| next.timestamp() - SignedDuration::from_nanos(1));
            last.map_or(context.now, |last| last.min(context.now))
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
    pub(crate) fn shows<T>(self, kept: &Kept<T>, at: Timestamp) -> bool {
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
pub(crate) struct Plan<T> {
    /// The key: what it changes, and how often that had been said something of when it was looked at.
    pub(crate) key: String,
    /// The events; none: there is nothing to say.
    pub(crate) events: Vec<NewEvent>,
    /// For the caller.
    pub(crate) gives: T,
}

/// Looks, and records what follows, unless somebody else changed the same in between: then it looks again. Of
/// two who say something at once, the second is held against what the first said.
pub(crate) async fn record<T>(
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
