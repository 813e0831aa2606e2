//! Every path to its files, every file to its reader, in parallel and in order.

use std::path::{Path, PathBuf};

use app::import::read::ReadOptions;
use exposure::host::SourceFile;
use formats::export::report::ErrorReport;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::read;
use crate::error::{CliError, Kind};
use crate::{files, terminal};

/// What came of it.
#[derive(Default)]
pub(crate) struct Gathered {
    /// Files with evidence.
    pub(crate) files: Vec<SourceFile>,
    /// What could not be read, and what was read with a reservation.
    pub(crate) errors: Vec<ErrorReport>,
    /// How many files were read, members of archives counted.
    pub(crate) read: usize,
    /// How many could not be read at all.
    pub(crate) failed: usize,
}

impl Gathered {
    fn absorb(&mut self, other: Self) {
        self.files.extend(other.files);
        self.errors.extend(other.errors);
        self.read += other.read;
        self.failed += other.failed;
    }

    /// Counts a file that could not be read.
    pub(crate) fn fail(&mut self, file: &str, line: Option<u32>, message: String) {
        self.failed += 1;
        self.errors.push(ErrorReport { file: file.to_owned(), line, level: "error", message });
    }
}

/// Reads all paths. An error only if nothing at all could be read.
pub(crate) fn gather(paths: &[PathBuf], options: &ReadOptions) -> Result<Gathered, CliError> {
    let mut all = Gathered::default();
    let mut found: Vec<PathBuf> = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            let mut one = Gathered::default();
            match files::read_stdin(options.max_size) {
                Ok(bytes) => read::read_bytes("standard input", &bytes, options, &mut one),
                Err(error) => one.fail("standard input", None, error.to_string()),
            }
            all.absorb(one);
            continue;
        }
        let (below, unread) = files::below(path);
        found.extend(below);
        for (path, error) in unread {
            all.fail(&path.display().to_string(), None, error.to_string());
        }
    }
    // A file named twice (`check evidence evidence/pc1.txt`) is one piece of evidence.
    let mut seen = FxHashSet::default();
    found.retain(|path| seen.insert(path.clone()));
    let bar = terminal::bar(found.len() as u64, "reading");
    let read = |path: &PathBuf| {
        let mut one = Gathered::default();
        let name = path.display().to_string();
        match files::read(path, options.max_size) {
            Ok(bytes) => read::read_bytes(&name, &bytes, options, &mut one),
            Err(error) => one.fail(&name, None, error.to_string()),
        }
        bar.inc(1);
        one
    };
    // One file needs no threads, and starting them costs more than many a file.
    let results: Vec<Gathered> = match found.as_slice() {
        [one] => vec![read(one)],
        many => many.par_iter().map(read).collect(),
    };
    bar.finish_and_clear();
    for one in results {
        all.absorb(one);
    }
    if all.read == 0 {
        let mut error = CliError::new(Kind::NoInput, "no input could be read");
        for problem in all.errors.iter().take(10) {
            error = error.hint(problem_words(problem));
        }
        if all.errors.is_empty() {
            error = error.hint(
                "there are no files there (those whose names begin with a dot are passed over)",
            );
        }
        if all.failed > 10 {
            error = error.hint(format!("{} more files could not be read", all.failed - 10));
        }
        return Err(error);
    }
    Ok(all)
}

/// File, place and remedy in one line; that it is the whole file needs no saying.
pub(crate) fn problem_words(problem: &ErrorReport) -> String {
    let message = problem.message.strip_prefix("whole file: ").unwrap_or(&problem.message);
    format!("{}: {message}", problem.file)
}
