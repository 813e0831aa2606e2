//! From a draft to what is in force, and whom it asks.

use app::access::Permission;
use app::alerts::{self, AlertsError, Change};
use app::exposure::desk::Moment;
use jiff::civil::date;
use response::alert::{ActBy, Audience, Phase, Refused};
use response::answer::Hosts;

use super::world::{World, allowed, code, content, lead, officer, second, words};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_in_force_that_one_person_wrote_and_approved() {
    let world = World::new().await;
    let number = alerts::draft(&world.context, &officer(), &world.books, content()).await.unwrap();
    assert_eq!(number.to_string(), "A1C");
    // Nobody is asked by a draft, and it is nobody's but theirs who write alerts.
    let (books, desk) = (&world.books, &world.desk);
    let nobody = alerts::alerts(&world.context, &lead(), (books, desk), Moment::default()).await;
    assert!(nobody.unwrap().answer.is_empty());
    assert!(world.change(&second(), number, Change::Approve).await.is_err());
    world.change(&officer(), number, Change::Submit).await.unwrap();
    let own = world.change(&officer(), number, Change::Approve).await;
    assert!(matches!(own, Err(AlertsError::Alert(Refused::SamePerson(_)))), "{own:?}");
    // Sent back, mended by the second, it needs a third: or the first, who wrote at it too, may not.
    world.change(&second(), number, Change::SendBack).await.unwrap();
    let mut mended = content();
    mended.headline = "Install the March 2017 update today".into();
    world.change(&officer(), number, Change::Revise(Box::new(mended))).await.unwrap();
    world.change(&officer(), number, Change::Submit).await.unwrap();
    // All but the region, which watches over others.
    assert_eq!(world.change(&second(), number, Change::Approve).await.unwrap(), 3);
    let view = world.seen(number, Moment::default()).await;
    assert_eq!(view.alert.phase(), Phase::Issued);
    assert_eq!(
        view.alert.current().unwrap().content.headline,
        "Install the March 2017 update today"
    );
    assert_eq!((view.funnel.asked, view.funnel.silent, view.funnel.acknowledged), (3, 3, 0));
    assert_eq!(view.history.len(), 6);
    // Twice is once.
    assert!(world.change(&second(), number, Change::Approve).await.is_err());
    for caller in [lead(), super::world::person("auditor", app::access::Role::Auditor, &[])] {
        let refused = world.change(&caller, number, Change::Withdraw).await;
        assert_eq!(words(refused), allowed(Permission::IssueAlerts));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_asked_with_its_own_hosts_and_the_day_that_the_policy_sets() {
    let world = World::new().await;
    let number = world.issued(content()).await;
    let one = world.row(number, "TR1").await;
    let open = Hosts { affected: 2, ..Hosts::default() };
    assert_eq!((one.answer.hosts_then, one.shown.hosts), (Some(open), Some(open)));
    // Fourteen days from 28 April are the day of the attack.
    assert_eq!(one.answer.due_by(), Some(date(2017, 5, 12)));
    let acknowledge_by = one.answer.acknowledge_by.unwrap().to_string();
    assert_eq!(acknowledge_by, "2017-04-30T12:00:00Z");
    let two = world.row(number, "TR2").await;
    assert_eq!(two.answer.hosts_then.unwrap().fixed, 1);
    // Who has shown nothing is asked: nothing is known of it, and that is not safe.
    assert_eq!(world.row(number, "GP1").await.answer.hosts_then, None);

    // For the exposed only: the trust whose only machine is fixed is not asked.
    let mut narrow = content();
    narrow.audience = Audience { exposed_only: true, ..Audience::default() };
    let number = world.issued(narrow).await;
    let view = world.seen(number, Moment::default()).await;
    let asked: Vec<String> = view.rows.iter().map(|row| row.code.to_string()).collect();
    assert_eq!(asked, ["TR1", "GP1"]);
    // An update asks those who were not asked before, and nobody twice.
    let mut wide = content();
    wide.clocks.act = ActBy::Day(date(2017, 5, 5));
    world.change(&officer(), number, Change::Revise(Box::new(wide))).await.unwrap();
    world.change(&officer(), number, Change::Submit).await.unwrap();
    assert_eq!(world.change(&second(), number, Change::Approve).await.unwrap(), 1);
    let one = world.row(number, "TR1").await;
    let days: Vec<_> = one.answer.due.iter().map(|due| due.by.unwrap()).collect();
    assert_eq!(days, [date(2017, 5, 12), date(2017, 5, 5)]);
    assert_eq!(world.told(number, "TR1").await, ["answer.addressed", "answer.due-changed"]);

    // Nobody at all is no audience.
    let mut none = content();
    none.audience = Audience { named: [code("TR9")].into(), ..Audience::default() };
    let number = alerts::draft(&world.context, &officer(), &world.books, none).await.unwrap();
    world.change(&officer(), number, Change::Submit).await.unwrap();
    let refused = world.change(&second(), number, Change::Approve).await;
    assert!(matches!(refused, Err(AlertsError::Nobody)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_stays_readable_and_asks_nobody_any_more() {
    let mut world = World::new().await;
    let first = world.issued(content()).await;
    let second_alert = world.issued(content()).await;
    world.at("2017-04-29T12:00:00Z");
    world.change(&officer(), first, Change::Supersede(second_alert)).await.unwrap();
    world.change(&officer(), second_alert, Change::Withdraw).await.unwrap();
    let view = world.seen(first, Moment::default()).await;
    assert!(matches!(view.alert.phase(), Phase::Ended(_)));
    assert_eq!(view.alert.current().unwrap().content.headline, content().headline);
    let refused = world.say(&lead(), (first, "TR1"), app::alerts::Say::Claim).await;
    assert!(words(refused).contains("is over"));
    // As it was the day before.
    let then = Moment { as_at: Some(date(2017, 4, 28)), as_known: None };
    assert_eq!(world.seen(first, then).await.alert.phase(), Phase::Issued);
    // All is there again after a restart.
    let world = world.again().await;
    assert!(matches!(world.seen(first, Moment::default()).await.alert.phase(), Phase::Ended(_)));
}
