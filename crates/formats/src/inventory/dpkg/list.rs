//! The table of `dpkg -l`, wide or cut to the width of a terminal.
//!
//! On a terminal (and in old versions always) dpkg cuts a value that is too long for its column
//! without any mark, so a value that fills its column may be a beginning only: it is not taken.
//!
//! ```text
//! ||/ Name           Version      Architecture Description
//! +++-==============-============-============-=================================
//! ii  libssl3:amd64  3.0.11-1~deb amd64        Secure Sockets Layer toolkit
//! ```

use model::evidence::{Ecosystem, Evidence, Software};
use model::reading::{Place, ReadError};

use super::{State, release};
use crate::inventory::package_list::{Counted, completeness, head, numbered};
use crate::inventory::{Input, Reading, os_release};
use crate::text::decode;

/// Whether a file is a `dpkg -l` table: its ruler of equals signs, or rows of it alone.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let mut rows = 0usize;
    let mut others = 0usize;
    for line in text.content.lines() {
        if line.starts_with("+++-==") || line.starts_with("||/ ") {
            return true;
        }
        if line.trim().is_empty() || os_release::is_assignment(line) {
            continue;
        }
        match row(line) {
            Some(row) if looks_like_version(row.version) => rows += 1,
            _ => others += 1,
        }
    }
    rows > 0 && rows > others * 4
}

/// Reads a `dpkg -l` table.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let ruler = text.content.lines().find_map(Widths::from_ruler);
    let widths = ruler.or_else(|| Widths::from_rows(&text.content));
    let mut software = Vec::new();
    let mut notes = Counted::default();
    let mut cut_names = false;
    for (number, line) in numbered(&text.content) {
        let Some(row) = row(line) else { continue };
        let place = Place::Line(number);
        let (name, qualifier) = match row.name.split_once(':') {
            Some((name, architecture)) => (name, Some(architecture)),
            None => (row.name, None),
        };
        let mut version = Some(row.version).filter(|version| *version != "<none>");
        match row.state {
            Some(State::Absent) => continue,
            Some(State::Installed) => {}
            Some(State::Unpacked) => notes.add(place.clone(), || {
                format!("package `{name}` is unpacked but not configured: taken as installed")
            }),
            Some(State::Broken) | None => {
                notes.add(place.clone(), || {
                    format!("package `{name}` is half installed: its version is taken as unknown")
                });
                version = None;
            }
        }
        let cut = |value: &str, width: fn(&Widths) -> usize| {
            widths.as_ref().is_some_and(|w| w.cuts && value.chars().count() >= width(w))
        };
        if cut(row.name, |w| w.name) {
            notes.add(place.clone(), || {
                format!(
                    "name `{}` fills its column and may be cut: this package is unknown; print the table with `COLUMNS=300 dpkg -l`",
                    row.name
                )
            });
            cut_names = true;
            version = None;
        } else if version.is_some() && cut(row.version, |w| w.version) {
            notes.add(place.clone(), || {
                format!(
                    "version `{}` of `{name}` fills its column and may be cut: taken as unknown; print the table with `COLUMNS=300 dpkg -l`",
                    row.version
                )
            });
            version = None;
        }
        software.push(Software {
            ecosystem: Ecosystem::Dpkg,
            name: name.to_owned(),
            version: version.map(str::to_owned),
            architecture: row.architecture.or(qualifier).map(str::to_owned),
            place,
            ..Software::default()
        });
    }
    if software.is_empty() && ruler.is_none() {
        return Err(ReadError::new(
            Place::Whole,
            "no row of a `dpkg -l` table",
            "give the output of `COLUMNS=300 dpkg -l` as it was printed",
        ));
    }
    let mut warnings = Vec::new();
    notes.finish("rows", &mut warnings);
    let os = os_release::within(&text.content).or_else(|| release::distribution(&software));
    let completeness = completeness(&software, "dpkg", cut_names);
    let evidence = Evidence {
        format: "dpkg-list",
        os,
        software,
        software_completeness: Some(completeness),
        ..Evidence::default()
    };
    Ok(Reading { evidence: vec![evidence], warnings })
}

struct Row<'a> {
    state: Option<State>,
    name: &'a str,
    version: &'a str,
    /// Old versions of dpkg print no architecture.
    architecture: Option<&'a str>,
}

fn row(line: &str) -> Option<Row<'_>> {
    // Two letters of state and one of error, then a blank.
    let abbreviation = line.get(..3)?.trim_end();
    if !line.get(3..)?.starts_with(' ') {
        return None;
    }
    let state = State::from_abbreviation(abbreviation)?;
    let mut words = line.get(3..)?.split_whitespace();
    let (name, version) = (words.next()?, words.next()?);
    let architecture = words.next().filter(|word| is_architecture(word));
    is_package(name).then_some(Row { state: Some(state), name, version, architecture })
}

/// Debian Policy 5.6.7: lower case letters, digits, `+`, `-`, `.`; an architecture may follow.
pub(super) fn is_package(name: &str) -> bool {
    let (name, architecture) = name.split_once(':').unwrap_or((name, "all"));
    name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))
        // A cut name may end inside its architecture.
        && architecture.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Debian Policy 5.6.12: an upstream version starts with a digit, after an optional epoch.
pub(super) fn looks_like_version(text: &str) -> bool {
    text == "<none>"
        || (text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || ".+-:~".contains(c)))
}

/// Names that Debian and its ports give architectures (`dpkg-architecture -L`, first parts).
fn is_architecture(word: &str) -> bool {
    const CPUS: &[&str] = &[
        "all", "amd64", "i386", "arm64", "armhf", "armel", "ppc64el", "ppc64", "powerpc", "s390x",
        "s390", "mips", "mipsel", "mips64el", "riscv64", "loong64", "ia64", "sparc", "sparc64",
        "alpha", "hppa", "x32", "m68k", "sh4",
    ];
    CPUS.iter().any(|cpu| {
        word == *cpu || word.strip_suffix(cpu).is_some_and(|system| system.ends_with('-'))
    })
}

/// Column widths of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Widths {
    name: usize,
    version: usize,
    /// Whether dpkg fitted the table to a terminal, cutting what is too long. Written to a pipe,
    /// newer versions make each column as wide as its longest value instead, and cut nothing.
    cuts: bool,
}

impl Widths {
    fn from_ruler(line: &str) -> Option<Self> {
        let columns: Vec<usize> =
            line.trim_end().strip_prefix("+++-")?.split('-').map(str::len).collect();
        let ruled = line.trim_end().chars().skip(4).all(|c| c == '=' || c == '-');
        match *columns.as_slice() {
            [name, version, architecture, description] if ruled => {
                Some(Self::of(name, version, Some(architecture), Some(description)))
            }
            [name, version, description] if ruled => {
                Some(Self::of(name, version, None, Some(description)))
            }
            _ => None,
        }
    }

    /// Without a ruler (`dpkg -l | grep ^ii`): from where the words of the rows begin.
    fn from_rows(text: &str) -> Option<Self> {
        let line = text.lines().find(|line| row(line).is_some())?;
        let starts: Vec<usize> = word_starts(line).skip(1).take(4).collect();
        match *starts.as_slice() {
            [name, version, architecture, description] if name == 4 => Some(Self::of(
                version.checked_sub(name + 1)?,
                architecture.checked_sub(version + 1)?,
                Some(description.checked_sub(architecture + 1)?),
                None,
            )),
            _ => None,
        }
    }

    /// The widths dpkg gives a terminal of `80 + 4w` columns (dpkg `src/query/main.c`,
    /// `list_format_init`): name 14 + w, version and architecture 12 + w/2, description 33 + 2w;
    /// before the architecture was shown (dpkg before 1.16): 14 + w, 14 + w, 44 + 2w.
    fn of(
        name: usize,
        version: usize,
        architecture: Option<usize>,
        description: Option<usize>,
    ) -> Self {
        let fits = |seen: Option<usize>, expected: usize| seen.is_none_or(|seen| seen == expected);
        let cuts = name.checked_sub(14).is_some_and(|wider| match architecture {
            Some(architecture) => {
                version == 12 + wider / 2
                    && architecture == version
                    && fits(description, 33 + 2 * wider)
            }
            None => version == 14 + wider && fits(description, 44 + 2 * wider),
        });
        Self { name, version, cuts }
    }
}

fn word_starts(line: &str) -> impl Iterator<Item = usize> + '_ {
    let mut blank = true;
    line.chars().enumerate().filter_map(move |(at, c)| {
        let starts = blank && !c.is_whitespace();
        blank = c.is_whitespace();
        starts.then_some(at)
    })
}
