//! `wardround host`

use app::estate::ask::{KnownHost, host, system_words};
use app::exposure::knowledge::in_use;
use clap::Args;
use exposure::freshness::FreshnessPolicy;
use exposure::judge::{Line, Question, judge, sentence};
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;

use super::shared::{parse_day, today};
use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::present::words::paragraph;
use crate::terminal;

/// Most lines of one verdict on the screen.
const MOST: usize = 12;

/// One host: everything that is known of it, from where, and what it is open to
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround host --org XT1 WARD-7
  wardround host --org XT1 h-00000c5n2v4ks")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The organisation
    #[arg(long, value_name = "CODE")]
    org: OrganisationCode,

    /// Judge as at this day. Default: today
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_at: Option<Date>,

    /// The host, by its identity or a name it went by
    #[arg(value_name = "HOST")]
    host: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let day = arguments.as_at.unwrap_or_else(today);
    let text = arguments.store.with(Purpose::Look, async |context, caller| {
        let found = host(context, caller, &arguments.org, &arguments.host).await?;
        if found.is_empty() {
            return Err(CliError::usage(format!(
                "{} has no host {} in the record",
                arguments.org, arguments.host
            ))
            .hint(format!("`wardround estate --org {} -v` lists them", arguments.org)));
        }
        let knowledge = in_use(context, None).await?.ok_or(app::Error::NoKnowledge)?;
        let knowledge = knowledge.view()?;
        let question = Question::new(knowledge, day, &[]);
        let said = found.iter().map(|one| words(one, &question, one.support_ends(knowledge), day));
        Ok(said.collect::<Vec<_>>().join("\n"))
    })?;
    terminal::print(&text)?;
    Ok(0)
}

fn words(
    known: &KnownHost,
    question: &Question<'_>,
    support_ends: Option<Date>,
    day: Date,
) -> String {
    let record = &known.record;
    let verdicts = judge(question, &known.host);
    let policy = FreshnessPolicy::default();
    let aged = |line: &Line<'_>| known.aged(line, day, &policy);
    let is = |line: &Line<'_>| aged(line).map_or(line.verdict, |aged| aged.verdict);
    let of = |verdict| verdicts.lines.iter().filter(|line| is(line) == verdict).count();
    let mut text = paragraph(
        &format!(
            "{} ({}): {} open, {} unknown, {} closed, as at {day}.",
            record.label,
            known.id,
            of(Verdict::Affected),
            of(Verdict::Unknown),
            of(Verdict::Fixed) + of(Verdict::Mitigated) + of(Verdict::NotAffected),
        ),
        "  ",
    );
    let system = system_words(&known.host).unwrap_or_else(|| "not shown".to_owned());
    text.push_str(&format!("  system: {system}"));
    if let Some(end) = support_ends {
        text.push_str(&format!("; support ends {end}"));
    }
    text.push_str(&format!(
        "\n  seen from {} to {}; names: {}\n",
        record.first_seen,
        record.last_seen,
        record.names.join(", ")
    ));
    text.push_str("  evidence:\n");
    for (piece, kept) in known.host.pieces.iter().zip(&record.pieces) {
        text.push_str(&format!(
            "    {} of {} ({}), {} ({} %)\n",
            kept.format,
            kept.collected,
            piece.path,
            kept.rule.words(),
            kept.confidence
        ));
    }
    for other in &record.possible {
        text.push_str(&format!(
            "  may be the same machine as {} {} ({} %)\n",
            other.host,
            other.rule.words(),
            other.confidence
        ));
    }
    for verdict in [Verdict::Affected, Verdict::Unknown, Verdict::Mitigated, Verdict::Fixed] {
        let lines: Vec<_> = verdicts.lines.iter().filter(|line| is(line) == verdict).collect();
        for line in lines.iter().take(MOST) {
            let mut why = line.reasons.first().map_or(String::new(), |r| sentence(r, &known.host));
            if let Some(last) = aged(line).and_then(|aged| aged.last_known) {
                why = format!("the evidence is too old to tell; when it was made, {last}: {why}");
            }
            text.push_str(&paragraph(&format!("  {}: {verdict}: {why}", line.advisory), "      "));
        }
        if let Some(more) = lines.len().checked_sub(MOST).filter(|more| *more > 0) {
            text.push_str(&format!("  … and {more} more {verdict}\n"));
        }
    }
    text
}
