//! Jobs: done once, whoever dies over them, whatever clocks say.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::{Beat, Claim, End, Job, JobFilter, JobState, NewJob, Store, Turn};

use crate::support::{World, now, on_both};

on_both!(
    a_job_is_queued_then_done_and_then_forgotten,
    asked_for_twice_under_one_name_it_is_one,
    two_workers_never_have_the_same_job,
    a_job_whose_holder_died_is_taken_up_again,
    what_the_dead_still_say_is_not_heard,
    cancelled_while_queued_and_while_running,
    a_job_that_fails_lets_others_pass_and_is_given_up_at_last,
    a_job_that_ends_its_server_each_time_is_given_up,
    jobs_of_a_lane_run_one_after_the_other,
    a_timer_waits_for_its_instant_and_a_clock_set_back_fires_it_once,
    put_back_it_has_not_been_tried,
    jobs_are_in_a_backup_and_wait_in_it,
);

const PATIENCE: Duration = Duration::from_millis(200);

fn turn(most: usize) -> Turn {
    Turn { most, patience: PATIENCE }
}

fn job(name: &str) -> NewJob {
    NewJob {
        kind: "test".to_owned(),
        organisation: Some("RX1".parse().unwrap()),
        actor: "a.sample".to_owned(),
        input: format!(r#"{{"name":"{name}"}}"#),
        once: None,
        lane: None,
        due: None,
        most_attempts: 3,
    }
}

async fn add(store: &Store, new: &NewJob) -> Job {
    store.add_job(new, now()).await.unwrap()
}

async fn claim(store: &Store) -> Option<(Claim, Job)> {
    store.claim_jobs(now(), turn(1)).await.unwrap().into_iter().next()
}

async fn state(store: &Store, job: &Job) -> JobState {
    store.job(&job.id).await.unwrap().unwrap().state
}

async fn a_job_is_queued_then_done_and_then_forgotten(world: World) {
    let store = world.open().await;
    let asked = add(&store, &job("one")).await;
    assert_eq!((asked.state, asked.attempts), (JobState::Queued, 0));
    let (claim, taken) = claim(&store).await.unwrap();
    assert_eq!((taken.state, taken.attempts, &taken.id), (JobState::Running, 1, &asked.id));
    assert_eq!(store.beat_job(&claim, "half").await.unwrap(), Beat::GoOn);
    assert_eq!(store.job(&asked.id).await.unwrap().unwrap().progress, "half");
    assert!(store.end_job(&claim, &End::Done("42".to_owned()), now()).await.unwrap());
    let done = store.job(&asked.id).await.unwrap().unwrap();
    assert_eq!((done.state, done.outcome.as_deref()), (JobState::Done, Some("42")));
    assert_eq!(done.ended, Some(now()));
    assert!(!store.retry_job(&asked.id).await.unwrap(), "what is done is not done again");
    assert!(store.job("none").await.unwrap().is_none());
    for code in ["RX1", "RX2"] {
        let filter =
            JobFilter { organisation: Some(code.parse().unwrap()), ..JobFilter::default() };
        assert_eq!(store.jobs(&filter, 10).await.unwrap().len(), usize::from(code == "RX1"));
    }
    let before = JobFilter { before: Some(asked.id.clone()), ..JobFilter::default() };
    assert!(store.jobs(&before, 10).await.unwrap().is_empty());
    assert!(store.sweep_jobs(now()).await.unwrap().is_empty(), "it is not over before it ended");
    let later = now() + SignedDuration::from_secs(1);
    assert_eq!(store.sweep_jobs(later).await.unwrap(), [asked.input]);
    assert!(store.jobs(&JobFilter::default(), 10).await.unwrap().is_empty());
    store.close().await.unwrap();
}

async fn asked_for_twice_under_one_name_it_is_one(world: World) {
    let store = world.open().await;
    let once = NewJob { once: Some("key".to_owned()), ..job("one") };
    let first = add(&store, &once).await;
    assert_eq!(add(&store, &once).await.id, first.id);
    assert_ne!(add(&store, &job("other")).await.id, first.id);
    assert_eq!(store.jobs(&JobFilter::default(), 10).await.unwrap().len(), 2);
    store.close().await.unwrap();
}

async fn two_workers_never_have_the_same_job(world: World) {
    let first = world.open().await;
    // A record in a folder has one writer: there the two are of one server.
    let second = if world.is_sqlite() { first.clone() } else { world.open().await };
    for name in 0..40 {
        add(&first, &job(&name.to_string())).await;
    }
    let work = |store: Store| async move {
        let mut done = Vec::new();
        loop {
            let claimed = store.claim_jobs(now(), turn(3)).await.unwrap();
            if claimed.is_empty() {
                return done;
            }
            for (claim, job) in claimed {
                assert!(store.end_job(&claim, &End::Done(String::new()), now()).await.unwrap());
                done.push(job.id);
            }
        }
    };
    let (one, two) =
        tokio::join!(tokio::spawn(work(first.clone())), tokio::spawn(work(second.clone())));
    let all: Vec<String> = [one.unwrap(), two.unwrap()].concat();
    assert_eq!(all.len(), 40);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 40, "one was done twice");
    drop(second);
    drop(first);
}

async fn a_job_whose_holder_died_is_taken_up_again(world: World) {
    let store = world.open().await;
    let asked = add(&store, &job("one")).await;
    claim(&store).await.unwrap();
    // It dies: nothing is ended, nothing given back.
    drop(store);
    let store = reopened(&world).await;
    if !world.is_sqlite() {
        // Others watch the beat first.
        assert!(claim(&store).await.is_none());
        tokio::time::sleep(PATIENCE).await;
    }
    let (claim, job) = claim(&store).await.unwrap();
    assert_eq!((&job.id, job.attempts), (&asked.id, 2));
    assert!(store.end_job(&claim, &End::Done(String::new()), now()).await.unwrap());
    store.close().await.unwrap();
}

/// Opens the store as soon as the one that was dropped has let it go.
async fn reopened(world: &World) -> Store {
    loop {
        match Store::open(&world.address, world.options.clone()).await {
            Err(store::Error::InUse { .. }) => tokio::task::yield_now().await,
            opened => return opened.unwrap(),
        }
    }
}

async fn what_the_dead_still_say_is_not_heard(world: World) {
    if world.is_sqlite() {
        return;
    }
    let (slow, other) = (world.open().await, world.open().await);
    let asked = add(&slow, &job("one")).await;
    let (old, _) = claim(&slow).await.unwrap();
    assert!(claim(&other).await.is_none());
    tokio::time::sleep(PATIENCE / 2).await;
    assert_eq!(slow.beat_job(&old, "").await.unwrap(), Beat::GoOn);
    assert!(claim(&other).await.is_none(), "the beat grew");
    tokio::time::sleep(PATIENCE).await;
    let (new, _) = claim(&other).await.unwrap();
    assert_eq!(slow.beat_job(&old, "").await.unwrap(), Beat::Lost);
    assert!(!slow.end_job(&old, &End::Failed("late".to_owned()), now()).await.unwrap());
    assert!(other.end_job(&new, &End::Done("well".to_owned()), now()).await.unwrap());
    assert_eq!(other.job(&asked.id).await.unwrap().unwrap().outcome.as_deref(), Some("well"));
}

async fn cancelled_while_queued_and_while_running(world: World) {
    let store = world.open().await;
    let queued = add(&store, &job("queued")).await;
    assert!(store.cancel_job(&queued.id, now()).await.unwrap());
    assert_eq!(state(&store, &queued).await, JobState::Cancelled);
    assert!(claim(&store).await.is_none());
    assert!(!store.cancel_job(&queued.id, now()).await.unwrap());

    let running = add(&store, &job("running")).await;
    let (held, _) = claim(&store).await.unwrap();
    assert!(store.cancel_job(&running.id, now()).await.unwrap());
    assert_eq!(state(&store, &running).await, JobState::Running, "it is told, not ended");
    assert_eq!(store.beat_job(&held, "").await.unwrap(), Beat::Unwanted);
    let again = End::Again { fault: "a fault".to_owned(), pause: PATIENCE };
    assert!(store.end_job(&held, &again, now()).await.unwrap());
    assert_eq!(state(&store, &running).await, JobState::Cancelled, "nobody wants it again");
    // Whoever changes their mind has it done.
    assert!(store.retry_job(&running.id).await.unwrap());
    let (held, job) = claim(&store).await.unwrap();
    assert_eq!((job.id, job.attempts, job.is_unwanted), (running.id, 1, false));
    assert!(store.end_job(&held, &End::Cancelled, now()).await.unwrap());
    store.close().await.unwrap();
}

async fn a_job_that_fails_lets_others_pass_and_is_given_up_at_last(world: World) {
    let store = world.open().await;
    let poison = add(&store, &job("poison")).await;
    let pause = Duration::from_millis(120);
    for attempt in 1..=3 {
        let (held, job) = loop {
            if let Some(taken) = claim(&store).await {
                break taken;
            }
            tokio::time::sleep(pause / 8).await;
        };
        assert_eq!((&job.id, job.attempts), (&poison.id, attempt));
        let again = End::Again { fault: "no".to_owned(), pause };
        assert!(store.end_job(&held, &again, now()).await.unwrap());
        let well = add(&store, &self::job("well")).await;
        let (held, job) = claim(&store).await.unwrap();
        assert_eq!(job.id, well.id, "the other is not kept waiting");
        assert!(store.end_job(&held, &End::Done(String::new()), now()).await.unwrap());
    }
    let failed = store.job(&poison.id).await.unwrap().unwrap();
    assert_eq!((failed.state, failed.fault.as_deref()), (JobState::Failed, Some("no")));
    assert!(failed.ended.is_some());
    store.close().await.unwrap();
}

async fn a_job_that_ends_its_server_each_time_is_given_up(world: World) {
    let mut asked = None;
    for attempt in 1..=4 {
        let store = reopened(&world).await;
        if asked.is_none() {
            asked = Some(add(&store, &job("poison")).await);
        }
        let well = add(&store, &job("well")).await;
        let mut taken = store.claim_jobs(now(), turn(2)).await.unwrap();
        if !world.is_sqlite() && attempt > 1 {
            tokio::time::sleep(PATIENCE).await;
            taken.extend(store.claim_jobs(now(), turn(2)).await.unwrap());
        }
        let poison = asked.as_ref().unwrap();
        let ids: BTreeSet<&str> = taken.iter().map(|(_, job)| job.id.as_str()).collect();
        assert_eq!(ids.contains(poison.id.as_str()), attempt <= 3, "attempt {attempt}");
        assert!(ids.contains(well.id.as_str()));
        for (held, job) in &taken {
            if job.id == well.id {
                assert!(store.end_job(held, &End::Done(String::new()), now()).await.unwrap());
            }
        }
        if attempt == 4 {
            let failed = store.job(&poison.id).await.unwrap().unwrap();
            assert_eq!((failed.state, failed.attempts), (JobState::Failed, 3));
            assert!(failed.fault.unwrap().contains("the server ended"));
        }
        drop(store);
    }
}

async fn jobs_of_a_lane_run_one_after_the_other(world: World) {
    let store = world.open().await;
    let lane = NewJob { lane: Some("RX1".to_owned()), ..job("one") };
    // Identities are in the order of the clock.
    let first = add(&store, &lane).await;
    let second = store.add_job(&lane, now() + SignedDuration::from_millis(5)).await.unwrap();
    let beside = add(&store, &job("beside")).await;
    let taken = store.claim_jobs(now(), turn(10)).await.unwrap();
    let ids: BTreeSet<&str> = taken.iter().map(|(_, job)| job.id.as_str()).collect();
    assert_eq!(ids, [first.id.as_str(), beside.id.as_str()].into());
    assert!(claim(&store).await.is_none());
    for (held, _) in &taken {
        assert!(store.end_job(held, &End::Done(String::new()), now()).await.unwrap());
    }
    assert_eq!(claim(&store).await.unwrap().1.id, second.id);
    store.close().await.unwrap();
}

async fn a_timer_waits_for_its_instant_and_a_clock_set_back_fires_it_once(world: World) {
    let store = world.open().await;
    let due = now() + SignedDuration::from_hours(1);
    let timer = NewJob { due: Some(due), ..job("timer") };
    add(&store, &timer).await;
    let at = async |now: Timestamp| store.claim_jobs(now, turn(5)).await.unwrap().pop();
    assert!(at(now()).await.is_none());
    let (held, _) = at(due).await.unwrap();
    assert!(store.end_job(&held, &End::Done(String::new()), due).await.unwrap());
    // The clock is set back, and comes to the instant a second time.
    for now in [now(), due, due + SignedDuration::from_hours(1)] {
        assert!(at(now).await.is_none());
    }
    // A pause after a fault is no matter of the clock: set back by a year, it ends as it would.
    let asked = add(&store, &job("again")).await;
    let (held, _) = claim(&store).await.unwrap();
    let again = End::Again { fault: "no".to_owned(), pause: PATIENCE };
    assert!(store.end_job(&held, &again, now()).await.unwrap());
    let year_before = now() - SignedDuration::from_hours(24 * 365);
    assert!(at(year_before).await.is_none());
    tokio::time::sleep(PATIENCE).await;
    assert_eq!(at(year_before).await.unwrap().1.id, asked.id);
    store.close().await.unwrap();
}

async fn put_back_it_has_not_been_tried(world: World) {
    let store = world.open().await;
    add(&store, &job("one")).await;
    let (held, _) = claim(&store).await.unwrap();
    assert!(store.end_job(&held, &End::PutBack, now()).await.unwrap());
    assert_eq!(claim(&store).await.unwrap().1.attempts, 1);
    store.close().await.unwrap();
}

async fn jobs_are_in_a_backup_and_wait_in_it(world: World) {
    let store = world.open().await;
    let timer = NewJob { due: Some(now()), once: Some("reminder".to_owned()), ..job("timer") };
    let asked = add(&store, &timer).await;
    claim(&store).await.unwrap();
    let copy = world.beside().join("copy");
    store.backup(&copy, &mut |_| {}).await.unwrap();
    let other = world.another().await;
    Store::restore(&copy, &other.address, &other.options, &mut |_| {}).await.unwrap();
    let restored = other.open().await;
    let waits = restored.job(&asked.id).await.unwrap().unwrap();
    assert_eq!((waits.state, waits.input), (JobState::Queued, asked.input));
    restored.close().await.unwrap();
    store.close().await.unwrap();
}
