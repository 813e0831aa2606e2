//! The estate held open, for a server that is asked many times.
//!
//! [`ask`](super::ask::ask) opens knowledge and segments for each question; a [`Desk`] keeps them
//! open, judged as at today, and answers the same from them. It knows what it is made of and as
//! known when; whoever adds to the record says so with [`Desk::refresh`], and whoever runs a server
//! calls that from time to time besides. Questions about another day or another instant are
//! answered by [`ask`](super::ask::ask) as ever.

mod advisory;
mod held;
mod question;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;

pub use advisory::{AdvisoryFacts, AdvisoryLine, FixFacts, FlawFacts};
pub use held::Held;
pub use question::{BulletinAnswer, OrganisationExposure};

use crate::context::Context;
use crate::error::Error;

/// Where the estate is held open. Cheap to share; one for a process.
#[derive(Default)]
pub struct Desk {
    held: Mutex<Option<Arc<Held>>>,
    /// Who opens it anew at the moment.
    opening: tokio::sync::Mutex<()>,
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
        // Whoever waits here finds what the one before opened, and looks again whether it is enough.
        let _alone = self.opening.lock().await;
        let size = context.store.size().await?;
        let present = self.present().filter(|held| held.is_of(today(context)));
        if let Some(held) = present
            && held.covers(context, size).await?
        {
            return Ok(held);
        }
        let held = Arc::new(Held::open(context, size).await?);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&held));
        Ok(held)
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
