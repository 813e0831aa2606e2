//! `wardround explain version`

use std::cmp::Ordering;
use std::io::BufRead as _;

use clap::Args;
use model::version::{Scheme, compare};

use crate::error::{CliError, Kind};
use crate::terminal;

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
    #[arg(requires = "b")]
    a: Option<String>,

    /// The other version
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
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line.map_err(|e| {
            CliError::new(Kind::NoInput, "standard input cannot be read").because(e)
        })?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            continue;
        }
        let text = match line.split_once('\t') {
            Some((a, b)) => {
                let (text, compared) = answer(scheme, a, b);
                all &= compared;
                text
            }
            None => {
                all = false;
                format!("? no tab between two versions: {line}")
            }
        };
        terminal::print(&format!("{text}\n"))?;
    }
    Ok(u8::from(!all))
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
