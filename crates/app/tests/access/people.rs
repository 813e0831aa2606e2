//! Who lets whom in, with which role, and who may not.

use app::access::{
    AccessError, Grant, Permission, Role, begin, create_person, disable_person, end_sessions,
    grant, invite, people, revoke, sign_in_with_code, signed_in,
};
use app::{Caller, Error, Scope};
use jiff::SignedDuration;

use crate::support::{code, of, operator, world};

/// Where a role is had in these tests.
fn place(role: Role, organisation: &'static str, region: &'static str) -> Option<&'static str> {
    match role {
        Role::NationalOfficer | Role::Auditor => None,
        Role::RegionalOfficer => Some(region),
        Role::OrganisationLead | Role::Responder => Some(organisation),
    }
}

#[tokio::test]
async fn who_runs_the_machine_begins_and_nobody_else() {
    let world = world().await;
    let context = &world.context;
    let (person, first) = begin(context, &operator(), "chief", "A. Chief").await.unwrap();
    let new = sign_in_with_code(context, &world.settings, "chief", &first, "").await.unwrap();
    let who = signed_in(context, &new.secret).await.unwrap().unwrap();
    assert_eq!(who.grants, [of(Role::NationalOfficer, None)]);
    assert_eq!(who.caller.scope, Scope::Everything);
    assert!(Permission::ALL.into_iter().all(|it| who.caller.can_everywhere(it)));
    let refused = begin(context, &who.caller, "second", "B. Chief").await.unwrap_err();
    assert!(matches!(refused, AccessError::OperatorOnly), "{refused}");
    let taken = begin(context, &operator(), "CHIEF", "C. Chief").await.unwrap_err();
    assert!(matches!(taken, AccessError::LoginTaken(_)), "{taken}");
    assert_ne!(person.id, "account/chief", "an identity tells nothing");
}

/// Every pair of roles, at home and elsewhere, by giving and by making a person.
#[tokio::test]
async fn nobody_gives_a_role_above_or_outside_their_own() {
    let world = world().await;
    let context = &world.context;
    let (somebody, _) = world.person("somebody", Role::Responder, Some("RX1")).await;
    for giver in Role::ALL {
        let who = world.signed_in(giver.code(), giver, place(giver, "RX1", "Y1")).await;
        for given in Role::ALL {
            let at_home = of(given, place(given, "RX1", "Y1"));
            let elsewhere = of(given, place(given, "RX3", "Y2"));
            let may = giver.may_give(given);
            for (wanted, is_home) in [(&at_home, true), (&elsewhere, false)] {
                let everywhere = giver == Role::NationalOfficer;
                let expected = may && (everywhere || is_home);
                let done = grant(context, &who.caller, &somebody.id, wanted).await;
                assert_eq!(done.is_ok(), expected, "{giver} gives {wanted:?}: {done:?}");
                let login = format!("{}-{}-{is_home}", giver.code(), given.code());
                let made = create_person(context, &who.caller, (&login, "New"), wanted).await;
                assert_eq!(made.is_ok(), expected, "{giver} makes {wanted:?}: {made:?}");
                if !expected {
                    assert_eq!(context.store.account_of_login(&login).await.unwrap(), None);
                }
            }
        }
    }
}

/// What a refusal says of another's organisation is what it says of one that is not there.
#[tokio::test]
async fn an_organisation_elsewhere_is_not_there() {
    let world = world().await;
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    for elsewhere in ["RX2", "NOWHERE"] {
        let wanted = of(Role::Responder, Some(elsewhere));
        let refused =
            create_person(&world.context, &who.caller, ("new", "New"), &wanted).await.unwrap_err();
        let AccessError::App(Error::NoOrganisation(code)) = refused else { panic!("{refused}") };
        assert_eq!(code.as_str(), elsewhere);
    }
}

#[tokio::test]
async fn a_role_for_a_time_gives_none_for_longer() {
    let world = world().await;
    let context = &world.context;
    let until = context.now + SignedDuration::from_hours(48);
    let short = Grant::new(Role::OrganisationLead, Some(code("RX1")), Some(until)).unwrap();
    let (lead, _) = create_person(context, &operator(), ("a.lead", "A"), &short).await.unwrap();
    let who = world.again(&lead.id).await;
    let (other, _) = world.person("other", Role::Responder, Some("RX1")).await;
    let longer = of(Role::OrganisationLead, Some("RX1"));
    let refused = grant(context, &who.caller, &other.id, &longer).await.unwrap_err();
    assert!(matches!(refused, AccessError::BeyondOwn), "{refused}");
    assert!(grant(context, &who.caller, &other.id, &short).await.is_ok());
    let past = Grant::new(Role::Responder, Some(code("RX1")), Some(context.now)).unwrap();
    let refused = grant(context, &who.caller, &other.id, &past).await.unwrap_err();
    assert!(matches!(refused, AccessError::Past), "{refused}");
    // And ends when it ends.
    let later = world.after(SignedDuration::from_hours(48));
    let who = world.again_at(&later, &lead.id).await;
    assert!(who.grants.is_empty() && !who.caller.may(&code("RX1")));
}

#[tokio::test]
async fn a_region_is_all_that_is_below_it() {
    let world = world().await;
    let officer = world.signed_in("region", Role::RegionalOfficer, Some("Y1")).await.caller;
    for (organisation, may) in
        [("Y1", true), ("RX1", true), ("RX2", true), ("RX3", false), ("Y2", false), ("CSU1", false)]
    {
        assert_eq!(officer.may(&code(organisation)), may, "{organisation}");
        assert_eq!(officer.can(Permission::SeeHosts, Some(&code(organisation))), may);
    }
    assert!(officer.can(Permission::SeeHosts, None));
    assert!(!officer.can_everywhere(Permission::SeeHosts));
    // What is registered later is below it from the next request on.
    let kind = model::organisation::OrganisationKind::Trust;
    crate::support::register(&world.context, "RX4", kind, Some("Y1")).await;
    assert!(!officer.may(&code("RX4")));
    let account = officer.actor.clone();
    assert!(world.again(&account).await.caller.may(&code("RX4")));
}

#[tokio::test]
async fn a_revoked_role_is_gone_at_the_next_request() {
    let world = world().await;
    let context = &world.context;
    let lead = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let (person, _) = world.person("b.work", Role::Responder, Some("RX1")).await;
    let listed = people(context, &lead.caller).await.unwrap();
    let held = listed.iter().find(|one| one.person == person).unwrap().grants[0].clone();
    let stranger = world.signed_in("c.lead", Role::OrganisationLead, Some("RX2")).await;
    let refused = revoke(context, &stranger.caller, &person.id, &held.event).await.unwrap_err();
    assert!(matches!(refused, AccessError::NoGrant), "{refused}");
    assert!(world.again(&person.id).await.caller.may(&code("RX1")));
    revoke(context, &lead.caller, &person.id, &held.event).await.unwrap();
    let who = world.again(&person.id).await;
    assert!(!who.caller.may(&code("RX1")) && who.grants.is_empty());
    assert!(Permission::ALL.into_iter().all(|it| !who.caller.can(it, None)));
    let twice = revoke(context, &lead.caller, &person.id, &held.event).await.unwrap_err();
    assert!(matches!(twice, AccessError::NoGrant), "{twice}");
}

#[tokio::test]
async fn people_are_listed_within_scope() {
    let world = world().await;
    let context = &world.context;
    let national = world.signed_in("national", Role::NationalOfficer, None).await;
    let region = world.signed_in("region", Role::RegionalOfficer, Some("Y1")).await;
    let lead = world.signed_in("lead.1", Role::OrganisationLead, Some("RX1")).await;
    world.person("lead.2", Role::OrganisationLead, Some("RX2")).await;
    world.person("lead.3", Role::OrganisationLead, Some("RX3")).await;
    let auditor = world.signed_in("auditor", Role::Auditor, None).await;
    let work = world.signed_in("work", Role::Responder, Some("RX1")).await;
    let logins = async |caller: &Caller| -> Vec<String> {
        let listed = people(context, caller).await.unwrap();
        listed.into_iter().map(|one| one.person.login).collect()
    };
    let all = ["national", "region", "lead.1", "lead.2", "lead.3", "auditor", "work"];
    assert_eq!(logins(&national.caller).await.len(), all.len());
    assert_eq!(logins(&region.caller).await.len(), 4);
    let own = logins(&lead.caller).await;
    assert!(own.len() == 2 && own.iter().all(|login| ["lead.1", "work"].contains(&login.as_str())));
    for caller in [&auditor.caller, &work.caller, &Caller::public()] {
        let refused = people(context, caller).await.unwrap_err();
        assert!(matches!(refused, AccessError::App(Error::NotAllowed(_))), "{refused}");
    }
}

#[tokio::test]
async fn an_account_is_closed_by_who_manages_all_of_it() {
    let world = world().await;
    let context = &world.context;
    let lead = world.signed_in("lead.1", Role::OrganisationLead, Some("RX1")).await;
    let (person, _) = world.person("both", Role::Responder, Some("RX1")).await;
    let second = of(Role::Responder, Some("RX3"));
    grant(context, &operator(), &person.id, &second).await.unwrap();
    for done in [
        disable_person(context, &lead.caller, &person.id).await,
        invite(context, &lead.caller, &person.id).await.map(drop),
    ] {
        let refused = done.unwrap_err();
        assert!(matches!(refused, AccessError::BeyondOwn), "{refused}");
    }
    let stranger = world.signed_in("lead.2", Role::OrganisationLead, Some("RX2")).await;
    for unknown in [person.id.as_str(), "account/nobody"] {
        let refused = disable_person(context, &stranger.caller, unknown).await.unwrap_err();
        assert!(matches!(refused, AccessError::NoPerson), "{refused}");
    }
    let own = disable_person(context, &lead.caller, &lead.person.id).await.unwrap_err();
    assert!(matches!(own, AccessError::OwnAccount), "{own}");
    let new = app::access::start_session_for(context, &person.id, lead.means, "").await.unwrap();
    assert!(end_sessions(context, &lead.caller, &person.id).await.is_err());
    assert_eq!(end_sessions(context, &operator(), &person.id).await.unwrap(), 1);
    assert!(signed_in(context, &new.secret).await.unwrap().is_none());
    let new = app::access::start_session_for(context, &person.id, lead.means, "").await.unwrap();
    disable_person(context, &operator(), &person.id).await.unwrap();
    assert!(signed_in(context, &new.secret).await.unwrap().is_none());
    assert!(app::access::start_session_for(context, &person.id, lead.means, "").await.is_err());
    let refused = grant(context, &operator(), &person.id, &second).await.unwrap_err();
    assert!(matches!(refused, AccessError::NoPerson), "{refused}");
}
