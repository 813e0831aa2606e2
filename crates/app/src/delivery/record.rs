//! Statements of runs as the record keeps them, and back. They are about `alert/A17M/CODE`, as answers are. People are
//! named by what the register calls them, never by name or number.

use jiff::{SignedDuration, Timestamp};
use model::event::{Event, EventId, Marking, NewEvent};
use model::organisation::OrganisationCode;
use response::alert::AlertNumber;
use response::answer::Route;
use response::delivery::{Entry, Occasion, Statement};
use response::escalation::{AttemptId, AttemptState, Ladder, Recipient, Report, Step};
use serde_json::{Map, Value, json};

use crate::alerts::encode::{Said, answer_subject, event};
use crate::alerts::fields::{DecodeError, Fields, wrong};
use crate::context::Caller;

/// The kinds of the events of a run.
pub const DELIVERY_KINDS: [&str; 8] =
    [BEGUN, STEP_BEGUN, HEARD, PASSED, TAKEN_ON, CALL_ASKED, EXHAUSTED, SUPERSEDED];

const BEGUN: &str = "delivery.begun";
const STEP_BEGUN: &str = "delivery.step-begun";
const HEARD: &str = "delivery.heard";
const PASSED: &str = "delivery.passed";
const TAKEN_ON: &str = "delivery.taken-on";
const CALL_ASKED: &str = "delivery.call-asked";
const EXHAUSTED: &str = "delivery.exhausted";
const SUPERSEDED: &str = "delivery.superseded";

/// Writes a statement; `run`: the event by which its run began, of every statement but that.
pub(crate) fn write(
    now: Timestamp,
    caller: &Caller,
    (number, organisation): (AlertNumber, &OrganisationCode),
    run: Option<&EventId>,
    statement: &Statement,
) -> NewEvent {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    let kind = match statement {
        Statement::Begun { occasion, ladder } => {
            put("occasion", occasion.code().into());
            put("ladder", ladder.steps().iter().map(write_step).collect());
            BEGUN
        }
        Statement::StepBegun { step } => {
            put("step", (*step).into());
            STEP_BEGUN
        }
        Statement::Heard { report, carrier, why } => {
            put("attempt", report.attempt.to_string().into());
            put("tries", report.tries.into());
            put("state", report.state.code().into());
            put("carrier", carrier.as_str().into());
            if let Some(why) = why {
                put("why", why.as_str().into());
            }
            HEARD
        }
        Statement::Passed { step, person } => {
            put("step", (*step).into());
            put("person", (*person).into());
            PASSED
        }
        Statement::TakenOn { step, person } => {
            put("step", (*step).into());
            put("person", (*person).into());
            TAKEN_ON
        }
        Statement::CallAsked { step, person } => {
            put("step", (*step).into());
            put("person", (*person).into());
            CALL_ASKED
        }
        Statement::Exhausted { was_anybody_reached } => {
            put("was_anybody_reached", (*was_anybody_reached).into());
            EXHAUSTED
        }
        Statement::Superseded => SUPERSEDED,
    };
    if let Some(run) = run {
        put("run", run.to_string().into());
    }
    let said = Said { kind, body, personal: Map::new(), marking: Marking::Amber };
    event(now, caller, (answer_subject(number, organisation), Some(organisation)), said, None)
}

fn write_step(step: &Step) -> Value {
    let person = |who: &Recipient| {
        let routes: Vec<&str> = who.routes.iter().map(|route| route.code()).collect();
        json!({ "person": who.person, "routes": routes })
    };
    json!({
        "label": step.label,
        "wait_seconds": step.wait.as_secs(),
        "is_watching": step.is_watching,
        "people": step.people.iter().map(person).collect::<Vec<_>>(),
    })
}

/// Whether an event is of a run.
pub(crate) fn is_of_run(kind: &str) -> bool {
    DELIVERY_KINDS.contains(&kind)
}

/// Reads a statement.
pub(crate) fn read(event: &Event) -> Result<Entry, DecodeError> {
    let fields = Fields::of(event)?;
    let statement = statement(&event.event.kind, &fields, event.event.as_at)?;
    let run = match &statement {
        Statement::Begun { .. } => event.id.clone(),
        _ => fields.required("run")?,
    };
    Ok(Entry { id: event.id.clone(), run, at: event.event.as_at, statement })
}

fn statement(kind: &str, fields: &Fields, at: Timestamp) -> Result<Statement, DecodeError> {
    let small = |field| small(fields, field);
    Ok(match kind {
        BEGUN => {
            let steps = fields.objects("ladder")?;
            let steps = steps.iter().map(read_step).collect::<Result<_, _>>()?;
            Statement::Begun {
                occasion: fields.coded("occasion", Occasion::of_code)?,
                ladder: Ladder::new(steps).map_err(|error| wrong("ladder", error.to_string()))?,
            }
        }
        STEP_BEGUN => Statement::StepBegun { step: small("step")? },
        HEARD => Statement::Heard {
            report: Report {
                attempt: fields.required::<AttemptId>("attempt")?,
                tries: small("tries")?,
                state: fields.coded("state", AttemptState::of_code)?,
                at,
            },
            carrier: fields.required("carrier")?,
            why: fields.optional("why")?,
        },
        PASSED => Statement::Passed { step: small("step")?, person: small("person")? },
        TAKEN_ON => Statement::TakenOn { step: small("step")?, person: small("person")? },
        CALL_ASKED => Statement::CallAsked { step: small("step")?, person: small("person")? },
        EXHAUSTED => {
            Statement::Exhausted { was_anybody_reached: fields.flag("was_anybody_reached")? }
        }
        SUPERSEDED => Statement::Superseded,
        other => return Err(DecodeError::OtherKind(other.to_owned())),
    })
}

fn small(fields: &Fields, field: &'static str) -> Result<u8, DecodeError> {
    u8::try_from(fields.count(field)?).map_err(|_| wrong(field, "is too large"))
}

fn read_step(fields: &Fields) -> Result<Step, DecodeError> {
    let person = |inside: &Fields| -> Result<Recipient, DecodeError> {
        let route = |name: String| {
            Route::of_code(&name)
                .ok_or_else(|| wrong("routes", format!("holds `{name}`, which is unknown")))
        };
        let routes = inside.list::<String>("routes")?.into_iter().map(route);
        Ok(Recipient {
            person: inside.required("person")?,
            routes: routes.collect::<Result<_, _>>()?,
        })
    };
    let wait = i64::try_from(fields.count("wait_seconds")?);
    Ok(Step {
        label: fields.required("label")?,
        people: fields.objects("people")?.iter().map(person).collect::<Result<_, _>>()?,
        wait: SignedDuration::from_secs(wait.map_err(|_| wrong("wait_seconds", "is too large"))?),
        is_watching: fields.flag("is_watching")?,
    })
}
