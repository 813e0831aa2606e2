//! `wardround organisation register`

use app::organisations::kept::{history, record};
use clap::Args;
use jiff::civil::Date;
use model::organisation::register::{ExpectedHosts, command};
use model::organisation::{OrganisationCode, OrganisationKind, OrganisationName};

use crate::commands::shared::{parse_day, today};
use crate::commands::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::terminal;

/// Register one organisation. A code is never given to another, also after the first has closed
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround organisation register XT1 --name \"Marrowdale Hospitals\" --kind trust --expected-hosts 5400")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// Its code
    #[arg(value_name = "CODE")]
    code: OrganisationCode,

    /// Its name
    #[arg(long, value_name = "NAME")]
    name: OrganisationName,

    /// Its kind: national, region, commissioner, trust, practice, support-unit, supplier, care-home,
    /// other
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: OrganisationKind,

    /// Who stands above it
    #[arg(long, value_name = "CODE")]
    parent: Option<OrganisationCode>,

    /// The first day on which it was open. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    opened: Option<Date>,

    /// How many machines it should have
    #[arg(long, value_name = "COUNT")]
    expected_hosts: Option<u64>,
}

/// Reads a kind.
pub(super) fn kind(text: &str) -> Result<OrganisationKind, String> {
    OrganisationKind::of_code(text).ok_or_else(|| {
        let all: Vec<&str> = OrganisationKind::ALL.iter().map(|kind| kind.code()).collect();
        format!("there are: {}", all.join(", "))
    })
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let new = command::NewOrganisation {
        code: arguments.code.clone(),
        name: arguments.name.clone(),
        kind: arguments.kind,
        parent: arguments.parent.clone(),
        opened: arguments.opened.unwrap_or_else(today),
    };
    arguments.store.with(Purpose::Add, async |context, caller| {
        let refused =
            |e| CliError::usage(format!("{} cannot be registered", arguments.code)).because(e);
        let events = command::register(&*history(context, None).await?, &new).map_err(refused)?;
        record(context, caller, &events).await?;
        if let Some(count) = arguments.expected_hosts {
            let hosts = ExpectedHosts { count, source: "said when registered".to_owned() };
            let known = history(context, None).await?;
            let events = command::set_expected_hosts(&known, &new.code, Some(&hosts), new.opened)
                .map_err(refused)?;
            record(context, caller, &events).await?;
        }
        terminal::print(&format!("Registered: {} ({}).\n", new.name, new.code))?;
        Ok(0)
    })
}
