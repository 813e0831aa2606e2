//! `wardround organisation import`

use std::path::PathBuf;

use app::organisations::{ImportOptions, Sites, kept};
use clap::Args;
use formats::inventory::Input;
use formats::register;
use formats::unpack;
use jiff::civil::Date;

use crate::commands::shared::{parse_day, today};
use crate::commands::with_store::{Purpose, StoreArguments};
use crate::error::{CliError, Kind};
use crate::{files, terminal};

/// Largest register, packed or unpacked.
const LARGEST: u64 = 512 << 20;
/// Most contradictions on the screen.
const MOST: usize = 20;

/// Import a register: NHS ODS files, lookups, or any table with a header. The same file twice records
/// nothing
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround organisation import etr.csv epraccur.csv.gz
  wardround organisation import --as-at 2017-05-12 organisations.csv")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The day whose state the files show. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_at: Option<Date>,

    /// Read every file as this format: ods, ods-lookup, or organisations-csv
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Register sites below their organisation too
    #[arg(long)]
    sites: bool,

    /// Files
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    arguments.store.with(Purpose::Add, async |context, caller| {
        for path in &arguments.paths {
            let shown = path.display().to_string();
            let bytes = files::read(path, LARGEST)
                .map_err(|e| CliError::new(Kind::NoInput, format!("{shown} {e}")))?;
            for (name, bytes) in members(&shown, bytes)? {
                let reading = read(arguments, &name, &bytes)?;
                let options = ImportOptions {
                    as_at: arguments.as_at.unwrap_or_else(today),
                    sites: if arguments.sites { Sites::Take } else { Sites::LeaveOut },
                    source: name.clone(),
                };
                let plan = kept::import(context, caller, &reading.listings, &options).await?;
                let mut text = format!("{name}: {}\n", plan.summary);
                for conflict in plan.conflicts.iter().take(MOST) {
                    text.push_str(&format!(
                        "  {}, {}: {}\n",
                        conflict.organisation, conflict.place, conflict.message
                    ));
                }
                for warning in reading.warnings.iter().take(MOST) {
                    text.push_str(&format!("  {warning}\n"));
                }
                if let Some(more) = reading.warnings.len().checked_sub(MOST).filter(|n| *n > 0) {
                    text.push_str(&format!("  and {more} more warnings\n"));
                }
                terminal::print(&text)?;
            }
        }
        Ok(0)
    })
}

fn read(arguments: &Arguments, name: &str, bytes: &[u8]) -> Result<register::Reading, CliError> {
    let input = Input { bytes, file_name: name.rsplit(['/', '\\']).next() };
    let format = match &arguments.format {
        Some(wanted) => register::named(wanted),
        None => register::detect(&input),
    };
    let format = format.ok_or_else(|| {
        let mut error =
            CliError::new(Kind::NoInput, format!("{name} is not recognised as a register"));
        for format in register::FORMATS {
            error = error.hint(format!("--format {}: {}", format.name, format.about));
        }
        error
    })?;
    (format.read)(&input)
        .map_err(|e| CliError::new(Kind::NoInput, format!("{name} cannot be read")).because(e))
}

/// The file, or what is in it if it is packed.
fn members(name: &str, bytes: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, CliError> {
    if !unpack::is_archive(&bytes) {
        return Ok(vec![(name.to_owned(), bytes)]);
    }
    let limits = unpack::Limits { member_bytes: LARGEST, ..unpack::Limits::default() };
    let unpacked = unpack::unpack(&bytes, Some(name), &limits).map_err(|e| {
        CliError::new(Kind::NoInput, format!("{name} cannot be unpacked")).because(e)
    })?;
    Ok(unpacked.members.into_iter().map(|member| (member.path, member.bytes)).collect())
}
