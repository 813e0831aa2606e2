//! Whatever carriers lose, repeat, reorder or send late, wherever the clock jumps and processes die: every ladder ends,
//! no receipt acknowledges, and all of it follows from the record alone.

use std::collections::BTreeSet;

use app::alerts::Change;
use app::delivery::{self, Counts};
use channels::Secret;
use jiff::{SignedDuration, Timestamp};
use model::event::Marking;
use response::answer::Stage;

use super::delivery::{Post, issued};
use super::world::{World, code, content, officer, second};

const TOKEN: &str = "a-token-of-notify";
const STATES: [&str; 8] = [
    "created",
    "sending",
    "pending",
    "sent",
    "delivered",
    "permanent-failure",
    "temporary-failure",
    "technical-failure",
];

/// Numbers that are the same each time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

/// What lies in the outbox, by what its carrier knows it by.
fn handles(post: &Post) -> Vec<String> {
    let files = std::fs::read_dir(post.folder()).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned())).collect();
    names.sort();
    names
}

async fn receipt(post: &Post, now: Timestamp, handle: &str, state: &str) {
    let body = format!(
        r#"{{"id":"1","reference":"{handle}","to":"07700900001","status":"{state}","created_at":"{now}",
            "completed_at":null,"sent_at":null,"notification_type":"sms","template_id":"t","template_version":1}}"#
    );
    let call = delivery::Receipts::Notify {
        authorization: &format!("Bearer {TOKEN}"),
        body: body.as_bytes(),
    };
    let heard = delivery::hear(&post.context(), &post.books, post.postman.carriers(), call).await;
    assert!(heard.is_ok() || matches!(heard, Err(delivery::CallError::NotOurs)), "{heard:?}");
}

async fn counts(world: &World, post: &Post, number: response::alert::AlertNumber) -> Counts {
    let known = (&*post.books, &*post.desk);
    let context = world.context.at(post.context().now);
    delivery::delivery(&context, &officer(), known, number).await.unwrap().counts
}

fn post(world: &World, folder: &std::path::Path) -> Post {
    Post::with(world, folder, false, |carriers| carriers.inlet.notify = Some(Secret::new(TOKEN)))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ladder_ends_and_no_receipt_acknowledges_whatever_carriers_and_clocks_do() {
    for seed in 1..=4_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let (world, number) = issued(Marking::Amber).await;
        let folder = world.folder().join("outbox");
        let mut own = post(&world, &folder);
        let mut now = world.context.now;
        let mut told = BTreeSet::new();
        for _ in 0..40 {
            match dice.below(6) {
                // The clock goes on, or jumps, or goes back a little.
                0..=2 => {
                    let jump = [30, 300, 1_200, 9_000, -60][dice.below(5)];
                    now = (now + SignedDuration::from_secs(jump)).max(world.context.now);
                }
                // A process dies, and another takes over with the record alone.
                3 => {
                    let clock = own.context().now;
                    own = post(&world, &folder);
                    own.set(clock);
                }
                // Any carrier says anything of any message, also of tries that never were.
                _ => {
                    let all = handles(&own);
                    if !all.is_empty() {
                        let mut handle = all[dice.below(all.len())].clone();
                        if dice.below(4) == 0 {
                            let (first, tries) = handle.rsplit_once('.').unwrap();
                            handle = format!("{first}.{}", tries.parse::<u8>().unwrap() + 1);
                        }
                        let state = STATES[dice.below(STATES.len())];
                        for _ in 0..=dice.below(2) {
                            receipt(&own, now, &handle, state).await;
                        }
                    }
                }
            }
            own.set(now);
            own.postman.send_due().await.unwrap();
            for handle in handles(&own) {
                let tries: u8 = handle.rsplit_once('.').unwrap().1.parse().unwrap();
                assert!(tries <= 4, "{handle}");
                told.insert(handle);
            }
        }
        // Nothing more is heard: within the time of all steps it is over.
        for _ in 0..12 {
            now += SignedDuration::from_hours(1);
            own.set(now);
            own.postman.send_due().await.unwrap();
        }
        let live = counts(&world, &own, number).await;
        assert_eq!(live.running, 0, "seed {seed}: {live:?}");
        assert_eq!(live.acknowledged, 0, "seed {seed}: a receipt is no acknowledgement: {live:?}");
        for organisation in ["TR1", "TR2", "GP1"] {
            let row = world.row(number, organisation).await;
            assert!(matches!(row.standing.stage, Stage::Pending | Stage::Notified), "{row:?}");
        }
        // Sums of organisations add up, whatever became of their messages.
        assert_eq!(live.asked, 3, "{live:?}");
        let ends = world.events_of("delivery.exhausted").await;
        let of_asking = ends.iter().map(|one| one.event.organisation.clone()).collect::<Vec<_>>();
        let each: BTreeSet<_> = of_asking.iter().cloned().collect();
        assert_eq!(of_asking.len(), each.len(), "each ladder ends once: {of_asking:?}");
        assert!(!each.contains(&Some(code("GP1"))), "nobody of it could be told");
        // Another process that reads the record sees the same.
        let other = post(&world, &folder);
        other.set(now);
        let read = counts(&world, &other, number).await;
        let finals = |counts: &Counts| {
            let delivered = counts.messages.iter();
            let delivered = delivered
                .filter(|((_, state), _)| *state == response::escalation::AttemptState::Delivered);
            (
                counts.reached,
                counts.exhausted,
                counts.unreachable,
                delivered.map(|(_, n)| *n).sum::<u64>(),
            )
        };
        assert_eq!(finals(&read), finals(&live), "seed {seed}");
        // A new version after all that reaches those who were told before, and wakes no ladder.
        let mut other_day = content();
        other_day.clocks.act = response::alert::ActBy::Day("2017-06-30".parse().unwrap());
        let late = world.context.at(now);
        for (caller, change) in [
            (officer(), Change::Revise(Box::new(other_day))),
            (officer(), Change::Submit),
            (second(), Change::Approve),
        ] {
            let known = (&*own.books, &*own.desk);
            app::alerts::change(&late, &caller, known, number, (&change, None), Some("later"))
                .await
                .unwrap();
        }
        own.set(now + SignedDuration::from_secs(1));
        own.postman.send_due().await.unwrap();
        assert_eq!(counts(&world, &own, number).await.running, 0);
        assert!(handles(&own).len() > told.len(), "they hear of the other day");
    }
}
