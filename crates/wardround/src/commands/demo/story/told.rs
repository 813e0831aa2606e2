//! What is told: each step with its event, and the proof that the event stands in the record.

use record::checkpoint::{Head, Keys};
use record::proof::verify_proof;
use serde_json::{Value, json};

use super::visitor::Visitor;
use super::{Untold, number, rows, text, until};
use crate::error::CliError;
use crate::terminal;

/// How steps are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands::demo) enum Form {
    /// A sentence a step.
    Words,
    /// A JSON object a line.
    Json,
}

/// An event of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    number: u64,
    kind: String,
    subject: String,
}

/// Tells steps, and keeps the events that it told of.
pub(super) struct Teller {
    form: Form,
    keys: Keys,
    step: u32,
    events: Vec<Event>,
}

impl Teller {
    /// Trusts the key that the server shows: it is the same for all steps, and the last line names it.
    pub(super) fn new(form: Form, visitor: &mut Visitor) -> Result<Self, Untold> {
        let key = visitor.get("/record/key")?.expect(200, "/record/key")?;
        let keys = Keys::parse(&key);
        let keys = keys.map_err(|error| Untold::new(format!("the key of the record: {error}")))?;
        Ok(Self { form, keys, step: 0, events: Vec::new() })
    }

    /// What was said since the last step: events of some questions to the record, as soon as each of these kinds is among
    /// them.
    pub(super) fn said(
        &self,
        reader: &mut Visitor,
        questions: &[String],
        kinds: &[&str],
    ) -> Result<Vec<Event>, Untold> {
        let from = self.events.iter().map(|event| event.number + 1).max().unwrap_or(0);
        let found = until(|| {
            let mut found = Vec::new();
            for question in questions {
                found.extend(events(reader, question, from)?);
            }
            found.sort_by_key(|event| event.number);
            let has = |kind: &&str| found.iter().any(|event| event.kind == **kind);
            Ok(kinds.iter().all(has).then_some(found))
        })?;
        found.ok_or_else(|| Untold::new(format!("the record does not say {}", kinds.join(" and "))))
    }

    /// Tells a step of which events are in the record, as the last of them; each is proved.
    pub(super) fn step(
        &mut self,
        reader: &mut Visitor,
        words: &str,
        events: Vec<Event>,
    ) -> Result<(), CliError> {
        self.step += 1;
        for event in &events {
            self.prove(reader, event)?;
        }
        let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
        match self.form {
            Form::Json => {
                let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
                say(&json!({
                    "step": self.step,
                    "told": words,
                    "events": numbers,
                    "kinds": kinds,
                    "proved": numbers.len(),
                }))?;
            }
            Form::Words => {
                let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                let proved = match &list[..] {
                    [] => String::new(),
                    [one] => format!(" Event {one} of the record, proved."),
                    more => format!(" Events {} of the record, each proved.", more.join(", ")),
                };
                terminal::print_words(&format!("{:>2}. {words}{proved}\n", self.step))?;
            }
        }
        self.events.extend(events);
        Ok(())
    }

    /// Has the record prove that an event stands in it, and checks that with the key; the size and root it was proved
    /// against.
    fn prove(&self, reader: &mut Visitor, event: &Event) -> Result<Head, Untold> {
        let path = format!("/record/{}/proof", event.number);
        let proof = reader.get(&path)?.expect(200, &path)?;
        let proved = verify_proof(proof.as_bytes(), &self.keys).map_err(|error| {
            Untold::new(format!("event {} is not proved: {error}", event.number))
        })?;
        let found = &proved.decoded.event;
        if (found.number, &found.event.kind, &found.event.subject)
            != (event.number, &event.kind, &event.subject)
        {
            return Err(Untold::new(format!(
                "the proof of event {} is of another: {} of {}",
                event.number, found.event.kind, found.event.subject
            )));
        }
        Ok(proved.checkpoint.head)
    }

    /// Proves everything that was told once more, at the end, all against one checkpoint.
    pub(super) fn end(self, reader: &mut Visitor) -> Result<(), CliError> {
        /// A server may say something of its own between two proofs.
        const TRIES: usize = 10;
        for _ in 0..TRIES {
            let heads: Result<Vec<Head>, Untold> =
                self.events.iter().map(|event| self.prove(reader, event)).collect();
            let heads = heads?;
            let Some(head) = heads.first().filter(|first| heads.iter().all(|own| own == *first))
            else {
                continue;
            };
            let count = heads.len();
            return match self.form {
                Form::Json => say(&json!({
                    "proved": count,
                    "checkpoint": { "size": head.size, "root": head.root.to_string() },
                })),
                Form::Words => terminal::print_words(&format!(
                    "All {count} events of this story stand in the record: each was proved against one signed checkpoint \
                     of {} entries, root {}.\n",
                    head.size, head.root
                )),
            };
        }
        Err(Untold::new("the record does not come to rest, so there is no one checkpoint").into())
    }
}

/// The events of a question to the record, from a number on.
fn events(reader: &mut Visitor, question: &str, from: u64) -> Result<Vec<Event>, Untold> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page =
            reader.json(&format!("/api/v1/events?{question}&from={from}&limit=1000{after}"))?;
        found.extend(rows(&page, "/events").map(|event| Event {
            number: number(event, "/number").unwrap_or_default(),
            kind: text(event, "/kind").to_owned(),
            subject: text(event, "/subject").to_owned(),
        }));
        match page.pointer("/next").and_then(Value::as_str) {
            Some(next) => after = format!("&after={next}"),
            None => return Ok(found),
        }
    }
}

fn say(line: &Value) -> Result<(), CliError> {
    terminal::print(&format!("{line}\n"))
}
