//! A folder into which others put files: a subfolder for each organisation.
//!
//! A file is taken when it has not changed since the last look, so that nothing is read that is
//! still being copied. It leaves only after it was recorded: stopped at any moment, the next look
//! finds it again, and the record knows what it holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use app::import::read::ReadOptions;
use app::import::summary::Summary;
use app::{Caller, Context};
use model::organisation::OrganisationCode;

use super::{Arguments, take, words};
use crate::commands::with_store::bring_up_to_date;
use crate::error::CliError;
use crate::{files, terminal};

/// Between two looks at the same file, where the command runs once.
const SETTLE: Duration = Duration::from_millis(500);

/// Size and time of the last change: what shows that a file is still being written.
type Shape = (u64, Option<SystemTime>);

/// Takes what lies there; with `--every`, goes on until stopped.
pub(super) async fn run(
    context: &Context,
    caller: &Caller,
    arguments: &Arguments,
    options: &ReadOptions,
    folder: &Path,
) -> Result<u8, CliError> {
    if !folder.is_dir() {
        return Err(CliError::usage(format!("the drop folder {} is not there", folder.display()))
            .hint("make it, with a subfolder for each organisation, named by its code"));
    }
    let mut before = look(folder)?;
    loop {
        let pause = arguments.every.map_or(SETTLE, Duration::from_secs);
        tokio::time::sleep(pause).await;
        let now = look(folder)?;
        let ready = settled(&before, &now);
        for (code, files) in &ready {
            one(context, caller, arguments, options, folder, code, files).await?;
        }
        if !ready.is_empty() {
            bring_up_to_date(context).await;
        }
        if arguments.every.is_none() {
            return Ok(0);
        }
        before = look(folder)?;
    }
}

/// Imports what lies ready for one organisation and moves it out of the way.
async fn one(
    context: &Context,
    caller: &Caller,
    arguments: &Arguments,
    options: &ReadOptions,
    folder: &Path,
    code: &str,
    paths: &[PathBuf],
) -> Result<(), CliError> {
    let Ok(organisation) = code.parse::<OrganisationCode>() else {
        terminal::complain(&format!(
            "{}: `{code}` is no organisation code: name the subfolder like RX1; its {} files wait",
            folder.display(),
            paths.len()
        ));
        return Ok(());
    };
    let summary = match take(context, caller, arguments, options, organisation.clone(), paths).await
    {
        Ok(summary) => summary,
        Err(error) => {
            // The others need not wait for one that is not registered.
            terminal::complain(&format!("{code}: {error}"));
            return Ok(());
        }
    };
    tidy(folder, code, paths, &summary)?;
    let text = if arguments.json {
        words::json(&organisation, &summary)?
    } else {
        words::human(&organisation, &summary)
    };
    terminal::print(&text)
}

/// Moves what was taken to `.taken`, and what could not be read to `.refused` with the reason.
fn tidy(folder: &Path, code: &str, paths: &[PathBuf], summary: &Summary) -> Result<(), CliError> {
    for path in paths {
        let shown = path.display().to_string();
        let refusal = summary.problems.iter().find(|p| p.refused && p.file == shown);
        let to = folder.join(if refusal.is_some() { ".refused" } else { ".taken" }).join(code);
        let unmoved = |e: std::io::Error| {
            CliError::failed(format!(
                "{shown} was recorded and cannot be moved to {}",
                to.display()
            ))
            .because(e)
            .hint("move it by hand; the record knows it and takes it once only")
        };
        std::fs::create_dir_all(&to).map_err(unmoved)?;
        let name = free_name(&to, path);
        std::fs::rename(path, &name).map_err(unmoved)?;
        if let Some(problem) = refusal {
            let mut why = name.into_os_string();
            why.push(".why.txt");
            std::fs::write(why, format!("{}\n", problem.message)).map_err(unmoved)?;
        }
    }
    Ok(())
}

/// A name in a folder that no file has yet.
fn free_name(folder: &Path, path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(|| "file".into(), |name| name.to_string_lossy());
    let mut to = folder.join(name.as_ref());
    let mut number = 2;
    while to.exists() {
        to = folder.join(format!("{number}-{name}"));
        number += 1;
    }
    to
}

/// Every file below the folder, by organisation.
fn look(folder: &Path) -> Result<BTreeMap<(String, PathBuf), Shape>, CliError> {
    let unread = |e: std::io::Error| {
        CliError::failed(format!("the drop folder {} cannot be read", folder.display())).because(e)
    };
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let code = entry.file_name().to_string_lossy().into_owned();
        if code.starts_with('.') || !entry.path().is_dir() {
            continue;
        }
        for path in files::below(&entry.path()).0 {
            // A file that has gone since was taken by somebody else.
            if let Ok(metadata) = std::fs::metadata(&path) {
                found.insert((code.clone(), path), (metadata.len(), metadata.modified().ok()));
            }
        }
    }
    Ok(found)
}

/// The files that are as they were, by organisation.
fn settled(
    before: &BTreeMap<(String, PathBuf), Shape>,
    now: &BTreeMap<(String, PathBuf), Shape>,
) -> BTreeMap<String, Vec<PathBuf>> {
    let mut ready: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for ((code, path), shape) in now {
        if before.get(&(code.clone(), path.clone())) == Some(shape) {
            ready.entry(code.clone()).or_default().push(path.clone());
        }
    }
    ready
}
