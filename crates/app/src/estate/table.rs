//! The hosts of one organisation: who each is, and which evidence speaks of it now.
//!
//! A table is a fold over the imports of its organisation ([`super::fold`]); it is kept as a
//! projection for speed and can be made again from the record at any time. Stored as JSON with a
//! version; a reader refuses a version that it does not know, and the table is then folded anew.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Version of the stored form.
pub const VERSION: u32 = 1;

/// The hosts of one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HostTable {
    /// Hosts by their identity as [`model::host_id::HostId`] shows it.
    pub hosts: BTreeMap<String, HostRecord>,
    /// Packs by number: pieces name them so.
    pub packs: Vec<PackRef>,
}

/// A pack of evidence that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// The blob with the pack.
    pub blob: String,
    /// The blob with the files as they came.
    pub archive: String,
    /// The event that imported it.
    pub event: String,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HostRecord {
    /// What to call it: the name in the newest evidence.
    pub label: String,
    /// Every name it went by, in small letters, the newest first.
    pub names: Vec<String>,
    /// Serial numbers of its hardware or virtual machine.
    pub serials: Vec<String>,
    /// Hardware addresses.
    pub macs: Vec<String>,
    /// Network addresses in the newest evidence.
    pub addresses: Vec<String>,
    /// Its identity in tools, as "format/identity".
    pub tool_ids: Vec<String>,
    /// First day that evidence shows it.
    pub first_seen: Date,
    /// Last day that evidence shows it: not seen since is not gone.
    pub last_seen: Date,
    /// The evidence that speaks of it now: the newest of each source.
    pub pieces: Vec<PieceRecord>,
    /// Hosts that may be the same machine, and were not merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<Possible>,
}

/// One piece of evidence of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceRecord {
    /// Format it was read from: its source.
    pub format: String,
    /// Position in the table's packs.
    pub pack: u32,
    /// Position in the pack.
    pub piece: u32,
    /// Day it was collected.
    pub collected: Date,
    /// Whether the day is the file's own word; else it is that of the import.
    pub dated: bool,
    /// The operating system it states, folded ("windows 7", "debian"); pieces of a host that state
    /// different ones are of different installations.
    pub system: Option<String>,
    /// How it came to this host.
    pub rule: Rule,
    /// How sure that is, in percent.
    pub confidence: u8,
}

/// A host that may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Possible {
    /// The other host.
    pub host: String,
    /// What speaks for it.
    pub rule: Rule,
    /// How sure that is, in percent.
    pub confidence: u8,
}

/// How evidence is recognised as being of a host, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The same identity in the same tool.
    ToolId,
    /// The same serial number.
    Serial,
    /// The same hardware address, which no other host has.
    Mac,
    /// The same name, and nothing that contradicts it.
    Name,
    /// The same name in another domain.
    ShortName,
    /// The same network address only: addresses are lent.
    Address,
    /// No known host fits: a new one.
    New,
}

impl Rule {
    /// How sure the rule is, in percent: our own ranking, not a measured frequency. At
    /// [`Rule::MERGES`] or more evidence joins the host; below, both stand side by side and each
    /// names the other.
    pub const fn confidence(self) -> u8 {
        match self {
            Self::ToolId => 98,
            Self::Serial => 97,
            Self::Mac => 90,
            Self::Name => 85,
            Self::ShortName => 60,
            Self::Address => 30,
            Self::New => 100,
        }
    }

    /// The confidence from which evidence joins a host.
    pub const MERGES: u8 = 80;

    /// The confidence from which two hosts may well be one machine: as likely as not. What is lent
    /// (an address) and what a serial number contradicts is below.
    pub const MAY_BE_ONE: u8 = 50;

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ToolId => "by its identity in the same tool",
            Self::Serial => "by its serial number",
            Self::Mac => "by its hardware address",
            Self::Name => "by its name",
            Self::ShortName => "by its name in another domain",
            Self::Address => "by its network address",
            Self::New => "new: no known host fits",
        }
    }
}

impl HostTable {
    /// The fewest machines that its hosts can be: those that may well be one count once. What was
    /// expected and not seen is told by this number, so that a machine that stands twice does not
    /// hide one that was never seen.
    pub fn machines(&self) -> usize {
        let numbers: BTreeMap<&str, usize> =
            self.hosts.keys().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        let mut leads: Vec<usize> = (0..numbers.len()).collect();
        let mut machines = numbers.len();
        for (own, host) in self.hosts.values().enumerate() {
            let others = host.possible.iter().filter(|other| other.confidence >= Rule::MAY_BE_ONE);
            for other in others.filter_map(|other| numbers.get(other.host.as_str())) {
                let (one, two) = (lead(&mut leads, own), lead(&mut leads, *other));
                if one != two {
                    machines -= 1;
                    if let Some(lead) = leads.get_mut(one) {
                        *lead = two;
                    }
                }
            }
        }
        machines
    }

    /// The stored form.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&StoredRef { version: VERSION, table: self })
    }

    /// Reads the stored form; `None` if it is damaged or of another version, and must be folded anew.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(bytes).ok()?;
        (stored.version == VERSION).then_some(stored.table)
    }
}

/// The host that stands for all that were found to be one with it.
fn lead(leads: &mut [usize], mut at: usize) -> usize {
    loop {
        let above = leads.get(at).copied().unwrap_or(at);
        if above == at {
            return at;
        }
        let further = leads.get(above).copied().unwrap_or(above);
        if let Some(own) = leads.get_mut(at) {
            *own = further;
        }
        at = further;
    }
}

#[derive(Serialize)]
struct StoredRef<'a> {
    version: u32,
    table: &'a HostTable,
}

#[derive(Deserialize)]
struct Stored {
    version: u32,
    table: HostTable,
}
