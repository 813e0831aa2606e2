//! `wardround explain version`

use std::cmp::Ordering;
use std::io::{BufRead as _, Read as _};

use clap::Args;
use model::version::{Scheme, compare};

use crate::error::{CliError, Kind};
use crate::terminal;

/// Longest line of standard input; a version of that length is none.
const LONGEST: u64 = 1024 * 1024;

/// Say which of two versions is older, and which rule decides
///
/// Prints a line that begins with `<`, `=` or `>` and names the rule. Without A and B, pairs are read
/// from standard input, one a line, a tab between; a pair that cannot be compared gives a line that
/// begins with `?`, and the others are still answered.
///
/// Exit code: 0 every pair was compared, 1 one was not, 2 wrong use.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround explain version dpkg 1.0~rc1-1 1.0-1
  printf '1.0\\t1.0.0\\n' | wardround explain version maven")]
pub(super) struct Arguments {
    /// dpkg, rpm, apk, semver, pep440, maven, nuget, gem, composer, windows or dotted
    scheme: String,

    /// One version
    #[arg(requires = "b", allow_hyphen_values = true)]
    a: Option<String>,

    /// The other version
    #[arg(allow_hyphen_values = true)]
    b: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let scheme: Scheme = arguments.scheme.parse().map_err(|_| {
        let known: Vec<String> = Scheme::ALL.iter().map(ToString::to_string).collect();
        CliError::usage(format!("there is no version scheme `{}`", arguments.scheme))
            .hint(format!("schemes: {}", known.join(", ")))
    })?;
    if let (Some(a), Some(b)) = (&arguments.a, &arguments.b) {
        let (text, compared) = answer(scheme, a, b);
        terminal::print(&format!("{text}\n"))?;
        return Ok(u8::from(!compared));
    }
    let mut all = true;
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = (&mut input).take(LONGEST).read_until(b'\n', &mut line).map_err(|e| {
            CliError::new(Kind::NoInput, "standard input cannot be read").because(e)
        })?;
        if length == 0 {
            return Ok(u8::from(!all));
        }
        if length as u64 == LONGEST && !line.ends_with(b"\n") {
            return Err(CliError::usage(format!("a line has more than {LONGEST} bytes"))
                .hint("one pair a line, a tab between"));
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            continue;
        }
        let (text, compared) = pair(scheme, text);
        all &= compared;
        terminal::print(&format!("{text}\n"))?;
    }
}

fn pair(scheme: Scheme, line: &str) -> (String, bool) {
    match line.split_once('\t') {
        Some((_, b)) if b.contains('\t') => (format!("? more than one tab: {line}"), false),
        Some((a, b)) => answer(scheme, a, b),
        None => (format!("? no tab between two versions: {line}"), false),
    }
}

fn answer(scheme: Scheme, a: &str, b: &str) -> (String, bool) {
    match compare(scheme, a, b) {
        Ok(comparison) => {
            let sign = match comparison.ordering {
                Ordering::Less => '<',
                Ordering::Equal => '=',
                Ordering::Greater => '>',
            };
            (format!("{sign} {a} {sign} {b}: {}", comparison.rule), true)
        }
        Err(error) => (format!("? {a} and {b}: {error}"), false),
    }
}
