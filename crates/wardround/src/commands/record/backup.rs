//! `wardround record backup` and `record restore`

use std::path::PathBuf;

use clap::Args;
use store::{BackupStep, Copied, Store};

use crate::commands::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::terminal;

/// Copy the whole record into a new folder while it is used; the copy is verified before it gets its
/// name
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround record backup /mnt/backup/2017-05-12")]
pub(crate) struct BackupArguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The folder, which must not exist yet
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
}

/// Bring a backup back into an empty place, SQLite or PostgreSQL; doing it again after a crash
/// finishes it
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround record restore /mnt/backup/2017-05-12 --store /var/lib/wardround")]
pub(crate) struct RestoreArguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The backup's folder
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
}

pub(crate) fn backup(arguments: &BackupArguments) -> Result<u8, CliError> {
    let bar = terminal::bar(0, "copying");
    let copied = arguments.store.with(Purpose::Look, async |context, _| {
        let mut progress = |step: BackupStep| tell(&bar, &step);
        Ok(context.store.backup(&arguments.to, &mut progress).await?)
    })?;
    bar.finish_and_clear();
    report(&copied, &format!("is in {}", arguments.to.display()))
}

pub(crate) fn restore(arguments: &RestoreArguments) -> Result<u8, CliError> {
    let bar = terminal::bar(0, "copying");
    let address = arguments.store.address()?;
    let options = arguments.store.options(Purpose::Add);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .map_err(|e| CliError::failed("no threads for the record").because(e))?;
    let copied = runtime.block_on(async {
        let mut progress = |step: BackupStep| tell(&bar, &step);
        Store::restore(&arguments.from, &address, &options, &mut progress).await
    })?;
    bar.finish_and_clear();
    report(&copied, &format!("is at {address}"))
}

fn tell(bar: &indicatif::ProgressBar, step: &BackupStep) {
    if let BackupStep::Blobs(count) = step {
        bar.set_position(*count);
    }
}

fn report(copied: &Copied, place: &str) -> Result<u8, CliError> {
    let sound = copied.verification.is_sound() && copied.damaged.is_empty();
    let mut text = format!(
        "{} events and {} blobs: the copy {place}{}.\n",
        copied.events,
        copied.blobs,
        if sound { " and was verified" } else { "" },
    );
    if !sound {
        text.push_str("It is as damaged as what it was copied from:\n");
        for blob in &copied.damaged {
            text.push_str(&format!("  the blob {blob} is rotten\n"));
        }
        for fault in &copied.verification.log.faults {
            text.push_str(&format!("  {fault}\n"));
        }
        for fault in &copied.verification.rows {
            text.push_str(&format!("  {fault}\n"));
        }
    }
    terminal::print(&text)?;
    Ok(u8::from(!sound))
}
