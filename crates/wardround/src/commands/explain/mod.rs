//! `wardround explain`

mod host;
mod standard;
mod version;

use clap::{Args, Subcommand};

use crate::error::CliError;

/// Explain a verdict, a version comparison, a CVSS vector or a CPE match, rule by rule
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround explain host MRD-WS-0101 MS17-010 samples/hospital
  wardround explain version dpkg 1.0~rc1-1 1.0-1")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Host(host::Arguments),
    Version(version::Arguments),
    Cvss(standard::CvssArguments),
    Cpe(standard::CpeArguments),
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.command {
        Command::Host(arguments) => host::run(arguments),
        Command::Version(arguments) => version::run(arguments),
        Command::Cvss(arguments) => standard::cvss(arguments),
        Command::Cpe(arguments) => standard::cpe(arguments),
    }
}
