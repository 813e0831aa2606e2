//! `wardround organisation`

mod add;
mod import;
mod show;

use clap::{Args, Subcommand};

use crate::error::CliError;

/// The register of organisations: who there is, who runs their IT, whom to ring
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::Arguments),
    Register(add::Arguments),
    List(show::ListArguments),
    Show(show::Arguments),
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.command {
        Command::Import(arguments) => import::run(arguments),
        Command::Register(arguments) => add::run(arguments),
        Command::List(arguments) => show::list(arguments),
        Command::Show(arguments) => show::run(arguments),
    }
}
