//! `wardround record list` and `record erase`

use clap::Args;
use jiff::Timestamp;
use model::event::{Event, EventId};
use model::organisation::OrganisationCode;
use store::Filter;

use crate::commands::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::terminal;

/// Events are read in pages, so that a long record needs no more memory than a short one.
const PAGE: usize = 1_000;

/// What was recorded, in order: who said what, when it was so, when it was known
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround record list --org XT1
  wardround record list --kind evidence.imported --known-until 2017-05-12T13:00:00Z --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// Of this organisation only
    #[arg(long, value_name = "CODE")]
    org: Option<OrganisationCode>,

    /// Of this kind only; may be given more than once
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,

    /// Only what was known at this instant (2017-05-12T13:00:00Z)
    #[arg(long, value_name = "INSTANT")]
    known_until: Option<Timestamp>,

    /// From this number on
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    from: u64,

    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,

    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    arguments.store.with(Purpose::Look, async |context, caller| {
        if let Some(organisation) = &arguments.org
            && !caller.may(organisation)
        {
            return Err(app::Error::NoOrganisation(organisation.clone()).into());
        }
        let mut filter = Filter {
            kinds: arguments.kind.clone(),
            subject: None,
            organisation: arguments.org.clone(),
            known_until: arguments.known_until,
            from_number: arguments.from,
        };
        let mut left = arguments.limit;
        while left > 0 {
            let events = context.store.events(&filter, PAGE.min(left)).await?;
            let Some(last) = events.last() else { break };
            filter.from_number = last.number + 1;
            left -= events.len();
            let mut text = String::new();
            for event in &events {
                text.push_str(&if arguments.json { json(event) } else { line(event) });
            }
            terminal::print(&text)?;
        }
        Ok(0)
    })
}

fn line(event: &Event) -> String {
    let of = &event.event;
    let mut text = format!(
        "{:>6}  {}  {}  {}  by {}",
        event.number, event.as_known, of.kind, of.subject, of.actor
    );
    if let Some(other) = &of.on_behalf_of {
        text.push_str(&format!(" for {other}"));
    }
    if let Some(reason) = &of.reason {
        text.push_str(&format!(": {reason}"));
    }
    if event.has_personal && of.personal.is_none() {
        text.push_str(" (personal part erased)");
    }
    text.push('\n');
    // What others wrote must not move the cursor of who reads it.
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

fn json(event: &Event) -> String {
    let of = &event.event;
    let body: serde_json::Value =
        serde_json::from_str(&of.body).unwrap_or_else(|_| of.body.clone().into());
    let document = serde_json::json!({
        "number": event.number,
        "id": event.id.as_str(),
        "kind": of.kind,
        "subject": of.subject,
        "organisation": of.organisation.as_ref().map(OrganisationCode::as_str),
        "actor": of.actor,
        "on_behalf_of": of.on_behalf_of,
        "authority": of.authority,
        "reason": of.reason,
        "as_at": of.as_at.to_string(),
        "as_known": event.as_known.to_string(),
        "caused_by": of.caused_by.as_ref().map(EventId::as_str),
        "corrects": of.corrects.as_ref().map(EventId::as_str),
        "marking": of.marking.label(),
        "body": body,
        "has_personal": event.has_personal,
        "personal_erased": event.has_personal && of.personal.is_none(),
    });
    format!("{document}\n")
}

/// Erase what is personal of an event; the log holds its salted hash only and still verifies
#[derive(Debug, Args)]
pub(crate) struct EraseArguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The event, as `record list --json` gives its id
    #[arg(value_name = "EVENT")]
    event: EventId,
}

pub(crate) fn erase(arguments: &EraseArguments) -> Result<u8, CliError> {
    arguments.store.with(Purpose::Add, async |context, _| {
        let erased = context.store.erase_personal(&arguments.event).await?;
        terminal::print(if erased {
            "Erased. The event stands; what was personal of it is gone.\n"
        } else {
            "Nothing to erase: there is no such event, or nothing personal in it.\n"
        })?;
        Ok(0)
    })
}
