//! Holding a lease while work is done: renewed as long as it takes, given back whatever becomes of
//! the work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use store::{Lease, Store};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::context::Context;
use crate::error::Error;

/// After so long without a sign of life a holder is dead.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often there is a sign of life.
const SIGN: Duration = Duration::from_secs(3);

/// A lease that is held and renewed. Dropped, it is given back by itself.
pub(crate) struct Hold {
    _end: oneshot::Sender<()>,
    is_lost: Arc<AtomicBool>,
    keeper: JoinHandle<Result<(), store::Error>>,
}

impl Hold {
    /// Takes a lease; `None` if another has it.
    pub(crate) async fn take(context: &Context, name: &str) -> Result<Option<Self>, Error> {
        let Some(lease) = context.store.lease(name, PATIENCE).await? else { return Ok(None) };
        let (end, ended) = oneshot::channel();
        let is_lost = Arc::new(AtomicBool::new(false));
        let keeper = keep(Store::clone(&context.store), lease, ended, Arc::clone(&is_lost));
        Ok(Some(Self { _end: end, is_lost, keeper: tokio::spawn(keeper) }))
    }

    /// Whether another has taken it over meanwhile.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Acquire)
    }

    /// Gives it back.
    pub(crate) async fn let_go(self) -> Result<(), Error> {
        let Self { _end: end, keeper, .. } = self;
        drop(end);
        // A keeper that is gone gives nothing back: then the lease runs out.
        Ok(keeper.await.unwrap_or(Ok(()))?)
    }
}

async fn keep(
    store: Store,
    mut lease: Lease,
    mut ended: oneshot::Receiver<()>,
    is_lost: Arc<AtomicBool>,
) -> Result<(), store::Error> {
    loop {
        // Whoever holds it says nothing: that they are gone is the sign.
        if tokio::time::timeout(SIGN, &mut ended).await.is_ok() {
            return store.release(lease).await;
        }
        // A database that does not answer may do so by the next time.
        if matches!(store.renew(&mut lease).await, Ok(false)) {
            is_lost.store(true, Ordering::Release);
        }
    }
}
