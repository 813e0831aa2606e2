//! Judged classes as bytes, so that a view of yesterday opens without judging again.
//!
//! The bytes carry the key of what was judged (knowledge, day, classes); under another key they are
//! refused. It must not know how they came about.

use super::answer::Code;
use super::error::IndexError;
use super::judging::{JudgedClasses, Judging, Signature};
use crate::pack::{pack_up, unpack};
use crate::wire::{Reader, WireError, Writer};

const MAGIC: [u8; 8] = *b"WARDJUDG";
const VERSION: u32 = 1;

impl<B: AsRef<[u8]>> Judging<'_, '_, B> {
    /// Judged classes as bytes. `knowledge_hash` tells the knowledge from all other.
    pub fn save(&self, judged: &[JudgedClasses], knowledge_hash: &[u8]) -> Vec<u8> {
        let mut to = Writer::default();
        to.bytes.extend_from_slice(&self.cache_key(knowledge_hash));
        to.count(judged.len());
        for batch in judged {
            to.count(batch.of_class.len());
            batch.of_class.iter().for_each(|at| to.number(u64::from(*at)));
            to.count(batch.signatures.len());
            for signature in &batch.signatures {
                to.count(signature.products.len());
                signature.products.iter().for_each(|product| to.number(u64::from(*product)));
                to.count(signature.answers.len());
                for code in &signature.answers {
                    to.bytes.extend_from_slice(&code.0.to_le_bytes());
                }
            }
        }
        pack_up(MAGIC, VERSION, 3, &to.bytes)
    }

    /// What [`Judging::save`] made; refused if it is of anything else.
    pub fn load(
        &self,
        bytes: &[u8],
        knowledge_hash: &[u8],
    ) -> Result<Vec<JudgedClasses>, IndexError> {
        let tables = unpack(MAGIC, VERSION, bytes)?;
        let mut from = Reader::new(&tables);
        if from.take(16)? != self.cache_key(knowledge_hash) {
            return Err(IndexError::OtherView);
        }
        let count = from.count(2)?;
        let judged = (0..count).map(|_| batch(&mut from)).collect::<Result<Vec<_>, _>>()?;
        if from.is_done() { Ok(judged) } else { Err(from.error().into()) }
    }
}

fn batch(from: &mut Reader<'_>) -> Result<JudgedClasses, WireError> {
    let count = from.count(1)?;
    let of_class = (0..count).map(|_| from.u32()).collect::<Result<_, _>>()?;
    let count = from.count(2)?;
    let mut signatures = Vec::new();
    for _ in 0..count {
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
        signatures.push(Signature { products, answers });
    }
    Ok(JudgedClasses { of_class, signatures })
}
