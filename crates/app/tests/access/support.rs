//! A small sector with its people: two regions, three trusts, a support unit.

use std::sync::Arc;

use app::access::{
    AccessSettings, Grant, Means, Person, Role, SignedIn, create_person, signed_in,
    start_session_for,
};
use app::organisations::kept::record;
use app::{Caller, Context};
use jiff::{SignedDuration, Timestamp};
use model::organisation::OrganisationKind::{Region, SupportUnit, Trust};
use model::organisation::register::command;
use model::organisation::register::command::NewOrganisation;
use model::organisation::{OrganisationCode, OrganisationKind};
use store::{Address, Options, Store};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "the cat sleeps on the ward";

pub(crate) struct World {
    pub(crate) context: Context,
    pub(crate) settings: AccessSettings,
    _folder: TempDir,
}

pub(crate) fn code(text: &str) -> OrganisationCode {
    text.parse().unwrap()
}

pub(crate) fn operator() -> Caller {
    Caller::operator("operator")
}

/// Y1 is above the trusts RX1 and RX2, Y2 above RX3; CSU1 is a support unit, below nobody.
pub(crate) async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::folder(folder.path().join("store"));
    let store = Store::open(&address, Options::default()).await.unwrap();
    let now: Timestamp = "2017-05-12T09:00:00Z".parse().unwrap();
    let context = Context { store: Arc::new(store), now };
    for (organisation, kind, parent) in [
        ("Y1", Region, None),
        ("Y2", Region, None),
        ("RX1", Trust, Some("Y1")),
        ("RX2", Trust, Some("Y1")),
        ("RX3", Trust, Some("Y2")),
        ("CSU1", SupportUnit, None),
    ] {
        register(&context, organisation, kind, parent).await;
    }
    World { context, settings: AccessSettings::default(), _folder: folder }
}

pub(crate) async fn register(
    context: &Context,
    organisation: &str,
    kind: OrganisationKind,
    parent: Option<&str>,
) {
    let new = NewOrganisation {
        code: code(organisation),
        name: format!("Sample {organisation}").parse().unwrap(),
        kind,
        parent: parent.map(code),
        opened: "2010-04-01".parse().unwrap(),
    };
    let known = app::organisations::kept::history(context, None).await.unwrap();
    let events = command::register(&known, &new).unwrap();
    record(context, &operator(), &events).await.unwrap();
}

pub(crate) fn of(role: Role, organisation: Option<&str>) -> Grant {
    Grant::new(role, organisation.map(code), None).unwrap()
}

impl World {
    /// The same record, later.
    pub(crate) fn after(&self, time: SignedDuration) -> Context {
        self.context.at(self.context.now + time)
    }

    /// Somebody with a role, and the one-time code that they were given.
    pub(crate) async fn person(
        &self,
        login: &str,
        role: Role,
        organisation: Option<&str>,
    ) -> (Person, String) {
        let grant = of(role, organisation);
        create_person(&self.context, &operator(), (login, "Some Body"), &grant).await.unwrap()
    }

    /// Somebody with a role who is signed in.
    pub(crate) async fn signed_in(
        &self,
        login: &str,
        role: Role,
        organisation: Option<&str>,
    ) -> SignedIn {
        let (person, _) = self.person(login, role, organisation).await;
        self.again(&person.id).await
    }

    /// Somebody who is signed in, as at now.
    pub(crate) async fn again(&self, account: &str) -> SignedIn {
        self.again_at(&self.context, account).await
    }

    /// Somebody who signs in at some instant.
    pub(crate) async fn again_at(&self, context: &Context, account: &str) -> SignedIn {
        let new = start_session_for(context, account, Means::Password, "a test").await.unwrap();
        signed_in(context, &new.secret).await.unwrap().unwrap()
    }
}
