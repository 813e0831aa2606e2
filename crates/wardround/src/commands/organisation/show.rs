//! `wardround organisation list` and `organisation show`

use app::organisations::kept::history;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::register::{CallPolicy, CallStep, Freshness, Hours, Organisation};
use model::organisation::{OrganisationCode, OrganisationKind, Personal};

use super::add::kind;
use crate::commands::shared::{parse_day, today};
use crate::commands::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::terminal;

/// The organisations that are open as at a day
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    store: StoreArguments,

    /// Of this kind only
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<OrganisationKind>,

    /// As at this day. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_at: Option<Date>,

    /// As it was known at this instant
    #[arg(long, value_name = "INSTANT")]
    as_known: Option<Timestamp>,

    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn list(arguments: &ListArguments) -> Result<u8, CliError> {
    arguments.store.with(Purpose::Look, async |context, caller| {
        let day = arguments.as_at.unwrap_or_else(today);
        let register = history(context, arguments.as_known).await?.at(day);
        let mut text = String::new();
        let mut count = 0;
        for organisation in register.open() {
            let wanted = arguments.kind.is_none_or(|kind| organisation.kind == kind);
            if !wanted || !caller.may(&organisation.code) {
                continue;
            }
            count += 1;
            text.push_str(&if arguments.json {
                format!("{}\n", json(organisation))
            } else {
                format!(
                    "{:<10} {:<13} {}\n",
                    organisation.code,
                    organisation.kind.to_string(),
                    organisation.label()
                )
            });
        }
        if !arguments.json {
            text.push_str(&format!("{count} open as at {day}\n"));
        }
        terminal::print(&text)?;
        Ok(0)
    })
}

/// One organisation: who it is, who fixes its machines, whom to ring by day and at 02:00
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// Its code
    #[arg(value_name = "CODE")]
    code: OrganisationCode,

    /// As at this day. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_at: Option<Date>,

    /// As it was known at this instant
    #[arg(long, value_name = "INSTANT")]
    as_known: Option<Timestamp>,

    /// At 02:00: only telephone numbers reach
    #[arg(long)]
    night: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    arguments.store.with(Purpose::Look, async |context, caller| {
        let day = arguments.as_at.unwrap_or_else(today);
        let register = history(context, arguments.as_known).await?.at(day);
        let known = register.get(&arguments.code).filter(|one| caller.may(&one.code));
        let Some(one) = known else {
            return Err(app::Error::NoOrganisation(arguments.code.clone()).into());
        };
        let mut text = format!("{} ({}), {}", one.label(), one.code, one.kind);
        match &one.closed {
            Some(closed) => text.push_str(&format!(", closed; last day {}\n", closed.last_day)),
            None => text.push_str(&format!(", open since {}\n", one.opened)),
        }
        let above: Vec<String> =
            register.ancestors(&one.code).iter().map(ToString::to_string).collect();
        if !above.is_empty() {
            text.push_str(&format!("  below: {}\n", above.join(", ")));
        }
        match &one.expected_hosts {
            Some(expected) => text
                .push_str(&format!("  expected hosts: {} ({})\n", expected.count, expected.source)),
            None => text.push_str("  expected hosts: nobody has said\n"),
        }
        let hours = if arguments.night { Hours::Night } else { Hours::Working };
        let calls = register.call_list(&one.code, hours, CallPolicy::default());
        let fixers: Vec<String> = calls.fixers.iter().map(ToString::to_string).collect();
        text.push_str(&format!("  who fixes its machines: {}\n", fixers.join(", ")));
        if calls.is_orphan() {
            text.push_str(
                "  NOBODY CAN BE REACHED about it: name a contact with a telephone number\n",
            );
        }
        for (at, step) in calls.steps.iter().enumerate() {
            text.push_str(&format!("  {}. {}\n", at + 1, words(step)));
        }
        terminal::print(&text)?;
        Ok(0)
    })
}

fn words(step: &CallStep<'_>) -> String {
    let who = match &step.responsibility.personal {
        Personal::Given(contact) => {
            let parts = [&contact.name, &contact.phone, &contact.mobile, &contact.mail];
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
        }
        Personal::Erased => "(erased)".to_owned(),
        Personal::None => String::new(),
    };
    let fresh = match step.freshness {
        Freshness::Fresh { days } => format!("confirmed {days} days ago"),
        Freshness::Stale { days } => format!("STALE: confirmed {days} days ago"),
        Freshness::Unconfirmed => "never confirmed".to_owned(),
    };
    let reach = if step.reaches { "" } else { "; does not reach at this hour" };
    format!("{} {}: {who} ({fresh}{reach})", step.organisation, step.slot.role)
}

fn json(one: &Organisation) -> serde_json::Value {
    serde_json::json!({
        "code": one.code.as_str(),
        "name": one.name.as_ref().map(model::organisation::OrganisationName::as_str),
        "kind": one.kind.code(),
        "parent": one.parent.as_ref().map(OrganisationCode::as_str),
        "opened": one.opened.to_string(),
        "expected_hosts": one.expected_hosts.as_ref().map(|expected| expected.count),
    })
}
