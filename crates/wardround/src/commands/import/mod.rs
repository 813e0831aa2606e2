//! `wardround import`

mod drop_folder;
mod words;

use std::path::PathBuf;

use app::exposure::knowledge::{adopt, in_use};
use app::import::read::{ReadFile, ReadOptions, read};
use app::import::run::{Request, import};
use app::import::summary::{Problem, Summary};
use app::{Caller, Context};
use clap::Args;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use rayon::prelude::*;

use super::shared::{EvidenceArguments, parse_day};
use super::with_store::{Purpose, StoreArguments, bring_up_to_date};
use crate::error::{CliError, Kind};
use crate::{files, knowledge_file, terminal};

/// Most bytes of files that are held at once; so much is recorded at a time.
const PART_BYTES: u64 = 64 << 20;

/// Record evidence of an organisation: everything that `check` reads
///
/// Files are kept as they came; hosts are recognised across files and imports, and how sure that is
/// is said. The same file twice changes nothing. One bad file costs itself: it is named with what
/// to do about it, and the others are taken.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround import --org XT1 exports/
  wardround import --org XT1 --collected-on 2017-05-02 hotfixes.csv
  wardround import --drop /srv/drop              takes /srv/drop/XT1/... for XT1, and so on
  wardround import --drop /srv/drop --every 60   and goes on looking

Exit codes: 0 recorded (or held already), 2 wrong use, 3 nothing could be read, 4 the record failed")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The organisation whose evidence it is
    #[arg(long, value_name = "CODE", required_unless_present = "drop")]
    org: Option<OrganisationCode>,

    /// Where it comes from, for the record
    #[arg(long, value_name = "TEXT", default_value = "import")]
    source: String,

    /// The day on which files that do not say so were made. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    collected_on: Option<Date>,

    #[command(flatten)]
    evidence: EvidenceArguments,

    /// Take what lies in this folder, in a subfolder for each organisation; what was taken moves to
    /// `.taken` in it, what could not be read to `.refused`
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["org", "paths"])]
    drop: Option<PathBuf>,

    /// With --drop: look again every so many seconds, until stopped
    #[arg(long, value_name = "SECONDS", requires = "drop", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,

    /// One JSON document
    #[arg(long)]
    json: bool,

    /// Files and folders with evidence
    #[arg(value_name = "PATH", required_unless_present = "drop")]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let options = ReadOptions {
        format: arguments.evidence.format()?,
        mapping: arguments.evidence.mapping()?,
        max_size: arguments.evidence.max_size,
    };
    arguments.store.with(Purpose::Add, async |context, caller| {
        adopt_if_none(context, caller).await?;
        if let Some(folder) = &arguments.drop {
            return drop_folder::run(context, caller, arguments, &options, folder).await;
        }
        let Some(organisation) = arguments.org.clone() else {
            return Err(CliError::usage("name the organisation with --org"));
        };
        let summary =
            take(context, caller, arguments, &options, organisation.clone(), &arguments.paths)
                .await?;
        if summary.files + summary.held == 0 {
            return Err(words::nothing_read(&summary));
        }
        bring_up_to_date(context).await;
        if arguments.json {
            terminal::print(&words::json(&organisation, &summary)?)?;
        } else {
            terminal::print(&words::human(&organisation, &summary))?;
        }
        Ok(0)
    })
}

/// A record that has no knowledge yet begins to answer from that which this command has.
pub(super) async fn adopt_if_none(context: &Context, caller: &Caller) -> Result<(), CliError> {
    if in_use(context, None).await?.is_none() {
        let loaded = knowledge_file::load(None)?;
        adopt(context, caller, &loaded.bytes).await?;
    }
    Ok(())
}

/// Imports files and folders for one organisation, a part at a time.
async fn take(
    context: &Context,
    caller: &Caller,
    arguments: &Arguments,
    options: &ReadOptions,
    organisation: OrganisationCode,
    paths: &[PathBuf],
) -> Result<Summary, CliError> {
    let request =
        Request { organisation, source: arguments.source.clone(), undated: arguments.collected_on };
    let mut found: Vec<PathBuf> = Vec::new();
    let mut total = Summary::default();
    for path in paths {
        let (below, unread) = files::below(path);
        found.extend(below);
        for (path, error) in unread {
            refuse(&mut total, &path, &error.to_string());
        }
    }
    found.sort();
    found.dedup();
    let bar = terminal::bar(found.len() as u64, "importing");
    let mut rest = found.as_slice();
    while !rest.is_empty() {
        let (part, after) = rest.split_at(part_length(rest));
        rest = after;
        let (read, unread) = read_part(part, options);
        for (path, error) in unread {
            refuse(&mut total, &path, &error);
        }
        total.absorb(import(context, caller, &request, read).await?);
        bar.inc(part.len() as u64);
    }
    bar.finish_and_clear();
    Ok(total)
}

fn refuse(total: &mut Summary, path: &std::path::Path, message: &str) {
    total.refused += 1;
    total.problems.push(Problem {
        file: path.display().to_string(),
        refused: true,
        message: message.to_owned(),
    });
}

/// How many of the first files make a part: at least one; files whose names share a stem stay
/// together, for they may be of one host.
fn part_length(paths: &[PathBuf]) -> usize {
    let mut bytes = 0;
    for (at, path) in paths.iter().enumerate() {
        bytes += std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        let next = paths.get(at + 1);
        if bytes >= PART_BYTES && next.is_none_or(|next| stem(next) != stem(path)) {
            return at + 1;
        }
    }
    paths.len()
}

/// What files of one host may share: the folder and the name up to the first `_` or `.`.
fn stem(path: &std::path::Path) -> (Option<&std::path::Path>, String) {
    let name =
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    (path.parent(), name.split(['_', '.']).next().unwrap_or("").to_owned())
}

type Unread = Vec<(PathBuf, String)>;

fn read_part(paths: &[PathBuf], options: &ReadOptions) -> (Vec<ReadFile>, Unread) {
    let results: Vec<Result<Vec<ReadFile>, (PathBuf, String)>> = paths
        .par_iter()
        .map(|path| {
            files::read(path, options.max_size)
                .map(|bytes| read(&path.display().to_string(), bytes, options))
                .map_err(|error| (path.clone(), error.to_string()))
        })
        .collect();
    let mut read_files = Vec::new();
    let mut unread = Vec::new();
    for result in results {
        match result {
            Ok(files) => read_files.extend(files),
            Err(fault) => unread.push(fault),
        }
    }
    (read_files, unread)
}

/// An error of wrong input, for callers in this folder.
fn no_input(message: &str) -> CliError {
    CliError::new(Kind::NoInput, message)
}
