//! The loop: acknowledge, act, claim, verify; and what opens it again.

use app::access::{Permission, Role};
use app::alerts::{AlertsError, Change, Say};
use app::exposure::desk::Moment;
use jiff::civil::date;
use response::answer::{Applicability, Flag, Proof, Refused, Stage};

use super::world::{World, acknowledge, allowed, content, lead, officer, person, second, words};

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_disputed_at_once_and_closed_only_by_evidence() {
    let mut world = World::new().await;
    let number = world.issued(content()).await;
    let (lead, own) = (lead(), (number, "TR1"));
    world.at("2017-04-29T09:00:00Z");
    let standing = world.say(&lead, own, acknowledge()).await.unwrap();
    assert_eq!((standing.stage, standing.proof), (Stage::Acknowledged, None));
    // Twice tells nothing new.
    world.say(&lead, own, acknowledge()).await.unwrap();
    world.say(&lead, own, Say::Act(Some(date(2017, 5, 2)))).await.unwrap();
    let standing = world.say(&lead, own, Say::Claim).await.unwrap();
    assert_eq!(standing.proof, Some(Proof::Disputed { affected: 2 }));
    assert!(standing.is_contradicted());
    let view = world.seen(number, Moment::default()).await;
    assert_eq!((view.funnel.claimed, view.funnel.proved, view.funnel.disputed), (1, 0, 1));
    assert_eq!(view.rows[0].code.as_str(), "TR1", "what is disputed comes first");

    // One is fixed: still disputed, by one. Then the other: evidence agrees, and it is closed.
    world.at("2017-05-02T09:00:00Z");
    world.import("TR1", "ward-1", "KB4012212").await;
    let standing = world.row(number, "TR1").await.standing;
    assert_eq!(standing.proof, Some(Proof::Disputed { affected: 1 }));
    world.import("TR1", "ward-2", "KB4012212").await;
    let row = world.row(number, "TR1").await;
    assert_eq!((row.standing.stage, row.standing.proof), (Stage::Closed, Some(Proof::Agrees)));
    assert_eq!((row.answer.claims, row.answer.disputed), (1, 1));
    let told = world.told(number, "TR1").await;
    let wanted = [
        "answer.addressed",
        "answer.acknowledged",
        "answer.acting",
        "answer.claimed",
        "answer.found",
        "answer.found",
        "answer.found",
        "answer.closed",
    ];
    assert_eq!(told, wanted);
    // What is said is said once, however often it is looked at.
    assert_eq!(world.recheck().await, 0);

    // A new host that is open opens it again; nothing else does.
    world.at("2017-05-03T09:00:00Z");
    world.import("TR1", "ward-3", "KB4012212").await;
    assert_eq!(world.row(number, "TR1").await.standing.stage, Stage::Closed);
    world.import("TR1", "ward-4", "KB3212646").await;
    let row = world.row(number, "TR1").await;
    assert_eq!(row.standing.stage, Stage::Reopened);
    assert_eq!(row.answer.found.unwrap().0, Proof::Disputed { affected: 1 });
    let world = world.again().await;
    assert_eq!(world.row(number, "TR1").await.standing, row.standing);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_from_before_the_claim_proves_nothing_and_silence_neither() {
    let mut world = World::new().await;
    let number = world.issued(content()).await;
    world.at("2017-05-01T09:00:00Z");
    let two = person("two", Role::OrganisationLead, &["TR2"]);
    let standing = world.say(&two, (number, "TR2"), Say::Claim).await.unwrap();
    assert_eq!(standing.proof, Some(Proof::Older { oldest: Some(date(2017, 4, 28)) }));
    assert_eq!(standing.stage, Stage::Claimed);
    let practice = person("gp", Role::OrganisationLead, &["GP1"]);
    let standing = world.say(&practice, (number, "GP1"), Say::Claim).await.unwrap();
    assert_eq!(standing.proof, Some(Proof::Unproved { unknown: None }));
    // A second claim, which nothing contradicts, is the first.
    world.say(&practice, (number, "GP1"), Say::Claim).await.unwrap();
    assert_eq!(world.row(number, "GP1").await.answer.claims, 1);
    // The rollup of April holds the fix of March.
    world.import("TR2", "desk-1", "KB4015549").await;
    assert_eq!(world.row(number, "TR2").await.standing.stage, Stage::Closed);

    // Not affected, it says; evidence of any age that still counts agrees, or does not.
    let one = Say::Applicability(Applicability::DoesNot);
    let standing = world.say(&lead(), (number, "TR1"), one).await.unwrap();
    assert_eq!(standing.proof, Some(Proof::Disputed { affected: 2 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_named_person_closes_against_evidence_and_it_shows_for_ever() {
    let mut world = World::new().await;
    let number = world.issued(content()).await;
    let own = (number, "TR1");
    world.say(&lead(), own, Say::Claim).await.unwrap();
    let over = || Say::Override { by: "A. Director, chief operating officer".into() };
    assert_eq!(words(world.say(&lead(), own, over()).await), allowed(Permission::DecideAlerts));
    let nameless = world.say(&officer(), own, Say::Override { by: " ".into() }).await;
    assert!(matches!(nameless, Err(AlertsError::Answer(Refused::Missing(_)))), "{nameless:?}");
    let region = person("region", Role::RegionalOfficer, &["RG1", "TR1", "TR2"]);
    let standing = world.say(&region, own, over()).await.unwrap();
    assert_eq!((standing.stage, standing.flags), (Stage::Closed, vec![Flag::Overridden]));
    let view = world.seen(number, Moment::default()).await;
    assert_eq!((view.funnel.proved, view.funnel.overridden), (0, 1));
    // One open machine more than it was given for opens it again, and the override still shows.
    world.at("2017-04-30T09:00:00Z");
    world.import("TR1", "ward-9", "KB3212646").await;
    let standing = world.row(number, "TR1").await.standing;
    assert_eq!(standing.stage, Stage::Reopened);
    assert!(standing.flags.contains(&Flag::Overridden));
    // The name is not in the log: it can be erased, and the rest still verifies.
    let filter = store::Filter { kinds: vec!["answer.overridden".into()], ..Default::default() };
    let events = world.context.store.events(&filter, 10).await.unwrap();
    assert!(!events[0].event.body.contains("Director"));
    assert!(events[0].event.personal.as_deref().unwrap().contains("Director"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_or_lived_with_has_an_owner_and_an_end() {
    let mut world = World::new().await;
    let number = world.issued(content()).await;
    let (lead, own) = (lead(), (number, "TR1"));
    let accept = |until| Say::AcceptRisk {
        owner: "B. Owner, SIRO".into(),
        control: "Port 445 is closed at the ward's switch".into(),
        until,
    };
    for refused in [
        accept(None),
        accept(Some(date(2017, 4, 1))),
        Say::Defer { owner: "B. Owner".into(), until: None },
        Say::Defer { owner: String::new(), until: Some(date(2017, 5, 20)) },
    ] {
        assert!(world.say(&lead, own, refused.clone()).await.is_err(), "{refused:?}");
    }
    world.say(&lead, own, accept(Some(date(2017, 5, 20)))).await.unwrap();
    world.at("2017-05-15T09:00:00Z");
    let flags = world.row(number, "TR1").await.standing.flags;
    assert!(flags.contains(&Flag::RiskAccepted { until: date(2017, 5, 20) }), "{flags:?}");
    assert!(!flags.iter().any(|flag| matches!(flag, Flag::Overdue { .. })), "{flags:?}");
    world.at("2017-05-21T09:00:00Z");
    let flags = world.row(number, "TR1").await.standing.flags;
    assert!(flags.contains(&Flag::AcceptanceExpired { since: date(2017, 5, 20) }), "{flags:?}");
    assert!(flags.contains(&Flag::Overdue { since: date(2017, 5, 12) }), "{flags:?}");
    // More time: asked by the lead, given by somebody else.
    world.say(&lead, own, Say::AskExtension(date(2017, 6, 1))).await.unwrap();
    let refused = world.say(&lead, own, Say::DecideExtension(true)).await;
    assert_eq!(words(refused), allowed(Permission::DecideAlerts));
    world.say(&officer(), own, Say::DecideExtension(true)).await.unwrap();
    assert_eq!(world.row(number, "TR1").await.answer.due_by(), Some(date(2017, 6, 1)));
    let window = Say::AskWindow {
        from: "2017-05-23T20:00:00Z".parse().unwrap(),
        until: "2017-05-23T23:00:00Z".parse().unwrap(),
        care: "The ward's drug charts are on paper".into(),
    };
    world.say(&lead, own, window).await.unwrap();
    let sign = Say::DecideWindow { signed: true, by: "C. Nurse, matron".into() };
    world.say(&lead, own, sign).await.unwrap();
    let row = world.row(number, "TR1").await;
    assert_eq!(row.answer.window.unwrap().decided, Some((true, "C. Nurse, matron".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_answer_at_once_each_have_their_own_event() {
    let world = World::new().await;
    let number = world.issued(content()).await;
    // A unit answers for all that it serves, and each twice at once.
    let unit = person("unit", Role::Responder, &["TR1", "TR2", "GP1"]);
    let say = |own: &'static str| {
        let (world, unit) = (&world, &unit);
        async move { world.say(unit, (number, own), acknowledge()).await.unwrap().stage }
    };
    let all = tokio::join!(say("TR1"), say("TR2"), say("GP1"), say("TR1"), say("TR2"), say("GP1"));
    for stage in [all.0, all.1, all.2, all.3, all.4, all.5] {
        assert_eq!(stage, Stage::Acknowledged);
    }
    for own in ["TR1", "TR2", "GP1"] {
        let told = world.told(number, own).await;
        assert_eq!(told, ["answer.addressed", "answer.acknowledged"], "{own}");
    }
    assert_eq!(world.seen(number, Moment::default()).await.funnel.silent, 0);
}

/// What was opened again stays open until evidence agrees: that it has grown too old since mends nothing.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_grows_old_closes_nothing() {
    let mut world = World::new().await;
    let number = world.issued(content()).await;
    let two = person("two", Role::OrganisationLead, &["TR2"]);
    world.at("2017-05-02T09:00:00Z");
    world.import("TR2", "desk-1", "KB4015549").await;
    world.say(&two, (number, "TR2"), Say::Claim).await.unwrap();
    assert_eq!(world.row(number, "TR2").await.standing.stage, Stage::Closed);
    world.at("2017-05-03T09:00:00Z");
    world.import("TR2", "desk-2", "KB3212646").await;
    assert_eq!(world.row(number, "TR2").await.standing.stage, Stage::Reopened);
    world.at("2017-06-20T09:00:00Z");
    world.recheck().await;
    let standing = world.row(number, "TR2").await.standing;
    assert_eq!(
        (standing.stage, standing.proof),
        (Stage::Reopened, Some(Proof::Unproved { unknown: Some(2) }))
    );
    // It can be worked on and taken back, and then it is not closed by what was before.
    world.say(&two, (number, "TR2"), Say::Act(None)).await.unwrap();
    world.say(&two, (number, "TR2"), Say::WithdrawClaim).await.unwrap();
    assert_eq!(world.row(number, "TR2").await.standing.stage, Stage::Acting);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_tell_is_never_proved() {
    let world = World::new().await;
    let two = person("two", Role::OrganisationLead, &["TR2"]);
    // An advisory that knowledge does not have beside one that is fixed.
    let mut mistyped = content();
    mistyped.advisories.push("MS17-0l0".into());
    let number = world.issued(mistyped).await;
    let standing = world.say(&two, (number, "TR2"), Say::Claim).await.unwrap();
    assert_eq!(standing.proof, Some(Proof::Unproved { unknown: Some(1) }));
    // What is open by the one that it has stays open.
    assert_eq!(world.row(number, "TR1").await.shown.hosts.unwrap().affected, 2);
    // One machine of nobody knows how many.
    let number = world.issued(content()).await;
    world.import("GP1", "reception", "KB4012212").await;
    let practice = person("gp", Role::OrganisationLead, &["GP1"]);
    let standing = world.say(&practice, (number, "GP1"), Say::Claim).await.unwrap();
    assert_eq!(standing.proof, Some(Proof::Unproved { unknown: None }));
    // A version that asks for more takes back what was proved.
    let standing = world.say(&two, (number, "TR2"), Say::Claim).await.unwrap();
    assert_eq!(standing.stage, Stage::Closed);
    let mut more = content();
    more.advisories.push("CVE-2019-0708".into());
    world.change(&officer(), number, Change::Revise(Box::new(more))).await.unwrap();
    world.change(&officer(), number, Change::Submit).await.unwrap();
    world.change(&second(), number, Change::Approve).await.unwrap();
    let row = world.row(number, "TR2").await;
    assert_eq!((row.standing.stage, row.standing.proof), (Stage::Pending, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_does_not_decide_and_a_second_click_is_the_first() {
    let world = World::new().await;
    let number = world.issued(content()).await;
    let own = (number, "TR1");
    world.say(&officer(), own, Say::AskExtension(date(2017, 6, 1))).await.unwrap();
    let refused = world.say(&officer(), own, Say::DecideExtension(true)).await;
    assert!(words(refused).contains("you asked for it yourself"));
    world.say(&second(), own, Say::DecideExtension(true)).await.unwrap();
    for _ in 0..2 {
        world.say(&lead(), own, Say::Claim).await.unwrap();
    }
    let answer = world.row(number, "TR1").await.answer;
    assert_eq!((answer.claims, answer.disputed), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_becomes_exposed_later_is_asked_then() {
    let mut world = World::new().await;
    let mut narrow = content();
    narrow.audience.exposed_only = true;
    let number = world.issued(narrow).await;
    assert!(world.told(number, "TR2").await.is_empty());
    world.at("2017-05-02T09:00:00Z");
    world.import("TR2", "desk-9", "KB3212646").await;
    let row = world.row(number, "TR2").await;
    assert_eq!(row.standing.stage, Stage::Pending);
    // Its fourteen days are its own, and they stay.
    assert_eq!(row.answer.due_by(), Some(date(2017, 5, 16)));
    assert_eq!(world.row(number, "TR1").await.answer.due_by(), Some(date(2017, 5, 12)));
    assert_eq!(world.recheck().await, 0);
}
