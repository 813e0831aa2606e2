//! Leases: who may do something that only one may do at a time.
//!
//! A holder makes its lease's beat grow. Whoever wants the lease watches the beat by its own clock
//! that only runs forwards, and takes over when the beat has stood still for long enough. So no two
//! machines' clocks are ever compared, and a clock set back changes nothing. Each new holder gets a
//! greater epoch, by which the writes of a holder that was taken for dead are refused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::Row as _;
use tokio::time::Instant;

use crate::database::{Database, Engine, Transaction};
use crate::{Access, Error, Store};

/// A lease that is held. Dropping it lets it run out; [`Store::release`] gives it back at once.
#[derive(Debug)]
pub struct Lease {
    name: String,
    holder: String,
    epoch: i64,
    beat: i64,
    renewed: Instant,
}

/// What has been seen of leases that others hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    seen: Arc<Mutex<HashMap<String, Seen>>>,
}

/// Epoch and beat of a lease, and since when both stand still.
type Seen = (i64, i64, Instant);

impl Lease {
    pub(crate) const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// How long ago the beat last grew.
    pub(crate) fn age(&self) -> Duration {
        self.renewed.elapsed()
    }
}

impl Store {
    /// Takes a lease, or says `None` where another has it. A lease whose holder has not renewed it
    /// for `patience` is taken over: that shows by asking again after that time.
    pub async fn lease(&self, name: &str, patience: Duration) -> Result<Option<Lease>, Error> {
        self.expect_access(Access::Write)?;
        // A lease is of a piece of work, not of a process: each taking is a holder of its own.
        let holder = format!("{}-{}", self.holder(), uuid_like()?);
        let others = match self.database().engine() {
            // A record in a folder has one writer: whoever else held a lease is gone.
            Engine::Sqlite => Others::AreGone(self.holder()),
            Engine::Postgres => Others::MayLive,
        };
        take(self.database(), self.watch(), (name, &holder), (patience, others)).await
    }

    /// Keeps a lease; `false` means that another has taken it over.
    pub async fn renew(&self, lease: &mut Lease) -> Result<bool, Error> {
        renew(self.database(), lease).await
    }

    /// Gives a lease back.
    pub async fn release(&self, lease: Lease) -> Result<(), Error> {
        release(self.database(), lease).await
    }
}

/// What is known of the processes that hold leases.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Others<'a> {
    /// Any of them may live.
    MayLive,
    /// Only this one lives.
    AreGone(&'a str),
}

/// Takes a lease if it is free, given back, or has not been renewed for `patience`.
pub(crate) async fn take(
    database: &Database,
    watch: &Watch,
    (name, holder): (&str, &str),
    (patience, others): (Duration, Others<'_>),
) -> Result<Option<Lease>, Error> {
    let mut transaction = database.begin().await?;
    let Some((epoch, beat, held_by)) = look(&mut transaction, name).await? else {
        let lease = insert(&mut transaction, (name, holder)).await?;
        transaction.commit().await?;
        return Ok(lease);
    };
    let is_free =
        held_by.is_empty() || matches!(others, Others::AreGone(but) if !held_by.starts_with(but));
    if !is_free && !watch.stands_still(name, (epoch, beat), patience) {
        transaction.roll_back().await?;
        return Ok(None);
    }
    let lease = swap(&mut transaction, (name, holder), (epoch, beat)).await?;
    transaction.commit().await?;
    Ok(lease)
}

/// Takes a lease from whoever has it: for those who know by other means that nobody does.
pub(crate) async fn seize(
    transaction: &mut Transaction,
    (name, holder): (&str, &str),
) -> Result<Option<Lease>, Error> {
    match look(transaction, name).await? {
        None => insert(transaction, (name, holder)).await,
        Some((epoch, beat, _)) => swap(transaction, (name, holder), (epoch, beat)).await,
    }
}

pub(crate) async fn renew(database: &Database, lease: &mut Lease) -> Result<bool, Error> {
    const RENEW: &str = "UPDATE lease SET beat = $1 \
         WHERE name = $2 AND holder = $3 AND epoch = $4 AND beat = $5";
    let mut transaction = database.begin().await?;
    let statement = sqlx::query(RENEW)
        .bind(lease.beat + 1)
        .bind(&lease.name)
        .bind(&lease.holder)
        .bind(lease.epoch)
        .bind(lease.beat);
    // Others count from when they see the beat, which is after it was sent.
    let sent = Instant::now();
    let held = transaction.execute("renewing a lease", statement).await? == 1;
    transaction.commit().await?;
    if held {
        lease.beat += 1;
        lease.renewed = sent;
    }
    Ok(held)
}

pub(crate) async fn release(database: &Database, lease: Lease) -> Result<(), Error> {
    const RELEASE: &str = "UPDATE lease SET holder = '' \
         WHERE name = $1 AND holder = $2 AND epoch = $3";
    let mut transaction = database.begin().await?;
    let statement = sqlx::query(RELEASE).bind(lease.name).bind(lease.holder).bind(lease.epoch);
    transaction.execute("giving a lease back", statement).await?;
    transaction.commit().await
}

async fn look(
    transaction: &mut Transaction,
    name: &str,
) -> Result<Option<(i64, i64, String)>, Error> {
    const LOOK: &str = "SELECT epoch, beat, holder FROM lease WHERE name = $1";
    let row = transaction.optional("reading a lease", sqlx::query(LOOK).bind(name)).await?;
    let read = |row: sqlx::any::AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    row.map(read)
        .transpose()
        .map_err(|source| transaction.database().fault("reading a lease", source))
}

async fn insert(
    transaction: &mut Transaction,
    (name, holder): (&str, &str),
) -> Result<Option<Lease>, Error> {
    const INSERT: &str = "INSERT INTO lease (name, holder, epoch, beat) VALUES ($1, $2, 1, 0) \
         ON CONFLICT (name) DO NOTHING";
    let renewed = Instant::now();
    let statement = sqlx::query(INSERT).bind(name).bind(holder);
    let taken = transaction.execute("taking a lease", statement).await? == 1;
    Ok(taken.then(|| Lease {
        name: name.into(),
        holder: holder.into(),
        epoch: 1,
        beat: 0,
        renewed,
    }))
}

/// Takes a lease that still is as it was seen.
async fn swap(
    transaction: &mut Transaction,
    (name, holder): (&str, &str),
    (epoch, beat): (i64, i64),
) -> Result<Option<Lease>, Error> {
    const SWAP: &str = "UPDATE lease SET holder = $1, epoch = $2, beat = 0 \
         WHERE name = $3 AND epoch = $4 AND beat = $5";
    let renewed = Instant::now();
    let statement =
        sqlx::query(SWAP).bind(holder).bind(epoch + 1).bind(name).bind(epoch).bind(beat);
    let taken = transaction.execute("taking a lease", statement).await? == 1;
    Ok(taken.then(|| Lease {
        name: name.into(),
        holder: holder.into(),
        epoch: epoch + 1,
        beat: 0,
        renewed,
    }))
}

impl Watch {
    /// Remembers what is seen now; says whether it has been so for `patience`.
    pub(crate) fn stands_still(&self, name: &str, now: (i64, i64), patience: Duration) -> bool {
        // A panic while it was held cannot have left it half written.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.get(name) {
            Some((epoch, beat, since)) if (*epoch, *beat) == now => since.elapsed() >= patience,
            _ => {
                seen.insert(name.to_owned(), (now.0, now.1, Instant::now()));
                false
            }
        }
    }

    /// Forgets what was seen of something that nobody holds any more.
    pub(crate) fn forget(&self, name: &str) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

fn uuid_like() -> Result<String, Error> {
    let mut bytes = [0; 8];
    crate::key::fill(&mut bytes)?;
    Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
}
