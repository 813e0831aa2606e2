//! Files, folders and archives of what publishers state, fed to the compiler.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use exposure::knowledge::Builder;
use exposure::knowledge::schema::Knowledge;
use formats::advisory;
use formats::inventory::Input;
use formats::unpack;
use jiff::Timestamp;

use crate::error::CliError;
use crate::fetch::{self, Replaced};
use crate::{files, terminal};

/// Largest source and largest unpacked archive: 2 GiB.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;

/// What became of the sources.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Documents read.
    pub(super) read: usize,
    /// Records in them.
    pub(super) records: u64,
    /// What could not be read or was read with a reservation: file and message.
    pub(super) problems: Vec<(String, String)>,
    /// Files that are no source.
    pub(super) passed_over: usize,
}

/// Compiles the built-in knowledge and all sources.
pub(super) fn compile(paths: &[PathBuf], now: Timestamp) -> Result<(Knowledge, Outcome), CliError> {
    let broken = |e: exposure::knowledge::builtin::BuiltinError| {
        CliError::failed("the built-in knowledge does not hold together").because(e)
    };
    let mut builder = Builder::new().with_builtin().map_err(broken)?;
    let mut outcome = Outcome::default();
    let mut found = Vec::new();
    for path in paths {
        let (below, unread) = files::below(path);
        found.extend(below);
        for (path, error) in unread {
            outcome.problems.push((path.display().to_string(), error.to_string()));
        }
    }
    let bar = terminal::bar(found.len() as u64, "compiling");
    for path in &found {
        take_file(path, &mut builder, &mut outcome);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let knowledge = builder.finish(now).map_err(broken)?;
    Ok((knowledge, outcome))
}

/// Writes compiled knowledge in the place of the old, which is kept until the new one is proved.
pub(super) fn install(knowledge: &Knowledge, target: &Path) -> Result<Replaced, CliError> {
    let bytes = exposure::knowledge::encode(knowledge)
        .map_err(|e| CliError::failed("the knowledge could not be encoded").because(e))?;
    fetch::replace(target, |temporary| std::fs::write(temporary, &bytes).map_err(Into::into), prove)
        .map_err(|e| {
            CliError::failed(format!(
                "{} could not be replaced; the old file stands",
                target.display()
            ))
            .because(e)
        })
}

/// Opens a knowledge file to prove it readable.
pub(super) fn prove(path: &Path) -> Result<(), fetch::CallbackError> {
    let loaded = crate::knowledge_file::load(Some(path)).map_err(|e| e.to_string())?;
    crate::knowledge_file::open(&loaded).map_err(|e| e.to_string())?;
    Ok(())
}

fn take_file(path: &Path, builder: &mut Builder, outcome: &mut Outcome) {
    let name = path.display().to_string();
    match files::read(path, LARGEST) {
        Ok(bytes) => take_bytes(&name, &bytes, builder, outcome),
        Err(error) => outcome.problems.push((name, error.to_string())),
    }
}

fn take_bytes(name: &str, bytes: &[u8], builder: &mut Builder, outcome: &mut Outcome) {
    if !unpack::is_archive(bytes) {
        take_document(name, bytes, builder, outcome);
        return;
    }
    let limits = unpack::Limits {
        total_bytes: LARGEST * 8,
        member_bytes: LARGEST,
        members: 2_000_000,
        ..unpack::Limits::default()
    };
    let mut faults = Vec::new();
    let opened = unpack::for_each_member(bytes, Some(name), &limits, &mut |member| {
        match member {
            Ok(member) => {
                take_document(&format!("{name}/{}", member.path), &member.bytes, builder, outcome);
            }
            Err(warning) => faults.push((name.to_owned(), warning.to_string())),
        }
        ControlFlow::Continue(())
    });
    outcome.problems.extend(faults);
    if let Err(error) = opened {
        outcome.problems.push((name.to_owned(), error.to_string()));
    }
}

fn take_document(name: &str, bytes: &[u8], builder: &mut Builder, outcome: &mut Outcome) {
    let short = name.rsplit(['/', '\\']).next();
    let input = Input { bytes, file_name: short };
    let Some(format) = advisory::detect(&input) else {
        outcome.passed_over += 1;
        return;
    };
    match (format.read)(&input, builder) {
        Ok(summary) => {
            outcome.read += 1;
            outcome.records += summary.records;
            for warning in summary.warnings.iter().take(5) {
                outcome.problems.push((name.to_owned(), warning.to_string()));
            }
            if summary.warnings.len() > 5 {
                let more = summary.warnings.len() - 5;
                outcome.problems.push((name.to_owned(), format!("{more} more warnings")));
            }
        }
        Err(error) => outcome.problems.push((name.to_owned(), error.to_string())),
    }
}

/// Counts the records of a document just fetched, for the guard against feeds that shrink.
pub(super) fn count(path: &Path) -> fetch::Counted {
    /// Counts and forgets.
    struct Counter;
    impl model::fact::FactSink for Counter {
        fn source(&mut self, _: model::fact::Source) {}
        fn fact(&mut self, _: model::fact::Fact) {}
    }
    let bytes = match files::read(path, LARGEST) {
        Ok(bytes) => bytes,
        Err(error) => return fetch::Counted::Unreadable(error.to_string()),
    };
    let mut records = 0;
    let mut recognised = false;
    let mut fault = None;
    let mut one = |bytes: &[u8], name: Option<&str>| {
        let input = Input { bytes, file_name: name };
        let Some(format) = advisory::detect(&input) else { return };
        recognised = true;
        match (format.read)(&input, &mut Counter) {
            Ok(summary) => records += summary.records,
            Err(error) => fault = Some(error.to_string()),
        }
    };
    if unpack::is_archive(&bytes) {
        let limits = unpack::Limits {
            total_bytes: LARGEST * 8,
            member_bytes: LARGEST,
            members: 2_000_000,
            ..unpack::Limits::default()
        };
        let opened = unpack::for_each_member(&bytes, None, &limits, &mut |member| {
            if let Ok(member) = member {
                one(&member.bytes, Some(&member.path));
            }
            ControlFlow::Continue(())
        });
        if let Err(error) = opened {
            return fetch::Counted::Unreadable(error.to_string());
        }
    } else {
        one(&bytes, None);
    }
    match (recognised, fault) {
        (true, None) => fetch::Counted::Records(records),
        (true, Some(fault)) => fetch::Counted::Unreadable(fault),
        (false, _) => fetch::Counted::Unknown,
    }
}
