//! By which carriers people are told: one for each route, with its limits and how it fares.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use channels::address::{MatrixPlace, PhoneNumber, WebhookUrl};
use channels::kannel::Kannel;
use channels::notify::Notify;
use channels::{Address, Carrier, Limits, Link, Secret};
use jiff::Timestamp;
use model::organisation::register::Register;
use model::organisation::{Contact, OrganisationCode};
use response::answer::Route;
use response::escalation::Recipient;

use super::ladder;

/// All that an operator has set about telling people.
#[derive(Debug, Default)]
pub struct Carriers {
    ways: BTreeMap<Route, Way>,
    reach: Ways,
    /// What proves that a carrier calls.
    pub inlet: Inlet,
    base: Option<String>,
    phones: Mutex<Option<Phones>>,
}

/// Whose telephone is whose, by a register: read once, for texts come many at a time.
#[derive(Debug)]
struct Phones {
    register: Arc<Register>,
    people: HashMap<PhoneNumber, Vec<(OrganisationCode, String)>>,
}

/// A carrier of a route.
#[derive(Debug)]
pub struct Way {
    carrier: Carrier,
    limits: Limits,
    at_once: usize,
    /// Whether what it took counts as arrived: of invented people only.
    is_believed: bool,
    health: Mutex<Health>,
}

/// How a carrier fares, since this process began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Messages that it took.
    pub taken: u64,
    /// Addresses that it refused for good one after the other, since it last took one.
    pub refused: u32,
    /// Messages that wait for their turn.
    pub waiting: u64,
    /// What was last wrong with it or its settings, and when; `None` once it takes messages again.
    pub fault: Option<(Timestamp, String)>,
}

/// Who can be reached at all.
#[derive(Debug, Default)]
pub(super) struct Ways {
    has_mail: bool,
    has_sms: bool,
    country: String,
    webhooks: BTreeMap<OrganisationCode, Vec<(WebhookUrl, Secret)>>,
    rooms: BTreeMap<OrganisationCode, Vec<MatrixPlace>>,
}

/// What proves that a carrier calls; a carrier without it is not heard.
#[derive(Debug, Default)]
pub struct Inlet {
    /// The bearer token of GOV.UK Notify's calls, for receipts and for texts.
    pub notify: Option<Secret>,
    /// The gateway, which knows the key of its own calls.
    pub kannel: Option<Kannel>,
    /// The bearer token of whoever hands on bounces of mail.
    pub bounces: Option<Secret>,
}

impl Way {
    /// A carrier with the limits of its provider; `per_minute`: what its operator allows instead.
    pub fn new(carrier: Carrier, per_minute: Option<u32>) -> Self {
        let usual = carrier.limits();
        let limits = per_minute.map_or(usual, |per_minute| Limits { per_minute, ..usual });
        // A relay has as many connections as its settings say, and makes others wait.
        let at_once = match carrier {
            Carrier::Smtp(_) => 4,
            _ => 16,
        };
        Self { carrier, limits, at_once, is_believed: false, health: Mutex::default() }
    }

    /// The same, of which what it took counts as arrived: for invented people only.
    pub fn believed(self) -> Self {
        Self { is_believed: true, ..self }
    }

    pub(super) const fn carrier(&self) -> &Carrier {
        &self.carrier
    }

    pub(super) const fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) const fn at_once(&self) -> usize {
        self.at_once
    }

    pub(super) const fn is_believed(&self) -> bool {
        self.is_believed
    }

    /// How it fares.
    pub fn health(&self) -> Health {
        self.health.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Carriers {
    /// Carriers that are set. `country`: the calling code that telephone numbers without one have ("44"); `base`: where
    /// people reach this service, for the links in messages; without it they type the code.
    pub fn new(country: impl Into<String>, base: Option<String>) -> Self {
        let reach = Ways { country: country.into(), ..Ways::default() };
        Self { reach, base, ..Self::default() }
    }

    /// The same with a carrier for a route.
    pub fn with(mut self, route: Route, way: Way) -> Self {
        match route {
            Route::Mail => self.reach.has_mail = true,
            Route::Sms => self.reach.has_sms = true,
            _ => {}
        }
        self.ways.insert(route, way);
        self
    }

    /// The same with a program of an organisation that hears of its alerts, with the key that messages are signed by.
    pub fn with_webhook(mut self, code: OrganisationCode, url: WebhookUrl, secret: Secret) -> Self {
        self.reach.webhooks.entry(code).or_default().push((url, secret));
        self
    }

    /// The same with a room of an organisation that hears of its alerts.
    pub fn with_room(mut self, code: OrganisationCode, room: MatrixPlace) -> Self {
        self.reach.rooms.entry(code).or_default().push(room);
        self
    }

    /// Whether anybody can be told at all.
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// The carriers by their routes.
    pub fn each(&self) -> impl Iterator<Item = (Route, &Way)> {
        self.ways.iter().map(|(route, way)| (*route, way))
    }

    pub(super) fn way(&self, route: Route) -> Option<&Way> {
        self.ways.get(&route)
    }

    pub(super) const fn reach(&self) -> &Ways {
        &self.reach
    }

    /// GOV.UK Notify, if texts go by it: it can be asked for what it called with in vain.
    pub(super) fn notify(&self) -> Option<&Notify> {
        match self.way(Route::Sms)?.carrier() {
            Carrier::Notify(notify) => Some(notify),
            _ => None,
        }
    }

    /// Whom a telephone belongs to: for which organisations, and what the register calls them there.
    pub(super) fn whose(
        &self,
        register: &Arc<Register>,
        number: &PhoneNumber,
    ) -> Vec<(OrganisationCode, String)> {
        let mut phones = self.phones.lock().unwrap_or_else(PoisonError::into_inner);
        let held = phones.take().filter(|held| Arc::ptr_eq(&held.register, register));
        let held = held.unwrap_or_else(|| self.reach.phones(register));
        let found = held.people.get(number).cloned().unwrap_or_default();
        *phones = Some(held);
        found
    }

    /// The messages that lie in an outbox, the newest first; `None`: there is no outbox.
    pub async fn laid(&self, most: usize) -> Option<Vec<channels::outbox::Laid>> {
        let mut ways = self.ways.values();
        let outbox = ways.find_map(|way| match way.carrier() {
            Carrier::Outbox(outbox) => Some(outbox),
            _ => None,
        })?;
        Some(outbox.latest(most).await)
    }

    /// The page of a code.
    pub(super) fn link(&self, code: &super::Code) -> Option<Link> {
        format!("{}/a/{}", self.base.as_deref()?.trim_end_matches('/'), code.as_str()).parse().ok()
    }
}

impl Ways {
    /// The routes to somebody, in the order in which they are tried: what rings before what waits to be read.
    pub(super) fn routes(&self, contact: &Contact) -> Vec<Route> {
        let has_sms = self.has_sms && self.phone(contact).is_some();
        let has_mail = self.has_mail && contact.mail.as_deref().and_then(ladder::mail).is_some();
        let both = [(has_sms, Route::Sms), (has_mail, Route::Mail)];
        both.into_iter().filter_map(|(has, route)| has.then_some(route)).collect()
    }

    pub(super) fn phone(&self, contact: &Contact) -> Option<PhoneNumber> {
        ladder::phone(contact.mobile.as_deref()?, &self.country)
    }

    fn phones(&self, register: &Arc<Register>) -> Phones {
        let mut people: HashMap<PhoneNumber, Vec<(OrganisationCode, String)>> = HashMap::new();
        for own in register.open() {
            for (person, contact) in ladder::people(register, &own.code) {
                if let Some(number) = self.phone(contact) {
                    people.entry(number).or_default().push((own.code.clone(), person));
                }
            }
        }
        Phones { register: Arc::clone(register), people }
    }

    /// The rooms and programs of an organisation.
    pub(super) fn programs(&self, code: &OrganisationCode) -> Vec<Recipient> {
        let each = |kind: &str, route, count: usize| {
            let kind = kind.to_owned();
            (1..=count).map(move |n| Recipient {
                person: format!("{code}/{kind}/{n}"),
                routes: vec![route],
            })
        };
        let rooms = self.rooms.get(code).map_or(0, Vec::len);
        let webhooks = self.webhooks.get(code).map_or(0, Vec::len);
        each("room", Route::Matrix, rooms)
            .chain(each("program", Route::Webhook, webhooks))
            .collect()
    }

    /// Where somebody is reached by a route, as it is now.
    pub(super) fn address(
        &self,
        register: &Register,
        code: &OrganisationCode,
        (who, route): (&str, Route),
    ) -> Option<Address> {
        let place = || who.rsplit('/').next()?.parse::<usize>().ok()?.checked_sub(1);
        let contact = || ladder::contact(register, code, who);
        match route {
            Route::Sms => Some(Address::Phone(self.phone(contact()?)?)),
            Route::Mail => Some(Address::Mail(ladder::mail(contact()?.mail.as_deref()?)?)),
            Route::Matrix => {
                let rooms = self.rooms.get(code)?;
                Some(Address::Matrix(rooms.get(place()?)?.clone()))
            }
            Route::Webhook => {
                let (url, secret) = self.webhooks.get(code)?.get(place()?)?.clone();
                Some(Address::Webhook { url, secret })
            }
            Route::Page | Route::Code | Route::Operator => None,
        }
    }
}
