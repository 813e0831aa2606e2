//! Arguments that several commands take, and the one look at the clock.

use std::path::{Path, PathBuf};

use clap::Args;
use exposure::deadline::Policy;
use formats::advisory;
use formats::inventory::mapped_csv::Mapping;
use formats::inventory::{self, InventoryFormat};
use jiff::civil::Date;

use crate::error::CliError;
use crate::files;

/// Largest file read unless `--max-size` says otherwise.
const LARGEST_FILE: &str = "256M";

/// What to judge with and as at when.
#[derive(Debug, Args)]
pub(crate) struct JudgeArguments {
    /// Compiled knowledge; without it, the file that WARDROUND_KNOWLEDGE names, else what
    /// `knowledge update` keeps, else what is built in
    #[arg(long, value_name = "FILE")]
    pub(crate) knowledge: Option<PathBuf>,

    /// Put all evidence into one host of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,

    /// Judge as at this day (YYYY-MM-DD): what was published later does not count. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(crate) as_at: Option<Date>,

    /// Policy for due dates: a TOML file, or a built-in one: nhs-14-day, bod-26-04
    #[arg(long, value_name = "FILE|NAME", default_value = "nhs-14-day")]
    pub(crate) policy: String,

    #[command(flatten)]
    pub(crate) evidence: EvidenceArguments,
}

/// How files with evidence are read.
#[derive(Debug, Args)]
pub(crate) struct EvidenceArguments {
    /// Read every file as this format (see `wardround formats`) instead of recognising it
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,

    /// Read CSV files through this mapping of columns
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(crate) mapping: Option<PathBuf>,

    /// Largest file, packed or unpacked (an archive in all: four times that); bytes, or 512M, or 2G
    #[arg(long, value_name = "SIZE", default_value = LARGEST_FILE, value_parser = files::parse_size)]
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
            CliError::usage(format!(
                "there is no built-in policy `{}`, and as a file it {e}",
                self.policy
            ))
            .hint(format!("built-in policies: {}", Policy::BUILT_IN.join(", ")))
        })?;
        Policy::parse(&text).map_err(|e| {
            CliError::usage(format!("the policy {} cannot be used", path.display())).because(e)
        })
    }
}

impl EvidenceArguments {
    /// The forced format.
    pub(crate) fn format(&self) -> Result<Option<&'static InventoryFormat>, CliError> {
        let Some(name) = &self.format else { return Ok(None) };
        if let Some(format) = inventory::named(name) {
            Ok(Some(format))
        } else {
            let mut error = CliError::usage(format!("there is no format `{name}`"));
            if advisory::FORMATS.iter().any(|format| format.name == name) {
                error = error.hint(format!(
                    "{name} is no evidence of a host but what a publisher states; give it to \
                     `wardround knowledge build`"
                ));
            }
            let names: Vec<&str> = inventory::FORMATS.iter().map(|f| f.name).collect();
            Err(error.hint(format!("formats: {}", names.join(", "))))
        }
    }

    /// The mapping of columns.
    pub(crate) fn mapping(&self) -> Result<Option<Mapping>, CliError> {
        let Some(path) = &self.mapping else { return Ok(None) };
        let text = files::read_text(path)
            .map_err(|e| CliError::usage(format!("the mapping {} {e}", path.display())))?;
        Mapping::parse(&text).map(Some).map_err(|e| {
            CliError::usage(format!("the mapping {} cannot be used", path.display()))
                .because(e)
                .hint("docs/formats/mapped-csv.md describes it; samples/mappings/ has three to start from")
        })
    }
}

/// Reads the value of `--as-at`.
pub(super) fn parse_day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "write a day of the calendar as YYYY-MM-DD, like 2017-05-12".to_owned())
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
