//! `wardround csaf`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use formats::advisory::csaf::validate::validate;
use serde_json::json;

use crate::error::{CliError, Kind};
use crate::{files, terminal};

/// Largest document: 64 MiB.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Work with CSAF 2.0 advisories
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround csaf validate advisory.json")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Validate(Validate),
}

/// Run the numbered mandatory tests of CSAF 2.0 and name those that fail
///
/// Exit code: 0 all files are valid, 1 a file is invalid, 2 wrong use, 3 no file could be read.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround csaf validate advisory.json
  wardround csaf validate --json advisories/*.json > result.json")]
struct Validate {
    /// One JSON document: {"files":[{"file":…,"valid":…,"failed":["6.1.1",…]}]}
    #[arg(long)]
    json: bool,

    /// CSAF documents
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let Command::Validate(arguments) = &arguments.command;
    let mut rows = Vec::new();
    let mut words = String::new();
    let mut invalid = 0;
    let mut read = 0;
    for path in &arguments.files {
        let name = path.display().to_string();
        let short = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let bytes = match files::read(path, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) => {
                invalid += 1;
                words.push_str(&format!("{name}: not read: it {error}\n"));
                rows.push(json!({ "file": name, "valid": false, "failed": [], "error": error.to_string() }));
                continue;
            }
        };
        read += 1;
        match validate(&bytes, short.as_deref()) {
            Ok(result) => {
                if !result.valid() {
                    invalid += 1;
                }
                let failures: Vec<_> = result
                    .failures
                    .iter()
                    .map(|f| json!({ "test": f.test, "path": f.path, "message": f.message }))
                    .collect();
                words.push_str(&if result.valid() {
                    format!("{name}: valid\n")
                } else {
                    format!("{name}: invalid\n")
                });
                for failure in &result.failures {
                    words.push_str(&format!(
                        "  {} {}: {}\n",
                        failure.test,
                        if failure.path.is_empty() { "/" } else { &failure.path },
                        failure.message
                    ));
                }
                for remark in &result.remarks {
                    words.push_str(&format!("  remark: {remark}\n"));
                }
                rows.push(json!({
                    "file": name,
                    "valid": result.valid(),
                    "failed": result.failed(),
                    "failures": failures,
                    "remarks": result.remarks,
                }));
            }
            Err(error) => {
                invalid += 1;
                words.push_str(&format!("{name}: not a JSON document: {error}\n"));
                rows.push(json!({ "file": name, "valid": false, "failed": ["schema"], "error": error.to_string() }));
            }
        }
    }
    if arguments.json {
        terminal::print(&format!("{:#}\n", json!({ "files": rows })))?;
    } else {
        terminal::print_words(&words)?;
    }
    if read == 0 {
        return Err(CliError::new(Kind::NoInput, "no file could be read"));
    }
    Ok(u8::from(invalid > 0))
}
