//! What lets somebody in ends when it should, and is made by nobody who only found an open browser.

use app::Context;
use app::access::{
    AccessError, FRESH_TIME, Means, NewToken, Permission, Role, SignInError, SignedIn, by_token,
    disable_person, emergency, grant, invite, new_token, recovery_codes, set_password, sign_in,
    sign_in_with_code, signed_in, start_session_for,
};
use jiff::SignedDuration;
use model::organisation::OrganisationCode;

use crate::support::{PASSWORD, World, code, of, operator, world};

const OTHER: &str = "seven boats and a kettle";

fn token(context: &Context) -> NewToken {
    NewToken {
        name: "nightly".to_owned(),
        permissions: [Permission::SeeHosts].into(),
        organisations: None,
        expires: context.now + SignedDuration::from_hours(24),
    }
}

async fn by_code(world: &World, login: &str, code: &str) -> SignedIn {
    let context = &world.context;
    let new = sign_in_with_code(context, &world.settings, login, code, "").await.unwrap();
    signed_in(context, &new.secret).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_was_made_with_somebodys_code_ends_with_the_next_code_and_the_next_password() {
    let world = world().await;
    let (context, settings) = (&world.context, &world.settings);
    let (person, first) = world.person("a.work", Role::Responder, Some("RX1")).await;
    // Whoever made the code uses it, sets a password, and makes what is to outlive it.
    let theirs = by_code(&world, "a.work", &first).await;
    set_password(context, settings, &theirs, None, OTHER).await.unwrap();
    let make = async || {
        let who = by_password(&world).await;
        let codes = recovery_codes(context, settings, &who, Some(OTHER)).await.unwrap();
        let (_, secret) =
            new_token(context, settings, &who, Some(OTHER), &token(context)).await.unwrap();
        (codes, secret, who)
    };
    let (codes, secret, _) = make().await;
    let next = invite(context, &operator(), &person.id).await.unwrap();
    assert!(by_token(context, &secret).await.unwrap().is_none(), "a token outlives a new code");
    let tried = sign_in_with_code(context, settings, "a.work", &codes[0], "").await;
    assert!(matches!(tried, Err(SignInError::Refused)), "a code outlives a new code");
    let tried = sign_in(context, settings, "a.work", OTHER, "").await;
    assert!(matches!(tried, Err(SignInError::Refused)), "a password outlives a new code");
    assert!(context.store.sessions(&person.id).await.unwrap().is_empty());

    let own = by_code(&world, "a.work", &next).await;
    set_password(context, settings, &own, None, OTHER).await.unwrap();
    let (codes, secret, other) = make().await;
    let new = sign_in(context, settings, "a.work", OTHER, "").await.unwrap();
    let own = signed_in(context, &new.secret).await.unwrap().unwrap();
    set_password(context, settings, &own, Some(OTHER), PASSWORD).await.unwrap();
    assert!(by_token(context, &secret).await.unwrap().is_none(), "a token outlives a password");
    let tried = sign_in_with_code(context, settings, "a.work", &codes[0], "").await;
    assert!(matches!(tried, Err(SignInError::Refused)), "a code outlives a password");
    let left = context.store.sessions(&person.id).await.unwrap();
    assert_eq!(left.len(), 1, "{:?}", other.person);
    assert!(signed_in(context, &new.secret).await.unwrap().is_some(), "one's own goes on");
}

async fn by_password(world: &World) -> SignedIn {
    let context = &world.context;
    let new = sign_in(context, &world.settings, "a.work", OTHER, "").await.unwrap();
    signed_in(context, &new.secret).await.unwrap().unwrap()
}

#[tokio::test]
async fn with_somebody_elses_code_a_password_comes_before_anything_that_lets_in() {
    let world = world().await;
    let (context, settings) = (&world.context, &world.settings);
    let (_, first) = world.person("a.work", Role::Responder, Some("RX1")).await;
    let who = by_code(&world, "a.work", &first).await;
    let refused = recovery_codes(context, settings, &who, None).await.unwrap_err();
    assert!(matches!(refused, AccessError::PasswordFirst), "{refused}");
    let refused = new_token(context, settings, &who, None, &token(context)).await.unwrap_err();
    assert!(matches!(refused, AccessError::PasswordFirst), "{refused}");
    let soon = world.after(SignedDuration::from_secs(60));
    set_password(&soon, settings, &who, None, PASSWORD).await.unwrap();
    assert!(recovery_codes(&soon, settings, &who, None).await.is_ok());
    // The code stood for that password, not for the next.
    let refused = set_password(&soon, settings, &who, None, OTHER).await.unwrap_err();
    assert!(matches!(refused, AccessError::PresentPassword), "{refused}");
}

#[tokio::test]
async fn a_role_that_is_given_ends_codes_that_are_open_and_what_was_begun_with_one() {
    let world = world().await;
    let (context, settings) = (&world.context, &world.settings);
    let (used, first) = world.person("a.work", Role::Responder, Some("RX1")).await;
    let (unused, second) = world.person("b.work", Role::Responder, Some("RX1")).await;
    sign_in_with_code(context, settings, "a.work", &first, "").await.unwrap();
    for person in [&used, &unused] {
        let wider = of(Role::RegionalOfficer, Some("Y1"));
        grant(context, &operator(), &person.id, &wider).await.unwrap();
        assert!(context.store.sessions(&person.id).await.unwrap().is_empty());
    }
    let tried = sign_in_with_code(context, settings, "b.work", &second, "").await;
    assert!(matches!(tried, Err(SignInError::Refused)));
}

#[tokio::test]
async fn what_lets_in_is_made_by_who_signed_in_a_moment_ago_or_knows_the_password() {
    let world = world().await;
    let settings = &world.settings;
    let (_, first) = world.person("a.work", Role::Responder, Some("RX1")).await;
    let who = by_code(&world, "a.work", &first).await;
    set_password(&world.context, settings, &who, None, OTHER).await.unwrap();
    let who = by_password(&world).await;
    let soon = world.after(FRESH_TIME - SignedDuration::from_secs(1));
    assert!(recovery_codes(&soon, settings, &who, None).await.is_ok());
    assert!(new_token(&soon, settings, &who, Some(""), &token(&soon)).await.is_ok());
    let late = world.after(FRESH_TIME);
    for refused in [
        recovery_codes(&late, settings, &who, None).await.map(drop),
        recovery_codes(&late, settings, &who, Some("")).await.map(drop),
        new_token(&late, settings, &who, None, &token(&late)).await.map(drop),
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, AccessError::NotFresh), "{refused}");
    }
    let wrong = recovery_codes(&late, settings, &who, Some(PASSWORD)).await.unwrap_err();
    assert!(matches!(wrong, AccessError::PresentPassword), "{wrong}");
    assert!(recovery_codes(&late, settings, &who, Some(OTHER)).await.is_ok());
    assert!(new_token(&late, settings, &who, Some(OTHER), &token(&late)).await.is_ok());
}

#[tokio::test]
async fn who_was_chosen_in_a_demonstration_gets_nothing_to_sign_in_with() {
    let world = world().await;
    let (context, settings) = (&world.context, &world.settings);
    let (person, _) = world.person("a.work", Role::Responder, Some("RX1")).await;
    let new = start_session_for(context, &person.id, Means::Chosen, "").await.unwrap();
    let who = signed_in(context, &new.secret).await.unwrap().unwrap();
    for refused in [
        set_password(context, settings, &who, None, PASSWORD).await,
        recovery_codes(context, settings, &who, None).await.map(drop),
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, AccessError::ChosenOnly), "{refused}");
    }
}

#[tokio::test]
async fn who_gives_somebody_a_code_does_not_come_into_their_emergency_access() {
    let world = world().await;
    let context = &world.context;
    let lead = world.signed_in("lead", Role::OrganisationLead, Some("RX1")).await;
    let who = world.signed_in("a.work", Role::Responder, Some("RX1")).await;
    let why = "their firewall is down and nobody answers";
    emergency(context, &who.caller, &code("RX3"), why).await.unwrap();
    assert!(world.again(&who.person.id).await.caller.may(&code("RX3")));
    let given = invite(context, &lead.caller, &who.person.id).await.unwrap();
    let theirs = by_code(&world, "a.work", &given).await;
    assert!(theirs.emergencies.is_empty() && !theirs.caller.may(&code("RX3")));
    assert!(theirs.caller.may(&code("RX1")));
    // It is still to be reviewed.
    assert_eq!(app::access::open_reviews(context, &operator()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_said_of_somebody_is_said_to_each_of_their_organisations() {
    let world = world().await;
    let context = &world.context;
    let (person, _) = world.person("both", Role::Responder, Some("RX1")).await;
    let second = of(Role::Responder, Some("RX3"));
    grant(context, &operator(), &person.id, &second).await.unwrap();
    invite(context, &operator(), &person.id).await.unwrap();
    disable_person(context, &operator(), &person.id).await.unwrap();
    for kind in ["access.invited", "access.disabled"] {
        for (login, organisation, sees) in [("1", "RX1", 1), ("2", "RX2", 0), ("3", "RX3", 1)] {
            let login = format!("lead.{login}.{}", kind.len());
            let place = Some(organisation);
            let lead = world.signed_in(&login, Role::OrganisationLead, place).await;
            let wanted = app::audit::Wanted {
                kinds: vec![kind.to_owned()],
                ..app::audit::Wanted::default()
            };
            let part = app::audit::events(context, &lead.caller, &wanted, 10).await.unwrap();
            assert_eq!(part.events.len(), sees, "{kind} {organisation}");
            let of = part.events.iter().filter_map(|one| one.event.organisation.as_ref());
            assert!(of.map(OrganisationCode::as_str).all(|code| code == organisation));
        }
    }
}
