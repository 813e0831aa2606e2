//! `wardround record`

mod backup;
mod list;
mod prove;
mod verify;

use clap::{Args, Subcommand};

use crate::error::CliError;

/// What was recorded, and the proof that nothing was rewritten
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Arguments),
    Checkpoint(prove::CheckpointArguments),
    Verify(verify::Arguments),
    Prove(prove::Arguments),
    CheckProof(prove::CheckArguments),
    Erase(list::EraseArguments),
    Backup(backup::BackupArguments),
    Restore(backup::RestoreArguments),
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.command {
        Command::List(arguments) => list::run(arguments),
        Command::Checkpoint(arguments) => prove::checkpoint(arguments),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Prove(arguments) => prove::run(arguments),
        Command::CheckProof(arguments) => prove::check(arguments),
        Command::Erase(arguments) => list::erase(arguments),
        Command::Backup(arguments) => backup::backup(arguments),
        Command::Restore(arguments) => backup::restore(arguments),
    }
}
