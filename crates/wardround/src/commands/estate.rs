//! `wardround estate`

use app::estate::ask::{Estate, estate};
use clap::Args;
use exposure::freshness::FreshnessPolicy;
use model::organisation::OrganisationCode;

use super::exposure::WhenArguments;
use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::present::words::{capital, count, paragraph, thousands};
use crate::terminal;

/// Most hosts on the screen unless all are asked for.
const MOST: usize = 40;

/// An organisation's hosts: how many were seen of how many expected, how old the evidence is, which
/// systems lose their support
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround estate --org XT1
  wardround estate --org XT1 --duplicates
  wardround estate --org XT1 --as-at 2017-05-12 --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The organisation
    #[arg(long, value_name = "CODE")]
    org: OrganisationCode,

    /// Only hosts that may be the same machine as another
    #[arg(long)]
    duplicates: bool,

    #[command(flatten)]
    when: WhenArguments,

    /// Show every host
    #[arg(short, long)]
    verbose: bool,

    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let policy = arguments.when.policy()?;
    let found = arguments.store.with(Purpose::Look, async |context, caller| {
        let (as_at, as_known) = (arguments.when.as_at, arguments.when.as_known);
        Ok(estate(context, caller, &arguments.org, as_at, as_known).await?)
    })?;
    terminal::print(&if arguments.json {
        json(&found, &policy)?
    } else {
        human(&found, &policy, arguments)
    })?;
    Ok(0)
}

fn n(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn human(estate: &Estate, policy: &FreshnessPolicy, arguments: &Arguments) -> String {
    let seen = estate.table.hosts.len();
    let coverage = match estate.expected {
        Some(expected) => {
            format!("{} of {} expected hosts seen", thousands(seen), thousands(n(expected)))
        }
        None => format!(
            "{} seen; how many there should be nobody has said",
            count(seen, "host", "hosts")
        ),
    };
    let limit = i32::from(policy.patch_state_days);
    let mut text = paragraph(
        &format!(
            "{} ({}): {coverage}; {} with evidence of the {limit} days up to {}.",
            estate.name,
            estate.code,
            thousands(n(estate.fresh(limit))),
            estate.as_at,
        ),
        "  ",
    );
    let mut systems: Vec<(&Option<String>, &u64)> = estate.systems.iter().collect();
    systems.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let systems: Vec<String> = systems
        .into_iter()
        .map(|(name, hosts)| {
            let name = name.as_deref().map_or("system not shown".to_owned(), capital);
            format!("{name} {}", thousands(n(*hosts)))
        })
        .collect();
    if !systems.is_empty() {
        text.push_str(&paragraph(&format!("  Systems: {}.", systems.join(", ")), "    "));
    }
    text.push_str(&support(estate, arguments.verbose));
    let mut hosts: Vec<_> = estate
        .table
        .hosts
        .iter()
        .filter(|(_, host)| !arguments.duplicates || !host.possible.is_empty())
        .collect();
    hosts.sort_by(|a, b| a.1.last_seen.cmp(&b.1.last_seen).then_with(|| a.0.cmp(b.0)));
    if arguments.duplicates && hosts.is_empty() {
        text.push_str("  No host looks like another.\n");
    }
    let shown = if arguments.verbose { hosts.len() } else { MOST.min(hosts.len()) };
    for (id, host) in hosts.iter().take(shown) {
        let sources: Vec<&str> = host.pieces.iter().map(|piece| piece.format.as_str()).collect();
        text.push_str(&format!(
            "  {id}  {:<24}  last seen {}  {}\n",
            host.label,
            host.last_seen,
            sources.join(", ")
        ));
        for other in &host.possible {
            text.push_str(&format!(
                "      may be {} {} ({} %)\n",
                other.host,
                other.rule.words(),
                other.confidence
            ));
        }
    }
    if let Some(more) = hosts.len().checked_sub(shown).filter(|more| *more > 0) {
        text.push_str(&format!(
            "  … and {} (-v shows all)\n",
            count(more, "more host", "more hosts")
        ));
    }
    text
}

/// Systems whose support has ended, and those whose support ends within a year.
fn support(estate: &Estate, everything: bool) -> String {
    let Some(support) = &estate.support else {
        return paragraph(
            "  Support: nobody can tell, the record has no knowledge (`wardround knowledge adopt`).",
            "    ",
        );
    };
    let mut parts = Vec::new();
    let within = estate.as_at.checked_add(jiff::Span::new().years(1)).unwrap_or(estate.as_at);
    let line = |((end, system), hosts): (&(jiff::civil::Date, String), &u64)| {
        format!("{system} {end} on {}", count(n(*hosts), "host", "hosts"))
    };
    let past: Vec<String> =
        support.ends.iter().filter(|((end, _), _)| *end < estate.as_at).map(line).collect();
    let ahead: Vec<String> = support
        .ends
        .iter()
        .filter(|((end, _), _)| *end >= estate.as_at && (everything || *end <= within))
        .map(line)
        .collect();
    if !past.is_empty() {
        parts.push(format!("ended: {}", past.join(", ")));
    }
    if !ahead.is_empty() {
        let words = if everything { "ends" } else { "ends within a year" };
        parts.push(format!("{words}: {}", ahead.join(", ")));
    }
    if support.unknown > 0 {
        parts.push(format!("not known of {}", count(n(support.unknown), "host", "hosts")));
    }
    if let Some(unseen) = estate.never_seen().filter(|unseen| *unseen > 0) {
        parts.push(format!("nor of {} never seen", count(n(unseen), "host", "hosts")));
    }
    if parts.is_empty() {
        return String::new();
    }
    paragraph(&format!("  Support {}.", parts.join("; ")), "    ")
}

fn json(estate: &Estate, policy: &FreshnessPolicy) -> Result<String, CliError> {
    let document = serde_json::json!({
        "organisation": estate.code.as_str(),
        "name": estate.name,
        "as_at": estate.as_at.to_string(),
        "expected_hosts": estate.expected,
        "seen_hosts": estate.table.hosts.len(),
        "fresh_hosts": estate.fresh(i32::from(policy.patch_state_days)),
        "freshness": policy.name,
        "systems": estate.systems.iter().map(|(name, hosts)| serde_json::json!({
            "system": name, "hosts": hosts,
        })).collect::<Vec<_>>(),
        "support": estate.support.as_ref().map(|support| serde_json::json!({
            "ends": support.ends.iter().map(|((end, system), hosts)| serde_json::json!({
                "system": system, "end": end.to_string(), "hosts": hosts,
            })).collect::<Vec<_>>(),
            "past_hosts": support.past(estate.as_at),
            "unknown_hosts": support.unknown,
            "never_seen_hosts": estate.never_seen(),
        })),
        "hosts": estate.table.hosts,
    });
    serde_json::to_string_pretty(&document)
        .map(|text| text + "\n")
        .map_err(|e| CliError::failed("the estate could not be written").because(e))
}
