//! `wardround exposure`

mod json;
mod rows;
mod words;

use app::exposure::answer::Asked;
use app::exposure::ask::{Question, ask};
use app::{Caller, Context};
use clap::{Args, ValueEnum};
use exposure::freshness::FreshnessPolicy;
use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::OrganisationCode;

use super::shared::parse_day;
use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::files;
use crate::terminal;

/// Who in the sector is open to an advisory, who is not, and of whom nobody can tell
///
/// Answers for every organisation from the evidence in the record. Hosts that were expected and never
/// seen, organisations that never reported, and evidence that is too old are unknown, each with
/// that reason, and never counted as safe. Any past answer can be asked again.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround exposure MS17-010
  wardround exposure CVE-2017-0144 --by product
  wardround exposure MS17-010 --org XT1
  wardround exposure --all --csv > exposure.csv
  wardround exposure MS17-010 --as-at 2017-05-12 --as-known 2017-05-12T12:00:00Z

Exit codes: 0 it ran, 2 wrong use, 4 the record could not be read")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// Advisories (MS17-010), CVEs or KBs
    #[arg(value_name = "ADVISORY|CVE", required_unless_present = "all")]
    advisories: Vec<String>,

    /// Every named bulletin that the knowledge has
    #[arg(long, conflicts_with = "advisories")]
    all: bool,

    /// Of this organisation only; may be given more than once
    #[arg(long, value_name = "CODE")]
    org: Vec<OrganisationCode>,

    /// Add up by kind, region or product instead of naming organisations; --json has products besides
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,

    #[command(flatten)]
    when: WhenArguments,

    /// Show every organisation
    #[arg(short, long)]
    verbose: bool,

    /// One JSON document
    #[arg(long, group = "output")]
    json: bool,

    /// One CSV row per advisory, organisation, verdict and reason
    #[arg(long, group = "output")]
    csv: bool,
}

/// As at when, as known when, and how evidence ages.
#[derive(Clone, Debug, Args)]
pub(crate) struct WhenArguments {
    /// As at this day (YYYY-MM-DD): later evidence and later knowledge do not count. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(crate) as_at: Option<Date>,

    /// As it was known at this instant (2017-05-12T12:00:00Z). Default: now
    #[arg(long, value_name = "INSTANT")]
    pub(crate) as_known: Option<Timestamp>,

    /// How long evidence counts: a TOML file, or a built-in policy
    #[arg(long, value_name = "FILE|NAME", default_value = "nhs-evidence")]
    pub(crate) freshness: String,
}

impl WhenArguments {
    /// The policy of freshness.
    pub(crate) fn policy(&self) -> Result<FreshnessPolicy, CliError> {
        if FreshnessPolicy::BUILT_IN.contains(&self.freshness.as_str()) {
            return FreshnessPolicy::built_in(&self.freshness)
                .map_err(|e| CliError::failed("a built-in policy cannot be read").because(e));
        }
        let path = std::path::Path::new(&self.freshness);
        let text = files::read_text(path).map_err(|e| {
            CliError::usage(format!(
                "there is no built-in policy of freshness `{}`, and as a file it {e}",
                self.freshness
            ))
            .hint(format!("built-in policies: {}", FreshnessPolicy::BUILT_IN.join(", ")))
        })?;
        FreshnessPolicy::parse(&text).map_err(|e| {
            CliError::usage(format!("the policy {} cannot be used", path.display())).because(e)
        })
    }
}

/// What sums are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// the kind of organisation
    Kind,
    /// the region
    Region,
    /// what the hosts run
    Product,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let question = Question {
        advisories: arguments.advisories.clone(),
        as_at: arguments.when.as_at,
        as_known: arguments.when.as_known,
        freshness: arguments.when.policy()?,
        organisations: arguments.org.clone(),
        by_product: arguments.by == Some(By::Product),
    };
    let asked = arguments
        .store
        .with(Purpose::Look, async |context, caller| asked(context, caller, &question).await)?;
    let text = if arguments.json {
        json::document(&asked)?
    } else if arguments.csv {
        if question.by_product { rows::products(&asked)? } else { rows::csv(&asked)? }
    } else {
        screen(&asked, arguments.by, arguments.verbose)
    };
    terminal::print(&text)?;
    Ok(0)
}

/// Asks; the command `sector generate` does the same.
pub(crate) async fn asked(
    context: &Context,
    caller: &Caller,
    question: &Question,
) -> Result<Asked, CliError> {
    Ok(ask(context, caller, question).await?)
}

/// The answer for a person.
pub(crate) fn screen(asked: &Asked, by: Option<By>, everyone: bool) -> String {
    words::screen(asked, by, everyone)
}
