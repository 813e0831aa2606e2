//! Readiness: what the register, the evidence and the record of alerts add up to, and for whom.

use app::access::Role;
use app::alerts::Say;
use app::exposure::desk::Moment;
use app::readiness::{self, Line};
use jiff::civil::date;
use model::event::Marking;
use response::readiness::{Kind, Level, Outcome, Part};

use super::world::{World, acknowledge, code, content, lead, officer, person, words};

async fn own(world: &World, caller: &app::Caller, of: &str, moment: Moment) -> Line {
    let books = (&world.books, &world.desk);
    readiness::own(&world.context, caller, books, &code(of), moment).await.unwrap().answer
}

fn part(line: &Line, kind: Kind) -> &Part {
    line.readiness.parts.iter().find(|part| part.kind == kind).unwrap()
}

/// Level, and how many of how many.
fn told(line: &Line, kind: Kind) -> (Level, u64, Option<u64>) {
    let part = part(line, kind);
    (part.level, part.shown, part.of)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_counts_when_evidence_agrees_and_each_earlier_day_stays_what_it_was() {
    let mut world = World::new().await;
    let number = world.issued(content()).await;
    let (lead, about, now) = (lead(), (number, "TR1"), Moment::default());
    let before = own(&world, &lead, "TR1", now).await;
    assert_eq!(told(&before, Kind::Coverage), (Level::Shown, 2, Some(2)));
    assert_eq!(told(&before, Kind::Freshness), (Level::Shown, 2, Some(2)));
    assert_eq!(told(&before, Kind::Exploited).0, Level::Untested, "no catalogue is in knowledge");
    assert_eq!(told(&before, Kind::Answering), (Level::Untested, 0, Some(0)));
    assert_eq!(told(&before, Kind::Veracity), (Level::Untested, 0, Some(0)));
    assert_eq!(told(&before, Kind::Contacts), (Level::NotShown, 0, Some(6)));
    assert_eq!(before.readiness.verdict(), Level::NotShown);

    world.at("2017-04-29T09:00:00Z");
    world.say(&lead, about, acknowledge()).await.unwrap();
    world.say(&lead, about, Say::Claim).await.unwrap();
    let claimed = own(&world, &lead, "TR1", now).await;
    assert_eq!(told(&claimed, Kind::Answering), (Level::Shown, 1, Some(1)));
    assert_eq!(told(&claimed, Kind::Veracity), (Level::Gaps, 0, Some(1)));
    assert_eq!(claimed.readiness.claims[0].outcome(), Outcome::Contradicted);
    // Each row names its event, which is there and says that.
    let row = &part(&claimed, Kind::Veracity).rows[0];
    let filter = store::Filter { from_number: row.event, ..store::Filter::default() };
    let event = &world.context.store.events(&filter, 1).await.unwrap()[0];
    assert_eq!((event.number, event.event.kind.as_str()), (row.event, "answer.claimed"));

    world.at("2017-05-02T09:00:00Z");
    world.import("TR1", "ward-1", "KB4012212").await;
    world.import("TR1", "ward-2", "KB4012212").await;
    let proved = own(&world, &lead, "TR1", now).await;
    assert_eq!(told(&proved, Kind::Veracity), (Level::Shown, 1, Some(1)));
    assert!(proved.readiness.claims[0].contradicted.is_some(), "that stays said");
    // Its day is the 12th; until then nothing is overdue, then evidence of that day tells.
    world.at("2017-05-13T09:00:00Z");
    let due = own(&world, &lead, "TR1", now).await;
    assert_eq!(told(&due, Kind::Overdue), (Level::Shown, 1, Some(1)));
    let last = Moment { as_at: Some(date(2017, 5, 12)), as_known: None };
    let last = own(&world, &lead, "TR1", last).await;
    assert_eq!(
        told(&last, Kind::Overdue),
        (Level::Untested, 0, Some(0)),
        "its last day is not over"
    );
    world.at("2017-05-30T09:00:00Z");
    let stale = own(&world, &lead, "TR1", now).await;
    assert_eq!(told(&stale, Kind::Overdue), (Level::Gaps, 0, Some(1)), "too old is unknown");
    assert_eq!(told(&stale, Kind::Freshness), (Level::NotShown, 0, Some(2)));

    // As it was known on the 30th of April: nothing of May.
    let then = Moment { as_at: Some(date(2017, 4, 30)), as_known: None };
    let then = own(&world, &lead, "TR1", then).await;
    assert_eq!(told(&then, Kind::Veracity), (Level::Gaps, 0, Some(1)));
    assert_eq!(then.readiness.series.len(), 1);
    let known = Moment { as_at: None, as_known: Some("2017-04-28T23:00:00Z".parse().unwrap()) };
    let known = own(&world, &lead, "TR1", known).await;
    assert_eq!(told(&known, Kind::Veracity), (Level::Untested, 0, Some(0)));
    assert_eq!(known.readiness.parts, before.readiness.parts);
    let months = stale.readiness.series.iter().map(|one| (one.sums.claimed, one.sums.gap()));
    assert_eq!(months.collect::<Vec<_>>(), [(1, 1), (1, 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_answers_is_late_and_whose_size_nobody_knows_has_shown_nothing() {
    let mut world = World::new().await;
    world.issued(content()).await;
    world.at("2017-05-01T12:00:00Z");
    let (practice, now) = (person("gp", Role::OrganisationLead, &["GP1"]), Moment::default());
    let own = own(&world, &practice, "GP1", now).await;
    assert_eq!(own.hosts, None);
    assert_eq!(told(&own, Kind::Coverage), (Level::NotShown, 0, None));
    assert_eq!(told(&own, Kind::Answering), (Level::Gaps, 0, Some(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sees_the_readiness_of_their_own_and_of_alerts_that_they_may_read() {
    let world = World::new().await;
    world.issued(content()).await;
    let mut red = content();
    red.marking = Marking::Red;
    let red = world.issued(red).await;
    let (books, now) = ((&world.books, &world.desk), Moment::default());
    let list = async |caller: &app::Caller| {
        let seen = readiness::sector(&world.context, caller, books, now).await.unwrap();
        seen.answer
    };
    let codes = |lines: &[Line]| lines.iter().map(|line| line.code.to_string()).collect::<Vec<_>>();
    // Whoever has shown nothing comes first, then the larger.
    assert_eq!(codes(&list(&officer()).await), ["GP1", "TR1", "TR2"]);
    assert_eq!(codes(&list(&lead()).await), ["TR1"]);
    assert!(list(&app::Caller::public()).await.is_empty());
    let other = readiness::own(&world.context, &lead(), books, &code("TR2"), now).await.map(|_| ());
    assert_eq!(words(other), "there is no organisation TR2");
    let nobody =
        readiness::own(&world.context, &officer(), books, &code("ZZ9"), now).await.map(|_| ());
    assert_eq!(words(nobody), "there is no organisation ZZ9");
    // One and the same organisation, in the list and by itself, is the same.
    let lines = list(&officer()).await;
    let listed = lines.iter().find(|line| line.code == code("TR1")).unwrap();
    let alone = readiness::own(&world.context, &officer(), books, &code("TR1"), now).await;
    assert_eq!(listed.readiness, alone.unwrap().answer.readiness);
    // A region that has no hosts has readiness too, and it is in no list.
    let region =
        readiness::own(&world.context, &officer(), books, &code("RG1"), now).await.unwrap();
    assert_eq!(region.answer.readiness.verdict(), Level::NotShown);
    // What is TLP:RED is not counted for those who may not read it.
    let about = (red, "TR1");
    world.say(&officer(), about, Say::Claim).await.unwrap();
    let claims = async |caller: &app::Caller| {
        let seen = readiness::own(&world.context, caller, books, &code("TR1"), now).await;
        seen.unwrap().answer.readiness.claims.len()
    };
    assert_eq!(claims(&officer()).await, 1);
    assert_eq!(claims(&lead()).await, 0);
}
