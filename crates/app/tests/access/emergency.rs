//! Emergency access: at once, for four hours, and never without a review.

use app::access::{
    AccessError, EMERGENCY_TIME, Outcome, Permission, Role, emergency, open_reviews, review,
};
use app::{Caller, Error};
use jiff::SignedDuration;

use crate::support::{code, operator, world};

const WHY: &str = "their firewall is down and nobody answers";

#[tokio::test]
async fn it_works_at_once_for_one_organisation_and_four_hours() {
    let world = world().await;
    let context = &world.context;
    let who = world.signed_in("a.work", Role::Responder, Some("RX1")).await;
    assert!(!who.caller.may(&code("RX3")));
    let taken = emergency(context, &who.caller, &code("RX3"), WHY).await.unwrap();
    assert_eq!(taken.until, context.now + EMERGENCY_TIME);
    let who = world.again(&who.person.id).await;
    assert_eq!(who.emergencies.len(), 1);
    for permission in Permission::HANDS_ON {
        assert!(who.caller.can(permission, Some(&code("RX3"))));
    }
    for permission in [Permission::ManagePeople, Permission::ReviewEmergency] {
        assert!(!who.caller.can(permission, Some(&code("RX3"))));
    }
    assert!(!who.caller.may(&code("RX2")));
    for (time, may) in
        [(EMERGENCY_TIME - SignedDuration::from_secs(1), true), (EMERGENCY_TIME, false)]
    {
        let later = world.after(time);
        let who = world.again_at(&later, &who.person.id).await;
        assert_eq!(who.caller.may(&code("RX3")), may, "{time}");
    }
}

#[tokio::test]
async fn every_role_may_take_it_and_nobody_without_one_or_a_reason() {
    let world = world().await;
    let context = &world.context;
    for role in Role::ALL {
        let place = match role {
            Role::NationalOfficer | Role::Auditor => None,
            Role::RegionalOfficer => Some("Y1"),
            Role::OrganisationLead | Role::Responder => Some("RX1"),
        };
        let who = world.signed_in(role.code(), role, place).await;
        assert!(emergency(context, &who.caller, &code("RX3"), WHY).await.is_ok(), "{role}");
        for reason in ["", "    ", "now", &"x".repeat(501)] {
            let refused = emergency(context, &who.caller, &code("RX3"), reason).await;
            assert!(matches!(refused, Err(AccessError::Reason)));
        }
        let refused = emergency(context, &who.caller, &code("NOWHERE"), WHY).await;
        assert!(matches!(refused, Err(AccessError::App(Error::NoOrganisation(_)))));
    }
    let refused = emergency(context, &Caller::public(), &code("RX3"), WHY).await.unwrap_err();
    assert!(matches!(refused, AccessError::App(Error::NotAllowed(_))), "{refused}");
    let refused = emergency(context, &operator(), &code("RX3"), WHY).await.unwrap_err();
    assert!(matches!(refused, AccessError::SignedInOnly), "{refused}");
    // Each of them left a review, with its reason.
    let open = open_reviews(context, &operator()).await.unwrap();
    assert_eq!(open.len(), Role::ALL.len());
    assert!(open.iter().all(|one| one.emergency.reason == WHY && one.person.is_some()));
}

#[tokio::test]
async fn a_review_stays_open_until_somebody_else_who_may_has_done_it() {
    let world = world().await;
    let context = &world.context;
    let lead = world.signed_in("lead.1", Role::OrganisationLead, Some("RX1")).await;
    let theirs = world.signed_in("lead.3", Role::OrganisationLead, Some("RX3")).await;
    let stranger = world.signed_in("lead.2", Role::OrganisationLead, Some("RX2")).await;
    let work = world.signed_in("work.3", Role::Responder, Some("RX3")).await;
    let taken = emergency(context, &lead.caller, &code("RX3"), WHY).await.unwrap();
    let lead = world.again(&lead.person.id).await;

    // It does not close by itself.
    let year = world.after(SignedDuration::from_hours(24 * 365));
    assert_eq!(open_reviews(&year, &theirs.caller).await.unwrap().len(), 1);
    for nobody in [&lead.caller, &stranger.caller, &work.caller, &Caller::public()] {
        assert_eq!(open_reviews(context, nobody).await.unwrap(), []);
    }
    let done = async |caller: &Caller, outcome| {
        review(context, caller, &taken.event, outcome, Some("looked at")).await
    };
    let own = done(&lead.caller, Outcome::Justified).await.unwrap_err();
    assert!(matches!(own, AccessError::OwnReview), "{own}");
    for nobody in [&stranger.caller, &work.caller] {
        let refused = done(nobody, Outcome::Justified).await.unwrap_err();
        assert!(matches!(refused, AccessError::NoReview), "{refused}");
    }
    assert_eq!(open_reviews(context, &theirs.caller).await.unwrap().len(), 1);
    assert!(world.again(&lead.person.id).await.caller.may(&code("RX3")));
    done(&theirs.caller, Outcome::NotJustified).await.unwrap();
    assert_eq!(open_reviews(context, &theirs.caller).await.unwrap(), []);
    assert!(!world.again(&lead.person.id).await.caller.may(&code("RX3")), "it ends at once");
    let twice = done(&theirs.caller, Outcome::Justified).await.unwrap_err();
    assert!(matches!(twice, AccessError::Reviewed), "{twice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_review_at_once_one_does() {
    let world = world().await;
    let context = &world.context;
    let who = world.signed_in("a.work", Role::Responder, Some("RX1")).await;
    let taken = emergency(context, &who.caller, &code("RX3"), WHY).await.unwrap();
    let mut tasks = Vec::new();
    for (login, outcome) in [("one", Outcome::Justified), ("two", Outcome::NotJustified)] {
        let caller = world.signed_in(login, Role::Auditor, None).await.caller;
        let (context, event) = (context.at(context.now), taken.event.clone());
        tasks.push(tokio::spawn(async move {
            review(&context, &caller, &event, outcome, None).await.is_ok()
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap());
    }
    assert_eq!(done, 1);
    assert_eq!(open_reviews(context, &operator()).await.unwrap(), []);
}
