//! `wardround explain host`

use app::import::read::ReadOptions;
use std::path::PathBuf;

use clap::Args;
use exposure::host::join;
use exposure::judge::{Question, Selection, judge};

use crate::commands::shared::JudgeArguments;
use crate::error::CliError;
use crate::input::gather;
use crate::present::{frame, host_report, reasoning};
use crate::{knowledge_file, terminal};

/// Print the whole chain of reasoning for one host and one advisory
///
/// What the files show of the host, what is known of the advisory on its product, each alternative
/// fix with what supersedes it, each rule that was asked, and the verdict.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround explain host MDH-WARD-07 MS17-010 samples/hospital")]
pub(super) struct Arguments {
    #[command(flatten)]
    judge: JudgeArguments,

    /// The host's name, as `check` shows it (with --host, that name)
    name: String,

    /// The advisory, CVE or KB
    advisory: String,

    /// One JSON document
    #[arg(long)]
    json: bool,

    /// Files and folders with evidence; `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let policy = arguments.judge.policy()?;
    let options = ReadOptions {
        format: arguments.judge.evidence.format()?,
        mapping: arguments.judge.evidence.mapping()?,
        max_size: arguments.judge.evidence.max_size,
    };
    let loaded = knowledge_file::load(arguments.judge.knowledge.as_deref())?;
    let knowledge = knowledge_file::open(&loaded)?;
    let gathered = gather(&arguments.paths, &options)?;
    let hosts = join(gathered.files, arguments.judge.host.as_deref());
    let Some(host) = hosts.iter().find(|h| h.label.eq_ignore_ascii_case(&arguments.name)) else {
        let names: Vec<&str> = hosts.iter().take(12).map(|h| h.label.as_str()).collect();
        let more = match hosts.len().saturating_sub(names.len()) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        return Err(CliError::usage(format!("no evidence names a host `{}`", arguments.name))
            .hint(format!("hosts in the evidence: {}{more}", names.join(", "))));
    };
    let selection = Selection { text: arguments.advisory.clone() };
    let question = Question::new(knowledge, arguments.judge.day(), &[selection]);
    let verdicts = judge(&question, host);
    let unknown: Vec<String> =
        question.selection.as_ref().map(|s| s.unresolved.clone()).unwrap_or_default();
    if verdicts.lines.is_empty() && !unknown.is_empty() {
        return Err(CliError::usage(format!(
            "neither this knowledge nor the evidence has anything named `{}`",
            arguments.advisory
        ))
        .hint("name a CVE, a bulletin (MS17-010), a KB or a publisher's advisory; `wardround knowledge show` says what this knowledge consists of"));
    }
    let report = host_report(&question, &policy, host, &verdicts);
    if arguments.json {
        let frame = frame(&question, &policy, std::slice::from_ref(&arguments.advisory));
        let document = serde_json::json!({ "frame": frame, "host": report,
            "steps": reasoning::steps(&question, host, &verdicts) });
        terminal::print(&format!("{document:#}\n"))?;
    } else {
        terminal::print_words(&reasoning::text(&question, host, &verdicts, &report))?;
    }
    Ok(0)
}
