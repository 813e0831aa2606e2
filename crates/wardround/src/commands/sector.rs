//! `wardround sector`

use std::path::PathBuf;

use app::exposure::ask::Question;
use app::invented::tell;
use clap::{Args, Subcommand};
use exposure::freshness::FreshnessPolicy;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sector::{Scale, Sector, Settings};

use super::exposure::{asked, screen};
use super::shared::parse_day;
use super::with_store::{Purpose, StoreArguments, bring_up_to_date};
use crate::error::CliError;
use crate::present::words::{count, paragraph};
use crate::{knowledge_file, terminal};

/// An invented health service to try everything on
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(GenerateArguments),
    Write(WriteArguments),
}

/// What sector it is.
#[derive(Clone, Copy, Debug, Args)]
struct SettingsArguments {
    /// What makes one sector differ from another; the same seed gives the same bytes
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// How large: 1 is England in 2017 (1.5 million hosts), 0.001 a first look
    #[arg(long, value_name = "SCALE", default_value_t = 0.01)]
    scale: f64,

    /// First day of its history
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    first: Option<Date>,

    /// Last day of its history
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    last: Option<Date>,
}

impl SettingsArguments {
    fn sector(&self) -> Result<Sector, CliError> {
        let scale = Scale::new(self.scale).map_err(|e| CliError::usage(e.to_string()))?;
        let mut settings = Settings::new(self.seed, scale);
        settings.first = self.first.unwrap_or(settings.first);
        settings.last = self.last.unwrap_or(settings.last);
        if settings.first > settings.last {
            return Err(CliError::usage(format!(
                "the history begins on {} and ends on {}, before it",
                settings.first, settings.last
            )));
        }
        Ok(Sector::new(settings))
    }
}

/// Tell an invented sector's history into an empty record, each report on its day
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround sector generate --store try --scale 0.001 --ask MS17-010
  wardround sector generate --store big --seed 7 --scale 0.1")]
struct GenerateArguments {
    #[command(flatten)]
    store: StoreArguments,

    #[command(flatten)]
    settings: SettingsArguments,

    /// Then ask who is open to this, as at the last day
    #[arg(long, value_name = "ADVISORY|CVE")]
    ask: Vec<String>,
}

/// Write an invented sector's register and reports as files, as its organisations would send them
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround sector write --scale 0.01 --out invented/")]
struct WriteArguments {
    #[command(flatten)]
    settings: SettingsArguments,

    /// The folder, which must not exist yet
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,

    /// Only the last report of each organisation
    #[arg(long)]
    last_only: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.command {
        Command::Generate(arguments) => generate(arguments),
        Command::Write(arguments) => write(arguments),
    }
}

fn generate(arguments: &GenerateArguments) -> Result<u8, CliError> {
    let sector = arguments.settings.sector()?;
    let knowledge = knowledge_file::load(None)?;
    let last = sector.settings().last;
    arguments.store.with(Purpose::Add, async |context, caller| {
        if context.store.size().await? > 0 {
            return Err(CliError::usage(format!(
                "the record at {} is not empty: an invented sector is told into an empty one only",
                context.store.place()
            ))
            .hint("name another folder with --store"));
        }
        let bar = terminal::bar(0, "reports");
        let mut progress = |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        };
        let told = tell(context, caller, &sector, &knowledge.bytes, &mut progress).await?;
        bar.finish_and_clear();
        terminal::print(&paragraph(
            &format!(
                "An invented sector is in {}: {}, {} of evidence in {}, {} to {}.",
                context.store.place(),
                count(told.organisations, "organisation", "organisations"),
                count(usize::try_from(told.reports).unwrap_or(usize::MAX), "report", "reports"),
                count(usize::try_from(told.files).unwrap_or(usize::MAX), "file", "files"),
                sector.settings().first,
                last,
            ),
            "  ",
        ))?;
        if arguments.ask.is_empty() {
            bring_up_to_date(context).await;
            return Ok(0);
        }
        let question = Question {
            advisories: arguments.ask.clone(),
            as_at: Some(last),
            as_known: None,
            freshness: FreshnessPolicy::default(),
            organisations: Vec::new(),
            by_product: false,
        };
        let end = last.at(23, 59, 59, 0).to_zoned(TimeZone::UTC);
        let then = context.at(end.map_or(context.now, |end| end.timestamp()));
        let answer = asked(&then, caller, &question).await?;
        terminal::print("\n")?;
        terminal::print(&screen(&answer, None, false))?;
        Ok(0)
    })
}

fn write(arguments: &WriteArguments) -> Result<u8, CliError> {
    let sector = arguments.settings.sector()?;
    let out = &arguments.out;
    let failed = |e: std::io::Error| {
        CliError::failed(format!("{} cannot be written", out.display())).because(e)
    };
    if out.exists() {
        return Err(CliError::usage(format!("{} exists already", out.display())));
    }
    std::fs::create_dir_all(out).map_err(failed)?;
    std::fs::write(out.join("register.csv"), sector.register()).map_err(failed)?;
    let mut files = 0;
    let bar = terminal::bar(sector.organisations().len() as u64, "organisations");
    for organisation in sector.organisations() {
        let mut days = sector.reports(organisation);
        if arguments.last_only {
            days.drain(..days.len().saturating_sub(1));
        }
        for day in days {
            let folder = out.join(organisation.code.as_str()).join(day.to_string());
            for file in sector.report(organisation, day, sector.detail(organisation, day)) {
                let path = folder.join(&file.path);
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent).map_err(failed)?;
                }
                std::fs::write(&path, &file.bytes).map_err(failed)?;
                files += 1;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    terminal::print(&format!(
        "{} of {} are in {}\n",
        count(files, "file", "files"),
        count(sector.organisations().len(), "organisation", "organisations"),
        out.display()
    ))?;
    Ok(0)
}
