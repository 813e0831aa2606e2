//! The estate held open, for a server that is asked many times.
//!
//! [`ask`](super::ask::ask) opens knowledge and segments for each question; a [`Desk`] keeps them
//! open, judged as at today, and answers the same from them. It knows what it is made of and as
//! known when; whoever adds to the record says so with [`Desk::refresh`], and whoever runs a server
//! calls that from time to time besides. What is asked as at another [`Moment`] is worked out from
//! the record, the same way ([`look`]).

mod advisory;
mod find;
mod fixes;
mod held;
mod hosts;
mod look;
mod moment;
mod national;
mod question;
mod ready;
mod shown;
mod sources;
mod support;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use tokio::sync::Semaphore;

pub use advisory::{AdvisoryFacts, AdvisoryLine, Deadline, FlawFacts};
pub use find::{Finding, FindingKind};
pub use fixes::{Chain, FixFacts, UpdateFacts};
pub use held::Held;
pub use hosts::{HostHit, JudgedHost, KnownHosts};
pub use moment::{Moment, Seen};
pub use question::{BulletinAnswer, OrganisationExposure};
pub(crate) use ready::EstateRow;
pub use shown::{AlertDue, Of, ShownRow};
pub use sources::{KindFacts, KnowledgeFacts, ProductFacts};
pub use support::{Situation, Support, SupportEnd};

use crate::context::Context;
use crate::error::Error;
use crate::exposure::history::{History, Worked};

/// Where the estate is held open. Cheap to share; one for a process.
pub struct Desk {
    held: Mutex<Option<Arc<Held>>>,
    /// Who opens it anew at the moment.
    opening: tokio::sync::Mutex<()>,
    /// Turns at questions about the past, which are worked out anew each time.
    turns: Arc<Semaphore>,
    /// How the answers on some advisories moved.
    history: History,
}

/// So many questions about the past are worked out at once.
const PAST_AT_ONCE: usize = 2;

impl Default for Desk {
    fn default() -> Self {
        Self {
            held: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            turns: Arc::new(Semaphore::new(PAST_AT_ONCE)),
            history: History::default(),
        }
    }
}

impl Desk {
    /// What is held open; opened now if nothing is, or if it is of another day.
    pub async fn held(&self, context: &Context) -> Result<Arc<Held>, Error> {
        match self.present() {
            Some(held) if held.is_of(today(context)) => Ok(held),
            _ => self.refresh(context).await,
        }
    }

    /// Brings what is held open up to date with the record, if it is not; what was held goes on
    /// answering meanwhile.
    pub async fn refresh(&self, context: &Context) -> Result<Arc<Held>, Error> {
        // Asked before waiting: of many who wait at once, the first opens what is enough for all.
        let wanted = context.store.size().await?;
        let _alone = self.opening.lock().await;
        let present = self.present().filter(|held| held.is_of(today(context)));
        if let Some(held) = present
            && held.covers(context, wanted).await?
        {
            return Ok(held);
        }
        self.open(context, self.present()).await
    }

    /// Opens anew what is held, whether or not it is up to date, and takes nothing over.
    pub async fn reopen(&self, context: &Context) -> Result<Arc<Held>, Error> {
        let _alone = self.opening.lock().await;
        self.open(context, None).await
    }

    async fn open(&self, context: &Context, before: Option<Arc<Held>>) -> Result<Arc<Held>, Error> {
        let size = context.store.size().await?;
        let held = Held::open(context, size).await?;
        if let Some(before) = before
            && let Err(error) = held.inherit(context, &before).await
        {
            // Then it is worked out anew when somebody asks.
            tracing::warn!(%error, "what was worked out before could not be taken over");
        }
        let held = Arc::new(held);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&held));
        Ok(held)
    }

    /// How the answers on the advisories that somebody looks at moved from day to day.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Fills the newest gap of the history; to be called until nothing is missing, and again when a
    /// day has passed or an advisory is looked at for the first time.
    pub async fn fill_history(&self, context: &Context) -> Result<Worked, Error> {
        self.history.fill(context, self).await
    }

    /// What is held open, if anything is.
    pub fn present(&self) -> Option<Arc<Held>> {
        // Only ever replaced as a whole.
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn today(context: &Context) -> jiff::civil::Date {
    context.now.to_zoned(TimeZone::UTC).date()
}
