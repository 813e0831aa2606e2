//! Work in the background, over a real record: done once, whoever dies over it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step of a test ends it"
)]

mod world;

use std::time::Duration;

use app::access::Permission;
use app::import::intake::IntakeError;
use app::import::sending::Limits;
use app::jobs::ask::{self, NewTimer};
use app::jobs::see::{self, Wanted};
use app::jobs::{FIRED, JobState, Outcome};
use app::{Caller, Error};
use jiff::SignedDuration;
use store::{Filter, Turn};
use world::{World, reopened, run, sent, systeminfo};

const LONG: Duration = Duration::from_secs(30);

fn summary(outcome: Option<Outcome>) -> app::import::summary::Summary {
    let Some(Outcome::Import(done)) = outcome else { panic!("{outcome:?}") };
    done.summary
}

#[test]
fn what_is_sent_is_recorded_by_a_worker_and_leaves_the_spool() {
    run(async {
        let world = World::new().await;
        let job = world.send(&[("a.txt", systeminfo("PC-A")), ("b.txt", systeminfo("PC-B"))]).await;
        assert_eq!(job.state, JobState::Queued);
        assert_eq!(world.store().spool_names().await.unwrap().len(), 2);
        let worker = world.worker();
        let done = worker.wait(&world.operator, &job.id, LONG).await.unwrap();
        assert_eq!(done.state, JobState::Done, "{done:?}");
        assert_eq!(summary(done.outcome).hosts, 2);
        assert!(world.store().spool_names().await.unwrap().is_empty());
        assert_eq!(world.imports().await, 1);
        world.end(worker).await;
    });
}

#[test]
fn a_server_that_dies_over_a_job_leaves_it_to_the_next_and_nothing_is_recorded_twice() {
    run(async {
        let mut world = World::new().await;
        let job = world.send(&[("a.txt", systeminfo("PC-A"))]).await;
        // Dies between taking the job and doing anything.
        let turn = Turn { most: 1, patience: LONG };
        assert_eq!(world.store().claim_jobs(world.now, turn).await.unwrap().len(), 1);
        world = reopened(world).await;
        let worker = world.worker();
        let done = worker.wait(&world.operator, &job.id, LONG).await.unwrap();
        assert_eq!((done.state, done.attempts.0), (JobState::Done, 2), "{done:?}");
        assert_eq!(summary(done.outcome).hosts, 1);
        world.end(worker).await;

        // Dies when all is recorded, and before it could say so.
        let job = world.send(&[("b.txt", systeminfo("PC-B"))]).await;
        assert_eq!(world.store().claim_jobs(world.now, turn).await.unwrap().len(), 1);
        world.record_directly("b.txt", &systeminfo("PC-B")).await;
        let imports = world.imports().await;
        world = reopened(world).await;
        let worker = world.worker();
        let done = worker.wait(&world.operator, &job.id, LONG).await.unwrap();
        assert_eq!(done.state, JobState::Done);
        let summary = summary(done.outcome);
        assert_eq!((summary.hosts, summary.held), (0, 1), "it is found in the record");
        assert_eq!(world.imports().await, imports);
        world.end(worker).await;
    });
}

#[test]
fn a_timer_fires_once_at_its_instant_and_after_a_restart() {
    run(async {
        let mut world = World::new().await;
        let timer = |after: i64| NewTimer {
            due: world.now + SignedDuration::from_mins(after),
            what: "remind".to_owned(),
            subject: "advisory/MS17-010".to_owned(),
            organisation: Some(world.code.clone()),
            once: Some(format!("reminder {after}")),
        };
        let (soon, late) = (timer(5), timer(60));
        for new in [&soon, &soon, &late] {
            ask::timer(&world.context(), &world.operator, new.clone()).await.unwrap();
        }
        world = reopened(world).await;
        world.now += SignedDuration::from_mins(5);
        let worker = world.worker();
        let fired = async |world: &World| {
            let filter = Filter { kinds: vec![FIRED.to_owned()], ..Filter::default() };
            world.store().events(&filter, 10).await.unwrap()
        };
        while fired(&world).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        world.end(worker).await;
        // The clock is set back, and comes to the instant again.
        for minutes in [-60, 60] {
            world.now += SignedDuration::from_mins(minutes);
            let worker = world.worker();
            tokio::time::sleep(Duration::from_millis(50)).await;
            world.end(worker).await;
        }
        let events = fired(&world).await;
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0].event.as_at, soon.due);
        assert_eq!(events[0].event.subject, "advisory/MS17-010");
    });
}

#[test]
fn what_cannot_be_done_fails_with_words_and_lets_others_pass() {
    run(async {
        let world = World::new().await;
        let poison = world.send(&[("a.txt", systeminfo("PC-A"))]).await;
        // What was sent is lost from the spool, and another kind is of a later version.
        for name in world.store().spool_names().await.unwrap() {
            world.store().unspool(&name).await.unwrap();
        }
        let unknown = world.add_unknown_kind().await;
        let well = world.send(&[("b.txt", systeminfo("PC-B"))]).await;
        let worker = world.worker();
        let wait = async |id: &str| worker.wait(&world.operator, id, LONG).await.unwrap();
        assert_eq!(summary(wait(&well.id).await.outcome).hosts, 1);
        let lost = summary(wait(&poison.id).await.outcome);
        assert_eq!((lost.hosts, lost.refused), (0, 1));
        assert!(lost.problems[0].message.contains("send the file again"), "{lost:?}");
        let failed = wait(&unknown).await;
        assert_eq!(failed.state, JobState::Failed);
        assert!(failed.fault.unwrap().contains("does not know"));
        world.end(worker).await;
    });
}

#[test]
fn cancelled_before_its_turn_nothing_of_it_is_recorded_until_it_is_wanted_again() {
    run(async {
        let world = World::new().await;
        let job = world.send(&[("a.txt", systeminfo("PC-A"))]).await;
        let cancelled = see::cancel(&world.context(), &world.operator, &job.id).await.unwrap();
        assert_eq!(cancelled.state, JobState::Cancelled);
        let worker = world.worker();
        let other = world.send(&[("b.txt", systeminfo("PC-B"))]).await;
        worker.wait(&world.operator, &other.id, LONG).await.unwrap();
        assert_eq!(world.imports().await, 1);
        see::retry(&world.context(), &world.operator, &job.id).await.unwrap();
        let done = worker.wait(&world.operator, &job.id, LONG).await.unwrap();
        assert_eq!(summary(done.outcome).hosts, 1, "what was sent is still there");
        world.end(worker).await;
    });
}

#[test]
fn jobs_are_seen_by_who_may_add_evidence_or_sees_the_sector_and_by_nobody_else() {
    run(async {
        let world = World::new().await;
        let job = world.send(&[("a.txt", systeminfo("PC-A"))]).await;
        let context = world.context();
        let own = World::with_permission(Permission::AddEvidence, &world.code);
        let other = World::with_permission(Permission::AddEvidence, &world.other);
        let looks_only = World::with_permission(Permission::SeeHosts, &world.code);
        let everywhere = World::everywhere(Permission::SeeRecord);
        let all = Wanted::default();
        for (caller, sees, may_change) in
            [(&own, 1, true), (&other, 0, false), (&everywhere, 1, false)]
        {
            let (jobs, has_more) = see::jobs(&context, caller, &all, 10).await.unwrap();
            assert_eq!((jobs.len(), has_more), (sees, false));
            assert_eq!(jobs.first().is_some_and(|job| job.may_change), may_change);
        }
        for caller in [&looks_only, &Caller::public()] {
            let refused = see::jobs(&context, caller, &all, 10).await.unwrap_err();
            assert!(matches!(refused, Error::NotAllowed(_)), "{refused:?}");
        }
        // Whoever may not see it learns as much as of one that is not there.
        for caller in [&other, &looks_only, &Caller::public()] {
            for id in [job.id.as_str(), "none"] {
                let refused = see::job(&context, caller, id).await.unwrap_err();
                assert!(matches!(&refused, Error::NoJob(named) if named == id), "{refused:?}");
                let refused = see::cancel(&context, caller, id).await.unwrap_err();
                assert!(matches!(refused, Error::NoJob(_)), "{refused:?}");
            }
        }
        let refused = see::cancel(&context, &everywhere, &job.id).await.unwrap_err();
        assert!(matches!(refused, Error::NotAllowed(_)), "{refused:?}");
        let refused = ask::index_rebuild(&context, &own).await.unwrap_err();
        assert!(matches!(refused, Error::NotAllowed(_)), "{refused:?}");
    });
}

#[test]
fn the_index_is_built_anew_and_answers_as_before() {
    run(async {
        let world = World::new().await;
        let worker = world.worker();
        let job = ask::index_rebuild(&world.context(), &world.operator).await.unwrap();
        let done = worker.wait(&world.operator, &job.id, LONG).await.unwrap();
        assert_eq!(done.state, JobState::Done, "{done:?}");
        // No way to fetch knowledge was given to this server: it says so.
        let job = ask::knowledge_update(&world.context(), &world.operator).await.unwrap();
        let failed = worker.wait(&world.operator, &job.id, LONG).await.unwrap();
        assert_eq!(failed.state, JobState::Failed);
        assert!(failed.fault.unwrap().contains("wardround knowledge adopt"));
        world.end(worker).await;
    });
}

#[test]
fn more_than_is_taken_at_once_is_refused_and_leaves_nothing() {
    run(async {
        let world = World::new().await;
        let limits = Limits { file_bytes: 1_000, bytes: 1_500, files: 2 };
        let take = async |files: &[(&str, Vec<u8>)]| sent(&world.context(), limits, files).await;
        let half = vec![b'x'; 800];
        let refused = take(&[("a", vec![b'x'; 1_001])]).await.unwrap_err();
        assert!(matches!(refused, IntakeError::FileTooLarge(1_000)), "{refused:?}");
        let refused = take(&[("a", half.clone()), ("b", half.clone())]).await.unwrap_err();
        assert!(matches!(refused, IntakeError::TooLarge(1_500)), "{refused:?}");
        let small = vec![b'x'; 10];
        let three = [("a", small.clone()), ("b", small.clone()), ("c", small)];
        let refused = take(&three).await.unwrap_err();
        assert!(matches!(refused, IntakeError::TooMany(2)), "{refused:?}");
        assert!(world.store().spool_names().await.unwrap().is_empty());
        assert_eq!(world.unfinished_files(), 0, "no half written file is left");
        let taken = take(&[("../../etc/passwd", half)]).await.unwrap();
        assert_eq!((taken[0].name.as_str(), taken[0].bytes), ("passwd", 800));
    });
}

#[test]
fn a_worker_that_is_told_to_end_begins_nothing_more() {
    run(async {
        let world = World::new().await;
        let worker = world.worker();
        worker.end();
        let job = world.send(&[("a.txt", systeminfo("PC-A"))]).await;
        let waits = worker.wait(&world.operator, &job.id, LONG).await.unwrap();
        assert_eq!(waits.state, JobState::Queued, "whoever waits is told at once");
        world.end(worker).await;
        assert_eq!(
            see::job(&world.context(), &world.operator, &job.id).await.unwrap().attempts.0,
            0
        );
    });
}
