//! What an import says, decided before anything is stored. Pure.

use exposure::host::{SourceFile, join};
use jiff::civil::Date;
use model::evidence::Evidence;
use model::organisation::OrganisationCode;
use sha2::{Digest as _, Sha256};

use super::read::ReadFile;
use super::summary::{Problem, Summary};
use crate::estate::fold::{HeldFile, RecognisedPiece, RecognisedUnit, RecognitionList};
use crate::estate::recognise::{recognise, stated_system, units};
use crate::estate::table::{HostTable, Rule};
use crate::hex;

/// An import that was decided on.
pub struct Plan {
    /// Its identity, which follows from its content.
    pub import: String,
    /// Which host each piece is of.
    pub recognition: RecognitionList,
    /// The pieces in the order in which recognition numbers them: path and evidence.
    pub pieces: Vec<(String, Evidence)>,
    /// What is counted.
    pub summary: Summary,
}

/// What is the same for every file of an import.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The organisation whose evidence it is.
    pub organisation: &'a OrganisationCode,
    /// The day that the importer states for files that do not say when they were made; without it,
    /// today counts.
    pub undated: Option<Date>,
    /// The day of the import: nothing was collected after it.
    pub today: Date,
}

/// Decides what the files say of which hosts.
pub fn plan(table: &HostTable, setting: &Setting<'_>, files: &mut [ReadFile]) -> Plan {
    let import = identity(setting, files);
    let mut summary = Summary::default();
    let mut sources = Vec::new();
    for file in files.iter_mut() {
        match &mut file.reading {
            Ok(reading) => {
                summary.take(&file.path, reading);
                let evidence = std::mem::take(&mut reading.evidence);
                sources.push(SourceFile { path: file.path.clone(), evidence });
            }
            Err(error) => summary.refuse(&file.path, error),
        }
    }
    let hosts = join(sources, None);
    for host in &hosts {
        summary.notes.extend(host.notes.iter().cloned());
    }
    let units = units(&hosts);
    let recognised = recognise(table, setting.organisation, &import, &units);
    let pieces: Vec<(String, Evidence)> = hosts
        .into_iter()
        .flat_map(|host| host.pieces.into_iter().map(|piece| (piece.path, piece.evidence)))
        .collect();

    let mut list = RecognitionList {
        version: 1,
        units: Vec::with_capacity(units.len()),
        files: files
            .iter()
            .filter(|file| file.reading.is_ok())
            .map(|file| HeldFile { sha256: hex(&file.sha256), undated_as: setting.undated })
            .collect(),
    };
    for (unit, found) in units.into_iter().zip(recognised) {
        summary.hosts += 1;
        summary.new_hosts += u64::from(found.rule == Rule::New);
        if !found.possible.is_empty() {
            summary.possible_duplicates += 1;
        }
        let dated = |number: &u32| -> Option<RecognisedPiece> {
            let (path, evidence) = pieces.get(usize::try_from(*number).ok()?)?;
            let (collected, dated) = collected(evidence, setting);
            if dated && collected > setting.today {
                summary.problems.push(Problem::warning(
                    path,
                    format!(
                        "it says it was collected on {collected}, after today ({}): taken as of \
                         today; set that machine's clock",
                        setting.today
                    ),
                ));
            }
            Some(RecognisedPiece {
                piece: *number,
                format: evidence.format.to_owned(),
                collected: collected.min(setting.today),
                dated,
                system: stated_system(evidence),
            })
        };
        let unit_pieces: Vec<RecognisedPiece> = unit.pieces.iter().filter_map(dated).collect();
        for piece in &unit_pieces {
            summary.collected(piece.collected, piece.dated);
        }
        list.units.push(RecognisedUnit {
            host: found.host.to_string(),
            label: unit.label,
            rule: found.rule,
            confidence: found.confidence,
            marks: unit.marks.into(),
            pieces: unit_pieces,
            possible: found.possible,
        });
    }
    summary.pieces = pieces.len() as u64;
    Plan { import, recognition: list, pieces, summary }
}

/// The day of a piece of evidence: what it says of itself, at the latest; else that of the import.
fn collected(evidence: &Evidence, setting: &Setting<'_>) -> (Date, bool) {
    match &evidence.collected_at {
        Some(at) => (at.latest.date(), true),
        None => (setting.undated.unwrap_or(setting.today), false),
    }
}

/// The identity of an import: the organisation, the files, and the day given to undated ones.
fn identity(setting: &Setting<'_>, files: &[ReadFile]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(setting.organisation.as_str());
    hasher.update([0]);
    hasher.update(setting.undated.unwrap_or(setting.today).to_string());
    for file in files {
        hasher.update(file.sha256);
        hasher.update(file.path.as_bytes());
        hasher.update([0]);
    }
    hex(&hasher.finalize())
}
