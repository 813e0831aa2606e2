//! The table of hosts as a fold over imports.
//!
//! Of each source (format) of a host the newest piece speaks; what it replaced stays in the record.
//! Evidence that states another operating system than newer evidence is of an installation that is
//! gone, and retires with it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::recognise::Marks;
use super::table::{HostRecord, HostTable, PackRef, PieceRecord, Possible, Rule};

/// What an import recognised: stored beside its pack, named by its event.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecognitionList {
    /// Version of the stored form.
    pub version: u32,
    /// Hosts of the import.
    pub units: Vec<RecognisedUnit>,
    /// The files that evidence was taken of, by their content.
    #[serde(default)]
    pub files: Vec<HeldFile>,
}

/// A file that the record holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFile {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The day that the importer stated for undated files: the same list of another day is news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undated_as: Option<Date>,
}

/// One host of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognisedUnit {
    /// The host.
    pub host: String,
    /// What the evidence calls it.
    pub label: String,
    /// By what rule it was recognised.
    pub rule: Rule,
    /// How sure that is, in percent.
    pub confidence: u8,
    /// Names, serial numbers and addresses.
    #[serde(flatten)]
    pub marks: StoredMarks,
    /// Its pieces.
    pub pieces: Vec<RecognisedPiece>,
    /// Other hosts that it may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<Possible>,
}

/// [`Marks`] as they are stored.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Marks")]
pub struct StoredMarks {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub macs: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_ids: Vec<String>,
}

impl From<Marks> for StoredMarks {
    fn from(marks: Marks) -> Self {
        let Marks { names, serials, macs, addresses, tool_ids } = marks;
        Self { names, serials, macs, addresses, tool_ids }
    }
}

/// One piece of evidence in an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognisedPiece {
    /// Position in the pack.
    pub piece: u32,
    /// Format.
    pub format: String,
    /// Day it was collected.
    pub collected: Date,
    /// Whether the file says so itself.
    pub dated: bool,
    /// The operating system it states, folded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
}

/// Adds an import to a table. Only evidence collected up to `as_at` counts.
pub fn apply(table: &mut HostTable, pack: PackRef, list: &RecognitionList, as_at: Date) {
    let number = u32::try_from(table.packs.len()).unwrap_or(u32::MAX);
    for unit in &list.units {
        let pieces: Vec<&RecognisedPiece> =
            unit.pieces.iter().filter(|piece| piece.collected <= as_at).collect();
        let (Some(first), Some(last)) =
            (pieces.iter().map(|p| p.collected).min(), pieces.iter().map(|p| p.collected).max())
        else {
            continue;
        };
        let host = table.hosts.entry(unit.host.clone()).or_insert_with(|| HostRecord {
            label: unit.label.clone(),
            first_seen: first,
            last_seen: last,
            ..HostRecord::default()
        });
        // Evidence may arrive late: only what is newest renames a host.
        let newest = last >= host.last_seen;
        if newest {
            host.label.clone_from(&unit.label);
            host.addresses.clone_from(&unit.marks.addresses);
        }
        host.first_seen = host.first_seen.min(first);
        host.last_seen = host.last_seen.max(last);
        merge(&mut host.names, &unit.marks.names, newest);
        merge(&mut host.serials, &unit.marks.serials, newest);
        merge(&mut host.macs, &unit.marks.macs, newest);
        merge(&mut host.tool_ids, &unit.marks.tool_ids, newest);
        for possible in &unit.possible {
            if !host.possible.iter().any(|known| known.host == possible.host) {
                host.possible.push(possible.clone());
            }
        }
        for piece in pieces {
            take(
                &mut host.pieces,
                PieceRecord {
                    format: piece.format.clone(),
                    pack: number,
                    piece: piece.piece,
                    collected: piece.collected,
                    dated: piece.dated,
                    system: piece.system.clone(),
                    rule: unit.rule,
                    confidence: unit.confidence,
                },
            );
        }
    }
    // Also where nothing of it counts: the number of a pack must not depend on the day asked for.
    table.packs.push(pack);
}

fn merge(known: &mut Vec<String>, stated: &[String], newest: bool) {
    for value in stated.iter().rev() {
        let at = known.iter().position(|k| k == value);
        match (at, newest) {
            (Some(at), true) => {
                let value = known.remove(at);
                known.insert(0, value);
            }
            (None, true) => known.insert(0, value.clone()),
            (None, false) => known.push(value.clone()),
            (Some(_), false) => {}
        }
    }
}

/// The newest piece of each source stands; of one import several may (a list beside a list).
fn take(pieces: &mut Vec<PieceRecord>, new: PieceRecord) {
    let newer_exists = pieces
        .iter()
        .any(|p| p.format == new.format && (p.collected, p.pack) > (new.collected, new.pack));
    let gone = new.system.is_some()
        && pieces
            .iter()
            .any(|p| p.collected > new.collected && p.system.is_some() && p.system != new.system);
    if newer_exists || gone {
        return;
    }
    pieces.retain(|p| {
        let replaced = p.format == new.format && (p.collected, p.pack) < (new.collected, new.pack);
        let other_installation = p.collected < new.collected
            && new.system.is_some()
            && p.system.is_some()
            && p.system != new.system;
        // The lists of an installation that is gone go with it.
        !(replaced || other_installation)
    });
    pieces.push(new);
    pieces.sort_by(|a, b| (a.collected, a.pack, a.piece).cmp(&(b.collected, b.pack, b.piece)));
}
