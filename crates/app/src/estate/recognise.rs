//! Which host a new piece of evidence is of, and how sure that is.
//!
//! In this order: the identity in the same tool, the serial number, a hardware address that one
//! host alone has, the name. A serial number that differs contradicts a name: machines are replaced
//! and the name goes on to the next. What is not sure enough makes a host of its own, which names
//! the one it may be; nothing is merged in silence.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use exposure::host::Host;
use model::evidence::{Evidence, HostIdentity};
use model::host_id::HostId;
use model::organisation::OrganisationCode;
use sha2::{Digest as _, Sha256};

use super::table::{HostTable, Possible, Rule};

/// Evidence of one host in one import, joined already by what the files say of each other.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What to call it.
    pub label: String,
    /// Its pieces, by position in the import.
    pub pieces: Vec<u32>,
    /// All that identifies it.
    pub marks: Marks,
}

/// What identifies a host, cleaned of what identifies none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Names in small letters, the best first.
    pub names: Vec<String>,
    /// Serial numbers that are real ones.
    pub serials: Vec<String>,
    /// Hardware addresses of the machine's own.
    pub macs: Vec<String>,
    /// Network addresses.
    pub addresses: Vec<String>,
    /// "format/identity".
    pub tool_ids: Vec<String>,
}

/// The outcome for one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// The host.
    pub host: HostId,
    /// By what rule.
    pub rule: Rule,
    /// How sure that is, in percent.
    pub confidence: u8,
    /// Other hosts that it may be.
    pub possible: Vec<Possible>,
}

/// Texts that stand where a serial number should (SMBIOS fillers of makers and hypervisors), folded.
const NO_SERIALS: [&str; 14] = [
    "",
    "0",
    "none",
    "n/a",
    "na",
    "null",
    "unknown",
    "default string",
    "not specified",
    "not available",
    "system serial number",
    "to be filled by o.e.m.",
    "chassis serial number",
    "123456789",
];

impl Marks {
    /// Adds what one piece says.
    pub fn add(&mut self, format: &str, identity: &HostIdentity) {
        for name in &identity.names {
            push(&mut self.names, name.trim().trim_end_matches('.').to_lowercase());
        }
        if let Some(serial) = &identity.serial {
            let folded = serial.trim().to_lowercase();
            let filler = NO_SERIALS.contains(&folded.as_str())
                || folded.chars().all(|c| c == '0' || c == '-' || c == 'x');
            if !filler {
                push(&mut self.serials, folded);
            }
        }
        for mac in &identity.macs {
            if is_own(mac) {
                push(&mut self.macs, mac.clone());
            }
        }
        for address in &identity.addresses {
            let loopback = address
                .parse::<std::net::IpAddr>()
                .is_ok_and(|a| a.is_loopback() || a.is_unspecified());
            if !loopback {
                push(&mut self.addresses, address.trim().to_owned());
            }
        }
        if let Some(id) = identity.tool_id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
            push(&mut self.tool_ids, format!("{format}/{}", id.to_lowercase()));
        }
    }
}

fn push(into: &mut Vec<String>, value: String) {
    if !value.is_empty() && !into.contains(&value) {
        into.push(value);
    }
}

/// Whether a hardware address is a machine's own: globally administered and for one receiver
/// (IEEE 802, the two low bits of the first octet), and not a filler.
fn is_own(mac: &str) -> bool {
    let Some(first) = mac.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
        return false;
    };
    first.is_multiple_of(4) && !mac.starts_with("00:00:00:00:00")
}

/// The units of an import: what `join` put together, taken apart where serial numbers differ.
/// Pieces are numbered through, host by host.
pub fn units(hosts: &[Host]) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut next: u32 = 0;
    for host in hosts {
        let mut groups: Vec<(Option<String>, Unit)> = Vec::new();
        for piece in &host.pieces {
            let mut marks = Marks::default();
            marks.add(piece.evidence.format, &piece.evidence.host);
            let serial = marks.serials.first().cloned();
            let fits = groups
                .iter()
                .position(|(known, _)| known.is_none() || serial.is_none() || *known == serial);
            let group = if let Some(at) = fits {
                at
            } else {
                groups.push((serial.clone(), new_unit(host)));
                groups.len() - 1
            };
            if let Some((known, unit)) = groups.get_mut(group) {
                if known.is_none() {
                    *known = serial;
                }
                unit.pieces.push(next);
                unit.marks.add(piece.evidence.format, &piece.evidence.host);
            }
            next += 1;
        }
        units.extend(groups.into_iter().map(|(_, mut unit)| {
            // A file that names no host goes by what it was joined by.
            if unit.marks == Marks::default() {
                unit.marks.names.push(host.label.trim().to_lowercase());
            }
            unit
        }));
    }
    units
}

fn new_unit(host: &Host) -> Unit {
    Unit { label: host.label.clone(), pieces: Vec::new(), marks: Marks::default() }
}

/// The operating system that evidence states, folded; `None` where it is not shown or guessed.
pub fn stated_system(evidence: &Evidence) -> Option<String> {
    use model::evidence::Platform;
    let os = evidence.os.as_ref().filter(|os| os.guess_percent.is_none())?;
    match &os.platform {
        Platform::Windows { product, .. } => Some(product.family.name().to_lowercase()),
        Platform::Linux { distribution, .. } => Some(distribution.clone()),
        Platform::Other => None,
    }
}

/// Recognises the units of one import among the hosts of an organisation.
///
/// `import` distinguishes this import from every other: the identities of new hosts follow from
/// it, so that an import that is repeated after a crash names them alike.
pub fn recognise(
    table: &HostTable,
    organisation: &OrganisationCode,
    import: &str,
    units: &[Unit],
) -> Vec<Recognition> {
    let mut known = Known::of(table, units);
    let mut taken = BTreeSet::new();
    let mut result = Vec::with_capacity(units.len());
    for (ordinal, unit) in units.iter().enumerate() {
        let mut candidates = known.candidates(&unit.marks);
        let joins =
            candidates.first().is_some_and(|best| best.1.confidence() >= Rule::MERGES && !best.2);
        let (host, rule) = if joins {
            let (host, rule, _) = candidates.remove(0);
            (host, rule)
        } else {
            (new_host(table, (organisation, import, ordinal), &mut taken), Rule::New)
        };
        let possible = candidates
            .into_iter()
            .filter(|(other, ..)| *other != host)
            .map(|(other, rule, contradicted)| Possible {
                host: other.to_string(),
                rule,
                confidence: if contradicted { rule.confidence() / 2 } else { rule.confidence() },
            })
            .collect();
        known.add(host, &unit.marks);
        result.push(Recognition { host, rule, confidence: rule.confidence(), possible });
    }
    result
}

fn new_host(
    table: &HostTable,
    (organisation, import, ordinal): (&OrganisationCode, &str, usize),
    taken: &mut BTreeSet<HostId>,
) -> HostId {
    let digest = Sha256::digest(format!("{organisation}\n{import}\n{ordinal}"));
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    let mut host = HostId(u64::from_be_bytes(bytes));
    while table.hosts.contains_key(&host.to_string()) || !taken.insert(host) {
        host = HostId(host.0.wrapping_add(1));
    }
    host
}

/// The marks of known hosts, turned round.
#[derive(Default)]
struct Known {
    by_mark: BTreeMap<(Rule, String), BTreeSet<HostId>>,
    serials: BTreeMap<HostId, BTreeSet<String>>,
}

impl Known {
    /// Of the hosts that share any text with the units: whoever shares none is no candidate, and one file must
    /// not cost turning a trust round.
    fn of(table: &HostTable, units: &[Unit]) -> Self {
        let texts: HashSet<&str> = units.iter().flat_map(|unit| texts(&unit.marks)).collect();
        let mut known = Self::default();
        for (id, host) in &table.hosts {
            let lists = [&host.names, &host.serials, &host.macs, &host.addresses, &host.tool_ids];
            let mut own = lists.into_iter().flatten().map(String::as_str);
            let is_near = own.any(|text| texts.contains(text))
                || host.names.iter().any(|name| texts.contains(short(name)));
            let Some(id) = is_near.then(|| id.parse::<HostId>().ok()).flatten() else { continue };
            known.add(
                id,
                &Marks {
                    names: host.names.clone(),
                    serials: host.serials.clone(),
                    macs: host.macs.clone(),
                    addresses: host.addresses.clone(),
                    tool_ids: host.tool_ids.clone(),
                },
            );
        }
        known
    }

    fn add(&mut self, host: HostId, marks: &Marks) {
        let mut put = |rule, mark: &str| {
            self.by_mark.entry((rule, mark.to_owned())).or_default().insert(host);
        };
        marks.tool_ids.iter().for_each(|mark| put(Rule::ToolId, mark));
        marks.serials.iter().for_each(|mark| put(Rule::Serial, mark));
        marks.macs.iter().for_each(|mark| put(Rule::Mac, mark));
        marks.addresses.iter().for_each(|mark| put(Rule::Address, mark));
        for name in &marks.names {
            put(Rule::Name, name);
            put(Rule::ShortName, short(name));
        }
        self.serials.entry(host).or_default().extend(marks.serials.iter().cloned());
    }

    /// Hosts that share a mark, the surest first, each with its best rule and whether something
    /// contradicts it.
    fn candidates(&self, marks: &Marks) -> Vec<(HostId, Rule, bool)> {
        let mut best: BTreeMap<HostId, Rule> = BTreeMap::new();
        let mut take = |rule: Rule, mark: &str, alone: bool| {
            let Some(hosts) = self.by_mark.get(&(rule, mark.to_owned())) else { return };
            if alone && hosts.len() > 1 {
                return;
            }
            for host in hosts {
                let slot = best.entry(*host).or_insert(rule);
                *slot = rule.min(*slot);
            }
        };
        marks.tool_ids.iter().for_each(|mark| take(Rule::ToolId, mark, false));
        marks.serials.iter().for_each(|mark| take(Rule::Serial, mark, false));
        // An address that several hosts have is a docking station's or an adapter's.
        marks.macs.iter().for_each(|mark| take(Rule::Mac, mark, true));
        marks.addresses.iter().for_each(|mark| take(Rule::Address, mark, false));
        for name in &marks.names {
            take(Rule::Name, name, false);
            // "pc1" and "pc1.ward.example" are one name; two whole names in two domains are not.
            if name.contains('.') {
                take(Rule::Name, short(name), false);
            }
            take(Rule::ShortName, short(name), false);
        }
        let mut found: Vec<(HostId, Rule, bool)> = best
            .into_iter()
            .map(|(host, rule)| {
                let rule = self.rule_for(host, rule, marks);
                (host, rule, self.contradicts(host, rule, marks))
            })
            .collect();
        found.sort_by_key(|(host, rule, contradicted)| (*contradicted, *rule, *host));
        found
    }

    /// A short name is a name where one side states no domain at all.
    fn rule_for(&self, host: HostId, rule: Rule, marks: &Marks) -> Rule {
        let states_short = |name: &String| !name.contains('.');
        let known_short = |name: &String| {
            self.by_mark
                .get(&(Rule::Name, short(name).to_owned()))
                .is_some_and(|hosts| hosts.contains(&host))
        };
        let one_is_short = marks.names.iter().any(|n| states_short(n) || known_short(n));
        if rule == Rule::ShortName && one_is_short { Rule::Name } else { rule }
    }

    /// Whether the serial numbers differ although a weaker mark agrees: then it is another machine.
    fn contradicts(&self, host: HostId, rule: Rule, marks: &Marks) -> bool {
        rule > Rule::Serial
            && self.serials.get(&host).is_some_and(|known| {
                let differs = marks.serials.iter().all(|serial| !known.contains(serial));
                !known.is_empty() && !marks.serials.is_empty() && differs
            })
    }
}

/// Every text by which marks are found, names as they are and without their domains.
fn texts(marks: &Marks) -> impl Iterator<Item = &str> {
    let lists = [&marks.names, &marks.serials, &marks.macs, &marks.addresses, &marks.tool_ids];
    let shorts = marks.names.iter().map(|name| short(name));
    lists.into_iter().flatten().map(String::as_str).chain(shorts)
}

fn short(name: &str) -> &str {
    if name.parse::<std::net::IpAddr>().is_ok() {
        return name;
    }
    name.split('.').next().unwrap_or(name)
}
