//! Who is told, in which order, what comes of it, and what is never taken for an answer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use app::alerts::{self, Books, Change, Say};
use app::delivery::{self, Answered, Carriers, Choice, Code, Way};
use app::exposure::desk::Desk;
use app::organisations::kept;
use app::{Caller, Context};
use channels::Carrier;
use channels::outbox::{Laid, Outbox};
use jiff::Timestamp;
use model::event::Marking;
use model::organisation::Role as Duty;
use model::organisation::register::command::rename;
use response::alert::{AlertNumber, Audience, Content};
use response::answer::{Flag, Route, Stage};

use super::world::{World, code, content, lead, officer};

/// The lead, the deputy and the region of TR1; nobody of GP1.
async fn with_people(world: &World) {
    world
        .contact("TR1", Duty::SecurityLead, 1, [Some("07700 900001"), Some("lead@ash.example")])
        .await;
    world.contact("TR1", Duty::Deputy, 1, [Some("+44 7700 900002"), None]).await;
    world.contact("TR2", Duty::SecurityLead, 1, [Some("07700 900003"), None]).await;
    world.contact("RG1", Duty::SecurityLead, 1, [Some("07700 900009"), None]).await;
}

/// A process that tells people, and a folder in which their messages lie.
pub(crate) struct Post {
    pub(crate) postman: Arc<delivery::Postman>,
    pub(crate) books: Arc<Books>,
    pub(crate) desk: Arc<Desk>,
    store: Arc<store::Store>,
    folder: PathBuf,
    now: Arc<Mutex<Timestamp>>,
    outbox: Outbox,
}

impl Post {
    fn new(world: &World, is_believed: bool) -> Self {
        Self::in_folder(world, &world.folder().join("outbox"), is_believed)
    }

    fn in_folder(world: &World, folder: &Path, is_believed: bool) -> Self {
        Self::with(world, folder, is_believed, |_| {})
    }

    /// The same with more that an operator sets.
    pub(crate) fn with(
        world: &World,
        folder: &Path,
        is_believed: bool,
        set: impl FnOnce(&mut Carriers),
    ) -> Self {
        let way = || {
            let way = Way::new(Carrier::Outbox(Outbox::new(folder)), None);
            if is_believed { way.believed() } else { way }
        };
        let mut carriers = Carriers::new("44", Some("https://ward.example".to_owned()))
            .with(Route::Sms, way())
            .with(Route::Mail, way());
        set(&mut carriers);
        let now = Arc::new(Mutex::new(world.context.now));
        let (clock, store) = (Arc::clone(&now), Arc::clone(&world.context.store));
        let context = move || Context { store: Arc::clone(&store), now: *clock.lock().unwrap() };
        let (books, desk) = (Arc::new(world.own_books()), Arc::new(Desk::default()));
        let known = (Arc::clone(&books), Arc::clone(&desk));
        let postman = Arc::new(delivery::Postman::new(context, known, Arc::new(carriers)));
        let (store, outbox) = (Arc::clone(&world.context.store), Outbox::new(folder));
        Self { postman, books, desk, store, folder: folder.to_owned(), now, outbox }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The record at the instant of this process.
    pub(crate) fn context(&self) -> Context {
        Context { store: Arc::clone(&self.store), now: *self.now.lock().unwrap() }
    }

    /// Sets its clock.
    pub(crate) fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap() = now;
    }

    /// Goes on to an instant, and sends what is due then.
    pub(crate) async fn at(&self, world: &mut World, instant: &str) {
        world.at(instant);
        *self.now.lock().unwrap() = world.context.now;
        self.postman.send_due().await.unwrap();
    }

    async fn laid(&self) -> Vec<Laid> {
        self.outbox.latest(1_000).await
    }

    async fn laid_to(&self, to: &str) -> Vec<Laid> {
        self.laid().await.into_iter().filter(|own| own.to == to).collect()
    }
}

/// The code of the link of a message.
fn code_of(laid: &Laid) -> Code {
    let link = laid.text.split_whitespace().find_map(|word| word.split_once("/a/"));
    link.unwrap_or_else(|| panic!("{laid:?}")).1.parse().unwrap()
}

async fn events(world: &World, kind: &str) -> Vec<model::event::Event> {
    world.events_of(kind).await
}

async fn stage(world: &World, number: AlertNumber, own: &str) -> Stage {
    world.row(number, own).await.standing.stage
}

pub(crate) async fn issued(marking: Marking) -> (World, AlertNumber) {
    let world = World::new().await;
    with_people(&world).await;
    let number = world.issued(Content { marking, ..content() }).await;
    (world, number)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_is_told_then_the_deputy_then_the_region_and_that_nobody_was_reached_is_said() {
    let (mut world, number) = issued(Marking::Amber).await;
    let post = Post::new(&world, false);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    let first = post.laid_to("+447700900001").await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].text.starts_with("TLP:AMBER Install the March 2017"), "{first:?}");
    assert!(first[0].text.contains("Ash Trust: 2 machines open."), "{first:?}");
    assert!(first[0].text.contains(&format!("Reply ACK {number} ")), "{first:?}");
    // Who shows that nothing is open is told so in one line.
    let clear = post.laid_to("+447700900003").await;
    assert!(clear[0].text.contains("no machine that you have shown is open"), "{clear:?}");
    assert!(post.laid_to("+447700900002").await.is_empty(), "the deputy waits");
    // Of the practice the register names nobody: that is an event at once.
    let unreachable = events(&world, "answer.unreachable").await;
    let whom: Vec<_> =
        unreachable.iter().filter_map(|one| one.event.organisation.clone()).collect();
    assert_eq!(whom, [code("GP1")]);
    // A text of which nothing is heard gives way to mail, to the same person.
    post.at(&mut world, "2017-04-28T12:11:00Z").await;
    let mails = post.laid_to("lead@ash.example").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].subject.contains("[TLP:AMBER]"), "{mails:?}");
    assert!(mails[0].text.contains("ward-1") && mails[0].text.contains("ward-2"), "{mails:?}");
    post.at(&mut world, "2017-04-28T12:30:02Z").await;
    assert_eq!(post.laid_to("+447700900002").await.len(), 1);
    post.at(&mut world, "2017-04-28T13:00:03Z").await;
    let region = post.laid_to("+447700900009").await;
    let about_tr1 = region.iter().find(|own| own.text.contains("Ash Trust")).unwrap();
    assert!(about_tr1.text.contains("has answered"), "{about_tr1:?}");
    post.at(&mut world, "2017-04-28T13:30:04Z").await;
    let row = world.row(number, "TR1").await;
    assert!(row.standing.flags.contains(&Flag::Unreachable), "{:?}", row.standing);
    assert_eq!(row.standing.stage, Stage::Pending, "a carrier that took a message reached nobody");
    // After its end nothing more is sent, however long it goes on.
    let before = post.laid().await.len();
    post.at(&mut world, "2017-04-30T12:00:00Z").await;
    assert_eq!(post.laid().await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn that_a_message_arrived_is_no_acknowledgement_and_one_who_acknowledges_silences_nobody_else()
 {
    let (mut world, number) = issued(Marking::Green).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    assert_eq!(stage(&world, number, "TR1").await, Stage::Notified);
    assert_eq!(stage(&world, number, "TR2").await, Stage::Notified);
    let own = code_of(&post.laid_to("+447700900001").await[0]);
    // Looking changes nothing.
    let known = (&world.books, &world.desk);
    let size = world.context.store.size().await.unwrap();
    for _ in 0..3 {
        let asked = delivery::asked(&world.context, known, &own).await.unwrap().unwrap();
        assert_eq!(asked.organisation.1, "Ash Trust");
        assert!(asked.headline.is_some_and(|text| text.starts_with("Install")));
        assert_eq!(asked.answered, None);
    }
    assert_eq!(world.context.store.size().await.unwrap(), size);
    let say = |code: &Code, choice| {
        let (code, context) = (code.clone(), &world.context);
        async move { delivery::acknowledge(context, known, (&code, Route::Code), choice).await.unwrap() }
    };
    assert_eq!(say(&own, Choice::Acknowledge).await, Some(Answered::Acknowledged));
    assert_eq!(say(&own, Choice::Acknowledge).await, Some(Answered::Already));
    assert_eq!(events(&world, "answer.acknowledged").await.len(), 1);
    let event = events(&world, "answer.acknowledged").await.remove(0).event;
    assert_eq!(event.actor, "TR1/security-lead/1");
    assert_eq!(event.organisation, Some(code("TR1")));
    assert_eq!(stage(&world, number, "TR1").await, Stage::Acknowledged);
    assert_eq!(stage(&world, number, "TR2").await, Stage::Notified);
    // The deputy of the one is left alone, the region hears of the other only.
    post.at(&mut world, "2017-04-28T12:30:02Z").await;
    assert!(post.laid_to("+447700900002").await.is_empty());
    let region = post.laid_to("+447700900009").await;
    assert_eq!(region.len(), 1, "{region:?}");
    assert!(region[0].text.contains("Birch Trust"), "{region:?}");
    // A code that is nobody's opens nothing.
    let other: Code = "0000000000".parse().unwrap();
    let (context, known) = (&world.context, (&world.books, &world.desk));
    assert_eq!(delivery::asked(context, known, &other).await.unwrap(), None);
    let said = (&other, Route::Code);
    assert_eq!(
        delivery::acknowledge(context, known, said, Choice::Acknowledge).await.unwrap(),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acknowledges_just_after_a_start_does_not_wait_until_the_estate_is_open() {
    let (mut world, number) = issued(Marking::Green).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    let own = code_of(&post.laid_to("+447700900001").await[0]);
    for (name, from) in [("Ash University Trust", "2017-04-28"), ("Elm Trust", "2017-05-01")] {
        let history = kept::history(&world.context, None).await.unwrap();
        let name = name.parse().unwrap();
        let events = rename(&history, &code("TR1"), &name, from.parse().unwrap()).unwrap();
        kept::record(&world.context, &Caller::operator("operator"), &events).await.unwrap();
    }
    // What another process has, which has just begun.
    let (books, desk) = (world.own_books(), Desk::default());
    let (context, known) = (&world.context, (&books, &desk));
    let said = (&own, Route::Code);
    assert_eq!(
        delivery::acknowledge(context, known, said, Choice::Acknowledge).await.unwrap(),
        Some(Answered::Acknowledged)
    );
    let asked = delivery::asked(context, known, &own).await.unwrap().unwrap();
    assert_eq!(asked.organisation, ("TR1".to_owned(), "Ash University Trust".to_owned()));
    assert!(desk.present().is_none(), "nothing was opened for it");
    assert_eq!(stage(&world, number, "TR1").await, Stage::Acknowledged);
    // The name is the same from what is open.
    desk.held(context).await.unwrap();
    assert_eq!(delivery::asked(context, known, &own).await.unwrap().unwrap(), asked);
    assert_eq!(desk.name(context, &code("ZZ9")).await.unwrap(), None);
    assert_eq!(Desk::default().name(context, &code("ZZ9")).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_lead_passes_it_on_and_who_watches_over_them_answers_for_nobody() {
    let (mut world, number) = issued(Marking::Amber).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    let own = code_of(&post.laid_to("+447700900001").await[0]);
    let known = (&*post.books, &*post.desk);
    let asked = delivery::asked(&world.context, known, &own).await.unwrap().unwrap();
    assert_eq!(asked.headline, None, "what is TLP:AMBER is told to who signs in");
    let say = async |code: &Code, choice| {
        let now = world.context.at(*post.now.lock().unwrap());
        delivery::acknowledge(&now, known, (code, Route::Code), choice).await.unwrap().unwrap()
    };
    assert_eq!(say(&own, Choice::CannotLead).await, Answered::Passed);
    assert_eq!(say(&own, Choice::CallMe).await, Answered::WillRing);
    assert_eq!(say(&own, Choice::CallMe).await, Answered::WillRing);
    assert_eq!(events(&world, "delivery.call-asked").await.len(), 1);
    *post.now.lock().unwrap() = "2017-04-28T12:01:00Z".parse().unwrap();
    post.postman.send_due().await.unwrap();
    let deputy = code_of(&post.laid_to("+447700900002").await[0]);
    assert_eq!(say(&deputy, Choice::CannotLead).await, Answered::Passed);
    *post.now.lock().unwrap() = "2017-04-28T12:02:00Z".parse().unwrap();
    post.postman.send_due().await.unwrap();
    let region = code_of(&post.laid_to("+447700900009").await[0]);
    assert_eq!(say(&region, Choice::CannotLead).await, Answered::NobodyNext);
    assert_eq!(say(&region, Choice::Acknowledge).await, Answered::TakenOn);
    assert_eq!(say(&region, Choice::Acknowledge).await, Answered::Already);
    assert_eq!(stage(&world, number, "TR1").await, Stage::Notified, "the trust has said nothing");
    let seen = delivery::delivery(&world.context, &officer(), known, number).await.unwrap();
    assert_eq!((seen.counts.taken_on, seen.counts.acknowledged), (1, 0), "{:?}", seen.counts);
    assert_eq!(seen.rows[0].code, code("TR1"), "who wants to be rung comes first");
    // The lead answers after all: now the trust has acknowledged.
    assert_eq!(say(&own, Choice::Acknowledge).await, Answered::Acknowledged);
    assert_eq!(stage(&world, number, "TR1").await, Stage::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_is_taken_over_from_and_nothing_is_lost_or_begun_twice() {
    let (mut world, number) = issued(Marking::Amber).await;
    let before = Post::new(&world, true);
    before.at(&mut world, "2017-04-28T12:00:01Z").await;
    let own = code_of(&before.laid_to("+447700900001").await[0]);
    let begun = events(&world, "delivery.begun").await.len();
    drop(before);
    let mut world = world.again().await;
    // The same code still opens the same thing.
    let known = (&world.books, &world.desk);
    assert!(delivery::asked(&world.context, known, &own).await.unwrap().is_some());
    let after = Post::in_folder(&world, &world.folder().join("outbox-2"), true);
    after.at(&mut world, "2017-04-28T12:05:00Z").await;
    assert!(after.laid().await.is_empty(), "what was told is not told again");
    assert_eq!(events(&world, "delivery.begun").await.len(), begun);
    // A step that was due while nobody was there begins once, and gets its whole time.
    after.at(&mut world, "2017-04-28T15:00:00Z").await;
    after.at(&mut world, "2017-04-28T15:00:01Z").await;
    assert_eq!(after.laid_to("+447700900002").await.len(), 1);
    assert_eq!(after.laid_to("+447700900009").await.len(), 1, "TR2 has no deputy");
    after.at(&mut world, "2017-04-28T15:29:00Z").await;
    assert_eq!(after.laid_to("+447700900009").await.len(), 1);
    let steps = events(&world, "delivery.step-begun").await;
    let of_tr1 = steps.iter().filter(|one| one.event.organisation == Some(code("TR1")));
    assert_eq!(of_tr1.count(), 2);
    assert_eq!(stage(&world, number, "TR1").await, Stage::Notified);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_it_on_after_the_end_has_done_so_once() {
    let (mut world, number) = issued(Marking::Amber).await;
    let post = Post::new(&world, false);
    for instant in ["12:00:01", "12:11:00", "12:30:02", "13:00:03", "13:30:04"] {
        post.at(&mut world, &format!("2017-04-28T{instant}Z")).await;
    }
    let row = world.row(number, "TR1").await;
    assert!(row.standing.flags.contains(&Flag::Unreachable), "{:?}", row.standing);
    let region = post.laid_to("+447700900009").await;
    let region = code_of(region.iter().find(|own| own.text.contains("Ash Trust")).unwrap());
    let known = (&*post.books, &*post.desk);
    for (size, wanted) in [(1, Answered::TakenOn), (1, Answered::Already)] {
        let said = (&region, Route::Code);
        let answered =
            delivery::acknowledge(&world.context, known, said, Choice::Acknowledge).await.unwrap();
        assert_eq!(answered, Some(wanted));
        assert_eq!(events(&world, "delivery.taken-on").await.len(), size);
    }
    let seen = delivery::delivery(&world.context, &officer(), known, number).await.unwrap();
    assert_eq!((seen.counts.taken_on, seen.counts.unreachable), (1, 3), "{:?}", seen.counts);
    let own = seen.rows.iter().find(|row| row.code == code("TR1")).unwrap();
    assert_eq!(own.runs[0].taken_on.as_ref().unwrap().1, world.context.now);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_that_no_carrier_goes_any_more_is_said_and_the_other_is_tried() {
    let (mut world, _) = issued(Marking::Amber).await;
    let folder = world.folder().join("outbox");
    let mails_only = |carriers: &mut Carriers| {
        let way = Way::new(Carrier::Outbox(Outbox::new(&folder)), None);
        *carriers = Carriers::new("44", None).with(Route::Mail, way);
    };
    let before = Post::new(&world, false);
    before.at(&mut world, "2017-04-28T12:00:01Z").await;
    drop(before);
    let after = Post::with(&world, &folder, false, mails_only);
    after.at(&mut world, "2017-04-28T12:30:02Z").await;
    // The lead's text was taken, and nothing heard: their mail goes. The deputy has a telephone only.
    assert_eq!(after.laid_to("lead@ash.example").await.len(), 1);
    let heard = events(&world, "delivery.heard").await;
    let gone = |event: &&model::event::Event| {
        event.event.organisation == Some(code("TR1"))
            && event.event.body.contains("technical-failure")
            && event.event.body.contains("no carrier goes this way any more")
    };
    assert_eq!(heard.iter().filter(gone).count(), 1, "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_its_turn_is_there_again_after_the_record_was_away() {
    let (mut world, _) = issued(Marking::Amber).await;
    world.at("2017-04-28T12:00:01Z");
    // A record that cannot be read any more.
    let place = world.folder().join("other");
    let address = store::Address::folder(&place);
    let patience = std::time::Duration::from_millis(200);
    let options = store::Options { patience, ..store::Options::default() };
    let other = store::Store::open(&address, options).await;
    let other = Arc::new(other.unwrap());
    for file in std::fs::read_dir(&place).unwrap().flatten() {
        if file.file_name().to_string_lossy().starts_with("record.db") {
            std::fs::write(file.path(), [7; 9_000]).unwrap();
        }
    }
    assert!(other.size().await.is_err());
    // A carrier that takes nothing: what is to go waits.
    let way = Way::new(Carrier::Outbox(Outbox::new(world.folder().join("outbox"))), Some(0));
    let carriers = Arc::new(Carriers::new("44", None).with(Route::Sms, way));
    let waiting = || carriers.each().map(|(_, way)| way.health().waiting).sum::<u64>();
    let (now, own) = (world.context.now, Arc::clone(&world.context.store));
    let store = Arc::new(Mutex::new(Arc::clone(&own)));
    let seen = Arc::clone(&store);
    let context = move || Context { store: Arc::clone(&seen.lock().unwrap()), now };
    let known = (Arc::new(world.own_books()), Arc::new(Desk::default()));
    let postman = Arc::new(delivery::Postman::new(context, known, Arc::clone(&carriers)));
    let works = tokio::spawn(Arc::clone(&postman).work());
    let begun = std::time::Instant::now();
    while waiting() != 2 {
        assert!(begun.elapsed().as_secs() < 60, "{} wait", waiting());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    *store.lock().unwrap() = other;
    // Longer than from one round to the next, shorter than it rests after a fault.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    *store.lock().unwrap() = own;
    tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    assert_eq!(waiting(), 2, "they wait again");
    postman.end();
    works.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_told_what_is_disputed_too_and_what_is_withdrawn_stops_everything() {
    let (mut world, number) = issued(Marking::Amber).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    world.say(&lead(), (number, "TR1"), Say::Acknowledge(Route::Page)).await.unwrap();
    world.at("2017-04-28T13:00:00Z");
    world.say(&lead(), (number, "TR1"), Say::Claim).await.unwrap();
    post.at(&mut world, "2017-04-28T13:00:01Z").await;
    // They said that it is done: nobody need acknowledge any more.
    let disputed = post.laid_to("+447700900001").await;
    assert!(disputed[0].text.contains("your evidence shows 2 machines open"), "{disputed:?}");
    assert!(!disputed[0].text.contains("Reply ACK"), "there is nothing to acknowledge");
    post.at(&mut world, "2017-04-28T13:05:00Z").await;
    assert_eq!(post.laid_to("+447700900001").await.len(), disputed.len(), "it is told once");
    // A new version with another day.
    let mut other = content();
    other.clocks.act = response::alert::ActBy::Day("2017-05-01".parse().unwrap());
    world.at("2017-04-28T14:00:00Z");
    world.revised(number, other).await;
    post.at(&mut world, "2017-04-28T14:00:01Z").await;
    let changed = post.laid_to("+447700900001").await;
    assert!(
        changed[0].text.contains("By 1 May 2017. Before, the day was 12 May 2017."),
        "{changed:?}"
    );
    assert!(changed[0].text.contains("Why: the alert names this day."), "{changed:?}");
    // Taken back: everybody who was told hears it, and nobody climbs on.
    world.at("2017-04-28T14:10:00Z");
    world.change(&officer(), number, Change::Withdraw).await.unwrap();
    post.at(&mut world, "2017-04-28T14:10:01Z").await;
    for to in ["+447700900001", "+447700900003"] {
        let last = post.laid_to(to).await;
        assert!(last[0].text.contains("it is withdrawn"), "{last:?}");
    }
    let count = post.laid().await.len();
    post.at(&mut world, "2017-04-28T20:00:00Z").await;
    assert_eq!(post.laid().await.len(), count);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_red_is_told_by_text_and_carriers_that_come_late_do_not_wake_everybody() {
    let (mut world, _) = issued(Marking::Red).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    let text = &post.laid_to("+447700900001").await[0].text;
    assert!(text.contains("You have a TLP:RED message"), "{text}");
    assert!(!text.contains("Install") && !text.contains("Ash"), "{text}");
    post.at(&mut world, "2017-04-28T12:31:00Z").await;
    for mail in post.laid().await {
        assert!(!format!("{mail:?}").contains("Install"), "nor by mail: {mail:?}");
    }
    // What is for the organisation only is told to nobody outside it.
    let (mut world, _) = issued(Marking::AmberStrict).await;
    let strict = Post::new(&world, true);
    strict.at(&mut world, "2017-04-28T12:00:01Z").await;
    assert!(strict.laid_to("+447700900001").await[0].text.contains("Install"));
    strict.at(&mut world, "2017-04-28T12:31:00Z").await;
    let region = strict.laid_to("+447700900009").await;
    assert!(
        !region.is_empty() && region.iter().all(|one| !one.text.contains("Install")),
        "{region:?}"
    );
    let (mut world, _) = issued(Marking::Amber).await;
    let late = Post::new(&world, true);
    late.at(&mut world, "2017-05-28T12:00:00Z").await;
    assert!(late.laid().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_written_down_with_who_rang_and_how_that_was_made_sure() {
    let (world, number) = issued(Marking::Amber).await;
    let by_phone = |by: &str| Say::AcknowledgeByPhone { by: by.to_owned() };
    let (known, tr1) = ((&world.books, &world.desk), code("TR1"));
    let (jo, about) = (by_phone("Jo Doe, on call"), (number, &tr1));
    let refused = alerts::say(&world.context, &officer(), known, about, &jo, None).await;
    assert!(refused.unwrap_err().to_string().contains("how you made sure"));
    let refused = world.say(&officer(), (number, "TR1"), by_phone(" ")).await;
    assert!(refused.unwrap_err().to_string().contains("name the person"));
    let how = Some("rang back on the number of the register");
    alerts::say(&world.context, &officer(), known, about, &jo, how).await.unwrap();
    let event = events(&world, "answer.acknowledged").await.remove(0);
    assert!(!event.event.body.contains("Jo Doe"), "names are personal: {}", event.event.body);
    assert!(event.event.personal.unwrap().contains("Jo Doe"));
    assert_eq!(event.event.reason.as_deref(), how);
    assert_eq!(stage(&world, number, "TR1").await, Stage::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_an_organisation_sees_none_of_its_messages() {
    let (mut world, number) = issued(Marking::Amber).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    let known = (&*post.books, &*post.desk);
    let seen = delivery::delivery(&world.context, &lead(), known, number).await.unwrap();
    assert_eq!((seen.counts.asked, seen.counts.reached), (1, 1), "{:?}", seen.counts);
    assert!(seen.rows.iter().all(|row| row.code == code("TR1")));
    let (caller, other) = (lead(), code("TR2"));
    let told = delivery::organisation(&world.context, &caller, &post.books, (number, &other));
    assert!(told.await.is_err());
    let nobody = Caller::public();
    assert!(delivery::delivery(&world.context, &nobody, known, number).await.is_err());
    let narrow = Content {
        audience: Audience { named: [code("TR2")].into(), ..Audience::default() },
        ..content()
    };
    let foreign = world.issued(narrow).await;
    assert!(delivery::delivery(&world.context, &lead(), known, foreign).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_in_any_way_is_not_rung_and_what_is_over_ends_every_ladder_however_late() {
    let (mut world, number) = issued(Marking::Amber).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    world.say(&lead(), (number, "TR1"), Say::Act(None)).await.unwrap();
    post.at(&mut world, "2017-04-28T12:30:02Z").await;
    assert!(
        post.laid_to("+447700900002").await.is_empty(),
        "they work on it: the deputy is left alone"
    );
    // Closed while nobody sent anything for days: nothing climbs on when somebody does again.
    let (mut world, number) = issued(Marking::Amber).await;
    let before = Post::new(&world, true);
    before.at(&mut world, "2017-04-28T12:00:01Z").await;
    drop(before);
    world.at("2017-04-28T13:00:00Z");
    world.change(&officer(), number, Change::Withdraw).await.unwrap();
    let after = Post::in_folder(&world, &world.folder().join("outbox-2"), true);
    after.at(&mut world, "2017-05-02T12:00:00Z").await;
    assert!(after.laid().await.is_empty());
    let known = (&*after.books, &*after.desk);
    let seen = delivery::delivery(&world.context, &officer(), known, number).await.unwrap();
    assert_eq!(seen.counts.running, 0, "{:?}", seen.counts);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_differ_repeat_no_notice() {
    let (mut world, number) = issued(Marking::Amber).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    // Whoever approves has a clock that is a minute ahead of whoever sends.
    let mut other = content();
    other.clocks.act = response::alert::ActBy::Day("2017-05-01".parse().unwrap());
    world.at("2017-04-28T13:01:00Z");
    world.revised(number, other).await;
    for instant in ["2017-04-28T13:00:00Z", "2017-04-28T13:00:05Z", "2017-04-28T13:02:00Z"] {
        post.set(instant.parse().unwrap());
        post.postman.send_due().await.unwrap();
    }
    let begun = events(&world, "delivery.begun").await;
    let notices = begun.iter().filter(|one| one.event.body.contains("\"changed\""));
    let whom: Vec<_> = notices.map(|one| one.event.organisation.clone()).collect();
    assert_eq!(whom.len(), 2, "one for each who was told: {whom:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_names_machines_that_are_open_now_and_counts_those_it_does_not_name() {
    let mut world = World::new().await;
    world.contact("TR1", Duty::SecurityLead, 1, [None, Some("lead@ash.example")]).await;
    let number = world.issued(content()).await;
    let post = Post::new(&world, true);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    let asked = &post.laid_to("lead@ash.example").await[0].text;
    assert!(asked.contains("ward-1") && !asked.contains("more, on its page"), "{asked}");
    // Twelve more than when it was asked.
    world.at("2017-04-28T13:00:00Z");
    for n in 3..15 {
        world.import("TR1", &format!("ward-{n}"), "KB3212646").await;
    }
    world.say(&lead(), (number, "TR1"), Say::Claim).await.unwrap();
    post.desk.refresh(&world.context).await.unwrap();
    post.at(&mut world, "2017-04-28T13:00:01Z").await;
    let disputed = &post.laid_to("lead@ash.example").await[0].text;
    assert!(disputed.contains("14 machines open"), "{disputed}");
    assert!(disputed.contains("and 2 more, on its page"), "{disputed}");
}
