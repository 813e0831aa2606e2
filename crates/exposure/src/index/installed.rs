//! What is installed in one organisation, by name: what the knowledge knows, what it does not, and which
//! of it is a device.
//!
//! A name is known where any statement of the knowledge is under one of its keys. What is not known is
//! never safe: nobody can tell anything of it.

use std::collections::BTreeMap;

use model::evidence::Ecosystem;

use super::build::BLOCK;
use super::error::IndexError;
use super::view::View;
use crate::bits::{Bits, count_in};
use crate::knowledge::lookup;

/// Software or a device of an organisation, in all versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledName {
    /// As printed first.
    pub name: String,
    /// Whose it is, as printed, where that is shown.
    pub vendor: Option<String>,
    /// Whether it is hardware or its firmware: a medical device, network equipment.
    pub is_device: bool,
    /// Whether any statement of the knowledge is about something of the name.
    pub is_known: bool,
    /// Hosts that have it.
    pub hosts: u32,
    /// How many versions of it.
    pub versions: u32,
}

#[derive(Default)]
struct Gathered {
    name: String,
    vendor: Option<String>,
    is_known: bool,
    versions: u32,
    hosts: Bits,
}

impl<B: AsRef<[u8]>> View<'_, '_, B> {
    /// What the hosts of an organisation have installed, by its place in [`View::organisations`]: the
    /// most hosts first.
    pub fn installed_in(&self, organisation: usize) -> Result<Vec<InstalledName>, IndexError> {
        let at = self.segments.iter().rposition(|segment| segment.first <= organisation);
        let Some((segment, view)) =
            at.and_then(|at| Some((self.index.segments.get(at)?, self.segments.get(at)?)))
        else {
            return Ok(Vec::new());
        };
        let own = segment.organisations().get(organisation - view.first);
        let Some((from, to)) = own.map(|own| own.hosts) else { return Ok(Vec::new()) };
        let knowledge = self.index.knowledge();
        let mut found: BTreeMap<(String, bool), Gathered> = BTreeMap::new();
        // One for all items: those of others are looked at and not kept.
        let mut bits: Bits = vec![0; segment.hosts().div_ceil(64)];
        for block in (0..segment.items()).step_by(BLOCK) {
            let mut with_hosts: Vec<(usize, Bits)> = Vec::new();
            for item in block..(block + BLOCK).min(segment.items()) {
                let Some(hosts) = segment.hosts_of(item) else { continue };
                bits.fill(0);
                hosts.add_to(&mut bits);
                if count_in(&bits, from, to) > 0 {
                    with_hosts.push((item, bits.clone()));
                }
            }
            // Neighbours of others' items are not unpacked for nothing.
            if with_hosts.is_empty() {
                continue;
            }
            let items: BTreeMap<usize, _> = segment.items_around(block)?.into_iter().collect();
            for (number, bits) in with_hosts {
                let Some(item) = items.get(&number) else { continue };
                let software = &item.software;
                let is_device = software.ecosystem == Ecosystem::Device;
                let entry = found.entry((software.name.to_lowercase(), is_device)).or_default();
                if entry.versions == 0 {
                    entry.name.clone_from(&software.name);
                }
                entry.vendor = entry.vendor.take().or_else(|| software.vendor.clone());
                entry.versions += 1;
                let is_known =
                    |key: &String| lookup::statements_of(knowledge, key).next().is_some();
                entry.is_known = entry.is_known || item.keys().iter().any(is_known);
                entry.hosts.resize(bits.len(), 0);
                for (own, other) in entry.hosts.iter_mut().zip(&bits) {
                    *own |= other;
                }
            }
        }
        let mut names: Vec<InstalledName> = found
            .into_iter()
            .map(|((_, is_device), own)| InstalledName {
                name: own.name,
                vendor: own.vendor,
                is_device,
                is_known: own.is_known,
                hosts: count_in(&own.hosts, from, to),
                versions: own.versions,
            })
            .collect();
        names.sort_by(|a, b| b.hosts.cmp(&a.hosts).then_with(|| a.name.cmp(&b.name)));
        Ok(names)
    }
}
