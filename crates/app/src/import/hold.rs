//! Holding a lease while work is done: renewed as long as it takes, given back whatever becomes of
//! the work.

use std::sync::Arc;
use std::time::Duration;

use store::{Lease, Store};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

use crate::context::Context;
use crate::error::Error;

/// How long a holder is waited for, and how often it shows that it lives.
#[derive(Clone, Copy, Debug)]
struct Times {
    /// After so long without a sign of life a holder is dead.
    patience: Duration,
    /// How often there is a sign of life.
    sign: Duration,
}

const TIMES: Times = Times { patience: Duration::from_secs(15), sign: Duration::from_secs(3) };

/// A lease that is held and renewed. Dropped, it is given back by itself.
pub(crate) struct Hold {
    _end: oneshot::Sender<()>,
    store: Store,
    lease: Arc<Mutex<Option<Lease>>>,
    keeper: JoinHandle<Result<(), store::Error>>,
}

impl Hold {
    /// Takes a lease; `None` if another has it.
    pub(crate) async fn take(context: &Context, name: &str) -> Result<Option<Self>, Error> {
        Self::take_for(context, name, TIMES).await
    }

    async fn take_for(context: &Context, name: &str, times: Times) -> Result<Option<Self>, Error> {
        let store = Store::clone(&context.store);
        let Some(lease) = store.lease(name, times.patience).await? else { return Ok(None) };
        let (end, ended) = oneshot::channel();
        let lease = Arc::new(Mutex::new(Some(lease)));
        let keeper = tokio::spawn(keep(store.clone(), Arc::clone(&lease), ended, times.sign));
        Ok(Some(Self { _end: end, store, lease, keeper }))
    }

    /// Whether it is still held: asked of the record, since whoever stood still for a while learns last that
    /// another has taken over.
    pub(crate) async fn is_held(&self) -> Result<bool, Error> {
        Ok(renewed(&self.store, &self.lease).await?)
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
    lease: Arc<Mutex<Option<Lease>>>,
    mut ended: oneshot::Receiver<()>,
    sign: Duration,
) -> Result<(), store::Error> {
    loop {
        // Whoever holds it says nothing: that they are gone is the sign.
        if tokio::time::timeout(sign, &mut ended).await.is_ok() {
            return match lease.lock().await.take() {
                Some(lease) => store.release(lease).await,
                None => Ok(()),
            };
        }
        // A database that does not answer may do so by the next time; what another has taken is lost, and
        // whoever works on it asks before they record anything.
        let _ = renewed(&store, &lease).await;
    }
}

async fn renewed(store: &Store, lease: &Mutex<Option<Lease>>) -> Result<bool, store::Error> {
    match lease.lock().await.as_mut() {
        Some(lease) => store.renew(lease).await,
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use model::organisation::OrganisationCode;
    use store::{Address, Filter, Options};

    use super::*;
    use crate::context::Caller;
    use crate::import::read::{ReadFile, ReadOptions, read};
    use crate::import::run::{Request, under_lease};

    const SHORT: Times =
        Times { patience: Duration::from_millis(600), sign: Duration::from_millis(60) };
    const NAME: &str = "estate/XT1";

    fn run(test: impl AsyncFnOnce(Context)) {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let address = Address::folder(folder.path().join("store"));
            let store = Arc::new(Store::open(&address, Options::default()).await.unwrap());
            test(Context { store, now: "2017-05-12T12:00:00Z".parse().unwrap() }).await;
        });
    }

    /// Takes a lease from whoever holds it, as another does who saw no sign of life for as long as they wait.
    async fn taken_over(store: &Store) -> Lease {
        loop {
            if let Some(lease) = store.lease(NAME, Duration::ZERO).await.unwrap() {
                return lease;
            }
        }
    }

    fn evidence() -> Vec<ReadFile> {
        let text = "\r\nHost Name:                 WARD-1\r\n\
                    OS Name:                   Microsoft Windows 7 Enterprise \r\n\
                    OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
                    System Type:               x64-based PC\r\n";
        let options = ReadOptions { max_size: 1 << 20, ..ReadOptions::default() };
        read("ward.txt", text.as_bytes().to_vec(), &options)
    }

    fn request() -> Request {
        let organisation: OrganisationCode = "XT1".parse().unwrap();
        Request { organisation, source: "test".to_owned(), undated: None }
    }

    #[test]
    fn it_is_renewed_for_as_long_as_the_work_takes_and_then_free() {
        run(async |context| {
            let hold = Hold::take_for(&context, NAME, SHORT).await.unwrap().unwrap();
            let began = tokio::time::Instant::now();
            // Longer than its patience, several times over; another asks all the while.
            while began.elapsed() < SHORT.patience * 3 {
                let other = Hold::take_for(&context, NAME, SHORT).await.unwrap();
                assert!(other.is_none(), "taken over after {:?}", began.elapsed());
                tokio::time::sleep(SHORT.sign).await;
            }
            assert!(hold.is_held().await.unwrap());
            hold.let_go().await.unwrap();
            let next = Hold::take_for(&context, NAME, SHORT).await.unwrap();
            next.expect("what was given back is free").let_go().await.unwrap();
        });
    }

    #[test]
    fn an_import_whose_lease_another_has_taken_records_nothing() {
        run(async |context| {
            let caller = Caller::operator("test");
            let events =
                async || context.store.events(&Filter::default(), 100).await.unwrap().len();
            let before = events().await;
            // Long enough that the keeper learns nothing by itself meanwhile.
            let slow = Times { sign: Duration::from_mins(10), ..SHORT };
            let hold = Hold::take_for(&context, NAME, slow).await.unwrap().unwrap();
            let other = taken_over(&context.store).await;
            let work = (evidence(), &hold);
            let refused = under_lease(&context, &caller, &request(), work).await;
            assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
            assert_eq!(events().await, before, "it was recorded all the same");
            assert!(!hold.is_held().await.unwrap());
            hold.let_go().await.unwrap();
            assert!(context.store.lease(NAME, slow.patience).await.unwrap().is_none());
            context.store.release(other).await.unwrap();

            // Whoever holds it records.
            let hold = Hold::take_for(&context, NAME, SHORT).await.unwrap().unwrap();
            let done = under_lease(&context, &caller, &request(), (evidence(), &hold)).await;
            assert_eq!(done.unwrap().hosts, 1);
            assert_eq!(events().await, before + 1);
            hold.let_go().await.unwrap();
        });
    }
}
