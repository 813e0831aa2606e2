//! TLP 2.0: who may read which event, for every role and marking; and what use cases refuse.

use app::access::{NewToken, Permission, Role, by_token, emergency, new_token};
use app::estate::ask::estate;
use app::import::run::{Request, import};
use app::{Caller, Error};
use jiff::SignedDuration;
use model::event::Marking::{AmberStrict, Clear, Green, Red};
use model::event::{Marking, NewEvent};

use crate::support::{code, operator, world};

fn event(organisation: Option<&str>, marking: Marking) -> NewEvent {
    NewEvent {
        kind: "test.said".to_owned(),
        subject: "test".to_owned(),
        organisation: organisation.map(code),
        actor: "account/somebody".to_owned(),
        on_behalf_of: None,
        authority: None,
        reason: None,
        as_at: "2017-05-12T09:00:00Z".parse().unwrap(),
        caused_by: None,
        corrects: None,
        marking,
        body: "{}".to_owned(),
        personal: None,
    }
}

/// The narrowest that a caller may read about an organisation of others' writing.
fn highest(caller: &Caller, organisation: Option<&str>) -> Marking {
    let readable = |marking: &Marking| caller.may_read(&event(organisation, *marking));
    let highest = Marking::ALL.into_iter().take_while(readable).last().unwrap();
    let hidden = Marking::ALL.into_iter().filter(|marking| *marking > highest);
    assert!(hidden.into_iter().all(|marking| !readable(&marking)), "no gaps");
    assert_eq!(caller.highest_marking(organisation.map(code).as_ref()), highest);
    highest
}

#[tokio::test]
async fn everybody_reads_as_far_as_their_marking() {
    let world = world().await;
    let person = async |role: Role, place: Option<&str>| {
        world.signed_in(role.code(), role, place).await.caller
    };
    let national = person(Role::NationalOfficer, None).await;
    let auditor = person(Role::Auditor, None).await;
    let region = person(Role::RegionalOfficer, Some("Y1")).await;
    let lead = person(Role::OrganisationLead, Some("RX1")).await;
    let work = person(Role::Responder, Some("RX1")).await;
    for (caller, own, other, nobody) in [
        (&national, AmberStrict, AmberStrict, AmberStrict),
        (&auditor, AmberStrict, AmberStrict, AmberStrict),
        (&region, AmberStrict, Green, Green),
        (&lead, AmberStrict, Green, Green),
        (&work, AmberStrict, Green, Green),
        (&Caller::public(), Clear, Clear, Clear),
        (&operator(), Red, Red, Red),
    ] {
        let found = [Some("RX1"), Some("RX3"), None].map(|place| highest(caller, place));
        assert_eq!(found, [own, other, nobody], "{}", caller.actor);
    }
    // TLP:RED is read by who wrote it, as long as they are at home there.
    let red =
        |caller: &Caller, place| NewEvent { actor: caller.actor.clone(), ..event(place, Red) };
    assert!(lead.may_read(&red(&lead, Some("RX1"))));
    assert!(!lead.may_read(&red(&lead, Some("RX3"))));
    assert!(!work.may_read(&red(&lead, Some("RX1"))));
    assert!(!national.may_read(&red(&lead, Some("RX1"))));
    assert!(!Caller::public().may_read(&red(&Caller::public(), None)));
    // In an emergency as at home.
    emergency(&world.context, &work, &code("RX3"), "nobody answers there").await.unwrap();
    let work = world.again(&work.actor).await.caller;
    assert_eq!(highest(&work, Some("RX3")), AmberStrict);
}

#[tokio::test]
async fn use_cases_refuse_who_may_not() {
    let world = world().await;
    let context = &world.context;
    let request = |organisation: &str| Request {
        organisation: code(organisation),
        source: "a test".to_owned(),
        undated: None,
    };
    let auditor = world.signed_in("auditor", Role::Auditor, None).await.caller;
    let lead = world.signed_in("lead", Role::OrganisationLead, Some("RX1")).await.caller;
    let refused = import(context, &auditor, &request("RX1"), Vec::new()).await.unwrap_err();
    assert!(matches!(refused, Error::NotAllowed(_)), "{refused}");
    assert!(import(context, &lead, &request("RX1"), Vec::new()).await.is_ok());
    for caller in [&lead, &Caller::public()] {
        let refused = import(context, caller, &request("RX3"), Vec::new()).await.unwrap_err();
        assert!(matches!(refused, Error::NoOrganisation(_)), "{refused}");
    }
    let refused = app::exposure::knowledge::adopt(context, &lead, b"").await.err().unwrap();
    assert!(matches!(refused, Error::NotAllowed(_)), "{refused}");
    let refused = app::organisations::kept::record(context, &lead, &[]).await.unwrap_err();
    assert!(matches!(refused, Error::NotAllowed(_)), "{refused}");
}

/// Who may only add sees nothing: a scanner's token cannot be used to read.
#[tokio::test]
async fn a_token_to_add_evidence_does_not_read() {
    let world = world().await;
    let context = &world.context;
    let owner = world.signed_in("lead", Role::OrganisationLead, Some("RX1")).await;
    let new = NewToken {
        name: "scanner".to_owned(),
        permissions: [Permission::AddEvidence].into(),
        organisations: None,
        expires: context.now + SignedDuration::from_hours(1),
    };
    let (_, secret) = new_token(context, &world.settings, &owner, None, &new).await.unwrap();
    let program = by_token(context, &secret).await.unwrap().unwrap().caller;
    let request = Request { organisation: code("RX1"), source: "a test".to_owned(), undated: None };
    assert!(import(context, &program, &request, Vec::new()).await.is_ok());
    assert_eq!(highest(&program, Some("RX1")), Clear);
    let rx1 = code("RX1");
    let hosts = estate(context, &owner.caller, &rx1, None, None).await;
    assert!(hosts.is_ok());
    let hosts = estate(context, &program, &rx1, None, None).await;
    assert!(matches!(hosts, Err(Error::NoOrganisation(_))));
}
