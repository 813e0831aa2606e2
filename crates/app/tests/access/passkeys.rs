//! Passkeys: made by who has just shown who they are, good for one challenge, ended with everything else.

use std::sync::atomic::Ordering;

use app::access::{
    AccessError, CEREMONY_TIME, FRESH_TIME, MOST_PASSKEYS, Means, NewSession, Passkeys, Role,
    SignInError, SignedIn, begin_passkey, begin_sign_in, disable_person, finish_passkey, invite,
    passkeys, revoke_passkey, set_password, sign_in_with_code, sign_in_with_passkey, signed_in,
    start_session_for,
};
use app::{Context, audit};
use jiff::SignedDuration;

use crate::device::Device;
use crate::support::{PASSWORD, World, operator, world};

fn site() -> Passkeys {
    Passkeys::of("http://localhost").unwrap()
}

/// Makes a passkey on a device.
async fn make(world: &World, who: &SignedIn, device: &mut Device) -> Result<(), AccessError> {
    let (context, site) = (&world.context, site());
    let begun = begin_passkey(context, &world.settings, &site, who, None).await?;
    let answer = device.make(&begun.options);
    finish_passkey(context, &site, who, "a telephone", (&begun.ceremony, &answer)).await
}

/// Signs in with a device.
async fn sign(context: &Context, device: &Device) -> Result<NewSession, SignInError> {
    let begun = begin_sign_in(context, &site()).await.unwrap();
    let answer = device.sign(&begun.options);
    sign_in_with_passkey(context, &site(), (&begun.ceremony, &answer), "a browser").await
}

fn is_refused(tried: &Result<NewSession, SignInError>) -> bool {
    matches!(tried, Err(SignInError::PasskeyRefused))
}

#[tokio::test]
async fn who_has_a_passkey_signs_in_with_nothing_else() {
    let world = world().await;
    let (context, settings) = (&world.context, &world.settings);
    let (person, code) = world.person("a.lead", Role::OrganisationLead, Some("RX1")).await;
    // Also who comes for the first time, and needs no password then.
    let new = sign_in_with_code(context, settings, "a.lead", &code, "").await.unwrap();
    let who = signed_in(context, &new.secret).await.unwrap().unwrap();
    let mut device = Device::new(1);
    make(&world, &who, &mut device).await.unwrap();
    let new = sign(context, &device).await.unwrap();
    assert_eq!(new.person, person);
    let who = signed_in(context, &new.secret).await.unwrap().unwrap();
    assert_eq!(who.means, Means::Passkey);
    let listed = passkeys(context, &who).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].name.as_str(), listed[0].used), ("a telephone", Some(context.now)));
    // The device made no second key for the same person.
    let begun = begin_passkey(context, settings, &site(), &who, None).await.unwrap();
    assert_eq!(begun.options["excludeCredentials"].as_array().unwrap().len(), 1);
    // A name of somebody is in no device that somebody else might read.
    assert!(!String::from_utf8_lossy(&device.owner).contains("lead"));
    let stranger = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    assert!(!revoke_passkey(context, &stranger, &listed[0].id).await.unwrap(), "another's");
    assert!(revoke_passkey(context, &who, &listed[0].id).await.unwrap());
    assert!(is_refused(&sign(context, &device).await));
}

#[tokio::test]
async fn a_challenge_is_good_once_and_for_five_minutes() {
    let world = world().await;
    let context = &world.context;
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let mut device = Device::new(1);
    make(&world, &who, &mut device).await.unwrap();
    let begun = begin_sign_in(context, &site()).await.unwrap();
    let answer = device.sign(&begun.options);
    let shown = (begun.ceremony.as_str(), answer.as_str());
    assert!(sign_in_with_passkey(context, &site(), shown, "").await.is_ok());
    assert!(is_refused(&sign_in_with_passkey(context, &site(), shown, "").await), "used twice");
    // What was signed for one challenge is not good for the next.
    let next = begin_sign_in(context, &site()).await.unwrap();
    let shown = (next.ceremony.as_str(), answer.as_str());
    assert!(is_refused(&sign_in_with_passkey(context, &site(), shown, "").await));
    let begun = begin_sign_in(context, &site()).await.unwrap();
    let answer = device.sign(&begun.options);
    let shown = (begun.ceremony.as_str(), answer.as_str());
    let late = world.after(CEREMONY_TIME);
    assert!(is_refused(&sign_in_with_passkey(&late, &site(), shown, "").await), "too late");
    let unknown = ("AAAA", answer.as_str());
    assert!(is_refused(&sign_in_with_passkey(context, &site(), unknown, "").await));
    for nonsense in ["", "{}", "null", "\u{0}"] {
        let begun = begin_sign_in(context, &site()).await.unwrap();
        let shown = (begun.ceremony.as_str(), nonsense);
        assert!(is_refused(&sign_in_with_passkey(context, &site(), shown, "").await));
    }
}

#[tokio::test]
async fn another_site_another_owner_and_a_device_that_asked_nobody_are_refused() {
    let world = world().await;
    let context = &world.context;
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let other = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    let (mut device, mut second) = (Device::new(1), Device::new(2));
    make(&world, &who, &mut device).await.unwrap();
    make(&world, &other, &mut second).await.unwrap();
    assert!(sign(context, &device).await.is_ok());
    device.origin = "http://localhost.example:8417";
    assert!(is_refused(&sign(context, &device).await), "a page of another site");
    device.origin = "http://localhost:8417";
    device.verifies = false;
    assert!(is_refused(&sign(context, &device).await), "nobody was asked");
    device.verifies = true;
    let own = std::mem::replace(&mut device.owner, second.owner.clone());
    assert!(is_refused(&sign(context, &device).await), "another's name on one's own key");
    device.owner = own;
    assert!(sign(context, &device).await.is_ok());
    // And none is made so.
    let mut careless = Device::new(3);
    careless.verifies = false;
    let refused = make(&world, &who, &mut careless).await.unwrap_err();
    assert!(matches!(refused, AccessError::PasskeyRefused), "{refused}");
    // A key that somebody has is nobody else's.
    let mut same = Device::new(1);
    let refused = make(&world, &other, &mut same).await.unwrap_err();
    assert!(matches!(refused, AccessError::PasskeyRefused), "{refused}");
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_and_recorded() {
    let world = world().await;
    let context = &world.context;
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let mut device = Device::new(1);
    make(&world, &who, &mut device).await.unwrap();
    assert!(sign(context, &device).await.is_ok());
    let wanted = audit::Wanted {
        kinds: vec!["access.passkey-refused".to_owned()],
        ..audit::Wanted::default()
    };
    let recorded = async |caller| audit::events(context, caller, &wanted, 9).await.unwrap().events;
    assert_eq!(recorded(&who.caller).await, []);
    // A copy that was made before counts on from there.
    device.counter.store(0, Ordering::Relaxed);
    assert!(is_refused(&sign(context, &device).await));
    let events = recorded(&who.caller).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event.subject, who.person.id);
    let stranger = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    assert_eq!(recorded(&stranger.caller).await, [], "it is nobody else's matter");
    // Afterwards it is as it was.
    device.counter.store(50, Ordering::Relaxed);
    assert!(sign(context, &device).await.is_ok());
}

#[tokio::test]
async fn a_passkey_is_made_by_who_has_just_shown_who_they_are() {
    let world = world().await;
    let settings = &world.settings;
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let late = world.after(FRESH_TIME);
    let begun = begin_passkey(&late, settings, &site(), &who, None).await;
    assert!(matches!(begun, Err(AccessError::NotFresh)));
    set_password(&world.context, settings, &who, None, PASSWORD).await.unwrap();
    assert!(begin_passkey(&late, settings, &site(), &who, Some(PASSWORD)).await.is_ok());
    // What one began another does not end.
    let begun = begin_passkey(&world.context, settings, &site(), &who, None).await.unwrap();
    let answer = Device::new(1).make(&begun.options);
    let other = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    let shown = (begun.ceremony.as_str(), answer.as_str());
    let refused = finish_passkey(&world.context, &site(), &other, "mine", shown).await;
    assert!(matches!(refused, Err(AccessError::PasskeyRefused)));
    let new = start_session_for(&world.context, &who.person.id, Means::Chosen, "").await.unwrap();
    let chosen = signed_in(&world.context, &new.secret).await.unwrap().unwrap();
    let refused = begin_passkey(&world.context, settings, &site(), &chosen, None).await;
    assert!(matches!(refused, Err(AccessError::ChosenOnly)));
    for seed in 10..10 + u8::try_from(MOST_PASSKEYS).unwrap() {
        make(&world, &who, &mut Device::new(seed)).await.unwrap();
    }
    let refused = make(&world, &who, &mut Device::new(99)).await;
    assert!(matches!(refused, Err(AccessError::TooManyPasskeys)));
}

#[tokio::test]
async fn a_passkey_ends_with_everything_else_that_lets_in() {
    let world = world().await;
    let context = &world.context;
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let mut device = Device::new(1);
    make(&world, &who, &mut device).await.unwrap();
    set_password(context, &world.settings, &who, None, PASSWORD).await.unwrap();
    assert!(is_refused(&sign(context, &device).await), "outlives a password");
    make(&world, &who, &mut device).await.unwrap();
    invite(context, &operator(), &who.person.id).await.unwrap();
    assert!(is_refused(&sign(context, &device).await), "outlives a new code");
    let who = world.again(&who.person.id).await;
    make(&world, &who, &mut device).await.unwrap();
    assert!(sign(&world.after(SignedDuration::from_secs(9)), &device).await.is_ok());
    disable_person(context, &operator(), &who.person.id).await.unwrap();
    assert!(is_refused(&sign(context, &device).await), "outlives the account");
}
