//! Every statement of a run comes back from its event as it went in.

use jiff::SignedDuration;
use model::event::{Event, EventId};
use response::alert::AlertNumber;
use response::answer::Route;
use response::delivery::{Occasion, Statement};
use response::escalation::{AttemptId, AttemptState, Ladder, Recipient, Report, Step};

use super::record::{DELIVERY_KINDS, is_of_run, read, write};
use crate::context::Caller;

fn now() -> jiff::Timestamp {
    "2017-05-12T10:00:00Z".parse().unwrap()
}

fn ladder() -> Ladder {
    let step = |label: &str, person: &str, is_watching| Step {
        label: label.to_owned(),
        people: vec![Recipient {
            person: person.to_owned(),
            routes: vec![Route::Sms, Route::Mail],
        }],
        wait: SignedDuration::from_mins(10),
        is_watching,
    };
    Ladder::new(vec![
        step("security lead", "RX1/security-lead/1", false),
        step("region", "R1/security-lead/1", true),
    ])
    .unwrap()
}

fn all() -> Vec<Statement> {
    let attempt = AttemptId { step: 0, person: 0, route: 1 };
    let heard = |state, why: Option<&str>| Statement::Heard {
        report: Report { attempt, tries: 2, state, at: now() },
        carrier: "notify".to_owned(),
        why: why.map(ToOwned::to_owned),
    };
    let mut all: Vec<Statement> =
        Occasion::ALL.map(|occasion| Statement::Begun { occasion, ladder: ladder() }).into();
    all.extend(AttemptState::ALL.map(|state| heard(state, None)));
    all.push(heard(AttemptState::PermanentFailure, Some("no such number")));
    all.extend([
        Statement::StepBegun { step: 1 },
        Statement::Passed { step: 0, person: 0 },
        Statement::TakenOn { step: 1, person: 0 },
        Statement::CallAsked { step: 0, person: 0 },
        Statement::Exhausted { was_anybody_reached: true },
        Statement::Exhausted { was_anybody_reached: false },
        Statement::Superseded,
    ]);
    all
}

#[test]
fn every_statement_comes_back_and_every_kind_is_written() {
    let number = AlertNumber::new(17).unwrap();
    let code = "RX1".parse().unwrap();
    let run: EventId = "0197a3f0-0000-7000-8000-000000000001".parse().unwrap();
    let mut kinds = std::collections::BTreeSet::new();
    for statement in all() {
        let is_first = matches!(statement, Statement::Begun { .. });
        let about = (number, &code);
        let own = (!is_first).then_some(&run);
        let new = write(now(), &Caller::operator("wardround"), about, own, &statement);
        assert!(is_of_run(&new.kind), "{}", new.kind);
        assert_eq!(new.subject, format!("alert/{number}/RX1"));
        assert_eq!(new.personal, None, "people are named by what the register calls them");
        kinds.insert(new.kind.clone());
        let event =
            Event { number: 7, id: run.clone(), as_known: now(), event: new, has_personal: false };
        let entry = read(&event).unwrap();
        assert_eq!((entry.statement, entry.run, entry.at), (statement, run.clone(), now()));
    }
    let written: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let mut known = DELIVERY_KINDS.to_vec();
    known.sort_unstable();
    assert_eq!(written, known);
}

#[test]
fn what_cannot_be_read_says_which_field() {
    let number = AlertNumber::new(17).unwrap();
    let code = "RX1".parse().unwrap();
    let run: EventId = "0197a3f0-0000-7000-8000-000000000001".parse().unwrap();
    let statement = Statement::StepBegun { step: 1 };
    let about = (number, &code);
    let new = write(now(), &Caller::operator("wardround"), about, Some(&run), &statement);
    for (body, field) in [
        (r#"{"version":1,"run":"0197a3f0-0000-7000-8000-000000000001"}"#, "step"),
        (r#"{"version":1,"step":256,"run":"0197a3f0-0000-7000-8000-000000000001"}"#, "step"),
        (r#"{"version":1,"step":1}"#, "run"),
        (r#"{"version":1,"step":1,"run":"x"}"#, "run"),
    ] {
        let mut event = Event {
            number: 7,
            id: run.clone(),
            as_known: now(),
            event: new.clone(),
            has_personal: false,
        };
        event.event.body = body.to_owned();
        let error = read(&event).unwrap_err().to_string();
        assert!(error.contains(&format!("`{field}`")), "{error}");
    }
}
