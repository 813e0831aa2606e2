//! What every handler shares: the record, the estate held open, the clock.

use std::sync::Arc;

use app::access::{self, AccessError, AccessSettings, OpenId, Passkeys, Person};
use app::exposure::desk::Desk;
use app::{Caller, Context};
use jiff::Timestamp;
use tokio::sync::Semaphore;

/// So many questions about the past are worked out at once.
const PAST_AT_ONCE: usize = 2;

/// The clock of a site: the binary gives the machine's, a demonstration that of its story.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One site: a record and what is held open of it.
pub struct Site {
    base: Context,
    clock: Clock,
    /// Turns at questions about the past, which are worked out anew each time.
    pub(crate) past: Arc<Semaphore>,
    /// The estate as at today.
    pub(crate) desk: Desk,
    pub(crate) access: AccessSettings,
    /// The address that passkeys are made for; none: there are no passkeys.
    pub(crate) passkeys: Option<Passkeys>,
    /// Another directory by which people sign in, if there is one.
    pub(crate) openid: Option<OpenId>,
    /// Whether people may be chosen instead of signed in as: an invented sector only.
    pub(crate) is_demo: bool,
    /// Whether cookies may travel without TLS: on this machine only.
    pub(crate) is_plain: bool,
}

impl Site {
    /// A site over a record, with the clock that tells now.
    pub fn new(base: Context, clock: Clock, access: AccessSettings) -> Self {
        let past = Arc::new(Semaphore::new(PAST_AT_ONCE));
        Self {
            base,
            clock,
            past,
            desk: Desk::default(),
            access,
            passkeys: None,
            openid: None,
            is_demo: false,
            is_plain: false,
        }
    }

    /// The same as a demonstration: whoever comes chooses whose eyes to see it with.
    pub fn as_demo(self) -> Self {
        Self { is_demo: true, ..self }
    }

    /// The same without TLS before it: cookies then say so.
    pub fn without_tls(self) -> Self {
        Self { is_plain: true, ..self }
    }

    /// The same with passkeys.
    pub fn with_passkeys(self, passkeys: Passkeys) -> Self {
        Self { passkeys: Some(passkeys), ..self }
    }

    /// The same with another directory by which people sign in.
    pub fn with_openid(self, openid: OpenId) -> Self {
        Self { openid: Some(openid), ..self }
    }

    /// The record, now.
    pub fn context(&self) -> Context {
        self.base.at((self.clock)())
    }

    /// Who works in the story of a demonstration and has not left, the first first.
    pub(crate) async fn people(&self) -> Result<Vec<Person>, AccessError> {
        let teller = Caller::operator("demonstration");
        let listed = access::people(&self.context(), &teller).await?;
        let here = listed.into_iter().filter(|one| one.disabled.is_none());
        Ok(here.map(|one| one.person).collect())
    }

    /// Looks whether the record has moved on, and opens what is held anew if it has. To be called
    /// every second or so; whoever adds to the record by a page does it for that page.
    pub async fn keep_up(&self) -> Result<(), app::Error> {
        self.desk.refresh(&self.context()).await.map(drop)
    }
}
