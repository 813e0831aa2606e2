//! The one task through which appends go.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::append::{Append, Appended, Queue};
use super::enqueue::{Recorded, enqueue};
use super::publish::{Permission, Publisher};
use super::seal::Seal;
use crate::database::{Database, Engine};
use crate::guard::Guard;
use crate::lease::{self, Lease, Watch};
use crate::{Error, Options};

/// The lease of who may continue the log.
pub(super) const LEASE: &str = "log";

/// Appends, and events, that share one transaction and one checkpoint.
const APPENDS_AT_ONCE: usize = 512;
const EVENTS_AT_ONCE: usize = 20_000;

/// What the sequencer works with.
#[derive(Debug)]
pub(crate) struct Sequencer {
    pub(super) database: Database,
    pub(super) options: Options,
    pub(super) publisher: Publisher,
    pub(super) turn: Turn,
    /// The folder's lock is not let go before the last append is through.
    pub(super) _guard: Option<Arc<Guard>>,
}

/// Whether the log is ours to continue.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) database: Database,
    pub(super) options: Options,
    pub(super) watch: Watch,
    pub(super) holder: String,
    pub(super) lease: Option<Lease>,
    /// When it was last asked whether another's lease is free or has run out.
    pub(super) asked: Option<Instant>,
}

/// An append whose rows are committed and that waits for its checkpoint.
struct Waiting {
    appended: Appended,
    end: u64,
    since: Instant,
    reply: oneshot::Sender<Result<Appended, Error>>,
}

/// Starts the task. It ends, and gives the lease back, when all ends of the queue are dropped.
pub(crate) fn start(sequencer: Sequencer) -> (Queue, JoinHandle<()>) {
    let (queue, appends) = mpsc::channel(APPENDS_AT_ONCE);
    (queue, tokio::spawn(run(sequencer, appends)))
}

async fn run(mut sequencer: Sequencer, mut appends: mpsc::Receiver<Append>) {
    let mut waiting = Vec::new();
    let mut pause = Pause::Idle;
    while let Some(group) = next_group(&sequencer, &mut appends, pause).await {
        sequencer.record(group, &mut waiting).await;
        match sequencer.seal().await {
            Ok(size) => {
                answer(&mut waiting, size);
                sequencer.give_up_on_others(&mut waiting);
                pause = if waiting.is_empty() { Pause::Idle } else { Pause::Waiting };
                // Left for the next time; nobody waits for it.
                drop(sequencer.publisher.tidy().await);
            }
            Err(error) => {
                refuse(&mut waiting, &error);
                pause = Pause::Behind;
            }
        }
    }
    if let Some(lease) = sequencer.turn.lease.take() {
        // If this fails the lease runs out by itself.
        drop(lease::release(&sequencer.database, lease).await);
    }
}

/// What the sequencer has to look after while nobody appends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// Nothing of its own.
    Idle,
    /// Appends that wait for another server's checkpoint.
    Waiting,
    /// Rows that could not be sealed when it was tried last.
    Behind,
}

/// How soon to try again what failed.
const AGAIN: Duration = Duration::from_secs(1);

/// Waits for appends, and takes all that are there. An empty group means: look after what is left,
/// and at what others did. `None` when nobody can append any more and nobody waits.
async fn next_group(
    sequencer: &Sequencer,
    appends: &mut mpsc::Receiver<Append>,
    pause: Pause,
) -> Option<Vec<Append>> {
    let alone = sequencer.database.engine() == Engine::Sqlite;
    let delay = match pause {
        Pause::Idle if alone => None,
        Pause::Idle | Pause::Waiting => Some(sequencer.options.poll),
        Pause::Behind => Some(AGAIN.max(sequencer.options.poll)),
    };
    let first = match delay {
        None => appends.recv().await,
        Some(delay) => match timeout(delay, appends.recv()).await {
            Ok(None) if pause == Pause::Waiting => {
                tokio::time::sleep(delay).await;
                return Some(Vec::new());
            }
            Ok(first) => first,
            Err(_) => return Some(Vec::new()),
        },
    };
    let mut group = vec![first?];
    let mut events = 0;
    while group.len() < APPENDS_AT_ONCE && events < EVENTS_AT_ONCE {
        let Ok(append) = appends.try_recv() else { break };
        events += append.events.len();
        group.push(append);
    }
    Some(group)
}

impl Sequencer {
    /// Commits the rows of a group.
    async fn record(&mut self, group: Vec<Append>, waiting: &mut Vec<Waiting>) {
        if group.is_empty() {
            return;
        }
        let (wanted, replies): (Vec<_>, Vec<_>) = group
            .into_iter()
            .map(|append| ((append.events, append.key, append.now), append.reply))
            .unzip();
        match enqueue(&self.database, &self.options, wanted).await {
            Ok(outcomes) => {
                for (outcome, reply) in outcomes.into_iter().zip(replies) {
                    match outcome {
                        Ok(Recorded { appended, end }) => {
                            let since = Instant::now();
                            waiting.push(Waiting { appended, end, since, reply });
                        }
                        Err(error) => send(reply, Err(error)),
                    }
                }
            }
            Err(error) => {
                for reply in replies {
                    send(reply, Err(error.clone()));
                }
            }
        }
    }

    /// Makes rows part of the log where that is ours to do; says how far the log is durable.
    pub(super) async fn seal(&mut self) -> Result<u64, Error> {
        if self.turn.is_ours().await? {
            let epoch = self.turn.epoch();
            match self.publisher.publish(epoch, &mut self.turn).await {
                Err(Error::LeaseLost) => self.turn.lease = None,
                done => return done,
            }
        }
        Ok(Seal::read(&self.database).await?.size)
    }

    /// Another server holds the log and does not seal: whoever waits is told.
    fn give_up_on_others(&self, waiting: &mut Vec<Waiting>) {
        let patience = self.options.patience.max(self.options.lease * 2);
        let late = waiting.extract_if(.., |append| append.since.elapsed() > patience);
        for append in late {
            let source = Box::new(Error::NotSealed);
            send(append.reply, Err(Error::Uncertain { source }));
        }
    }
}

impl Turn {
    fn epoch(&self) -> i64 {
        self.lease.as_ref().map_or(0, Lease::epoch)
    }

    /// Takes or keeps the lease. Where a folder's lock says that nobody else is there, it was taken
    /// when the store was opened and never runs out.
    async fn is_ours(&mut self) -> Result<bool, Error> {
        if self.database.engine() == Engine::Sqlite {
            return Ok(true);
        }
        if self.lease.is_some() {
            match self.ask().await {
                Ok(()) => return Ok(true),
                Err(Error::LeaseLost) => self.lease = None,
                Err(error) => return Err(error),
            }
        }
        // A living holder needs no closer watching than this.
        if self.asked.is_none_or(|asked| asked.elapsed() * 4 >= self.options.lease) {
            self.asked = Some(Instant::now());
            self.try_take().await?;
        }
        Ok(self.lease.is_some())
    }

    /// Takes the lease if it is free or its holder is dead, and fences off the holder before.
    pub(super) async fn try_take(&mut self) -> Result<(), Error> {
        let names = (LEASE, self.holder.as_str());
        let patience = (self.options.lease, lease::Others::MayLive);
        let taken = lease::take(&self.database, &self.watch, names, patience).await?;
        if let Some(lease) = taken {
            let mut transaction = self.database.begin().await?;
            Seal::fence(&mut transaction, lease.epoch()).await?;
            transaction.commit().await?;
            self.lease = Some(lease);
        }
        Ok(())
    }
}

impl Permission for Turn {
    async fn ask(&mut self) -> Result<(), Error> {
        let Some(lease) = &mut self.lease else { return Err(Error::LeaseLost) };
        if self.database.engine() == Engine::Sqlite || lease.age() * 3 < self.options.lease {
            return Ok(());
        }
        if lease::renew(&self.database, lease).await? { Ok(()) } else { Err(Error::LeaseLost) }
    }
}

fn answer(waiting: &mut Vec<Waiting>, size: u64) {
    for append in waiting.extract_if(.., |append| append.end <= size) {
        send(append.reply, Ok(append.appended));
    }
}

/// Rows are committed and not in the log: they will be, but nobody may be told so.
fn refuse(waiting: &mut Vec<Waiting>, error: &Error) {
    for append in waiting.drain(..) {
        let source = Box::new(error.clone());
        send(append.reply, Err(Error::Uncertain { source }));
    }
}

fn send(reply: oneshot::Sender<Result<Appended, Error>>, answer: Result<Appended, Error>) {
    // Whoever asked may have gone; what is recorded stays.
    drop(reply.send(answer));
}
