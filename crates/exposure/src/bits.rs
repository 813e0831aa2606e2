//! Sets of small numbers as bits: hosts of a segment, updates worth offering.
//!
//! A number beyond the end is in no set and cannot be added to one.

/// A set, 64 numbers to a word.
pub(crate) type Bits = Vec<u64>;

/// Whether a number is in a set.
pub(crate) fn is_in(bits: &[u64], number: usize) -> bool {
    bits.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
}

/// Adds a number.
pub(crate) fn set(bits: &mut [u64], number: usize) {
    if let Some(word) = bits.get_mut(number / 64) {
        *word |= 1 << (number % 64);
    }
}

/// How many of a set lie in a range.
pub(crate) fn count_in(bits: &[u64], from: usize, to: usize) -> u32 {
    count_words(bits, from, to, |word, _| word)
}

/// How many of a set that are also of another lie in a range.
pub(crate) fn count_both(bits: &[u64], other: &[u64], from: usize, to: usize) -> u32 {
    count_words(bits, from, to, |word, at| word & other.get(at).copied().unwrap_or(0))
}

fn count_words(bits: &[u64], from: usize, to: usize, of: impl Fn(u64, usize) -> u64) -> u32 {
    if from >= to {
        return 0;
    }
    let (first, last) = (from / 64, (to - 1) / 64);
    let mut sum = 0;
    for (at, word) in (first..).zip(bits.get(first..=last).unwrap_or_default()) {
        let mut word = of(*word, at);
        if at == first {
            word &= u64::MAX << (from % 64);
        }
        if at == last {
            word &= u64::MAX >> (63 - (to - 1) % 64);
        }
        sum += word.count_ones();
    }
    sum
}

/// The first number of a set from one on.
pub(crate) fn first_from(bits: &[u64], from: usize) -> Option<usize> {
    let first = from / 64;
    let begun = bits.get(first)? & u64::MAX << (from % 64);
    if begun != 0 {
        return Some(first * 64 + begun.trailing_zeros() as usize);
    }
    let (at, word) = bits.iter().enumerate().skip(first + 1).find(|(_, word)| **word != 0)?;
    Some(at * 64 + word.trailing_zeros() as usize)
}

/// The numbers of a set, in order.
pub(crate) fn each(bits: &[u64]) -> impl Iterator<Item = usize> + '_ {
    bits.iter().enumerate().flat_map(|(at, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let bit = left.trailing_zeros() as usize;
            left &= left - 1;
            Some(at * 64 + bit)
        })
    })
}
