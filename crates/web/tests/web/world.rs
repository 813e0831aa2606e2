//! A server with an invented sector and its people, told once for all tests.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use app::access::{self, AccessSettings, Grant, Role};
use app::alerts::publish::Publisher;
use app::alerts::{self, Books, Change};
use app::delivery::Carriers;
use app::exposure::desk::Desk;
use app::exposure::refresh;
use app::invented::tell;
use app::organisations::kept;
use app::{Caller, Context};
use exposure::knowledge::{Builder, builtin, encode};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::event::Marking;
use model::organisation::{OrganisationCode, OrganisationKind};
use response::alert::{
    ActBy, Audience, Authority, Certainty, Clocks, Content, Level, Severity, Urgency,
};
use sector::{Scale, Sector, Settings};
use store::{Address, Options, Store};
use web::{Certificate, Listening, Site, Tls, serve};

use super::client::Client;

/// Where it is and who works in it.
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    /// Two trusts; the lead is of the first.
    pub(crate) trusts: [OrganisationCode; 2],
    pub(crate) practice: OrganisationCode,
    pub(crate) region: OrganisationCode,
    /// An alert that asks all trusts and practices.
    pub(crate) alert: String,
    /// The same record, with people signing in as they do outside a demonstration.
    pub(crate) strict: SocketAddr,
    /// Where the same is served over TLS, with the certificate to be trusted, if it is: then it is published there.
    pub(crate) tls: Option<(SocketAddr, String)>,
    /// Login, account and first code of each.
    people: Vec<(&'static str, String, String)>,
    /// The server stops when this goes.
    _end: tokio::sync::oneshot::Sender<()>,
    folder: tempfile::TempDir,
}

/// The instant of the world: the evening of its last day.
pub(crate) fn evening() -> Timestamp {
    let settings = Settings::new(7, Scale::new(0.0005).unwrap());
    settings.last.at(18, 30, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

impl World {
    /// The world that all tests which only look share.
    pub(crate) fn shared() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(Self::new)
    }

    /// A world of its own, for a test that adds to it.
    pub(crate) fn new() -> Self {
        Self::begun(|| None, None)
    }

    /// The same with carriers, which are made where the server runs.
    pub(crate) fn with_carriers(
        carriers: impl FnOnce() -> Option<Carriers> + Send + 'static,
    ) -> Self {
        Self::begun(carriers, None)
    }

    /// The same, served over TLS as well, with this certificate and key.
    pub(crate) fn over_tls(chain: &str, key: &str) -> Self {
        Self::begun(|| None, Some((chain.to_owned(), key.to_owned())))
    }

    fn begun(
        carriers: impl FnOnce() -> Option<Carriers> + Send + 'static,
        tls: Option<(String, String)>,
    ) -> Self {
        let (said, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (world, serving) = begin(carriers(), tls).await;
                said.send(world).unwrap();
                serving.await;
            });
        });
        heard.recv().unwrap()
    }

    /// Every file at and beside the store, by its path.
    pub(crate) fn files(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            // Files come and go while it is looked.
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    _ => drop(found.insert(entry.path().display().to_string())),
                }
            }
        }
        found
    }

    /// A client of nobody.
    pub(crate) fn nobody(&self) -> Client {
        Client::new(self.address)
    }

    /// A client of nobody, where people sign in.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(self.strict)
    }

    /// The code by which somebody comes in first.
    pub(crate) fn code(&self, login: &str) -> &str {
        let found = self.people.iter().find(|(own, _, _)| *own == login);
        found.map(|(_, _, code)| code.as_str()).unwrap()
    }

    /// Somebody's account.
    pub(crate) fn account(&self, login: &str) -> &str {
        let found = self.people.iter().find(|(own, _, _)| *own == login);
        found.map(|(_, id, _)| id.as_str()).unwrap()
    }

    /// A client that is signed in as one of the people.
    pub(crate) fn signed_in(&self, login: &str) -> Client {
        let mut client = self.nobody();
        let (_, id, _) = self.people.iter().find(|(own, _, _)| *own == login).unwrap();
        let answer = client.post("/demo/role", &[("person", id), ("to", "/")]);
        assert_eq!(answer.status, 303, "{answer:?}");
        client
    }

    pub(crate) const LOGINS: [&'static str; 6] =
        ["officer", "region", "lead", "practice", "auditor", "guest"];
}

async fn begin(
    carriers: Option<Carriers>,
    tls: Option<(String, String)>,
) -> (World, impl Future<Output = ()>) {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::folder(folder.path().join("store"));
    let store = Arc::new(Store::open(&address, Options::default()).await.unwrap());
    let mut settings = Settings::new(7, Scale::new(0.0005).unwrap());
    settings.first = "2017-04-20".parse().unwrap();
    let sector = Sector::new(settings);
    let context = Context { store, now: evening() };
    let caller = Caller::operator("test");
    let knowledge = Builder::new().with_builtin().unwrap().finish(builtin::BUILT_AT).unwrap();
    let bytes = encode(&knowledge).unwrap();
    tell(&context, &caller, &sector, &bytes, &mut |_, _| {}).await.unwrap();
    refresh(&context).await.unwrap();
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let register = kept::history(&context, None).await.unwrap().at(today);
    let of = |kind| {
        register.open_of(kind).map(|own| own.code.clone()).collect::<Vec<OrganisationCode>>()
    };
    let (trusts, practices, regions) =
        (of(OrganisationKind::Trust), of(OrganisationKind::Practice), of(OrganisationKind::Region));
    let mut people = Vec::new();
    for (login, role, organisation) in [
        ("officer", Role::NationalOfficer, None),
        ("region", Role::RegionalOfficer, Some(regions[0].clone())),
        ("lead", Role::OrganisationLead, Some(trusts[0].clone())),
        ("practice", Role::OrganisationLead, Some(practices[0].clone())),
        ("auditor", Role::Auditor, None),
        ("deputy", Role::NationalOfficer, None),
        ("guest", Role::Responder, Some(trusts[1].clone())),
    ] {
        let grant = Grant::new(role, organisation, None).unwrap();
        let name = format!("The {login}");
        let made = access::create_person(&context, &caller, (login, &name), &grant).await;
        let (person, code) = made.unwrap();
        people.push((login, person.id, code));
    }
    // The guest has no role any more.
    let listed = access::people(&context, &caller).await.unwrap();
    let guest = listed.iter().find(|one| one.person.login == "guest").unwrap();
    let held = &guest.grants[0].event;
    access::revoke(&context, &caller, &guest.person.id, held).await.unwrap();
    let alert = issue(&context).await;
    let now: Timestamp = context.now;
    let site = |context: Context| {
        Site::new(context, Arc::new(move || now), AccessSettings::default()).without_tls()
    };
    let passkeys = access::Passkeys::of("http://localhost").unwrap();
    let strict = Arc::new(site(context.at(now)).with_passkeys(passkeys));
    let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    // Who publishes is said of the demonstration only.
    let publisher = Publisher {
        name: "Health service of Example".to_owned(),
        namespace: "https://health.example".to_owned(),
        contact: "Security operations: 0100".to_owned(),
        base: String::new(),
    };
    let site = site(context).as_demo().with_publisher(publisher);
    let site = match carriers {
        Some(carriers) => site.with_carriers(carriers),
        None => site,
    };
    let over_tls = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let base = match &tls {
        Some(_) => format!("https://localhost:{}", over_tls.address().port()),
        None => format!("http://{}", listening.address()),
    };
    let site = Arc::new(site.found_at(&base));
    let listening_strictly = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let world = World {
        address: listening.address(),
        strict: listening_strictly.address(),
        trusts: [trusts[0].clone(), trusts[1].clone()],
        practice: practices[0].clone(),
        region: regions[0].clone(),
        alert,
        tls: tls.as_ref().map(|(chain, _)| (over_tls.address(), chain.clone())),
        people,
        _end: end,
        folder,
    };
    let ends = async move { drop(ended.await) };
    let serving = async move {
        let settings = web::Settings::default();
        if let Some((chain, key)) = tls {
            // Tools that are not ours have the clock of this machine, and not that of the story.
            let today = "2026-06-01T00:00:00Z".parse().unwrap();
            let certificate = Certificate::read(chain.as_bytes(), key.as_bytes(), today).unwrap();
            let settings =
                web::Settings { tls: Some(Tls::new(&certificate).unwrap()), ..settings.clone() };
            let site = Arc::clone(&site);
            tokio::spawn(serve(over_tls, site, settings, std::future::pending()));
        }
        tokio::spawn(serve(listening_strictly, strict, settings.clone(), std::future::pending()));
        serve(listening, site, settings, ends).await.unwrap();
    };
    (world, serving)
}

/// An alert on MS17-010 for all trusts and practices, in force.
async fn issue(context: &Context) -> String {
    let content = Content {
        headline: "Install the March 2017 update on every Windows machine".to_owned(),
        description: "A worm can use the flaw that it closes.".to_owned(),
        steps: vec!["Install it.".to_owned(), "Start the machine again.".to_owned()],
        advisories: vec!["MS17-010".to_owned()],
        authority: Authority::new(Level::Advise, None).unwrap(),
        severity: Severity::Severe,
        urgency: Urgency::Expected,
        certainty: Certainty::Likely,
        marking: Marking::Amber,
        audience: Audience {
            kinds: [OrganisationKind::Trust, OrganisationKind::Practice].into(),
            ..Audience::default()
        },
        clocks: Clocks {
            acknowledge_within: SignedDuration::from_hours(48),
            act: ActBy::Policy("nhs-14-day".to_owned()),
            expires: None,
        },
    };
    let (books, desk) = (Books::default(), Desk::default());
    let [one, other] = ["one", "other"].map(Caller::operator);
    let number = alerts::draft(context, &one, &books, content).await.unwrap();
    for (caller, change) in [(&one, Change::Submit), (&other, Change::Approve)] {
        alerts::change(context, caller, (&books, &desk), number, (&change, None), None)
            .await
            .unwrap();
    }
    number.to_string()
}
