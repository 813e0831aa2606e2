//! The worker of a server: takes jobs, does them, says how they ended.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use store::{Beat, Claim, End, Job, JobFilter, Turn};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, timeout};

use super::live::{Board, Live};
use super::policy::{Retention, pause};
use super::run::{Fault, run};
use super::see::{self, JobView};
use super::work::{ImportInput, Outcome, Progress};
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::desk::Desk;
use crate::import::sending;

/// Jobs that are under way at once; most of them wait for the answer to be brought up to date.
const AT_ONCE: usize = 32;
/// How often jobs are looked for that other servers were asked for, and timers.
const LOOK: Duration = Duration::from_secs(1);
/// How often a job gives a sign of life, and after how long without one its server is dead.
const BEAT: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);
/// When the server ends, jobs under way have so long to end; then they wait for the next server.
const GRACE: Duration = Duration::from_secs(20);
/// How often jobs and files that nobody needs any more are removed.
const SWEEP: Duration = Duration::from_hours(1);
/// How often whoever waits for a job that another server does looks at it.
const GLANCE: Duration = Duration::from_millis(500);

/// Fetches and compiles what publishers state; gives a knowledge file's bytes. May take minutes.
pub type Fetch = Arc<
    dyn Fn() -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> + Send + Sync + 'static,
>;

/// The record, now.
type Now = Arc<dyn Fn() -> Context + Send + Sync>;

/// The worker of a server, and what whoever waits for a job asks.
pub struct Worker {
    now: Now,
    desk: Arc<Desk>,
    fetch: Option<Fetch>,
    retention: Retention,
    board: Board,
    wake: Notify,
    /// Turns at what takes the processor.
    heavy: Arc<Semaphore>,
    /// Whether the server ends.
    ending: watch::Sender<bool>,
    /// Files of which evidence was taken, since it began.
    files_taken: AtomicU64,
}

impl Worker {
    /// A worker over a record; `fetch` is how knowledge is brought here, if it is.
    pub fn new(
        now: impl Fn() -> Context + Send + Sync + 'static,
        desk: Arc<Desk>,
        fetch: Option<Fetch>,
    ) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            now: Arc::new(now),
            desk,
            fetch,
            retention: Retention::default(),
            board: Board::default(),
            wake: Notify::new(),
            heavy: Arc::new(Semaphore::new(cores)),
            ending: watch::Sender::new(false),
            files_taken: AtomicU64::new(0),
        }
    }

    /// Files of which evidence was taken, since it began.
    pub fn files_taken(&self) -> u64 {
        self.files_taken.load(Ordering::Relaxed)
    }

    /// Counts files of which evidence was taken.
    pub(super) fn took_files(&self, files: u64) {
        self.files_taken.fetch_add(files, Ordering::Relaxed);
    }

    /// The same with another policy for jobs that are over.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// The same with a way to bring knowledge here.
    #[must_use]
    pub fn with_fetch(self, fetch: Fetch) -> Self {
        Self { fetch: Some(fetch), ..self }
    }

    /// Looks for jobs at once: one was asked for.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Says that the server ends: nothing more is begun, and whoever waits for a job is told.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Whether the server ends.
    pub fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }

    /// Waits until the server ends.
    pub async fn ended(&self) {
        // The sender lives as long as this.
        let _ = self.ending.subscribe().wait_for(|is_ending| *is_ending).await;
    }

    /// Does jobs until the server ends; those under way then end in good order, or wait for the next
    /// server.
    pub async fn work(self: Arc<Self>) {
        let mut running = JoinSet::new();
        let mut ending = self.ending.subscribe();
        let (mut swept, mut suspects) = (None::<Instant>, BTreeSet::new());
        while !*ending.borrow_and_update() {
            // A job is taken when it can be begun, and not before: what is taken counts as tried.
            let mut is_fruitful = false;
            if running.len() < AT_ONCE
                && let Ok(turn) = Arc::clone(&self.heavy).try_acquire_owned()
                && let Some((claim, job)) = self.claimed().await
            {
                running.spawn(Arc::clone(&self).carry(claim, job, turn));
                is_fruitful = true;
            }
            if swept.is_none_or(|then| then.elapsed() >= SWEEP) {
                swept = Some(Instant::now());
                if let Err(error) = self.sweep(&mut suspects).await {
                    tracing::warn!(%error, "jobs that are over could not be removed");
                }
            }
            if is_fruitful {
                // There may be more: look again at once.
                continue;
            }
            tokio::select! {
                () = self.wake.notified() => {}
                _ = running.join_next(), if !running.is_empty() => {}
                () = tokio::time::sleep(LOOK) => {}
                _ = ending.changed() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// The next job, taken.
    async fn claimed(&self) -> Option<(Claim, Job)> {
        let context = self.context();
        let turn = Turn { most: 1, patience: PATIENCE };
        match context.store.claim_jobs(context.now, turn).await {
            Ok(found) => found.into_iter().next(),
            Err(error) => {
                tracing::warn!(%error, "jobs could not be looked for");
                None
            }
        }
    }

    /// Does one job.
    async fn carry(self: Arc<Self>, claim: Claim, job: Job, turn: OwnedSemaphorePermit) {
        let progress: Progress = serde_json::from_str(&job.progress).unwrap_or_default();
        let live = self.board.begin(&job.id, progress);
        if job.is_unwanted {
            live.tell_to_end();
        }
        let id = job.id.clone();
        if let Some(end) = self.attempt(&claim, (job, turn), &live).await {
            self.say(&claim, &end).await;
        }
        self.board.end(&id);
        self.wake();
    }

    /// One attempt, with a sign of life from time to time; `None` if another has taken it over.
    async fn attempt(
        self: &Arc<Self>,
        claim: &Claim,
        (job, turn): (Job, OwnedSemaphorePermit),
        live: &Arc<Live>,
    ) -> Option<End> {
        let attempts = job.attempts;
        let (worker, own_live, own_claim) = (Arc::clone(self), Arc::clone(live), claim.clone());
        let mut work =
            tokio::spawn(async move { run(&worker, (&own_claim, &job), (&own_live, turn)).await });
        let _ended_with_this = Aborted(work.abort_handle());
        let mut beat = tokio::time::interval_at(Instant::now() + BEAT, BEAT);
        let gone = async {
            self.ended().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::pin!(gone);
        loop {
            tokio::select! {
                done = &mut work => {
                    return Some(done.map_or_else(|_| broken(attempts), |done| ended(done, attempts)));
                }
                _ = beat.tick() => {
                    let said = serde_json::to_string(&live.progress()).unwrap_or_default();
                    match self.context().store.beat_job(claim, &said).await {
                        Ok(Beat::GoOn) => {}
                        Ok(Beat::Unwanted) => live.tell_to_end(),
                        Ok(Beat::Lost) => return None,
                        // If it lasts, another takes the job over.
                        Err(error) => tracing::warn!(%error, "a job could not give a sign of life"),
                    }
                }
                () = &mut gone => return Some(End::PutBack),
            }
        }
    }

    /// Says how a job ended, until it is heard or the server is gone.
    async fn say(&self, claim: &Claim, end: &End) {
        let mut pauses = (0..).map(pause);
        loop {
            let context = self.context();
            match context.store.end_job(claim, end, context.now).await {
                Ok(_) => return,
                Err(error) => tracing::warn!(%error, "how a job ended could not be kept"),
            }
            let pause = pauses.next().unwrap_or(GRACE).min(GRACE);
            if timeout(pause, self.ended()).await.is_ok() {
                return;
            }
        }
    }

    /// Waits for a job to be over, but not for long; then gives it as it is.
    pub async fn wait(
        &self,
        caller: &Caller,
        id: &str,
        patience: Duration,
    ) -> Result<JobView, Error> {
        let until = Instant::now() + patience;
        let mut notices = self.board.listen();
        loop {
            let job = see::job(&self.context(), caller, id).await?;
            if job.is_over() || Instant::now() >= until || self.is_ending() {
                return Ok(job);
            }
            self.glance(&mut notices, id, until).await;
            // Of one that is done here only its end is waited for.
            while self.board.get(id).is_some() && Instant::now() < until && !self.is_ending() {
                self.glance(&mut notices, id, until).await;
            }
        }
    }

    /// Waits for something to change of a job, or for a moment.
    async fn glance(
        &self,
        notices: &mut tokio::sync::broadcast::Receiver<String>,
        id: &str,
        until: Instant,
    ) {
        let until = until.min(Instant::now() + GLANCE);
        let noticed = async {
            // Who missed one looks as if one had come.
            while notices.recv().await.is_ok_and(|changed| changed != id) {}
        };
        tokio::select! {
            () = noticed => {}
            () = tokio::time::sleep_until(until) => {}
            () = self.ended() => {}
        }
    }

    /// A job with what this process knows of its progress, after something changed of it or a
    /// moment went by; for whoever follows it.
    pub async fn follow(&self, caller: &Caller, id: &str) -> Result<JobView, Error> {
        let mut notices = self.board.listen();
        self.glance(&mut notices, id, Instant::now() + GLANCE).await;
        let mut job = see::job(&self.context(), caller, id).await?;
        if let Some(live) = self.board.get(id) {
            job.progress = Progress { recorded: None, ..live.progress() };
        }
        Ok(job)
    }

    /// Removes jobs that are long over, and files of the spool that no job names.
    async fn sweep(&self, suspects: &mut BTreeSet<String>) -> Result<(), Error> {
        let context = self.context();
        let before = context.now.checked_sub(self.retention.kept).unwrap_or(context.now);
        loop {
            let inputs = context.store.sweep_jobs(before).await?;
            if inputs.is_empty() {
                break;
            }
            for input in inputs.iter().filter_map(|text| files_of(text)) {
                sending::forget(&context.store, &input.files).await?;
            }
        }
        let mut unnamed: BTreeSet<String> =
            context.store.spool_names().await?.into_iter().collect();
        let mut filter = JobFilter::default();
        loop {
            let page = context.store.jobs(&filter, 500).await?;
            let Some(last) = page.last() else { break };
            filter.before = Some(last.id.clone());
            for input in page.iter().filter_map(|job| files_of(&job.input)) {
                for file in input.files {
                    unnamed.remove(&file.spooled);
                }
            }
        }
        // What comes at the moment has no job yet: only what was unnamed before goes.
        for name in unnamed.intersection(suspects) {
            context.store.unspool(name).await?;
        }
        *suspects = unnamed;
        Ok(())
    }

    pub(super) fn context(&self) -> Context {
        (self.now)()
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(super) fn fetch(&self) -> Option<Fetch> {
        self.fetch.clone()
    }

    /// Brings what is held open up to date with the record; without knowledge there is nothing to do.
    pub(super) async fn refreshed(&self) -> Result<(), Error> {
        match self.desk.refresh(&self.context()).await {
            Ok(_) | Err(Error::NoKnowledge) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Ends a task when it is dropped.
struct Aborted(AbortHandle);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn files_of(input: &str) -> Option<ImportInput> {
    serde_json::from_str(input).ok()
}

/// How an attempt ended.
fn ended(done: Result<Outcome, Fault>, attempts: u32) -> End {
    match done {
        Ok(outcome) => match serde_json::to_string(&outcome) {
            Ok(text) => End::Done(text),
            Err(error) => End::Failed(error.to_string()),
        },
        Err(Fault::Unwanted) => End::Cancelled,
        Err(Fault::Impossible(words)) => End::Failed(words),
        Err(Fault::Lasting(error)) => {
            tracing::error!(error = %chain(&error), "a job was given up");
            End::Failed(words(&error))
        }
        Err(Fault::Passing(error)) => {
            tracing::warn!(error = %chain(&error), "a job is tried again");
            End::Again { fault: words(&error), pause: pause(attempts) }
        }
    }
}

/// What a panic ends in: the cause is in the server's messages.
fn broken(attempts: u32) -> End {
    let fault = "it broke off; whoever runs this service finds more in its log".to_owned();
    End::Again { fault, pause: pause(attempts) }
}

/// What went wrong, for whoever asked; places and causes are for the operator.
fn words(error: &Error) -> String {
    match error {
        Error::NoOrganisation(_) | Error::NotAllowed(_) | Error::Busy(_) => error.to_string(),
        Error::Store(store::Error::DiskFull { .. }) => {
            "the disk of this service is full; nothing that was recorded is lost".to_owned()
        }
        _ => {
            "the record could not be reached or read; whoever runs this service finds more in its \
              log"
            .to_owned()
        }
    }
}

/// An error with its causes, for the operator.
fn chain(error: &Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    words
}
