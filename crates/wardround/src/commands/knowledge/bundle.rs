//! `wardround knowledge bundle`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use exposure::knowledge::build::day_of;
use jiff::Timestamp;
use serde_json::json;

use super::sources;
use crate::commands::shared::now;
use crate::error::CliError;
use crate::fetch::{
    BundleError, KnowledgeSource, NewBundle, PublicKey, ReadBundle, RollBack, SecretKey, keygen,
    read_bundle, read_manifest, write_bundle,
};
use crate::{knowledge_file, terminal};

/// Carry knowledge to sites without internet as one signed file
///
/// `keygen` once; `write` where there is internet; bring the file and, by another way, the public key;
/// `read` where there is none. Nothing is installed before its signature holds.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround knowledge bundle keygen trust.key > trust.pub
  wardround knowledge bundle write --key trust.key knowledge.wrb
  wardround knowledge bundle read --trust trust.pub knowledge.wrb")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a signing key; prints the public key
    #[command(after_help = "Example:
  wardround knowledge bundle keygen trust.key > trust.pub")]
    Keygen {
        /// Where the secret key goes (readable by you only)
        #[arg(value_name = "FILE")]
        secret_key: PathBuf,
    },
    /// Write a bundle
    #[command(after_help = "Example:
  wardround knowledge bundle write --key trust.key knowledge.wrb")]
    Write {
        /// The secret key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The knowledge to carry; without it, the file that `check` uses by itself
        #[arg(long, value_name = "FILE")]
        knowledge: Option<PathBuf>,
        /// The bundle
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
    },
    /// Verify a bundle and install its knowledge
    #[command(after_help = "Examples:
  wardround knowledge bundle read --trust trust.pub --verify-only knowledge.wrb
  wardround knowledge bundle read --trust trust.pub knowledge.wrb")]
    Read {
        /// A trusted public key: a file, or the line that `keygen` printed; may be given more than once
        #[arg(long, value_name = "KEY|FILE", required = true)]
        trust: Vec<String>,
        /// Where the knowledge goes; without it, the file that `check` uses by itself
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Accept knowledge older than what is installed
        #[arg(long)]
        allow_older: bool,
        /// Only verify and show what is in it
        #[arg(long)]
        verify_only: bool,
        /// The bundle
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.command {
        Command::Keygen { secret_key } => {
            let public = keygen(secret_key)
                .map_err(|e| CliError::failed("the key could not be made").because(e))?;
            terminal::print(&format!("{}\n", public.to_line().trim_end()))?;
            terminal::complain(&format!(
                "The secret key is in {}. The line above is the public key: give it to every site that \
                 reads your bundles, by another way than the bundle.",
                secret_key.display()
            ));
        }
        Command::Write { key, knowledge, bundle } => write(key, knowledge.as_deref(), bundle)?,
        Command::Read { trust, out, allow_older, verify_only, bundle } => {
            read(trust, out.as_deref(), *allow_older, *verify_only, bundle)?;
        }
    }
    Ok(0)
}

fn write(key: &Path, knowledge: Option<&Path>, bundle: &Path) -> Result<(), CliError> {
    let key = SecretKey::load(key)
        .map_err(|e| CliError::usage("the secret key cannot be used").because(e))?;
    let path = knowledge.map_or_else(knowledge_file::default_path, Path::to_owned);
    let loaded = knowledge_file::load(Some(&path))?;
    let view = knowledge_file::open(&loaded)?;
    let built_at = built_at(view)?;
    let sources = view
        .sources
        .iter()
        .map(|s| KnowledgeSource {
            name: format!("{} {}", s.kind, s.id),
            as_of: day_of(s.as_of.to_native()).map(|d| d.to_string()),
        })
        .collect();
    let manifest = write_bundle(NewBundle {
        bundle,
        knowledge: &path,
        built_at,
        sources,
        key: &key,
        now: now(),
    })
    .map_err(|e| CliError::failed("the bundle could not be written").because(e))?;
    terminal::print(&format!(
        "{}: knowledge of {}, {} sources, {} bytes packed, signed by key {}\n",
        bundle.display(),
        manifest.built_at,
        manifest.sources.len(),
        manifest.packed_bytes,
        manifest.signer
    ))
}

fn read(
    trust: &[String],
    out: Option<&Path>,
    allow_older: bool,
    verify_only: bool,
    bundle: &Path,
) -> Result<(), CliError> {
    let trusted: Vec<PublicKey> = trust
        .iter()
        .map(|text| {
            let path = Path::new(text);
            if path.is_file() { PublicKey::load(path) } else { PublicKey::parse(text) }
        })
        .collect::<Result<_, _>>()
        .map_err(|e| CliError::usage("a trusted key cannot be used").because(e))?;
    let refused = |e| CliError::failed(format!("{} is not installed", bundle.display())).because(e);
    if verify_only {
        let manifest = read_manifest(bundle, &trusted)
            .map_err(|e| refused(Box::<dyn std::error::Error + Send + Sync>::from(e)))?;
        return terminal::print(&format!("{:#}\n", json!(manifest)));
    }
    let target = out.map_or_else(knowledge_file::default_path, Path::to_owned);
    if let Some(folder) = target.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| {
            CliError::failed(format!("the folder {} cannot be made", folder.display())).because(e)
        })?;
    }
    let installed_built_at = match target.is_file() {
        // What cannot be opened has no age to protect; the bundle replaces it.
        true => knowledge_file::load(Some(&target))
            .and_then(|loaded| knowledge_file::open(&loaded).and_then(built_at))
            .ok(),
        false => None,
    };
    let (manifest, _) = read_bundle(
        &ReadBundle {
            bundle,
            knowledge: &target,
            trusted: &trusted,
            installed_built_at,
            roll_back: if allow_older { RollBack::Allow } else { RollBack::Refuse },
        },
        sources::prove,
    )
    .map_err(|error| {
        let older = matches!(error, BundleError::Older { .. });
        let refused = refused(Box::from(error));
        match older {
            true => refused.hint("if that is what you want: --allow-older"),
            false => refused,
        }
    })?;
    terminal::print(&format!(
        "{}: knowledge of {} installed, signed by key {}\n",
        target.display(),
        manifest.built_at,
        manifest.signer
    ))
}

fn built_at(view: exposure::knowledge::View<'_>) -> Result<Timestamp, CliError> {
    Timestamp::from_microsecond(view.built_at_us.to_native())
        .map_err(|e| CliError::failed("the knowledge has no sound date").because(e))
}
