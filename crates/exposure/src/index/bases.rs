//! What is said of a vulnerability for every profile of systems, before software and scanners.

use super::answer::Code;
use super::view::View;
use crate::host::Standing;
use crate::judge::{Matter, ReasonKind, SystemDefault, absent_default, silent_default};
use crate::knowledge::schema::NONE;
use model::verdict::Verdict;

/// What is asked: a vulnerability of the knowledge, or a CVE that it does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Known(u32),
    Unlisted(model::cve::CveId),
    /// Something of which knowledge has nothing, or had nothing by the day.
    Nothing,
}

/// An answer for a profile.
#[derive(Clone, Debug)]
pub(super) enum Base<'v> {
    /// One for all its hosts.
    Uniform(Code),
    /// One for each signature.
    Each(std::borrow::Cow<'v, [Code]>),
}

impl Base<'_> {
    pub(super) fn of(&self, signature: u32) -> Code {
        match self {
            Self::Uniform(code) => *code,
            Self::Each(codes) => codes.get(signature as usize).copied().unwrap_or(Code::NONE),
        }
    }
}

const fn code_of(default: SystemDefault) -> Code {
    Code::new(default.verdict, default.kind, default.is_spoken)
}

impl<B: AsRef<[u8]>> View<'_, '_, B> {
    /// What is said for each profile.
    pub(super) fn bases(&self, target: Target, matter: &Matter) -> Vec<Base<'_>> {
        let Target::Known(vulnerability) = target else {
            let unknown = Code::new(Verdict::Unknown, ReasonKind::NotInKnowledge, false);
            return self.profiles.iter().map(|_| Base::Uniform(unknown)).collect();
        };
        let silences = self.silences(vulnerability, matter, false);
        let atom = self.index.matters.atom_of(vulnerability);
        let defaults = atom.map_or(&[][..], |atom| self.defaults_of(atom));
        self.profiles
            .iter()
            .map(|profile| {
                if let Some(column) = atom.and_then(|atom| self.column(profile.products, atom)) {
                    return Base::Each(column.into());
                }
                let spoken = defaults.get(profile.group as usize).copied();
                let silent = silences.get(profile.silence as usize).copied();
                let code = spoken.filter(|code| *code != Code::NONE).or(silent);
                Base::Uniform(code.unwrap_or(Code::NONE))
            })
            .collect()
    }

    /// What is said where nothing speaks, for each kind of silence.
    pub(super) fn silences(
        &self,
        vulnerability: u32,
        matter: &Matter,
        is_named: bool,
    ) -> Vec<Code> {
        let is_windows_matter = self.index.matters.atom_of(vulnerability).is_some();
        self.silences
            .iter()
            .map(|(class, host)| {
                let standing = Standing::of(host);
                code_of(silent_default(
                    &self.watching,
                    &standing,
                    vulnerability,
                    is_windows_matter,
                    matter,
                    class.shown,
                    is_named,
                ))
            })
            .collect()
    }

    /// The answers of the signatures of products on an atom that they list.
    fn column(&self, products: u32, atom: u32) -> Option<&[Code]> {
        if products == NONE {
            return None;
        }
        let products = self.products.get(products as usize)?;
        let at = products.atoms.binary_search(&atom).ok()?;
        products.columns.get(at * products.signatures..(at + 1) * products.signatures)
    }

    /// What is said of an atom for each group of systems whose own product does not list it.
    fn defaults_of(&self, atom: u32) -> &[Code] {
        let Some(slot) = self.defaults.get(atom as usize) else { return &[] };
        slot.get_or_init(|| {
            let speaker = self.judging.speaker.get(atom as usize).copied().unwrap_or(NONE);
            self.groups
                .iter()
                .map(|host| {
                    absent_default(&self.watching, &Standing::of(host), speaker)
                        .map_or(Code::NONE, code_of)
                })
                .collect()
        })
    }
}
