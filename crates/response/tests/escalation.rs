//! Whatever carriers lose, repeat, reorder or send late, and wherever the clock jumps: an escalation ends, sends
//! each try once, and takes no receipt for an answer.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use response::answer::Route;
use response::escalation::{
    AttemptId, AttemptState, Escalation, Ladder, Order, Progress, Recipient, Report, Retry, Step,
};

fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(1_494_576_000 + secs).unwrap()
}

fn step(label: &str, people: &[&[Route]], minutes: i64) -> Step {
    Step {
        label: label.to_owned(),
        people: people
            .iter()
            .enumerate()
            .map(|(n, routes)| Recipient {
                person: format!("{label}-{n}"),
                routes: routes.to_vec(),
            })
            .collect(),
        wait: SignedDuration::from_mins(minutes),
        is_watching: false,
    }
}

fn ladder() -> Ladder {
    let both: &[Route] = &[Route::Sms, Route::Mail];
    Ladder::new(vec![
        step("lead", &[both], 15),
        step("deputies", &[both, &[Route::Mail]], 15),
        step("region", &[&[Route::Operator]], 60),
    ])
    .unwrap()
}

fn begin() -> Escalation {
    Escalation::new(ladder(), Retry::default(), at(0))
}

/// Looks, and hands over at once what is ordered.
fn look(run: &mut Escalation, now: Timestamp) -> Vec<Order> {
    let orders = run.look(now);
    for order in &orders {
        if let Order::Send { attempt, tries } = order {
            run.handed(*attempt, *tries, now);
        }
    }
    orders
}

fn sent(orders: &[Order]) -> Vec<(String, u8)> {
    let one = |order: &Order| match order {
        Order::Send { attempt, tries } => Some((attempt.to_string(), *tries)),
        _ => None,
    };
    orders.iter().filter_map(one).collect()
}

#[test]
fn the_lead_is_told_first_and_the_deputies_when_they_are_silent() {
    let mut run = begin();
    assert_eq!(look(&mut run, at(-1)), [], "before its time");
    let orders = look(&mut run, at(0));
    assert_eq!(orders[0], Order::Begin { step: 0 });
    assert_eq!(sent(&orders), [("0.0.0".to_owned(), 1)]);
    assert_eq!(look(&mut run, at(1)), [], "nothing is sent twice");
    let orders = look(&mut run, at(15 * 60));
    assert!(orders.contains(&Order::Begin { step: 1 }));
    let told: BTreeSet<_> = sent(&orders).into_iter().map(|(id, _)| id).collect();
    assert!(told.contains("1.0.0") && told.contains("1.1.0"), "{told:?}");
}

#[test]
fn a_route_that_fails_gives_way_to_the_next_of_the_same_person() {
    let mut run = begin();
    look(&mut run, at(0));
    let id = AttemptId { step: 0, person: 0, route: 0 };
    let failed = Report { attempt: id, tries: 1, state: AttemptState::PermanentFailure, at: at(5) };
    assert!(run.hear(&failed));
    assert!(!run.hear(&failed), "a repeated report is no news");
    assert_eq!(run.next_look(), Some(at(5)), "at once, and not when the step ends");
    assert_eq!(sent(&look(&mut run, at(6))), [("0.0.1".to_owned(), 1)]);
    assert!(run.next_look() > Some(at(6)));
}

#[test]
fn a_step_that_nobody_can_be_reached_on_is_over_at_once() {
    let (mut run, mut now) = (begin(), 0);
    look(&mut run, at(now));
    let mut fails = |run: &mut Escalation, (step, person, route), state| {
        now += 1;
        let attempt = AttemptId { step, person, route };
        assert!(run.hear(&Report { attempt, tries: 1, state, at: at(now) }));
        let begins = look(run, at(now));
        begins.into_iter().filter(|order| matches!(order, Order::Begin { .. })).count()
    };
    let refused = AttemptState::PermanentFailure;
    assert_eq!(fails(&mut run, (0, 0, 0), refused), 0, "their other way is tried first");
    assert_eq!(fails(&mut run, (0, 0, 1), refused), 1, "nobody is left to wait for");
    assert_eq!(run.progress(), Progress::Running { step: 1 });
    // One of two is refused; of the other the carrier is at fault: they may be reached yet.
    assert_eq!(fails(&mut run, (1, 1, 0), refused), 0);
    assert_eq!(fails(&mut run, (1, 0, 0), AttemptState::TechnicalFailure), 0);
    assert_eq!(fails(&mut run, (1, 0, 1), refused), 0);
    assert_eq!(run.next_look(), Some(at(4 + 10 * 60)), "where a carrier was at fault");
    look(&mut run, at(14 * 60));
    assert_eq!(run.progress(), Progress::Running { step: 1 });
    look(&mut run, at(16 * 60));
    assert_eq!(run.progress(), Progress::Running { step: 2 });
}

#[test]
fn what_failed_by_its_carriers_fault_goes_another_way_at_once_and_the_same_way_once_it_may_be_mended()
 {
    let hear = |run: &mut Escalation, route, tries, state, secs| {
        let attempt = AttemptId { step: 0, person: 0, route };
        assert!(run.hear(&Report { attempt, tries, state, at: at(secs) }));
    };
    let steps = || vec![step("lead", &[&[Route::Sms, Route::Mail]], 60)];
    let mut run = Escalation::new(Ladder::new(steps()).unwrap(), Retry::default(), at(0));
    look(&mut run, at(0));
    hear(&mut run, 0, 1, AttemptState::TechnicalFailure, 1);
    assert_eq!(sent(&look(&mut run, at(1))), [("0.0.1".to_owned(), 1)]);
    hear(&mut run, 1, 1, AttemptState::TechnicalFailure, 2);
    assert_eq!(run.next_look(), Some(at(601)));
    assert_eq!(sent(&look(&mut run, at(600))), []);
    assert_eq!(sent(&look(&mut run, at(602))), [("0.0.0".to_owned(), 2), ("0.0.1".to_owned(), 2)]);
    // One way takes it: the other is not tried again.
    hear(&mut run, 0, 2, AttemptState::Accepted, 603);
    hear(&mut run, 1, 2, AttemptState::TechnicalFailure, 603);
    assert_eq!(run.next_look(), Some(at(603 + 600)));
    assert_eq!(sent(&look(&mut run, at(1_202))), []);
    // Silence is no answer: now it is.
    assert_eq!(sent(&look(&mut run, at(1_203))), []);
    assert_eq!(sent(&look(&mut run, at(1_204))), [("0.0.1".to_owned(), 3)]);
}

#[test]
fn the_last_try_that_failed_is_the_end_of_its_way_at_once() {
    let mut run = begin();
    let mut now = 0;
    for tries in 1..=4 {
        look(&mut run, at(now));
        let attempt = AttemptId { step: 0, person: 0, route: 0 };
        let state = AttemptState::TemporaryFailure;
        assert!(run.hear(&Report { attempt, tries, state, at: at(now) }));
        now = run.next_look().unwrap().as_second() - at(0).as_second();
    }
    assert_eq!(now, 30 + 60 + 120, "the fourth, at which it failed");
    assert_eq!(sent(&look(&mut run, at(now))), [("0.0.1".to_owned(), 1)]);
}

#[test]
fn a_last_step_in_vain_waits_for_what_can_still_come_of_the_steps_before() {
    let people: &[&[Route]] = &[&[Route::Sms, Route::Mail]];
    let steps = vec![step("lead", people, 10), step("deputy", &[&[Route::Sms]], 10)];
    let mut run = Escalation::new(Ladder::new(steps).unwrap(), Retry::default(), at(0));
    let hear = |run: &mut Escalation, step, route, state, secs| {
        let attempt = AttemptId { step, person: 0, route };
        assert!(run.hear(&Report { attempt, tries: 1, state, at: at(secs) }));
    };
    look(&mut run, at(0));
    hear(&mut run, 0, 0, AttemptState::Accepted, 5);
    look(&mut run, at(600));
    hear(&mut run, 1, 0, AttemptState::PermanentFailure, 601);
    look(&mut run, at(601));
    assert_eq!(run.progress(), Progress::Running { step: 1 }, "the lead's mail is to be tried");
    assert_eq!(run.next_look(), Some(at(605)));
    assert_eq!(sent(&look(&mut run, at(605))), [("0.0.1".to_owned(), 1)]);
    hear(&mut run, 0, 1, AttemptState::PermanentFailure, 606);
    let ends = look(&mut run, at(606));
    assert_eq!(ends, [Order::Exhausted { was_anybody_reached: false }]);
}

#[test]
fn that_who_watches_over_them_was_reached_is_not_that_they_were() {
    let watching = Step { is_watching: true, ..step("region", &[&[Route::Sms]], 10) };
    let steps = vec![step("lead", &[&[Route::Sms]], 10), watching];
    let mut run = Escalation::new(Ladder::new(steps).unwrap(), Retry::default(), at(0));
    look(&mut run, at(0));
    let hear = |run: &mut Escalation, step, state| {
        let attempt = AttemptId { step, person: 0, route: 0 };
        assert!(run.hear(&Report { attempt, tries: 1, state, at: at(1) }));
    };
    hear(&mut run, 0, AttemptState::PermanentFailure);
    look(&mut run, at(2));
    hear(&mut run, 1, AttemptState::Delivered);
    let ends = look(&mut run, at(700));
    assert_eq!(ends, [Order::Exhausted { was_anybody_reached: false }]);
}

#[test]
fn a_room_that_has_it_keeps_nobody_waiting_for_a_dead_telephone() {
    let people: &[&[Route]] = &[&[Route::Sms], &[Route::Matrix]];
    let steps = vec![step("lead", people, 15), step("room", &[&[Route::Matrix]], 15)];
    let mut run = Escalation::new(Ladder::new(steps).unwrap(), Retry::default(), at(0));
    look(&mut run, at(0));
    let hear = |run: &mut Escalation, (step, person), state| {
        let attempt = AttemptId { step, person, route: 0 };
        run.hear(&Report { attempt, tries: 1, state, at: at(5) })
    };
    hear(&mut run, (0, 1), AttemptState::Delivered);
    hear(&mut run, (0, 0), AttemptState::PermanentFailure);
    look(&mut run, at(6));
    assert_eq!(run.progress(), Progress::Running { step: 1 });
    // Of a step that is a room and nothing else, its time is waited.
    hear(&mut run, (1, 0), AttemptState::PermanentFailure);
    look(&mut run, at(7));
    assert_eq!(run.progress(), Progress::Running { step: 1 });
}

#[test]
fn what_fails_for_now_is_tried_again_later_and_not_for_ever() {
    let mut run = begin();
    let id = AttemptId { step: 0, person: 0, route: 0 };
    let mut tries = 0;
    for second in 0..14 * 60 {
        for (attempt, this) in sent(&look(&mut run, at(second))) {
            if attempt == "0.0.0" {
                tries = this;
                let state = AttemptState::TemporaryFailure;
                run.hear(&Report { attempt: id, tries: this, state, at: at(second) });
            }
        }
    }
    assert_eq!(tries, Retry::default().most);
    let state = run.attempts().find(|one| one.id == id).unwrap().state;
    assert_eq!(state, AttemptState::Expired);
}

#[test]
fn a_receipt_is_no_acknowledgement() {
    let mut run = begin();
    look(&mut run, at(0));
    let id = AttemptId { step: 0, person: 0, route: 0 };
    assert!(run.hear(&Report { attempt: id, tries: 1, state: AttemptState::Delivered, at: at(3) }));
    assert_eq!(run.progress(), Progress::Running { step: 0 });
    assert!(look(&mut run, at(16 * 60)).contains(&Order::Begin { step: 1 }));
    run.acknowledge(at(17 * 60));
    assert_eq!(run.progress(), Progress::Satisfied { at: at(17 * 60) });
    assert_eq!(look(&mut run, at(99 * 60)), [], "after an answer nothing is sent");
}

#[test]
fn the_end_says_whether_anybody_was_reached() {
    for reached in [false, true] {
        let mut run = begin();
        look(&mut run, at(0));
        if reached {
            let id = AttemptId { step: 0, person: 0, route: 0 };
            let state = AttemptState::Delivered;
            run.hear(&Report { attempt: id, tries: 1, state, at: at(1) });
        }
        let mut last = Vec::new();
        for minute in 1..=200 {
            last.extend(look(&mut run, at(minute * 60)));
        }
        let end = Order::Exhausted { was_anybody_reached: reached };
        assert_eq!(last.iter().filter(|order| **order == end).count(), 1);
    }
}

#[test]
fn what_waits_for_its_turn_does_not_grow_old_and_its_step_waits_once_more() {
    let mut run = begin();
    run.look(at(0));
    let id = AttemptId { step: 0, person: 0, route: 0 };
    assert_eq!(sent(&run.look(at(14 * 60))), [], "it has not left, so nothing was heard");
    assert_eq!(run.look(at(20 * 60)), [], "the deputies wait: the lead was not told yet");
    run.handed(id, 1, at(21 * 60));
    assert!(run.look(at(22 * 60)).contains(&Order::Begin { step: 1 }));
    // Who is never told does not hold it up for ever.
    let mut run = begin();
    run.look(at(0));
    assert!(run.look(at(30 * 60)).contains(&Order::Begin { step: 1 }));
}

#[test]
fn who_cannot_lead_passes_it_on_at_once() {
    let mut run = begin();
    look(&mut run, at(0));
    run.pass(1);
    assert_eq!(look(&mut run, at(1)), [], "of a step that has not begun nothing is passed on");
    run.pass(0);
    assert_eq!(run.next_look(), Some(at(0)));
    assert!(look(&mut run, at(2)).contains(&Order::Begin { step: 1 }));
    run.pass(0);
    assert_eq!(look(&mut run, at(3)), [], "of an earlier step it tells nothing new");
    run.pass(1);
    look(&mut run, at(4));
    run.pass(2);
    let end = Order::Exhausted { was_anybody_reached: false };
    assert_eq!(look(&mut run, at(5)), [end], "the last one cannot pass it on to anybody");
}

#[test]
fn what_is_not_needed_any_more_sends_nothing() {
    let mut run = begin();
    look(&mut run, at(0));
    run.supersede(at(1));
    assert_eq!(look(&mut run, at(16 * 60)), []);
    assert_eq!(run.progress(), Progress::Superseded { at: at(1) });
    run.acknowledge(at(2));
    run.end(true, at(3));
    assert_eq!(run.progress(), Progress::Superseded { at: at(1) });
}

#[test]
fn a_ladder_without_anybody_is_refused() {
    assert!(Ladder::new(Vec::new()).is_err());
    assert!(Ladder::new(vec![step("lead", &[], 5)]).is_err());
    assert!(Ladder::new(vec![step("lead", &[&[]], 5)]).is_err());
    assert!(Ladder::new(vec![step("lead", &[&[Route::Mail]], 0)]).is_err());
}

/// What happens between two looks.
#[derive(Clone, Debug)]
enum Happening {
    /// The clock moves, also back.
    Clock(i64),
    /// Any report of any attempt, made or not, of any try.
    Report { step: u8, person: u8, route: u8, tries: u8, state: usize, late: i64 },
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        (-600..1_200_i64).prop_map(Happening::Clock),
        (0..4_u8, 0..3_u8, 0..3_u8, 0..6_u8, 0..9_usize, -900..900_i64).prop_map(
            |(step, person, route, tries, state, late)| Happening::Report {
                step,
                person,
                route,
                tries,
                state,
                late
            }
        ),
    ]
}

/// What a record keeps.
#[derive(Clone, Debug)]
enum Kept {
    Begun(u8, Timestamp),
    Heard(Report),
    Ended(bool, Timestamp),
}

fn read_back(kept: &[Kept]) -> Escalation {
    let mut run = begin();
    for one in kept {
        match *one {
            Kept::Begun(step, when) => run.begin(step, when),
            Kept::Heard(report) => drop(run.hear(&report)),
            Kept::Ended(reached, when) => run.end(reached, when),
        }
    }
    run
}

proptest! {
    /// A process that died and read the record again is where the one was that lived, and only sends again what nothing
    /// was heard of; no step begins twice, and there is one end.
    #[test]
    fn what_was_recorded_is_enough(
        happenings in prop::collection::vec(happening(), 0..80),
        deaths in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let deaths: BTreeSet<usize> =
            deaths.iter().map(|index| index.index(happenings.len().max(1))).collect();
        let mut run = begin();
        let mut kept = Vec::new();
        let mut now = 0_i64;
        let keep = |kept: &mut Vec<Kept>, orders: &[Order], now| {
            kept.extend(orders.iter().filter_map(|order| match *order {
                Order::Begin { step } => Some(Kept::Begun(step, now)),
                Order::Exhausted { was_anybody_reached } => {
                    Some(Kept::Ended(was_anybody_reached, now))
                }
                Order::Send { .. } => None,
            }));
        };
        for (place, one) in happenings.iter().enumerate() {
            match *one {
                Happening::Clock(by) => now = (now + by).max(now),
                Happening::Report { step, person, route, tries, state, .. } => {
                    let attempt = AttemptId { step, person, route };
                    let state = AttemptState::ALL[state];
                    let report = Report { attempt, tries, state, at: at(now) };
                    if run.hear(&report) {
                        kept.push(Kept::Heard(report));
                    }
                }
            }
            let orders = look(&mut run, at(now));
            keep(&mut kept, &orders, at(now));
            if deaths.contains(&place) {
                let back = read_back(&kept);
                prop_assert_eq!(back.progress(), run.progress());
                for step in 0..3 {
                    prop_assert_eq!(back.began(step), run.began(step));
                }
                run = back;
                let orders = look(&mut run, at(now));
                keep(&mut kept, &orders, at(now));
                let heard = |id: &str, tries: u8| kept.iter().any(|one| matches!(
                    one,
                    Kept::Heard(report)
                        if report.attempt.to_string() == id && report.tries >= tries
                ));
                for (id, tries) in sent(&orders) {
                    prop_assert!(!heard(&id, tries), "{id} try {tries} was heard of");
                }
            }
        }
        let begun: Vec<u8> = kept
            .iter()
            .filter_map(|one| if let Kept::Begun(step, _) = one { Some(*step) } else { None })
            .collect();
        prop_assert!(begun.windows(2).all(|two| two[0] < two[1]), "{begun:?}");
        prop_assert!(kept.iter().filter(|one| matches!(one, Kept::Ended(..))).count() <= 1);
    }

    #[test]
    fn it_ends_in_bounded_time_and_sends_each_try_once(
        happenings in prop::collection::vec(happening(), 0..120),
    ) {
        let mut run = begin();
        let mut told = BTreeSet::new();
        let mut ends = 0;
        let mut begun = Vec::new();
        let (mut now, mut latest) = (0_i64, 0_i64);
        let mut take = |orders: Vec<Order>| {
            for order in orders {
                match order {
                    Order::Send { attempt, tries } => {
                        assert!(told.insert((attempt, tries)), "{attempt} try {tries} twice");
                        assert!(tries <= Retry::default().most);
                    }
                    Order::Begin { step } => begun.push(step),
                    Order::Exhausted { .. } => ends += 1,
                }
            }
        };
        for one in happenings {
            match one {
                Happening::Clock(by) => now += by,
                Happening::Report { step, person, route, tries, state, late } => {
                    let attempt = AttemptId { step, person, route };
                    let state = AttemptState::ALL[state];
                    latest = latest.max(now + late);
                    run.hear(&Report { attempt, tries, state, at: at(now + late) });
                }
            }
            latest = latest.max(now);
            let sleeps = run.next_look().is_none_or(|next| next > at(now));
            let before = run.progress();
            let orders = look(&mut run, at(now));
            // Whoever sleeps until then misses nothing, where the clock did not go back.
            if sleeps && now == latest {
                prop_assert_eq!(&orders, &[]);
                prop_assert_eq!(run.progress(), before);
            }
            take(orders);
        }
        // From here on only time passes: by its longest, from the latest begin of a step, it is over.
        let longest = ladder().longest().as_secs();
        for _ in 0..=ladder().steps().len() {
            now = now.max(0) + longest;
            take(look(&mut run, at(now)));
        }
        let is_over = matches!(run.progress(), Progress::Exhausted { .. });
        prop_assert!(is_over, "{:?}", run.progress());
        prop_assert_eq!(ends, 1);
        prop_assert_eq!(begun, [0, 1, 2]);
        prop_assert_eq!(look(&mut run, at(now + 1_000_000)), []);
        prop_assert_eq!(run.next_look(), None);
    }

    #[test]
    fn the_same_calls_give_the_same(seconds in prop::collection::vec(0..7_200_i64, 1..40)) {
        let mut sorted = seconds;
        sorted.sort_unstable();
        let told = || {
            let mut run = begin();
            sorted.iter().flat_map(|second| look(&mut run, at(*second))).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(), told());
    }

    #[test]
    fn whoever_sleeps_until_the_next_look_misses_nothing(patience in 1..900_i64) {
        let mut run = begin();
        let mut looks = 0;
        let mut slept = Vec::new();
        while let Some(when) = run.next_look() {
            slept.extend(look(&mut run, when));
            looks += 1;
            prop_assert!(looks < 1_000);
        }
        let mut awake = begin();
        let mut seen = Vec::new();
        for second in (0..3 * 3_600).step_by(usize::try_from(patience).unwrap()) {
            seen.extend(look(&mut awake, at(second)));
        }
        let begun = |orders: &[Order]| {
            orders.iter().filter(|order| matches!(order, Order::Begin { .. })).count()
        };
        prop_assert_eq!(begun(&slept), begun(&seen));
    }
}
