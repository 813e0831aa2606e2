//! `wardround record verify`

use std::path::{Path, PathBuf};

use clap::Args;
use record::checkpoint::{Keys, PublicKey};
use record::verify::{Remembered, Report};
use record::{Objects, ReadError};

use crate::commands::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::{files, terminal};

/// Most faults on the screen.
const MOST_FAULTS: usize = 40;

/// Find out whether anything was changed: entries, tiles, checkpoint, rows
///
/// With a folder of the log (the store's `objects` folder, or a copy of it) and the log's key, no
/// database is needed and none is touched. Without a folder, the store of --store is verified,
/// its rows against its log. A log proves nothing against who holds its key; checkpoints that
/// others have kept do: name them with --kept.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround record verify                                     the store, rows and log
  wardround record verify copy/objects --trust mdh.key.pub    a copy of the log, no database
  wardround record verify --kept receipt-2017-05-12.txt       against a checkpoint kept elsewhere

Exit codes: 0 nothing is wrong, 1 something was changed, 2 wrong use, 4 it could not be read")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The folder with the log: `checkpoint` and `tile/`
    #[arg(value_name = "FOLDER", requires = "trust")]
    folder: Option<PathBuf>,

    /// The log's public key: the text itself, or a file with one key a line
    #[arg(long, value_name = "KEY|FILE")]
    trust: Option<String>,

    /// A checkpoint that somebody kept; may be given more than once
    #[arg(long, value_name = "FILE")]
    kept: Vec<PathBuf>,

    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let trusted = arguments.trust.as_deref().map(keys).transpose()?;
    let (report, rows) = match (&arguments.folder, &trusted) {
        (Some(folder), Some(keys)) => {
            let kept = kept(&arguments.kept, keys)?;
            (record::verify::verify(&Folder(folder), keys, &kept), None)
        }
        _ => arguments.store.with(Purpose::Look, async |context, _| {
            // A key that was named outweighs the one that the store says is its own.
            let own = context.store.verifier_key().clone();
            let keys = trusted.clone().unwrap_or_else(|| Keys::new(vec![own.clone()]));
            if !keys.iter().any(|key| *key == own) {
                return Err(CliError::failed(format!(
                    "the store signs with the key {own}, which is not the one that you trust"
                ))
                .hint("ask its operator by another way whether the key was changed"));
            }
            let found = context.store.verify(kept(&arguments.kept, &keys)?).await?;
            let mut rows: Vec<String> = found.rows.iter().map(ToString::to_string).collect();
            rows.extend(found.personal.iter().map(|number| {
                format!("the personal part of event {number} is not the one that was recorded")
            }));
            Ok((found.log, Some(rows)))
        })?,
    };
    let faults: Vec<String> = report
        .faults
        .iter()
        .map(ToString::to_string)
        .chain(rows.iter().flatten().cloned())
        .collect();
    let sound = report.is_sound() && rows.as_ref().is_none_or(Vec::is_empty);
    let text = if arguments.json {
        json(&report, rows.is_some(), sound, &faults)
    } else {
        human(&report, rows.is_some(), sound, &faults, arguments.kept.len())
    };
    terminal::print(&text)?;
    Ok(u8::from(!sound))
}

/// Public keys, as text or from a file.
pub(super) fn keys(given: &str) -> Result<Keys, CliError> {
    if let Ok(key) = given.parse::<PublicKey>() {
        return Ok(Keys::new(vec![key]));
    }
    let path = Path::new(given);
    let text = files::read_text(path)
        .map_err(|e| CliError::usage(format!("the key {given} is no key, and as a file it {e}")))?;
    Keys::parse(&text)
        .map_err(|e| CliError::usage(format!("the keys of {given} cannot be used")).because(e))
}

fn kept(paths: &[PathBuf], keys: &Keys) -> Result<Vec<Remembered>, CliError> {
    paths
        .iter()
        .map(|path| {
            let shown = path.display().to_string();
            let text = files::read_text(path)
                .map_err(|e| CliError::usage(format!("the kept checkpoint {shown} {e}")))?;
            Remembered::of_note(&shown, text.as_bytes(), keys).map_err(|e| {
                CliError::usage(format!("the kept checkpoint {shown} is not to be believed"))
                    .because(e)
                    .hint("it must be signed by the key that is trusted")
            })
        })
        .collect()
}

fn human(report: &Report, with_rows: bool, sound: bool, faults: &[String], kept: usize) -> String {
    let mut text = String::new();
    let size = report.head.map_or(0, |head| head.size);
    if sound {
        text.push_str(&format!(
            "Nothing was changed: {} of {size} entries verified{}.\n",
            report.entries,
            if with_rows { ", and every row against its entry" } else { "" },
        ));
        if kept == 0 {
            text.push_str(
                "This holds if the holder of the key is honest. To be sure against them too, compare \
                 with a\ncheckpoint that somebody else kept: --kept FILE.\n",
            );
        } else {
            text.push_str(&format!(
                "It continues {} of {kept} kept checkpoints.\n",
                report.continued
            ));
        }
    } else {
        let count = faults.len() as u64 + report.unnamed;
        let noun = if count == 1 { "fault" } else { "faults" };
        text.push_str(&format!("NOT AS IT WAS RECORDED: {count} {noun}.\n"));
        for fault in faults.iter().take(MOST_FAULTS) {
            text.push_str(&format!("  {fault}\n"));
        }
        if count > MOST_FAULTS as u64 {
            text.push_str(&format!("  and {} more\n", count - MOST_FAULTS as u64));
        }
        text.push_str("Keep what you see as it is, tell the auditor, and restore from a backup.\n");
    }
    if let Some(head) = report.head {
        text.push_str(&format!("Checkpoint: {} entries, root {}\n", head.size, head.root));
    }
    text
}

fn json(report: &Report, with_rows: bool, sound: bool, faults: &[String]) -> String {
    let document = serde_json::json!({
        "sound": sound,
        "origin": report.checkpoint.as_ref().map(|opened| opened.origin.to_string()),
        "size": report.head.map(|head| head.size),
        "root": report.head.map(|head| head.root.to_string()),
        "entries_verified": report.entries,
        "rows_compared": with_rows,
        "kept_checkpoints_continued": report.continued,
        "faults": faults,
        "faults_not_named": report.unnamed,
    });
    format!("{document:#}\n")
}

/// A folder with a log.
struct Folder<'a>(&'a Path);

impl Objects for Folder<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        match std::fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
