//! Every class of systems, judged once as at a day.
//!
//! One call of [`Judging::judge`] takes a range of classes, so that the caller chooses the threads.
//! What is kept of a class is its *column of answers*: one code for each atom that its own product
//! lists. Classes with the same answers are one signature. What the product does not list is answered
//! when it is asked for (`defaults`).

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::answer::Code;
use super::cache::KnownClasses;
use super::class::{Build, System, SystemClass};
use super::national::Index;
use super::view::View;
use super::{IndexError, basis};
use crate::freshness::FreshnessPolicy;
use crate::host::Standing;
use crate::judge::{Question, ReasonKind, VulnerabilityRef, judge};
use crate::knowledge::schema::NONE;
use model::verdict::Verdict;

/// An index about to be judged as at a day.
pub struct Judging<'i, 'k, B> {
    pub(super) index: &'i Index<'k, B>,
    pub(super) as_at: Date,
    pub(super) question: Question<'k>,
    /// For each atom a vulnerability that was public; [`NONE`] if none was.
    pub(super) speaker: Vec<u32>,
}

/// The answers of a range of classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedClasses {
    /// For each class its signature among `signatures`.
    pub(super) of_class: Vec<u32>,
    pub(super) signatures: Vec<Signature>,
}

/// The products that list atoms, and an answer for each atom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Signature {
    pub(super) products: Vec<u32>,
    pub(super) answers: Vec<Code>,
}

impl<'i, 'k, B: AsRef<[u8]>> Judging<'i, 'k, B> {
    pub(super) fn new(index: &'i Index<'k, B>, as_at: Date) -> Self {
        let question = Question::new(index.knowledge(), as_at, &[]);
        let speaker = (0..index.matters.atoms())
            .map(|atom| {
                let mut members = index.matters.members(atom).iter().copied();
                members.find(|member| question.asks(*member)).unwrap_or(NONE)
            })
            .collect();
        Self { index, as_at, question, speaker }
    }

    /// How many classes there are to judge.
    pub const fn len(&self) -> usize {
        self.index.classes.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.index.classes.is_empty()
    }

    /// Judges a range of classes.
    pub fn judge(&self, range: Range<usize>) -> JudgedClasses {
        self.judge_beside(&KnownClasses::default(), range)
    }

    /// As [`Judging::judge`]; what was judged before is taken as it was.
    pub fn judge_beside(&self, known: &KnownClasses, range: Range<usize>) -> JudgedClasses {
        let mut judged = JudgedClasses::default();
        let mut numbers: FxHashMap<Signature, u32> = FxHashMap::default();
        let hashes = self.index.class_hashes.get(range.clone()).unwrap_or_default();
        for (class, hash) in self.index.classes.get(range).unwrap_or_default().iter().zip(hashes) {
            let signature = match known.of(*hash) {
                Some(signature) => signature.clone(),
                None => self.signature(class),
            };
            let next = u32::try_from(numbers.len()).unwrap_or(NONE);
            judged.of_class.push(*numbers.entry(signature).or_insert(next));
        }
        let mut signatures: Vec<(Signature, u32)> = numbers.into_iter().collect();
        signatures.sort_unstable_by_key(|(_, number)| *number);
        judged.signatures = signatures.into_iter().map(|(signature, _)| signature).collect();
        judged
    }

    fn signature(&self, class: &SystemClass) -> Signature {
        let products = products_of(self.index, class);
        if products.is_empty() {
            return Signature::default();
        }
        let atoms = self.index.matters.atoms_of(&products);
        let mut answers = vec![Code::NONE; atoms.len()];
        let host = class.to_host();
        let verdicts = judge(&self.question, &host);
        for line in &verdicts.lines {
            let Some(reason) = line.reasons.first() else { continue };
            let code = Code::new(line.verdict, reason.kind(), true);
            for vulnerability in line.vulnerabilities.iter().copied() {
                if let VulnerabilityRef::Known(v) = vulnerability
                    && let Some(atom) = self.index.matters.atom_of(v)
                    && self.speaker.get(atom as usize) == Some(&v)
                    && let Ok(at) = atoms.binary_search(&atom)
                    && let Some(slot) = answers.get_mut(at)
                {
                    *slot = code;
                }
            }
        }
        // A listed flaw of which no line speaks would be one that is not asked about.
        for (slot, atom) in answers.iter_mut().zip(&atoms) {
            let is_asked = self.speaker.get(*atom as usize).is_some_and(|v| *v != NONE);
            if *slot == Code::NONE && is_asked {
                *slot = Code::new(Verdict::Unknown, ReasonKind::ProductNotCovered, false);
            }
        }
        Signature { products, answers }
    }

    /// What was judged before under the same knowledge, as at the same day.
    pub fn cache_key(&self, knowledge_hash: &[u8]) -> [u8; 16] {
        use sha2::{Digest as _, Sha256};
        let mut hash = Sha256::new_with_prefix(b"judged 2");
        hash.update((knowledge_hash.len() as u64).to_le_bytes());
        hash.update(knowledge_hash);
        hash.update(self.as_at.to_string().as_bytes());
        basis::short(hash)
    }

    /// The view of everything that was judged, in the order of the classes.
    pub fn view(
        self,
        judged: &[JudgedClasses],
        policy: &FreshnessPolicy,
    ) -> Result<View<'i, 'k, B>, IndexError> {
        View::assemble(self, judged, policy)
    }
}

/// The Windows products in knowledge that a class is of.
pub(super) fn products_of<B>(index: &Index<'_, B>, class: &SystemClass) -> Vec<u32> {
    let System::Windows { product, .. } = &class.system else { return Vec::new() };
    let shows_level = {
        let host = class.profile().to_host();
        Standing::of(&host).shows_level()
    };
    if shows_level { index.basis.products_of(product) } else { Vec::new() }
}

/// What the answers on everything that is not listed for the own product depend on, but for
/// software: product, level shown or not, settings that are off.
pub(super) fn default_group(profile: &SystemClass) -> SystemClass {
    let mut group = SystemClass { shown: crate::judge::Shown::default(), ..profile.clone() };
    if let System::Windows { is_guess, build, .. } = &mut group.system {
        *is_guess = false;
        if matches!(build, Build::Exact(_)) {
            *build = Build::WithoutRevision;
        }
    }
    group
}
