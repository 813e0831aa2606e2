//! Judged classes as bytes, so that a view opens without judging again what was judged before.
//!
//! The bytes carry the key of what was judged (knowledge and day); under another key they are
//! refused. Each class stands under its hash, so that a new class costs its own judgement and no
//! other's. It must not know how they came about.

use rustc_hash::FxHashMap;

use super::answer::Code;
use super::error::IndexError;
use super::judging::{JudgedClasses, Judging, Signature};
use crate::knowledge::schema::NONE;
use crate::pack::{pack_up, unpack};
use crate::wire::{Reader, WireError, Writer};

const MAGIC: [u8; 8] = *b"WARDJUDG";
const VERSION: u32 = 2;

/// Classes that were judged before, under one knowledge and as at one day.
#[derive(Clone, Debug, Default)]
pub struct KnownClasses {
    /// For each class, by its hash, its signature among `signatures`.
    of_class: FxHashMap<u128, u32>,
    signatures: Vec<Signature>,
}

impl KnownClasses {
    /// Adds what was judged of classes of the index, in their order from the first.
    pub fn add<B: AsRef<[u8]>>(&mut self, judging: &Judging<'_, '_, B>, judged: &[JudgedClasses]) {
        let mut numbers: FxHashMap<Signature, u32> = self.signatures.drain(..).zip(0..).collect();
        let answers = judged.iter().flat_map(|batch| {
            batch.of_class.iter().filter_map(|at| batch.signatures.get(*at as usize))
        });
        for (class, signature) in judging.index.class_hashes.iter().zip(answers) {
            let next = u32::try_from(numbers.len()).unwrap_or(NONE);
            let number = match numbers.get(signature) {
                Some(number) => *number,
                None => *numbers.entry(signature.clone()).or_insert(next),
            };
            self.of_class.insert(*class, number);
        }
        let mut signatures: Vec<(Signature, u32)> = numbers.into_iter().collect();
        signatures.sort_unstable_by_key(|(_, number)| *number);
        self.signatures = signatures.into_iter().map(|(signature, _)| signature).collect();
    }

    /// Whether nothing was judged.
    pub fn is_empty(&self) -> bool {
        self.of_class.is_empty()
    }

    /// The answers of a class.
    pub(super) fn of(&self, class: u128) -> Option<&Signature> {
        self.signatures.get(*self.of_class.get(&class)? as usize)
    }
}

impl<B: AsRef<[u8]>> Judging<'_, '_, B> {
    /// Judged classes as bytes. `knowledge_hash` tells the knowledge from all other.
    pub fn save(&self, known: &KnownClasses, knowledge_hash: &[u8]) -> Vec<u8> {
        let mut to = Writer::default();
        to.bytes.extend_from_slice(&self.cache_key(knowledge_hash));
        let mut classes: Vec<(&u128, &u32)> = known.of_class.iter().collect();
        classes.sort_unstable();
        to.count(classes.len());
        for (class, signature) in classes {
            to.bytes.extend_from_slice(&class.to_le_bytes());
            to.number(u64::from(*signature));
        }
        to.count(known.signatures.len());
        for signature in &known.signatures {
            to.count(signature.products.len());
            signature.products.iter().for_each(|product| to.number(u64::from(*product)));
            to.count(signature.answers.len());
            for code in &signature.answers {
                to.bytes.extend_from_slice(&code.0.to_le_bytes());
            }
        }
        pack_up(MAGIC, VERSION, 3, &to.bytes)
    }

    /// What [`Judging::save`] made; refused if it is of other knowledge or of another day.
    pub fn load(&self, bytes: &[u8], knowledge_hash: &[u8]) -> Result<KnownClasses, IndexError> {
        let tables = unpack(MAGIC, VERSION, bytes)?;
        let mut from = Reader::new(&tables);
        if from.take(16)? != self.cache_key(knowledge_hash) {
            return Err(IndexError::OtherView);
        }
        let count = from.count(17)?;
        let of_class = (0..count)
            .map(|_| {
                let hash = from.take(16)?.try_into().unwrap_or_default();
                Ok((u128::from_le_bytes(hash), from.u32()?))
            })
            .collect::<Result<_, WireError>>()?;
        let count = from.count(2)?;
        let signatures: Vec<Signature> =
            (0..count).map(|_| signature(&mut from)).collect::<Result<_, _>>()?;
        if !from.is_done() {
            return Err(from.error().into());
        }
        let fits = |signature: &Signature| {
            self.index.matters.atoms_of(&signature.products).len() == signature.answers.len()
        };
        if !signatures.iter().all(fits) {
            return Err(IndexError::OtherView);
        }
        Ok(KnownClasses { of_class, signatures })
    }

    /// Whether any class of the index is not among those that were judged before.
    pub fn has_new(&self, known: &KnownClasses) -> bool {
        self.index.class_hashes.iter().any(|class| known.of(*class).is_none())
    }
}

fn signature(from: &mut Reader<'_>) -> Result<Signature, WireError> {
    let count = from.count(1)?;
    let products = (0..count).map(|_| from.u32()).collect::<Result<_, _>>()?;
    let count = from.count(2)?;
    let mut answers = Vec::new();
    for two in from.take(count * 2)?.chunks_exact(2) {
        let code = Code(u16::from_le_bytes(two.try_into().unwrap_or_default()));
        if !code.is_sound() {
            return Err(from.error());
        }
        answers.push(code);
    }
    Ok(Signature { products, answers })
}
