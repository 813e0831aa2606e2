//! Readiness: what is shown counts, evidence that is taken away only lowers it, and later facts change no earlier answer.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use response::alert::AlertNumber;
use response::answer::{Applicability, Entry, Hosts, Proof, Route, Statement};
use response::readiness::{
    Asked, Claim, Contacts, Estate, Facts, Kind, Level, Named, Outcome, Part, Readiness, Said,
    claims, readiness, series,
};

fn day(day: i64) -> Timestamp {
    let first: Timestamp = "2017-05-01T12:00:00Z".parse().unwrap();
    first.checked_add(SignedDuration::from_hours(24 * day)).unwrap()
}

/// What evidence shows of one host that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    Unseen,
    Stale,
    Open,
    Fixed,
}

fn estate(hosts: &[Host], is_size_known: bool, is_asked: bool) -> Estate {
    let of = |wanted: &[Host]| hosts.iter().filter(|host| wanted.contains(host)).count() as u64;
    let unseen = if is_size_known { of(&[Host::Unseen]) } else { 0 };
    let exploited = Hosts {
        affected: of(&[Host::Open]),
        unknown: of(&[Host::Stale]) + unseen,
        fixed: of(&[Host::Fixed]),
        ..Hosts::default()
    };
    let seen = hosts.len() as u64 - of(&[Host::Unseen]);
    Estate {
        hosts: is_size_known.then_some(hosts.len() as u64),
        seen,
        fresh: of(&[Host::Open, Host::Fixed]),
        latest: (seen > 0).then_some(date(2017, 5, 1)),
        exploited: is_asked.then_some(exploited),
        ..Estate::default()
    }
}

fn shown(hosts: &[Host], is_size_known: bool) -> Option<Hosts> {
    let estate = estate(hosts, is_size_known, true);
    estate.exploited.filter(|hosts| is_size_known && hosts.all() > 0)
}

/// An alert of 1 May, to be answered by the 3rd and done by the 12th.
#[derive(Clone, Debug)]
struct Story(Asked);

impl Story {
    fn asked() -> Self {
        let number = AlertNumber::new(1).unwrap();
        let mut story = Self(Asked { number, entries: Vec::new(), ended: None, hosts: None });
        story.say(
            0,
            Statement::Addressed {
                hosts: None,
                acknowledge_by: day(2),
                act_by: Some(date(2017, 5, 12)),
                because: "14 days".to_owned(),
            },
        );
        story
    }

    fn say(&mut self, when: i64, statement: Statement) {
        let number = self.0.entries.len() as u64 + 100;
        let by_program = matches!(
            statement,
            Statement::Found { .. } | Statement::Closed | Statement::Addressed { .. }
        );
        let entry = Entry {
            id: format!("00000000-0000-7000-8000-{number:012}").parse().unwrap(),
            at: day(when),
            actor: "lead".to_owned(),
            on_behalf_of: None,
            reason: None,
            statement,
        };
        self.0.entries.push(Said { number, by_program, entry });
    }

    fn facts(&self) -> Facts {
        Facts { alerts: vec![self.0.clone()], ..Facts::default() }
    }
}

fn disputed(affected: u64) -> Statement {
    Statement::Found { proof: Proof::Disputed { affected } }
}

const AGREES: Statement = Statement::Found { proof: Proof::Agrees };

fn part(facts: &Facts, kind: Kind, at: i64) -> Part {
    let found = readiness(facts, day(at));
    found.parts.into_iter().find(|part| part.kind == kind).unwrap()
}

#[test]
fn a_claim_is_worth_what_evidence_said_to_it_and_no_more() {
    let mut story = Story::asked();
    story.say(1, Statement::Acknowledged { route: Route::Page, caller: None });
    story.say(2, Statement::Claimed);
    story.say(2, disputed(7));
    let part_at = |story: &Story, at| part(&story.facts(), Kind::Veracity, at);
    let before = part_at(&story, 4);
    assert_eq!((before.level, before.shown, before.of), (Level::Gaps, 0, Some(1)));
    assert!(before.because.contains("1 it contradicted"), "{}", before.because);
    assert!(before.because.contains("stands unproved for 2 days"), "{}", before.because);
    assert!(before.rows[0].what.contains("7 hosts open"), "{:?}", before.rows);
    // Mended within the time for which evidence counts, it is borne out, and still was contradicted.
    let mut mended = story.clone();
    mended.say(9, AGREES);
    mended.say(9, Statement::Closed);
    let part = part_at(&mended, 10);
    assert_eq!((part.level, part.shown, part.of), (Level::Shown, 1, Some(1)));
    assert!(part.because.contains("1 it contradicted"), "{}", part.because);
    assert_eq!(part.rows[0].event, 102, "the row is the claim's own event");
    // Later it speaks of later work.
    let mut late = story.clone();
    late.say(17, AGREES);
    assert_eq!(claims(&[late.0.clone()], day(20))[0].outcome(), Outcome::Late);
    assert_eq!(part_at(&late, 20).level, Level::Gaps);
    // Who claims anew makes a second claim, and the first stays what it was.
    let mut again = story.clone();
    again.say(6, Statement::Claimed);
    again.say(6, AGREES);
    let outcomes: Vec<Outcome> =
        claims(&[again.0.clone()], day(8)).iter().map(Claim::outcome).collect();
    assert_eq!(outcomes, [Outcome::Contradicted, Outcome::BorneOut]);
    // That an alert asks for more is nobody's broken word.
    let mut more = story.clone();
    more.say(5, Statement::ClaimWithdrawn);
    assert_eq!(part_at(&more, 8).of, Some(1));
    more.0.entries.last_mut().unwrap().by_program = true;
    assert_eq!((part_at(&more, 8).of, part_at(&more, 8).level), (Some(0), Level::Untested));
}

#[test]
fn the_series_tells_by_the_end_of_each_month_what_was_claimed_and_what_was_proved() {
    let mut story = Story::asked();
    story.say(2, Statement::Claimed);
    story.say(3, disputed(1));
    story.say(33, Statement::Claimed);
    story.say(34, AGREES);
    let found = series(&[story.0.clone()], day(65));
    let told: Vec<(Date, u64, u64, u64)> = found
        .iter()
        .map(|one| (one.month, one.sums.claimed, one.sums.borne_out, one.sums.gap()))
        .collect();
    let expected =
        [(date(2017, 5, 1), 1, 0, 1), (date(2017, 6, 1), 2, 1, 1), (date(2017, 7, 1), 2, 1, 1)];
    assert_eq!(told, expected);
    assert!(series(&[Story::asked().0], day(65)).is_empty(), "nothing was claimed");
}

#[test]
fn who_never_answers_is_never_in_time_and_what_was_over_before_its_time_was_missed_by_nobody() {
    let story = Story::asked();
    let waiting = part(&story.facts(), Kind::Answering, 1);
    assert_eq!((waiting.level, waiting.of), (Level::Untested, Some(0)));
    let silent = part(&story.facts(), Kind::Answering, 3);
    assert_eq!((silent.level, silent.shown, silent.of), (Level::Gaps, 0, Some(1)));
    assert!(silent.because.contains("have no answer"), "{}", silent.because);
    let mut withdrawn = story.clone();
    withdrawn.0.ended = Some(day(1));
    assert_eq!(part(&withdrawn.facts(), Kind::Answering, 3).of, Some(0));
    let mut answered = story.clone();
    answered.say(1, Statement::ApplicabilityStated(Applicability::Applies));
    let part = part(&answered.facts(), Kind::Answering, 3);
    assert_eq!((part.level, part.shown), (Level::Shown, 1));
    assert!(part.because.contains("median answer took 24 hours"), "{}", part.because);
}

#[test]
fn an_alert_past_its_day_counts_as_done_when_evidence_shows_it_and_not_when_it_is_said() {
    let mut story = Story::asked();
    story.say(1, Statement::Claimed);
    story.say(1, AGREES);
    story.say(1, Statement::Closed);
    let of = |hosts| {
        let mut story = story.clone();
        story.0.hosts = hosts;
        part(&story.facts(), Kind::Overdue, 20)
    };
    assert_eq!(of(None).level, Level::Gaps);
    let settled = Hosts { fixed: 3, ..Hosts::default() };
    assert_eq!(of(Some(settled)).level, Level::Shown);
    let open = of(Some(Hosts { affected: 2, ..settled }));
    assert_eq!((open.level, open.shown, open.of), (Level::Gaps, 0, Some(1)));
    assert!(open.rows[0].what.contains("2 hosts open"), "{:?}", open.rows);
    let before = part(&story.facts(), Kind::Overdue, 5);
    assert_eq!((before.level, before.of), (Level::Untested, Some(0)), "its day is to come");
}

#[test]
fn who_has_shown_nothing_is_not_ready_and_says_so_in_every_part() {
    let nothing = readiness(&Facts::default(), day(0));
    assert_eq!(nothing.verdict(), Level::NotShown);
    assert_eq!(nothing.parts.len(), Kind::ALL.len());
    for part in &nothing.parts {
        assert!(part.because.ends_with('.') && part.shown == 0, "{part:?}");
        assert!(part.level < Level::Shown, "{part:?}");
    }
    // A few hosts of nobody knows how many are no coverage, and as many as are expected are.
    let few = |is_known| Facts {
        estate: estate(&[Host::Fixed, Host::Fixed], is_known, true),
        ..Facts::default()
    };
    assert_eq!(part(&few(false), Kind::Coverage, 0).level, Level::NotShown);
    assert_eq!(part(&few(false), Kind::Exploited, 0).level, Level::NotShown);
    assert_eq!(part(&few(true), Kind::Coverage, 0).level, Level::Shown);
}

#[test]
fn who_is_named_and_who_was_confirmed_are_two_things() {
    let of = |contacts: Contacts| part(&Facts { contacts, ..Facts::default() }, Kind::Contacts, 0);
    let fresh = Named { confirmed_on: Some(date(2017, 4, 1)), is_fresh: true };
    let stale = Named { confirmed_on: Some(date(2015, 4, 1)), is_fresh: false };
    let all = |named: Named| Contacts {
        leads: vec![named],
        deputies: vec![named],
        at_night: vec![named],
    };
    assert_eq!((of(all(fresh)).level, of(all(fresh)).shown), (Level::Shown, 6));
    assert_eq!((of(all(stale)).level, of(all(stale)).shown), (Level::Gaps, 3));
    let without = of(Contacts { deputies: Vec::new(), ..all(fresh) });
    assert!(without.because.contains("register names no deputy"), "{}", without.because);
}

fn host() -> impl Strategy<Value = Host> {
    prop_oneof![Just(Host::Unseen), Just(Host::Stale), Just(Host::Open), Just(Host::Fixed),]
}

fn statement() -> impl Strategy<Value = Statement> {
    prop_oneof![
        Just(Statement::Acknowledged { route: Route::Page, caller: None }),
        Just(Statement::ApplicabilityStated(Applicability::DoesNot)),
        Just(Statement::ApplicabilityStated(Applicability::Applies)),
        Just(Statement::Acting { next_update: None }),
        Just(Statement::Claimed),
        Just(Statement::ClaimWithdrawn),
        (1..9_u64).prop_map(disputed),
        Just(Statement::Found { proof: Proof::Unproved { unknown: Some(1) } }),
        Just(AGREES),
        Just(Statement::Closed),
    ]
}

fn story() -> impl Strategy<Value = Story> {
    let said = prop::collection::vec((0..30_i64, statement()), 0..12);
    (1..9_u32, said, prop::option::of(0..30_i64)).prop_map(|(number, mut said, ended)| {
        let mut story = Story::asked();
        story.0.number = AlertNumber::new(number).unwrap();
        said.sort_by_key(|(when, _)| *when);
        for (when, statement) in said {
            story.say(when, statement);
        }
        story.0.ended = ended.map(day);
        story
    })
}

/// Whether it is evidence: what a program found, or that somebody has read an alert.
fn is_evidence(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Found { .. } | Statement::Closed | Statement::Acknowledged { .. }
    )
}

fn all(hosts: &[Host], is_size_known: bool, stories: &[Story]) -> Facts {
    let alerts = stories.iter().map(|story| {
        let hosts = shown(hosts, is_size_known);
        Asked { hosts, ..story.0.clone() }
    });
    Facts {
        estate: estate(hosts, is_size_known, true),
        alerts: alerts.collect(),
        contacts: Contacts::default(),
    }
}

fn no_better(before: &Readiness, after: &Readiness) -> Result<(), TestCaseError> {
    for (before, after) in before.parts.iter().zip(&after.parts) {
        prop_assert!(after.rank() <= before.rank(), "{before:?} became {after:?}");
    }
    prop_assert!(after.verdict() <= before.verdict());
    prop_assert!(after.rank() <= before.rank());
    Ok(())
}

proptest! {
    #[test]
    fn evidence_that_is_taken_away_never_improves_anything(
        hosts in prop::collection::vec(host(), 1..8),
        is_size_known in any::<bool>(),
        stories in prop::collection::vec(story(), 0..4),
        which in any::<prop::sample::Index>(),
        at in 0..40_i64,
    ) {
        let before = readiness(&all(&hosts, is_size_known, &stories), day(at));
        // The evidence of a host: it is there as before, and nobody knows of it.
        let mut fewer = hosts.clone();
        *which.get_mut(&mut fewer[..]) = Host::Unseen;
        no_better(&before, &readiness(&all(&fewer, is_size_known, &stories), day(at)))?;
        // Evidence that grew too old.
        let mut older = hosts.clone();
        if which.get(&hosts) != &Host::Unseen {
            *which.get_mut(&mut older[..]) = Host::Stale;
        }
        no_better(&before, &readiness(&all(&older, is_size_known, &stories), day(at)))?;
        // What was found, and that somebody answered: each by itself.
        for (story, own) in stories.iter().enumerate() {
            for (said, _) in own.0.entries.iter().enumerate()
                .filter(|(_, said)| is_evidence(&said.entry.statement))
            {
                let mut without = stories.clone();
                without[story].0.entries.remove(said);
                no_better(&before, &readiness(&all(&hosts, is_size_known, &without), day(at)))?;
            }
        }
    }

    #[test]
    fn what_is_not_known_is_never_better_than_what_is_known_to_be_good(
        hosts in prop::collection::vec(host(), 1..8),
        is_size_known in any::<bool>(),
        stories in prop::collection::vec(story(), 0..3),
        which in any::<prop::sample::Index>(),
        at in 0..40_i64,
    ) {
        let mut good = hosts.clone();
        *which.get_mut(&mut good[..]) = Host::Fixed;
        let known = readiness(&all(&good, is_size_known, &stories), day(at));
        no_better(&known, &readiness(&all(&hosts, is_size_known, &stories), day(at)))?;
        no_better(&readiness(&all(&hosts, true, &stories), day(at)),
            &readiness(&all(&hosts, false, &stories), day(at)))?;
    }

    #[test]
    fn later_facts_change_no_earlier_answer(
        stories in prop::collection::vec(story(), 0..4),
        later in prop::collection::vec((0..20_i64, statement()), 0..6),
        at in 0..40_i64,
    ) {
        let before = readiness(&all(&[Host::Fixed], true, &stories), day(at));
        let mut more = stories.clone();
        for story in &mut more {
            for (after, statement) in &later {
                story.say(at + 1 + after, statement.clone());
            }
            if story.0.ended.is_none_or(|ended| ended > day(at)) {
                story.0.ended = Some(day(at + 1));
            }
        }
        prop_assert_eq!(readiness(&all(&[Host::Fixed], true, &more), day(at)), before);
    }

    #[test]
    fn the_series_ends_with_what_holds_at_the_instant(
        stories in prop::collection::vec(story(), 1..4),
        at in 0..60_i64,
    ) {
        let found = readiness(&all(&[Host::Fixed], true, &stories), day(at));
        let own = found.parts.iter().find(|part| part.kind == Kind::Veracity).unwrap();
        match found.series.last() {
            Some(last) => {
                prop_assert_eq!((Some(last.sums.claimed), last.sums.borne_out), (own.of, own.shown));
            }
            None => prop_assert!(found.claims.is_empty()),
        }
    }
}
