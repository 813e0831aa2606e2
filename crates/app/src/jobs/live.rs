//! What this process knows of the jobs that it does: how far they are, whether they are wanted.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

use super::work::Progress;

/// Notices that wait for who reads them slowly; who misses one looks at the row.
const NOTICES: usize = 1_024;

/// The jobs that this process does.
pub(super) struct Board {
    jobs: Mutex<HashMap<String, Arc<Live>>>,
    notices: broadcast::Sender<String>,
}

/// A job that is being done.
pub(super) struct Live {
    id: String,
    progress: Mutex<Progress>,
    is_unwanted: AtomicBool,
    notices: broadcast::Sender<String>,
}

impl Default for Board {
    fn default() -> Self {
        Self { jobs: Mutex::default(), notices: broadcast::channel(NOTICES).0 }
    }
}

impl Board {
    pub(super) fn begin(&self, id: &str, progress: Progress) -> Arc<Live> {
        let live = Arc::new(Live {
            id: id.to_owned(),
            progress: Mutex::new(progress),
            is_unwanted: AtomicBool::new(false),
            notices: self.notices.clone(),
        });
        self.lock().insert(id.to_owned(), Arc::clone(&live));
        live
    }

    pub(super) fn end(&self, id: &str) {
        self.lock().remove(id);
        self.tell(id);
    }

    /// Says that something of a job has changed.
    pub(super) fn tell(&self, id: &str) {
        // Nobody may be listening.
        let _ = self.notices.send(id.to_owned());
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Live>> {
        self.lock().get(id).cloned()
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<String> {
        self.notices.subscribe()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Live>>> {
        // Each change is one insertion or removal.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    pub(super) fn progress(&self) -> Progress {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn advance(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
        let _ = self.notices.send(self.id.clone());
    }

    pub(super) fn is_unwanted(&self) -> bool {
        self.is_unwanted.load(Ordering::Acquire)
    }

    pub(super) fn tell_to_end(&self) {
        self.is_unwanted.store(true, Ordering::Release);
    }
}
