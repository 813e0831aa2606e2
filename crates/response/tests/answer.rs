//! One organisation's answer: what it declares beside what evidence shows.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use response::answer::{
    Answer, Applicability, Declared, Entry, Flag, Hosts, Proof, Refused, Route, Shown, Stage,
    Standing, Statement, Told, accept_risk, acknowledge, act, ask_extension, ask_window,
    change_due, claim, close, decide_extension, decide_window, defer, end_acceptance,
    override_close, state_applicability, withdraw_claim,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon(day: i8) -> Timestamp {
    at(&format!("2017-05-{day:02}T12:00:00Z"))
}

/// Evidence: so many open, unknown and fixed, the oldest of a day of May 2017.
fn shown(affected: u64, unknown: u64, fixed: u64, oldest: i8) -> Shown {
    let hosts = Hosts { affected, unknown, fixed, ..Hosts::default() };
    Shown { hosts: Some(hosts), oldest: Some(date(2017, 5, oldest)), is_size_known: true }
}

#[derive(Default)]
struct Story {
    entries: Vec<Entry>,
}

impl Story {
    /// Asked on 1 May: to be acknowledged by the 3rd, done by the 12th.
    fn asked() -> Self {
        let mut story = Self::default();
        story.say(
            1,
            Statement::Addressed {
                hosts: Some(Hosts { affected: 4, ..Hosts::default() }),
                acknowledge_by: noon(3),
                act_by: Some(date(2017, 5, 12)),
                because: "14 days from 28 April".to_owned(),
            },
        );
        story
    }

    fn say(&mut self, day: i8, statement: Statement) {
        let number = self.entries.len();
        self.entries.push(Entry {
            id: format!("00000000-0000-7000-8000-{number:012}").parse().unwrap(),
            at: noon(day),
            actor: "lead".to_owned(),
            on_behalf_of: None,
            reason: Some("because".to_owned()),
            statement,
        });
    }

    fn answer(&self) -> Answer {
        Answer::fold(&self.entries, Timestamp::MAX)
    }

    fn standing(&self, shown: &Shown, day: i8) -> Standing {
        Standing::of(&Answer::fold(&self.entries, noon(day)), shown, noon(day))
    }
}

#[test]
fn the_ladder_of_what_is_declared() {
    let nothing = Shown::default();
    let mut story = Story::default();
    assert_eq!(story.standing(&nothing, 1).stage, Stage::NotAsked);
    assert_eq!(claim(&story.answer()), Err(Refused::NotAsked));
    story = Story::asked();
    assert_eq!(story.standing(&nothing, 1).stage, Stage::Pending);
    story.say(1, Statement::Notified(Told { route: Route::Sms, step: 0 }));
    assert_eq!(story.standing(&nothing, 1).stage, Stage::Notified);
    assert_eq!(story.answer().acknowledged, None, "a receipt is no acknowledgement");
    story.say(2, acknowledge(&story.answer(), Route::Code).unwrap());
    assert_eq!(story.standing(&nothing, 2).stage, Stage::Acknowledged);
    let applies = state_applicability(&story.answer(), Applicability::Applies, None).unwrap();
    story.say(2, applies);
    assert_eq!(story.standing(&nothing, 2).stage, Stage::ApplicabilityStated);
    let update = Some(date(2017, 5, 5));
    story.say(3, act(&story.answer(), update, noon(3)).unwrap());
    assert_eq!(story.standing(&nothing, 3).stage, Stage::Acting);
    assert!(act(&story.answer(), Some(date(2017, 5, 1)), noon(3)).is_err());
    assert!(act(&story.answer(), Some(date(2017, 7, 1)), noon(3)).is_err());
}

#[test]
fn a_claim_with_an_open_host_is_disputed_at_once_and_one_that_evidence_agrees_with_is_closed() {
    let mut story = Story::asked();
    story.say(5, claim(&story.answer()).unwrap());
    // At once, though the evidence is older than the claim.
    let before = shown(1, 0, 3, 4);
    assert!(story.standing(&before, 5).is_disputed());
    assert!(matches!(close(&story.answer(), &before), Err(Refused::NotProved(_))));
    // Evidence that is older than the claim and shows nothing open proves nothing.
    let older = shown(0, 0, 4, 4);
    let oldest = Some(date(2017, 5, 4));
    assert_eq!(story.standing(&older, 5).proof, Some(Proof::Older { oldest }));
    assert!(matches!(close(&story.answer(), &older), Err(Refused::NotProved(_))));
    let dark = shown(0, 1, 3, 6);
    assert_eq!(story.standing(&dark, 6).proof, Some(Proof::Unproved { unknown: Some(1) }));
    assert!(matches!(close(&story.answer(), &dark), Err(Refused::NotProved(_))));
    let newer = shown(0, 0, 4, 6);
    assert_eq!(story.standing(&newer, 6).proof, Some(Proof::Agrees));
    story.say(6, close(&story.answer(), &newer).unwrap());
    assert_eq!(story.standing(&newer, 6).stage, Stage::Closed);
    assert_eq!(claim(&story.answer()), Err(Refused::Closed));
    // A new host that is open opens it again, by itself.
    let again = shown(1, 0, 4, 6);
    let standing = story.standing(&again, 8);
    assert_eq!(standing.stage, Stage::Reopened);
    assert!(standing.is_disputed());
    story.say(8, Statement::Found { proof: Proof::Disputed { affected: 1 } });
    story.say(9, claim(&story.answer()).unwrap());
    assert_eq!(story.standing(&shown(0, 0, 5, 9), 9).proof, Some(Proof::Agrees));
}

#[test]
fn who_says_that_it_does_not_concern_them_is_held_to_it() {
    let mut story = Story::asked();
    let without = state_applicability(&story.answer(), Applicability::DoesNot, None);
    assert!(matches!(without, Err(Refused::Missing(_))));
    let said = state_applicability(&story.answer(), Applicability::DoesNot, Some("no Windows"));
    story.say(2, said.unwrap());
    assert!(matches!(story.answer().declared, Some(Declared::DoesNotApply { .. })));
    assert!(story.standing(&shown(2, 0, 0, 1), 2).is_disputed());
    let unaffected = Shown {
        hosts: Some(Hosts { not_affected: 9, ..Hosts::default() }),
        oldest: Some(date(2017, 4, 30)),
        is_size_known: true,
    };
    assert_eq!(story.standing(&unaffected, 2).proof, Some(Proof::Agrees));
    assert_eq!(story.standing(&Shown::default(), 2).proof, Some(Proof::Unproved { unknown: None }));
    let looks = state_applicability(&story.answer(), Applicability::Investigating, None);
    story.say(3, looks.unwrap());
    assert_eq!(story.answer().declared, None);
}

#[test]
fn an_override_needs_a_name_and_a_reason_and_is_shown_for_ever() {
    let mut story = Story::asked();
    story.say(5, claim(&story.answer()).unwrap());
    let open = shown(2, 0, 3, 5);
    let who = "Dr A. Moss, medical director";
    assert!(override_close(&story.answer(), &open, " ", Some("x")).is_err());
    assert!(override_close(&story.answer(), &open, who, None).is_err());
    assert_eq!(
        override_close(&story.answer(), &shown(0, 0, 5, 6), who, Some("x")),
        Err(Refused::Proved)
    );
    story.say(6, override_close(&story.answer(), &open, who, Some("scanners")).unwrap());
    let standing = story.standing(&open, 6);
    assert_eq!(standing.stage, Stage::Closed);
    assert_eq!(standing.flags, [Flag::Overridden]);
    // It was given for two hosts, not for a third.
    assert_eq!(story.standing(&shown(3, 0, 3, 7), 7).stage, Stage::Reopened);
    story.say(7, Statement::Found { proof: Proof::Disputed { affected: 3 } });
    story.say(8, claim(&story.answer()).unwrap());
    story.say(9, close(&story.answer(), &shown(0, 0, 6, 9)).unwrap());
    assert_eq!(story.standing(&shown(0, 0, 6, 9), 9).flags, [Flag::Overridden]);
}

#[test]
fn a_risk_is_accepted_by_somebody_for_a_time_and_then_it_is_nobodys() {
    let mut story = Story::asked();
    let accept = |story: &Story, owner, control, until, reason| {
        accept_risk(&story.answer(), (owner, control), until, reason, noon(4))
    };
    let until = Some(date(2017, 5, 20));
    for refused in [
        accept(&story, "", "isolated", until, Some("scanner")),
        accept(&story, "A. Moss, SIRO", " ", until, Some("scanner")),
        accept(&story, "A. Moss, SIRO", "isolated", None, Some("scanner")),
        accept(&story, "A. Moss, SIRO", "isolated", until, None),
        accept(&story, "A. Moss, SIRO", "isolated", Some(date(2019, 1, 1)), Some("scanner")),
        accept(&story, "A. Moss, SIRO", "isolated", Some(date(2017, 5, 3)), Some("scanner")),
    ] {
        assert!(refused.is_err(), "{refused:?}");
    }
    story.say(4, accept(&story, "A. Moss, SIRO", "isolated", until, Some("scanner")).unwrap());
    let open = shown(1, 0, 3, 4);
    let held = story.standing(&open, 15);
    assert!(held.flags.contains(&Flag::RiskAccepted { until: date(2017, 5, 20) }));
    assert!(!held.flags.iter().any(|flag| matches!(flag, Flag::Overdue { .. })));
    assert_eq!(held.proof, None, "an accepted risk is no claim");
    let over = story.standing(&open, 21);
    assert!(over.flags.contains(&Flag::AcceptanceExpired { since: date(2017, 5, 20) }));
    assert!(over.flags.contains(&Flag::Overdue { since: date(2017, 5, 12) }));
    story.say(16, end_acceptance(&story.answer()).unwrap());
    assert!(end_acceptance(&story.answer()).is_err());
}

#[test]
fn a_deferral_without_owner_and_end_is_refused() {
    let mut story = Story::asked();
    let now = noon(4);
    let until = Some(date(2017, 5, 30));
    assert!(defer(&story.answer(), "", until, Some("x"), now).is_err());
    assert!(defer(&story.answer(), "A. Moss, COO", None, Some("x"), now).is_err());
    assert!(defer(&story.answer(), "A. Moss, COO", until, None, now).is_err());
    story.say(4, defer(&story.answer(), "A. Moss, COO", until, Some("winter"), now).unwrap());
    let held = story.standing(&Shown::default(), 10);
    assert!(held.flags.contains(&Flag::Deferred { until: date(2017, 5, 30) }));
    let after = Answer::fold(&story.entries, at("2017-05-31T00:00:00Z"));
    assert_eq!(after.deferral, None);
}

#[test]
fn a_window_is_signed_by_the_clinical_side() {
    let mut story = Story::asked();
    let span = (noon(6), noon(7));
    assert!(ask_window(&story.answer(), (noon(7), noon(6)), "theatres", noon(4)).is_err());
    assert!(ask_window(&story.answer(), span, " ", noon(4)).is_err());
    assert!(decide_window(&story.answer(), true, "Dr B. Reed, clinical lead").is_err());
    story.say(4, ask_window(&story.answer(), span, "theatres 1 and 2", noon(4)).unwrap());
    assert!(decide_window(&story.answer(), true, "").is_err());
    story.say(5, decide_window(&story.answer(), true, "Dr B. Reed, clinical lead").unwrap());
    let decided = story.answer().window.unwrap().decided;
    assert_eq!(decided, Some((true, "Dr B. Reed, clinical lead".to_owned())));
    assert!(decide_window(&story.answer(), false, "Dr B. Reed").is_err(), "once");
}

#[test]
fn every_due_day_that_ever_stood_is_kept_with_its_reason() {
    let mut story = Story::asked();
    let same = change_due(&story.answer(), Some(date(2017, 5, 12)), "the same");
    assert_eq!(same, None);
    let sooner = change_due(&story.answer(), Some(date(2017, 5, 7)), "it is exploited");
    story.say(4, sooner.unwrap());
    let days: Vec<(Option<Date>, String)> =
        story.answer().due.into_iter().map(|due| (due.by, due.because)).collect();
    assert_eq!(days.len(), 2);
    assert_eq!(days[1], (Some(date(2017, 5, 7)), "it is exploited".to_owned()));
    let late = story.standing(&shown(1, 0, 0, 1), 8);
    assert!(late.flags.contains(&Flag::Overdue { since: date(2017, 5, 7) }));
    assert!(late.flags.contains(&Flag::AcknowledgementOverdue));
    // More time, asked for and given.
    assert!(ask_extension(&story.answer(), date(2017, 5, 7), Some("x")).is_err());
    assert!(ask_extension(&story.answer(), date(2017, 5, 20), None).is_err());
    story.say(8, ask_extension(&story.answer(), date(2017, 5, 20), Some("x")).unwrap());
    assert!(story.standing(&shown(1, 0, 0, 1), 8).flags.contains(&Flag::ExtensionAsked));
    assert!(decide_extension(&story.answer(), true, "lead").is_err(), "not by who asked");
    story.say(9, decide_extension(&story.answer(), true, "officer").unwrap());
    assert!(decide_extension(&story.answer(), false, "officer").is_err(), "once");
    assert_eq!(story.answer().due_by(), Some(date(2017, 5, 20)));
}

#[test]
fn what_a_word_is_worth_is_counted_once_for_each_claim() {
    let mut story = Story::asked();
    let disputed = Statement::Found { proof: Proof::Disputed { affected: 1 } };
    story.say(4, disputed.clone());
    assert_eq!(story.answer().disputed, 0, "nobody had claimed anything");
    for day in [5, 8] {
        story.say(day, claim(&story.answer()).unwrap());
        story.say(day, disputed.clone());
        story.say(day + 1, disputed.clone());
    }
    story.say(10, withdraw_claim(&story.answer()).unwrap());
    assert!(withdraw_claim(&story.answer()).is_err());
    let answer = story.answer();
    assert_eq!((answer.claims, answer.disputed), (2, 2));
}

fn statement() -> impl Strategy<Value = Statement> {
    let day = (1..28_i8).prop_map(|day| date(2017, 5, day));
    let proof = prop_oneof![
        Just(Proof::Agrees),
        (1..4_u64).prop_map(|affected| Proof::Disputed { affected }),
        Just(Proof::Unproved { unknown: None }),
    ];
    prop_oneof![
        Just(Statement::Notified(Told { route: Route::Mail, step: 0 })),
        Just(Statement::Unreachable),
        Just(Statement::Acknowledged { route: Route::Page, caller: None }),
        prop::sample::select(Applicability::ALL.as_slice())
            .prop_map(Statement::ApplicabilityStated),
        Just(Statement::Acting { next_update: None }),
        Just(Statement::Claimed),
        Just(Statement::ClaimWithdrawn),
        proof.prop_map(|proof| Statement::Found { proof }),
        day.clone().prop_map(|until| Statement::ExtensionAsked { until }),
        any::<bool>().prop_map(|granted| Statement::ExtensionDecided { granted }),
        day.prop_map(|until| Statement::RiskAccepted {
            owner: "A".into(),
            control: "B".into(),
            until
        }),
        Just(Statement::RiskAcceptanceEnded),
    ]
}

proptest! {
    /// 8.7 of the response study, 5 and 6: every state follows from the log, and closed is only what evidence
    /// agrees with or a named person overrode.
    #[test]
    fn only_evidence_or_a_name_closes(
        statements in prop::collection::vec(statement(), 0..30),
        affected in 0..3_u64, unknown in 0..3_u64, fixed in 0..3_u64, oldest in 1..28_i8,
    ) {
        let mut story = Story::asked();
        for statement in statements {
            story.say(10, statement);
        }
        let answer = story.answer();
        prop_assert!(answer.closing.is_none());
        let shown = shown(affected, unknown, fixed, oldest);
        let standing = Standing::of(&answer, &shown, noon(11));
        prop_assert!(standing.stage != Stage::Closed);
        if let Ok(closed) = close(&answer, &shown) {
            prop_assert_eq!(standing.proof, Some(Proof::Agrees));
            prop_assert_eq!(affected + unknown, 0);
            story.say(11, closed);
            prop_assert_eq!(story.standing(&shown, 11).stage, Stage::Closed);
        }
        // Acknowledged is only who said so.
        let said = story.entries.iter().any(|entry| matches!(entry.statement, Statement::Acknowledged { .. }));
        prop_assert_eq!(story.answer().acknowledged.is_some(), said);
        // Told twice, folded twice: the same.
        prop_assert_eq!(story.answer(), story.answer());
    }
}
