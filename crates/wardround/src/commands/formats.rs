//! `wardround formats`

use clap::Args;
use formats::{advisory, inventory};

use crate::error::CliError;
use crate::terminal;

/// List the formats that are read, and which command or tool makes each
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround formats
  wardround check --format qfe updates.txt")]
pub(crate) struct Arguments {
    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let text = if arguments.json {
        let rows = |list: Vec<(&'static str, &'static str)>| -> Vec<serde_json::Value> {
            list.into_iter()
                .map(|(name, about)| serde_json::json!({ "name": name, "about": about }))
                .collect()
        };
        let document = serde_json::json!({
            "evidence": rows(inventory::FORMATS.iter().map(|f| (f.name, f.about)).collect()),
            "knowledge": rows(advisory::FORMATS.iter().map(|f| (f.name, f.about)).collect()),
        });
        format!("{document:#}\n")
    } else {
        let mut text = String::from("Evidence of hosts (wardround check):\n");
        for format in inventory::FORMATS {
            text.push_str(&line(format.name, format.about));
        }
        text.push_str("\nWhat publishers state (wardround knowledge build):\n");
        for format in advisory::FORMATS {
            text.push_str(&line(format.name, format.about));
        }
        text
    };
    terminal::print(&text)?;
    Ok(0)
}

fn line(name: &str, about: &str) -> String {
    format!("  {name:<18} {about}\n")
}
