//! `wardround knowledge build`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::sources;
use crate::commands::shared::now;
use crate::error::{CliError, Kind};
use crate::{knowledge_file, terminal};

/// Compile knowledge from files, folders and archives of what publishers state
///
/// Sources are recognised by their content: MSRC CVRF, the wes-ng definitions, CISA KEV, EPSS, CSAF 2.0,
/// CVE JSON 5, OSV (`wardround formats` lists them). What is built in is always part of the result.
/// The old file stays until the new one is proved readable.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround knowledge build --out knowledge.wrk definitions.zip known_exploited_vulnerabilities.json
  wardround check --knowledge knowledge.wrk evidence/")]
pub(super) struct Arguments {
    /// Where to write; without it, the file that `check` uses by itself
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// One JSON document
    #[arg(long)]
    json: bool,

    /// Files, folders and archives; none compiles the built-in knowledge alone
    #[arg(value_name = "SOURCE")]
    sources: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let target = arguments.out.clone().unwrap_or_else(knowledge_file::default_path);
    let (knowledge, outcome) = sources::compile(&arguments.sources, now())?;
    if outcome.read == 0 && !arguments.sources.is_empty() {
        let mut error = CliError::new(Kind::NoInput, "no source could be read");
        for (file, message) in outcome.problems.iter().take(5) {
            error = error.hint(format!("{file}: {message}"));
        }
        if outcome.problems.len() > 5 {
            error = error.hint(format!("{} more problems", outcome.problems.len() - 5));
        }
        error = match outcome.passed_over {
            0 if outcome.problems.is_empty() => error.hint("there are no files there"),
            0 => error,
            1 => error.hint("1 file was read and is no source that is known"),
            n => error.hint(format!("{n} files were read and are no sources that are known")),
        };
        return Err(error.hint("`wardround formats` lists what can be compiled"));
    }
    if let Some(folder) = target.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| {
            CliError::failed(format!("the folder {} cannot be made", folder.display())).because(e)
        })?;
    }
    let replaced = sources::install(&knowledge, &target)?;
    if arguments.json {
        let problems: Vec<_> = outcome
            .problems
            .iter()
            .map(|(file, message)| json!({ "file": file, "message": message }))
            .collect();
        let document = json!({
            "file": target.display().to_string(),
            "bytes": replaced.bytes,
            "documents": outcome.read,
            "records": outcome.records,
            "passed_over": outcome.passed_over,
            "sources": knowledge.sources.len(),
            "vulnerabilities": knowledge.vulnerabilities.len(),
            "windows_products": knowledge.windows.len(),
            "statements": knowledge.statements.len(),
            "problems": problems,
        });
        terminal::print(&format!("{document:#}\n"))?;
        return Ok(0);
    }
    let mut text = format!(
        "{}: {} documents, {} records; {} vulnerabilities, {} Windows products, {} statements on \
         software; {:.1} MB\n",
        target.display(),
        outcome.read,
        outcome.records,
        knowledge.vulnerabilities.len(),
        knowledge.windows.len(),
        knowledge.statements.len(),
        megabytes(replaced.bytes)
    );
    if outcome.passed_over > 0 {
        text.push_str(&format!(
            "{} files are no source and were passed over.\n",
            outcome.passed_over
        ));
    }
    terminal::print_words(&text)?;
    for (file, message) in outcome.problems.iter().take(20) {
        terminal::complain(&format!("warning: {file}: {message}"));
    }
    if outcome.problems.len() > 20 {
        terminal::complain(&format!(
            "warning: {} more (--json lists them)",
            outcome.problems.len() - 20
        ));
    }
    Ok(0)
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
