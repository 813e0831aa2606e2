//! Who sees which alert, and which organisations of it.

use app::access::{Permission, Role};
use app::alerts::{self, AlertsError, Change, Say};
use app::exposure::desk::Moment;
use model::event::Marking;
use response::alert::Audience;

use super::world::{World, acknowledge, allowed, code, content, lead, officer, person, words};

#[tokio::test(flavor = "multi_thread")]
async fn each_sees_its_own_and_nobody_elses_numbers() {
    let world = World::new().await;
    let mut only_two = content();
    only_two.audience = Audience { named: [code("TR2")].into(), ..Audience::default() };
    let all = world.issued(content()).await;
    let foreign = world.issued(only_two).await;
    let (books, desk, now) = (&world.books, &world.desk, Moment::default());
    let context = &world.context;
    let see = async |caller: app::Caller| {
        let seen = alerts::alerts(context, &caller, (books, desk), now).await.unwrap();
        let lines = seen.answer.into_iter();
        lines.map(|line| (line.alert.number, line.funnel.asked)).collect::<Vec<_>>()
    };
    assert_eq!(see(officer()).await, [(foreign, 1), (all, 3)]);
    assert_eq!(see(lead()).await, [(all, 1)]);
    let region = person("region", Role::RegionalOfficer, &["RG1", "TR1", "TR2"]);
    assert_eq!(see(region).await, [(foreign, 1), (all, 2)]);
    assert_eq!(see(app::Caller::public()).await, []);
    let view = alerts::alert(&world.context, &lead(), (books, desk), all, now).await.unwrap();
    assert_eq!(view.answer.rows.len(), 1);
    // What is not theirs is not there: the alert, the organisation under it, a word on its behalf.
    let hidden = alerts::alert(&world.context, &lead(), (books, desk), foreign, now).await;
    assert_eq!(words(hidden.map(|_| ())), format!("there is no alert {foreign}"));
    let other = alerts::own(&world.context, &lead(), (books, desk), (all, &code("TR2")), now).await;
    assert_eq!(words(other.map(|_| ())), "there is no organisation TR2");
    assert_eq!(
        words(world.say(&lead(), (all, "TR2"), Say::Claim).await),
        "there is no organisation TR2"
    );
    let auditor = person("auditor", Role::Auditor, &[]);
    let refused = world.say(&auditor, (all, "TR1"), acknowledge()).await;
    assert_eq!(words(refused), allowed(Permission::AnswerAlerts));
    let refused = world.say(&officer(), (foreign, "TR1"), acknowledge()).await;
    assert!(matches!(refused, Err(AlertsError::NotAsked(..))), "{refused:?}");
    let own = alerts::own_alerts(&world.context, &lead(), (books, desk), &code("TR1"), now).await;
    let own = own.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].number, own[0].history.len()), (all, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_marked_red_is_there_for_those_who_wrote_it() {
    let world = World::new().await;
    let mut red = content();
    red.marking = Marking::Red;
    let number = world.issued(red).await;
    let (books, desk, now) = (&world.books, &world.desk, Moment::default());
    alerts::alert(&world.context, &officer(), (books, desk), number, now).await.unwrap();
    let hidden = alerts::alert(&world.context, &lead(), (books, desk), number, now).await;
    assert!(matches!(hidden, Err(AlertsError::NoAlert(_))));
    // Nor answered, nor counted by asking for numbers.
    let said = world.say(&lead(), (number, "TR1"), acknowledge()).await;
    assert!(matches!(said, Err(AlertsError::NoAlert(_))), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_for_those_who_write_also_of_an_alert_that_is_in_force() {
    let mut world = World::new().await;
    let number = world.issued(content()).await;
    let mut next = content();
    next.headline = "What nobody else is to know yet".into();
    next.marking = Marking::Red;
    world.at("2017-04-29T12:00:00Z");
    world.change(&officer(), number, Change::Revise(Box::new(next))).await.unwrap();
    let (books, desk, now) = (&world.books, &world.desk, Moment::default());
    let seen = |caller| alerts::alert(&world.context, caller, (books, desk), number, now);
    let (lead, auditor) = (lead(), person("auditor", Role::Auditor, &[]));
    for caller in [&lead, &auditor] {
        let view = seen(caller).await.unwrap().answer;
        assert_eq!(view.alert.proposal, None);
        assert_eq!(view.history.len(), 1, "only that it is in force: {:?}", view.history);
    }
    assert!(seen(&officer()).await.unwrap().answer.alert.proposal.is_some());
    let lines = alerts::alerts(&world.context, &lead, (books, desk), now).await.unwrap().answer;
    assert_eq!(lines[0].alert.proposal, None);
    // In the record a draft that is for few is for few.
    let filter = store::Filter { kinds: vec!["alert.drafted".into()], ..Default::default() };
    let events = world.context.store.events(&filter, 10).await.unwrap();
    assert!(auditor.may_read(&events[0].event) && !auditor.may_read(&events[1].event));
    // What was read is not approved once it was changed.
    let writer = officer();
    let stale = alerts::change(
        &world.context,
        &writer,
        (books, desk),
        number,
        (&Change::Submit, Some(3)),
        None,
    );
    assert!(matches!(stale.await, Err(AlertsError::Changed(_))));
    // As it was the day before nothing of today is told.
    let then = Moment { as_at: Some(jiff::civil::date(2017, 4, 28)), as_known: None };
    let view =
        alerts::alert(&world.context, &officer(), (books, desk), number, then).await.unwrap();
    assert_eq!(view.answer.history.len(), 3);
}

/// More than are read at once (8,192), also when they come out even.
#[tokio::test(flavor = "multi_thread")]
async fn what_takes_many_readings_is_whole_and_in_order() {
    let world = World::new().await;
    let number = world.issued(content()).await;
    world.say(&lead(), (number, "TR1"), Say::Act(None)).await.unwrap();
    let said = world.events_of("answer.acting").await.remove(0).event;
    let own = code("TR1");
    let history = async |books: &alerts::Books| {
        let (about, now) = ((number, &own), Moment::default());
        let seen = alerts::own(&world.context, &lead(), (books, &world.desk), about, now).await;
        seen.unwrap().answer.history
    };
    let before = history(&world.books).await.len();
    let mut added = 0;
    for until in [8_192, 16_384, 17_000] {
        while added < until {
            let part = 4_096.min(until - added);
            let events = vec![said.clone(); part];
            world.context.store.append(events, world.context.now).await.unwrap();
            added += part;
        }
        let fresh = history(&world.own_books()).await;
        assert_eq!(fresh.len(), before + added);
        assert!(fresh.is_sorted_by_key(|told| told.number));
        assert_eq!(fresh, history(&world.books).await, "read at once, and as it came");
    }
}
