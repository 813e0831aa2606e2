//! `wardround knowledge`

mod adopt;
mod build;
mod bundle;
mod show;
mod sources;
mod update;

use clap::{Args, Subcommand};

use crate::error::CliError;

/// Build, update, carry and look at what the world knows
///
/// Without any of this, `check` uses what is built in: the worm-class flaws of Windows and its
/// lifecycles, each with its source.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround knowledge update
  wardround knowledge show CVE-2017-0144")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Arguments),
    Update(update::Arguments),
    Bundle(bundle::Arguments),
    Show(show::Arguments),
    Adopt(adopt::Arguments),
}

pub(crate) use update::in_background;

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.command {
        Command::Build(arguments) => build::run(arguments),
        Command::Update(arguments) => update::run(arguments),
        Command::Bundle(arguments) => bundle::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::Adopt(arguments) => adopt::run(arguments),
    }
}
