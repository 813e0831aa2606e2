//! Knowledge, turned round: from a vulnerability to what is said of it.
//!
//! Made once for an index. Vulnerabilities that stand in the same groups of fixes of the same
//! products, and in the same bulletin, have one answer on every system: they are one *atom*. It must
//! not know hosts.

use rustc_hash::FxHashMap;

use super::item::key_hash;
use crate::judge::Matter;
use crate::knowledge::View as Knowledge;
use crate::knowledge::schema::{ArchivedStatement, NONE};

/// Lists of numbers, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    ends: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    /// From pairs of list and member, in any order; members keep their order.
    fn of(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut ends = vec![0_u32; count];
        for (list, _) in pairs {
            if let Some(end) = ends.get_mut(*list as usize) {
                *end += 1;
            }
        }
        let mut sum = 0;
        let mut starts = Vec::with_capacity(count);
        for end in &mut ends {
            starts.push(sum);
            sum += *end;
            *end = sum;
        }
        let mut all = vec![0; sum as usize];
        for (list, member) in pairs {
            if let Some(at) = starts.get_mut(*list as usize) {
                if let Some(slot) = all.get_mut(*at as usize) {
                    *slot = *member;
                }
                *at += 1;
            }
        }
        Self { ends, all }
    }

    pub(super) fn get(&self, list: u32) -> &[u32] {
        let list = list as usize;
        let from = list.checked_sub(1).and_then(|at| self.ends.get(at)).copied().unwrap_or(0);
        let to = self.ends.get(list).copied().unwrap_or(from);
        self.all.get(from as usize..to as usize).unwrap_or_default()
    }
}

/// Knowledge, turned round.
pub(super) struct Matters<'k> {
    knowledge: Knowledge<'k>,
    statements_on: Lists,
    keys_of: Lists,
    key_hashes: Vec<u64>,
    /// Statements by source and advisory.
    by_advisory: Vec<u32>,
    /// Statements by the advisory's name in small letters.
    by_name: FxHashMap<String, Vec<u32>>,
    /// For each vulnerability its atom; [`NONE`] where no Windows product lists it.
    atom_of: Vec<u32>,
    /// The vulnerabilities of each atom.
    members: Lists,
    /// The atoms that each Windows product lists.
    atoms_of_product: Lists,
    atoms: u32,
}

impl<'k> Matters<'k> {
    pub(super) fn of(knowledge: Knowledge<'k>) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(NONE);
        let mut on = Vec::new();
        for (position, statement) in (0_u32..).zip(knowledge.statements.iter()) {
            let mut flaws: Vec<u32> =
                statement.vulnerabilities.iter().map(|v| v.to_native()).collect();
            flaws.sort_unstable();
            flaws.dedup();
            on.extend(flaws.into_iter().map(|flaw| (flaw, position)));
        }
        let mut keys = Vec::new();
        for (key, row) in (0_u32..).zip(knowledge.package_index.iter()) {
            keys.extend(row.statements.iter().map(|statement| (statement.to_native(), key)));
        }
        let mut by_advisory: Vec<u32> = (0..number(knowledge.statements.len())).collect();
        by_advisory.sort_by_key(|position| authority(knowledge, *position));
        let mut matters = Self {
            knowledge,
            statements_on: Lists::of(knowledge.vulnerabilities.len(), &on),
            keys_of: Lists::of(knowledge.statements.len(), &keys),
            key_hashes: knowledge.package_index.iter().map(|r| key_hash(r.key.as_str())).collect(),
            by_advisory,
            by_name: FxHashMap::default(),
            atom_of: Vec::new(),
            members: Lists::default(),
            atoms_of_product: Lists::default(),
            atoms: 0,
        };
        for (position, statement) in (0_u32..).zip(knowledge.statements.iter()) {
            let name = statement.advisory.as_str().to_ascii_lowercase();
            matters.by_name.entry(name).or_default().push(position);
        }
        matters.find_atoms();
        matters
    }

    fn find_atoms(&mut self) {
        let count = self.knowledge.vulnerabilities.len();
        let mut places: Vec<Vec<(u32, u32)>> = vec![Vec::new(); count];
        for (product, row) in (0_u32..).zip(self.knowledge.windows.iter()) {
            for (position, group) in (0_u32..).zip(row.groups.iter()) {
                for flaw in group.flaws.iter() {
                    if let Some(own) = places.get_mut(flaw.vulnerability.to_native() as usize)
                        && own.last() != Some(&(product, position))
                    {
                        own.push((product, position));
                    }
                }
            }
        }
        let mut known: FxHashMap<Likeness<'_>, u32> = FxHashMap::default();
        let mut members = Vec::new();
        let mut listed = Vec::new();
        for ((vulnerability, row), own) in
            (0_u32..).zip(self.knowledge.vulnerabilities.iter()).zip(&places)
        {
            if own.is_empty() {
                self.atom_of.push(NONE);
                continue;
            }
            let next = u32::try_from(known.len()).unwrap_or(NONE);
            let atom = *known.entry((own, row.bulletin.to_native())).or_insert_with(|| {
                let mut products: Vec<u32> = own.iter().map(|(product, _)| *product).collect();
                products.dedup();
                listed.extend(products.into_iter().map(|product| (product, next)));
                next
            });
            members.push((atom, vulnerability));
            self.atom_of.push(atom);
        }
        self.atoms = u32::try_from(known.len()).unwrap_or(NONE);
        self.members = Lists::of(known.len(), &members);
        self.atoms_of_product = Lists::of(self.knowledge.windows.len(), &listed);
    }

    pub(super) const fn atoms(&self) -> u32 {
        self.atoms
    }

    /// The atom of a vulnerability that some Windows product lists.
    pub(super) fn atom_of(&self, vulnerability: u32) -> Option<u32> {
        self.atom_of.get(vulnerability as usize).copied().filter(|atom| *atom != NONE)
    }

    pub(super) fn members(&self, atom: u32) -> &[u32] {
        self.members.get(atom)
    }

    /// The atoms that any of the products lists, in order.
    pub(super) fn atoms_of(&self, products: &[u32]) -> Vec<u32> {
        let mut atoms: Vec<u32> = products
            .iter()
            .flat_map(|product| self.atoms_of_product.get(*product))
            .copied()
            .collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    }

    /// What is said of software on a vulnerability up to a day.
    pub(super) fn matter(&self, vulnerability: u32, as_at_day: i32) -> Matter {
        let statements = self
            .statements_on
            .get(vulnerability)
            .iter()
            .filter(|position| {
                self.statement(**position)
                    .is_some_and(|statement| statement.published.to_native() <= as_at_day)
            })
            .map(|position| (*position, self.keys_of.get(*position).to_vec()))
            .collect();
        Matter { statements }
    }

    fn statement(&self, position: u32) -> Option<&'k ArchivedStatement> {
        self.knowledge.statements.get(position as usize)
    }

    /// The statements of the advisories of a name, in whatever case it is written.
    pub(super) fn of_advisory(&self, name: &str) -> impl Iterator<Item = &'k ArchivedStatement> {
        let positions = self.by_name.get(&name.trim().to_ascii_lowercase());
        positions.into_iter().flatten().filter_map(|position| self.statement(*position))
    }

    /// The statements of a matter and all others of the same advisories, in order.
    pub(super) fn heard(&self, matter: &Matter) -> Vec<u32> {
        let mut heard: Vec<u32> = Vec::new();
        for (position, _) in &matter.statements {
            if heard.contains(position) {
                continue;
            }
            let own = authority(self.knowledge, *position);
            let of = |p: &u32| authority(self.knowledge, *p);
            let from = self.by_advisory.partition_point(|p| of(p) < own);
            let same = self.by_advisory.get(from..).unwrap_or_default();
            heard.extend(same.iter().take_while(|p| of(p) == own));
        }
        heard.sort_unstable();
        heard.dedup();
        heard
    }

    /// Of the statements that are heard, those under a key.
    pub(super) fn heard_under(
        &self,
        heard: &[u32],
        key: &str,
    ) -> impl Iterator<Item = (u32, &'k ArchivedStatement)> + use<'k> {
        let index = &self.knowledge.package_index;
        let row = index.binary_search_by(|row| row.key.as_str().cmp(key)).ok();
        let under = row.and_then(|row| index.get(row)).map(|row| &row.statements);
        let knowledge = self.knowledge;
        let found: Vec<u32> = match under {
            None => Vec::new(),
            // In the order of the key's own list, as when all of it is heard.
            Some(under) if under.len() <= heard.len() => under
                .iter()
                .map(|p| p.to_native())
                .filter(|p| heard.binary_search(p).is_ok())
                .collect(),
            Some(under) => heard
                .iter()
                .copied()
                .filter(|p| under.binary_search_by_key(p, |u| u.to_native()).is_ok())
                .collect(),
        };
        found.into_iter().filter_map(move |position| {
            Some((position, knowledge.statements.get(position as usize)?))
        })
    }

    /// The hashes of every key that a matter's statements stand under.
    pub(super) fn key_hashes(&self, matter: &Matter) -> Vec<u64> {
        let mut keys: Vec<u32> =
            matter.statements.iter().flat_map(|(_, keys)| keys).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        keys.iter().filter_map(|key| self.key_hashes.get(*key as usize)).copied().collect()
    }
}

/// Vulnerabilities are one atom that stand in the same places (product, group) and bulletin.
type Likeness<'p> = (&'p [(u32, u32)], u32);

fn authority(knowledge: Knowledge<'_>, position: u32) -> (u32, &str) {
    knowledge
        .statements
        .get(position as usize)
        .map_or((NONE, ""), |statement| (statement.source.to_native(), statement.advisory.as_str()))
}
