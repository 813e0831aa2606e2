//! What every handler shares: the record, the estate held open, the clock.

use std::sync::Arc;

use app::access::{self, AccessError, AccessSettings, OpenId, Passkeys, Person};
use app::alerts::publish::{Publisher, Shelf};
use app::alerts::{self, AlertsError, Books};
use app::delivery::{Carriers, Postman};
use app::exposure::desk::Desk;
use app::import::sending::Limits;
use app::jobs::{Fetch, Worker};
use app::{Caller, Context};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::around::metrics::Metrics;

/// The clock of a site: the binary gives the machine's, a demonstration that of its story.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One site: a record and what is held open of it.
pub struct Site {
    base: Context,
    clock: Clock,
    /// The estate as at today, and as at any other moment.
    pub(crate) desk: Arc<Desk>,
    /// All alerts with their answers.
    pub(crate) alerts: Arc<Books>,
    /// Who tells people about alerts.
    pub(crate) postman: Arc<Postman>,
    /// What is done in the background.
    pub(crate) jobs: Arc<Worker>,
    /// What is taken in one sending.
    pub(crate) limits: Limits,
    pub(crate) access: AccessSettings,
    /// The address that passkeys are made for; none: there are no passkeys.
    pub(crate) passkeys: Option<Passkeys>,
    /// Another directory by which people sign in, if there is one.
    pub(crate) openid: Option<OpenId>,
    /// Against which evidence, on which day, all claims were held last.
    checked: tokio::sync::Mutex<Option<(Timestamp, Date)>>,
    /// Who publishes alerts, if anybody does.
    pub(crate) publisher: Option<Publisher>,
    /// What is kept of the alerts that are published.
    pub(crate) shelf: Shelf,
    /// What is counted as it happens.
    pub(crate) metrics: Arc<Metrics>,
    /// Whether people may be chosen instead of signed in as: an invented sector only.
    pub(crate) is_demo: bool,
    /// Whether cookies may travel without TLS: on this machine only.
    pub(crate) is_plain: bool,
}

impl Site {
    /// A site over a record, with the clock that tells now.
    pub fn new(base: Context, clock: Clock, access: AccessSettings) -> Self {
        let desk = Arc::new(Desk::default());
        let jobs = worker(&base, &clock, &desk, None);
        let books = Arc::new(Books::with_codes(base.store.secret("codes")));
        let postman = postman(&base, &clock, (&books, &desk), Carriers::default());
        let limits = Limits::default();
        let metrics = Arc::default();
        Self {
            base,
            clock,
            desk,
            alerts: books,
            postman,
            jobs,
            limits,
            access,
            passkeys: None,
            openid: None,
            checked: tokio::sync::Mutex::default(),
            publisher: None,
            shelf: Shelf::default(),
            metrics,
            is_demo: false,
            is_plain: false,
        }
    }

    /// The same with a way to bring knowledge here.
    pub fn with_fetch(self, fetch: Fetch) -> Self {
        Self { jobs: worker(&self.base, &self.clock, &self.desk, Some(fetch)), ..self }
    }

    /// The same with carriers by which people are told.
    pub fn with_carriers(self, carriers: Carriers) -> Self {
        let known = (&self.alerts, &self.desk);
        Self { postman: postman(&self.base, &self.clock, known, carriers), ..self }
    }

    /// The same with other limits for what is sent.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
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

    /// The same with somebody who publishes its alerts.
    pub fn with_publisher(self, publisher: Publisher) -> Self {
        Self { publisher: Some(publisher), ..self }
    }

    /// The same, found at an address: there it publishes, where its publisher has named no other.
    pub fn found_at(self, base: &str) -> Self {
        let publisher = self.publisher.map(|mut publisher| {
            if publisher.base.is_empty() {
                base.clone_into(&mut publisher.base);
            }
            publisher
        });
        Self { publisher, ..self }
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

    /// Reads what was said under all alerts, as far as it is not read yet.
    pub async fn read_alerts(&self) -> Result<(), app::Error> {
        self.alerts.keep_up(&self.context()).await
    }

    /// Looks whether the record has moved on, and opens what is held anew if it has. To be called
    /// every second or so; whoever adds to the record by a page does it for that page.
    pub async fn keep_up(&self) -> Result<(), app::Error> {
        self.desk.refresh(&self.context()).await.map(drop)
    }

    /// Holds every claim under an alert against the evidence as it is now, if that has changed since it was done
    /// last, or the day has. To be called every second or so.
    pub async fn check_claims(&self) -> Result<(), AlertsError> {
        let mut checked = self.checked.lock().await;
        let context = self.context();
        let held = self.desk.held(&context).await?;
        let state = (held.as_known(), held.as_at());
        if *checked != Some(state) {
            alerts::recheck(&context, (&self.alerts, &self.desk)).await?;
            *checked = Some(state);
        }
        Ok(())
    }
}

fn postman(
    base: &Context,
    clock: &Clock,
    (books, desk): (&Arc<Books>, &Arc<Desk>),
    carriers: Carriers,
) -> Arc<Postman> {
    let (base, clock) = (base.at(base.now), Arc::clone(clock));
    let known = (Arc::clone(books), Arc::clone(desk));
    Arc::new(Postman::new(move || base.at(clock()), known, Arc::new(carriers)))
}

fn worker(base: &Context, clock: &Clock, desk: &Arc<Desk>, fetch: Option<Fetch>) -> Arc<Worker> {
    let (base, clock) = (base.at(base.now), Arc::clone(clock));
    Arc::new(Worker::new(move || base.at(clock()), Arc::clone(desk), fetch))
}
