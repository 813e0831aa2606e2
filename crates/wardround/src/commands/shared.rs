//! Arguments that several commands take, and the one look at the clock.

use std::path::{Path, PathBuf};

use clap::Args;
use exposure::deadline::Policy;
use formats::inventory::mapped_csv::Mapping;
use formats::inventory::{self, InventoryFormat};
use jiff::civil::Date;

use crate::error::CliError;
use crate::{files, knowledge_file};

/// Largest file read unless `--max-size` says otherwise: 256 MiB.
const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// What to judge with and as at when.
#[derive(Debug, Args)]
pub(crate) struct JudgeArguments {
    /// Compiled knowledge; without it, what `knowledge update` keeps, else what is built in
    #[arg(long, value_name = "FILE", env = knowledge_file::VARIABLE)]
    pub(crate) knowledge: Option<PathBuf>,

    /// Put all evidence into one host of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,

    /// Judge as at this day (YYYY-MM-DD): what was published later does not count. Default: today
    #[arg(long, value_name = "DATE")]
    pub(crate) as_at: Option<Date>,

    /// Policy for due dates: a TOML file, or a built-in one: nhs-14-day, bod-26-04
    #[arg(long, value_name = "FILE|NAME", default_value = "nhs-14-day")]
    pub(crate) policy: String,

    /// Read every file as this format (see `wardround formats`) instead of recognising it
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,

    /// Read CSV files through this mapping of columns
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(crate) mapping: Option<PathBuf>,

    /// Largest file, and largest unpacked archive, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = LARGEST_FILE)]
    pub(crate) max_size: u64,
}

impl JudgeArguments {
    /// The day as at which is judged.
    pub(crate) fn day(&self) -> Date {
        self.as_at.unwrap_or_else(today)
    }

    /// The policy.
    pub(crate) fn policy(&self) -> Result<Policy, CliError> {
        if Policy::BUILT_IN.contains(&self.policy.as_str()) {
            return Policy::built_in(&self.policy)
                .map_err(|e| CliError::failed("a built-in policy cannot be read").because(e));
        }
        let path = Path::new(&self.policy);
        let text = files::read_text(path).map_err(|e| {
            CliError::usage(format!("the policy {} cannot be read", self.policy))
                .because(e)
                .hint(format!("built-in policies: {}", Policy::BUILT_IN.join(", ")))
        })?;
        Policy::parse(&text).map_err(|e| {
            CliError::usage(format!("the policy {} cannot be used", path.display())).because(e)
        })
    }

    /// The forced format.
    pub(crate) fn format(&self) -> Result<Option<&'static InventoryFormat>, CliError> {
        let Some(name) = &self.format else { return Ok(None) };
        match inventory::named(name) {
            Some(format) => Ok(Some(format)),
            None => Err(CliError::usage(format!("there is no format `{name}`"))
                .hint("`wardround formats` lists them")),
        }
    }

    /// The mapping of columns.
    pub(crate) fn mapping(&self) -> Result<Option<Mapping>, CliError> {
        let Some(path) = &self.mapping else { return Ok(None) };
        let text = files::read_text(path)
            .map_err(|e| CliError::usage("the mapping cannot be read").because(e))?;
        Mapping::parse(&text).map(Some).map_err(|e| {
            CliError::usage(format!("the mapping {} cannot be used", path.display())).because(e)
        })
    }
}

/// Today, UTC.
fn today() -> Date {
    now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The instant of this run.
#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read, once, here")]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
