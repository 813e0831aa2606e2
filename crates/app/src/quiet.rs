//! Work that takes a core for long: it gives way to whoever asks something short now.
//!
//! Opening the estate anew, recording what was sent and looking at a past take seconds of every core; a page
//! takes milliseconds of one. On Linux the threads of such work have a lower priority, so that a page finds a
//! core at once; elsewhere they share as the system sees fit. A thread cannot be raised again, and those that
//! it starts are as low, so such threads do one piece of work, start nothing that outlives it, and never drive
//! the runtime, which starts threads for everybody.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

/// By how much the priority of work that may wait is lower, as `nice` counts: such a thread gets about a
/// tenth of a core that a thread of ordinary priority wants as well (kernel documentation, sched-nice-design).
#[cfg(target_os = "linux")]
const LOWER_BY: i32 = 10;

/// Lowers the priority of the thread that calls, and of those that it starts.
fn give_way() {
    #[cfg(target_os = "linux")]
    // On Linux the priority is that of a thread. Where it may not be lowered nothing is lost but the order.
    let _ = rustix::process::nice(LOWER_BY);
}

/// Does something on a thread that gives way, and waits for it.
pub(crate) fn quietly<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let done = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            give_way();
            work()
        });
        thread.join()
    });
    match done {
        Ok(done) => done,
        // Whoever called sees the fault as if it had been its own.
        Err(panic) => resume_unwind(panic),
    }
}

/// Does something on a thread that gives way, while others use the one that waits. A fault in it is the
/// caller's, as if it had been its own.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (answer, done) = oneshot::channel();
    let body = move || {
        give_way();
        // Nobody waits any more: whoever asked has gone.
        let _ = answer.send(catch_unwind(AssertUnwindSafe(work)));
    };
    if let Err(error) = thread::Builder::new().name("aside".to_owned()).spawn(body) {
        tracing::error!(%error, "a thread could not be started");
    }
    match done.await {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => resume_unwind(Box::new("a thread could not be started")),
    }
}

/// Does something with each of many things, on all cores, and gives way; what comes of them is in their order.
pub(crate) fn side_by_side<T: Send, R: Send>(
    things: Vec<T>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(things.len());
    let mut done: Vec<Option<R>> = things.iter().map(|_| None).collect();
    let queue = Mutex::new(things.into_iter().zip(done.iter_mut()));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                give_way();
                while let Some((thing, slot)) = next() {
                    *slot = Some(work(thing));
                }
            });
        }
    });
    drop(queue);
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_of_many_is_in_their_order() {
        let squares = side_by_side((0..100_u64).collect(), |number| number * number);
        assert_eq!(squares, (0..100).map(|number| number * number).collect::<Vec<u64>>());
        assert!(side_by_side(Vec::<u8>::new(), |one| one).is_empty());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn quiet_work_has_a_lower_priority_and_its_caller_keeps_its_own() {
        let own = || rustix::process::getpriority_process(None).unwrap_or(i32::MIN);
        let before = own();
        let (within, below) = quietly(|| {
            let below = std::thread::scope(|scope| scope.spawn(own).join().unwrap_or(i32::MIN));
            (own(), below)
        });
        assert_eq!(within, (before + LOWER_BY).min(19));
        assert_eq!(below, within, "threads of its own are as quiet");
        assert_eq!(own(), before);
    }

    #[tokio::test]
    #[should_panic(expected = "of the work")]
    async fn a_fault_aside_is_the_callers() {
        aside(|| panic!("of the work")).await;
    }

    #[test]
    #[should_panic(expected = "of the work")]
    fn a_fault_in_quiet_work_is_the_callers() {
        quietly(|| panic!("of the work"));
    }
}
