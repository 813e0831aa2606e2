//! `wardround knowledge adopt`

use std::path::PathBuf;

use app::exposure::knowledge::adopt;
use clap::Args;

use crate::commands::with_store::{Purpose, StoreArguments, bring_up_to_date};
use crate::error::CliError;
use crate::{knowledge_file, terminal};

/// Let the record answer from this knowledge from now on. What it answered before stays as it was
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The compiled knowledge; without it, that which `check` would use
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let loaded = knowledge_file::load(arguments.file.as_deref())?;
    // Refused with the words of this command where it cannot be used.
    knowledge_file::open(&loaded)?;
    let since = arguments.store.with(Purpose::Add, async |context, caller| {
        let since = adopt(context, caller, &loaded.bytes).await?.since;
        bring_up_to_date(context).await;
        Ok(since)
    })?;
    terminal::print(&format!("The record answers from this knowledge since {since}.\n"))?;
    Ok(0)
}
