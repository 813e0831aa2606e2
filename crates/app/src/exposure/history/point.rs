//! A point: every organisation's hosts by verdict, as at a day and as known at its end. How it is kept.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use serde::{Deserialize, Serialize};

use crate::exposure::answer::{OrganisationAnswer, SectorAnswer};

/// Version of the stored form.
const VERSION: u32 = 1;

/// Hosts by verdict; the unseen are among the unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sums {
    /// Hosts by verdict, in the order of [`Verdict::ALL`].
    pub of: [u64; 5],
    /// Hosts with evidence of patch state that is fresh enough to count.
    pub fresh: u64,
    /// Organisations that have shown nothing, and of which nobody knows how many hosts they have.
    pub of_unknown_size: u64,
}

impl Sums {
    /// Those of an answer.
    pub fn of_answer(answer: &OrganisationAnswer) -> Self {
        Self {
            of: Verdict::ALL.map(|verdict| answer.counts.of(verdict)),
            fresh: answer.age.hosts.saturating_sub(answer.age.too_old),
            of_unknown_size: answer.counts.of_unknown_size,
        }
    }

    /// Hosts of a verdict.
    pub fn hosts(&self, verdict: Verdict) -> u64 {
        let at = Verdict::ALL.iter().position(|own| *own == verdict);
        at.and_then(|at| self.of.get(at)).copied().unwrap_or(0)
    }

    /// All hosts.
    pub fn all(&self) -> u64 {
        self.of.iter().sum()
    }

    /// Adds others.
    pub fn absorb(&mut self, other: &Self) {
        for (own, other) in self.of.iter_mut().zip(other.of) {
            *own += other;
        }
        self.fresh += other.fresh;
        self.of_unknown_size += other.of_unknown_size;
    }
}

/// What was known at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// As at which day.
    pub as_at: Date,
    /// As known at which instant: the end of the day.
    pub as_known: Timestamp,
    /// The blob with the knowledge that answered.
    pub knowledge: String,
    /// Organisations, in the order of their codes.
    pub codes: Arc<[OrganisationCode]>,
    /// Their hosts, in the same order.
    pub rows: Vec<Sums>,
}

/// The line before the numbers.
#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    as_at: Date,
    as_known: Timestamp,
    knowledge: String,
    codes: Vec<String>,
}

impl Point {
    /// The point of an answer.
    pub fn of(
        answer: &SectorAnswer,
        (as_at, as_known): (Date, Timestamp),
        knowledge: &str,
    ) -> Self {
        Self {
            as_at,
            as_known,
            knowledge: knowledge.to_owned(),
            codes: answer.organisations.iter().map(|row| row.code.clone()).collect(),
            rows: answer.organisations.iter().map(Sums::of_answer).collect(),
        }
    }

    /// An organisation's hosts, if it was in the answer.
    pub fn row(&self, code: &OrganisationCode) -> Option<&Sums> {
        self.rows.get(self.codes.binary_search(code).ok()?)
    }

    /// The stored form.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        let head = Head {
            version: VERSION,
            as_at: self.as_at,
            as_known: self.as_known,
            knowledge: self.knowledge.clone(),
            codes: self.codes.iter().map(ToString::to_string).collect(),
        };
        let mut bytes = serde_json::to_vec(&head).ok()?;
        bytes.push(b'\n');
        for row in &self.rows {
            for number in row.of.into_iter().chain([row.fresh, row.of_unknown_size]) {
                write(number, &mut bytes);
            }
        }
        Some(bytes)
    }

    /// Reads the stored form; `None` if it is damaged or of another version, and is worked out anew.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let at = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, mut numbers) = bytes.split_at_checked(at)?;
        let head: Head =
            serde_json::from_slice(head).ok().filter(|h: &Head| h.version == VERSION)?;
        numbers = numbers.get(1..)?;
        let codes: Arc<[OrganisationCode]> =
            head.codes.iter().map(|code| code.parse().ok()).collect::<Option<_>>()?;
        let mut rows = Vec::with_capacity(codes.len());
        for _ in 0..codes.len() {
            let mut row = Sums::default();
            for slot in &mut row.of {
                *slot = read(&mut numbers)?;
            }
            row.fresh = read(&mut numbers)?;
            row.of_unknown_size = read(&mut numbers)?;
            rows.push(row);
        }
        let is_sorted = codes.is_sorted();
        (numbers.is_empty() && is_sorted).then_some(Self {
            as_at: head.as_at,
            as_known: head.as_known,
            knowledge: head.knowledge,
            codes,
            rows,
        })
    }
}

/// A number in as many bytes as it needs, seven bits to each.
fn write(mut number: u64, to: &mut Vec<u8>) {
    while let Some(rest) = Some(number >> 7).filter(|rest| *rest > 0) {
        to.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number = rest;
    }
    to.push(u8::try_from(number).unwrap_or(0));
}

fn read(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let (first, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(numbers: &[u64]) -> Point {
        let rows: Vec<Sums> = numbers
            .iter()
            .map(|n| Sums { of: [*n, 0, n / 2, 1, 127], fresh: 128, of_unknown_size: n % 2 })
            .collect();
        let codes = (0..rows.len()).map(|n| format!("ORG{n:05}").parse().unwrap()).collect();
        Point {
            as_at: "2017-05-12".parse().unwrap(),
            as_known: "2017-05-12T23:59:59Z".parse().unwrap(),
            knowledge: "b3:00".to_owned(),
            codes,
            rows,
        }
    }

    proptest! {
        #[test]
        fn a_point_comes_back_as_it_was(numbers in prop::collection::vec(0_u64..1 << 40, 0..40)) {
            let point = point(&numbers);
            prop_assert_eq!(Point::decode(&point.encode().unwrap()), Some(point));
        }

        #[test]
        fn damaged_bytes_are_no_point(
            cut in 0_usize..400,
            noise in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut bytes = point(&[1, 2_000, 3]).encode().unwrap();
            bytes.truncate(cut.min(bytes.len() - 1));
            prop_assert_eq!(Point::decode(&bytes), None);
            prop_assert_eq!(Point::decode(&noise), None);
        }
    }
}
