//! `wardround export`

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use app::export::columns::{KNOWLEDGE, TABLES, TableKind};
use app::export::run::{Exported, export};
use app::exposure::ask::Question;
use clap::Args;
use jiff::tz::TimeZone;
use model::organisation::OrganisationCode;

use super::exposure::WhenArguments;
use super::with_store::{Purpose, StoreArguments};
use crate::durable::{beside, remove, rename};
use crate::error::CliError;
use crate::present::words::{count, paragraph, thousands};
use crate::terminal;

/// The record as Parquet files, for an analyst's own tools: hosts, software, updates, verdicts
///
/// Writes organisations, hosts, updates, items (installed software) and verdicts into a folder, as at a
/// day and as known at an instant. docs/export.md says what each column means. Hosts that were expected
/// and never seen are in the verdicts without a name, as unknown, so that sums are right.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround export --out tables
  wardround export --out tables --org XT1 --advisory MS17-010
  wardround export --out tables --as-at 2017-05-12 --as-known 2017-05-12T12:00:00Z
  wardround export --out tables --advisory MS17-010 --knowledge --force

Exit codes: 0 it was written, 2 wrong use, 4 the record could not be read or the files not written")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    /// The folder, made if it is not there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,

    /// Of this organisation only; may be given more than once
    #[arg(long, value_name = "CODE")]
    org: Vec<OrganisationCode>,

    /// Verdicts on this advisory, CVE or KB; may be given more than once. Default: every named bulletin
    #[arg(long, value_name = "ADVISORY|CVE")]
    advisory: Vec<String>,

    #[command(flatten)]
    when: WhenArguments,

    /// Also what the knowledge says of these advisories: what fixes them, what supersedes what
    #[arg(long)]
    knowledge: bool,

    /// Overwrite the files of an earlier export; other files in the folder are left alone
    #[arg(long)]
    force: bool,

    /// One JSON document about what was written
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let question = Question {
        advisories: arguments.advisory.clone(),
        as_at: arguments.when.as_at,
        as_known: arguments.when.as_known,
        freshness: arguments.when.policy()?,
        organisations: arguments.org.clone(),
        by_product: false,
    };
    let out = &arguments.out;
    refuse_to_overwrite(out, arguments.force)?;
    let mut folder = Folder::make(out)?;
    let exported = arguments.store.with(Purpose::Look, async |context, caller| {
        let bar = terminal::bar(0, "organisations");
        let mut progress = |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        };
        let mut open = |name: &'static str| folder.begin(name);
        let with_knowledge = arguments.knowledge;
        let done =
            export(context, caller, &question, with_knowledge, &mut open, &mut progress).await;
        bar.finish_and_clear();
        Ok(done?)
    })?;
    let written = folder.finish(exported)?;
    terminal::print(&if arguments.json { json(&written, out)? } else { human(&written, out) })?;
    Ok(0)
}

/// An export that is in its place.
struct Written {
    exported: Exported<()>,
    bytes: Vec<u64>,
}

/// Every file that an export may write.
fn files() -> impl Iterator<Item = &'static str> {
    TABLES.iter().chain(&KNOWLEDGE).map(|kind: &TableKind| kind.name)
}

fn path_of(out: &Path, name: &str) -> PathBuf {
    out.join(format!("{name}.parquet"))
}

fn refuse_to_overwrite(out: &Path, force: bool) -> Result<(), CliError> {
    if out.exists() && !out.is_dir() {
        return Err(CliError::usage(format!("{} is no folder", out.display()))
            .hint("name a folder with --out; it is made if it is not there"));
    }
    if force {
        return Ok(());
    }
    match files().map(|name| path_of(out, name)).find(|path| path.exists()) {
        Some(path) => Err(CliError::usage(format!("{} exists already", path.display()))
            .hint("name another folder with --out, or overwrite an earlier export with --force")),
        None => Ok(()),
    }
}

/// The folder while files are written beside their places. What is not finished is taken away.
struct Folder<'a> {
    out: &'a Path,
    is_new: bool,
    begun: Vec<&'static str>,
}

impl<'a> Folder<'a> {
    fn make(out: &'a Path) -> Result<Self, CliError> {
        let is_new = !out.exists();
        fs::create_dir_all(out).map_err(|e| failed(out, e))?;
        Ok(Self { out, is_new, begun: Vec::new() })
    }

    fn begin(&mut self, name: &'static str) -> io::Result<BufWriter<File>> {
        let file = File::create(beside(&path_of(self.out, name), "new"))?;
        self.begun.push(name);
        Ok(BufWriter::new(file))
    }

    /// Puts every file in its place, when all of them are whole and on the disk.
    fn finish(mut self, exported: Exported<BufWriter<File>>) -> Result<Written, CliError> {
        let mut bytes = Vec::with_capacity(exported.tables.len());
        let exported = exported.try_map(|name, out| {
            let path = path_of(self.out, name);
            let on_disk = || -> io::Result<u64> {
                let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.sync_all()?;
                Ok(file.metadata()?.len())
            };
            bytes.push(on_disk().map_err(|e| failed(&path, e))?);
            Ok::<(), CliError>(())
        })?;
        for table in &exported.tables {
            let path = path_of(self.out, table.name);
            rename(&beside(&path, "new"), &path).map_err(|e| failed(&path, e))?;
        }
        // Knowledge of an earlier export would lie beside tables that do not rest on it.
        for name in files().filter(|name| !self.begun.contains(name)) {
            let path = path_of(self.out, name);
            remove(&path).map_err(|e| failed(&path, e))?;
        }
        self.begun.clear();
        self.is_new = false;
        Ok(Written { exported, bytes })
    }
}

impl Drop for Folder<'_> {
    fn drop(&mut self) {
        // What cannot be taken away stays as a hidden file; the error that led here is the one shown.
        for name in &self.begun {
            drop(fs::remove_file(beside(&path_of(self.out, name), "new")));
        }
        if self.is_new {
            drop(fs::remove_dir(self.out));
        }
    }
}

fn failed(path: &Path, error: io::Error) -> CliError {
    CliError::failed(format!("{} cannot be written", path.display())).because(error)
}

fn human(written: &Written, out: &Path) -> String {
    let exported = &written.exported;
    let rows = |name: &str| {
        let table = exported.tables.iter().find(|table| table.name == name);
        table.map_or(0, |table| usize::try_from(table.rows).unwrap_or(usize::MAX))
    };
    let mut text = paragraph(
        &format!(
            "{} with {}, {} and {} of {} are in {}, as at {}, as known at {}; knowledge of {}; \
             evidence counts by the policy {}.",
            count(rows("hosts"), "host", "hosts"),
            count(rows("items"), "piece of software", "pieces of software"),
            count(rows("updates"), "installed update", "installed updates"),
            count(rows("verdicts"), "row of verdicts", "rows of verdicts"),
            count(rows("organisations"), "organisation", "organisations"),
            out.display(),
            exported.as_at,
            exported.as_known.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC"),
            exported.knowledge_built_at.to_zoned(TimeZone::UTC).date(),
            exported.freshness,
        ),
        "  ",
    );
    let coverage = &exported.coverage;
    let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    text.push_str(&paragraph(
        &format!(
            "Coverage: {} seen of {} expected; {} shown nothing.",
            count(n(coverage.seen), "host", "hosts"),
            thousands(n(coverage.expected)),
            count(n(coverage.silent), "organisation has", "organisations have"),
        ),
        "  ",
    ));
    for advisory in &exported.not_in_knowledge {
        text.push_str(&paragraph(
            &format!(
                "Note: the knowledge of the record has nothing of the name {advisory}: that tells \
                 nothing of any host."
            ),
            "  ",
        ));
    }
    text
}

fn json(written: &Written, out: &Path) -> Result<String, CliError> {
    let exported = &written.exported;
    let files: Vec<_> = exported
        .tables
        .iter()
        .zip(&written.bytes)
        .map(|(table, bytes)| {
            serde_json::json!({
                "table": table.name,
                "file": path_of(out, table.name).display().to_string(),
                "rows": table.rows,
                "bytes": bytes,
            })
        })
        .collect();
    let document = serde_json::json!({
        "coverage": {
            "hosts_seen": exported.coverage.seen,
            "hosts_expected": exported.coverage.expected,
            "organisations_silent": exported.coverage.silent,
        },
        "as_at": exported.as_at.to_string(),
        "as_known": exported.as_known.to_string(),
        "knowledge": {
            "blob": exported.knowledge,
            "built_at": exported.knowledge_built_at.to_string(),
        },
        "freshness": exported.freshness,
        "advisories": exported.advisories,
        "not_in_knowledge": exported.not_in_knowledge,
        "files": files,
    });
    serde_json::to_string_pretty(&document)
        .map(|text| text + "\n")
        .map_err(|e| CliError::failed("the answer could not be written").because(e))
}
