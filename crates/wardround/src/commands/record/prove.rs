//! `wardround record prove`, `record check-proof` and `record checkpoint`

use std::path::PathBuf;

use clap::Args;
use model::event::EventId;
use record::checkpoint::Keys;
use record::proof::{prove, verify_proof};
use store::Filter;

use super::verify::keys;
use crate::commands::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::{files, terminal};

/// Write a proof that a fact stands in the record; it can be checked offline with the log's key
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround record prove 42 > fact-42.proof
  wardround record check-proof fact-42.proof --trust mdh.key.pub")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The fact: its number, or its id
    #[arg(value_name = "FACT")]
    fact: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let text = arguments.store.with(Purpose::Look, async |context, _| {
        let number = number_of(context, &arguments.fact).await?;
        let checkpoint = context.store.checkpoint().await?;
        let keys = Keys::new(vec![context.store.verifier_key().clone()]);
        let reader = context.store.log_reader();
        let made =
            tokio::task::spawn_blocking(move || prove(&reader, &checkpoint, &keys, number)).await;
        made.map_err(|e| CliError::failed("the proof could not be made").because(e))?
            .map_err(|e| CliError::failed("the proof could not be made").because(e))
    })?;
    terminal::print(&text)?;
    Ok(0)
}

/// The number of a fact that is named by number or id.
async fn number_of(context: &app::Context, fact: &str) -> Result<u64, CliError> {
    if let Ok(number) = fact.parse() {
        return Ok(number);
    }
    let id: EventId = fact
        .parse()
        .map_err(|e| CliError::usage("a fact is named by its number or its id").because(e))?;
    let mut filter = Filter::default();
    loop {
        let events = context.store.events(&filter, 1_000).await?;
        let Some(last) = events.last() else {
            return Err(CliError::usage(format!("there is no fact {id}"))
                .hint("`wardround record list --json` gives ids and numbers"));
        };
        filter.from_number = last.number + 1;
        if let Some(event) = events.iter().find(|event| event.id == id) {
            return Ok(event.number);
        }
    }
}

/// Check a proof file with the log's key and nothing else
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The proof file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The log's public key: the text itself, or a file with one key a line
    #[arg(long, value_name = "KEY|FILE")]
    trust: String,
}

pub(crate) fn check(arguments: &CheckArguments) -> Result<u8, CliError> {
    let keys = keys(&arguments.trust)?;
    let shown = arguments.file.display();
    let bytes = files::read(&arguments.file, 1 << 20)
        .map_err(|e| CliError::usage(format!("the proof {shown} {e}")))?;
    match verify_proof(&bytes, &keys) {
        Ok(proved) => {
            let event = &proved.decoded.event;
            let text = format!(
                "Proved: event {} ({} of {}, by {}) was recorded at {} and stands in the log {}.\n",
                event.number,
                event.event.kind,
                event.event.subject,
                event.event.actor,
                event.as_known,
                proved.checkpoint.origin,
            );
            terminal::print(&text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}"))?;
            Ok(0)
        }
        Err(error) => {
            let mut text = format!("Not proved: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                text.push_str(&format!(": {cause}"));
                source = cause.source();
            }
            terminal::print(&format!("{text}\n"))?;
            Ok(1)
        }
    }
}

/// The signed checkpoint of now, and the key it is signed with: keep both elsewhere
#[derive(Debug, Args)]
pub(crate) struct CheckpointArguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The public key only
    #[arg(long)]
    key_only: bool,
}

pub(crate) fn checkpoint(arguments: &CheckpointArguments) -> Result<u8, CliError> {
    let text = arguments.store.with(Purpose::Look, async |context, _| {
        if arguments.key_only {
            return Ok(format!("{}\n", context.store.verifier_key()));
        }
        Ok(context.store.checkpoint().await?)
    })?;
    terminal::print(&text)?;
    Ok(0)
}
