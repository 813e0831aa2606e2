//! `wardround knowledge update`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::sources;
use crate::commands::shared::now;
use crate::error::CliError;
use crate::fetch::{
    self, DEFAULT_SETTINGS, FeedOutcome, FeedStatus, NoProgress, Proxy, Settings, Sleep, Update,
    progress_on_stderr,
};
use crate::{knowledge_file, terminal};

/// Fetch what publishers state from their public addresses, and compile it
///
/// Only what has changed is fetched; a broken download goes on where it stopped; a feed that fails, shrinks
/// or does not read keeps its old copy and is named. The old knowledge stays until the new is proved
/// readable. For sites without internet see `wardround knowledge bundle`.
///
/// Exit code: 0 all feeds are current, 1 a feed could not be brought up to date (the rest was), 2 wrong
/// use, 4 nothing could be done.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround knowledge update
  wardround knowledge update kev epss
  wardround knowledge update --print-settings > feeds.toml
  wardround knowledge update --settings feeds.toml --out knowledge.wrk")]
pub(super) struct Arguments {
    /// Feeds and network settings (TOML); without it, the built-in addresses
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// Print the built-in settings as a file to edit, and stop
    #[arg(long)]
    print_settings: bool,

    /// Where to write; without it, the file that `check` uses by itself
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Folder for what was fetched
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,

    /// Accept that this feed has shrunk; may be given more than once
    #[arg(long, value_name = "NAME")]
    accept_shrink: Vec<String>,

    /// One JSON document
    #[arg(long)]
    json: bool,

    /// Ask only these feeds; all enabled ones without
    #[arg(value_name = "FEED")]
    feeds: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    if arguments.print_settings {
        terminal::print(DEFAULT_SETTINGS)?;
        return Ok(0);
    }
    let settings = match &arguments.settings {
        Some(path) => Settings::load(path),
        None => Settings::built_in(),
    }
    .map_err(|e| {
        CliError::usage("the settings cannot be used")
            .because(e)
            .hint("`wardround knowledge update --print-settings` prints a file to start from")
    })?;
    let cache =
        arguments.cache.clone().unwrap_or_else(|| knowledge_file::data_folder().join("feeds"));
    let target = arguments.out.clone().unwrap_or_else(knowledge_file::default_path);
    let update = Update {
        settings: &settings,
        cache: &cache,
        now: now(),
        only: &arguments.feeds,
        accept_shrink: &arguments.accept_shrink,
        proxy: Proxy::from_environment(),
        count: &|_, path| sources::count(path),
    };
    let outcomes = fetch::update(&update, &mut Sleep, progress_on_stderr().as_mut())
        .map_err(|e| CliError::failed("the update could not be done").because(e))?;

    let folders: Vec<PathBuf> =
        outcomes.iter().map(|o| o.folder.clone()).filter(|f| f.is_dir()).collect();
    let failures = outcomes.iter().filter(|o| !is_current(o)).count();
    // What other feeds brought earlier is compiled again, so that asking one feed forgets none.
    let all = all_folders(&cache, folders);
    let (knowledge, compiled) = sources::compile(&all, now())?;
    if compiled.read == 0 {
        // Built-in knowledge alone must not take the place of anything, nor look like an update.
        report(arguments, &outcomes, None)?;
        return Err(CliError::failed("no feed could be fetched; what was there stands")
            .hint("for a site without internet: `wardround knowledge bundle --help`"));
    }
    if let Some(folder) = target.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| {
            CliError::failed(format!("the folder {} cannot be made", folder.display())).because(e)
        })?;
    }
    sources::install(&knowledge, &target)?;
    report(arguments, &outcomes, Some(&target.display().to_string()))?;
    if let Some((file, first)) = compiled.problems.first() {
        terminal::complain(&format!(
            "warning: {} remarks on what was compiled (`wardround knowledge build` shows them), the \
             first: {file}: {first}",
            compiled.problems.len()
        ));
    }
    Ok(u8::from(failures > 0))
}

/// What `wardround knowledge update` does by itself, for a server that is asked for it: fetches what
/// has changed, compiles and keeps it, and gives the bytes.
pub(crate) fn in_background() -> Result<Vec<u8>, CliError> {
    let settings = Settings::built_in()
        .map_err(|e| CliError::failed("the settings cannot be used").because(e))?;
    let cache = knowledge_file::data_folder().join("feeds");
    let target = knowledge_file::default_path();
    let update = Update {
        settings: &settings,
        cache: &cache,
        now: now(),
        only: &[],
        accept_shrink: &[],
        proxy: Proxy::from_environment(),
        count: &|_, path| sources::count(path),
    };
    let outcomes = fetch::update(&update, &mut Sleep, &mut NoProgress)
        .map_err(|e| CliError::failed("the update could not be done").because(e))?;
    for outcome in outcomes.iter().filter(|outcome| !is_current(outcome)) {
        tracing::warn!(feed = %outcome.name, status = %words(&outcome.status), "a feed is not current");
    }
    let folders = outcomes.iter().map(|o| o.folder.clone()).filter(|f| f.is_dir()).collect();
    let (knowledge, compiled) = sources::compile(&all_folders(&cache, folders), now())?;
    if compiled.read == 0 {
        return Err(CliError::failed("no feed could be fetched; what was there stands"));
    }
    sources::install(&knowledge, &target)?;
    Ok(knowledge_file::load(Some(&target))?.bytes.to_vec())
}

fn all_folders(cache: &std::path::Path, asked: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut all = asked;
    if let Ok(entries) = std::fs::read_dir(cache.join("feeds")) {
        for entry in entries.flatten() {
            if entry.path().is_dir() && !all.contains(&entry.path()) {
                all.push(entry.path());
            }
        }
    }
    all.sort();
    all
}

const fn is_current(outcome: &FeedOutcome) -> bool {
    matches!(outcome.status, FeedStatus::Updated { .. } | FeedStatus::Unchanged)
}

fn report(
    arguments: &Arguments,
    outcomes: &[FeedOutcome],
    written: Option<&str>,
) -> Result<(), CliError> {
    if arguments.json {
        let feeds: Vec<_> = outcomes
            .iter()
            .map(|o| {
                json!({
                    "name": o.name,
                    "current": is_current(o),
                    "status": words(&o.status),
                    "as_of": o.as_of.map(|t| t.to_string()),
                    "warnings": o.warnings,
                })
            })
            .collect();
        return terminal::print(&format!("{:#}\n", json!({ "file": written, "feeds": feeds })));
    }
    for outcome in outcomes {
        let kept = match outcome.as_of {
            Some(at) if !is_current(outcome) => format!("; the copy of {at} is kept"),
            None if !is_current(outcome) => "; nothing is held of it".to_owned(),
            _ => String::new(),
        };
        terminal::print(&format!("{}: {}{kept}\n", outcome.name, words(&outcome.status)))?;
        for warning in outcome.warnings.iter().take(5) {
            terminal::complain(&format!("warning: {}: {warning}", outcome.name));
        }
    }
    match written {
        Some(path) => terminal::print(&format!("Compiled into {path}\n")),
        None => Ok(()),
    }
}

fn words(status: &FeedStatus) -> String {
    match status {
        FeedStatus::Updated { changed, unchanged, removed } => {
            format!("updated ({changed} new, {unchanged} unchanged, {removed} withdrawn)")
        }
        FeedStatus::Unchanged => "current".to_owned(),
        FeedStatus::Partial { changed, unchanged, failed } => {
            let first = failed
                .first()
                .map_or(String::new(), |e| format!(": {e}: {}; {}", e.cause, e.remedy()));
            format!("{changed} new, {unchanged} unchanged, {} failed{first}", failed.len())
        }
        FeedStatus::Failed(error) => {
            format!("failed: {error}: {}; {}", error.cause, error.remedy())
        }
    }
}
