//! A small record: a region with two trusts and a practice, knowledge, and the people who issue alerts.

use std::sync::Arc;

use app::access::{Permission, Power, Role};
use app::alerts::{self, AlertsError, Books, Change, Say};
use app::exposure::desk::{Desk, Moment};
use app::exposure::{knowledge, refresh};
use app::import::read::{ReadOptions, read};
use app::import::run::{Request, import};
use app::organisations::kept;
use app::{Caller, Context, Scope};
use exposure::knowledge::{Builder, builtin, encode};
use jiff::{SignedDuration, Timestamp};
use model::event::Marking;
use model::organisation::register::ExpectedHosts;
use model::organisation::register::command::{
    NewOrganisation, register, set_expected_hosts, set_responsibility,
};
use model::organisation::{
    Contact, OrganisationCode, OrganisationKind, Party, PersonReference, Personal, Responsibility,
    Role as Duty, Slot,
};
use response::alert::{
    ActBy, AlertNumber, Audience, Authority, Certainty, Clocks, Content, Level, Severity, Urgency,
};
use response::answer::{Route, Standing};
use store::{Address, Filter, Options, Store};

pub(crate) struct World {
    pub(crate) context: Context,
    pub(crate) books: Books,
    pub(crate) desk: Desk,
    folder: tempfile::TempDir,
}

pub(crate) fn code(text: &str) -> OrganisationCode {
    text.parse().unwrap()
}

/// A Windows 7 machine with one update: KB4012212 closes MS17-010, KB3212646 does not.
fn systeminfo(name: &str, update: &str) -> Vec<u8> {
    format!(
        "\r\nHost Name:                 {name}\r\nOS Name:                   Microsoft Windows 7 Professional\r\n\
         OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
         System Type:               x64-based PC\r\n\
         Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: {update}\r\n"
    )
    .into_bytes()
}

/// Somebody with a role at some organisations, or (none) everywhere.
pub(crate) fn person(actor: &str, role: Role, at: &[&str]) -> Caller {
    let reach = if at.is_empty() {
        Scope::Everything
    } else {
        Scope::Organisations(at.iter().map(|one| code(one)).collect())
    };
    let power = Power {
        role: Some(role),
        permissions: role.permissions().iter().copied().collect(),
        reach,
        marking: Marking::AmberStrict,
        until: None,
    };
    Caller::with_powers(actor, vec![power])
}

pub(crate) fn officer() -> Caller {
    person("officer", Role::NationalOfficer, &[])
}

pub(crate) fn second() -> Caller {
    person("second", Role::NationalOfficer, &[])
}

pub(crate) fn lead() -> Caller {
    person("lead", Role::OrganisationLead, &["TR1"])
}

pub(crate) fn content() -> Content {
    Content {
        headline: "Install the March 2017 security update on every Windows machine".into(),
        description: "A worm can use the flaw that it closes.".into(),
        steps: vec!["Install the update.".into(), "Start the machine again.".into()],
        advisories: vec!["MS17-010".into()],
        authority: Authority::new(Level::Advise, None).unwrap(),
        severity: Severity::Severe,
        urgency: Urgency::Expected,
        certainty: Certainty::Likely,
        marking: Marking::Amber,
        audience: Audience::default(),
        clocks: Clocks {
            acknowledge_within: SignedDuration::from_hours(48),
            act: ActBy::Policy("nhs-14-day".into()),
            expires: None,
        },
    }
}

impl World {
    /// On 28 April 2017: TR1 shows two open machines, TR2 one that is fixed, GP1 nothing.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2017-04-28T09:00:00Z".parse().unwrap();
        let mut world = Self {
            context: Self::open(&folder, now).await,
            books: Books::default(),
            desk: Desk::default(),
            folder,
        };
        world.books = world.own_books();
        let operator = Caller::operator("operator");
        let built = Builder::new().with_builtin().unwrap().finish(builtin::BUILT_AT).unwrap();
        let bytes = encode(&built).unwrap();
        knowledge::adopt(&world.context, &operator, &bytes).await.unwrap();
        for (own, name, kind, parent, expected) in [
            ("RG1", "North", OrganisationKind::Region, None, None),
            ("TR1", "Ash Trust", OrganisationKind::Trust, Some("RG1"), Some(2)),
            ("TR2", "Birch Trust", OrganisationKind::Trust, Some("RG1"), Some(1)),
            ("GP1", "Cedar Practice", OrganisationKind::Practice, None, None),
        ] {
            let new = NewOrganisation {
                code: code(own),
                name: name.parse().unwrap(),
                kind,
                parent: parent.map(code),
                opened: "2016-01-01".parse().unwrap(),
            };
            let history = kept::history(&world.context, None).await.unwrap();
            let events = register(&history, &new).unwrap();
            kept::record(&world.context, &operator, &events).await.unwrap();
            // Of the practice nobody knows how many machines it has.
            if let Some(count) = expected {
                let count = ExpectedHosts { count, source: "test".to_owned() };
                let history = kept::history(&world.context, None).await.unwrap();
                let from = new.opened;
                let events = set_expected_hosts(&history, &new.code, Some(&count), from).unwrap();
                kept::record(&world.context, &operator, &events).await.unwrap();
            }
        }
        world.import("TR1", "ward-1", "KB3212646").await;
        world.import("TR1", "ward-2", "KB3212646").await;
        world.import("TR2", "desk-1", "KB4012212").await;
        world.at("2017-04-28T12:00:00Z");
        world
    }

    async fn open(folder: &tempfile::TempDir, now: Timestamp) -> Context {
        let address = Address::folder(folder.path().join("store"));
        let store = Store::open(&address, Options::default()).await.unwrap();
        Context { store: Arc::new(store), now }
    }

    /// The same record after a restart: nothing of what was kept in memory is left.
    pub(crate) async fn again(self) -> Self {
        let Self { context, folder, books, desk } = self;
        let now = context.now;
        drop((books, desk));
        // Whoever opened the estate lets go of the record in its own time.
        let mut store = context.store;
        let store = loop {
            match Arc::try_unwrap(store) {
                Ok(store) => break store,
                Err(shared) => store = shared,
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        };
        store.close().await.unwrap();
        let context = Self::open(&folder, now).await;
        let books = Books::with_codes(context.store.secret("codes"));
        Self { context, books, desk: Desk::default(), folder }
    }

    /// Alerts as another process reads them.
    pub(crate) fn own_books(&self) -> Books {
        Books::with_codes(self.context.store.secret("codes"))
    }

    /// Every event of a kind.
    pub(crate) async fn events_of(&self, kind: &str) -> Vec<model::event::Event> {
        let filter = Filter { kinds: vec![kind.to_owned()], ..Filter::default() };
        self.context.store.events(&filter, 1_000).await.unwrap()
    }

    /// The place of the record.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The register says how somebody of an organisation is reached.
    pub(crate) async fn contact(&self, own: &str, role: Duty, order: u16, at: [Option<&str>; 2]) {
        let slot = Slot { role, call_order: order };
        let [mobile, mail] = at.map(|text| text.map(ToOwned::to_owned));
        let contact = Contact { name: Some("Jo Doe".into()), phone: None, mobile, mail };
        let responsibility = Responsibility {
            party: Party::Person(PersonReference::of_slot(&code(own), slot)),
            personal: Personal::Given(contact),
            confirmed_on: Some("2017-04-01".parse().unwrap()),
        };
        let history = kept::history(&self.context, None).await.unwrap();
        let from = "2016-01-01".parse().unwrap();
        let given = Some(&responsibility);
        let events = set_responsibility(&history, &code(own), slot, given, from).unwrap();
        kept::record(&self.context, &Caller::operator("operator"), &events).await.unwrap();
        self.desk.refresh(&self.context).await.unwrap();
    }

    /// Goes on to an instant.
    pub(crate) fn at(&mut self, instant: &str) {
        self.context = self.context.at(instant.parse().unwrap());
    }

    /// A machine sends what it is, today; what stood claimed is held against it.
    pub(crate) async fn import(&self, own: &str, name: &str, update: &str) {
        let options = ReadOptions { max_size: 1 << 20, ..ReadOptions::default() };
        let files = read(&format!("{name}.txt"), systeminfo(name, update), &options);
        let request = Request { organisation: code(own), source: "test".to_owned(), undated: None };
        import(&self.context, &Caller::operator("agent"), &request, files).await.unwrap();
        refresh(&self.context).await.unwrap();
        self.desk.refresh(&self.context).await.unwrap();
        self.recheck().await;
    }

    pub(crate) async fn recheck(&self) -> usize {
        let found = alerts::recheck(&self.context, (&self.books, &self.desk)).await.unwrap();
        found.events
    }

    /// An alert that is in force: written by one, approved by another.
    pub(crate) async fn issued(&self, content: Content) -> AlertNumber {
        let number = alerts::draft(&self.context, &officer(), &self.books, content).await.unwrap();
        self.change(&officer(), number, Change::Submit).await.unwrap();
        self.change(&second(), number, Change::Approve).await.unwrap();
        number
    }

    /// Another version of an alert comes into force.
    pub(crate) async fn revised(&self, number: AlertNumber, content: Content) {
        let written = Change::Revise(Box::new(content));
        self.change(&officer(), number, written).await.unwrap();
        self.change(&officer(), number, Change::Submit).await.unwrap();
        self.change(&second(), number, Change::Approve).await.unwrap();
    }

    pub(crate) async fn change(
        &self,
        caller: &Caller,
        number: AlertNumber,
        change: Change,
    ) -> Result<usize, AlertsError> {
        let (books, desk) = (&self.books, &self.desk);
        alerts::change(
            &self.context,
            caller,
            (books, desk),
            number,
            (&change, None),
            Some("a reason"),
        )
        .await
    }

    pub(crate) async fn say(
        &self,
        caller: &Caller,
        (number, own): (AlertNumber, &str),
        what: Say,
    ) -> Result<Standing, AlertsError> {
        let (books, desk) = (&self.books, &self.desk);
        let about = (number, &code(own));
        alerts::say(&self.context, caller, (books, desk), about, &what, Some("a reason")).await
    }

    pub(crate) async fn row(&self, number: AlertNumber, own: &str) -> alerts::OrganisationRow {
        self.seen(number, Moment::default())
            .await
            .rows
            .into_iter()
            .find(|row| row.code == code(own))
            .unwrap()
    }

    pub(crate) async fn seen(&self, number: AlertNumber, moment: Moment) -> alerts::AlertView {
        let (books, desk) = (&self.books, &self.desk);
        let seen = alerts::alert(&self.context, &officer(), (books, desk), number, moment).await;
        seen.unwrap().answer
    }

    /// The kinds of the events about an organisation's answer, in their order.
    pub(crate) async fn told(&self, number: AlertNumber, own: &str) -> Vec<String> {
        let filter = store::Filter {
            subject: Some(format!("alert/{number}/{own}")),
            ..store::Filter::default()
        };
        let events = self.context.store.events(&filter, 1_000).await.unwrap();
        events.into_iter().map(|event| event.event.kind).collect()
    }
}

pub(crate) fn acknowledge() -> Say {
    Say::Acknowledge(Route::Page)
}

/// What a refusal says.
pub(crate) fn words<T: std::fmt::Debug>(refused: Result<T, AlertsError>) -> String {
    refused.unwrap_err().to_string()
}

pub(crate) fn allowed(permission: Permission) -> String {
    app::Error::NotAllowed(permission).to_string()
}
