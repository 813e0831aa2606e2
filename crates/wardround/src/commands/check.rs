//! `wardround check`

use app::import::read::ReadOptions;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use exposure::deadline::Policy;
use exposure::host::{Host, join};
use exposure::judge::{HostVerdicts, Question, Selection, Urgency, judge, steps};
use formats::export::VexHeader;
use rayon::prelude::*;

use super::shared::{JudgeArguments, now};
use crate::error::CliError;
use crate::input::gather;
use crate::present::{
    Fragment, HumanOptions, Output, OutputFormat, Tally, fails, frame, host_lines, host_report,
    reasons, urgencies,
};
use crate::{knowledge_file, terminal};

/// Hosts judged at a time: reports of so many are held, not of all.
const BATCH: usize = 256;
/// The same for the screen, of which nothing but sums is held.
const BATCH_OF_SCREEN: usize = 4_096;
/// Hosts that one thread judges and adds up at a time.
const SHARE: usize = 16;

/// Judge hosts from evidence: what is each open to, what is fixed, what can nobody tell
///
/// PATHs are files or folders as tools print them: systeminfo, wmic qfe, Get-HotFix, osquery, package
/// lists, SBOMs, scans ... (`wardround formats` lists them; zip and gz are opened; `-` is standard
/// input). Files of one host are joined by the host's name in them or by their file names.
///
/// Verdicts: affected, fixed, mitigated, not affected, unknown. Unknown is an answer: the evidence does
/// not reach the question. It is never counted as safe.
///
/// Exit code: 0 it ran, 1 --fail-on holds, 2 wrong use (also where --fail-on does not hold, but --only
/// names what the knowledge does not have: that is no answer), 3 nothing could be read.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(after_help = "Examples:
  wardround check samples/hospital
  systeminfo > pc1_systeminfo.txt & wmic qfe > pc1_qfe.txt & wardround check pc1_*.txt
  wardround check --only MS17-010 --fail-on affected inventories/
  wardround check --json --as-at 2017-05-12 evidence.zip > report.json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    judge: JudgeArguments,

    /// One JSON document (schema: schema/check-report.schema.json)
    #[arg(long, group = "output")]
    json: bool,

    /// One CSV row per host and advisory
    #[arg(long, group = "output")]
    csv: bool,

    /// SARIF 2.1.0, for code-scanning tools
    #[arg(long, group = "output")]
    sarif: bool,

    /// A CSAF 2.0 document of the VEX profile
    #[arg(long, group = "output")]
    vex: bool,

    /// With --vex: who publishes the document
    #[arg(long, value_name = "NAME", default_value = "Unnamed organisation", requires = "vex")]
    vex_publisher: String,

    /// With --vex: a URI of the publisher's own
    #[arg(long, value_name = "URI", default_value = "https://publisher.invalid", requires = "vex")]
    vex_namespace: String,

    /// Exit with 1 if any host is ... (the answer is printed all the same)
    #[arg(long, value_name = "WHAT")]
    fail_on: Option<FailOn>,

    /// Answer only for this advisory (MS17-010), CVE or KB; may be given more than once
    #[arg(long, value_name = "ADVISORY|CVE")]
    only: Vec<String>,

    /// Show the reasons of every line, and every host
    #[arg(short, long)]
    verbose: bool,

    /// Files and folders with evidence; `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// What `--fail-on` may hold on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// affected by anything
    Affected,
    /// affected by something in CISA's known-exploited catalogue
    Kev,
    /// unknown for anything, or not judged at all
    Unknown,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let policy = arguments.judge.policy()?;
    let options = ReadOptions {
        format: arguments.judge.evidence.format()?,
        mapping: arguments.judge.evidence.mapping()?,
        max_size: arguments.judge.evidence.max_size,
    };
    let loaded = knowledge_file::load(arguments.judge.knowledge.as_deref())?;
    let knowledge = knowledge_file::open(&loaded)?;
    let gathered = gather(&arguments.paths, &options)?;
    let selections: Vec<Selection> =
        arguments.only.iter().map(|text| Selection { text: text.clone() }).collect();
    let question = Question::new(knowledge, arguments.judge.day(), &selections);
    let hosts = join(gathered.files, arguments.judge.host.as_deref());

    let frame = frame(&question, &policy, &arguments.only);
    let mut output = Output::begin(arguments.output_format()?, &frame)?;
    let is_screen = output.is_screen();
    let mut tally = Tally::default();
    let bar = terminal::bar(hosts.len() as u64, "judging");
    for batch in hosts.chunks(if is_screen { BATCH_OF_SCREEN } else { BATCH }) {
        // One host needs no threads, and nothing that is put together between them.
        if let [host] = batch {
            tally.absorb(judge_at_once(&question, &policy, host, &mut output)?);
            bar.inc(1);
            continue;
        }
        let judge_share = |share: &[Host]| {
            let judged = Judged::of(&question, &policy, share, &output);
            bar.inc(share.len() as u64);
            judged
        };
        let judged: Vec<Judged> =
            batch.par_chunks(SHARE).map(judge_share).collect::<Result<_, _>>()?;
        for share in judged {
            for fragment in share.fragments {
                output.host(fragment)?;
            }
            tally.absorb(share.tally);
        }
    }
    bar.finish_and_clear();
    output.end(&tally, &gathered.errors, gathered.read, gathered.failed)?;

    if arguments.verbose && is_screen {
        details(&question, &policy, &hosts)?;
    }
    let failed = arguments.fail_on.is_some_and(|on| match on {
        // Evidence that names no host tells nothing of the hosts that were meant.
        FailOn::Unknown if tally.hosts.is_empty() => true,
        _ => tally.hosts.iter().any(|h| fails(h, on)),
    });
    if !failed && arguments.fail_on.is_some() && !frame.not_in_knowledge.is_empty() {
        return Err(no_answer(&frame.not_in_knowledge));
    }
    Ok(u8::from(failed))
}

/// A gate must not be passed by a question that was not understood.
fn no_answer(names: &[String]) -> CliError {
    CliError::usage(format!(
        "--fail-on was not answered: this knowledge has nothing named {}",
        names.join(", ")
    ))
    .hint(
        "correct --only, or bring the knowledge up to date (`wardround knowledge update`); \
         `wardround knowledge show NAME` tells what it has",
    )
}

/// The reasons of every host, after the screen. Judged again rather than kept: judging a host is
/// cheaper than holding the words of ten thousand.
fn details(question: &Question<'_>, policy: &Policy, hosts: &[Host]) -> Result<(), CliError> {
    for batch in hosts.chunks(BATCH) {
        let texts: Vec<String> = batch
            .par_iter()
            .map(|host| reasons(&host_report(question, policy, host, &judge(question, host))))
            .collect();
        for text in texts {
            terminal::print_words(&text)?;
        }
    }
    Ok(())
}

impl Arguments {
    fn output_format(&self) -> Result<OutputFormat, CliError> {
        Ok(if self.json {
            OutputFormat::Json
        } else if self.csv {
            OutputFormat::Csv
        } else if self.sarif {
            OutputFormat::Sarif
        } else if self.vex {
            OutputFormat::Vex(self.vex_header()?)
        } else {
            OutputFormat::Human(HumanOptions {
                everything: self.verbose,
                colour: terminal::wants_colour(),
            })
        })
    }

    fn vex_header(&self) -> Result<VexHeader, CliError> {
        let tracking_id = format!("WARDROUND-CHECK-{}", self.judge.day());
        let version = env!("CARGO_PKG_VERSION");
        VexHeader::new(&tracking_id, now(), &self.vex_publisher, &self.vex_namespace, version)
            .map_err(|e| CliError::usage("no VEX document can be made").because(e))
    }
}

/// Judged hosts, reduced to what is still needed of them.
struct Judged {
    fragments: Vec<Fragment>,
    tally: Tally,
}

impl Judged {
    fn of(
        question: &Question<'_>,
        policy: &Policy,
        hosts: &[Host],
        output: &Output<'_>,
    ) -> Result<Self, CliError> {
        let mut judged =
            Self { fragments: Vec::with_capacity(hosts.len()), tally: Tally::default() };
        for host in hosts {
            let verdicts = judge(question, host);
            let urgencies = urgencies(question, policy, host, &verdicts);
            let (fragment, steps) = if output.is_screen() {
                (Fragment::of_screen(), plan(question, &verdicts, &urgencies))
            } else {
                let report = host_lines(question, policy, host, &verdicts, &urgencies);
                (output.fragment(report)?, Vec::new())
            };
            judged.fragments.push(fragment);
            judged.tally.add(question, &verdicts, &urgencies, steps);
        }
        Ok(judged)
    }
}

/// Judges a host and writes it; what is counted of it.
fn judge_at_once(
    question: &Question<'_>,
    policy: &Policy,
    host: &Host,
    output: &mut Output<'_>,
) -> Result<Tally, CliError> {
    let verdicts = judge(question, host);
    let urgencies = urgencies(question, policy, host, &verdicts);
    let steps = if output.is_screen() {
        plan(question, &verdicts, &urgencies)
    } else {
        output.host_at_once(host_lines(question, policy, host, &verdicts, &urgencies))?;
        Vec::new()
    };
    let mut tally = Tally::default();
    tally.add(question, &verdicts, &urgencies, steps);
    Ok(tally)
}

/// The steps of a host, weighed by what is urgent.
fn plan(
    question: &Question<'_>,
    verdicts: &HostVerdicts<'_>,
    urgencies: &[Urgency],
) -> Vec<exposure::judge::Step> {
    let weights: Vec<u64> = urgencies.iter().map(Urgency::weight).collect();
    steps(question, verdicts, &weights)
}
