//! `wardround admin`

use app::access;
use clap::{Args, Subcommand};

use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::terminal;

/// Let the first person into a record; they let in the others by the pages
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Begin(BeginArguments),
}

/// Make an account for a national officer, and print the code by which they sign in first
///
/// Whoever can write the record's folder can do this: it is the way in when nobody else can get in.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround admin begin --store /srv/wardround --login j.okoro --name 'Jo Okoro'")]
struct BeginArguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The name to sign in with
    #[arg(long, value_name = "NAME")]
    login: String,

    /// The person's name, as others are to see it
    #[arg(long, value_name = "NAME")]
    name: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let Command::Begin(arguments) = &arguments.command;
    let (_, code) = arguments.store.with(Purpose::Add, async |context, caller| {
        Ok(access::begin(context, caller, &arguments.login, &arguments.name).await?)
    })?;
    terminal::print(&format!(
        "{} may sign in as {} with this code, once, within seven days:\n\n  {code}\n",
        arguments.name, arguments.login
    ))?;
    Ok(0)
}
