//! Support units act for those whose IT they run, by the register or by delegation; others do not.

use app::access::{AccessError, Permission, Role, delegate, delegations, withdraw_delegation};
use app::organisations::kept::record;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use model::organisation::register::{Change, RegisterEvent, Statement};
use model::organisation::{Party, Personal, Responsibility, Role as Responsible, Slot};

use crate::support::{World, code, operator, world};

/// The register says that somebody runs an organisation's IT.
async fn runs_it(world: &World, organisation: &str, provider: &str) {
    let change = Change::ResponsibilitySet {
        slot: Slot { role: Responsible::ItProvider, call_order: 1 },
        responsibility: Some(Responsibility {
            party: Party::Organisation(code(provider)),
            personal: Personal::None,
            confirmed_on: None,
        }),
    };
    let today = world.context.now.to_zoned(TimeZone::UTC).date();
    let event = RegisterEvent {
        organisation: code(organisation),
        as_at: today,
        stated_on: None,
        statement: Statement::Change(change),
    };
    record(&world.context, &operator(), &[event]).await.unwrap();
}

#[tokio::test]
async fn a_support_unit_acts_for_those_whose_it_it_runs() {
    let world = world().await;
    let unit = world.signed_in("unit", Role::OrganisationLead, Some("CSU1")).await;
    assert!(!unit.caller.may(&code("RX1")));
    runs_it(&world, "RX1", "CSU1").await;
    let unit = world.again(&unit.person.id).await;
    for permission in Permission::HANDS_ON {
        assert!(unit.caller.can(permission, Some(&code("RX1"))));
        assert!(!unit.caller.can(permission, Some(&code("RX2"))));
    }
    // Their people stay theirs.
    for permission in [Permission::ManagePeople, Permission::DelegateAccess] {
        assert!(unit.caller.can(permission, Some(&code("CSU1"))));
        assert!(!unit.caller.can(permission, Some(&code("RX1"))));
    }
}

#[tokio::test]
async fn a_trust_that_runs_anothers_it_sees_nothing_of_it() {
    let world = world().await;
    runs_it(&world, "RX1", "RX2").await;
    let other = world.signed_in("other", Role::OrganisationLead, Some("RX2")).await;
    assert!(!other.caller.may(&code("RX1")));
}

#[tokio::test]
async fn an_organisation_delegates_and_withdraws() {
    let world = world().await;
    let context = &world.context;
    let lead = world.signed_in("lead", Role::OrganisationLead, Some("RX1")).await;
    let work = world.signed_in("work", Role::Responder, Some("RX1")).await;
    let unit = world.signed_in("unit", Role::Responder, Some("CSU1")).await;
    let (from, to) = (code("RX1"), code("CSU1"));
    let refused = delegate(context, &work.caller, (&from, &to), None).await.unwrap_err();
    assert!(matches!(refused, AccessError::App(app::Error::NotAllowed(_))), "{refused}");
    let refused = delegate(context, &unit.caller, (&from, &to), None).await.unwrap_err();
    assert!(matches!(refused, AccessError::App(app::Error::NoOrganisation(_))), "{refused}");
    let refused = delegate(context, &lead.caller, (&from, &code("RX2")), None).await.unwrap_err();
    assert!(matches!(refused, AccessError::NoSupportUnit(_)), "{refused}");
    let refused =
        delegate(context, &lead.caller, (&from, &to), Some(context.now)).await.unwrap_err();
    assert!(matches!(refused, AccessError::Past), "{refused}");

    let event = delegate(context, &lead.caller, (&from, &to), None).await.unwrap();
    let may = async || world.again(&unit.person.id).await.caller.may(&from);
    assert!(may().await);
    assert_eq!(delegations(context, &lead.caller).await.unwrap().len(), 1);
    assert_eq!(delegations(context, &unit.caller).await.unwrap(), []);
    let refused = withdraw_delegation(context, &unit.caller, &event).await.unwrap_err();
    assert!(matches!(refused, AccessError::NoDelegation), "{refused}");
    withdraw_delegation(context, &lead.caller, &event).await.unwrap();
    assert!(!may().await);

    let until = context.now + SignedDuration::from_mins(10);
    delegate(context, &lead.caller, (&from, &to), Some(until)).await.unwrap();
    assert!(may().await);
    let later = world.after(SignedDuration::from_mins(10));
    let who = world.again_at(&later, &unit.person.id).await;
    assert!(!who.caller.may(&from));
}
