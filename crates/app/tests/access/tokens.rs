//! API tokens: never more than their owner has, at the moment at which they are used.

use std::collections::BTreeSet;

use app::access::Permission::{
    AddEvidence, EmergencyAccess, ManageJobs, ManageKnowledge, SeeHosts,
};
use app::access::{
    AccessError, LONGEST_TOKEN, Means, NewToken, Permission, Role, SignedIn, TOKEN_PREFIX,
    by_token, disable_person, emergency, grant, new_token, people, recovery_codes, revoke,
    revoke_token, sessions, set_password, signed_in, tokens,
};
use jiff::SignedDuration;

use crate::support::{PASSWORD, World, code, of, operator, world};

fn new(world: &World, permissions: &[Permission], organisations: Option<&[&str]>) -> NewToken {
    NewToken {
        name: "nightly".to_owned(),
        permissions: permissions.iter().copied().collect(),
        organisations: organisations.map(|codes| codes.iter().map(|text| code(text)).collect()),
        expires: world.context.now + SignedDuration::from_hours(24 * 30),
    }
}

async fn regional(world: &World) -> SignedIn {
    world.signed_in("region", Role::RegionalOfficer, Some("Y1")).await
}

#[tokio::test]
async fn a_token_has_what_it_was_given_and_no_more() {
    let world = world().await;
    let owner = regional(&world).await;
    let context = &world.context;
    let wanted = new(&world, &[Permission::SeeHosts], Some(&["RX1"]));
    let (token, secret) = new_token(context, &world.settings, &owner, None, &wanted).await.unwrap();
    assert!(secret.starts_with(TOKEN_PREFIX) && secret.len() == 46, "{secret}");
    let who = by_token(context, &secret).await.unwrap().unwrap();
    assert_eq!((who.means, &who.person), (Means::Token, &owner.person));
    assert_eq!(who.caller.actor, owner.person.id);
    assert_eq!(who.caller.authority.as_deref(), Some(token.id.as_str()));
    assert!(who.caller.can(Permission::SeeHosts, Some(&code("RX1"))));
    assert!(!who.caller.can(Permission::SeeHosts, Some(&code("RX2"))));
    assert!(!who.caller.can(Permission::AddEvidence, None) && !who.caller.may(&code("RX2")));
    assert!(signed_in(context, &secret).await.unwrap().is_none(), "a token is no session");
    assert!(!who.csrf_holds(""), "and carries no form");
    let kept = tokens(context, &owner).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!format!("{kept:?} {who:?}").contains(&secret));
    assert!(kept[0].used.is_some());
}

#[tokio::test]
async fn a_token_wider_than_its_owner_is_refused() {
    let world = world().await;
    let context = &world.context;
    let owner = world.signed_in("a.work", Role::Responder, Some("RX1")).await;
    let refused = async |permissions: &[Permission], organisations: Option<&[&str]>| {
        let wanted = new(&world, permissions, organisations);
        new_token(context, &world.settings, &owner, None, &wanted).await.unwrap_err()
    };
    for wider in [ManageKnowledge, ManageJobs, EmergencyAccess] {
        let error = refused(&[SeeHosts, wider], None).await;
        assert!(matches!(error, AccessError::TokenWider(it) if it == wider), "{error}");
    }
    for further in ["RX2", "NOWHERE"] {
        let error = refused(&[SeeHosts], Some(&["RX1", further])).await;
        assert!(matches!(error, AccessError::TokenFurther(_)), "{error}");
    }
    assert!(matches!(refused(&[], None).await, AccessError::TokenEmpty));
    assert!(matches!(refused(&[AddEvidence], Some(&[])).await, AccessError::TokenEmpty));
    let now = context.now;
    for expires in [now, now + LONGEST_TOKEN + SignedDuration::from_secs(1)] {
        let wanted = NewToken { expires, ..new(&world, &[SeeHosts], None) };
        let error = new_token(context, &world.settings, &owner, None, &wanted).await.unwrap_err();
        assert!(matches!(error, AccessError::TokenTime), "{error}");
    }
}

#[tokio::test]
async fn what_its_owner_loses_a_token_loses() {
    let world = world().await;
    let context = &world.context;
    let owner = regional(&world).await;
    let wanted = new(&world, &[Permission::SeeHosts], Some(&["RX1", "RX2"]));
    let (_, secret) = new_token(context, &world.settings, &owner, None, &wanted).await.unwrap();
    let listed = people(context, &operator()).await.unwrap();
    let held = &listed.iter().find(|one| one.person == owner.person).unwrap().grants[0];
    revoke(context, &operator(), &owner.person.id, &held.event).await.unwrap();
    let who = by_token(context, &secret).await.unwrap().unwrap();
    assert!(Permission::ALL.into_iter().all(|it| !who.caller.can(it, None)));
    assert!(!who.caller.may(&code("RX1")));
    disable_person(context, &operator(), &owner.person.id).await.unwrap();
    assert!(by_token(context, &secret).await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_reaches_no_further_than_its_owner_does_by_then() {
    let world = world().await;
    let context = &world.context;
    let owner = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let second = of(Role::Responder, Some("RX2"));
    let event = grant(context, &operator(), &owner.person.id, &second).await.unwrap();
    let owner = world.again(&owner.person.id).await;
    let mut secrets = Vec::new();
    for organisations in [Some(&["RX1", "RX2"] as &[&str]), None] {
        let wanted = new(&world, &[SeeHosts], organisations);
        secrets.push(new_token(context, &world.settings, &owner, None, &wanted).await.unwrap().1);
    }
    let reached = async |secret: &str| {
        let caller = by_token(context, secret).await.unwrap().unwrap().caller;
        ["RX1", "RX2", "RX3"].map(|place| caller.can(SeeHosts, Some(&code(place))))
    };
    for secret in &secrets {
        assert_eq!(reached(secret).await, [true, true, false]);
    }
    revoke(context, &operator(), &owner.person.id, &event).await.unwrap();
    for secret in &secrets {
        assert_eq!(reached(secret).await, [true, false, false]);
    }
}

#[tokio::test]
async fn a_token_ends_by_itself_and_by_its_owner() {
    let world = world().await;
    let context = &world.context;
    let owner = regional(&world).await;
    let (one, secret) = new_token(
        context,
        &world.settings,
        &owner,
        None,
        &new(&world, &[Permission::SeeHosts], None),
    )
    .await
    .unwrap();
    let last = world.after(SignedDuration::from_hours(24 * 30) - SignedDuration::from_secs(1));
    assert!(by_token(&last, &secret).await.unwrap().is_some());
    assert!(by_token(&last.at(one.expires), &secret).await.unwrap().is_none());
    let stranger = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    assert!(!revoke_token(context, &stranger, &one.id).await.unwrap(), "another's");
    assert!(by_token(context, &secret).await.unwrap().is_some());
    assert!(revoke_token(context, &owner, &one.id).await.unwrap());
    assert!(by_token(context, &secret).await.unwrap().is_none());
    assert!(!revoke_token(context, &owner, &one.id).await.unwrap());
    for nothing in ["wr_", "wr_unknown", "", "unknown"] {
        assert!(by_token(context, nothing).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_token_does_nothing_that_a_person_must_do() {
    let world = world().await;
    let context = &world.context;
    let owner = world.signed_in("chief", Role::NationalOfficer, None).await;
    let all: BTreeSet<_> =
        Permission::ALL.into_iter().filter(|permission| permission.fits_a_token()).collect();
    let wanted = NewToken { permissions: all, ..new(&world, &[], None) };
    let (_, secret) = new_token(context, &world.settings, &owner, None, &wanted).await.unwrap();
    let who = by_token(context, &secret).await.unwrap().unwrap();
    let settings = &world.settings;
    for refused in [
        new_token(context, settings, &who, None, &wanted).await.map(drop),
        set_password(context, settings, &who, None, PASSWORD).await,
        recovery_codes(context, settings, &who, None).await.map(drop),
        sessions(context, &who).await.map(drop),
        tokens(context, &who).await.map(drop),
        revoke_token(context, &who, "token/x").await.map(drop),
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, AccessError::SignedInOnly), "{refused}");
    }
    assert!(people(context, &who.caller).await.is_err());
    let taken = emergency(context, &who.caller, &code("RX1"), "a reason indeed").await;
    assert!(taken.is_err());
}
