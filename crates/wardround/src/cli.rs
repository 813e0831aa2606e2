//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands;
use crate::terminal;

/// Which machines are open to which flaws, from evidence, with reasons.
///
/// Give it what Windows, an inventory tool, a scanner or an SBOM generator printed; it says for
/// every host what it is exposed to, what is fixed, and what nobody can tell from this evidence.
/// It works offline; nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "wardround", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Try: wardround check samples/hospital")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(commands::check::Arguments),
    Explain(commands::explain::Arguments),
    Knowledge(commands::knowledge::Arguments),
    Exposure(commands::exposure::Arguments),
    Estate(commands::estate::Arguments),
    Export(commands::export::Arguments),
    Host(commands::host::Arguments),
    Organisation(commands::organisation::Arguments),
    Import(commands::import::Arguments),
    Record(commands::record::Arguments),
    Sector(commands::sector::Arguments),
    Demo(commands::demo::Arguments),
    Serve(commands::serve::Arguments),
    Admin(commands::admin::Arguments),
    Csaf(commands::csaf::Arguments),
    Formats(commands::formats::Arguments),
}

/// Reads the arguments, runs the command, reports its error; the result is the exit code.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Knowledge(arguments) => commands::knowledge::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments),
        Command::Estate(arguments) => commands::estate::run(&arguments),
        Command::Host(arguments) => commands::host::run(&arguments),
        Command::Organisation(arguments) => commands::organisation::run(&arguments),
        Command::Exposure(arguments) => commands::exposure::run(&arguments),
        Command::Import(arguments) => commands::import::run(&arguments),
        Command::Record(arguments) => commands::record::run(&arguments),
        Command::Sector(arguments) => commands::sector::run(&arguments),
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Admin(arguments) => commands::admin::run(&arguments),
        Command::Csaf(arguments) => commands::csaf::run(&arguments),
        Command::Formats(arguments) => commands::formats::run(&arguments),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if !error.is_quiet() {
                terminal::complain(&error.to_string());
            }
            ExitCode::from(error.exit_code())
        }
    }
}
